"""A page as data: a title and blocks, already in one language. Renderers decide how it looks.

Blocks hold finished words and raw numbers beside them: what people read stands in `text`, what a table
or a machine wants in `value`. Nothing is computed here and nothing knows HTML, PDF or terminals.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from valore.present.charts import Chart

Raw = str | int | float | bool | date | datetime | None
"""A value as a machine reads it."""


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another part of the same page."""

    text: str
    target: str
    """Id of a block on this page; never an address."""
    label: str = ""
    """What a screen reader says instead, when the words alone say too little."""


@dataclass(frozen=True, slots=True)
class Strong:
    """Words that weigh more."""

    text: str


Inline = str | Link | Strong


@dataclass(frozen=True, slots=True)
class Heading:
    """Title of what follows, without a section of its own."""

    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph. `tone`: lead, plain, small."""

    parts: tuple[Inline, ...]
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Notes:
    """Short remarks, one a line; numbered where each has an id."""

    items: tuple[tuple[Inline, ...], ...]
    ids: tuple[str, ...] = ()
    """Ids of the items, when other parts of the page lead to them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: words, the value behind them, and where they lead (an id of this page)."""

    text: str
    value: Raw = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its stable name (for machines), its words, and whether it holds numbers."""

    name: str
    text: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; the first column names its row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    name: str = ""
    """Stable name of the table: its sheet or file."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, words under it, and the same as a table for whoever cannot or would not look."""

    chart: Chart
    caption: str
    table: Table | None = None
    titled: bool = True
    """False where the heading above already says the title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One number as it is shown, with all that stands beside it."""

    name: str
    label: str
    about: str
    """What it is, in one sentence."""
    value: str
    """Empty where only the interval, or only a reason, is shown."""
    interval: str
    grade: str
    """A to E."""
    grade_words: str
    reason: str
    """Why there is no number; empty when there is one."""
    authors: str
    evidence: tuple[Link, ...]
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    notes: tuple[str, ...] = ()
    """Parts and figures beside it."""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Numbers of one family, each with its interval, grade and evidence."""

    items: tuple[Measured, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    """A post of somebody: their words, untouched and never ours."""

    id: str
    number: str
    author: str
    actor: str
    place: str
    day: str
    text: str
    language: str = ""
    """ISO 639-1, empty when not known."""
    url: str = ""
    """Shown as words, never loaded."""
    marks: tuple[str, ...] = ()
    """How it was read: polarity, novelty, what it did."""
    counts: str = ""
    back: tuple[Link, ...] = ()
    """Where the page speaks of it."""


@dataclass(frozen=True, slots=True)
class Cards:
    """Posts, one after the other."""

    items: tuple[PostCard, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A picture and the words that belong to it, side by side where there is room."""

    picture: Figure
    words: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a heading of its own, which can be linked to."""

    id: str
    title: str
    blocks: tuple["Block", ...]


Block = Heading | Text | Notes | Table | Figure | Estimates | Cards | Beside | Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: what it is called, of whom it speaks, and its blocks."""

    name: str
    """Stable name: report, value, why, posts, …"""
    title: str
    language: str
    blocks: tuple[Block, ...]
    over: str = ""
    """Small line over the title: of whom or of what it speaks."""
    under: str = ""
    """Small line under the title: which days it covers."""
    foot: tuple[str, ...] = ()


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield every block, those inside sections after their section."""
    for block in blocks:
        yield block
        match block:
            case Section():
                yield from walk(block.blocks)
            case Beside():
                yield block.picture
                yield from walk(block.words)
            case _:
                pass


def tables(page: Page) -> Iterator[Table]:
    """Yield the tables of a page, those behind figures among them."""
    for block in walk(page.blocks):
        match block:
            case Table():
                yield block
            case Figure(table=Table() as table):
                yield table
            case _:
                pass
