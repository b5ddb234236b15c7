"""The way of the records of one file: read, understood, gathered, stored; facts, then cursor."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from valore.errors import SourceError
from valore.flows._sources import TABLE, Recognised
from valore.flows.space import Space
from valore.model.batch import Gather, uncollected
from valore.model.records import Cursor, Fault, Raw, Record
from valore.model.source import Export
from valore.places import Place
from valore.places.table import Table
from valore.state import Cursor as Mark
from valore.state import Outcome

Tick = Callable[[int, int | None, str], None]
"""Progress: records read, how many there will be (None: not known), of what."""
SLIPS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a record of an unforeseen shape makes a reader stumble over: a fault of that record alone."""
_PACE = 5000
"""Records between two ticks."""
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

    @classmethod
    def of(cls, outcome: Outcome) -> "Tally":
        """Go on counting from what was known at the last cursor."""
        stored, refused, owners = (Counter(c) for c in (outcome.stored, outcome.refused, outcome.owners))
        return cls(outcome.read, stored, refused, owners, outcome.since, outcome.until)

    def outcome(self) -> Outcome:
        """Return the counts as they are now."""
        owners = dict(self.owners.most_common(_OWNERS))
        stored = {name: count for name, count in self.stored.items() if name != "faults"}
        return Outcome(self.read, stored, dict(self.refused), owners, self.since, self.until)

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
class Intake:
    """One file on its way into the lake."""

    space: Space
    export: Export
    found: Recognised
    source: str
    name: str
    tick: Tick | None
    tally: Tally
    batch: int
    """Rows after which a batch is stored, at a safe stop where the place has one at hand."""
    told: int = 0
    """Records read when the last tick was sent."""

    def run(self, mark: Mark | None) -> None:
        """Read from the last mark on, to the end.

        Raises:
            SourceError: nothing more will come; what came is stored.
        """
        last = self.space.lake.last(self.source)
        number = 0 if last is None else last + 1
        since = None if mark is None else Cursor(mark.position)
        with uncollected():
            self._store(since, number)

    def _store(self, since: Cursor | None, number: int) -> None:
        for tables, cursor in self._batches(since):
            stored = self.space.lake.commit(tables, source=self.source, number=number)
            self.tally.stored.update(stored)
            self.tally.see(tables, own=self.found.place.name != TABLE)
            if cursor is not None:
                reached = Mark(number, cursor.position)
                self.space.desk.imports.advance(self.source, reached, self.tally.outcome())
            number += 1

    def recount(self) -> None:
        """Count the rows of this source anew: a killed attempt may have stored what it did not tell."""
        snapshot = self.space.lake.snapshot()
        mine = pc.field("source") == self.source
        counted = {name: snapshot.table(name, columns=["source"], filter=mine).num_rows for name in _SUMMED}
        self.tally.stored = Counter({name: count for name, count in counted.items() if count})

    def _batches(self, since: Cursor | None) -> Iterator[tuple[Mapping[str, pa.Table], Cursor | None]]:
        """Yield tables and the safe stop behind them; None where there is none.

        A place without safe stops inside a large file is cut anyway, so that memory stays bounded:
        what is then read again is known by its keys.
        """
        gather = Gather(self.source, limit=self.batch)
        try:
            for item in self.found.place.read(self.export, self.found.match, since):
                if isinstance(item, Cursor):
                    if gather.full:
                        yield gather.take(), item
                    continue
                if gather.full:
                    yield gather.take(), None
                self._take(gather, item)
        except SourceError:
            yield gather.take(), None
            raise
        yield gather.take(), None
        if self.tick is not None:
            self.tick(self.tally.read, self.tally.read, self.name)

    def _take(self, gather: Gather, item: Raw | Fault) -> None:
        if isinstance(item, Fault):
            gather.add(item)
            self.tally.read += 1
            return
        for record in understood(self.found.place, item):
            gather.add(record, item.where.file)
        self.tally.read += item.holds
        if self.tick is not None and self.tally.read >= self.told + _PACE:
            self.told = self.tally.read
            self.tick(self.told, None, self.name)


def understood(place: Place | Table, raw: Raw) -> Iterator[Record | Fault]:
    """Yield what a raw record means; one that the place stumbles over is a fault."""
    try:
        yield from place.normalise(raw)
    except SLIPS as error:
        yield Fault(raw.where, "bad_shape", type(error).__name__)


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
