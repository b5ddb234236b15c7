"""Resampling by author: what one person says often is still one person's word."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BUCKETS = 1000
"""Authors beyond twice as many are put together into this many buckets."""


def pooled(columns: Floats, groups: int = BUCKETS) -> Floats:
    """Return the rows of authors summed into buckets, when there are many of them.

    Args:
        columns: One row for each author, shape (authors, k).
        groups: Buckets; rows go round in their order, so that the same rows give the same buckets.

    Returns:
        Shape (at most 2·groups, k), with the same column sums.
    """
    if len(columns) <= 2 * groups:
        return columns
    padded = np.zeros((-(-len(columns) // groups) * groups, columns.shape[1]))
    padded[: len(columns)] = columns
    summed: Floats = padded.reshape(-1, groups, columns.shape[1]).sum(axis=0)
    return summed


def weighted(columns: Floats, rng: np.random.Generator, replicates: int) -> Floats:
    """Return sums under exponential weights on authors (the Bayesian bootstrap), shape (replicates, k).

    For authors of equal weight who take one side or the other, the share of such sums, with
    Gamma(a) and Gamma(b) added, is exactly the Beta(a + k₊, b + k₋) posterior.

    Source: Rubin (1981), Annals of Statistics 9; Newton & Raftery (1994), JRSS B 56.
    """
    few = pooled(columns)
    return np.asarray(rng.standard_exponential((replicates, len(few))) @ few, dtype=np.float64)


def totals(mean: Floats | float, variance: Floats | float, rng: np.random.Generator, replicates: int) -> Floats:
    """Return draws of compound Poisson totals by a Gamma of the same mean and variance.

    Args:
        mean: Sums over people of their weight, any shape, >= 0.
        variance: Sums of the squared weights.
        rng: Random numbers.
        replicates: Draws.

    Returns:
        Shape (replicates, *shape of mean). Where the mean is 0 a draw of what one unseen person could weigh.
    """
    mean, variance = np.asarray(mean, dtype=np.float64), np.asarray(variance, dtype=np.float64)
    some = mean > 0
    scale = np.where(some, variance / np.where(some, mean, 1.0), 0.0)
    shape = np.where(some, mean / np.where(some, scale, 1.0), 0.0)
    drawn = rng.standard_gamma(np.where(some, shape, 1.0), size=(replicates, *mean.shape)) * scale
    return np.asarray(np.where(some, drawn, 0.0), dtype=np.float64)
