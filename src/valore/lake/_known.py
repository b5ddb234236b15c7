"""What a table already holds: sorted numbers in memory, so that asking for a batch stays cheap.

8 bytes a row as long as every batch is of new things; 24 in tables with editions from the first batch
that speaks of a known one. Runs are merged when the newer one has grown to half of the older, so that
each row moves a logarithmic number of times, and a large one not at all.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

MANY = 8
"""Runs that are looked through rather than merged."""
LARGE = 1 << 22
"""Rows of a run that stays as it is: to merge it would need several times its memory."""

Longs = npt.NDArray[np.int64]


class Sorted(NamedTuple):
    """Rows in the order of their keys."""

    keys: Longs
    prints: Longs
    """Identity of the edition of each row; the very same array as `keys` in tables without editions."""
    order: Longs
    """Where each stood before."""

    @property
    def repeats(self) -> bool:
        """Whether a key comes twice."""
        return bool((self.keys[1:] == self.keys[:-1]).any())


def by_key(keys: Longs, prints: Longs) -> Sorted:
    """Sort rows; `prints` may be `keys` itself."""
    order = np.argsort(keys)
    ordered = keys.take(order)
    return Sorted(ordered, ordered if prints is keys else prints.take(order), order)


class Keys:
    """Keys of a table: enough to know that all of a batch is new, which is the rule."""

    def __init__(self) -> None:
        """Know nothing."""
        self._runs: list[Longs] = []

    def add(self, ordered: Longs) -> None:
        """Learn keys, in their order."""
        if not len(ordered):
            return
        self._runs.append(ordered)
        while len(self._runs) > MANY and _grown(self._runs[-2], self._runs[-1]):
            both = np.concatenate([self._runs.pop(), self._runs.pop()])
            both.sort()
            self._runs.append(both)

    def strange(self, ordered: Longs) -> bool:
        """Return whether a batch of keys, in their order, holds none twice and none that is known."""
        if (ordered[1:] == ordered[:-1]).any():
            return False
        return not any((run.take(np.searchsorted(run, ordered), mode="clip") == ordered).any() for run in self._runs)


class Known:
    """Keys of a table, and the identities of their editions."""

    def __init__(self) -> None:
        """Know nothing."""
        self._runs: list[tuple[Longs, Longs]] = []

    def add(self, rows: Sorted) -> None:
        """Learn rows."""
        if not len(rows.keys):
            return
        self._runs.append((rows.keys, rows.prints))
        while len(self._runs) > 1 and _grown(self._runs[-2][0], self._runs[-1][0]):
            self._runs.append(_merged(*self._runs.pop(), *self._runs.pop()))

    def ask(self, rows: Sorted) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        """Return how many editions of each key are stored, and whether this very edition is.

        Both in the order in which the rows stood before they were sorted.
        """
        editions = np.zeros(len(rows.keys), dtype=np.int32)
        stored = np.zeros(len(rows.keys), dtype=np.bool_)
        for keys, prints in self._runs:
            first = np.searchsorted(keys, rows.keys)
            hits = np.flatnonzero(keys.take(first, mode="clip") == rows.keys)
            if len(hits):
                count = np.searchsorted(keys, rows.keys[hits], side="right") - first[hits]
                editions[rows.order[hits]] += count.astype(np.int32)
                stored[rows.order[hits]] |= _among(prints, first[hits], count, rows.prints[hits])
        return editions, stored


def _grown(older: Longs, newer: Longs) -> bool:
    return len(older) <= min(2 * len(newer), LARGE)


def _among(prints: Longs, first: Longs, count: Longs, wanted: Longs) -> npt.NDArray[np.bool_]:
    """Return whether `wanted` stands among the `count` prints from `first` on, for each row."""
    found = np.zeros(len(wanted), dtype=np.bool_)
    for step in range(int(count.max())):
        live = count > step
        found[live] |= prints[first[live] + step] == wanted[live]
    return found


def _merged(keys: Longs, prints: Longs, more: Longs, prints_of_more: Longs) -> tuple[Longs, Longs]:
    both = np.concatenate([keys, more])
    if prints is keys:
        both.sort()
        return both, both
    order = np.argsort(both, kind="stable")
    return both[order], np.concatenate([prints, prints_of_more])[order]
