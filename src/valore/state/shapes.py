"""Values that the state takes and gives, beside those of `model`. No Django here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


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


class Proof(NamedTuple):
    """That something was erased: nobody is named."""

    id: int
    what: str
    """subject, account, import, retention or return."""
    begun: datetime
    finished: datetime | None
    counts: Mapping[str, int]
    """Rows and files that went, by name."""


class Pending(NamedTuple):
    """An erasure that was begun and not finished."""

    id: int
    what: str
    work: Mapping[str, Any]
    """What is to be erased; empty when only the last step is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What in the state belongs to those who are erased."""

    slugs: tuple[str, ...] = ()
    """Subjects that go."""
    refs: tuple[str, ...] = ()
    """`place:id` and `place:@handle`."""
    authors: tuple[int, ...] = ()
    """Keys of their accounts."""
    sources: tuple[str, ...] = ()
    """Imports that go."""
    shared: tuple[str, ...] = ()
    """Imports that may be read again, since they held rows that went with another one."""
    words: tuple[str, ...] = ()
    """Their names, handles and short names: found as whole words in names of files and in the audit."""
    gone: Callable[[Collection[int]], set[int]] = lambda _: set()
    """Of some keys of posts, those that are no longer in the lake."""
