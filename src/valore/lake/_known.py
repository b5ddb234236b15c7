"""What a table already holds: sorted numbers in memory, so that asking for a batch stays cheap.

16 bytes a row for tables with editions, 8 for the others. Runs are merged when the newer one
has grown to half of the older, so that each row moves a logarithmic number of times.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]


class _Run(NamedTuple):
    keys: Longs
    """Sorted."""
    prints: Longs
    """Of the same rows: the identity of each edition."""


class Known:
    """Keys of a table, and the identities of their editions."""

    def __init__(self) -> None:
        """Know nothing."""
        self._runs: list[_Run] = []

    def add(self, keys: Longs, prints: Longs) -> None:
        """Learn rows. For a table without editions `prints` is `keys` itself."""
        if not len(keys):
            return
        order = np.argsort(keys)
        sorted_keys = keys[order]
        self._runs.append(_Run(sorted_keys, sorted_keys if prints is keys else prints[order]))
        while len(self._runs) > 1 and 2 * len(self._runs[-1].keys) >= len(self._runs[-2].keys):
            self._runs.append(_merged(self._runs.pop(), self._runs.pop()))

    def ask(self, keys: Longs, prints: Longs) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        """Return how many editions of each key are stored, and whether this very edition is."""
        editions = np.zeros(len(keys), dtype=np.int32)
        stored = np.zeros(len(keys), dtype=np.bool_)
        order = np.argsort(keys)
        wanted = keys[order]
        for run in self._runs:
            first = np.searchsorted(run.keys, wanted)
            hits = np.flatnonzero(run.keys[np.minimum(first, len(run.keys) - 1)] == wanted)
            if len(hits):
                rows = order[hits]
                count = np.searchsorted(run.keys, wanted[hits], side="right") - first[hits]
                editions[rows] += count.astype(np.int32)
                stored[rows] |= _among(run.prints, first[hits], count, prints[rows])
        return editions, stored


def _among(prints: Longs, first: Longs, count: Longs, wanted: Longs) -> npt.NDArray[np.bool_]:
    """Return whether `wanted` stands among the `count` prints from `first` on, for each row."""
    found = np.zeros(len(wanted), dtype=np.bool_)
    for step in range(int(count.max())):
        live = count > step
        found[live] |= prints[first[live] + step] == wanted[live]
    return found


def _merged(one: _Run, other: _Run) -> _Run:
    keys = np.concatenate([one.keys, other.keys])
    if one.prints is one.keys:
        keys.sort()
        return _Run(keys, keys)
    order = np.argsort(keys, kind="stable")
    return _Run(keys[order], np.concatenate([one.prints, other.prints])[order])
