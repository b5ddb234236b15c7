"""The nearest earlier vectors of each vector, for as many as a machine of a few GiB holds in eight bits.

Up to `EXACT` rows every pair is compared. Beyond, rows are put into cells of like meaning and each is compared
with the earlier rows of the few cells nearest to it: an inverted file. Source: Jégou, Douze & Schmid (2011),
Product quantization for nearest neighbor search, IEEE TPAMI 33 (its coarse part).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

EXACT = 20_000
"""Rows up to which every pair is compared: seconds."""
FEW = 4
"""Nearest earlier rows that are kept."""
_CELL = 512
"""Rows of one cell, on average."""
_PROBES = 8
"""Nearest cells that are looked into."""
_NARROW = 128
"""Principal directions by which cells are found; the cosines within them are of the whole vectors."""
_SAMPLE, _ROUNDS = 32, 5
"""Rows for each cell from which the centres are found, and how often they are moved."""
_CELLS = 2**22
"""Similarities held at once: they stay in reach of the processor's cache."""
_SPOKEN = 50
"""Rows from which a language's mean is taken away before cells are found: else cells would be languages."""


class Vectors(NamedTuple):
    """Vectors in eight bits."""

    codes: Any
    """int8 (n, d)."""
    length: Any
    """float32 (n,): the norm of each row of `codes`; > 0."""

    def unit(self, rows: Any) -> Any:
        """Return unit vectors of some rows, float32."""
        return self.codes[rows] / self.length[rows][:, None]


def small(unit: Any) -> Any:
    """Return unit vectors (n, d) as int8, each at a scale of its own."""
    return np.rint(unit * (127 / np.abs(unit).max(axis=1, keepdims=True, initial=1e-9))).astype(np.int8)


def vectors(codes: Any) -> Vectors:
    """Return vectors of int8 rows with their norms."""
    blocks = (codes[at : at + 65536].astype(np.float32) for at in range(0, len(codes), 65536))
    norms = [np.sqrt(np.einsum("nd,nd->n", b, b)) for b in blocks]
    return Vectors(codes, np.concatenate([np.zeros(0, np.float32), *norms]).clip(1e-9))


def nearest(found: Vectors, time: Any, spoken: Any, apart: float, exact: int = EXACT) -> tuple[Any, Any]:
    """Return for each row the `FEW` nearest earlier rows, int64 (n, FEW), -1 for none, and their similarities.

    Args:
        found: Vectors.
        time: (n,) never falling; only rows of a smaller time are earlier.
        spoken: (n,) numbers of languages.
        apart: Added to the cosine of two rows in different languages.
        exact: Rows up to which every pair is compared.

    The similarity (float64) does not depend on which other rows there are; which rows are found beyond
    `exact` does, a little.
    """
    best = _Best(np.full((len(time), FEW), -1, np.int64), np.full((len(time), FEW), -2, np.float32))
    sought = _all(len(time)) if len(time) <= exact else _celled(found, spoken)
    for rows, members in sought:
        alike = found.unit(rows) @ found.unit(members).T
        alike += np.float32(apart) * (spoken[rows][:, None] != spoken[members])
        alike[time[members] >= time[rows][:, None]] = -2
        best.keep(rows, members, alike)
    best.row[best.alike <= -2] = -1  # noqa: PLR2004 - what cannot be a cosine marks what is not earlier
    return best.row, _again(found, best.row, spoken, apart)


class _Best(NamedTuple):
    row: Any
    alike: Any

    def keep(self, rows: Any, members: Any, alike: Any) -> None:
        """Keep of each row the best of those it has and of `members`."""
        width = min(FEW, alike.shape[1])
        few = np.argpartition(-alike, width - 1, axis=1)[:, :width]
        both = np.concatenate([self.alike[rows], np.take_along_axis(alike, few, axis=1)], axis=1)
        named = np.concatenate([self.row[rows], members[few]], axis=1)
        order = np.argsort(-both, axis=1, kind="stable")[:, :FEW]
        self.alike[rows], self.row[rows] = (np.take_along_axis(a, order, axis=1) for a in (both, named))


def _again(found: Vectors, row: Any, spoken: Any, apart: float) -> Any:
    """Return the similarities of the rows that were kept, each pair for itself; -1 for none."""
    out = np.full(row.shape, -1.0)
    for at in range(0, len(row), 4096):
        for k in range(row.shape[1]):
            there = np.flatnonzero(row[at : at + 4096, k] >= 0) + at
            other = row[there, k]
            dots = np.einsum("nd,nd->n", found.codes[there], found.codes[other], dtype=np.int32)
            cosine = dots / found.length[there].astype(float) / found.length[other]
            out[there, k] = cosine + apart * (spoken[there] != spoken[other])
    return out


def _all(n: int) -> Iterator[tuple[Any, Any]]:
    """Yield rows and those that may be earlier than they, in blocks."""
    step = max(1, min(1024, _CELLS // max(n, 1)))
    for at in range(0, n, step):
        rows = np.arange(at, min(at + step, n))
        yield rows, np.arange(rows[-1] + 1)


def _celled(found: Vectors, spoken: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the rows that look into a cell, in blocks, and the rows that lie in it."""
    near = _cells(_narrowed(found, spoken))
    home = np.argsort(near[:, 0], kind="stable")
    ends = np.searchsorted(near[home, 0], np.arange(near.max() + 2))
    guests = np.argsort(near.ravel(), kind="stable")
    doors = np.searchsorted(near.ravel()[guests], np.arange(near.max() + 2))
    for cell in range(near.max() + 1):
        members = home[ends[cell] : ends[cell + 1]]
        rows = guests[doors[cell] : doors[cell + 1]] // near.shape[1]
        for some in _parted(members, _CELLS // 256):
            for part in _parted(rows, max(1, _CELLS // max(len(some), 1))):
                yield part, some


def _parted(rows: Any, step: int) -> Iterator[Any]:
    for at in range(0, len(rows), step):
        yield rows[at : at + step]


def _narrowed(found: Vectors, spoken: Any) -> Any:
    """Return rows without their language's mean in the principal directions of a sample, unit, float32."""
    rng = np.random.default_rng(1)
    n, width = found.codes.shape
    seen = np.sort(rng.choice(n, min(n, 20_000), replace=False))
    mean = np.zeros((int(spoken.max()) + 1, width), np.float32)
    sample = found.unit(seen)
    for language in np.unique(spoken[seen]):
        here = spoken[seen] == language
        if here.sum() >= _SPOKEN:
            mean[language] = sample[here].mean(axis=0)
    sample -= mean[spoken[seen]]
    turned = np.linalg.eigh(sample.T @ sample)[1][:, ::-1][:, :_NARROW].astype(np.float32)
    out = np.empty((n, turned.shape[1]), np.float16)
    for rows in _parted(np.arange(n), 16384):
        part = (found.unit(rows) - mean[spoken[rows]]) @ turned
        out[rows] = part / np.linalg.norm(part, axis=1, keepdims=True).clip(1e-9)
    return out


def _cells(narrow: Any) -> Any:
    """Return the nearest cells of each row, nearest first, int32 (n, probes)."""
    rng = np.random.default_rng(1)
    n = len(narrow)
    cells = max(2, n // _CELL)
    seen = np.sort(rng.choice(n, min(n, _SAMPLE * cells), replace=False))
    centre = narrow[np.sort(rng.choice(seen, cells, replace=False))].astype(np.float32)
    for _ in range(_ROUNDS):
        centre = _moved(narrow, seen, centre)
    return np.concatenate([_looked(narrow[rows], centre) for rows in _parted(np.arange(n), 4096)])


def _moved(narrow: Any, seen: Any, centre: Any) -> Any:
    """Return the centres in the middle of the rows that are nearest to them; one without rows stays."""
    total = np.zeros_like(centre)
    for rows in _parted(seen, 4096):
        part = narrow[rows].astype(np.float32)
        home = (part @ centre.T).argmax(axis=1)
        order = np.argsort(home, kind="stable")
        first = np.flatnonzero(np.append(True, np.diff(home[order]) > 0))
        total[home[order][first]] += np.add.reduceat(part[order], first, axis=0)
    size = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(size > 0, total / size.clip(1e-9), centre)


def _looked(part: Any, centre: Any) -> Any:
    alike = part.astype(np.float32) @ centre.T
    few = np.argpartition(-alike, min(_PROBES, alike.shape[1]) - 1, axis=1)[:, :_PROBES]
    order = np.argsort(-np.take_along_axis(alike, few, axis=1), axis=1, kind="stable")
    return np.take_along_axis(few, order, axis=1).astype(np.int32)
