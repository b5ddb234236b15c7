"""Pages for the terminal: tables, small bars, colour where there is one. Nothing but what the page says.

Posts are written as plain text: no markup of theirs is understood and no control character passes.
"""

from collections.abc import Iterable
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text as Line

from valore.present.charts import Chart
from valore.present.charts.bars import Bars
from valore.present.charts.dots import Dot, Dots
from valore.present.charts.heat import Heat
from valore.present.charts.line import Line as LineChart
from valore.present.charts.multiples import Multiples
from valore.present.charts.share import Share
from valore.present.charts.spark import Spark
from valore.present.charts.waterfall import Waterfall
from valore.present.language import Words
from valore.present.page import (
    Beside,
    Block,
    Cards,
    Estimates,
    Figure,
    Heading,
    Inline,
    Measured,
    Notes,
    Page,
    PostCard,
    Section,
    Table,
    Text,
)
from valore.present.render.clean import printable

SCALE = 40
"""Letters of a bar from 0 to its end."""
_LEVELS = "▁▂▃▄▅▆▇█"
_TONES = {"lead": "bold", "small": "dim", "plain": ""}


def show(page: Page, console: Console) -> None:
    """Print a page."""
    console.print(Group(*_page(page)), highlight=False)


def written(page: Page, width: int = 100) -> str:
    """Return a page as plain text."""
    out = StringIO()
    show(page, Console(width=width, color_system=None, force_terminal=False, file=out))
    return out.getvalue()


def _page(page: Page) -> Iterable[RenderableType]:
    words = Words(page.language)
    if page.over:
        yield _line(page.over, "dim")
    yield _line(page.title, "bold green")
    if page.under:
        yield _line(page.under, "dim")
    yield Line()
    for block in page.blocks:
        yield _block(block, words)
    for foot in page.foot:
        yield _line(foot, "dim")


def _block(block: Block, words: Words) -> RenderableType:
    match block:
        case Heading(text=text):
            return _line(text, "bold")
        case Text(parts=parts, tone=tone):
            return Padding(_line(said(parts), _TONES.get(tone, "")), (0, 0, 1, 0))
        case Notes(items=items):
            return Padding(Group(*(_line("– " + said(i)) for i in items)), (0, 0, 1, 0))
        case Table():
            return Padding(_table(block), (0, 0, 1, 0))
        case Estimates(items=items):
            return Padding(Group(*(_measured(m, words) for m in items)), (0, 0, 1, 0))
        case _:
            return _larger(block, words)


def _larger(block: Figure | Cards | Beside | Section, words: Words) -> RenderableType:
    match block:
        case Figure():
            return _figure(block, words)
        case Cards(items=items):
            return Group(*(_card(c) for c in items))
        case Beside(picture=picture, words=beside):
            return Group(_figure(picture, words), *(_block(b, words) for b in beside))
        case Section(title=title, blocks=blocks):
            return Group(_line(title, "bold underline"), *(_block(b, words) for b in blocks))


def said(parts: Iterable[Inline]) -> str:
    """Return inline words without their links."""
    return "".join(p if isinstance(p, str) else p.text for p in parts)


def _line(text: str, style: str = "") -> Line:
    return Line(printable(text), style=style)


def _table(table: Table) -> Grid:
    grid = Grid(title=printable(table.caption), title_justify="left", title_style="dim", box=None, pad_edge=False)
    for i, column in enumerate(table.columns):
        grid.add_column(
            _line(column.text), justify="right" if column.number else "left", no_wrap=i == 0, overflow="fold"
        )
    for row in table.rows:
        grid.add_row(*(_line(cell.text) for cell in row))
    return grid


def _measured(item: Measured, words: Words) -> RenderableType:
    head = Line.assemble((printable(item.label), "bold"), "  ", (item.value or "", "bold green"), "  ")
    head.append(printable(item.interval or item.reason), style="" if item.interval else "yellow")
    lines = [head]
    if item.low is not None and item.high is not None:
        lines.append(_interval(item))
    about = " · ".join(
        x for x in (words.say("grade {grade}: {words}", grade=item.grade, words=item.grade_words), item.authors) if x
    )
    told = (about, item.about, " · ".join(item.notes))
    return Group(*lines, *(_line(f"  {t}", "dim") for t in told if t))


def _interval(item: Measured) -> Line:
    top = 1.0 if (item.high or 0) <= 1 else 100.0
    return _scale("  ", item.low or 0.0, item.middle, item.high or 0.0, 0.0, top)


def _scale(before: str, low: float, middle: float | None, high: float, bottom: float, top: float) -> Line:
    def at(value: float) -> int:
        return min(max(round((value - bottom) / ((top - bottom) or 1.0) * SCALE), 0), SCALE)

    letters = ["·"] * (SCALE + 1)
    letters[at(low) : at(high) + 1] = ["─"] * (at(high) - at(low) + 1)
    if middle is not None:
        letters[at(middle)] = "●"
    line = Line(before)
    for letter in letters:
        line.append(letter, style={"·": "dim", "─": "blue", "●": "bold green"}[letter])
    return line


def _figure(figure: Figure, words: Words) -> RenderableType:
    title = [_line(figure.chart.title, "bold")] if figure.titled else []
    drawn: list[RenderableType] = [*title, *_chart(figure.chart, words)]
    if figure.caption:
        drawn.append(_line(figure.caption, "dim"))
    if figure.table is not None and not isinstance(figure.chart, Dots | LineChart | Heat):
        drawn.append(_table(figure.table))
    return Padding(Group(*drawn), (0, 0, 1, 0))


def _chart(chart: Chart, words: Words) -> Iterable[RenderableType]:  # noqa: C901 - eight kinds
    match chart:
        case Dots(items=items):
            wide = max((len(d.label) for d in items), default=0)
            yield from (_dot(d, wide, chart.bottom, chart.top) for d in items)
        case LineChart(points=points, marks=marks):
            yield _line(_spark([p.value for p in points]), "green")
            yield from (_line(f"  {m.number}. {m.label}") for m in marks)
        case Spark(values=values):
            yield _line(_spark(list(values)), "green")
        case Heat(days=days):
            yield _line(_spark([days[d] for d in sorted(days)]), "green")
        case Bars(items=items):
            yield from (_bar(b.label, b.value, chart.top or max(i.value for i in items), b.text) for b in items)
        case Share(items=items):
            yield from (_bar(s.label, s.share if s.share is not None else s.high, 1.0, s.text) for s in items)
        case Multiples(panels=panels):
            for panel in panels:
                yield _line(panel.title, "bold")
                yield from (_bar(b.label, b.value, 1.0, b.text) for b in panel.items)
        case Waterfall(steps=steps):
            for step in steps:
                style = "blue" if step.effect >= 0 else "red"
                yield _line(f"  {words.signed(step.effect):>6}  {step.label}", style)


def _dot(dot: Dot, wide: int, bottom: float, top: float) -> Line:
    label = f"  {printable(dot.label):<{wide}}  "
    if dot.low is None or dot.high is None:
        return Line.assemble(label, ("·" * (SCALE + 1), "dim"), "  ", (dot.text, "yellow"))
    line = _scale(label, dot.low, dot.middle, dot.high, bottom, top)
    return line.append(f"  {dot.text}")


def _bar(label: str, value: float, top: float, text: str) -> Line:
    size = round(min(value / (top or 1.0), 1.0) * SCALE)
    return Line.assemble(f"  {printable(label)[:26]:<26}  ", ("█" * size, "blue"), f" {text}")


def _spark(values: list[float | None], width: int = 72) -> str:
    step = max(1, -(-len(values) // width))
    parts = [[v for v in values[i : i + step] if v is not None] for i in range(0, len(values), step)]
    means = [sum(p) / len(p) if p else None for p in parts]
    top = max((m for m in means if m is not None), default=1.0) or 1.0
    return "  " + "".join(" " if m is None else _LEVELS[min(int(m / top * len(_LEVELS)), 7)] for m in means)


def _card(card: PostCard) -> RenderableType:
    head = " · ".join(x for x in (card.number, card.author, card.place, card.day) if x)
    foot = " · ".join(x for x in (card.actor, *card.marks, card.counts) if x)
    return Panel(_line(card.text), title=_line(head), title_align="left", subtitle=_line(foot), subtitle_align="left")
