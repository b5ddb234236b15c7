"""What a brand and each consenting face contribute: Shapley shares of the distinct people engaged.

Intervals are by person: each group of people engaged by the same players is a compound Poisson total.
Source: metrics.md §5; Michalak et al. (2013).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from valore.measure._made import Floats, estimate, generator, numbers
from valore.measure.bootstrap import totals
from valore.measure.grade import Ground
from valore.measure.shapley import Ints, alone, only, shapley
from valore.model.estimate import Result, Unit
from valore.model.settings import Method

METHOD_ID = "faces@1"
_HALF = 0.5
"""A person, for what was not seen of each player (Jeffreys' prior of a Poisson mean); only in the draws."""


class Shares(NamedTuple):
    """What the players carry."""

    shares: tuple[Result, ...]
    """Of each player, in [0, 1], in the order of the players."""
    people: Result
    """Distinct weighted people engaged by all together."""
    overlap: float
    key_person_risk: float
    concentration: float


def shares(
    groups: pa.Table, evidence: Mapping[str, tuple[int, ...]], players: Sequence[str], method: Method
) -> Shares | None:
    """Return the shares, None where nobody is engaged.

    Args:
        groups: mask (bit i for player i), accounts, weight, square.
        evidence: Posts of each player that engaged most people.
        players: Slugs; the brand's own account is one.
        method: Constants.
    """
    weight, square = numbers(groups, "weight"), numbers(groups, "square")
    if not weight.sum() or not any(evidence.values()):
        return None
    masks: Ints = groups["mask"].to_numpy()
    rng = generator(method, METHOD_ID)
    many = len(players)
    unseen = _HALF * ((masks & (masks - 1)) == 0)
    drawn = totals(weight + unseen, square + unseen, rng, method.replicates)
    phi, phis = shapley(masks, weight, many), shapley(masks, drawn, many)
    part, parts = phi / phi.sum(), phis / phis.sum(axis=1, keepdims=True)
    ground = Ground(float(weight.sum()) ** 2 / float(square.sum()), places=2)
    told = tuple(
        _share(slug, float(part[i]), parts[:, i], ground, _posts(evidence, slug), method)
        for i, slug in enumerate(players)
    )
    everyone = tuple(p for slug in players for p in evidence.get(slug, ()))
    people = estimate(
        "people", float(weight.sum()), drawn.sum(axis=1), ground, method, version=METHOD_ID,
        evidence=everyone, unit=Unit.PEOPLE, details={"accounts": float(numbers(groups, "accounts").sum())},
    )  # fmt: skip
    return Shares(told, people, *_beside(masks, weight, part, many))


def _share(slug: str, value: float, draws: Floats, ground: Ground, posts: tuple[int, ...], method: Method) -> Result:
    return estimate(f"face:{slug}", value, draws, ground, method, version=METHOD_ID, evidence=posts, unit=Unit.SHARE)


def _posts(evidence: Mapping[str, tuple[int, ...]], slug: str) -> tuple[int, ...]:
    """A share of nothing rests on what the others did."""
    return evidence.get(slug) or tuple(p for posts in evidence.values() for p in posts)[:20]


def _beside(masks: Ints, weight: Floats, part: Floats, many: int) -> tuple[float, float, float]:
    total = float(weight.sum())
    overlap = 1 - total / max(float(alone(masks, weight, many).sum()), 1e-12)
    return overlap, float(only(masks, weight, many).max()) / total, float(part @ part)
