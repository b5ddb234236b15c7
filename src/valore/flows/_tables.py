"""Any table as batches of text, one row for each row of the file, in order."""

import csv
import gzip
import io
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from valore.errors import N_, SourceError

ROWS = 4096
"""Rows of a batch."""
_CELL = 2**27
"""Characters of one cell at most."""
_FORMATS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".parquet", ".xlsx")


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield a table in batches of strings; all have the same columns, and there is at least one.

    Args:
        path: CSV, TSV, JSONL, Parquet or XLSX; all but the last two also as .gz.

    Raises:
        SourceError: it is not there, is empty, or is no table.
    """
    if not path.is_file():
        raise SourceError(N_("{file} is not there"), file=str(path))
    try:
        yield from _reader(path)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, pa.ArrowInvalid) as error:
        raise SourceError(
            N_("{file} cannot be read as a table: {why}"), file=path.name, why=type(error).__name__
        ) from error


def _reader(path: Path) -> Iterator[pa.RecordBatch]:
    match _format(path):
        case ".parquet":
            return _parquet(path)
        case ".xlsx":
            return _sheet(path)
        case ".jsonl" | ".ndjson":
            return _lines(path)
        case kind if kind in _FORMATS:
            return _separated(path, "\t" if kind == ".tsv" else None)
        case kind:
            known = ", ".join(_FORMATS)
            raise SourceError(
                N_("{file} is no table that can be read; there are: {known}"), file=path.name, known=known
            )


def _format(path: Path) -> str:
    return (path.with_suffix("") if path.suffix.lower() == ".gz" else path).suffix.lower()


def _separated(path: Path, delimiter: str | None) -> Iterator[pa.RecordBatch]:
    csv.field_size_limit(_CELL)
    with _opened(path, _encoding(path)) as stream:
        beginning = stream.readline()
        names = next(csv.reader([beginning], delimiter=delimiter or _delimiter(beginning)), [])
    if not names:
        raise SourceError(N_("{file} is empty"), file=path.name)
    with _opened(path, _encoding(path)) as stream:
        rows = csv.reader(stream, delimiter=delimiter or _delimiter(beginning))
        header = next(rows)
        yield from _turned(header, (row for row in rows if row))


def _delimiter(header: str) -> str:
    return max(",;\t|", key=header.count)


def _encoding(path: Path) -> str:
    """Return UTF-8 where the whole file is that, else the old Western code page."""
    with _opened(path, "utf-8-sig") as stream:
        try:
            while stream.read(2**20):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _opened(path: Path, encoding: str) -> IO[str]:
    errors = "strict" if encoding == "utf-8-sig" else "replace"
    if path.suffix.lower() == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding=encoding, errors=errors, newline="")
    return path.open(encoding=encoding, errors=errors, newline="")


def _lines(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield JSON lines; a line that is no object is a row of nulls, so that rows stay in step."""
    names: dict[str, None] = {}
    for told in _objects(path):
        names.update(dict.fromkeys(told))
    rows = ([_cell(told.get(name)) for name in names] for told in _objects(path))
    yield from _turned(list(names), rows)


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    with _opened(path, _encoding(path)) as stream:
        for line in stream:
            if line.strip():
                yield _object(line)


def _object(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _parquet(path: Path) -> Iterator[pa.RecordBatch]:
    file = pq.ParquetFile(path)
    empty = file.schema_arrow.empty_table().to_batches() or [pa.RecordBatch.from_pylist([], file.schema_arrow)]
    read = file.iter_batches(batch_size=ROWS) if file.metadata.num_rows else iter(empty)
    for batch in read:
        columns = [_as_text(c) for c in batch.columns]
        yield pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _as_text(column: pa.Array) -> pa.Array:
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([_cell(json.loads(json.dumps(v, default=str))) for v in column.to_pylist()], pa.string())


def _sheet(path: Path) -> Iterator[pa.RecordBatch]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()
    except CalamineError as error:
        raise SourceError(N_("{file} cannot be read as a table: {why}"), file=path.name, why="XLSX") from error
    header = [_written(v) or f"column_{i}" for i, v in enumerate(next(iter(rows), []))]
    if not header:
        raise SourceError(N_("{file} is empty"), file=path.name)
    yield from _turned(header, ([_written(v) for v in row] for row in rows))


def _written(value: Any) -> str | None:
    if value == "" or value is None:
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _turned(names: list[str], rows: Iterable[Sequence[str | None]]) -> Iterator[pa.RecordBatch]:
    """Yield rows as batches of columns: a short row ends in nulls, what stands beyond the header is left out."""
    rows, width, schema = iter(rows), len(names), pa.schema([pa.field(n, pa.string()) for n in _unique(names)])
    first = True
    while (part := list(itertools.islice(rows, ROWS))) or first:
        padded = [(*row, *[None] * width)[:width] for row in part]
        columns = [pa.array(c, pa.string()) for c in zip(*padded, strict=True)] or [pa.array([], pa.string())] * width
        yield pa.RecordBatch.from_arrays(columns, schema=schema)
        first = False


def _unique(names: list[str]) -> list[str]:
    """Return names without repeats: the second `text` is `text_2`."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return out
