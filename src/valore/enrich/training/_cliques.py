"""A small world of accounts with cliques hidden in it: crowds, fans, day and night, and who acts together."""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

_DAY, _DAYS = 86400, 28
_PEOPLE, _THINGS = 6000, 5000
_SIZES = (3, 4, 5, 8, 12, 20, 40)
_FANS = (60, 120, 250, 400)
_HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 10, 9, 8, 8, 8, 9, 10, 11, 12, 11, 8, 4], float)


class World(NamedTuple):
    """What happened, and who acted together."""

    acts: pa.Table
    """Columns account, object, kind, time; see `valore.enrich.coordination.together`."""
    clique: Any
    """int64 for each account: the number of its clique, -1 for none."""
    fan: Any
    """bool for each account: it follows a star closely."""


def world(seed: int, *, cliques: bool = True) -> World:
    """Return a month of a few thousand accounts."""
    rng = np.random.default_rng(seed)
    sizes = _SIZES if cliques else ()
    people = _PEOPLE + sum(sizes) + sum(_FANS)
    clique, fan = np.full(people, -1), np.zeros(people, bool)
    fan[_PEOPLE : _PEOPLE + sum(_FANS)] = True
    parts, things, at = [_crowd(rng, people)], _THINGS, _PEOPLE
    for size in _FANS:
        parts.append(_fans(rng, at + np.arange(size), things))
        things, at = things + _OWN, at + size
    for number, size in enumerate(sizes):
        members = at + np.arange(size)
        clique[members] = number
        parts.append(_clique(rng, members, parts[0], things))
        things, at = things + _OWN, at + size
    account, thing, time = np.concatenate(parts, axis=1).astype(np.int64)
    names = ("account", "object", "time")
    found = pa.table(dict(zip(names, map(pa.array, (account, thing, time)), strict=True)))
    return World(found.append_column("kind", pa.array(["repost"] * len(account))), clique, fan)


_OWN = 60
"""Things that stars, and cliques, have of their own."""


def _moments(rng: Any, n: int) -> Any:
    """Return moments as people are awake: seconds from the start, (n,)."""
    hour = rng.choice(24, n, p=_HOURS / _HOURS.sum())
    return rng.integers(0, _DAYS, n) * _DAY + hour * 3600 + rng.integers(0, 3600, n)


def _awake(rng: Any, time: Any) -> Any:
    """Return which moments people are awake at."""
    return rng.random(len(time)) < _HOURS[(time // 3600).astype(int) % 24] / _HOURS.max()


def _crowd(rng: Any, people: int) -> Any:
    """Return acts of everybody on everything: a few do most, a few things get most."""
    born = _moments(rng, _THINGS)
    active = rng.pareto(1.3, people) + 0.3
    famed = 1 / np.arange(1, _THINGS + 1) ** 0.9
    n = 25 * people
    account = rng.choice(people, n, p=active / active.sum())
    thing = rng.choice(_THINGS, n, p=famed / famed.sum())
    time = born[thing] + rng.lognormal(np.log(5400), 1.6, n)
    awake = _awake(rng, time)
    return np.stack([account, thing, time])[:, awake]


def _fans(rng: Any, fans: Any, first: int) -> Any:
    """Return acts of fans on what their star posts: each with a loyalty and a promptness of its own."""
    born = _moments(rng, _OWN)
    loyal = rng.beta(2, 3, len(fans))
    prompt = rng.lognormal(np.log(900), 1.0, len(fans))
    who, what = np.nonzero(rng.random((len(fans), _OWN)) < loyal[:, None])
    time = born[what] + prompt[who] * rng.lognormal(0, 1.0, len(who))
    return np.stack([fans[who], first + what, time])


def _clique(rng: Any, members: Any, crowd: Any, first: int) -> Any:
    """Return acts of accounts that one hand moves: seconds apart, on things of their own and of all."""
    times = int(rng.integers(12, 31))
    own = int(rng.integers(0, times + 1))
    seen = crowd[1:, rng.choice(crowd.shape[1], times - own, replace=False)]
    mine = np.stack([first + np.arange(own), _moments(rng, own)])
    thing, moment = np.concatenate([seen, mine], axis=1)
    who, what = np.nonzero(rng.random((len(members), times)) < 0.8)  # noqa: PLR2004 - some are asleep
    time = moment[what] + rng.exponential(15, len(who))
    return np.stack([members[who], thing[what], time])
