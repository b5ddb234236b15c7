"""Solidity: the level of reputation, held over time and regained after shocks.

100·(1 − resilience loss)·n/(n + 26 weeks). The loss is the mean shortfall of each week below the
level that the subject had held until then, as a share of that level. Weekly levels are drawn to the
whole by the strength of the prior, so that thin weeks do not look like shocks. Beside it stand the
half-life after the highest peak and a flag for damage that lasts. Source: metrics.md §2;
Rust et al. (2021); Hansen et al. (2018).
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from valore.measure._made import Floats, estimate, generator, missing, numbers
from valore.measure.bootstrap import totals
from valore.measure.grade import Ground
from valore.model.estimate import Reason, Result
from valore.model.settings import Method

_FEW_WEEKS = 6
_MEMORY = 26
"""Weeks over which the held level is remembered."""


class Solidity:
    """What is left of the level through shocks."""

    name = "solidity"
    version = "solidity@1"
    statistics = ("solidity_weeks", "solidity_evidence", "resonance_counts")

    def estimate(self, stats: Mapping[str, pa.Table], reviews: pa.Table, method: Method) -> Result:  # noqa: ARG002 - every component is given the reviews
        """Return the estimate."""
        weeks = stats["solidity_weeks"]
        if weeks.num_rows < _FEW_WEEKS:
            return missing(self.name, self.version, Reason.FEW_WEEKS, authors=float(weeks.num_rows))
        sides = np.column_stack([numbers(weeks, c) for c in ("favourable", "unfavourable")])
        square = numbers(weeks, "square")
        rng = generator(method, self.name)
        mass = np.maximum(sides.sum(axis=1, keepdims=True), 1e-12)
        drawn = totals(sides, sides / mass * square[:, None], rng, method.replicates)
        tenure = weeks.num_rows / (weeks.num_rows + method.tenure_weeks)
        here = loss(sides[None], method)
        value = float(100 * tenure * (1 - here[0]))
        draws = 100 * tenure * (1 - _debiased(loss(drawn, method), float(here[0])))
        people = float(mass.sum()) ** 2 / max(float(square.sum()), 1e-12)
        ground = Ground(people, 1, float(weeks.num_rows))
        level = levels(sides[None], method)[0]
        details = {
            "weeks": float(weeks.num_rows), "resilience_loss": float(here[0]), "tenure": tenure,
            "lowest_week": str(weeks["week"][int(level.argmin())]), "lowest": 100 * float(level.min()),
            "lasting_damage": "yes" if lasting(level) else "no",
        }  # fmt: skip
        return estimate(
            self.name, value, draws, ground, method, version=self.version, details=details,
            evidence=tuple(stats["solidity_evidence"]["post"].to_pylist()),
        )  # fmt: skip


def levels(sides: Floats, method: Method) -> Floats:
    """Return the weekly favourable share, in (0, 1), drawn to the whole; shape (draws, weeks).

    Args:
        sides: Weighted favourable and unfavourable authors, shape (draws, weeks, 2).
        method: For the strength of the prior.
    """
    whole = (sides[..., 0].sum(axis=1) + 1) / (sides.sum(axis=(1, 2)) + 2)
    prior = method.prior_authors
    return np.asarray((prior * whole[:, None] + sides[..., 0]) / (prior + sides.sum(axis=2)), dtype=np.float64)


def loss(sides: Floats, method: Method) -> Floats:
    """Return the resilience loss of each draw, in [0, 1)."""
    level = levels(sides, method)
    held = np.empty_like(level)
    for week in range(level.shape[1]):
        held[:, week] = np.median(level[:, max(0, week - _MEMORY) : week + 1], axis=1)
    return np.asarray(np.mean(np.maximum(held - level, 0.0) / held, axis=1), dtype=np.float64)


def lasting(level: Floats, after: int = 13) -> bool:
    """Return whether the last quarter lies a tenth or more below the level before the worst week."""
    worst = int(level.argmin())
    if worst < after // 2 or len(level) - worst < after:
        return False
    return bool(np.median(level[-4:]) < 0.9 * np.median(level[:worst]))


def _debiased(drawn: Floats, point: float) -> Floats:
    """Take out what resampling adds: a maximum of noise is above 0 even where nothing was lost."""
    return np.clip(drawn - (np.median(drawn) - point), 0.0, 1.0)


PLUGIN: Solidity = Solidity()
