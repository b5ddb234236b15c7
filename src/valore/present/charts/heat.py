"""A calendar: one square a day, the darker the more; a hole where nothing is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from valore.present.charts.svg import ink, picture, tag
from valore.present.charts.svg import words as write
from valore.present.language import Words

_STEPS = (0.25, 0.5, 0.75, 1.0)
_WEEKS = {True: 53, False: 27}


@dataclass(frozen=True, slots=True)
class Heat:
    """Days with their quantities; a day without an entry is not covered by the data."""

    title: str
    about: str
    days: Mapping[date, float]
    unit: str
    """Words for the key, such as *posts a day*."""


def draw_heat(chart: Heat, words: Words, width: float, name: str) -> str:
    """Return weeks as columns, Monday on top; long stretches go on below."""
    if not chart.days:
        return picture(width, 20, "", "", name, chart.title, chart.about)
    first, last = min(chart.days), max(chart.days)
    start = first - timedelta(days=first.weekday())
    weeks = (last - start).days // 7 + 1
    across = min(weeks, _WEEKS[width >= 480])  # noqa: PLR2004 - pixels
    side = min((width - 4) / across, 22.0)
    block = side * 7 + 34
    top = max(chart.days.values(), default=0.0)
    squares = "".join(_square(day, chart.days[day], start, across, side, block, top) for day in sorted(chart.days))
    months = "".join(_month(start + timedelta(weeks=w), w, across, side, block, words) for w in range(weeks))
    height = (-(-weeks // across)) * block + 26
    return picture(
        width, height, squares + months + _key(chart, height, words, top), "", name, chart.title, chart.about
    )


def _square(day: date, value: float, start: date, across: int, side: float, block: float, top: float) -> str:
    week, weekday = divmod((day - start).days, 7)
    row, column = divmod(week, across)
    at = {
        "x": column * side + 1,
        "y": row * block + 20 + weekday * side,
        "width": side - 2,
        "height": side - 2,
    }
    if value <= 0:
        return tag("rect", **at, rx=1.5, fill=ink("velo"))
    strength = next(s for s in _STEPS if value / (top or 1.0) <= s + 1e-9)
    return tag("rect", **at, rx=1.5, fill=ink("bottiglia"), opacity=f"{0.15 + 0.85 * strength:.2f}")


def _month(monday: date, week: int, across: int, side: float, block: float, words: Words) -> str:
    row, column = divmod(week, across)
    starts = monday.day <= 7 or week == 0  # noqa: PLR2004 - the first Monday of a month
    crowded = column * side > across * side - 26 or (week == 0 and monday.day > 18)  # noqa: PLR2004 - room for a word
    if not starts or crowded or (side < 14 and monday.month % 2 == 0 and week):  # noqa: PLR2004 - pixels
        return ""
    label = words.month(monday, year=monday.month == 1 or week == 0)
    return write(column * side + 1, row * block + 13, label)


def _key(chart: Heat, height: float, words: Words, top: float) -> str:
    drawn = [write(1, height - 6, "0")]
    for i, strength in enumerate((0.0, *_STEPS)):
        fill = (
            {"fill": ink("bottiglia"), "opacity": f"{0.15 + 0.85 * strength:.2f}"}
            if strength
            else {"fill": ink("velo")}
        )
        drawn.append(tag("rect", x=14.0 + i * 18, y=height - 18, width=15.0, height=15.0, rx=1.5, **fill))
    return "".join(drawn) + write(110, height - 6, f"{words.number(top, 1)} {chart.unit}")
