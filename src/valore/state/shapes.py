"""Values that the state takes and gives, beside those of `model`. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class WorkspaceRow(NamedTuple):
    """One client."""

    id: int
    name: str
    title: str
    language: str
    timezone: str


class Cursor(NamedTuple):
    """How far an import has come."""

    number: int
    """Of the last batch that is in the lake."""
    position: str
    """Private to the place."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import has come to so far."""

    read: int = 0
    """Records as the place wrote them."""
    stored: Mapping[str, int] = field(default_factory=dict)
    """Rows newly stored, by table."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Faults, by reason."""
    owners: Mapping[str, int] = field(default_factory=dict)
    """Own posts by account (`place:id`), for archives of one account."""
    since: datetime | None = None
    """First post."""
    until: datetime | None = None
    """Last post."""
    erased: Mapping[str, int] = field(default_factory=dict)
    """Rows left out because they are about somebody who was erased, by table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One file that was read, or is being read."""

    source: str
    """Names its rows in the lake."""
    name: str
    sha256: str
    place: str
    variant: str
    started: datetime
    finished: datetime | None
    """None: interrupted, or running; importing the file again goes on."""
    skipped: Mapping[str, int]
    """Members that were not read, by reason."""
    outcome: Outcome
    again: bool = False
    """It may be read again although it was finished: an import that was erased held some of its rows."""


class Review(NamedTuple):
    """A person's judgement on one sampled post."""

    post: int
    author: int
    label: str
    probability: float
    """Of having been drawn into the sample, in (0, 1]."""
    by: str
    at: datetime
