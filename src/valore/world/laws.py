"""The numbers that rule one world, drawn from its seed: what the measures try to find again."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valore.world.cast import Circle, Role, circles, roles
from valore.world.speech import THEMES

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LOYAL, FAIR, CRITIC = 0.97, 0.5, 0.03
"""Chance that a polar post is favourable, for the three kinds of author."""
FAIR_SHARE = 0.15
SHAPE = 0.7
"""Activity of a person is Gamma(SHAPE) with mean 1: few are busy, most are not."""
CROWDED = 2_500_000
"""Posts up to which a person makes one act in the last 90 days, expected; above, people act more often
instead of being more, so that they fit into memory."""
LIKES = 0.7
"""Share of likes among the acts without words; the others are reposts."""
POLAR, ASKED, OFFERED = 0.60, 0.14, 0.03
"""Shares of polar posts, questions and opportunities in what the audience writes; the rest is neutral."""
ORGANISATIONS = 0.08
"""Share of organisations among the audience's accounts."""
SARCASM = 0.05
"""Share of unfavourable posts that say the contrary of what they mean."""
SPILL = 0.6
"""Share of favourable posts on the brand that turn unfavourable at the height of the crisis."""
CRISIS_MOOD = (0.84, 0.90)
"""Of the posts of the crisis, complaints end at the first share, thanks at the second; the rest is neutral."""
CRISIS = 0.11
"""Posts of the crisis as a share of the world's size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """Parameters of the generating process. Arrays over subjects follow `roles`."""

    roles: tuple[Role, ...]
    circles: tuple[Circle, ...]
    shares: Floats
    """Of each circle, sum 1."""
    pulls: tuple[Floats, ...]
    """For each circle: chance that an act is for each of its targets."""
    favour: Floats
    """π: chance that an author of the audience is favourable, given polar."""
    crisis_day: int
    half_life: float
    """Days."""
    answered: Floats
    """Share of questions that are ever answered."""
    delay: Floats
    """Mean hours until an answer (exponential)."""
    practised: Floats
    """Distribution over `THEMES` of own posts, shape (subjects, themes)."""
    perceived: Floats
    """Distribution over `THEMES` of what others say."""
    fresh: Floats
    """Share of own posts that say something new."""
    wordless: float
    """Acts without words (likes, reposts) for each post of the audience."""

    def index(self, slug: str) -> int:
        """Return where a subject stands."""
        return [role.slug for role in self.roles].index(slug)


def laws(seed: int, size: int) -> Laws:
    """Draw the parameters of the world of this seed."""
    rng = np.random.default_rng([seed, 1])
    cast, audiences = roles(), circles()
    many = len(cast)
    shares = np.array([c.share for c in audiences]) * np.exp(rng.normal(0, 0.3, len(audiences)))
    return Laws(
        roles=cast,
        circles=audiences,
        shares=shares / shares.sum(),
        pulls=tuple(_pulls(rng, circle) for circle in audiences),
        favour=rng.uniform(0.58, 0.80, many),
        crisis_day=int(rng.integers(275, 290)),
        half_life=float(rng.uniform(3.0, 5.0)),
        answered=rng.uniform(0.55, 0.9, many),
        delay=rng.uniform(4.0, 14.0, many),
        practised=_themes(rng, cast, 0.75),
        perceived=_themes(rng, cast, 0.6),
        fresh=np.array([0.85 if i < 2 else 0.75 for i in range(many)]) - rng.uniform(0, 0.15, many),  # noqa: PLR2004 - Anna and Lume
        wordless=min(2.0, 100_000 / size),
    )


def _pulls(rng: np.random.Generator, circle: Circle) -> Floats:
    """A brand draws half of its team's acts, its faces the rest."""
    if len(circle.targets) == 1:
        return np.ones(1)
    return rng.dirichlet(60 * np.array([0.5, 0.18, 0.14, 0.1, 0.08]))


def _themes(rng: np.random.Generator, cast: tuple[Role, ...], kept: float) -> Floats:
    """Return distributions that put about `kept` of their weight on the declared pillars."""
    rows = []
    for role in cast:
        declared = np.array([t in role.subject.pillars for t in THEMES], dtype=float)
        mean = kept * declared / declared.sum() + (1 - kept) / len(THEMES)
        rows.append(rng.dirichlet(40 * mean))
    return np.array(rows)
