"""How single things raised and lowered a value, one step each, up to where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from itertools import accumulate

from valore.present.charts.svg import SMALL, bar, ink, picture, rule, short, tag
from valore.present.charts.svg import words as write
from valore.present.language import Words

ROW = 32.0


@dataclass(frozen=True, slots=True)
class Step:
    """One effect in points; positive raises."""

    label: str
    effect: float
    target: str


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Steps in the order in which they are told; they end at `value`."""

    title: str
    about: str
    steps: tuple[Step, ...]
    value: float
    end: str
    """Words for where they end: the value, or its interval where only that is shown."""


def draw_waterfall(chart: Waterfall, words: Words, width: float, name: str) -> str:
    """Return the picture: rises to the right in one colour, falls to the left in another, always with their sign."""
    start = chart.value - sum(s.effect for s in chart.steps)
    levels = list(accumulate((s.effect for s in chart.steps), initial=start))
    low, high = min(levels), max(levels)
    pad = (high - low) * 0.12 or 1.0
    left, right = (width * 0.3, width - 20) if width >= 480 else (0.0, width - 8)  # noqa: PLR2004 - pixels
    unit = (right - left - 60) / (high - low + 2 * pad)
    row = ROW if left else ROW + 16

    def x(level: float) -> float:
        return left + 30 + (level - low + pad) * unit

    rows = "".join(_bar(s, levels[i], x, i * row, words, over=not left) for i, s in enumerate(chart.steps))
    labels = "".join(_label(s, i * row, left, words) for i, s in enumerate(chart.steps))
    foot = len(chart.steps) * row
    last = rule(x(chart.value), 0, x(chart.value), foot + 14, stroke=ink("bordo"), stroke_dasharray="3 3")
    end = _end(chart, x(chart.value), foot + 30, width)
    return picture(width, foot + 40, last + rows + end, labels, name, chart.title, chart.about)


def _bar(step: Step, level: float, x: Callable[[float], float], y: float, words: Words, *, over: bool) -> str:
    start, stop = x(level), x(level + step.effect)
    top = y + (24 if over else 8)
    colour = ink("zucchero" if step.effect >= 0 else "terracotta")
    drawn = bar(start, top, stop - start, 16, fill=colour)
    side, anchor = (max(start, stop) + 5, "start") if step.effect >= 0 else (min(start, stop) - 5, "end")
    return drawn + write(side, top + 13, words.signed(step.effect), text_anchor=anchor, fill=colour, font_weight=600)


def _label(step: Step, y: float, left: float, words: Words) -> str:
    label = short(step.label, int(left / 6) if left else 44)
    at = (left, y + 21, "end") if left else (0.0, y + 16, "start")
    title = tag("title", escape(f"{step.label}: {words.signed(step.effect)}"))
    text = write(at[0], at[1], label, text_anchor=at[2], fill=ink("bottiglia"))
    return tag("a", title + text, href=f"#{step.target}")


def _end(chart: Waterfall, x: float, y: float, width: float) -> str:
    anchor = "start" if x < width * 0.3 else "end" if x > width * 0.7 else "middle"
    return write(x, y, chart.end, text_anchor=anchor, fill=ink("inchiostro"), font_size=SMALL + 1, font_weight=600)
