"""Values with their intervals on one scale: the honest picture of a number."""

from dataclasses import dataclass
from html import escape

from valore.present.charts.svg import SMALL, ink, line, picture, rule, tag, ticks
from valore.present.charts.svg import words as write
from valore.present.language import Words

WIDE = 480


@dataclass(frozen=True, slots=True)
class Dot:
    """One value; `middle` is None where only the interval is shown, all are None where nothing is known."""

    label: str
    low: float | None
    middle: float | None
    high: float | None
    text: str
    target: str = ""
    own: bool = True
    """False: drawn hollow, as something to compare with."""


@dataclass(frozen=True, slots=True)
class Dots:
    """Rows on one scale."""

    title: str
    about: str
    items: tuple[Dot, ...]
    bottom: float = 0.0
    top: float = 100.0
    percent: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        share = (value - self.bottom) / ((self.top - self.bottom) or 1.0)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def draw_dots(chart: Dots, words: Words, width: float, name: str) -> str:
    """Return the picture: label, interval and dot, words of the value."""
    beside = width >= WIDE
    row = 40.0 if beside else 56.0
    scale = ticks(chart.bottom, chart.top)
    frame = _Frame(width * 0.27 if beside else 8.0, width - (118.0 if beside else 12.0), scale[0], scale[-1])
    height = len(chart.items) * row + 28
    grid = "".join(
        rule(frame.x(v), 4, frame.x(v), height - 24)
        + write(
            frame.x(v),
            height - 8,
            words.percent(v) if chart.percent else words.number(v, 1),
            text_anchor="middle",
        )
        for v in scale
    )
    rows = "".join(_row(d, frame, i * row, width, beside=beside) for i, d in enumerate(chart.items))
    links = "".join(_label(d, frame, i * row, beside=beside) for i, d in enumerate(chart.items))
    return picture(width, height, grid + rows, links, name, chart.title, chart.about)


def _row(dot: Dot, frame: _Frame, y: float, width: float, *, beside: bool) -> str:
    middle = y + (22 if beside else 38)
    known = "inchiostro" if dot.low is not None else "seppia"
    text = write(width - 2, middle + 4 if beside else y + 18, dot.text, text_anchor="end", fill=ink(known))
    if dot.low is None or dot.high is None:
        return text + line([(frame.left, middle), (frame.right, middle)], stroke=ink("filo"), stroke_dasharray="2 5")
    bar = line([(frame.x(dot.low), middle), (frame.x(dot.high), middle)], stroke=ink("zucchero"), stroke_width=7,
               stroke_linecap="round", opacity="0.55")  # fmt: skip
    return text + bar + (_point(dot, frame.x(dot.middle), middle) if dot.middle is not None else "")


def _point(dot: Dot, x: float, y: float) -> str:
    fill = ink("bottiglia") if dot.own else ink("foglio")
    return tag(
        "circle",
        cx=x,
        cy=y,
        r=7.0,
        fill=fill,
        stroke=ink("foglio" if dot.own else "bottiglia"),
        stroke_width=2,
    )


def _label(dot: Dot, frame: _Frame, y: float, *, beside: bool) -> str:
    at = (frame.left - 14, y + 26, "end") if beside else (0.0, y + 18, "start")
    text = write(at[0], at[1], dot.label, text_anchor=at[2], fill=ink("inchiostro"), font_size=SMALL + 1)
    if not dot.target:
        return text
    named = escape(f"{dot.label}: {dot.text}")
    return tag("a", tag("title", named) + text.replace(ink("inchiostro"), ink("bottiglia")), href=f"#{dot.target}")
