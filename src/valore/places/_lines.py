"""Lines of JSON as batches of text: DuckDB reads them, Python reads the lines that it refuses."""

import json
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.model.records import Fault, Where

_LONGEST = 32 * 1024 * 1024
"""Bytes of one line; DuckDB gives up at 16 MiB."""
_FEW = 4096
_AS_TEXT = json.JSONDecoder(parse_int=str, parse_float=str)
"""Numbers stay as they are written: an id of nineteen digits does not survive a float."""

Paths = Mapping[str, tuple[str, list[str]]]
"""Field to the key at the top and the keys inside it."""


class _Read(NamedTuple):
    """What the quick reader left behind."""

    rows: int
    """How many rows it gave."""
    refused: list[int]
    """Numbers of rows without any value: not JSON, or JSON without the wanted keys."""
    whole: bool
    """It came to the end."""


def json_lines(path: Path, member: str, paths: Paths, size: int) -> Iterator[pa.RecordBatch | Fault]:
    """Yield batches of `row` and one text column a field, then what could not be read.

    Args:
        path: A plain file in UTF-8; blank lines do not count as rows.
        member: Its name, for faults.
        paths: What to read.
        size: Rows of a batch.
    """
    read = yield from _quick(path, paths, size)
    if read.refused or not read.whole:
        yield from _slow(path, member, paths, read)


def beginning(path: Path, paths: Paths, size: int) -> Iterator[pa.RecordBatch]:
    """Yield one batch of the first `size` lines that can be read (fewer of long ones), without the engine."""
    read, length = list[tuple[int, dict[str, str | None]]](), 0
    for row, line, _ in _lines(path):
        length += len(line)
        if (values := _values(line, paths)) is not None:
            read.append((row, values))
        if len(read) == size or length > _LONGEST:
            break
    if read:
        yield _batch(read, paths)


def _quick(path: Path, paths: Paths, size: int) -> Generator[pa.RecordBatch, None, _Read]:
    """Give what the engine can read: as long as every line is sound the quicker way, then line by line refused."""
    read = yield from _passed(path, paths, size, 0, lenient=False)
    if not read.whole:
        read = yield from _passed(path, paths, size, read.rows, lenient=True)
    return read


def _passed(path: Path, paths: Paths, size: int, done: int, *, lenient: bool) -> Generator[pa.RecordBatch, None, _Read]:
    """Give the rows behind the first `done`, once through the file."""
    rows, refused = 0, list[int]()
    with duckdb.connect() as con:
        try:
            for batch in _reader(con, path, paths, size, lenient=lenient):
                left = batch.slice(max(done - rows, 0))
                rows += batch.num_rows
                numbers = np.arange(rows - left.num_rows + 1, rows + 1)
                empty = _empty(left)
                refused += numbers[empty].tolist()
                whole = left.add_column(0, "row", pa.array(numbers))
                if not empty.all():
                    yield whole.filter(pa.array(~empty)) if empty.any() else whole
        except (duckdb.Error, pa.ArrowException, OSError):
            return _Read(max(rows, done), refused, whole=False)
    return _Read(rows, refused, whole=True)


def _reader(con: Any, path: Path, paths: Paths, size: int, *, lenient: bool) -> Any:
    """Stream the file through an engine that may open this file and nothing else."""
    con.execute(f"SET allowed_paths = [{_literal(str(path))}]")
    for setting in ("enable_progress_bar = false", "enable_external_access = false", "lock_configuration = true"):
        con.execute(f"SET {setting}")
    tops = {top for top, _ in paths.values()}
    keys = ", ".join(f"{_name(t)}: 'VARCHAR'" for t in sorted(tops))
    picked = ", ".join(f"{_picked(top, inner)} AS {_name(field)}" for field, (top, inner) in paths.items())
    relation = con.sql(
        f"SELECT {picked} FROM read_json({_literal(str(path))}, format = 'newline_delimited', "
        f"columns = {{{keys}}}, ignore_errors = {str(lenient).lower()}, compression = 'none')"
    )
    make = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader  # its name before DuckDB 2
    return make(size)


def _picked(top: str, inner: list[str]) -> str:
    if not inner:
        return _name(top)
    path = "$" + "".join(f".{json.dumps(key, ensure_ascii=False)}" for key in inner)
    return f"CASE WHEN json_valid({_name(top)}) THEN json_extract_string({_name(top)}, {_literal(path)}) END"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _empty(batch: pa.RecordBatch) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say which rows have no value at all; a column without nulls settles it."""
    empty = np.ones(batch.num_rows, dtype=np.bool_)
    for column in batch.columns:
        if not column.null_count:
            return np.zeros(batch.num_rows, dtype=np.bool_)
        empty &= pc.is_null(column).to_numpy(zero_copy_only=False)
    return empty


def _slow(path: Path, member: str, paths: Paths, read: _Read) -> Iterator[pa.RecordBatch | Fault]:
    """Read again what was refused, or everything from where the quick reader stopped."""
    refused, last = frozenset(read.refused), read.rows if not read.whole else None
    pending: list[tuple[int, dict[str, str | None]]] = []
    for row, line, ended in _lines(path):
        if row not in refused and (last is None or row <= last):
            continue
        values = _values(line, paths)
        if values is None:
            yield Fault(Where(member, f"row {row}"), _why(line, ended=ended))
            continue
        pending.append((row, values))
        if len(pending) == _FEW:
            yield _batch(pending, paths)
            pending.clear()
    if pending:
        yield _batch(pending, paths)


def _why(line: bytes, *, ended: bool) -> str:
    if len(line) >= _LONGEST:
        return "too_large"
    return "bad_json" if ended else "truncated"


def _lines(path: Path) -> Iterator[tuple[int, bytes, bool]]:
    """Yield (number, line, whether a line break ends it) of lines that are not blank."""
    number = 0
    with path.open("rb") as file:
        while line := file.readline(_LONGEST):
            while not line.endswith(b"\n") and len(line) >= _LONGEST and (more := file.readline(_LONGEST)):
                line = line if not more.endswith(b"\n") else line[:-1] + b"\n"
                if more.endswith(b"\n"):
                    break
            if line.strip():
                number += 1
                yield number, line, line.endswith(b"\n")


def _values(line: bytes, paths: Paths) -> dict[str, str | None] | None:
    """Read one line; None when it is not an object of JSON."""
    if len(line) >= _LONGEST:
        return None
    try:
        row = _AS_TEXT.decode(_decoded(line))
    except (ValueError, RecursionError):
        return None
    return (
        {field: _found(row, [top, *inner]) for field, (top, inner) in paths.items()} if isinstance(row, dict) else None
    )


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _found(value: object, keys: list[str]) -> str | None:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _batch(rows: list[tuple[int, dict[str, str | None]]], paths: Paths) -> pa.RecordBatch:
    arrays = [pa.array([n for n, _ in rows], pa.int64())]
    arrays += [pa.array([values[f] for _, values in rows], pa.string()) for f in paths]
    return pa.RecordBatch.from_arrays(arrays, names=["row", *paths])
