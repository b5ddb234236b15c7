"""Jensen–Shannon divergence: how far apart two distributions are, in [0, 1]. Source: Lin (1991), IEEE TIT 37."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def shares(counts: Floats) -> Floats:
    """Return counts as shares that sum to 1 over the last axis; all zero where there are none."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(counts, total, out=np.zeros_like(counts, dtype=np.float64), where=total > 0))


def jsd(one: Floats, other: Floats) -> Floats:
    """Return the divergence in base 2 over the last axis; arguments need not be normalised.

    >>> float(jsd(np.array([1.0, 0.0]), np.array([0.0, 2.0])))
    1.0
    """
    return np.asarray(facets(one, other).sum(axis=-1).clip(0.0, 1.0), dtype=np.float64)


def facets(one: Floats, other: Floats) -> Floats:
    """Return what each item contributes to the divergence."""
    p, q = shares(np.asarray(one, dtype=np.float64)), shares(np.asarray(other, dtype=np.float64))
    middle = (p + q) / 2
    return (_term(p, middle) + _term(q, middle)) / 2


def _term(p: Floats, middle: Floats) -> Floats:
    ratio = np.divide(p, middle, out=np.ones_like(p), where=p > 0)
    return np.asarray(p * np.log2(ratio), dtype=np.float64)
