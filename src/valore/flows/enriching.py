"""Read what was imported with the models, and keep what they say.

Only what the present models have not read is read: a killed run goes on where its last commit
stood. Sentence vectors and what rests on them are made only for posts by or about the subjects
and their peers.
"""

import multiprocessing
import re
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
from valore.flows._chain import named, ordered, through
from valore.flows._terms import underived
from valore.flows.space import Space
from valore.lake import locked
from valore.model.keys import key
from valore.model.schemas import ANNOTATIONS
from valore.model.subject import Subject

Tick = Callable[[int, int | None, str], None]
LABELS = ".labels"
"""Held together by those who read posts to label them, alone by who erases."""
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
)
_SOURCE = "enrich"
_EDITION = ("revision", "weight", "digest")
_EVERYWHERE = frozenset(("language", "near_duplicate"))
"""Enrichers that read every post; the others only posts by or about subjects and peers."""
_ASKED = frozenset(("theme",))
"""Enrichers that run only when named: nothing measures by these general subjects yet."""


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
    chain = named(names) if names else ordered(e for e in enrichers().values() if e.name not in _ASKED)
    keeper = _Keeper(space, tick or (lambda *_: None))
    posts, accounts = _posts(space), _accounts(space)
    accounts = _behaviour(accounts, posts)
    with _workers(processes) as run:
        keeper.rows(posts, _of(chain, Over.POSTS, whole=False), _about(space, posts, accounts), run)
        keeper.whole(posts, _of(chain, Over.POSTS, whole=True), _own(space, posts, accounts))
        keeper.rows(accounts, _of(chain, Over.ACCOUNTS, whole=False), np.ones(accounts.num_rows, bool), run)
    return Enriched(posts.num_rows, accounts.num_rows, keeper.written)


class _Keeper:
    """Finds what is to be done, has it done, and keeps it."""

    def __init__(self, space: Space, tick: Tick) -> None:
        self.lake, self.tick = space.lake, tick
        self.written: dict[str, int] = {}

    def rows(self, table: pa.Table, chain: Sequence[Enricher], chosen: Any, run: Any) -> None:
        """Annotate rows one by one; `chosen` says which ones the costly enrichers read."""
        todo = {e.name: self._todo(table, e, chosen) for e in chain}
        some = np.any(list(todo.values()), axis=0) if todo else np.zeros(table.num_rows, bool)
        at = np.flatnonzero(some)
        ready = self._known(table.take(pa.array(at)), chain) if len(at) else table.slice(0, 0)
        waiting, since, done = list[pa.Table](), time.monotonic(), 0
        for n, made in run(_tasks(ready, [e.name for e in chain], {k: v[at] for k, v in todo.items()})):
            waiting.append(made)
            done += n
            self.tick(done, len(at), "accounts" if chain[0].over is Over.ACCOUNTS else "posts")
            if time.monotonic() - since > _BETWEEN:
                self._keep(waiting)
                waiting, since = [], time.monotonic()
        self._keep(waiting)

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
            self._keep([made.filter(pc.is_in(made["about"], value_set=fresh))])
            self.tick(batch.num_rows, batch.num_rows, enricher.name)

    def _todo(self, table: pa.Table, enricher: Enricher, chosen: Any) -> Any:
        """Return which rows this version has not read."""
        of = (pc.field("enricher") == enricher.name) & (pc.field("version") == enricher.version)
        done = self.lake.snapshot().table("annotations", ["about"], of)["about"].to_numpy()
        wanted = ~np.isin(table["key"].to_numpy(), done)
        return wanted if enricher.name in _EVERYWHERE or enricher.over is Over.ACCOUNTS else wanted & chosen

    def _known(self, table: pa.Table, chain: Sequence[Enricher]) -> pa.Table:
        """Return the table with the language and vector that an earlier run has found."""
        if any(e.over is Over.ACCOUNTS for e in chain):
            return table
        table = table.rename_columns(["declared" if c == "language" else c for c in table.column_names])
        for name, column in (("language", "label"), ("embedding", "vector")):
            of = (pc.field("enricher") == name) & (pc.field("version") == enrichers()[name].version)
            found = self.lake.snapshot().table("annotations", ["about", column], of)
            table = table.append_column(name, _looked_up(table["key"], found["about"], found[column]))
        return table

    def _keep(self, made: Sequence[pa.Table]) -> None:
        table = pa.concat_tables(made) if made else ANNOTATIONS.empty_table()
        if not table.num_rows:
            return
        last = self.lake.last(_SOURCE)
        self.lake.commit({"annotations": table}, source=_SOURCE, number=0 if last is None else last + 1)
        counted = table.group_by("enricher").aggregate([([], "count_all")])
        for name, n in zip(counted["enricher"].to_pylist(), counted["count_all"].to_pylist(), strict=True):
            self.written[name] = self.written.get(name, 0) + n


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


def _looked_up(keys: Any, about: Any, column: Any) -> pa.Array:
    """Return for each key the value of `column` that stands beside it in `about`; null where none does."""
    values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not len(about):
        return pa.nulls(len(keys), values.type)
    stored, wanted = about.to_numpy(), keys.to_numpy()
    order = np.argsort(stored)
    at = order[np.searchsorted(stored, wanted, sorter=order).clip(0, len(stored) - 1)]
    return values.take(pa.array(at, mask=stored[at] != wanted))


def _behaviour(accounts: pa.Table, posts: pa.Table) -> pa.Table:
    """Return the accounts with what their posts at hand say of how they act (see `enrich.spam`)."""
    by = posts.select(["key", "author", "published"]).append_column("text", pc.fill_null(posts["text"], ""))
    by = by.append_column("linked", pc.match_substring_regex(by["text"], r"https?://").cast(pa.float64()))
    by = by.append_column("tags", pc.count_substring(by["text"], "#").cast(pa.float64()))
    by = by.append_column("said", pc.utf8_lower(pc.replace_substring_regex(by["text"], r"https?://\S+|@\w+|\s+", "")))
    by = by.append_column("substantial", pc.greater_equal(pc.utf8_length(by["said"]), 20))
    by = by.sort_by([("published", "ascending"), ("key", "ascending")])
    repeated, copied = _copies(by)
    by = by.append_column("repeated", pa.array(repeated)).append_column("copied", pa.array(copied))
    told = by.group_by("author").aggregate(
        [("key", "count"), *((c, "mean") for c in ("repeated", "copied", "linked", "tags"))]
    )
    names = {
        "key_count": "posts_seen",
        "repeated_mean": "repeated_share",
        "copied_mean": "copied_share",
        "linked_mean": "linked_share",
        "tags_mean": "tags_each",
    }
    for column, name in names.items():
        accounts = accounts.append_column(
            name, _looked_up(accounts["key"], told["author"], told[column].cast(pa.float64()))
        )
    return accounts


def _copies(posts: pa.Table) -> tuple[Any, Any]:
    """Return for each post, in order of time, whether its words were said before by its author, or by another."""
    words = posts["said"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    author = posts["author"].to_numpy()
    long = posts["substantial"].to_numpy()
    rows = np.arange(len(words))
    first = np.full(words.max(initial=-1) + 1, len(words))
    np.minimum.at(first, words, rows)
    pairs = np.unique(np.stack([words, author]), axis=1, return_index=True, return_inverse=True)
    own_first = pairs[1][pairs[2].ravel()] if len(words) else rows
    repeated = long & (own_first < rows)
    return repeated.astype(float), (long & (author[first[words]] != author)).astype(float)


def _about(space: Space, posts: pa.Table, accounts: pa.Table) -> Any:
    """Return which posts are by or about a subject or a peer; all of them while nobody is measured."""
    subjects = space.subjects()
    if not subjects:
        return np.ones(posts.num_rows, bool)
    own = _keys(subjects, accounts)
    near = np.isin(posts["author"].to_numpy(), own)
    for column in ("reply_to_author", "quote_of_author"):
        near |= np.isin(pc.fill_null(posts[column], -1).to_numpy(), own)
    mentions = posts["mentions"].combine_chunks()
    hits = pc.is_in(mentions.flatten(), value_set=pa.array(own)).to_numpy(zero_copy_only=False)
    near[mentions.value_parent_indices().to_numpy()[hits]] = True
    asked = pa.array([q for s in subjects for q in s.queries], pa.string())
    near |= pc.is_in(posts["query"], value_set=asked).to_numpy()
    return near | _named(subjects, posts["text"])


def _named(subjects: Sequence[Subject], texts: Any) -> Any:
    """Return which texts name a subject by a whole word."""
    names = sorted(
        {re.escape(n.strip()) for s in subjects for n in (s.name, *s.aliases) if n.strip()},
        key=len,
        reverse=True,
    )
    if not names:
        return np.zeros(len(texts), bool)
    pattern = rf"(?i)(?:^|[^\pL\pN])(?:{'|'.join(names)})(?:$|[^\pL\pN])"
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False).to_numpy()


def _own(space: Space, posts: pa.Table, accounts: pa.Table) -> Any:
    """Return which posts a subject or a peer has written; all of them while nobody is measured."""
    subjects = space.subjects()
    if not subjects:
        return np.ones(posts.num_rows, bool)
    return np.isin(posts["author"].to_numpy(), _keys(subjects, accounts))


def _keys(subjects: Sequence[Subject], accounts: pa.Table) -> Any:
    """Return the keys of the subjects' accounts, whether named by native id or by handle."""
    refs = {(a.place, a.id) for s in subjects for a in s.accounts}
    places, ids, handles = (accounts[c].to_pylist() for c in ("place", "id", "handle"))
    at = [f"@{(h or '').lower()}" for h in handles]
    for place, native, handle in zip(places, ids, at, strict=True):
        if len(handle) > 1 and ((place, native) in refs or (place, handle) in refs):
            refs |= {(place, native), (place, handle)}
    return np.array(sorted({key(place, native) for place, native in refs}), dtype=np.int64)
