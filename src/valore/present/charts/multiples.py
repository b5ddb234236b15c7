"""The same rows in several small panels on one scale, for the eye to compare."""

from dataclasses import dataclass

from valore.present.charts.bars import Bar
from valore.present.charts.svg import SMALL, bar, ink, picture, rule, short
from valore.present.charts.svg import words as write
from valore.present.language import Words

ROW, HEAD = 40.0, 34.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel; its bars are on the scale of all."""

    title: str
    items: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Multiples:
    """Panels from left to right, or one under the other where there is no room."""

    title: str
    about: str
    panels: tuple[Panel, ...]


def draw_multiples(chart: Multiples, words: Words, width: float, name: str) -> str:
    """Return the picture."""
    del words
    across = max(1, min(len(chart.panels), int(width // 200)))
    full = max((b.value for p in chart.panels for b in p.items), default=1.0) or 1.0
    rows = max((len(p.items) for p in chart.panels), default=0)
    wide, high = width / across, HEAD + rows * ROW + 14
    drawn = "".join(
        _panel(p, (i % across) * wide, (i // across) * high, wide - 22, full) for i, p in enumerate(chart.panels)
    )
    height = -(-len(chart.panels) // across) * high if chart.panels else 20.0
    return picture(width, height, drawn, "", name, chart.title, chart.about)


def _panel(panel: Panel, x: float, y: float, width: float, full: float) -> str:
    head = write(x, y + 18, panel.title, fill=ink("inchiostro"), font_weight=600, font_size=SMALL + 2)
    drawn = [head, rule(x, y + 26, x + width, y + 26, stroke=ink("bordo"))]
    for i, item in enumerate(panel.items):
        top = y + HEAD + i * ROW
        drawn.append(write(x, top + 13, short(item.label, int(width / 8))))
        drawn.append(write(x + width, top + 13, item.text, text_anchor="end", fill=ink("inchiostro")))
        drawn.append(bar(x, top + 19, width, 7, fill=ink("velo")))
        drawn.append(bar(x, top + 19, width * min(item.value / full, 1.0), 7, fill=ink("zucchero")))
    return "".join(drawn)
