"""Taking rows out of the files themselves: rewritten without them, and the older files gone at once.

What other writers need not wait for is done under the lake's lock, table by table. A killed
erasure leaves tables that were reached and tables that were not: the same call finishes it.
"""

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import AddAction

from valore.lake._ledger import opened
from valore.lake._originals import sweep, temporary
from valore.lake._write import named, settle, sync, write
from valore.model.schemas import PARTITIONS, TABLES

Flags = npt.NDArray[np.bool_]
_KEPT_STATISTICS = frozenset(["edition"])
"""Columns whose statistics may stand in the log; those of texts would tell of rows that are gone."""


class Verdict(NamedTuple):
    """What is to become of the rows of one file; booleans (n,)."""

    goes: Flags
    altered: Flags | None = None
    """Rows that stay, but not as they are; None: none."""


class Pass(NamedTuple):
    """One table to be gone through."""

    table: str
    columns: tuple[str, ...]
    """What `judge` looks at."""
    judge: Callable[[pa.Table], Verdict]
    alter: Callable[[pa.Table], pa.Table] | None = None
    """Says how rows look that are to be altered: takes and gives all columns of the table, as many rows."""


class Passed(NamedTuple):
    """What a pass came to."""

    gone: int
    altered: int


class _File(NamedTuple):
    path: str
    verdict: Verdict

    @property
    def touched(self) -> bool:
        return bool(self.verdict.goes.any()) or (self.verdict.altered is not None and bool(self.verdict.altered.any()))


def count(root: Path, wanted: Pass) -> Passed:
    """Return what a pass would come to; nothing is changed."""
    files = (f for _, judged in _judged(root, wanted) for f in judged)
    return _sum(files)


def erase(root: Path, wanted: Pass) -> Passed:
    """Rewrite the files of a table that hold rows of a pass. The caller holds the lake's lock.

    One Delta commit for each partition that is touched; files without such rows keep their bytes.
    The older files stay until `purge`.
    """
    done = Passed(0, 0)
    for values, judged in _judged(root, wanted):
        if any(f.touched for f in judged):
            _rewrite(root / wanted.table, wanted, values, judged)
            step = _sum(judged)
            done = Passed(done.gone + step.gone, done.altered + step.altered)
    return done


def purge(root: Path) -> None:
    """Remove every file that the newest version does not name, and what the log tells of them.

    The caller holds the lake's lock and its lease: readers of an older snapshot find their files gone
    and have to take a new one.
    """
    sweep(root / "rollups")
    for rollup in (root / "rollups").glob("*/*.parquet"):
        rollup.unlink(missing_ok=True)
    for name in TABLES:
        table = opened(root / name)
        if table is not None:
            table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False, full=True)
            _scrub(root, root / name / "_delta_log")


def _judged(root: Path, wanted: Pass) -> Iterator[tuple[dict[str, str], list[_File]]]:
    """Yield each partition of a table with its files and what is to become of their rows."""
    table = opened(root / wanted.table)
    if table is None:
        return
    for values, paths in _partitions(table, wanted.table):
        yield values, [_File(path, _verdict(root / wanted.table / path, wanted, values)) for path in paths]


def _partitions(table: DeltaTable, name: str) -> Iterator[tuple[dict[str, str], list[str]]]:
    actions = pa.table(table.get_add_actions(flatten=True))
    columns = PARTITIONS[name]
    found: dict[tuple[str, ...], list[str]] = {}
    keys = zip(*(actions[f"partition.{c}"].to_pylist() for c in columns), strict=True) if columns else None
    for path, values in zip(actions["path"].to_pylist(), keys or [()] * actions.num_rows, strict=True):
        found.setdefault(tuple(map(str, values)), []).append(unquote(path))
    for values in sorted(found):
        yield dict(zip(columns, values, strict=True)), sorted(found[values])


def _verdict(path: Path, wanted: Pass, values: Mapping[str, str]) -> Verdict:
    return wanted.judge(_read(path, wanted.columns, values))


def _read(path: Path, columns: Sequence[str], values: Mapping[str, str]) -> pa.Table:
    """Return columns of a file, those of its partition too."""
    file = pq.ParquetFile(path)
    found = file.read(columns=[c for c in columns if c not in values])
    rows = _rows(file)
    given = {c: pa.repeat(pa.scalar(values[c]), rows) if c in values else found[c] for c in columns}
    return pa.table(given)


def read(table: DeltaTable, folder: Path) -> Iterator[pa.Table]:
    """Yield the rows of each file in the columns that this Valore knows; one that is newer than the file is null."""
    schema = TABLES[folder.name]
    for values, paths in _partitions(table, folder.name):
        for path in paths:
            there = {*pq.read_schema(folder / path).names, *values}
            rows = _read(folder / path, [c for c in schema.names if c in there], values)
            columns = [rows[f.name] if f.name in there else pa.nulls(rows.num_rows, f.type) for f in schema]
            yield pa.Table.from_arrays(columns, names=schema.names).cast(schema).combine_chunks()


def _rewrite(folder: Path, wanted: Pass, values: Mapping[str, str], judged: Sequence[_File]) -> None:
    table = opened(folder)
    assert table is not None
    actions = [action for file in judged for action in _again(folder, wanted, values, file)]
    partition = PARTITIONS[wanted.table]
    where: list[tuple[str, str, Any]] = [(name, "=", value) for name, value in values.items()]
    before = int(table.version())
    table.create_write_transaction(
        list(actions), "overwrite", table.schema(), partition, partition_filters=where or None
    )
    settle(folder, before + 1)


def _again(folder: Path, wanted: Pass, values: Mapping[str, str], file: _File) -> list[AddAction]:
    """Return what the commit must name in place of a file: nothing for one that is empty now."""
    if not file.touched:
        return [_linked(folder, values, file.path)]
    schema = TABLES[wanted.table]
    rows = _left(_read(folder / file.path, schema.names, values).cast(schema), file.verdict, wanted.alter)
    return write(folder, rows.combine_chunks(), PARTITIONS[wanted.table]) if rows.num_rows else []


def _left(rows: pa.Table, verdict: Verdict, alter: Callable[[pa.Table], pa.Table] | None) -> pa.Table:
    """Return the rows that stay, those that are to be altered last and in their new words."""
    stays = ~verdict.goes
    if verdict.altered is None or alter is None:
        return rows.filter(pa.array(stays))
    same = rows.filter(pa.array(stays & ~verdict.altered))
    other = rows.filter(pa.array(stays & verdict.altered))
    return pa.concat_tables([same, alter(other).cast(rows.schema)]) if other.num_rows else same


def _linked(folder: Path, values: Mapping[str, str], path: str) -> AddAction:
    """Give a file that stays as it is another name, so that one commit can take and add its partition."""
    old = folder / path
    new = old.with_name(f"part-{uuid.uuid4()}.parquet")
    os.link(old, new)
    sync(old.parent)
    file = pq.ParquetFile(new)
    return named(new, values, file.read(columns=["edition"]) if "edition" in TABLES[folder.name].names else _rows(file))


def _rows(file: pq.ParquetFile) -> int:
    return int(file.metadata.num_rows)


def _sum(files: Iterator[_File] | Sequence[_File]) -> Passed:
    gone = altered = 0
    for file in files:
        gone += int(file.verdict.goes.sum())
        if file.verdict.altered is not None:
            altered += int((file.verdict.altered & ~file.verdict.goes).sum())
    return Passed(gone, altered)


def _scrub(root: Path, log: Path) -> None:
    """Take from the log what statistics say of texts; versions stay as they are for those who know an older one."""
    for entry in sorted(log.glob("*.json")):
        lines = entry.read_text("utf-8").splitlines()
        plain = [_plain(line) for line in lines]
        if plain != lines:
            _replace(root, entry, "\n".join(plain) + "\n")
    checkpoints = sorted(log.glob("*.checkpoint*.parquet"))
    if checkpoints:
        DeltaTable(log.parent).create_checkpoint()
        newest = max(log.glob("*.checkpoint*.parquet"))
        for path in checkpoints:
            if path != newest:
                path.unlink()
    sync(log)


def _plain(line: str) -> str:
    """Return a line of the log whose statistics say nothing but the number of rows and editions."""
    action = json.loads(line) if line.strip() else {}
    added = action.get("add")
    if not added or not added.get("stats"):
        return line
    said = json.loads(added["stats"])
    kept = {part: _only(said.get(part)) for part in ("minValues", "maxValues", "nullCount")}
    plain = {"numRecords": said.get("numRecords"), **kept}
    return line if plain == said else json.dumps({"add": {**added, "stats": json.dumps(plain)}})


def _only(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if name in _KEPT_STATISTICS}


def _replace(root: Path, entry: Path, text: str) -> None:
    """Put a whole new file in the place of an old one."""
    waiting = root / "rollups"
    waiting.mkdir(exist_ok=True)
    with temporary(waiting) as (path, file):
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
        path.replace(entry)
