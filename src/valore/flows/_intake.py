"""The way of the records of one export into the lake: pieces come from the child, facts are stored, then the cursor."""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from valore.errors import ReaderStopped, ValoreError
from valore.flows._reader import Piece, Reader
from valore.flows._reading import Request
from valore.flows._sources import COLLECTED, Parts, Recognised
from valore.flows._suppressed import Suppressed
from valore.flows.space import Space
from valore.model.batch import SIZE
from valore.model.facts import distinct
from valore.state import Cursor as Mark
from valore.state import Outcome

Tick = Callable[[int, int | None, str], None]
"""Progress: records read, how many there will be (None: not known), of what."""
SMALL, EACH = 16 << 20, 5 << 20
"""Bytes (about) of a batch that makes whole files, and of such a file: there is one for every month of a batch."""
_OWNERS = 5
_SUMMED = ("posts", "accounts", "interactions", "observations")


@dataclass(slots=True)
class Tally:
    """What an import has come to so far."""

    read: int = 0
    stored: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    since: datetime | None = None
    until: datetime | None = None
    erased: Counter[str] = field(default_factory=Counter)
    """Rows left out, since they are about somebody who was erased."""

    @classmethod
    def of(cls, outcome: Outcome) -> "Tally":
        """Go on counting from what was known at the last cursor."""
        stored, refused, owners = (Counter(c) for c in (outcome.stored, outcome.refused, outcome.owners))
        return cls(outcome.read, stored, refused, owners, outcome.since, outcome.until, Counter(outcome.erased))

    def copy(self) -> "Tally":
        """Return the same counts, which go on by themselves."""
        return Tally.of(self.outcome())

    def outcome(self) -> Outcome:
        """Return the counts as they are now."""
        owners = dict(self.owners.most_common(_OWNERS))
        stored = {name: count for name, count in self.stored.items() if name != "faults"}
        return Outcome(self.read, stored, dict(self.refused), owners, self.since, self.until, dict(self.erased))

    def see(self, tables: Mapping[str, pa.Table], *, own: bool) -> None:
        """Count what a batch holds, stored before or not.

        Args:
            tables: Of the lake.
            own: The archive is somebody's own, so that who wrote most of it owns it.
        """
        if "faults" in tables:
            counts = tables["faults"]["reason"].value_counts().to_pylist()
            self.refused.update({c["values"]: c["counts"] for c in counts})
        if "posts" not in tables:
            return
        span = pc.min_max(tables["posts"]["published"]).as_py()
        self.since = min(self.since or span["min"], span["min"])
        self.until = max(self.until or span["max"], span["max"])
        if own:
            self.owners.update(_writers(tables))


@dataclass(slots=True)
class _Held:
    """Pieces that wait for a commit."""

    pieces: list[Piece] = field(default_factory=list)
    rows: int = 0
    size: int = 0
    months: set[str] = field(default_factory=set)
    """Whose files a commit would write."""

    def add(self, piece: Piece) -> None:
        """Take one more."""
        self.pieces.append(piece)
        self.rows += sum(table.num_rows for table in piece.tables.values())
        self.size += sum(table.nbytes for table in piece.tables.values())
        for table in (t for t in piece.tables.values() if "month" in t.column_names):
            self.months.update(pc.unique(table["month"]).to_pylist())

    def enough(self, rows: int) -> bool:
        """Return whether it is time to store: early where months come one after the other, as in archives."""
        return self.rows >= rows or self.size >= min(SIZE, max(SMALL, EACH * len(self.months)))

    def take(self) -> dict[str, pa.Table]:
        """Return everything as one table of each name, and begin again."""
        names = dict.fromkeys(name for piece in self.pieces for name in piece.tables)
        tables = {n: pa.concat_tables(p.tables[n] for p in self.pieces if n in p.tables) for n in names}
        if len(self.pieces) > 1 and "accounts" in tables:
            tables["accounts"] = distinct(tables["accounts"])
        self.pieces, self.rows, self.size, self.months = [], 0, 0, set()
        return tables


@dataclass(slots=True)
class Intake:
    """One export on its way into the lake."""

    space: Space
    reader: Reader
    parts: Parts
    found: Recognised
    source: str
    name: str
    tick: Tick | None
    tally: Tally
    batch: int
    """Rows after which a batch is stored, at a safe stop where the place has one at hand."""
    listed: Suppressed | None = None
    """Leaves out who was erased; None: nobody was."""
    _sure: tuple[str | None, Tally] = field(init=False)
    """The last safe stop, and what had been counted there."""
    _number: int = field(init=False)
    """Of the next batch."""

    def run(self, mark: Mark | None) -> None:
        """Read from the last mark on, to the end.

        A reader that dies gets another chance, in small steps: so nearly everything before what
        killed it is stored, and the error names the very record.

        Raises:
            SourceError: nothing more will come; what came is stored.
        """
        last = self.space.lake.last(self.source)
        self._number = 0 if last is None else last + 1
        self._sure = (None if mark is None else mark.position, self.tally.copy())
        try:
            self._store(careful=False)
        except ReaderStopped as error:
            if error.retry:
                raise
            self.tally = self._sure[1].copy()
            self._store(careful=True)
            self.recount()
        if self.tick is not None:
            self.tick(self.tally.read, self.tally.read, self.name)

    def _store(self, *, careful: bool) -> None:
        before, held = self.tally.read, _Held()
        try:
            for piece in self._pieces(careful=careful):
                if self.tick is not None and piece.read:
                    self.tick(before + piece.read, None, self.name)
                if piece.tables:
                    held.add(piece)
                    self.tally.read = before + piece.read
                if held.enough(self.batch):
                    self._commit(held)
        except ValoreError:
            self._commit(held)
            raise
        self._commit(held)

    def _pieces(self, *, careful: bool) -> Iterator[Piece]:
        request = Request(
            what="read",
            paths=self.parts.paths,
            place=self.found.place,
            match=self.found.match,
            source=self.source,
            since=self._sure[0],
            batch=self.batch,
            careful=careful,
        )
        return self.reader.pieces(request)

    def _commit(self, held: _Held) -> None:
        """Store what is held: facts, then cursor."""
        if not held.pieces:
            return
        cursor, tables, number = held.pieces[-1].cursor, held.take(), self._number
        if self.listed is not None:
            tables, gone = self.listed(tables)
            self.tally.erased.update(gone)
        self._number += 1
        self.tally.stored.update(self.space.lake.commit(tables, source=self.source, number=number))
        self.tally.see(tables, own=self.found.place.name not in COLLECTED)
        if cursor is not None:
            self.space.desk.imports.advance(self.source, Mark(number, cursor), self.tally.outcome())
            self._sure = (cursor, self.tally.copy())
        del tables
        _give_back()

    def recount(self) -> None:
        """Count the rows of this source anew: a killed attempt may have stored what it did not tell."""
        snapshot = self.space.lake.snapshot()
        mine = pc.field("source") == self.source
        counted = {name: snapshot.count(name, mine) for name in _SUMMED}
        self.tally.stored = Counter({name: count for name, count in counted.items() if count})


def _give_back() -> None:
    """Let the system have the memory that a batch took, which both pools would keep."""
    pa.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError, TypeError):  # other systems have no such call, and no such habit
        ctypes.CDLL(None).malloc_trim(0)


def _writers(tables: Mapping[str, pa.Table]) -> Counter[str]:
    """Return the accounts (`place:id`) that wrote most posts of a batch."""
    counts = tables["posts"]["author"].value_counts().to_pylist()
    most = {c["values"]: c["counts"] for c in sorted(counts, key=lambda c: -c["counts"])[:_OWNERS]}
    accounts = tables.get("accounts")
    if accounts is None:
        return Counter()
    known = accounts.filter(pc.is_in(accounts["key"], pa.array(list(most), pa.int64())))
    rows = known.select(["key", "place", "id"]).to_pylist()
    return Counter({f"{r['place']}:{r['id']}": most[r["key"]] for r in rows})
