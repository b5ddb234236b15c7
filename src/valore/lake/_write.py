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
from typing import Any
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


def write(folder: Path, table: pa.Table, partition: Sequence[str]) -> list[AddAction]:
    """Write a table under the folder of its Delta table, fsync, and return what a commit must name."""
    return [_write_one(folder, values, part) for values, part in _parts(table, partition)]


def _parts(table: pa.Table, partition: Sequence[str]) -> Iterator[tuple[dict[str, str], pa.Table]]:
    if not partition:
        return iter([({}, table)])
    parts: dict[tuple[str, ...], list[pa.RecordBatch]] = {}
    coded = frozenset(name for name in table.column_names if name in REPEATED and table[name].null_count < len(table))
    for batch in table.to_batches():
        for values, part in _split(batch, partition, coded):
            parts.setdefault(values, []).append(part)
    named = ((dict(zip(partition, values, strict=True)), found) for values, found in parts.items())
    return ((values, pa.Table.from_batches(found)) for values, found in named)


def _split(
    batch: pa.RecordBatch, partition: Sequence[str], once: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], pa.RecordBatch]]:
    """Yield the rows of each part; the columns `once` are coded alike in every batch, even in one of nulls."""
    coded = [batch[name].dictionary_encode() for name in partition]
    code = np.zeros(batch.num_rows, dtype=np.int64)
    for column in coded:
        code = code * len(column.dictionary) + column.indices.to_numpy()
    names = [name for name in batch.schema.names if name not in partition]
    rest = pa.RecordBatch.from_arrays(
        [_coded(batch[name]) if name in once else batch[name] for name in names], names=names
    )
    if (code != code[0]).any():
        order = np.argsort(_narrow(code), kind="stable")
        code, where = code[order], pa.array(order)
        moved = [column if _even(column) else column.take(where) for column in rest.columns]
        rest = pa.RecordBatch.from_arrays(moved, names=rest.schema.names)
        coded = [column.take(where) for column in coded]
    cuts = [0, *(np.flatnonzero(np.diff(code)) + 1), len(code)]
    for first, last in pairwise(cuts):
        yield tuple(column[int(first)].as_py() for column in coded), rest.slice(first, last - first)


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
