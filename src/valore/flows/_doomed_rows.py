"""Which rows of which table an erasure means, as the lake is now.

What rests on posts is gone through first and the accounts last, so that an erasure that was cut
short still finds what is left to be done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over
from valore.flows import _masks, _unnamed
from valore.flows._doomed import Doomed
from valore.flows._masks import Names
from valore.flows._suppressed import named_by
from valore.flows.space import Space
from valore.lake import Pass, Snapshot, Verdict
from valore.model import plugins
from valore.model.facts import STUB
from valore.model.schemas import ACCOUNTS

Keys = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_NONE: Keys = np.array([], dtype=np.int64)
_EDITION = ("revision", "weight", "digest")
_VENDOR = "vendor:"
"""Beginning of the names of those whose opinions were imported: they cannot be made again."""
_LEAST_ID = 5
"""Letters of a native id by which a post is looked for in files: shorter ones are numbers of other things, too."""
_POST = ("key", "deleted", "source", "place", "author", "id", "url")
_IDENTITY = frozenset(["key", "place", "id", "revision", "weight", "digest", "edition", "source"])


@dataclass(frozen=True, slots=True)
class Rows:
    """The keys of what goes and of what changes."""

    shot: Snapshot
    doomed: Doomed
    started: Mapping[str, int]
    """When each import began (microseconds)."""
    posts: Keys = field(default_factory=lambda: _NONE)
    """Posts that go with all their editions."""
    deleted: Keys = field(default_factory=lambda: _NONE)
    """Deleted posts whose earlier words go."""
    named: Keys = field(default_factory=lambda: _NONE)
    """Posts of others that name who goes."""
    accounts: Keys = field(default_factory=lambda: _NONE)
    """Accounts that go with all their editions."""
    stubs: Keys = field(default_factory=lambda: _NONE)
    """Accounts that nobody names any more."""
    elsewhere: Keys = field(default_factory=lambda: _NONE)
    """Accounts that imports which go have described, and other ones too."""
    unnamed: Keys = field(default_factory=lambda: _NONE)
    """Accounts of which a pseudonym stays."""

    @property
    def linked(self) -> frozenset[bytes]:
        """Return the native ids of the posts that go, long ones, by which a report links to them."""
        silent = pa.array(self.silent, pa.int64())
        ids = (
            self.shot.table("posts", ["id"], pc.field("key").isin(silent))["id"]
            if len(silent)
            else pa.chunked_array([], pa.string())
        )
        return frozenset(i.rpartition("/")[2].encode() for i in pc.unique(ids).to_pylist() if len(i) >= _LEAST_ID)

    @property
    def silent(self) -> Keys:
        """Return the posts of which nothing may be said any more."""
        return np.concatenate([self.posts, self.deleted])


def rows(space: Space, doomed: Doomed) -> Rows:
    """Look up which rows are meant."""
    found = beginning(space, doomed)
    found = replace(found, posts=_posts(found), accounts=_accounts(found), elsewhere=_elsewhere(found))
    found = replace(found, deleted=_deleted(found), named=_named(found))
    return replace(found, stubs=_stubs(found))


def beginning(space: Space, doomed: Doomed) -> Rows:
    """Look up who keeps only a pseudonym, and nothing else yet."""
    started = {record.source: int(record.started.timestamp() * 1e6) for record in space.imports()}
    found = Rows(space.lake.snapshot(), doomed, started)
    return replace(found, unnamed=_without_part(found))


def passes(found: Rows) -> tuple[Pass, ...]:
    """Return what the lake has to go through, in order."""
    names = found.doomed.names
    read = {name: (*_masks.columns(name), "place", "source") for name in ("accounts", "interactions")}
    counts = (*_masks.columns("observations"), "place", "source", "post")
    return (
        Pass("annotations", ("about", "subject", "enricher", "other"), lambda t: Verdict(_annotations(found, t))),
        Pass("observations", counts, lambda t: _observations(found, t), _masking("observations", names)),
        Pass(
            "interactions", (*read["interactions"], "actor"), lambda t: _acts(found, t), _masking("interactions", names)
        ),
        Pass("faults", ("source", "file", "detail"), lambda t: Verdict(_faults(found, t))),
        Pass("posts", _POST, lambda t: _post(found, t), lambda t: _unled(found, _masks.masked("posts", t, names))),
        Pass(
            "accounts",
            tuple(dict.fromkeys(("key", "id", "revision", *read["accounts"], *_unnamed.PROFILE))),
            lambda t: _account(found, t),
            lambda t: _plain(found, t),
        ),
    )


def _masking(table: str, names: Names) -> Any:
    return lambda rows: _masks.masked(table, rows, names)


def _posts(found: Rows) -> Keys:
    table = found.shot.table("posts", ["key", "author", "place", "source"])
    keys, theirs = table["key"].to_numpy(), _from(table, found.doomed.sources)
    goes = np.isin(table["author"].to_numpy(), found.doomed.keys) | _past(found, table, found.doomed.due)
    goes |= theirs & ~np.isin(keys, keys[~theirs])
    return np.unique(np.concatenate([keys[goes], _answered(found, table)]))


def _accounts(found: Rows) -> Keys:
    table = found.shot.table("accounts", ["key", "place", "source"])
    goes = np.isin(table["key"].to_numpy(), found.doomed.keys) | _past(found, table, found.doomed.due)
    return np.unique(np.concatenate([table["key"].to_numpy()[goes], _answered(found, table)]))


def _answered(found: Rows, table: pa.Table) -> Keys:
    """Return the keys that go with all their rows since an answer told of them, and no archive of their owner."""
    if not found.doomed.answers:
        return _NONE
    keys = table["key"].to_numpy()
    return np.setdiff1d(keys[_answer(found, table)], keys[_from(table, found.doomed.archives)])


def _without_part(found: Rows) -> Keys:
    """Return the accounts without a part that were first collected too long ago for a name, whether it went or not."""
    if not found.doomed.unnamed:
        return _NONE
    table = found.shot.table("accounts", ["key", "place", "source"])
    late = table["key"].to_numpy()[_past(found, table, found.doomed.unnamed)]
    return np.setdiff1d(late, np.array(found.doomed.involved, dtype=np.int64))


def _elsewhere(found: Rows) -> Keys:
    if not found.doomed.sources:
        return _NONE
    table = found.shot.table("accounts", ["key", "source"])
    keys, theirs = table["key"].to_numpy(), _from(table, found.doomed.sources)
    return np.intersect1d(keys[theirs], keys[~theirs])


def expired(found: Rows, table: pa.Table) -> Flags:
    """Return the rows that were collected too long ago."""
    return _past(found, table, found.doomed.due) | _answer(found, table)


def _answer(found: Rows, table: pa.Table) -> Flags:
    """Return the rows that were collected too long ago for what is not its owner's archive."""
    return _past(found, table, found.doomed.answers) & ~_from(table, found.doomed.archives)


def _past(found: Rows, table: pa.Table, due: Mapping[str, int]) -> Flags:
    """Return the rows that were collected before a place's date; an import that is not known any more is the oldest."""
    goes = np.zeros(table.num_rows, dtype=np.bool_)
    for place, until in due.items():
        young = [source for source, at in found.started.items() if at > until]
        goes |= _flags(pc.equal(table["place"], place)) & ~_from(table, young)
    return goes


def _deleted(found: Rows) -> Keys:
    """Return the deleted posts, of places that want them forgotten, of which earlier words are kept."""
    if not found.doomed.silenced:
        return _NONE
    here = pc.field("place").isin(pa.array(found.doomed.silenced, pa.string()))
    table = found.shot.table("posts", ["key", "deleted", *_EDITION], here)
    table = table.sort_by([("key", "ascending"), *((c, "descending") for c in _EDITION)])
    keys, worded = table["key"].to_numpy(), _flags(pc.is_null(table["deleted"]))
    newest = np.concatenate([[True], keys[1:] != keys[:-1]]) if len(keys) else worded
    return np.intersect1d(keys[newest & ~worded], keys[worded])


def _named(found: Rows) -> Keys:
    if found.doomed.names == Names():
        return _NONE
    told = [_NONE]
    for path in found.shot.files("posts"):
        table = _file(found.shot, "posts", path, ("key", *_masks.columns("posts")))
        told.append(table["key"].to_numpy()[_masks.touched("posts", table, found.doomed.names)])
    return np.setdiff1d(np.concatenate(told), found.posts)


def tells(found: Rows) -> bool:
    """Return whether a name or an address is kept of somebody of whom only a pseudonym may be."""
    if not len(found.unnamed):
        return False
    accounts = found.shot.table("accounts", ["key", "id", *_unnamed.PROFILE])
    if (np.isin(accounts["key"].to_numpy(), found.unnamed) & _unnamed.named(accounts)).any():
        return True
    columns = ("author", "place", "source", "id", "url")
    return any(_leading(found, _file(found.shot, "posts", p, columns)).any() for p in found.shot.files("posts"))


def _file(shot: Snapshot, name: str, path: str, columns: Sequence[str]) -> pa.Table:
    below = path.removeprefix(f"{shot.root / name}/")
    return replace(shot, states={name: replace(shot.states[name], files=(below,))}).table(name, columns)


def _stubs(found: Rows) -> Keys:
    """Return the accounts that only rows which go have named, or described and named."""
    imports = (*found.doomed.sources, *found.doomed.touched)
    if not imports:
        return _NONE
    table = found.shot.table("accounts", ["key", "revision", "source"])
    goes = _from(table, found.doomed.sources)
    goes |= _from(table, imports) & (table["revision"].to_numpy() == STUB)
    keys = table["key"].to_numpy()
    return np.setdiff1d(keys[goes], np.concatenate([keys[~goes], _still_named(found)]))


def _still_named(found: Rows) -> Keys:
    columns = ["key", "author", "reply_to_author", "quote_of_author", "mentions", "source"]
    posts = found.shot.table("posts", columns)
    goes = np.isin(posts["key"].to_numpy(), found.posts) | _from(posts, found.doomed.sources)
    acts = found.shot.table("interactions", ["actor", "target_author", "source"])
    gone = np.isin(acts["actor"].to_numpy(), found.doomed.keys) | _from(acts, found.doomed.sources)
    return named_by(posts.filter(pa.array(~goes)), acts.filter(pa.array(~gone)))


def _annotations(found: Rows, table: pa.Table) -> Flags:
    """Return the labels of what goes, and of what cannot stay as it was said once it is gone."""
    about, doomed = table["about"].to_numpy(), found.doomed
    goes = np.isin(about, np.concatenate([found.silent, found.accounts, found.stubs]))
    if doomed.slug:
        goes |= _among(table["subject"], (doomed.slug, *doomed.words))
    again = np.isin(about, found.named) | np.isin(pc.fill_null(table["other"], -1).to_numpy(), found.silent)
    if len(found.silent):
        again |= _among(table["enricher"], _wide())
    return goes | (again & ~_flags(pc.starts_with(table["enricher"], _VENDOR)))


def _wide() -> list[str]:
    """Return the enrichers that read many posts at once: what they said rests on those that go, too.

    None of them can be a bigger model of the user's, and one that cannot be opened must keep nobody from erasing.
    """
    shipped = plugins.found("valore.enrich").values()
    return [e.name for e in shipped if e.whole or e.over is Over.ACCOUNTS]


def _observations(found: Rows, table: pa.Table) -> Verdict:
    goes = np.isin(table["post"].to_numpy(), found.silent) | expired(found, table) | _from(table, found.doomed.sources)
    return Verdict(goes, _masks.touched("observations", table, found.doomed.names) & ~goes)


def _acts(found: Rows, table: pa.Table) -> Verdict:
    goes = np.isin(table["actor"].to_numpy(), found.doomed.keys)
    goes |= expired(found, table) | _from(table, found.doomed.sources)
    return Verdict(goes, _masks.touched("interactions", table, found.doomed.names) & ~goes)


def _faults(found: Rows, table: pa.Table) -> Flags:
    goes = _from(table, found.doomed.sources)
    pattern = _masks.word(found.doomed.called)
    for column in ("file", "detail") if pattern is not None else ():
        goes |= _flags(pc.match_substring_regex(table[column], pattern))
    return goes


def _nameless(found: Rows, table: pa.Table, column: str) -> Flags:
    """Return the rows of accounts without a part that were themselves collected too long ago for a name."""
    theirs = np.isin(table[column].to_numpy(), found.unnamed)
    return theirs & _past(found, table, found.doomed.unnamed)


def collecting(found: Rows) -> set[str]:
    """Return the imports that brought such rows, of accounts and of their posts."""
    sources: set[str] = set()
    for name, column in (("accounts", "key"), ("posts", "author")) if len(found.unnamed) else ():
        for path in found.shot.files(name):
            table = _file(found.shot, name, path, (column, "place", "source"))
            sources |= set(pc.unique(table.filter(pa.array(_nameless(found, table, column)))["source"]).to_pylist())
    return sources


def _post(found: Rows, table: pa.Table) -> Verdict:
    keys = table["key"].to_numpy()
    goes = np.isin(keys, found.posts) | _from(table, found.doomed.sources)
    goes |= (np.isin(keys, found.deleted) & _flags(pc.is_null(table["deleted"]))) | _answer(found, table)
    return Verdict(goes, (np.isin(keys, found.named) | _leading(found, table)) & ~goes)


def _leading(found: Rows, table: pa.Table) -> Flags:
    """Return the posts whose address leads to an author without a part, collected too long ago for that."""
    return _nameless(found, table, "author") & _unnamed.addressed(table)


def _unled(found: Rows, table: pa.Table) -> pa.Table:
    return _unnamed.unaddressed(table, _leading(found, table))


def _account(found: Rows, table: pa.Table) -> Verdict:
    keys, theirs = table["key"].to_numpy(), _from(table, found.doomed.sources)
    goes = np.isin(keys, np.concatenate([found.accounts, found.stubs])) | (theirs & np.isin(keys, found.elsewhere))
    goes |= _answer(found, table)
    altered = _masks.touched("accounts", table, found.doomed.names)
    altered |= np.isin(keys, found.unnamed) & _unnamed.named(table)
    return Verdict(goes, (altered | (theirs & (table["revision"].to_numpy() != STUB))) & ~goes)


def _plain(found: Rows, table: pa.Table) -> pa.Table:
    """Return accounts without handles of who goes; of those that only imports which go described, the id alone.

    Of those without a part whose time is over, a pseudonym.
    """
    table = _masks.masked("accounts", table, found.doomed.names)
    blank = pa.array(_from(table, found.doomed.sources) & (table["revision"].to_numpy() != STUB))
    for at, column in enumerate(ACCOUNTS):
        if column.name not in _IDENTITY:
            table = table.set_column(at, column, pc.if_else(blank, pa.scalar(None, column.type), table[column.name]))
    return _unnamed.plain(table, np.isin(table["key"].to_numpy(), found.unnamed))


def _from(table: pa.Table, sources: Iterable[str]) -> Flags:
    return _among(table["source"], tuple(sources))


def _among(column: pa.ChunkedArray, values: Sequence[str]) -> Flags:
    return _flags(pc.is_in(column, pa.array(values, pa.string())))


def _flags(mask: Any) -> Flags:
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=np.bool_)
