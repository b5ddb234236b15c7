"""Tables into files: Parquet, JSON lines, CSV, XLSX, JSON-LD; streamed, and safe to open in a spreadsheet.

What was quoted so that no spreadsheet takes it for a formula is told beside the file (CSV: metadata
of the W3C's "CSV on the Web"; XLSX: properties of the document), so that it can be undone exactly. A cell
of a sheet holds 32,767 letters; how many were cut stands in its properties too.
"""

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
import xlsxwriter

from valore.errors import BadInput, UnknownName
from valore.flows._csvw import tell

_DANGER = "[=+\\-@\t\r\n\x00＝＋－＠]"
"""What makes a spreadsheet take a text for a formula when it stands first, also in its full-width forms."""
_FORMULA = f"^'*{_DANGER}"
"""Texts that get a quote before them; those that have quotes already get one more, so that it can be undone."""
_QUOTED = f"^'+{_DANGER}"
_UNPRINTABLE = "[\x00-\x08\x0b\x0c\x0e-\x1f]"
_SHEET_ROWS = 1_048_575
_CELL = 32_767
_EXACT = 2**53
"""Integers beyond it are not exact in a spreadsheet."""
_SLICE = 20_000


class Writer(ABC):
    """One file, a table at a time."""

    quoted: Counter[str]
    """Cells that got a quote before them, by column."""

    @abstractmethod
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        """Open the file and write what comes first."""

    @abstractmethod
    def write(self, table: pa.Table) -> None:
        """Add rows."""

    @abstractmethod
    def close(self) -> None:
        """Finish the file."""


class _Parquet(Writer):
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.quoted = Counter()
        self._file = pq.ParquetWriter(path, schema, compression="zstd")

    def write(self, table: pa.Table) -> None:
        self._file.write_table(table)

    def close(self) -> None:
        self._file.close()


class _Lines(Writer):
    def __init__(self, path: Path, schema: pa.Schema) -> None:  # noqa: ARG002 - as every writer
        self.quoted = Counter()
        self._file = path.open("wb")

    def write(self, table: pa.Table) -> None:
        for part in table.to_batches(max_chunksize=_SLICE):
            rows = (orjson.dumps(row, default=_plain) for row in part.to_pylist())
            self._file.writelines(row + b"\n" for row in rows)

    def close(self) -> None:
        self._file.close()


class _Csv(Writer):
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.quoted = Counter()
        self._file = pc_csv.CSVWriter(path, flat(schema.empty_table()).schema)

    def write(self, table: pa.Table) -> None:
        plain = flat(table)
        self.quoted.update(risky(plain))
        self._file.write_table(defused(plain))

    def close(self) -> None:
        self._file.close()


class _Sheet(Writer):
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "remove_timezone": True, **safe})
        self._page = self._book.add_worksheet()
        self._when = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._names = flat(schema.empty_table()).column_names
        self._page.write_row(0, 0, self._names)
        self._page.freeze_panes(1, 0)
        self._rows = 0
        self._cut: Counter[str] = Counter()
        self.quoted = Counter()

    def write(self, table: pa.Table) -> None:
        if self._rows + table.num_rows > _SHEET_ROWS:
            raise BadInput("a sheet holds {rows} rows at most; export as csv or parquet", rows=_SHEET_ROWS)
        plain = _printable(flat(table))
        self.quoted.update(risky(plain))
        for part in defused(plain).to_batches(max_chunksize=_SLICE):
            for row in zip(*(column.to_pylist() for column in part.columns), strict=True):
                self._rows += 1
                for column, value in enumerate(row):
                    self._cell(column, value)

    def _cell(self, column: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, datetime | date):
            self._page.write_datetime(self._rows, column, value, self._when)
        elif isinstance(value, str) or (isinstance(value, int) and abs(value) > _EXACT):
            self._cut.update([self._names[column]] if len(str(value)) > _CELL else [])
            self._page.write_string(self._rows, column, str(value)[:_CELL])
        else:
            self._page.write(self._rows, column, value)

    def close(self) -> None:
        for what, counted in (("quoted", self.quoted), ("cut", self._cut)):
            for column, cells in sorted(counted.items()):
                self._book.set_custom_property(f"valore {what} {column}", cells, "number")
        self._book.close()


class _Linked(Writer):
    """JSON-LD: what is written are texts of JSON in a column `node`, safe inside a page of HTML."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:  # noqa: ARG002 - as every writer
        self.quoted = Counter()
        self._file = path.open("wb")
        self._file.write(b'{"@context":"https://schema.org","@graph":[')
        self._before = b"\n"

    def write(self, table: pa.Table) -> None:
        for node in table["node"].to_pylist():
            self._file.write(self._before + node.translate(_INERT).encode())
            self._before = b",\n"

    def close(self) -> None:
        self._file.write(b"\n]}\n")
        self._file.close()


_INERT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
"""Inside JSON these stand in strings only, where their escape means the same and ends no script of a page."""

WRITERS: Mapping[str, Callable[[Path, pa.Schema], Writer]] = MappingProxyType(
    {"parquet": _Parquet, "jsonl": _Lines, "csv": _Csv, "xlsx": _Sheet}
)
"""For any table."""
SHAPED: Mapping[str, Callable[[Path, pa.Schema], Writer]] = MappingProxyType({"csv": _Csv, "jsonld": _Linked})
"""For posts in a shape of other tools."""


@contextmanager
def writing(
    path: Path, form: str, schema: pa.Schema, writers: Mapping[str, Callable[[Path, pa.Schema], Writer]] = WRITERS
) -> Iterator[Writer]:
    """Write a file beside its place and give it its name when it is whole; a CSV gets its metadata beside it.

    Raises:
        UnknownName: there is no such format.
    """
    if form not in writers:
        raise UnknownName("format", form, writers)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        writer = writers[form](unfinished, schema)
        try:
            yield writer
        finally:
            writer.close()
        unfinished.replace(path)
        if form == "csv":
            tell(path, schema, writer.quoted)
    finally:
        unfinished.unlink(missing_ok=True)


def flat(table: pa.Table) -> pa.Table:
    """Return a table of plain cells: lists as JSON, bytes left out, instants in ISO 8601 (UTC)."""
    columns = {name: table[name] for name in table.column_names if not pa.types.is_binary(table[name].type)}
    return pa.table({name: _flat(column) for name, column in columns.items()})


def defused(table: pa.Table) -> pa.Table:
    """Return a table in which no text is taken for a formula: a quote goes before it."""
    return _texts(table, _defused)


def exact(table: pa.Table) -> pa.Table:
    """Return a table as it was before `defused`."""
    return _texts(table, _exact)


def risky(table: pa.Table) -> dict[str, int]:
    """Return how many cells of each column `defused` changes; columns without any are left out."""
    texts = (name for name in table.column_names if pa.types.is_string(table[name].type))
    counts = {name: pc.sum(pc.match_substring_regex(table[name], _FORMULA)).as_py() for name in texts}
    return {name: count for name, count in counts.items() if count}


def _texts(table: pa.Table, change: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> pa.Table:
    for position, name in enumerate(table.column_names):
        if pa.types.is_string(table[name].type):
            table = table.set_column(position, name, change(table[name]))
    return table


def _flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_list(column.type):
        cells = [None if v is None else json.dumps(v, ensure_ascii=False) for v in column.to_pylist()]
        return pa.chunked_array([pa.array(cells, pa.string())])
    return column


def _defused(column: pa.ChunkedArray) -> pa.ChunkedArray:
    quoted = pc.binary_join_element_wise("'", column, "")
    return pc.if_else(pc.match_substring_regex(column, _FORMULA), quoted, column)


def _exact(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.match_substring_regex(column, _QUOTED), pc.utf8_slice_codeunits(column, 1), column)


def _printable(table: pa.Table) -> pa.Table:
    """Return a table without the control characters that XML cannot hold."""
    return _texts(table, lambda column: pc.replace_substring_regex(column, _UNPRINTABLE, "\ufffd"))


def _plain(value: object) -> object:
    """Say in JSON what JSON has no word for."""
    return value.hex() if isinstance(value, bytes) else str(value)
