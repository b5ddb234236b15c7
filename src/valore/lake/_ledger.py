"""One Delta table as its writer sees it: what it holds, what is new, and the commit."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import TableNotFoundError
from deltalake.transaction import AddAction

from valore.errors import ForeignTable
from valore.lake._known import Keys, Known, Sorted, by_key
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
        raise ForeignTable("the table {table} needs a reader that knows {needs}", table=folder.name, needs=needs)
    return table


Flags = npt.NDArray[np.bool_]


class _Fresh(NamedTuple):
    """New rows of one scope, and their keys in order."""

    scope: str
    table: pa.Table
    ordered: keys.Longs


class _Learned(NamedTuple):
    """What is stored of one scope."""

    keys: Keys
    files: set[str]
    """Whose rows are known."""
    version: int
    """Of the table, when it was looked at."""
    known: Known | None = None
    """With the identities of all editions; None until a batch speaks of something that is stored."""


class Ledger:
    """A table and what is known of its rows. Used under the lake's lock only."""

    def __init__(self, root: Path, name: str) -> None:
        """Name the table; nothing is opened yet."""
        self.name, self.folder = name, root / name
        self.schema, self.partition = TABLES[name], PARTITIONS[name]
        self._table: DeltaTable | None = None
        self._learned: dict[str, _Learned] = {}

    def last(self, source: str) -> int | None:
        """Return the number of the last batch of a source that was stored here."""
        table = self._open()
        return None if table is None else table.transaction_version(source)

    def commit(self, table: pa.Table, source: str, number: int) -> int:
        """Store what is new of a batch, once; return the number of rows."""
        before = self.last(source)
        if before is not None and number <= before:
            return 0
        fresh = self._fresh(table.select(self.schema.names).cast(self.schema))
        if fresh:
            self._append(fresh, Transaction(source, number))
        return sum(f.table.num_rows for f in fresh)

    def _open(self) -> DeltaTable | None:
        if self._table is None:
            self._table = opened(self.folder)
        elif self._log(self._version_now() + 1).exists():
            self._table.update_incremental()
        return self._table

    def _log(self, version: int) -> Path:
        return self.folder / "_delta_log" / f"{version:020}.json"

    def _fresh(self, table: pa.Table) -> list[_Fresh]:
        """Return the rows that are not stored yet, with the numbers of their editions."""
        found = (self._fresh_in(scope, part) for scope, part in _scopes(table))
        return [fresh for fresh in found if fresh.table.num_rows]

    def _fresh_in(self, scope: str, table: pa.Table) -> _Fresh:
        learned = self._learn(scope)
        ordered = np.sort(_ids(self.name, table))
        if learned.keys.strange(ordered):
            return _Fresh(scope, table, ordered)
        return self._sifted(scope, table)

    def _sifted(self, scope: str, table: pa.Table) -> _Fresh:
        """Return the rows that are not stored yet of a batch that says something again."""
        rows = by_key(*_identities(self.name, table))
        editions, stored = self._editions(scope).ask(rows)
        if self.name == STUBBED:
            stored |= (editions > 0) & (np.asarray(table["revision"]) == facts.STUB)
        if rows.repeats:
            stored |= _again(_unsorted(rows.prints, rows.order), stored)
        if stored.any():
            table, editions = table.filter(pa.array(~stored)), editions[~stored]
            rows = by_key(*_identities(self.name, table))
        if self.name in PRINTS:
            edition = pa.array(editions + _ranks(rows, table), pa.int32())
            where = table.column_names.index("edition")
            table = table.set_column(where, self.schema.field("edition"), edition)
        return _Fresh(scope, table, rows.keys)

    def _learn(self, scope: str) -> _Learned:
        """Return what is stored, reading only the files that came since the last time."""
        version = self._version_now()
        learned = self._learned.get(scope)
        if learned is not None and learned.version == version:
            return learned
        files = set() if self._table is None else _paths(self._table, scope)
        if learned is None or not learned.files <= files:
            learned = _Learned(Keys(), set(), version)
        for path in sorted(files - learned.files):
            learned.keys.add(np.sort(_ids(self.name, self._read(path, NAMES.get(self.name, ["key"])))))
            if learned.known is not None:
                learned.known.add(self._rows_of(path))
        self._learned[scope] = learned._replace(files=files, version=version)
        return self._learned[scope]

    def _editions(self, scope: str) -> Known:
        """Return what is stored with the identities of its editions, read at the first need."""
        learned = self._learned[scope]
        known = learned.known
        if known is None:
            known = Known()
            for path in sorted(learned.files):
                known.add(self._rows_of(path))
            self._learned[scope] = learned._replace(known=known)
        return known

    def _rows_of(self, path: str) -> Sorted:
        return by_key(
            *_identities(self.name, self._read(path, PRINTS.get(self.name) or NAMES.get(self.name) or ["key"]))
        )

    def _read(self, path: str, columns: list[str]) -> pa.Table:
        return pq.ParquetFile(self.folder / path).read(columns=columns)

    def _append(self, fresh: Sequence[_Fresh], transaction: Transaction) -> None:
        if self._table is None:
            self._table = self._create()
        before = self._version_now()
        actions = write(self.folder, pa.concat_tables([f.table for f in fresh]), self.partition)
        self._table.create_write_transaction(
            list(actions),
            "append",
            self._table.schema(),
            self.partition,
            commit_properties=CommitProperties(app_transactions=[transaction]),
        )
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
        version = before + 1
        while self._log(version).exists():
            sync(self._log(version))
            version += 1
        sync(self.folder / "_delta_log")

    def _version_now(self) -> int:
        return -1 if self._table is None else int(self._table.version())

    def _remember(self, fresh: Sequence[_Fresh], actions: Sequence[AddAction], before: int) -> None:
        """Learn our own rows without reading them back, unless somebody else committed in between."""
        if self._log(before + 2).exists():
            return
        for scope, table, ordered in fresh:
            learned = self._learned[scope]
            learned.keys.add(ordered)
            if learned.known is not None:
                learned.known.add(by_key(*_identities(self.name, table)))
            files = {a.path for a in actions if _in_scope(a.partition_values, scope)}
            self._learned[scope] = learned._replace(files=learned.files | files, version=before + 1)


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


def _ids(name: str, table: pa.Table) -> keys.Longs:
    """Return the key of each row."""
    if name in NAMES:
        return keys.combine([_numbers(table[column].combine_chunks()) for column in NAMES[name]])
    return np.asarray(table["key"])


def _identities(name: str, table: pa.Table) -> tuple[keys.Longs, keys.Longs]:
    """Return the key of each row, and the identity of its edition (the key itself without editions)."""
    ids = _ids(name, table)
    return ids, facts.identity(table) if name in PRINTS else ids


def _numbers(column: pa.Array) -> keys.Longs:
    if pa.types.is_integer(column.type):
        return np.asarray(column)
    coded = column.dictionary_encode()
    which: npt.NDArray[np.int32] = coded.indices.to_numpy()
    return keys.hash63(coded.dictionary)[which]


def _again(prints: keys.Longs, stored: Flags) -> Flags:
    """Return the rows whose identity a row before them has that will be kept."""
    again = np.ones(len(prints), dtype=np.bool_)
    live = np.flatnonzero(~stored)
    again[live[np.unique(prints[live], return_index=True)[1]]] = False
    return again


def _unsorted(values: keys.Longs, order: keys.Longs) -> keys.Longs:
    result = np.empty_like(values)
    result[order] = values
    return result


def _ranks(rows: Sorted, table: pa.Table) -> keys.Longs:
    """Return the place of each row among those of its key in this batch, the oldest edition first."""
    ranks = np.zeros(table.num_rows, dtype=np.int64)
    if not rows.repeats:
        return ranks
    ids = np.asarray(table["key"])
    order = np.lexsort([*(np.asarray(table[c]) for c in ("digest", "weight", "revision")), ids])
    starts = np.concatenate([[True], ids[order][1:] != ids[order][:-1]])
    place = np.arange(len(ids))
    ranks[order] = place - np.maximum.accumulate(np.where(starts, place, 0))
    return ranks
