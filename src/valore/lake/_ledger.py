"""One Delta table as its writer sees it: what it holds, what is new, and the commit."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction

from valore.errors import ForeignTable
from valore.lake._known import Known
from valore.lake._write import sync, write
from valore.model import facts, keys
from valore.model.schemas import PARTITIONS, TABLES

HARMLESS = frozenset({"timestampNtz", "vacuumProtocolCheck"})
"""Reader features that change nothing for one who reads the files of a version as they are."""
STUBBED = "accounts"
PRINTS = {"posts": ["key", "digest", "revision"], "accounts": ["key", "digest", "revision"]}
NAMES = {
    "annotations": ["about", "subject", "version"],
    "faults": ["source", "file", "pointer", "reason"],
}
"""What makes a row the same as another, for tables without a column `key`."""


def opened(folder: Path) -> DeltaTable | None:
    """Return the table of a folder, None when nothing was ever committed.

    Raises:
        ForeignTable: when its files cannot be read as they are.
    """
    try:
        table = DeltaTable(folder)
    except TableNotFoundError:
        return None
    protocol = table.protocol()
    features = frozenset(protocol.reader_features or ())
    if protocol.min_reader_version == 2 or not features <= HARMLESS:  # noqa: PLR2004 - column mapping, in Delta's protocol
        needs = ", ".join(sorted(features - HARMLESS)) or "columnMapping"
        raise ForeignTable(
            "the table {table} needs a reader that knows {needs}", table=folder.name, needs=needs
        )
    return table


class Ledger:
    """A table and what is known of its rows. Used under the lake's lock only."""

    def __init__(self, root: Path, name: str) -> None:
        """Name the table; nothing is opened yet."""
        self.name, self.folder = name, root / name
        self.schema, self.partition = TABLES[name], PARTITIONS[name]
        self._table: DeltaTable | None = None
        self._known: dict[str, Known] = {}
        self._files: dict[str, set[str]] = {}
        self._version: dict[str, int] = {}

    def last(self, source: str) -> int | None:
        """Return the number of the last batch of a source that was stored here."""
        table = self._open()
        return None if table is None else table.transaction_version(source)

    def commit(self, table: pa.Table, source: str, number: int) -> int:
        """Store what is new of a batch, once; return the number of rows."""
        before = self.last(source)
        if before is not None and number <= before:
            return 0
        fresh = self._fresh(table.select(self.schema.names).cast(self.schema).combine_chunks())
        if fresh.num_rows:
            self._append(fresh, Transaction(source, number))
        return fresh.num_rows

    def _open(self) -> DeltaTable | None:
        if self._table is None:
            self._table = opened(self.folder)
        else:
            self._table.update_incremental()
        return self._table

    def _fresh(self, table: pa.Table) -> pa.Table:
        """Return the rows that are not stored yet, with the numbers of their editions."""
        parts = [self._fresh_in(scope, part) for scope, part in _scopes(table)]
        return parts[0] if len(parts) == 1 else pa.concat_tables(parts)

    def _fresh_in(self, scope: str, table: pa.Table) -> pa.Table:
        ids, prints = _identities(self.name, table)
        editions, stored = self._learn(scope).ask(ids, prints)
        keep = ~stored
        keep[keep] &= _first(prints[keep])
        if self.name == STUBBED:
            keep &= (editions == 0) | (np.asarray(table["revision"]) != facts.STUB)
        if not keep.all():
            table, ids, editions = table.filter(pa.array(keep)), ids[keep], editions[keep]
        if self.name not in PRINTS:
            return table
        edition = pa.array(editions + _ranks(ids, table), pa.int32())
        return table.set_column(table.column_names.index("edition"), self.schema.field("edition"), edition)

    def _learn(self, scope: str) -> Known:
        """Return what is stored, reading only the files that came since the last time."""
        table = self._table
        version = -1 if table is None else table.version()
        if scope in self._known and self._version[scope] == version:
            return self._known[scope]
        files = set() if table is None else _paths(table, scope)
        if scope not in self._known or not self._files[scope] <= files:
            self._known[scope], self._files[scope] = Known(), set()
        for path in sorted(files - self._files[scope]):
            self._known[scope].add(*_identities(self.name, self._read(path)))
        self._files[scope], self._version[scope] = files, version
        return self._known[scope]

    def _read(self, path: str) -> pa.Table:
        wanted = PRINTS.get(self.name) or NAMES.get(self.name) or ["key"]
        return pq.ParquetFile(self.folder / path).read(columns=wanted)

    def _append(self, fresh: pa.Table, transaction: Transaction) -> None:
        if self._table is None:
            self._table = self._create()
        before = self._table.version()
        actions = write(self.folder, fresh, self.partition)
        self._table.create_write_transaction(
            actions,
            "append",
            self._table.schema(),
            self.partition,
            commit_properties=CommitProperties(app_transactions=[transaction]),
        )
        self._table.update_incremental()
        self._settle(before)
        self._remember(fresh, actions, before)

    def _create(self) -> DeltaTable:
        self.folder.mkdir(parents=True, exist_ok=True)
        stats = {"delta.dataSkippingStatsColumns": "edition"} if "edition" in self.schema.names else {}
        made = DeltaTable.create(
            self.folder, self.schema, mode="ignore", partition_by=self.partition, configuration=stats
        )
        sync(self.folder / "_delta_log")
        return made

    def _settle(self, before: int) -> None:
        """Have the log itself reach the disk, so that an acknowledgement outlives a power cut."""
        log = self.folder / "_delta_log"
        for version in range(before + 1, self._version_now() + 1):
            sync(log / f"{version:020}.json")
        sync(log)

    def _version_now(self) -> int:
        assert self._table is not None
        return int(self._table.version())

    def _remember(self, fresh: pa.Table, actions: Sequence[AddAction], before: int) -> None:
        """Learn our own rows without reading them back, unless somebody else committed in between."""
        now = self._version_now()
        if now != before + 1:
            return
        for scope, part in _scopes(fresh):
            self._known[scope].add(*_identities(self.name, part))
            self._files[scope] |= {a.path for a in actions if _in_scope(a.partition_values, scope)}
            self._version[scope] = now


def _scopes(table: pa.Table) -> Iterable[tuple[str, pa.Table]]:
    """Split annotations by enricher, so that adding one does not read what the others said."""
    if "enricher" not in table.column_names:
        return [("", table)]
    names = table["enricher"].unique().to_pylist()
    return [(name, table.filter(pa.compute.equal(table["enricher"], name))) for name in names]


def _in_scope(values: object, scope: str) -> bool:
    return not scope or (isinstance(values, dict) and values.get("enricher") == scope)


def _paths(table: DeltaTable, scope: str) -> set[str]:
    actions = pa.table(table.get_add_actions(flatten=True))
    if scope:
        actions = actions.filter(pa.compute.equal(actions["partition.enricher"], scope))
    return {unquote(path) for path in actions["path"].to_pylist()}


def _identities(name: str, table: pa.Table) -> tuple[keys.Longs, keys.Longs]:
    """Return the key of each row, and the identity of its edition (the key itself without editions)."""
    if name in NAMES:
        parts = [_numbers(table[column].combine_chunks()) for column in NAMES[name]]
        mixed = keys.combine(parts)
        return mixed, mixed
    ids = np.asarray(table["key"])
    return ids, facts.identity(table) if name in PRINTS else ids


def _numbers(column: pa.Array) -> keys.Longs:
    if pa.types.is_integer(column.type):
        return np.asarray(column)
    coded = column.dictionary_encode()
    return keys.hash63(coded.dictionary)[coded.indices.to_numpy()]


def _first(prints: keys.Longs) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return the first row of each identity."""
    first = np.zeros(len(prints), dtype=np.bool_)
    first[np.unique(prints, return_index=True)[1]] = True
    return first


def _ranks(ids: keys.Longs, table: pa.Table) -> keys.Longs:
    """Return the place of each row among those of its key in this batch, the oldest edition first."""
    ranks = np.zeros(len(ids), dtype=np.int64)
    ordered = np.sort(ids)
    if not (ordered[1:] == ordered[:-1]).any():
        return ranks
    columns = [np.asarray(table[c]) for c in ("digest", "weight", "revision")]
    order = np.lexsort([*columns, ids])
    starts = np.concatenate([[True], ids[order][1:] != ids[order][:-1]])
    place = np.arange(len(ids))
    ranks[order] = place - np.maximum.accumulate(np.where(starts, place, 0))
    return ranks
