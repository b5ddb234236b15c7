"""Prediction-powered inference: what people reviewed corrects what the machine read of everything.

Source: Angelopoulos et al. (2023), Science 382; power tuning: Angelopoulos, Duchi & Zrnic (2023), PPI++.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Reviewed(NamedTuple):
    """A sample of posts that people have judged; all arrays of one length."""

    weight: Floats
    """What each post weighs in the sums."""
    probability: Floats
    """Of having been put into the sample, in (0, 1]. A sample without them can correct nothing."""
    predicted: Floats
    """Favourable and unfavourable as the machine read them, shape (n, 2)."""
    judged: Floats
    """The same as people judged them, shape (n, 2)."""


def power(reviewed: Reviewed, share: float, coverage: float) -> float:
    """Return λ in [0, 1]: how far the machine is to be believed.

    Args:
        reviewed: The sample.
        share: Favourable share about which the ratio is made linear.
        coverage: Reviewed share of all posts.
    """
    slope = np.array([1 - share, -share])
    machine, person = reviewed.predicted @ slope, reviewed.judged @ slope
    weight = reviewed.weight / reviewed.probability
    if weight.sum() <= 0:
        return 0.0
    middle_m, middle_p = np.average(machine, weights=weight), np.average(person, weights=weight)
    spread = np.average((machine - middle_m) ** 2, weights=weight) * (1 + coverage)
    together = np.average((machine - middle_m) * (person - middle_p), weights=weight)
    return float(np.clip(together / spread, 0.0, 1.0)) if spread > 0 else 0.0


def corrections(reviewed: Reviewed, trust: float, mass: float) -> Floats:
    """Return for each reviewed post what it adds to the sums λf over all posts, shape (n, 2).

    The weights are those of Horvitz and Thompson, brought to the known `mass` of all posts (Hájek).
    """
    weight = reviewed.weight / reviewed.probability
    scale = mass / weight.sum() if weight.sum() > 0 else 0.0
    return np.asarray((weight * scale)[:, None] * (reviewed.judged - trust * reviewed.predicted), dtype=np.float64)
