"""A number and everything that must stand beside it. Source: `metrics.md` §2-3 of the method."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from valore.errors import N_


class Grade(StrEnum):
    """Evidence grade. D shows its interval only; E abstains."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Unit(StrEnum):
    """What a value is counted in."""

    POINTS = "points"
    """0 to 100."""
    SHARE = "share"
    """0 to 1."""
    PEOPLE = "people"
    DAYS = "days"
    POSTS = "posts"


class Reason(StrEnum):
    """Why there is no number."""

    NO_MENTIONS = "no_mentions"
    NO_POSTS = "no_posts"
    FEW_AUTHORS = "few_authors"
    FEW_POSTS = "few_posts"
    FEW_WEEKS = "few_weeks"
    NO_REFERENCE = "no_reference"
    NO_IDENTITY = "no_identity"
    NO_ANSWERS_SEEN = "no_answers_seen"
    UNSCORED = "unscored"
    NO_CONSENT = "no_consent"
    NO_FACES = "no_faces"
    FEW_COMPONENTS = "few_components"
    MISSING_COMPONENT = "missing_component"
    HIDDEN = "hidden"
    """Why evidence is not shown: there is a number."""


REASONS: Mapping[str, str] = MappingProxyType(
    {
        Reason.NO_MENTIONS: N_("nobody speaks of the subject in this window"),
        Reason.NO_POSTS: N_("the subject has written nothing in this window"),
        Reason.FEW_AUTHORS: N_("too few different authors speak"),
        Reason.FEW_POSTS: N_("too few posts to compare"),
        Reason.FEW_WEEKS: N_("too few weeks are covered"),
        Reason.NO_REFERENCE: N_("there is no reference set and too little own history"),
        Reason.NO_IDENTITY: N_("no identity is declared: no bio, no strategy"),
        Reason.NO_ANSWERS_SEEN: N_("answers cannot be seen in these places"),
        Reason.UNSCORED: N_("the texts are in languages that no model here knows"),
        Reason.NO_CONSENT: N_("the person has not agreed"),
        Reason.NO_FACES: N_("no consenting face is linked to the brand"),
        Reason.FEW_COMPONENTS: N_("fewer than four components are known"),
        Reason.MISSING_COMPONENT: N_("a component that this lens needs is missing"),
        Reason.HIDDEN: N_("the posts are not shown: the face has not chosen to be seen by the brand"),
    }
)
"""Reasons in plain English (the message ids of the translations)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its 90% interval, grade, evidence and method.

    Cannot be built without them: a number without evidence is refused. Evidence that the reader may not see
    is no missing evidence, but the estimate says why it is not there.
    """

    name: str
    """Of the component or statistic: reputation, resonance, …"""
    value: float
    low: float
    high: float
    grade: Grade
    evidence: tuple[int, ...]
    """Keys of the posts it rests on, those that weigh most first (at most 200)."""
    effective_authors: float
    """(Σw)²/Σw² over authors; people, not mentions."""
    method: str
    """`reputation@1`: name and version of the method."""
    unit: Unit = Unit.POINTS
    details: Mapping[str, float | str | None] = field(default_factory=dict)
    """Parts and figures shown beside the value (raw counts, controversy, clarity…)."""
    withheld: Reason | None = None
    """Why none of the posts it rests on is named, where they are not for whoever reads it; None where some are."""
    draws: npt.NDArray[np.float64] | None = field(default=None, compare=False, repr=False)
    """Joint draws of the value, shape (R,), aligned between the components of one subject."""

    def __post_init__(self) -> None:
        """Refuse an interval that does not hold the value, or no evidence and no reason to keep it back."""
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.name}: {self.value} is outside [{self.low}, {self.high}]")
        if bool(self.evidence) == (self.withheld is not None):
            raise ValueError(f"{self.name}: a number needs the posts it rests on")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEnough:
    """No number, and why. Never zero."""

    name: str
    reason: Reason
    method: str
    detail: str = ""
    effective_authors: float = 0.0
    evidence: tuple[int, ...] = ()
    details: Mapping[str, float | str | None] = field(default_factory=dict)


Result = Estimate | NotEnough
