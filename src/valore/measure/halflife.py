"""How soon the noise after a peak dies down: b + A·2^(−t/h), Poisson likelihood. Source: Hansen et al. (2018)."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FLOOR = 40.0
"""Mentions a day above the baseline at the peak, below which no half-life is published."""
_GRID = np.exp(np.linspace(np.log(0.25), np.log(60.0), 2000))


class HalfLife(NamedTuple):
    """Days until the excess halves, with its likelihood interval."""

    days: float
    low: float
    high: float
    excess: float
    """Mentions a day above the baseline on the first day."""


def half_life(daily: Floats, baseline: float, level: float = 0.90) -> HalfLife | None:
    """Fit the decay of daily counts from the peak on; None below `FLOOR` or with fewer than 4 days.

    For each h the excess A has a closed form (Newton on a concave likelihood, few steps); the
    interval holds the h whose likelihood is near the best, with quasi-Poisson overdispersion.

    Args:
        daily: Counts, the first being the peak.
        baseline: Ordinary mentions a day, b >= 0.
        level: Of the interval.
    """
    if len(daily) < 4 or daily[0] - baseline < FLOOR:  # noqa: PLR2004 - a curve needs days
        return None
    shape = 2.0 ** (-np.arange(len(daily)) / _GRID[:, None])
    base = max(baseline, 0.1)
    excess = _excess(daily, shape, base)
    rate = base + excess[:, None] * shape
    likelihood = (daily * np.log(rate) - rate).sum(axis=1)
    best = int(np.argmax(likelihood))
    spread = max(1.0, float(((daily - rate[best]) ** 2 / rate[best]).sum() / max(len(daily) - 2, 1)))
    near = _GRID[likelihood >= likelihood[best] - 0.5 * spread * _CHI[round(level, 2)]]
    return HalfLife(float(_GRID[best]), float(near.min()), float(near.max()), float(excess[best]))


_CHI = {0.90: 2.705543, 0.95: 3.841459}


def _excess(daily: Floats, shape: Floats, base: float) -> Floats:
    excess = np.maximum((daily - base) @ shape.T / (shape**2).sum(axis=1), 1.0)
    for _ in range(20):
        rate = base + excess[:, None] * shape
        slope = ((daily / rate - 1) * shape).sum(axis=1)
        bend = (daily / rate**2 * shape**2).sum(axis=1)
        excess = np.maximum(excess + slope / np.maximum(bend, 1e-12), 1e-3)
    return np.asarray(excess, dtype=np.float64)
