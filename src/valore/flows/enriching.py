"""Read what was imported with the models, and keep what they say.

Only what the present models have not read is read: a killed run goes on where its last commit
stood. Sentence vectors and what rests on them are made only for posts by or about the subjects
and their peers; what is said for a subject, only of what others write about it. Equal texts are read once.
"""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Enricher, Over, enrichers
from valore.flows._allowed import permitted
from valore.flows._behaviour import behaviour
from valore.flows._chain import default, named, through
from valore.flows._near import Near
from valore.flows._terms import underived
from valore.flows.space import LABELS, Space
from valore.lake import locked
from valore.model.schemas import ANNOTATIONS
from valore.model.subject import Subject

Tick = Callable[[int, int | None, str], None]
PATIENCE = 10.0
"""Seconds to wait for an erasure."""
_BATCH = 1024
"""Rows that go to a model at once."""
_BETWEEN = 15.0
"""Seconds of work between two commits: what a kill may cost."""
_READ = (
    "key",
    "author",
    "published",
    "text",
    "deleted",
    "language",
    "mentions",
    "reply_to_author",
    "quote_of_author",
    "query",
    "month",
    "place",
)
_SOURCE = "enrich"
_EDITION = ("revision", "weight", "digest")
_EVERYWHERE = frozenset(("language", "near_duplicate"))
"""Enrichers that read every post; the others only posts by or about subjects and peers."""
_OWN = frozenset(("novelty",))
"""Enrichers of whole corpora that read only what subjects and peers have written."""


@dataclass(frozen=True, slots=True)
class Enriched:
    """What a run has come to."""

    posts: int
    """Posts at hand, deleted ones left out."""
    accounts: int
    written: Mapping[str, int]
    """Annotations newly kept, by enricher."""


def enrich(space: Space, names: Sequence[str] | None = None, tick: Tick | None = None, processes: int = 0) -> Enriched:
    """Annotate the posts and accounts of a workspace that the present models have not read yet.

    Args:
        space: The workspace.
        names: Enrichers; all when None. Those whose columns they need are added.
        tick: Called with rows done, rows in all, and of what.
        processes: Processes beside this one; 0 works in this one.

    Raises:
        UnknownName: there is no such enricher.
        LeaseTaken: an erasure is running: what it takes must not be read meanwhile.
    """
    with locked(space.lake.root / LABELS, wait=PATIENCE, shared=True):
        return _enriched(space, names, tick, processes)


def _enriched(space: Space, names: Sequence[str] | None, tick: Tick | None, processes: int) -> Enriched:
    chain = named(names) if names else default()
    keeper = _Keeper(space, tick or (lambda *_: None))
    posts, accounts = _posts(space), _accounts(space)
    accounts = behaviour(accounts, posts)
    subjects, of = space.subjects(), Near(posts, accounts)
    everything = np.ones(posts.num_rows, bool)
    near = of.about(subjects) if subjects else everything
    each = _of(chain, Over.POSTS, whole=False)
    special = [e for e in each if "subject" in e.requires]
    with _workers(processes) as run:
        keeper.rows(posts, [e for e in each if "subject" not in e.requires], near, run)
        keeper.keep()
        for subject in subjects if special else ():
            told = _told(posts.filter(pa.array(of.heard(subject))), subject)
            keeper.rows(told, special, np.ones(told.num_rows, bool), run)
        keeper.keep()
        whole = _of(chain, Over.POSTS, whole=True)
        keeper.whole(posts, [e for e in whole if e.name not in _OWN], near)
        keeper.whole(posts, [e for e in whole if e.name in _OWN], of.by(subjects) if subjects else everything)
        keeper.rows(accounts, _of(chain, Over.ACCOUNTS, whole=False), np.ones(accounts.num_rows, bool), run)
        keeper.keep()
    return Enriched(posts.num_rows, accounts.num_rows, keeper.written)


class _Keeper:
    """Finds what is to be done, has it done, and keeps it."""

    def __init__(self, space: Space, tick: Tick) -> None:
        self.lake, self.tick = space.lake, tick
        self.written: dict[str, int] = {}
        self._before, self._read = space.lake.snapshot(), dict[str, pa.Table]()
        self._told: dict[str, _Told] = {}
        self._waiting, self._since = list[pa.Table](), time.monotonic()

    def rows(self, table: pa.Table, chain: Sequence[Enricher], chosen: Any, run: Any) -> None:
        """Annotate rows one by one; `chosen` says which ones the costly enrichers read. `keep` ends it."""
        todo = {e.name: self._todo(table, e, chosen) for e in chain}
        some = np.any(list(todo.values()), axis=0) if todo else np.zeros(table.num_rows, bool)
        at = np.flatnonzero(some)
        if not len(at):
            return
        ready = self._known(table.take(pa.array(at)), chain)
        alike = _Alike(ready, {k: v[at] for k, v in todo.items()})
        done = 0
        for n, made in run(_tasks(ready.take(pa.array(alike.first)), [e.name for e in chain], alike.todo)):
            self._waiting.append(permitted(alike.spread(made), ready))
            done += n
            self.tick(done, len(alike.first), "accounts" if chain[0].over is Over.ACCOUNTS else "posts")
            if time.monotonic() - self._since > _BETWEEN:
                self.keep()

    def whole(self, table: pa.Table, chain: Sequence[Enricher], chosen: Any) -> None:
        """Annotate rows that speak of each other, all in one batch; keep those not kept before."""
        for enricher in chain:
            reads = table if enricher.name in _EVERYWHERE else table.filter(pa.array(chosen))
            new = self._todo(reads, enricher, np.ones(reads.num_rows, bool))
            if not new.any():
                continue
            fresh = reads["key"].filter(pa.array(new)).combine_chunks()
            reads = self._known(reads.sort_by([("published", "ascending"), ("key", "ascending")]), [enricher])
            batch = reads.combine_chunks().to_batches()[0]
            made = through(batch, [enricher], {enricher.name: np.ones(batch.num_rows, bool)})
            self._waiting.append(made.filter(pc.is_in(made["about"], value_set=fresh)))
            self.keep()
            self.tick(batch.num_rows, batch.num_rows, enricher.name)

    def keep(self) -> None:
        """Store what was found since the last time."""
        table = pa.concat_tables(self._waiting) if self._waiting else ANNOTATIONS.empty_table()
        self._waiting, self._since = [], time.monotonic()
        if not table.num_rows:
            return
        last = self.lake.last(_SOURCE)
        self.lake.commit({"annotations": table}, source=_SOURCE, number=0 if last is None else last + 1)
        counted = table.group_by("enricher").aggregate([([], "count_all")])
        for name, n in zip(counted["enricher"].to_pylist(), counted["count_all"].to_pylist(), strict=True):
            self.written[name] = self.written.get(name, 0) + n
            self._told.pop(name, None)

    def _todo(self, table: pa.Table, enricher: Enricher, chosen: Any) -> Any:
        """Return which rows this version had not read when the run began; no run reads one twice."""
        if enricher.name not in self._read:
            of = (pc.field("enricher") == enricher.name) & (pc.field("version") == enricher.version)
            self._read[enricher.name] = self._before.table("annotations", ["about", "subject"], of)
        read = self._read[enricher.name]
        if "subject" in enricher.requires and table.num_rows:
            read = read.filter(pc.equal(read["subject"], table["slug"][0]))
        wanted = ~np.isin(table["key"].to_numpy(), read["about"].to_numpy())
        return wanted if enricher.name in _EVERYWHERE or enricher.over is Over.ACCOUNTS else wanted & chosen

    def _known(self, table: pa.Table, chain: Sequence[Enricher]) -> pa.Table:
        """Return the table with the language and vector that were found before."""
        if any(e.over is Over.ACCOUNTS for e in chain):
            return table
        table = table.rename_columns(["declared" if c == "language" else c for c in table.column_names])
        for name, column in (("language", "label"), ("embedding", "vector")):
            if name not in self._told:
                of = (pc.field("enricher") == name) & (pc.field("version") == enrichers()[name].version)
                self._told[name] = _Told(self.lake.snapshot().table("annotations", ["about", column], of), column)
            table = table.append_column(name, self._told[name].of(table["key"]))
        return table


class _Told:
    """What an enricher has found, by key."""

    def __init__(self, found: pa.Table, column: str) -> None:
        about = found["about"].to_numpy()
        self._order = np.argsort(about)
        self._about, self._values = about[self._order], found[column].combine_chunks()

    def of(self, keys: Any) -> pa.Array:
        """Return the value of each key; null where there is none."""
        if not len(self._about):
            return pa.nulls(len(keys), self._values.type)
        wanted = keys.to_numpy()
        at = np.searchsorted(self._about, wanted).clip(0, len(self._about) - 1)
        return self._values.take(pa.array(self._order[at], mask=self._about[at] != wanted))


class _Alike:
    """Rows of which equal ones are read once: posts of the same text and declared language."""

    def __init__(self, table: pa.Table, todo: Mapping[str, Any]) -> None:
        """Take a table and, for each enricher, which rows it has to read, booleans (n,)."""
        self._keys, self._todo = table["key"].to_numpy(), todo
        self._months = table["month"].combine_chunks()
        self._of, self.first = self._kinds(table)
        self._order = np.argsort(self._of, kind="stable")
        self._begin = np.searchsorted(self._of[self._order], np.arange(len(self.first) + 1))
        self._by_key = np.argsort(self._keys[self.first], kind="stable")
        self.todo = {name: np.bincount(self._of, wanted, len(self.first)) > 0 for name, wanted in todo.items()}
        """Which of the `first` rows an enricher has to read: those of which one like it waits for it."""

    def spread(self, made: pa.Table) -> pa.Table:
        """Return annotations of the first rows with those of the rows like them beside."""
        if len(self.first) == len(self._keys):
            return made
        known = self._keys[self.first][self._by_key]
        kind = self._by_key[np.searchsorted(known, made["about"].to_numpy())]
        many = self._begin[kind + 1] - self._begin[kind]
        start = np.repeat(self._begin[kind] - np.concatenate([[0], np.cumsum(many)[:-1]]), many)
        rows = self._order[start + np.arange(many.sum())]
        made = made.take(pa.array(np.repeat(np.arange(len(kind)), many)))
        waits = np.zeros(len(rows), bool)
        for name, wanted in self._todo.items():
            waits |= pc.equal(made["enricher"], name).to_numpy() & wanted[rows]
        told = {"about": pa.array(self._keys[rows]), "month": self._months.take(pa.array(rows))}
        for name, column in told.items():
            made = made.set_column(made.schema.get_field_index(name), made.schema.field(name), column)
        return made.filter(pa.array(waits))

    @staticmethod
    def _kinds(table: pa.Table) -> tuple[Any, Any]:
        """Return for each row the number of its kind, and the first row of each kind, ascending."""
        n = table.num_rows
        if "text" not in table.column_names:
            return np.arange(n), np.arange(n)
        said = [pc.fill_null(table[c], "\0") for c in ("text", "declared") if c in table.column_names]
        same = pc.binary_join_element_wise(*said, "\1").combine_chunks().dictionary_encode()
        of = same.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        first = np.full(len(same.dictionary), n)
        np.minimum.at(first, of, np.arange(n))
        return of, first


def _told(posts: pa.Table, subject: Subject) -> pa.Table:
    """Return posts with what is known of a subject, the same in every row (see `enrich._subject`)."""
    told = {
        "slug": subject.slug,
        "subject": subject.name,
        "subject_aliases": "; ".join(subject.aliases) or None,
        "subject_homepage": " ".join((subject.statement, *subject.pillars)).strip() or None,
    }
    for name, value in told.items():
        posts = posts.append_column(name, pa.repeat(pa.scalar(value, pa.string()), posts.num_rows))
    return posts


def _of(chain: Sequence[Enricher], over: Over, *, whole: bool) -> list[Enricher]:
    return [e for e in chain if e.over is over and e.whole == whole]


def _tasks(
    table: pa.Table, names: Sequence[str], todo: Mapping[str, Any]
) -> Iterator[tuple[pa.RecordBatch, Sequence[str], dict[str, Any]]]:
    at = 0
    for batch in table.combine_chunks().to_batches(max_chunksize=_BATCH):
        yield batch, names, {k: v[at : at + batch.num_rows] for k, v in todo.items()}
        at += batch.num_rows


def _work(task: tuple[pa.RecordBatch, Sequence[str], dict[str, Any]]) -> tuple[int, pa.Table]:
    batch, names, todo = task
    known = enrichers()
    if "bio" in batch.schema.names:
        batch = _read_once(batch, known["embedding"])
    return batch.num_rows, through(batch, [known[n] for n in names], todo)


def _read_once(accounts: pa.RecordBatch, embedding: Enricher) -> pa.RecordBatch:
    """Return accounts with the vector of their bio, which several enrichers use."""
    bios = pa.record_batch({"text": accounts.column("bio")})
    return accounts.append_column("embedding", embedding.enrich(bios).column("embedding"))


@contextmanager
def _workers(processes: int) -> Iterator[Callable[[Iterator[Any]], Iterator[tuple[int, pa.Table]]]]:
    """Give a function that does tasks in order, here or in other processes."""
    if not processes:
        yield lambda tasks: map(_work, tasks)
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("forkserver")) as pool:
        yield lambda tasks: _windowed(pool, tasks, 2 * processes)


def _windowed(pool: ProcessPoolExecutor, tasks: Iterator[Any], ahead: int) -> Iterator[tuple[int, pa.Table]]:
    """Yield results in order with at most `ahead` tasks under way, so that memory stays bounded."""
    waiting = []
    for task in tasks:
        waiting.append(pool.submit(_work, task))
        if len(waiting) >= ahead:
            yield waiting.pop(0).result()
    yield from (w.result() for w in waiting)


def _posts(space: Space) -> pa.Table:
    """Return the newest edition of each post that is not deleted."""
    shot = space.lake.snapshot()
    found = shot.table("posts", [*_READ, *_EDITION], _derivable())
    found = _newest(found) if shot.edited("posts") else found
    return found.filter(pc.is_null(found["deleted"])).drop_columns([*_EDITION, "deleted"])


def _derivable() -> pc.Expression | None:
    """Return the condition of rows of which labels may be made; None: all."""
    barred = underived()
    return ~pc.field("place").isin(pa.array(barred)) if barred else None


def _accounts(space: Space) -> pa.Table:
    shot = space.lake.snapshot()
    found = shot.table("accounts", filter=_derivable())
    found = _newest(found) if shot.edited("accounts") else found
    return found.append_column("month", pa.array(["undated"] * found.num_rows, pa.string()))


def _newest(table: pa.Table) -> pa.Table:
    order = [("key", "ascending"), *((c, "descending") for c in _EDITION)]
    table = table.sort_by(order)
    keys = table["key"].to_numpy()
    return table.filter(
        pa.array(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else pa.array([], pa.bool_())
    )
