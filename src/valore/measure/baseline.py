"""What is usual, and which days are not: a seasonal baseline with a negative-binomial tail.

Each day is compared with the eight weeks before it, its weekday's share taken into account; days that
have raised an alarm do not teach what is usual. Source: metrics.md §6.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
_BACK = 56
_FEW = 3
_WEEKS = 3
"""Weeks that must be known before weekdays are told apart."""


class Alarm(NamedTuple):
    """A spell of unusual days, by number."""

    first: int
    last: int
    top: int
    usual: float
    """Expected on the top day."""


def alarms(
    daily: Floats, of: Floats | None = None, *, per_month: float = 0.2, least: float = 5.0, gap: int = 2
) -> list[Alarm]:
    """Return spells of days above the baseline.

    Args:
        daily: Counts, a day each, without holes.
        of: When given, `daily` counts some of these: the day's share must be unusual too.
        per_month: False alarms allowed in a month of ordinary days.
        least: Counts below this never alarm.
        gap: Days within which two alarms are one story.
    """
    flagged = np.zeros(len(daily), dtype=np.bool_)
    usual = np.zeros(len(daily))
    for day in range(_FEW, len(daily)):
        usual[day], odd = _tail(daily, flagged, day)
        flagged[day] = daily[day] >= least and odd < per_month / 30 and _more(daily, of, flagged, day)
    return _spells(daily, flagged, usual, gap)


def _tail(daily: Floats, flagged: npt.NDArray[np.bool_], day: int) -> tuple[float, float]:
    """Return what is expected on a day and the chance of as many or more."""
    days = np.arange(max(0, day - _BACK), day)
    days = days[~flagged[days]]
    if len(days) < _FEW:
        return float(daily[day]), 1.0
    seen = daily[days]
    mean = (float(seen.sum()) + 1) / (len(seen) + 1)
    if len(seen) >= 7 * _WEEKS:
        same = daily[days[days % 7 == day % 7]]
        mean *= (float(same.sum()) + 4 * mean) / max(len(same) + 4, 1) / mean
    spread = max(float(seen.var(ddof=1)), mean * 1.05, mean + 0.02 * mean**2)
    size = mean**2 / (spread - mean)
    return mean, float(stats.nbinom.sf(daily[day] - 1, size, size / (size + mean)))


def _more(daily: Floats, of: Floats | None, flagged: npt.NDArray[np.bool_], day: int) -> bool:
    """Return whether the share is above that of the usual days, not by chance."""
    if of is None:
        return True
    days = np.flatnonzero(~flagged[:day])[-_BACK:]
    share = (float(daily[days].sum()) + 1) / (float(of[days].sum()) + 2)
    return bool(stats.binom.sf(daily[day] - 1, max(of[day], daily[day]), min(share, 1.0)) < 0.01)  # noqa: PLR2004 - one in a hundred


def _spells(daily: Floats, flagged: npt.NDArray[np.bool_], usual: Floats, gap: int) -> list[Alarm]:
    days = np.flatnonzero(flagged)
    if not len(days):
        return []
    parts = np.split(days, np.flatnonzero(np.diff(days) > gap) + 1)
    tops = [int(part[np.argmax(daily[part])]) for part in parts]
    return [Alarm(int(p[0]), int(p[-1]), t, float(usual[t])) for p, t in zip(parts, tops, strict=True)]
