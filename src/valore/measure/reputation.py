"""Reputation: the share of distinct weighted authors who speak favourably, among those who take sides.

100·(a0 + k₊)/(a0 + b0 + k₊ + k₋), the prior centred on the reference set with the strength of ten
authors. Where people have reviewed a sample, `ppi` corrects k₊ and k₋. Source: metrics.md §2;
RepLab 2013/2014; Rust et al. (2021), Journal of Marketing 85.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from valore.measure._made import Floats, effective, estimate, first, generator, missing, numbers
from valore.measure.bootstrap import pooled
from valore.measure.grade import LEAST, Ground
from valore.measure.ppi import Reviewed, corrections, power
from valore.model.estimate import Reason, Result
from valore.model.settings import Method

_SIDES = ("favourable", "unfavourable")
_NOISE = ("noise_favourable", "noise_unfavourable", "noise_both")
_FEW_REVIEWS = 30
"""Reviews below which they are not yet used: a correction from fewer would be noise."""


class Sides(NamedTuple):
    """Weighted authors on each side, with draws."""

    point: Floats
    """k₊ and k₋."""
    draws: Floats
    """Shape (replicates, 2)."""
    trust: float | None
    """λ of the correction; None without reviews."""


class Reputation:
    """What distinct authors say of the subject."""

    name = "reputation"
    version = "reputation@1"
    statistics = (
        "reputation_authors",
        "reputation_counts",
        "reputation_reference",
        "reputation_evidence",
        "reputation_reviewed",
    )

    def estimate(self, stats: Mapping[str, pa.Table], reviews: pa.Table, method: Method) -> Result:  # noqa: ARG002 - every component is given the reviews
        """Return the estimate; `reviews` come joined as `reputation_reviewed`."""
        authors, counts = stats["reputation_authors"], first(stats["reputation_counts"])
        if not counts["mentions"]:
            return missing(self.name, self.version, Reason.NO_MENTIONS)
        if counts["unscored"] == counts["mentions"]:
            return missing(self.name, self.version, Reason.UNSCORED)
        mass = numbers(authors, "favourable") + numbers(authors, "unfavourable")
        people = effective(mass)
        if people < LEAST:
            return missing(self.name, self.version, Reason.FEW_AUTHORS, authors=people)
        a0, b0 = prior(stats["reputation_reference"], method)
        rng = generator(method, self.name)
        sides = counted(authors, stats["reputation_reviewed"], rng, method)
        value = 100 * (a0 + sides.point[0]) / (a0 + b0 + sides.point.sum())
        extra = rng.standard_gamma([a0, b0], (method.replicates, 2))
        draws = 100 * (extra[:, 0] + sides.draws[:, 0]) / (extra + sides.draws).sum(axis=1)
        reviewed = stats["reputation_reviewed"].num_rows / max(counts["mentions"], 1)
        ground = Ground(people, counts["places"], counts["weeks"], reviewed if sides.trust is not None else 0.0)
        return estimate(
            self.name, float(value), draws, ground, method, version=self.version,
            evidence=tuple(stats["reputation_evidence"]["post"].to_pylist()),
            details={**_raw(counts), **_weighted(sides, a0, b0)},
        )  # fmt: skip


def prior(reference: pa.Table, method: Method) -> tuple[float, float]:
    """Return a0 and b0; without a reference set the prior is even."""
    seen = first(reference)
    favourable, unfavourable = seen["favourable"], seen["unfavourable"]
    share = (favourable + 1) / (favourable + unfavourable + 2)
    return method.prior_authors * share, method.prior_authors * (1 - share)


def counted(authors: pa.Table, reviewed: pa.Table, rng: np.random.Generator, method: Method) -> Sides:
    """Return k₊ and k₋ with draws over authors, reviews and the uncertainty of the reading."""
    columns = np.column_stack([numbers(authors, c) for c in (*_SIDES, "mass", *_NOISE)])
    plain = columns[:, :2].sum(axis=0)
    if reviewed.num_rows < _FEW_REVIEWS:
        few = pooled(columns)
        drawn = rng.standard_exponential((method.replicates, len(few))) @ few[:, :2]
        noisy = drawn + _noise(columns[:, 3:].sum(axis=0), rng, method.replicates)
        return Sides(plain, np.maximum(noisy, 0.0), None)
    sample = Reviewed(
        numbers(reviewed, "v"),
        numbers(reviewed, "probability"),
        np.column_stack([numbers(reviewed, c) for c in ("p_pos", "p_neg")]),
        np.column_stack([numbers(reviewed, c) for c in ("y_pos", "y_neg")]),
    )
    trust = power(sample, plain[0] / max(plain.sum(), 1e-12), reviewed.num_rows / max(authors.num_rows, 1))
    return _corrected(columns[:, :3], authors, reviewed, sample, trust, rng, method)


def _corrected(
    columns: Floats,
    authors: pa.Table,
    reviewed: pa.Table,
    sample: Reviewed,
    trust: float,
    rng: np.random.Generator,
    method: Method,
) -> Sides:
    """Return sums λf over all plus (y − λf) over the reviewed, author by author."""
    row = np.searchsorted(authors["author"].to_numpy(), reviewed["author"].to_numpy())
    weight = sample.weight / sample.probability
    parts = np.zeros((len(columns), 6))
    parts[:, :2], parts[:, 2] = trust * columns[:, :2], columns[:, 2]
    np.add.at(parts[:, 3:5], row, corrections(sample, trust, float(weight.sum())))
    np.add.at(parts[:, 5], row, weight)
    few = pooled(parts)
    drawn = rng.standard_exponential((method.replicates, len(few))) @ few
    return Sides(_sum(parts.sum(axis=0)[None])[0], _sum(drawn), trust)


def _sum(parts: Floats) -> Floats:
    """Bring the correction to the mass of all posts and add it."""
    scale = np.divide(parts[:, 2], parts[:, 5], out=np.zeros(len(parts)), where=parts[:, 5] > 0)
    return np.asarray(np.maximum(parts[:, :2] + scale[:, None] * parts[:, 3:5], 0.0), dtype=np.float64)


def _noise(noise: Floats, rng: np.random.Generator, replicates: int) -> Floats:
    """Return joint draws of what the classes of single posts could have been instead."""
    if noise[:2].sum() <= 0:
        return np.zeros((replicates, 2))
    spread = np.array([[noise[0], -noise[2]], [-noise[2], noise[1]]])
    return np.asarray(rng.multivariate_normal(np.zeros(2), spread, replicates, check_valid="ignore"))


def _raw(counts: Mapping[str, float]) -> dict[str, float | str | None]:
    names = ("mentions", "authors", "places", "positive", "negative", "neutral", "undecided", "unscored")
    return {name: float(counts[name]) for name in names}


def _weighted(sides: Sides, a0: float, b0: float) -> dict[str, float | str | None]:
    share = float((a0 + sides.point[0]) / (a0 + b0 + sides.point.sum()))
    return {
        "favourable": float(sides.point[0]),
        "unfavourable": float(sides.point[1]),
        "prior": a0 / (a0 + b0),
        "controversy": 4 * share * (1 - share),
        "trust_in_machine": sides.trust,
    }


PLUGIN: Reputation = Reputation()
