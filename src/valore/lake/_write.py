"""Writing the Parquet files of a commit: one for each partition, nothing seen by readers yet.

Written by pyarrow and then named in a Delta commit: a third of the work of handing the rows to
the Delta writer, which would sort, encode and measure columns that are random by design. Not
compressed, since that is half of what is left: compaction does it, once, when nobody waits.
"""

import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake.transaction import AddAction

from valore.model.keys import alike

REPEATED = frozenset(
    [
        "place",
        "kind",
        "source",
        "file",
        "language",
        "visibility",
        "query",
        "label",
        "version",
        "subject",
        "reason",
    ]
)
"""Columns of few different values; the others are unlike in every row, and a dictionary only costs."""

ROWS, PAGE = 1 << 16, 8 << 20
"""Rows encoded at once and bytes of a page: many, for a column of nulls costs by the piece."""
STRIP = 16 << 20
"""Bytes (about) of rows that are sorted by partition at once."""


def write(folder: Path, table: pa.Table, partition: Sequence[str]) -> list[AddAction]:
    """Write a table under the folder of its Delta table, fsync, and return what a commit must name.

    Rows of many partitions are sorted a strip at a time, so that the copy of them stays small.
    """
    return [_write_one(folder, values, part) for values, part in _parts(table, partition)]


class _Batch(NamedTuple):
    """Rows of one batch, and to which part each belongs."""

    rows: pa.RecordBatch
    parts: npt.NDArray[np.int64]
    """Numbers of the parts, in order."""
    order: npt.NDArray[np.int64] | None
    """The rows in this order; None where they stand so already, as in what was written in the order of time."""

    def within(self, first: int, last: int) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yield the rows of the parts from `first` up to before `last`."""
        low, high = (int(at) for at in np.searchsorted(self.parts, [first, last]))
        if low == high:
            return
        rows = self.rows.slice(low, high - low) if self.order is None else _moved(self.rows, self.order[low:high])
        parts = self.parts[low:high]
        for start, end in pairwise([0, *(np.flatnonzero(np.diff(parts)) + 1).tolist(), len(parts)]):
            yield int(parts[start]), rows.slice(start, end - start)


def _parts(table: pa.Table, partition: Sequence[str]) -> Iterator[tuple[dict[str, str], pa.Table]]:
    if not partition:
        yield {}, table
        return
    kinds, numbers = _numbered(table, partition)
    batches = _batches(table, partition, numbers)
    for first, last in pairwise(_strips(numbers, table.nbytes)):
        found: dict[int, list[pa.RecordBatch]] = {}
        for batch in batches:
            for part, rows in batch.within(first, last):
                found.setdefault(part, []).append(rows)
        while found:
            part, pieces = found.popitem()
            yield dict(zip(partition, kinds[part], strict=True)), pa.Table.from_batches(pieces)


def _numbered(table: pa.Table, partition: Sequence[str]) -> tuple[list[tuple[str, ...]], npt.NDArray[np.int64]]:
    """Return the parts of a table, in the order in which they first come, and to which each row belongs, (n,)."""
    coded = [table[name].combine_chunks().dictionary_encode() for name in partition]
    number = np.zeros(table.num_rows, dtype=np.int64)
    for column in coded:
        number = number * len(column.dictionary) + column.indices.to_numpy()
    if len(coded) == 1:
        return [(value,) for value in coded[0].dictionary.to_pylist()], number
    _, firsts, which = np.unique(number, return_index=True, return_inverse=True)
    came = np.argsort(firsts)
    kinds = [tuple(column[int(row)].as_py() for column in coded) for row in firsts[came]]
    return kinds, np.argsort(came)[which]


def _batches(table: pa.Table, partition: Sequence[str], numbers: npt.NDArray[np.int64]) -> list[_Batch]:
    """Return the batches of a table; columns of few values are coded alike in every one, even in one of nulls."""
    once = frozenset(name for name in table.column_names if name in REPEATED and table[name].null_count < len(table))
    found, start = [], 0
    for batch in table.to_batches():
        names = [name for name in batch.schema.names if name not in partition]
        columns = [_coded(batch[name]) if name in once else batch[name] for name in names]
        parts, start = numbers[start : start + batch.num_rows], start + batch.num_rows
        order = None if (parts[1:] >= parts[:-1]).all() else np.argsort(_narrow(parts), kind="stable")
        rows = pa.RecordBatch.from_arrays(columns, names=names)
        found.append(_Batch(rows, parts if order is None else parts[order], order))
    return found


def _strips(numbers: npt.NDArray[np.int64], size: int) -> list[int]:
    """Return the parts at which strips of about `STRIP` bytes begin, and the end."""
    rows = np.cumsum(np.bincount(numbers))
    ends = np.searchsorted(rows, np.arange(1, max(size // STRIP, 1)) * (len(numbers) * STRIP / max(size, 1)))
    return [0, *np.unique(ends[ends > 0]).tolist(), len(rows)]


def _moved(rows: pa.RecordBatch, order: npt.NDArray[np.int64]) -> pa.RecordBatch:
    where = pa.array(order)
    moved = [column.slice(0, len(order)) if _even(column) else column.take(where) for column in rows.columns]
    return pa.RecordBatch.from_arrays(moved, names=rows.schema.names)


def _coded(column: pa.Array) -> pa.Array:
    """Return a column with each value written once."""
    if pa.types.is_string(column.type) and alike(column):
        return pa.DictionaryArray.from_arrays(np.zeros(len(column), np.int32), column.slice(0, 1))
    return column.dictionary_encode()


def _even(column: pa.Array) -> bool:
    """Return whether the order of rows makes no difference to a column, as far as can be told at once."""
    if column.null_count:
        return bool(column.null_count == len(column))
    if pa.types.is_dictionary(column.type):
        return len(column.dictionary) == 1
    return pa.types.is_list(column.type) and not len(column.flatten())


def _narrow(code: npt.NDArray[np.int64]) -> npt.NDArray[np.integer[Any]]:
    """Return the same numbers in sixteen bits where they fit: those are sorted by counting."""
    return code.astype(np.uint16) if code.max() < 1 << 16 else code


def _write_one(folder: Path, values: Mapping[str, str], part: pa.Table) -> AddAction:
    below = [f"{name}={quote(value, safe='')}" for name, value in values.items()]
    path = folder.joinpath(*below, f"part-{uuid.uuid4()}.parquet")
    path.parent.mkdir(parents=True, exist_ok=True)
    with pa.OSFile(str(path), "wb") as file:
        pq.write_table(
            part,
            file,
            compression="none",
            use_dictionary=[c for c in part.column_names if c in REPEATED],
            write_statistics=[c for c in ("published",) if c in part.column_names],
            store_schema=False,
            write_batch_size=ROWS,
            data_page_size=PAGE,
        )
    sync(path)
    return named(path, values, part)


def named(path: Path, values: Mapping[str, str], part: pa.Table | int) -> AddAction:
    """Return what a commit says of a file that is written: of `part`, or of so many rows without editions."""
    name = "/".join([*(f"{name}={quote(value, safe='')}" for name, value in values.items()), path.name])
    size, now = path.stat().st_size, int(time.time() * 1000)
    return AddAction(name, size, dict(values), now, data_change=True, stats=_statistics(part))


def _statistics(part: pa.Table | int) -> str:
    """Return the statistics of Delta: rows, and the editions by which readers know what to search."""
    least, most, nulls = {}, {}, {}
    rows = part if isinstance(part, int) else part.num_rows
    if not isinstance(part, int) and "edition" in part.column_names:
        ends = pc.min_max(part["edition"]).as_py()
        least, most, nulls = {"edition": ends["min"]}, {"edition": ends["max"]}, {"edition": 0}
    return json.dumps({"numRecords": rows, "minValues": least, "maxValues": most, "nullCount": nulls})


def settle(folder: Path, version: int) -> None:
    """Have one entry of a table's log reach the disk."""
    sync(folder / "_delta_log" / f"{version:020}.json")
    sync(folder / "_delta_log")


def sync(path: Path) -> None:
    """Have a file (or the names in a folder) reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
