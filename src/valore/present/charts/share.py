"""How a whole is shared out, and how sure that is."""

from dataclasses import dataclass

from valore.present.charts.svg import SMALL, bar, ink, line, picture, rule, tag
from valore.present.charts.svg import words as write
from valore.present.language import Words

ROW = 46.0
_INKS = ("bottiglia", "zucchero", "seppia", "bordo", "ocra", "vino")


@dataclass(frozen=True, slots=True)
class Slice:
    """One part: a share in [0, 1] with its interval; `share` is None where only the interval is shown."""

    label: str
    share: float | None
    low: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class Share:
    """Parts of one whole, in the order in which they are told."""

    title: str
    about: str
    items: tuple[Slice, ...]


def draw_share(chart: Share, words: Words, width: float, name: str) -> str:
    """Return the whole as one bar on top, each part with its interval below."""
    drawn, at = [], 0.0
    total = sum(_middle(s) for s in chart.items) or 1.0
    for i, item in enumerate(chart.items):
        size = _middle(item) / total * width
        drawn.append(bar(at, 0, max(size - 2, 1.0), 30, fill=ink(_INKS[i % len(_INKS)])))
        at += size
    top = max((s.high for s in chart.items), default=1.0) or 1.0
    rows = "".join(_row(s, i, width, top) for i, s in enumerate(chart.items))
    height = 44 + len(chart.items) * ROW
    del words
    return picture(width, height, "".join(drawn) + rows, "", name, chart.title, chart.about)


def _middle(item: Slice) -> float:
    return item.share if item.share is not None else (item.low + item.high) / 2


def _row(item: Slice, i: int, width: float, top: float) -> str:
    y, colour = 44 + i * ROW, ink(_INKS[i % len(_INKS)])
    scale = width / max(top, 1e-9)
    square = tag("rect", x=0.0, y=y + 3, width=12.0, height=12.0, fill=colour)
    label = write(20, y + 14, item.label, fill=ink("inchiostro"), font_size=SMALL + 1)
    text = write(width, y + 14, item.text, text_anchor="end")
    track = rule(0, y + 29, width, y + 29)
    low, high = item.low * scale + 4, item.high * scale - 4
    span = line(
        [(min(low, high), y + 29), (max(low, high), y + 29)],
        stroke=colour,
        stroke_width=7,
        stroke_linecap="round",
        opacity="0.45",
    )
    dot = (
        tag(
            "circle",
            cx=min(max(item.share * scale, 5), width - 5),
            cy=y + 29,
            r=5.5,
            fill=colour,
            stroke=ink("foglio"),
            stroke_width=1.5,
        )
        if item.share is not None
        else ""
    )
    return square + label + text + track + span + dot
