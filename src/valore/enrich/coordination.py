"""Which accounts act together: on the same things, in the same minute, more often than chance allows.

The chance is that of the thing itself. Two accounts that act on one thing within half an hour of each
other share its audience, its hour and its fame; whether they also fall into one minute is compared with
how often others do there, and with how prompt each of the two is. So taste, circadian rhythm, bursts,
popularity and haste explain themselves, and what is left is timing. Those found are then left out of
what is taken for chance, and the rest is looked at again: a clique is no measure of itself. It names
accounts that act together; it says nothing of why.

Source: the same act within seconds, repeatedly, is Giglietto et al. (2020), Information, Communication &
Society 23, and Righetti & Balluff, CooRTweet; acts of many kinds Pacheco et al. (2021), ICWSM 15; a null
that keeps coarse time and tests fine time is the jitter of Amarasingham et al. (2012), Journal of
Neurophysiology 107; the tail bound Hoeffding (1956), Annals of Mathematical Statistics 27; the share of
false discoveries Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse, stats
from scipy.sparse.csgraph import connected_components

WINDOW, AROUND = 60, 1800
"""Seconds within which two acts meet, and within which they might have met."""
LEAST = 3
"""Things on which two accounts must meet before anything is said of them."""
LEVEL, _SEEN = 0.00001, 0.0003
"""Nominal share of false pairs among those told, and among those that are left out of what is taken for chance."""
_PRIOR, _FIRST = 200.0, 800.0
"""Accounts that the speed of all things counts for beside the speed of one; and before any group is known."""
_MEETINGS = 5.0
"""Meetings that an ordinary account counts for beside what one account is known to do."""
_ROUNDS = 4
"""Times that the rest is looked at without those found."""
_AHEAD = 256
"""Acts that one act is paired with at most: in a greater crowd a meeting says nothing."""
_COUNTED = 2**23
"""Near acts up to which the pairs that are tested are counted, and not only bounded."""
_CELLS = 2**22
"""Acts of candidate pairs compared at once."""

PAIRS = pa.schema(
    [
        pa.field("one", pa.int64(), nullable=False),  # number of the account in `accounts`, the smaller one
        pa.field("other", pa.int64(), nullable=False),
        pa.field("met", pa.int64(), nullable=False),  # things on which both acted within the window
        pa.field("near", pa.int64(), nullable=False),  # things on which they might have met
        pa.field("expected", pa.float64(), nullable=False),  # meetings by chance, of `near`
        pa.field("p", pa.float64(), nullable=False),  # of so many meetings or more by chance
        pa.field("q", pa.float64(), nullable=False),  # least share of false pairs at which this one is told
        pa.field("group", pa.int64(), nullable=False),
    ]
)
MEETINGS = pa.schema(
    [
        pa.field("group", pa.int64(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),  # of the act, in the table that was given
        pa.field("with", pa.int64(), nullable=False),  # how many of the group it met there
    ]
)


class Together(NamedTuple):
    """Who acts together, and on what that rests."""

    accounts: pa.Array
    """What the accounts are called; the tables name them by place in this."""
    pairs: pa.Table
    """As `PAIRS`, the surest first; groups are numbered from 0, the largest first."""
    meetings: pa.Table
    """As `MEETINGS`: the acts that the pairs rest on."""
    tested: int
    """Pairs that could have been told."""


class _Acts(NamedTuple):
    """The first act of each account on each thing, by thing and time; things with one account are left out."""

    account: Any
    thing: Any
    time: Any
    """int64, seconds."""
    row: Any
    """In the table that was given."""
    kinds: Any
    """Of each thing."""


class _Speed(NamedTuple):
    """How likely two near acts meet."""

    thing: Any
    """float64: of each thing."""
    lean: Any
    """float64: of each account, how much more than others it meets."""


def together(
    acts: pa.Table, window: int = WINDOW, around: int = AROUND, least: int = LEAST, level: float = LEVEL
) -> Together:
    """Return who acts together.

    Args:
        acts: Columns `account`, `object`, `kind` (repost, link, reply, copy, …) and `time` (a timestamp or
            whole seconds). An act with a null is left out; so is a later one of an account on one object.
        window: Seconds within which two acts meet.
        around: Seconds within which they might have met; some ten windows or more.
        least: Meetings without which a pair is not told.
        level: Nominal share of false pairs allowed among those told.
    """
    accounts, first = _firsts(acts)
    pairs = _candidates(first, window, least)
    group, found, tested = np.full(max(len(accounts), 1), -1), PAIRS.empty_table(), _tested(first, around, least)
    for _ in range(_ROUNDS):
        before, speed = group, _speeds(first, group, window, around)
        compared = _compared(first, speed, pairs, (window, around))
        group = _told(pairs, compared, tested, max(level, _SEEN), len(group))[1]
        found, _ = _told(pairs, compared, tested, level, len(group))
        if (group == before).all():
            break
    return Together(accounts, found, _meetings(first, found, len(accounts), window), tested)


def _tested(acts: _Acts, around: int, least: int) -> int:
    """Return how many pairs might have met often enough; at most so many where counting them would take too much."""
    near = int(_within(acts.thing, acts.time, around).sum()) // 2
    return len(_candidates(acts, around, least)[0]) if near <= _COUNTED else near // least


def _told(pairs: tuple[Any, Any], compared: tuple[Any, Any, Any], tested: int, level: float, accounts: int) -> Any:
    """Return the table of pairs that are told, and the group of each account, -1 for none."""
    (one, other), (met, near, expected) = pairs, compared
    p = stats.binom.sf(met - 1, near, np.minimum(expected / np.maximum(near, 1), 1))
    q = _discoveries(p, tested)
    told = np.flatnonzero(q <= level)
    told = told[np.lexsort((other[told], one[told], p[told]))]
    group = _groups(accounts, one[told], other[told])
    columns = (*(c[told] for c in (one, other, met, near, expected, p, q)), group[one[told]])
    return pa.Table.from_arrays([pa.array(c) for c in columns], schema=PAIRS), group


def _firsts(acts: pa.Table) -> tuple[pa.Array, _Acts]:
    whole = acts.select(["account", "object", "kind", "time"]).append_column("row", pa.array(np.arange(acts.num_rows)))
    whole = whole.drop_null()
    account, names = _coded(whole["account"])
    thing, _ = _coded(whole["object"])
    kind, kinds = _coded(whole["kind"])
    time, row = _seconds(whole["time"]), whole["row"].to_numpy()
    thing = np.unique(thing * max(len(kinds), 1) + kind, return_inverse=True)[1]
    order = np.lexsort((row, time, account, thing))
    first = order[np.flatnonzero(_changes(thing[order], account[order]))]
    first = first[np.bincount(thing[first], minlength=1)[thing[first]] > 1]
    first = first[np.lexsort((account[first], time[first], thing[first]))]
    thing = np.unique(thing[first], return_inverse=True)[1]
    kind = kind[first[np.flatnonzero(_changes(thing))]]
    return names, _Acts(account[first], thing, time[first], row[first], kind)


def _coded(column: pa.ChunkedArray) -> tuple[Any, pa.Array]:
    coded = column.combine_chunks().dictionary_encode()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary


def _seconds(column: pa.ChunkedArray) -> Any:
    if pa.types.is_timestamp(column.type):
        column = pc.cast(column, pa.timestamp("s", column.type.tz), safe=False)
    return column.cast(pa.int64()).to_numpy()


def _changes(*columns: Any) -> Any:
    """Return which rows differ from the one before."""
    new = np.zeros(len(columns[0]), bool)
    new[:1] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return new


def _within(thing: Any, time: Any, seconds: int) -> Any:
    """Return for each act how many others fall on its thing within so many seconds; acts stand by thing and time."""
    if not len(time):
        return np.zeros(0, np.int64)
    lane = np.unique(thing, return_inverse=True)[1] * (np.ptp(time) + 2 * seconds + 1) + time - time.min()
    return np.searchsorted(lane, lane + seconds, "right") - np.searchsorted(lane, lane - seconds, "left") - 1


def _speeds(acts: _Acts, group: Any, window: int, around: int) -> _Speed:
    """Return how likely near acts meet, by thing, drawn to the mean of its kind where it has few accounts.

    Args:
        acts: Of all.
        group: Of each account, -1 for none: what is done within a group does not count.
        window: As in `together`.
        around: As in `together`.
    """
    met, near = (_outside(acts, group, seconds) for seconds in (window, around))
    things = len(acts.kinds)
    met_there, near_there = (np.bincount(acts.thing, c, things) for c in (met, near))
    share = met_there / np.maximum(near_there, 1)
    there = np.bincount(acts.thing, near > 0, things)
    usual = np.bincount(acts.kinds, share * there) / np.maximum(np.bincount(acts.kinds, there), 1)
    others, known = np.maximum(there - 2, 0), bool((group >= 0).any())
    prior = _PRIOR if known else _FIRST
    speed = (others * share + prior * usual[acts.kinds]) / (others + prior)
    lean = np.ones(len(group))
    if known:
        chance = near * speed[acts.thing]
        told, expected = (np.bincount(acts.account, c, len(group)) for c in (met, chance))
        lean = (told + _MEETINGS) / (expected + _MEETINGS)
    return _Speed(speed, lean)


def _outside(acts: _Acts, group: Any, seconds: int) -> Any:
    """Return for each act how many others than those of its group fall on its thing within so many seconds."""
    found = _within(acts.thing, acts.time, seconds)
    rows = np.flatnonzero(group[acts.account] >= 0)
    lane = acts.thing[rows] * (int(group.max(initial=0)) + 1) + group[acts.account[rows]]
    rows, lane = (c[np.lexsort((acts.time[rows], lane))] for c in (rows, lane))
    found[rows] -= _within(lane, acts.time[rows], seconds)
    return found


def _met(acts: _Acts, window: int) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of rows of acts that meet, the earlier first."""
    rows = np.arange(len(acts.time))
    for ahead in range(1, _AHEAD + 1):
        rows = rows[rows + ahead < len(acts.time)]
        later = rows + ahead
        close = (acts.thing[later] == acts.thing[rows]) & (acts.time[later] - acts.time[rows] <= window)
        rows = rows[close]
        if not len(rows):
            return
        yield rows, rows + ahead


def _candidates(acts: _Acts, window: int, least: int) -> tuple[Any, Any]:
    """Return the pairs of accounts that meet often enough, the smaller number first."""
    many = int(acts.account.max(initial=0)) + 1
    codes = [_code(acts.account[a], acts.account[b], many) for a, b in _met(acts, window)]
    code, count = np.unique(np.concatenate([np.zeros(0, np.int64), *codes]), return_counts=True)
    return np.divmod(code[count >= least], many)


def _code(one: Any, other: Any, many: int) -> Any:
    return np.minimum(one, other) * many + np.maximum(one, other)


def _compared(acts: _Acts, speed: _Speed, pairs: tuple[Any, Any], seconds: tuple[int, int]) -> tuple[Any, Any, Any]:
    """Return for each pair the things on which it met, might have met, and was expected to meet."""
    things = len(speed.thing)
    order = np.argsort(acts.account * max(things, 1) + acts.thing)
    code = (acts.account * max(things, 1) + acts.thing)[order]
    counts = np.bincount(acts.account, minlength=1)
    starts = np.cumsum(counts) - counts
    one, other = pairs
    few = np.where(counts[one] <= counts[other], one, other) if len(one) else one
    rest = one + other - few
    met, near, expected = (np.zeros(len(one), t) for t in (np.int64, np.int64, float))
    for some in _portions(counts[few]):
        which = np.repeat(some, counts[few[some]])
        mine = order[_spread(starts[few[some]], counts[few[some]])]
        wanted = rest[which] * things + acts.thing[mine]
        at = np.searchsorted(code, wanted).clip(0, len(code) - 1)
        both = code[at] == wanted
        which, mine, theirs = which[both], mine[both], order[at[both]]
        apart = np.abs(acts.time[mine] - acts.time[theirs])
        close = apart <= seconds[1]
        chance = speed.thing[acts.thing[mine]] * (speed.lean[few] * speed.lean[rest])[which]
        met += np.bincount(which[apart <= seconds[0]], minlength=len(one))
        near += np.bincount(which[close], minlength=len(one))
        expected += np.bincount(which[close], np.minimum(chance[close], 1), len(one))
    return met, near, expected


def _portions(sizes: Any) -> Iterator[Any]:
    """Yield numbers of rows whose sizes sum to what fits."""
    part = np.cumsum(sizes) // _CELLS
    edges = np.flatnonzero(_changes(part))
    yield from np.split(np.arange(len(sizes)), edges[1:]) if len(sizes) else ()


def _spread(starts: Any, counts: Any) -> Any:
    """Return the runs that begin at `starts`, one behind the other."""
    inner = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(starts, counts) + inner


def _discoveries(p: Any, tested: int) -> Any:
    """Return for each p the least share of false ones at which it is told, when `tested` were looked at."""
    order = np.argsort(p)
    q = p[order] * tested / np.arange(1, len(p) + 1)
    out = np.empty(len(p))
    out[order] = np.minimum(np.minimum.accumulate(q[::-1])[::-1], 1)
    return out


def _groups(accounts: int, one: Any, other: Any) -> Any:
    """Return the group of each account, the one with most accounts first, -1 for none."""
    ties = sparse.coo_array((np.ones(len(one), bool), (one, other)), shape=(accounts, accounts))
    part = connected_components(ties, directed=False)[1]
    size, first = np.bincount(part), np.unique(part, return_index=True)[1]
    order = np.lexsort((first, -size))
    rank = np.full(len(size), -1)
    rank[order] = np.where(size[order] > 1, np.arange(len(size)), -1)
    return rank[part]


def _meetings(acts: _Acts, pairs: pa.Table, accounts: int, window: int) -> pa.Table:
    """Return the acts on which the pairs told met."""
    codes = _code(pairs["one"].to_numpy(), pairs["other"].to_numpy(), max(accounts, 1))
    order = np.argsort(codes)
    codes, group = codes[order], pairs["group"].to_numpy()[order]
    rows, groups = [], []
    for a, b in _met(acts, window) if len(codes) else ():
        code = _code(acts.account[a], acts.account[b], accounts)
        at = np.searchsorted(codes, code).clip(0, len(codes) - 1)
        told = codes[at] == code
        rows += [acts.row[a[told]], acts.row[b[told]]]
        groups += [group[at[told]]] * 2
    both = np.stack([np.concatenate([np.zeros(0, np.int64), *c]) for c in (groups, rows)])
    which, times = np.unique(both, axis=1, return_counts=True)
    return pa.Table.from_arrays([pa.array(c) for c in (*which, times)], schema=MEETINGS)
