"""Who is measured: subjects, their accounts, faces of brands, and consent."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a subject is."""

    PERSON = "person"
    BRAND = "brand"


class AccountRef(str):
    """`place:native id` or `place:@handle`, as people write it: `x:@anna`, `mastodon:https://…`."""

    __slots__ = ()

    @property
    def place(self) -> str:
        """The network."""
        return self.partition(":")[0]

    @property
    def id(self) -> str:
        """The native id, or '@handle'."""
        return self.partition(":")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A person's word, append-only. Withdrawn when `given` is False."""

    subject: str
    given: bool
    at: datetime
    method: str
    """Version of the method that was explained."""
    by: str
    """Who spoke, as they signed."""
    purposes: tuple[str, ...] = ("value",)
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A person linked to a brand, with dates. Counts only while the person's consent lives."""

    brand: str
    person: str
    role: str = ""
    since: date | None = None
    until: date | None = None
    visible: bool = False
    """The person lets the brand see their own share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """Something that a subject means to publish."""

    subject: str
    at: datetime
    pillar: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The person or brand that is measured."""

    slug: str
    kind: Kind
    name: str
    aliases: tuple[str, ...] = ()
    """Names and handles that count as a mention when they stand in a text as whole words."""
    accounts: tuple[AccountRef, ...] = ()
    """Own accounts."""
    queries: tuple[str, ...] = ()
    """Values of a post's `query` that mean it was collected for this subject."""
    statement: str = ""
    """Declared identity: bio or strategy, in words."""
    pillars: tuple[str, ...] = ()
    """Declared themes."""
    peers: tuple[str, ...] = ()
    """Slugs of the reference set."""
