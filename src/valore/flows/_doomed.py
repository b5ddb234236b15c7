"""Who and what is to be erased, by every name that is known for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from valore.flows._holders import SUBJECT
from valore.flows._masks import Names
from valore.flows.linking import holders
from valore.flows.space import Space
from valore.lake import Snapshot
from valore.model.keys import key
from valore.model.subject import AccountRef, Subject

Keys = npt.NDArray[np.int64]
_LEAST_ID = 5
"""Letters of a native id that is looked for in addresses: shorter ones are numbers of other things, too."""
_KNOWN = ("key", "place", "id", "handle", "name", "url", "revision", "weight", "digest", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, by all the names that the lake knows for it."""

    place: str
    ids: tuple[str, ...] = ()
    """Native ids, and `@handle` where something was known by it alone."""
    handles: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    """Handles without '@host', where nobody else there is called so."""
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @property
    def refs(self) -> tuple[str, ...]:
        """Return `place:id` and `place:@handle`."""
        return tuple(f"{self.place}:{name}" for name in self.known)

    @property
    def known(self) -> tuple[str, ...]:
        """Return its native ids and `@handle`s."""
        return tuple(dict.fromkeys((*self.ids, *(f"@{h}" for h in self.handles))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """What is to be erased. It can be written down and read again, since an erasure may be cut short."""

    what: str
    """subject, account, import, retention or return."""
    accounts: tuple[Account, ...] = ()
    slug: str = ""
    words: tuple[str, ...] = ()
    """Names of a subject."""
    queries: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Imports that go whole."""
    touched: tuple[str, ...] = ()
    """Imports that gave some of the rows."""
    due: Mapping[str, int] = field(default_factory=dict)
    """For places whose rows expire: collected up to this instant (microseconds), they go."""
    silenced: tuple[str, ...] = ()
    """Places that want deleted posts to be forgotten."""
    answers: Mapping[str, int] = field(default_factory=dict)
    """As `due`, but for rows that came by none of the `archives`."""
    archives: tuple[str, ...] = ()
    """Imports that are their owner's own archive of a place of `answers`."""
    unnamed: Mapping[str, int] = field(default_factory=dict)
    """For places whose names expire: of accounts collected up to this instant (microseconds), a pseudonym stays."""
    involved: tuple[int, ...] = ()
    """Keys of the accounts that keep their names."""

    def work(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def of(cls, work: Mapping[str, Any]) -> "Doomed":
        """Return what was written down."""
        accounts = tuple(Account(**{k: _tuple(v) for k, v in a.items()}) for a in work.get("accounts", ()))
        return cls(**{**{k: _tuple(v) for k, v in work.items()}, "accounts": accounts})

    @property
    def keys(self) -> Keys:
        """Return the keys of the accounts."""
        return np.array([key(a.place, name) for a in self.accounts for name in a.known], dtype=np.int64)

    @property
    def names(self) -> Names:
        """Return how those who are erased can be named in what others wrote."""
        return Names(
            handles=tuple(dict.fromkeys(h for a in self.accounts for h in (*a.handles, *a.short))),
            urls=tuple(dict.fromkeys(u for a in self.accounts for u in a.urls)),
            words=self.called,
            ids=tuple(i for a in self.accounts for i in a.ids if len(i) >= _LEAST_ID and not i.startswith("@")),
            queries=self.queries,
        )

    @property
    def called(self) -> tuple[str, ...]:
        """Return the names that a file or an entry of the audit may be called after."""
        slug = (self.slug,) if self.slug else ()
        return tuple(dict.fromkeys((*slug, *self.words, *(n for a in self.accounts for n in (*a.handles, *a.names)))))


def account(space: Space, ref: AccountRef) -> Account:
    """Return an account by all its names.

    A handle that somebody else carries now is not counted: who is named by a handle is who carries it
    last, else who ever did.
    """
    rows = _newest_first(space.lake.snapshot(), ref.place)
    carried = {row["handle"].lower(): row["key"] for row in rows if row["handle"] and row["newest"]}
    mine = _rows_of(rows, ref, carried)
    handles = [row["handle"].lower() for row in mine if row["handle"]]
    handles += [ref.id[1:].lower()] if ref.id.startswith("@") else []
    keys = {row["key"] for row in mine}
    own = [h for h in dict.fromkeys(handles) if carried.get(h) in (None, *keys) or f"@{h}" == ref.id]
    ids = dict.fromkeys([*(row["id"] for row in mine), *([] if ref.id.startswith("@") else [ref.id])])
    urls = [u for row in mine for u in (row["url"], row["id"]) if u and u.startswith("http")]
    return Account(
        place=ref.place,
        ids=tuple(ids),
        handles=tuple(own),
        short=_short(own, (row["handle"] for row in rows if row["handle"] and row["key"] not in keys)),
        names=tuple(dict.fromkeys(row["name"] for row in mine if row["name"])),
        urls=tuple(dict.fromkeys(urls)),
    )


def _short(handles: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return the beginnings of federated handles, by which people on one server call each other."""
    taken = {other.lower().partition("@")[0] for other in others}
    local = (handle.partition("@")[0] for handle in handles if "@" in handle)
    return tuple(dict.fromkeys(name for name in local if name and name not in taken))


def _rows_of(rows: Sequence[Mapping[str, Any]], ref: AccountRef, carried: Mapping[str, int]) -> list[Mapping[str, Any]]:
    if not ref.id.startswith("@"):
        return [row for row in rows if row["id"] == ref.id]
    handle = ref.id[1:].lower()
    now = carried.get(handle)
    ever = {row["key"] for row in rows if (row["handle"] or "").lower() == handle or row["id"].lower() == ref.id}
    keys = {now, key(ref.place, ref.id)} if now is not None else ever
    return [row for row in rows if row["key"] in keys]


def _newest_first(shot: Snapshot, place: str) -> list[dict[str, Any]]:
    """Return the accounts of a place, all editions; `newest` where nothing is known later of a native id."""
    found = shot.table("accounts", _KNOWN, pc.field("place") == place)
    order = [("key", "ascending"), *((c, "descending") for c in ("revision", "weight", "digest"))]
    rows: list[dict[str, Any]] = found.sort_by(order).to_pylist()
    before = None
    for row in rows:
        row["newest"] = row["key"] != before and not row["id"].startswith("@")
        before = row["key"]
    return rows


def of_subject(space: Space, subject: Subject) -> Doomed:
    """Return what erasing a subject means: all its accounts, those that people link to it, and what the state says."""
    words = tuple(dict.fromkeys(w.lstrip("@") for w in (subject.name, *subject.aliases)))
    group = next((group for group in holders(space) if f"{SUBJECT}{subject.slug}" in group), ())
    linked = (AccountRef(name) for name in group if not name.startswith(SUBJECT))
    accounts = tuple(account(space, ref) for ref in dict.fromkeys((*subject.accounts, *linked)))
    whole = Doomed(what="subject", accounts=accounts, slug=subject.slug, words=words, queries=subject.queries)
    return with_imports(space, whole)


def of_account(space: Space, ref: AccountRef) -> Doomed:
    """Return what erasing one account means."""
    return with_imports(space, Doomed(what="account", accounts=(account(space, ref),)))


def with_imports(space: Space, doomed: Doomed) -> Doomed:
    """Return it with the imports that gave its rows, and those that gave nothing else."""
    shot, keys = space.lake.snapshot(), doomed.keys
    posts, acts = (_of(shot, name, column, keys) for name, column in (("posts", "author"), ("interactions", "actor")))
    known = shot.table("accounts", ["key", "source"])
    known = known.filter(pa.array(np.isin(known["key"].to_numpy(), keys)))
    told = {s for table in (posts, acts, known) for s in pc.unique(table["source"]).to_pylist()}
    theirs = {s for s in told if _alone(shot, s, keys)}
    return replace(doomed, sources=tuple(sorted(theirs)), touched=tuple(sorted(told - theirs)))


def _of(shot: Snapshot, table: str, column: str, keys: Keys) -> pa.Table:
    return shot.table(table, [column, "source"], pc.field(column).isin(pa.array(keys, pa.int64())))


def _alone(shot: Snapshot, source: str, keys: Keys) -> bool:
    """Return whether all posts and acts of an import are by these accounts, and there are some."""
    mine = pc.field("source") == source
    authors = shot.table("posts", ["author"], mine)["author"].to_numpy()
    actors = shot.table("interactions", ["actor"], mine)["actor"].to_numpy()
    written = np.concatenate([authors, actors])
    return bool(len(written)) and bool(np.isin(written, keys).all())


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
