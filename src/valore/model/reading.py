"""Everything that was measured of one subject at one moment: what pages and reports show.

A page computes nothing; it composes from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from valore.model.estimate import Estimate, Result
from valore.model.lens import Lens
from valore.model.settings import Method
from valore.model.subject import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A post as evidence: who, where, when, what, and how it was read."""

    post: int
    place: str
    author: str
    """Name as shown: handle or name."""
    actor: str
    """person, organisation, automated, unknown."""
    published: datetime
    text: str
    url: str | None = None
    language: str | None = None
    polarity: str | None = None
    """negative, neutral, positive, undecided; None: unscored."""
    polarity_reason: str | None = None
    novelty: float | None = None
    """0 (said before) to 1 (new); None: not compared."""
    likes: int | None = None
    replies: int | None = None
    reposts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one post does to a value: the value minus what it would be without the post's author event."""

    post: int
    effect: float
    """In points of the component; positive raises it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a component is what it is."""

    component: str
    raises: tuple[Effect, ...]
    """Strongest first."""
    lowers: tuple[Effect, ...]
    what_if: tuple[tuple[str, Mapping[str, float | str], float], ...]
    """What would change it: (message id with named places, facts, new value)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One step of a series."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, shown in the series."""

    day: date
    kind: str
    """crisis, peak, silence, plan."""
    title: str
    """Message id with named places."""
    facts: Mapping[str, float | str] = field(default_factory=dict)
    until: date | None = None
    posts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A quantity over time, in days or weeks."""

    name: str
    """mentions, reputation, posts, people."""
    step: str
    """day or week."""
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """The accounts of one kind around a subject."""

    actor: str
    """person, organisation, automated, unknown."""
    accounts: int
    acts: int
    share: float
    """Of distinct accounts, in [0, 1], with the interval of the classifier's uncertainty."""
    low: float
    high: float
    spam: int = 0
    """Accounts among them held to be spam."""
    posts: tuple[int, ...] = ()
    """A few of what they said of the subject, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceShare:
    """What one consenting face, or the brand's own account, contributes."""

    slug: str
    name: str
    """The brand's own name for its own account; a face that is not visible to the brand is anonymous."""
    share: Estimate
    """Shapley share of distinct engaged people, in [0, 1]."""
    own_voice: float | None = None
    """1 - share of posts that near-duplicate brand copy within 7 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """A brand and its faces."""

    shares: tuple[FaceShare, ...]
    left_out: int
    """Faces without a live consent: counted, never named."""
    people: Estimate
    """Distinct weighted people engaged by all together."""
    overlap: float
    key_person_risk: float
    concentration: float
    """Herfindahl index of the shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What the data does not hold."""

    place: str
    since: date | None
    until: date | None
    reason: str
    """Message id with named places."""
    facts: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The Value of a subject as of one moment, with all that belongs to it."""

    workspace: str
    subject: Subject
    as_of: datetime
    since: datetime
    """Beginning of the window."""
    method: Method
    values: Mapping[str, tuple[Lens, Result]]
    """By lens name."""
    components: Mapping[str, Result]
    """By component name, in the order of `lens.COMPONENTS`."""
    explanations: Mapping[str, Explanation]
    series: tuple[Series, ...]
    events: tuple[Event, ...]
    crowds: tuple[Crowd, ...]
    faces: Faces | None
    gaps: tuple[Gap, ...]
    themes: Mapping[str, Mapping[str, float]]
    """declared, practised, perceived → theme → share."""
    theme_posts: Mapping[str, Mapping[str, int]]
    """practised, perceived → theme → a post that speaks of it."""
    fresh: tuple[int, ...]
    """Own posts that added most, newest thought first."""
    rehashes: tuple[tuple[int, int, float], ...]
    """(post, the earlier post it repeats, similarity)."""
    cards: Mapping[int, Card]
    """Every post that is named anywhere above."""
    places: Mapping[str, tuple[int, date, date]]
    """Place → (posts about or by the subject, first day, last day)."""
    models: Mapping[str, str]
    """Enricher → name@version."""
