"""Rollups: small tables derived from the facts, one file a month, rebuilt at will."""

import re
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from valore.errors import StoreError
from valore.lake._originals import place, temporary

VERSION = b"valore.version"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MONTH = re.compile(r"\d{4}-\d{2}|undated")


class Rollup(NamedTuple):
    """One month of a rollup."""

    month: str
    path: str
    version: int
    """Of the facts it was made from; an older one than the snapshot's may be stale."""


def put(folder: Path, name: str, month: str, table: pa.Table, version: int) -> None:
    """Write one month in place of the one before; a reader sees the old or the new, never a part.

    Raises:
        StoreError: name or month is not one.
    """
    if not _NAME.fullmatch(name) or not _MONTH.fullmatch(month):
        raise StoreError("a rollup cannot be called {name}, {month}", name=name, month=month)
    folder.mkdir(parents=True, exist_ok=True)
    marked = table.replace_schema_metadata({**(table.schema.metadata or {}), VERSION: str(version).encode()})
    with temporary(folder) as (path, file):
        pq.write_table(marked, file, compression="zstd")
        place(path, file, folder / name / f"{month}.parquet")


def listed(folder: Path, name: str) -> tuple[Rollup, ...]:
    """Return the months of a rollup in their order; one that cannot be read is left out, to be made again."""
    found = (_read(path) for path in sorted((folder / name).glob("*.parquet")))
    return tuple(rollup for rollup in found if rollup is not None)


def _read(path: Path) -> Rollup | None:
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError):
        return None
    return Rollup(path.stem, str(path), int(metadata[VERSION])) if VERSION in metadata else None
