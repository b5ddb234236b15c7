"""Writing the Parquet files of a commit: one for each partition, nothing seen by readers yet.

Written by pyarrow and then named in a Delta commit: a third of the work of handing the rows to
the Delta writer, which would sort, encode and measure columns that are random by design.
"""

import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake.transaction import AddAction

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
WORDS = frozenset(
    ["text", "title", "bio", "name", "url", "pointer", "detail", "links.list.element", "tags.list.element"]
)
"""Columns worth compressing; keys and digests are not."""


def write(folder: Path, table: pa.Table, partition: Sequence[str]) -> list[AddAction]:
    """Write a table under the folder of its Delta table, fsync, and return what a commit must name."""
    return [_write_one(folder, values, part) for values, part in _parts(table, partition)]


def _parts(table: pa.Table, partition: Sequence[str]) -> Iterator[tuple[dict[str, str], pa.Table]]:
    if not partition:
        yield {}, table
        return
    coded = [table[name].combine_chunks().dictionary_encode() for name in partition]
    code = np.zeros(table.num_rows, dtype=np.int64)
    for column in coded:
        code = code * len(column.dictionary) + column.indices.to_numpy()
    rest = table.drop_columns(list(partition))
    if (code != code[0]).any():
        order = np.argsort(code, kind="stable")
        rest, code = rest.take(pa.array(order)), code[order]
        coded = [column.take(pa.array(order)) for column in coded]
    cuts = [0, *(np.flatnonzero(np.diff(code)) + 1), len(code)]
    for first, last in pairwise(cuts):
        values = {name: column[int(first)].as_py() for name, column in zip(partition, coded, strict=True)}
        yield values, rest.slice(first, last - first)


def _write_one(folder: Path, values: Mapping[str, str], part: pa.Table) -> AddAction:
    below = [f"{name}={quote(value, safe='')}" for name, value in values.items()]
    name = "/".join([*below, f"part-{uuid.uuid4()}.zstd.parquet"])
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        part,
        path,
        compression={c: "zstd" for c in WORDS if c.partition(".")[0] in part.column_names},
        use_dictionary=[c for c in part.column_names if c in REPEATED],
        write_statistics=[c for c in ("published",) if c in part.column_names],
        store_schema=False,
    )
    sync(path)
    size, now = path.stat().st_size, int(time.time() * 1000)
    return AddAction(name, size, dict(values), now, data_change=True, stats=_statistics(part))


def _statistics(part: pa.Table) -> str:
    """Return the statistics of Delta: rows, and the editions by which readers know what to search."""
    least, most, nulls = {}, {}, {}
    if "edition" in part.column_names:
        ends = pc.min_max(part["edition"]).as_py()
        least, most, nulls = {"edition": ends["min"]}, {"edition": ends["max"]}, {"edition": 0}
    return json.dumps(
        {"numRecords": part.num_rows, "minValues": least, "maxValues": most, "nullCount": nulls}
    )


def sync(path: Path) -> None:
    """Have a file (or the names in a folder) reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
