"""A page that is one table under a title: subjects, places, checks."""

from collections.abc import Iterable, Sequence

from valore.present.language import Words
from valore.present.page import Cell, Column, Notes, Page, Raw, Table


def page(
    name: str,
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[Raw]],
    words: Words,
    notes: Sequence[str] = (),
) -> Page:
    """Return the page.

    Args:
        name: Stable name of page and table.
        title: Already in the reader's language.
        columns: (stable name, words) of each.
        rows: Raw values, as many as columns; None is shown as a dash.
        words: The reader's language.
        notes: Remarks under the table.
    """
    held = [tuple(row) for row in rows]
    numbers = [_numeric([row[at] for row in held]) for at in range(len(columns))]
    heads = tuple(Column(n, t, number) for (n, t), number in zip(columns, numbers, strict=True))
    cells = tuple(tuple(Cell(_told(v, words), v) for v in row) for row in held)
    below = (Notes(tuple((note,) for note in notes)),) if notes else ()
    table = Table("", heads, cells, name)
    return Page(name=name, title=title, language=words.language, blocks=(table, *below))


def _numeric(values: Sequence[Raw]) -> bool:
    known = [v for v in values if v is not None]
    return bool(known) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in known)


def _told(value: Raw, words: Words) -> str:
    return "–" if value is None or value == "" else words.fact(value)
