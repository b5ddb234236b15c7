"""A quantity over time, with the band of its interval and what happened."""

from dataclasses import dataclass
from datetime import date
from html import escape

from valore.model.reading import Point
from valore.present.charts.svg import SMALL, ink, line, near, picture, rule, runs, short, tag, ticks
from valore.present.charts.svg import words as write
from valore.present.language import Words

LEFT, RIGHT, TOP, FOOT = 42.0, 14.0, 40.0, 26.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened; its number leads to the words about it."""

    day: date
    number: str
    label: str
    target: str
    until: date | None = None
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Points in order of days; a missing value leaves a hole."""

    title: str
    about: str
    points: tuple[Point, ...]
    marks: tuple[Mark, ...] = ()
    bottom: float = 0.0
    top: float | None = None
    """None: as high as the data."""
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    width: float
    height: float
    first: date
    days: int
    low: float
    high: float

    def x(self, day: date) -> float:
        share = (day - self.first).days / max(self.days, 1)
        return LEFT + min(max(share, 0.0), 1.0) * (self.width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1.0)
        return self.height - FOOT - share * (self.height - FOOT - TOP)


def draw_line(chart: Line, words: Words, width: float, name: str) -> str:
    """Return the picture; empty data give an empty frame that says so in its words."""
    height = round(min(260.0, 150 + width / 7))
    if not chart.points:
        return picture(width, 40, "", "", name, chart.title, chart.about)
    seen = [v for p in chart.points for v in (p.value, p.high) if v is not None]
    scale = ticks(chart.bottom, chart.top if chart.top is not None else max(seen, default=1.0) or 1.0)
    first, last = chart.points[0].day, chart.points[-1].day
    frame = _Frame(width, float(height), first, (last - first).days, scale[0], scale[-1])
    inside = _axes(frame, scale, words) + _spans(chart, frame) + _band(chart, frame) + _path(chart, frame)
    return picture(width, height, inside, _marks(chart, frame), name, chart.title, chart.about)


def _axes(frame: _Frame, scale: list[float], words: Words) -> str:
    rows = "".join(
        rule(LEFT, frame.y(v), frame.width - RIGHT, frame.y(v))
        + write(LEFT - 8, frame.y(v) + 4, words.number(v, 1), text_anchor="end")
        for v in scale
    )
    return rows + "".join(
        rule(frame.x(d), frame.height - FOOT, frame.x(d), frame.height - FOOT + 5, stroke=ink("bordo"))
        + write(frame.x(d), frame.height - 6, label, text_anchor=anchor)
        for d, label, anchor in _months(frame, words)
    )


def _months(frame: _Frame, words: Words) -> list[tuple[date, str, str]]:
    """Return the months that fit under the axis: about one each eighty pixels."""
    count = frame.first.year * 12 + frame.first.month - 1
    starts = (date(m // 12, m % 12 + 1, 1) for m in range(count, count + frame.days // 28 + 2))
    inside = [d for d in starts if 0 <= (d - frame.first).days <= frame.days]
    if not inside:
        return [(frame.first, words.day(frame.first), "start")]
    step = max(1, -(-len(inside) * 84 // int(frame.width - LEFT - RIGHT)))
    chosen = inside[::step]
    edge = frame.width - RIGHT - 30
    return [(d, words.month(d, year=len(inside) > 1), "end" if frame.x(d) > edge else "middle") for d in chosen]


def _spans(chart: Line, frame: _Frame) -> str:
    return "".join(
        tag("rect", x=frame.x(m.day), y=TOP, width=max(frame.x(m.until) - frame.x(m.day), 2.0),
            height=frame.height - FOOT - TOP, fill=ink("velo"), opacity="0.8")
        for m in chart.marks if m.until is not None
    )  # fmt: skip


def _band(chart: Line, frame: _Frame) -> str:
    bands = []
    for run in runs([p.low if p.high is not None else None for p in chart.points]):
        points = [chart.points[i] for i in run]
        over = [(frame.x(p.day), frame.y(p.high or 0.0)) for p in points]
        under = [(frame.x(p.day), frame.y(p.low or 0.0)) for p in reversed(points)]
        path = "M" + "L".join(f"{near(x)} {near(y)}" for x, y in over + under) + "Z"
        bands.append(tag("path", d=path, fill=ink("zucchero"), opacity="0.22"))
    return "".join(bands)


def _path(chart: Line, frame: _Frame) -> str:
    drawn = []
    for run in runs([p.value for p in chart.points]):
        points = [(frame.x(chart.points[i].day), frame.y(chart.points[i].value or 0.0)) for i in run]
        drawn.append(
            line(points, stroke_linejoin="round")
            if len(points) > 1
            else tag("circle", cx=points[0][0], cy=points[0][1], r=2.5, fill=ink("bottiglia"))
        )
    limit = chart.threshold
    if limit is not None:
        drawn.append(
            rule(
                LEFT,
                frame.y(limit),
                frame.width - RIGHT,
                frame.y(limit),
                stroke=ink("bordo"),
                stroke_dasharray="4 4",
            )
        )
    return "".join(drawn)


def _marks(chart: Line, frame: _Frame) -> str:
    """Return the numbered signs over the line; where two would touch, the later one moves right."""
    placed, free = [], 0.0
    for mark in sorted(chart.marks, key=lambda m: (m.day, m.number)):
        at = frame.x(mark.day)
        centre = min(max(at, free, LEFT), frame.width - RIGHT - 2)
        free = centre + 26
        placed.append(_sign(mark, at, centre, frame))
    return "".join(placed)


def _sign(mark: Mark, at: float, centre: float, frame: _Frame) -> str:
    colour = ink("vino" if mark.grave else "terracotta")
    stem = rule(at, TOP, at, frame.height - FOOT, stroke=colour, stroke_dasharray="2 3")
    lean = rule(centre, 25, at, TOP, stroke=colour)
    shape = (
        tag(
            "rect",
            x=centre - 12,
            y=2.0,
            width=24.0,
            height=24.0,
            fill=ink("foglio"),
            stroke=colour,
            stroke_width=1.5,
        )
        if mark.grave
        else tag("circle", cx=centre, cy=14.0, r=12.0, fill=ink("foglio"), stroke=colour, stroke_width=1.5)
    )
    number = write(centre, 14 + SMALL * 0.36, short(mark.number, 3), text_anchor="middle", fill=colour, font_weight=600)
    title = tag("title", escape(mark.label) or "-")
    return stem + lean + tag("a", title + shape + number, href=f"#{mark.target}", aria_label=mark.label)
