"""Rows of the CSV files inside archives: any encoding, notes above the header, line breaks, stray quotes."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from valore.errors import RefusedArchive
from valore.model.records import Fault, Where
from valore.model.source import Export, Manifest

_NOTES = 30
"""Rows that a place may write above the header."""
_LINE = 1 << 20
"""Characters of one line; longer ones come in pieces, which no cell survives."""
_HEAD = 65_536
_ESCAPED = re.compile(r'\\"(?!"(?![,\r\n]|\Z))')
"""A quote behind a backslash, but for one that is doubled as well and does not end its cell."""

Known = Callable[[tuple[str, ...]], bool]
"""Says whether a row, trimmed and in lower case, is the header."""


class Row(NamedTuple):
    """One row."""

    where: Where
    cells: dict[str, str]
    """By column in lower case, in the order of the file."""


def header(files: Manifest, member: str, known: Known) -> tuple[str, ...] | None:
    """Return the header of a table by its first bytes; None when it has none that is known."""
    head = files.head(member, _HEAD)
    text = head.decode(_encoding(head), "replace")
    for row in _parsed(iter(io.StringIO(text, newline="").readline, ""), limit=_NOTES):
        if row is not None and known(found := _named(row)):
            return found
    return None


def beginning(files: Manifest, member: str, count: int) -> list[list[str]]:
    """Return the first rows of a table, header and notes among them, as far as its first bytes hold them whole."""
    head = files.head(member)
    text = head.decode(_encoding(head), "replace")
    found = [row for row in _parsed(iter(io.StringIO(text, newline="").readline, ""), limit=count) if row is not None]
    return found if len(found) == count or text.endswith(("\n", "\r")) else found[:-1] or found


def rows(source: Export, member: str, known: Known, *, escaped: bool = False) -> Iterator[Row | Fault]:
    """Yield the rows below the header, and faults for what does not fit it.

    Args:
        source: The files.
        member: One of them.
        known: Which row is the header; what stands above it is passed over.
        escaped: Quotes inside of cells may stand behind a backslash instead of being doubled.
    """
    with source.open(member) as stream:
        text = io.TextIOWrapper(stream, _encoding(source.head(member, _HEAD)), "replace", newline="")
        lines = iter(lambda: text.readline(_LINE), "")
        if escaped:
            lines = (_ESCAPED.sub('""', line) for line in lines)
        try:
            yield from _below(_parsed(lines), member, known)
        except RefusedArchive as error:
            yield Fault(Where(member, ""), "damaged", str(error))


def _below(parsed: Iterator[list[str] | None], member: str, known: Known) -> Iterator[Row | Fault]:
    columns: tuple[str, ...] | None = None
    for number, row in enumerate(parsed, 1):
        where = Where(member, f"row {number}")
        if columns is not None and row is None:
            yield Fault(where, "bad_row")
        elif columns is not None and row is not None:
            yield _row(where, columns, row)
        elif row is not None and known(named := _named(row)):
            columns = named
        elif number >= _NOTES:
            break
    if columns is None:
        yield Fault(Where(member, ""), "bad_row")


def _row(where: Where, columns: tuple[str, ...], row: list[str]) -> Row | Fault:
    """Return the row by column; commas too many at its end do not matter."""
    while len(row) > len(columns) and not row[-1].strip():
        row.pop()
    return Row(where, dict(zip(columns, row, strict=True))) if len(row) == len(columns) else Fault(where, "bad_row")


def _parsed(lines: Iterator[str], limit: int | None = None) -> Iterator[list[str] | None]:
    """Yield rows that are not blank, None for one that no reader of CSV understands."""
    reader, count = csv.reader(lines), 0
    while limit is None or count < limit:
        try:
            row = next(reader, None)
        except csv.Error:
            count += 1
            yield None
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            count += 1
            yield row


def _named(row: list[str]) -> tuple[str, ...]:
    """Return names of columns; one that stands there twice gets its number behind it."""
    names: list[str] = []
    for number, cell in enumerate(row, 1):
        name = cell.strip().removeprefix("\ufeff").lower()
        names.append(f"{name} {number}" if name in names else name)
    return tuple(names)


def _encoding(head: bytes) -> str:
    """Tell the encoding by its mark, else UTF-8, else Windows-1252; a letter cut in two at the end is no sign."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return "utf-8-sig" if error.start > len(head) - 4 and len(head) == _HEAD else "cp1252"
    return "utf-8-sig"
