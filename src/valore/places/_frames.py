"""Tables as batches of text, whatever they are written in, with bounded memory.

Every value is read as text first: an id of nineteen digits does not survive a number. What
cannot be read is a `Fault` with its row.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from valore.errors import MappingError, SourceError
from valore.model.records import Fault, Where
from valore.model.source import Export
from valore.places._bytes import Sound, on_disk, opened, typed
from valore.places._layout import Layout, familiar, header_like, unique
from valore.places._lines import beginning, json_lines
from valore.places._tools import known

ROWS = 131_072
"""Rows of a batch."""
_BLOCK = 16 * 1024 * 1024
_BLANKS = ["", "NULL", "null", "None", "nan", "NaN", "N/A"]
_PREAMBLE = 30
_EXACT = 10**15
"""Numbers from which on a spreadsheet no longer keeps every digit."""


def frames(source: Export, member: str, shape: Layout, wanted: Mapping[str, str]) -> Iterator[pa.RecordBatch | Fault]:
    """Yield a table in batches of `row` (int64, counted from 1) and one text column a field.

    Args:
        source: The files.
        member: The table.
        shape: Its layout.
        wanted: Field to column name (dotted for what is nested).

    Raises:
        MappingError: a wanted column is not there.
        SourceError: nothing more can be read.
    """
    match shape.format:
        case "csv":
            yield from _csv(source, member, shape, wanted)
        case "ndjson":
            with on_disk(source, member, shape) as path:
                yield from json_lines(path, member, {f: split(c, shape.top) for f, c in wanted.items()}, ROWS)
        case "parquet":
            yield from _parquet(source, member, shape, wanted)
        case _:
            yield from _sheet(source, member, shape, wanted)


def sample(source: Export, member: str, shape: Layout, names: Iterable[str], size: int) -> pa.Table:
    """Return the first rows of some columns, as text under the columns' own names.

    Raises:
        SourceError: there are none.
    """
    wanted = {name: name for name in names}
    if shape.format == "ndjson":
        with on_disk(source, member, shape) as path:
            found = list(beginning(path, {n: split(n, shape.top) for n in wanted}, size))
    else:
        rows = (f for f in frames(source, member, shape, wanted) if not isinstance(f, Fault))
        found = [frame.slice(0, size) for frame in islice(rows, 1)]
    if not found:
        raise SourceError("{file} has no rows that can be read", file=member)
    return pa.Table.from_batches(found).drop_columns(["row"])


def columns(source: Export, member: str, shape: Layout) -> tuple[str, ...]:
    """Return the names of the columns, also where the first bytes could not say.

    Raises:
        SourceError: the file is damaged.
    """
    if shape.format == "parquet":
        with on_disk(source, member, shape) as path, typed(member):
            return tuple(_leaves(pq.read_schema(path), ""))
    if shape.format == "xlsx":
        return next(_cells(source, member, shape))
    return shape.columns


def split(column: str, top: frozenset[str]) -> tuple[str, list[str]]:
    """Return the top column and the keys inside it: the longest name that is a column wins."""
    parts = column.split(".")
    for cut in range(len(parts), 0, -1):
        if (name := ".".join(parts[:cut])) in top:
            return name, parts[cut:]
    return parts[0], parts[1:]


def batches(first: int, values: Mapping[str, pa.Array]) -> Iterator[pa.RecordBatch]:
    """Number the rows from `first` on and cut what is large into pieces of `ROWS`."""
    size = len(next(iter(values.values())))
    rows = pa.array(np.arange(first, first + size))
    batch = pa.RecordBatch.from_arrays([rows, *values.values()], names=["row", *values])
    for start in range(0, size, ROWS):
        yield batch.slice(start, ROWS)


def _absent(member: str, column: str, names: Iterable[str]) -> MappingError:
    return MappingError(
        "{file} has no column '{column}'; there are: {known}",
        file=member,
        column=column,
        known=", ".join(names),
    )


# CSV


def _csv(source: Export, member: str, shape: Layout, wanted: Mapping[str, str]) -> Iterator[pa.RecordBatch | Fault]:
    paths = {field: split(column, frozenset(shape.columns)) for field, column in wanted.items()}
    for top, _ in paths.values():
        if top not in shape.columns:
            raise _absent(member, top, shape.columns)
    faults: list[Fault] = []
    first = 1
    with opened(source, member, shape) as stream:
        reader = _csv_reader(stream, member, shape, sorted({top for top, _ in paths.values()}), faults)
        while (batch := _next(reader, member, first, faults)) is not None:
            yield from batches(first, {f: _inside(batch.column(t), k) for f, (t, k) in paths.items()})
            first += batch.num_rows
            yield from _drained(faults)
    yield from _drained(faults)


def _drained(faults: list[Fault]) -> Iterator[Fault]:
    yield from faults
    faults.clear()


def _csv_reader(stream: Any, member: str, shape: Layout, names: list[str], faults: list[Fault]) -> Any:
    def refuse(row: Any) -> str:
        faults.append(Fault(Where(member, f"row {row.number - shape.skip}" if row.number else "row"), "bad_row"))
        return "skip"

    read = pcsv.ReadOptions(
        column_names=list(shape.columns), skip_rows=shape.skip, block_size=_BLOCK, use_threads=False
    )
    parse = pcsv.ParseOptions(delimiter=shape.delimiter, newlines_in_values=True, invalid_row_handler=refuse)
    convert = pcsv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=names,
        null_values=_BLANKS,
        strings_can_be_null=True,
    )
    file = stream if isinstance(stream, pa.NativeFile) else pa.PythonFile(Sound(stream), mode="r")
    with typed(member):
        return pcsv.open_csv(file, read_options=read, parse_options=parse, convert_options=convert)


def _next(reader: Any, member: str, first: int, faults: list[Fault]) -> pa.RecordBatch | None:
    """Return the next batch; None at the end, and after damage, which is a fault."""
    try:
        return reader.read_next_batch()
    except StopIteration:
        return None
    except pa.ArrowInvalid:
        faults.append(Fault(Where(member, f"row {first}"), "truncated"))
    except (OSError, EOFError, pa.ArrowException):
        faults.append(Fault(Where(member, f"row {first}"), "damaged"))
    return None


def _text(values: pa.Array) -> pa.Array:
    """Return bytes as text: UTF-8, and value by value cp1252 where it is not."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([None if v is None else _readable(v) for v in values.to_pylist()], pa.string())


def _readable(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", errors="replace")


def _inside(values: pa.Array, keys: list[str]) -> pa.Array:
    """Return what stands at a path of JSON texts; null where it is no JSON or has no such key."""
    if not keys:
        return values
    path = "$" + "".join(f".{json.dumps(k)}" for k in keys)
    with duckdb.connect(config={"enable_external_access": "false"}) as con:
        con.register("cells", pa.table({"v": values}))
        found = con.execute(
            "SELECT CASE WHEN json_valid(v) THEN json_extract_string(v, ?) END FROM cells", [path]
        ).fetchall()
    return pa.array([row[0] for row in found], pa.string())


# Parquet


def _leaves(fields: Iterable[pa.Field], prefix: str) -> Iterator[str]:
    for field in fields:
        if pa.types.is_struct(field.type):
            yield from _leaves(field.type.fields, f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}"


def _parquet(source: Export, member: str, shape: Layout, wanted: Mapping[str, str]) -> Iterator[pa.RecordBatch | Fault]:
    with on_disk(source, member, shape) as path, typed(member), pq.ParquetFile(path) as file:
        names = tuple(_leaves(file.schema_arrow, ""))
        top = frozenset(file.schema_arrow.names)
        paths = {field: split(column, top) for field, column in wanted.items()}
        for field, (name, keys) in paths.items():
            if name not in top or not _has(file.schema_arrow.field(name).type, keys):
                raise _absent(member, wanted[field], names)
        first = 1
        for batch in file.iter_batches(ROWS, columns=sorted({t for t, _ in paths.values()})):
            yield from batches(first, {f: _leaf(batch.column(t), k) for f, (t, k) in paths.items()})
            first += batch.num_rows


def _has(kind: pa.DataType, keys: list[str]) -> bool:
    for key in keys:
        if not pa.types.is_struct(kind) or kind.get_field_index(key) < 0:
            return False
        kind = kind.field(key).type
    return True


def _leaf(values: pa.Array, keys: list[str]) -> pa.Array:
    for key in keys:
        values = pc.struct_field(values, key)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_nested(values.type):
        return pa.array([None if v is None else json.dumps(v, default=str) for v in values.to_pylist()], pa.string())
    if pa.types.is_binary(values.type) or pa.types.is_large_binary(values.type):
        return _text(values.cast(pa.binary()))
    return values.cast(pa.string())


# XLSX


def _sheet(source: Export, member: str, shape: Layout, wanted: Mapping[str, str]) -> Iterator[pa.RecordBatch | Fault]:
    rows = _cells(source, member, shape)
    names = next(rows)
    for column in wanted.values():
        if column not in names:
            raise _absent(member, column, names)
    positions = {field: names.index(column) for field, column in wanted.items()}
    first, pending = 1, []
    for row in rows:
        pending.append(row)
        if len(pending) == ROWS // 2:
            yield from batches(first, _turned(pending, positions))
            first, pending = first + len(pending), []
    if pending:
        yield from batches(first, _turned(pending, positions))


def _turned(rows: list[tuple[str, ...]], positions: Mapping[str, int]) -> dict[str, pa.Array]:
    return {
        f: pa.array([r[n] or None if n < len(r) else None for r in rows], pa.string()) for f, n in positions.items()
    }


def _cells(source: Export, member: str, shape: Layout) -> Iterator[tuple[str, ...]]:
    """Yield the header, then every row of the first sheet that has a table, as text."""
    with on_disk(source, member, shape) as path, typed(member):
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            rows = ([_cell(v) for v in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=True))
            above = [row for _, row in zip(range(_PREAMBLE), rows, strict=False)]
            at = _header(above)
            if at is not None:
                yield tuple(unique(above[at]))
                yield from (tuple(r) for r in above[at + 1 :])
                yield from (tuple(r) for r in rows)
                return
    raise MappingError("{file} has no table with a header", file=member)


def _header(rows: list[list[str]]) -> int | None:
    """Return the number of the row that names the columns: of a known tool, else the most familiar."""
    named = [(n, row) for n, row in enumerate(rows) if sum(map(bool, row)) > 1 and header_like(row)]
    scored = [(known(row) is not None, familiar(row), -n) for n, row in named]
    return -max(scored)[2] if scored else None


def _cell(value: object) -> str:
    """Return a cell as text; whole numbers lose the point that spreadsheets give them.

    One that has lost its last digits stays as it is written then, so that nobody takes it for an id.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
