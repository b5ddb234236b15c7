"""How an `Estimate` or a `NotEnough` is put together from draws."""

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from valore.measure.grade import Ground, grade
from valore.model.estimate import Estimate, NotEnough, Reason, Result, Unit
from valore.model.settings import Method

Floats = npt.NDArray[np.float64]
MOST = 200
"""Evidence that an estimate lists at most."""


def generator(method: Method, name: str) -> np.random.Generator:
    """Return the random numbers of one component: the same for the same method and name."""
    return np.random.default_rng([method.seed, zlib.crc32(name.encode())])


def interval(draws: Floats, value: float, level: float) -> tuple[float, float]:
    """Return the central interval of `draws`, widened where needed to hold `value`."""
    tail = (1 - level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return float(min(low, value)), float(max(high, value))


def numbers(table: pa.Table, name: str) -> Floats:
    """Return a column as floats; null as NaN."""
    return np.asarray(table[name].to_numpy(), dtype=np.float64)


def first(table: pa.Table) -> dict[str, Any]:
    """Return the only row."""
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows[0]


def effective(weights: Floats) -> float:
    """Return (Σw)²/Σw²: how many equal authors would be as sure as these.

    >>> effective(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    square = float(weights @ weights)
    return float(weights.sum()) ** 2 / square if square > 0 else 0.0


def estimate(
    name: str,
    value: float,
    draws: Floats,
    ground: Ground,
    method: Method,
    *,
    evidence: tuple[int, ...],
    version: str,
    details: Mapping[str, float | str | None] | None = None,
    unit: Unit = Unit.POINTS,
) -> Result:
    """Return the estimate, or why the ground does not bear one."""
    given = grade(ground, method)
    kept = evidence[:MOST]
    if given is None or not kept:
        return NotEnough(
            name=name, reason=Reason.FEW_AUTHORS, method=version, effective_authors=ground.authors,
            evidence=kept, details=details or {},
        )  # fmt: skip
    low, high = interval(draws, value, method.level)
    return Estimate(
        name=name, value=value, low=low, high=high, grade=given, evidence=kept, unit=unit,
        effective_authors=ground.authors, method=version, details=details or {}, draws=draws,
    )  # fmt: skip


def missing(name: str, version: str, reason: Reason, detail: str = "", authors: float = 0.0) -> NotEnough:
    """Return why there is no number."""
    return NotEnough(name=name, reason=reason, method=version, detail=detail, effective_authors=authors)
