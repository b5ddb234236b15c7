"""Groups of alike vectors when nobody says how many: average link, exact, without a table of all pairs.

The likeness of two groups is the mean over their pairs, which is the product of their mean vectors.
In each round all those become one that are each other's nearest; what changed looks for its nearest
again. The mean over pairs is reducible (a group is never nearer to a third than the nearer of its
parts was), so that this ends as merging the nearest two at a time would, a neighbour found before
stays the nearest until it is itself merged, and what has no neighbour near enough never gets one.

Source: average link is Sokal & Michener (1958); merging by reciprocal nearest neighbours Murtagh
(1983), The Computer Journal 26; in rounds Sumengen et al. (2021), arXiv:2105.11653.
"""

from typing import Any, NamedTuple

import numpy as np

_CELLS = 2**23
"""Likenesses held at once."""


class _State(NamedTuple):
    """Groups that still have a neighbour near enough."""

    mean: Any
    """float32 (k, d)."""
    size: Any
    """float64 (k,): vectors in it, copies counted."""
    row: Any
    """int64 (k,): the smallest row in it."""
    best: Any
    """float32 (k,): likeness of the nearest other."""
    near: Any
    """int64 (k,): which that is."""


def grouped(vectors: Any, sizes: Any, least: float) -> Any:
    """Return the group of each vector, int64 (n,): the smallest row in it.

    Args:
        vectors: float32 (n, d); the likeness of two is their product.
        sizes: How often each stands there, (n,).
        least: Likeness, as the mean over pairs, from which two groups become one.
    """
    rows = np.arange(len(vectors))
    into = rows.copy()
    state = _alive(_State(vectors, np.asarray(sizes, float), rows, *_nearest_of_all(vectors)), least)
    while len(state.row):
        state = _alive(_merged(state, into), least)
    while (into[into] != into).any():
        into = into[into]
    return into


def _merged(state: _State, into: Any) -> _State:
    """Join those that are each other's nearest; write down into whom each went."""
    rows = np.arange(len(state.row))
    kept, gone = _pairs(state)
    into[state.row[gone]] = state.row[kept]
    mean, size = state.mean.copy(), state.size.copy()
    size[kept] += size[gone]
    share = (state.size[gone] / size[kept]).astype(np.float32)[:, None]
    mean[kept] += share * (mean[gone] - mean[kept])
    new = np.zeros(len(rows), bool)
    new[kept] = new[gone] = True
    left = np.delete(rows, gone)
    place = np.cumsum(np.bincount(left, minlength=len(rows))) - 1
    best, near = state.best[left], place[state.near[left]]
    stale = np.flatnonzero(new[left] | new[state.near[left]])
    best[stale], near[stale] = _nearest(mean[left], stale)
    return _State(mean[left], size[left], state.row[left], best, near)


def _pairs(state: _State) -> tuple[Any, Any]:
    """Return who is each other's nearest, the smaller row first; rounding may hide the very nearest two."""
    rows = np.arange(len(state.row))
    gone = np.flatnonzero((state.near[state.near] == rows) & (state.near < rows))
    if len(gone):
        return state.near[gone], gone
    one = int(state.best.argmax())
    first, last = sorted((one, int(state.near[one])))
    return np.array([first]), np.array([last])


def _alive(state: _State, least: float) -> _State:
    """Leave out groups that no other is near enough to."""
    kept = state.best >= least
    if kept.all():
        return state
    place = np.cumsum(kept) - 1
    mean, size, row, best, near = (column[kept] for column in state)
    return _State(mean, size, row, best, place[near])


def _nearest_of_all(mean: Any) -> tuple[Any, Any]:
    """Return what `_nearest` would for all rows, each pair counted once."""
    best, near = np.full(len(mean), -1.0, np.float32), np.zeros(len(mean), np.int64)
    step = max(1, min(1024, _CELLS // max(len(mean), 1)))
    for at in range(0, len(mean) if len(mean) > 1 else 0, step):
        alike = mean[at : at + step] @ mean[at:].T
        rows = np.arange(len(alike))
        alike[rows, rows] = -1
        _nearer(best[at : at + step], near[at : at + step], alike.max(axis=1), at + alike.argmax(axis=1))
        after = alike[:, step:]
        _nearer(best[at + step :], near[at + step :], after.max(axis=0), at + after.argmax(axis=0))
    return best, near


def _nearer(best: Any, near: Any, found: Any, at: Any) -> None:
    """Keep what was found where it is nearer."""
    better = found > best
    best[better], near[better] = found[better], at[better]


def _nearest(mean: Any, rows: Any) -> tuple[Any, Any]:
    """Return the likeness of the nearest other of each of `rows`, -1 where there is none, and which it is."""
    best, near = np.full(len(rows), -1.0, np.float32), np.zeros(len(rows), np.int64)
    if len(mean) < 2:  # noqa: PLR2004 - one alone has no other
        return best, near
    step = max(1, _CELLS // len(mean))
    for at in range(0, len(rows), step):
        some = rows[at : at + step]
        alike = mean[some] @ mean.T
        alike[np.arange(len(some)), some] = -1
        near[at : at + step] = found = alike.argmax(axis=1)
        best[at : at + step] = alike[np.arange(len(some)), found]
    return best, near
