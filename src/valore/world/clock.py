"""When things happen: how intensity changes over the months, the days and the hours."""

from datetime import timedelta

import numpy as np
import numpy.typing as npt

from valore.world.cast import BEGIN, DAYS, END, PEAK_DAYS
from valore.world.laws import Floats, Laws
from valore.world.speech import Ints

DAY = 86_400_000_000
"""Microseconds."""
HOUR = 3_600_000_000
START = int(BEGIN.timestamp()) * 1_000_000
STOP = int(END.timestamp()) * 1_000_000
EARLY = 0.3
"""Intensity before the last `PEAK_DAYS`, in which it is 1."""
_HOURS = np.array([1, 1, 1, 1, 2, 4, 8, 10, 9, 8, 8, 10, 9, 7, 7, 8, 9, 11, 12, 12, 10, 7, 4, 2], dtype=float)
_WINTER_ENDS = 3


def months() -> npt.NDArray[np.str_]:
    """Return the months of the world, "2025-01" first."""
    days = np.datetime64(BEGIN.date()) + np.arange(DAYS)
    return np.unique(days.astype("datetime64[M]").astype(str))


def month_of_days() -> Ints:
    """Return for each day the index of its month."""
    days = np.datetime64(BEGIN.date()) + np.arange(DAYS)
    return np.asarray(np.unique(days.astype("datetime64[M]"), return_inverse=True)[1], dtype=np.int64)


def steady() -> Floats:
    """Return the chance that an act of the audience falls on each day, sum 1."""
    weight = np.where(np.arange(DAYS) >= DAYS - PEAK_DAYS, 1.0, EARLY)
    weight[0] = 0.0  # the subjects say hello on the first day
    return np.asarray(weight / weight.sum())


def crisis(laws: Laws) -> Floats:
    """Return the chance that a post of the crisis falls on each day: 2^(-t/h) from its first day."""
    age = np.arange(DAYS) - laws.crisis_day
    weight = np.where(age >= 0, np.exp2(-age / laws.half_life), 0.0)
    return np.asarray(weight / weight.sum())


def moments(rng: np.random.Generator, days: Ints) -> Ints:
    """Return an instant in each of the days, by the rhythm of the hours."""
    edges = np.concatenate([[0.0], np.cumsum(_HOURS / _HOURS.sum())])
    at = np.interp(rng.random(len(days)), edges, np.arange(25) * HOUR)
    return START + days * DAY + at.astype(np.int64)


def season(instants: Ints) -> Ints:
    """Return 0 for winter (December to February) … 3 for autumn."""
    month = instants.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64) % 12
    return np.asarray((month + 1) % 12 // _WINTER_ENDS)


def since(days: int) -> int:
    """Return the instant `days` before the end."""
    return int((END - timedelta(days=days)).timestamp()) * 1_000_000
