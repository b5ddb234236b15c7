"""Accounts that act together, with the posts behind it: from what was imported, stored nowhere."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.engine import Engine, Source
from valore.enrich.coordination import AROUND, LEAST, WINDOW, Together, together
from valore.errors import N_
from valore.flows._terms import unseen
from valore.flows.space import Space
from valore.model.schemas import TABLES

KINDS: Mapping[str, str] = {
    "repost": N_("reposts"),
    "reply": N_("replies"),
    "quote": N_("quotes"),
    "link": N_("links"),
    "copy": N_("copies of a text"),
}
"""What is done together, in plain English (the message id of the translation)."""
SHOWN = 20
"""Posts named for a group, the first ones."""

_ACTS = """
with copied as (
  select about as post, other as first from annotations
  where enricher = 'near_duplicate' and label = 'copy' and other is not null
)
select i.actor as account, cast(i.target as varchar) as object, 'repost' as kind, i.at as "time", i.target as post
from interactions as i where i.kind = 'repost' and i.at is not null and i.target is not null
union all
select author, cast(reply_to as varchar), 'reply', published, key from posts
where reply_to is not null and coalesce(reply_to_author, -1) <> author
union all
select author, cast(quote_of as varchar), 'quote', published, key from posts
where quote_of is not null and coalesce(quote_of_author, -1) <> author
union all
select author, link, 'link', published, key
from (select author, published, key, unnest(links) as link from posts where links is not null) as linked
union all
select p.author, cast(c.first as varchar), 'copy', p.published, p.key from posts as p join copied as c on c.post = p.key
union all
select p.author, cast(p.key as varchar), 'copy', p.published, p.key from posts as p
where p.key in (select first from copied)
order by "time", account, object, kind, post
"""
_NAMES = "select key, place, coalesce('@' || handle, id) as name from accounts where key in ({keys}) order by key"


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that act together more often than chance allows. No proof of intent."""

    accounts: tuple[str, ...]
    """As `place:@handle`, else `place:id`."""
    met: int
    """Things on which the surest two acted within the window."""
    near: int
    """Things on which those two might have met."""
    expected: float
    """Meetings of those two by chance."""
    q: float
    """Share of false pairs among those as sure as the least sure of the group."""
    kinds: Mapping[str, int]
    """Things on which some of the group met, by kind of act."""
    posts: tuple[int, ...]
    """Keys of posts on which they met, the first ones."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked at, and who was found."""

    groups: tuple[Group, ...]
    """The largest first."""
    acts: int
    accounts: int
    tested: int
    """Pairs that might have met often enough to be told."""


def coordination(space: Space, *, window: int = WINDOW) -> Found:
    """Return the accounts of a workspace that act together: repost, answer, quote, link to or copy the same things.

    Places whose terms forbid to combine what they say are left out. Copies are those that `near_duplicate` has
    found. Nothing is stored, and no measure changes.

    Args:
        space: Where.
        window: Seconds within which two acts meet; they might have met within thirty times that.
    """
    snapshot = space.lake.snapshot()
    sources = {name: Source(files=snapshot.files(name), edited=snapshot.edited(name)) for name in TABLES}
    with Engine(sources, without=unseen(snapshot)) as engine:
        acts = engine.query(_ACTS)
        found = together(acts, window, window * AROUND // WINDOW, LEAST)
        names = _names(engine, found)
    return Found(tuple(_groups(acts, found, names)), acts.num_rows, len(found.accounts), found.tested)


def _names(engine: Engine, found: Together) -> Mapping[int, str]:
    """Return what the accounts told are called, by key."""
    told = pc.unique(pa.chunked_array([*found.pairs["one"].chunks, *found.pairs["other"].chunks], pa.int64()))
    keys = [str(key) for key in found.accounts.take(told).to_pylist()]
    rows = engine.query(_NAMES.format(keys=", ".join(keys) or "-1")).to_pylist()
    return {row["key"]: f"{row['place']}:{row['name']}" for row in rows}


def _groups(acts: pa.Table, found: Together, names: Mapping[int, str]) -> Iterator[Group]:
    for number in pc.unique(found.pairs["group"]).sort().to_pylist():
        pairs = found.pairs.filter(pc.equal(found.pairs["group"], number))
        rows = found.meetings.filter(pc.equal(found.meetings["group"], number))["row"]
        first, met = pairs.slice(0, 1).to_pylist()[0], acts.take(rows)
        who = np.union1d(pairs["one"].to_numpy(), pairs["other"].to_numpy())
        keys = found.accounts.take(pa.array(who)).to_pylist()
        yield Group(
            accounts=tuple(sorted(names.get(key, str(key)) for key in keys)),
            met=first["met"],
            near=first["near"],
            expected=first["expected"],
            q=pc.max(pairs["q"]).as_py(),
            kinds=_kinds(met),
            posts=tuple(pc.unique(met["post"]).to_pylist()[:SHOWN]),
        )


def _kinds(met: pa.Table) -> Mapping[str, int]:
    """Return on how many things accounts met, by kind, the most frequent first."""
    things = met.group_by(["kind", "object"]).aggregate([])["kind"].to_pylist()
    return dict(Counter(sorted(things)).most_common())
