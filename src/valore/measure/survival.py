"""How soon answers come, where some have not come yet."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Curve(NamedTuple):
    """Probability of having been answered by a time, and its variance (Greenwood)."""

    answered: float
    variance: float
    at_risk: int


def kaplan_meier(hours: Floats, answered: npt.NDArray[np.bool_], by: float, weights: Floats | None = None) -> Curve:
    """Return the probability of an answer within `by` hours.

    Args:
        hours: Until the answer, or until the end of what can be seen.
        answered: False where there is no answer yet: the wait is censored, not failed.
        by: Hours.
        weights: Of each wait, 1 by default.

    Source: Kaplan & Meier (1958), JASA 53; variance: Greenwood (1926).

    >>> kaplan_meier(np.array([1.0, 2.0, 30.0, 3.0]), np.array([True, True, False, False]), 24).answered
    0.5
    """
    weight = np.ones(len(hours)) if weights is None else weights
    order = np.lexsort((~answered, hours))
    time, event, weight = hours[order], answered[order], weight[order]
    risk = weight[::-1].cumsum()[::-1]
    now = event & (time <= by) & (weight > 0)
    lost, left = weight[now], risk[now]
    keeps = 1 - np.divide(lost, left)
    stays = float(np.prod(keeps))
    rest = np.maximum(left - lost, 1e-12)
    spread = float(np.sum(lost / (left * rest))) if stays > 0 else 0.0
    return Curve(1 - stays, stays**2 * spread, int((hours >= by).sum()))
