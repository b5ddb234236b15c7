"""The lake of one workspace: where facts are kept."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import WriterProperties

from valore.lake import _erase, _originals, _rollups
from valore.lake._erase import Pass, Passed
from valore.lake._ledger import Ledger, opened
from valore.lake._locks import locked
from valore.lake._rollups import Rollup
from valore.lake._snapshot import Snapshot, taken
from valore.lake._widen import narrow, widen
from valore.model.schemas import TABLES

PATIENCE = 120.0
"""Seconds that a commit or a reader waits for the commits of others; one takes about a second."""
RETENTION_HOURS = 168
"""Files that no version names any more stay this long, for readers of older snapshots and backups."""
MANY = 8
"""Small files of one month from which on `compact` rewrites them."""
TARGET = 128 << 20
"""Bytes of a compacted file."""
_DIGEST = 64
"""Letters of a SHA-256."""


class Lake:
    """Fact tables of one workspace, as Delta Lake tables below one root.

    Safe for several processes and threads; each makes its own `Lake`, or they share one.
    """

    def __init__(self, root: Path, originals: Path | None = None) -> None:
        """Open a lake, making its folder when it is new.

        Args:
            root: Folder of the tables.
            originals: Folder of the files that were given; beside the root by default.
        """
        self.root, self.originals = root, originals or root.parent / "originals"
        root.mkdir(parents=True, exist_ok=True)
        _originals.sweep(self.originals)
        _originals.sweep(root / "rollups")
        self._ledgers = {name: Ledger(root, name) for name in TABLES}
        self._wide = False

    def commit(self, tables: Mapping[str, pa.Table], *, source: str, number: int) -> dict[str, int]:
        """Store a batch exactly once; return the number of new rows by table.

        A batch that was stored before, whole or in part, is recognised by (source, number) for
        each table and not stored again; rows that are stored already are left out whatever batch
        they come with. A killed commit leaves tables that were reached and tables that were not:
        the same call finishes it.

        Args:
            tables: As `Gather.take` gives them.
            source: Names what is read *and how* (file, reader, mapping): with it, a number always
                stands for the same records.
            number: Of the batch, growing.

        Raises:
            LeaseTaken: other processes did not let go of the lake.
            ForeignTable: a table was changed so that it cannot be read.
        """
        self._widened()
        with locked(self.root / ".commit", wait=PATIENCE):
            return {name: self._ledgers[name].commit(table, source, number) for name, table in tables.items()}

    def last(self, source: str) -> int | None:
        """Return the largest batch number of a source of which something is stored; None when nothing is."""
        with locked(self.root / ".commit", wait=PATIENCE):
            numbers = [ledger.last(source) for ledger in self._ledgers.values()]
        return max((n for n in numbers if n is not None), default=None)

    def snapshot(self) -> Snapshot:
        """Return all tables at one moment between two commits.

        Raises:
            LeaseTaken: writers did not let go of the lake.
            ForeignTable: a table was changed so that it cannot be read.
        """
        self._widened()
        with locked(self.root / ".commit", wait=PATIENCE, shared=True):
            return taken(self.root)

    def _widened(self) -> None:
        """Give tables of an earlier Valore the columns that came since, looking once."""
        if not self._wide and any(narrow(self.root / name) for name in TABLES):
            with self.lease(PATIENCE), locked(self.root / ".commit", wait=PATIENCE):
                for name in TABLES:
                    if narrow(self.root / name):
                        widen(self.root / name)
        self._wide = True

    @contextmanager
    def lease(self, wait: float = 10.0) -> Iterator[None]:
        """Be the only one that rewrites files (compaction, erasure); commits and readers go on meanwhile.

        Raises:
            LeaseTaken: somebody else was it for `wait` seconds.
        """
        with locked(self.root / ".lease", wait=wait):
            yield

    def compact(self, wait: float = 10.0) -> dict[str, int]:
        """Join the small files of each month; return how many files went, by table. No row changes."""
        with self.lease(wait):
            return {name: self._compact(name) for name in TABLES}

    def _compact(self, name: str) -> int:
        table = opened(self.root / name)
        if table is None:
            return 0
        gone = 0
        for filters in _crowded(table):
            told: dict[str, Any] = table.optimize.compact(
                partition_filters=filters,
                target_size=TARGET,
                max_concurrent_tasks=1,
                writer_properties=WriterProperties(compression="ZSTD", compression_level=1),
            )
            gone += told["numFilesRemoved"] - told["numFilesAdded"]
            table.update_incremental()
        return gone

    def vacuum(self, wait: float = 10.0) -> int:
        """Remove files that no version of the last week names, or a killed writer left; return how many."""
        with self.lease(wait):
            tables = (opened(self.root / name) for name in TABLES)
            return sum(len(_vacuumed(table)) for table in tables if table is not None)

    def count(self, passes: Iterable[Pass]) -> dict[str, Passed]:
        """Return what erasing would come to, by table; nothing is changed."""
        with locked(self.root / ".commit", wait=PATIENCE, shared=True):
            return _added((p.table, _erase.count(self.root, p)) for p in passes)

    def erase(self, passes: Iterable[Pass], wait: float = 10.0) -> dict[str, Passed]:
        """Take rows out of the files themselves, in the order of `passes`; return how many, by table.

        The files that held them are gone at once, whatever reads them: a reader of an older snapshot
        takes a new one. Killed anywhere, the tables can be read, and the same call finishes it.

        Raises:
            LeaseTaken: somebody else rewrites files, or writers did not let go.
            ForeignTable: a table was changed so that it cannot be read.
        """
        with self.lease(wait):
            done = _added((p.table, self._erase(p)) for p in passes)
            with locked(self.root / ".commit", wait=PATIENCE):
                _erase.purge(self.root)
        return done

    def _erase(self, wanted: Pass) -> Passed:
        with locked(self.root / ".commit", wait=PATIENCE):
            return _erase.erase(self.root, wanted)

    def kept(self) -> tuple[str, ...]:
        """Return the SHA-256 of every original, in order."""
        return tuple(sorted(path.name for path in self.originals.glob("??/*") if len(path.name) == _DIGEST))

    def forget(self, sha: str) -> None:
        """Remove an original; one that is not kept is no error."""
        _originals.address(self.originals, sha).unlink(missing_ok=True)

    def keep(self, path: Path) -> str:
        """Keep the original of a file by its content; return its SHA-256 in hexadecimal."""
        return _originals.keep(self.originals, path)

    def original(self, sha: str) -> Path:
        """Return where the original with this SHA-256 is.

        Raises:
            StoreError: it is not kept here.
        """
        return _originals.original(self.originals, sha)

    def put_rollup(self, name: str, month: str, table: pa.Table, *, version: int) -> None:
        """Replace one month of a derived table, made from `version` of the facts."""
        _rollups.put(self.root / "rollups", name, month, table, version)

    def rollups(self, name: str) -> tuple[Rollup, ...]:
        """Return the months of a derived table."""
        return _rollups.listed(self.root / "rollups", name)

    def rollup_files(self, name: str) -> tuple[str, ...]:
        """Return the absolute paths of a derived table, in the order of months."""
        return tuple(rollup.path for rollup in self.rollups(name))


def _added(passed: Iterable[tuple[str, Passed]]) -> dict[str, Passed]:
    """Add up by table."""
    found: dict[str, Passed] = {}
    for name, step in passed:
        before = found.get(name, Passed(0, 0))
        found[name] = Passed(before.gone + step.gone, before.altered + step.altered)
    return found


def _crowded(table: Any) -> list[list[tuple[str, str, str]] | None]:
    """Return the partitions with many small files, as filters of Delta."""
    actions = pa.table(table.get_add_actions(flatten=True))
    names = list(table.metadata().partition_columns)
    small = actions.filter(pa.compute.less(actions["size_bytes"], TARGET // 2))
    if not names:
        return [None] if small.num_rows >= MANY else []
    counted = small.group_by([f"partition.{n}" for n in names]).aggregate([([], "count_all")]).to_pylist()
    return [[(n, "=", row[f"partition.{n}"]) for n in names] for row in counted if row["count_all"] >= MANY]


def _vacuumed(table: Any) -> list[str]:
    return list(table.vacuum(retention_hours=RETENTION_HOURS, dry_run=False, full=True))
