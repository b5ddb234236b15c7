"""Quantities side by side, one bar each."""

from dataclasses import dataclass

from valore.present.charts.svg import SMALL, bar, fold, ink, picture, rule
from valore.present.charts.svg import words as write
from valore.present.language import Words

ROW = 30.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One quantity, >= 0, and how it is written."""

    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from the top down, on one scale that begins at 0."""

    title: str
    about: str
    items: tuple[Bar, ...]
    top: float | None = None
    """Full length; None: the longest bar."""


def draw_bars(chart: Bars, words: Words, width: float, name: str) -> str:
    """Return the picture: the label over its bar on a narrow one, beside it on a wide one."""
    del words
    beside = width >= 480  # noqa: PLR2004 - pixels
    left = width * 0.3 if beside else 0.0
    row = ROW if beside else ROW + SMALL
    full = chart.top or max((b.value for b in chart.items), default=1.0) or 1.0
    room = width - left - 64
    drawn = []
    for i, item in enumerate(chart.items):
        y = i * row + (6 if beside else 8 + SMALL)
        drawn.append(bar(left, y, max(room * min(item.value / full, 1.0), 1.0), 16, fill=ink("zucchero")))
        drawn.append(write(left + room * min(item.value / full, 1.0) + 8, y + 13, item.text, fill=ink("inchiostro")))
        label = fold(item.label, 30)[0]
        drawn.append(write(left - 10, y + 13, label, text_anchor="end") if beside else write(0, y - 5, label))
    height = max(len(chart.items) * row + 8, 20.0)
    drawn.append(rule(left, 0, left, height, stroke=ink("bordo")))
    return picture(width, height, "".join(drawn), "", name, chart.title, chart.about)
