"""A moment of the lake: for each table a version and its files, unmoved by what is written later."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.dataset as ds

from valore.errors import Rewritten, UnknownName
from valore.lake._ledger import opened
from valore.model.schemas import PARTITIONS, TABLES


@dataclass(frozen=True, slots=True)
class State:
    """One table at one version; -1 and no files when nothing was ever stored."""

    version: int = -1
    files: tuple[str, ...] = ()
    """Below the table's folder, as named on disk."""
    rows: int = 0
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What all tables held at one moment between two commits."""

    root: Path
    states: dict[str, State]

    def files(self, table: str) -> tuple[str, ...]:
        """Return absolute paths for `read_parquet(…, hive_partitioning=true)`, none when nothing is stored."""
        return tuple(str(self.root / table / path) for path in self._state(table).files)

    def edited(self, table: str) -> bool:
        """Return whether some key has more than one edition, so that readers must look for the newest."""
        return self._state(table).edited

    def version(self, table: str) -> int:
        """Return the version of the table's Delta log, -1 when nothing was ever stored."""
        return self._state(table).version

    def rows(self, table: str) -> int:
        """Return the number of rows, all editions."""
        return self._state(table).rows

    def table(self, name: str, columns: Sequence[str] | None = None, filter: Any = None) -> pa.Table:  # noqa: A002 - pyarrow's own word
        """Return rows, all editions, in the columns of `model.schemas`, in no order.

        Args:
            name: Of the table.
            columns: Those wanted, all by default.
            filter: An expression of `pyarrow.compute`; on `month` it opens only the files of those months.

        Raises:
            Rewritten: files went since this moment: somebody was erased; take a new snapshot.
        """
        schema = TABLES[name]
        wanted = list(columns) if columns is not None else schema.names
        if not self._state(name).files:
            return pa.schema([schema.field(c) for c in wanted]).empty_table()
        try:
            return self._dataset(name).to_table(columns=wanted, filter=filter)
        except FileNotFoundError as error:
            raise Rewritten from error

    def count(self, name: str, filter: Any) -> int:  # noqa: A002 - pyarrow's own word
        """Return the number of rows that an expression of `pyarrow.compute` holds for, all editions."""
        if not self._state(name).files:
            return 0
        frugal = {"fragment_readahead": 1, "batch_readahead": 1, "use_threads": False}
        try:
            return int(self._dataset(name).count_rows(filter=filter, **frugal))
        except FileNotFoundError as error:
            raise Rewritten from error

    def _dataset(self, name: str) -> ds.Dataset:
        schema = TABLES[name]
        keys = pa.schema([schema.field(c) for c in PARTITIONS[name]])
        return ds.dataset(
            list(self.files(name)),
            schema=schema,
            format="parquet",
            partitioning=ds.partitioning(keys, flavor="hive"),
            partition_base_dir=str(self.root / name),
        )

    def _state(self, table: str) -> State:
        if table not in TABLES:
            raise UnknownName("table", table, TABLES)
        return self.states.get(table, State())


def taken(root: Path) -> Snapshot:
    """Read the logs of all tables. The caller holds the lake's lock, shared.

    Raises:
        ForeignTable: a table cannot be read as it is.
    """
    return Snapshot(root, {name: _state(root / name) for name in TABLES})


def _state(folder: Path) -> State:
    table = opened(folder)
    if table is None:
        return State()
    actions = pa.table(table.get_add_actions(flatten=True))
    return State(
        version=int(table.version()),
        files=tuple(sorted(unquote(path) for path in actions["path"].to_pylist())),
        rows=sum(n or 0 for n in actions["num_records"].to_pylist()),
        edited=_edited(actions, folder.name),
    )


def _edited(actions: pa.Table, name: str) -> bool:
    """Return whether the statistics tell of a later edition; a file that says nothing may hold one."""
    if "edition" not in TABLES[name].names or not actions.num_rows:
        return False
    if "max.edition" not in actions.column_names:
        return True
    return any(top is None or top > 0 for top in actions["max.edition"].to_pylist())
