"""Places: one file for each network, feed or table format.

A place recognises the files it knows, reads them into raw records, and says what each means in
the vocabulary of `model.records`. It opens nothing itself: files come as an `Export`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from valore.model.plugins import found
from valore.model.records import Cursor, Fault, Raw, Record
from valore.model.source import Export, Manifest, Match


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the place's terms and the law let us do with what was read."""

    terms: str
    """In one plain sentence."""
    retention_days: int | None
    """Days from collection after which what was read must go; None: as long as its owner keeps it."""
    may_derive: bool
    """Measures of a person or a brand may be made from it."""
    may_combine: bool
    """It may enter one number together with what other places say."""
    deletion_hours: int | None = None
    """Within how many hours a deletion at the place must be followed; None: the place asks for nothing."""
    art9: str = "never"
    """Health, politics, religion, union, origin, sex life, crime: never, or `aggregate` (of crowds, not of persons)."""
    link_identity: str = "consent"
    """An account may be joined with its holder's accounts elsewhere: `free`, `consent` (theirs) or `never`."""
    model_training: bool = False
    """A model may be trained on what was read. Shown, so that whoever takes posts out knows it: Valore itself
    learns from no post of a workspace (`valore train` reads only labelled files that are given to it)."""
    names_days: int | None = 30
    """Days from collection after which authors who have no part in the workspace keep a pseudonym only; None: never.

    A part have subjects, their peers and faces, who was linked, whose archive was brought, whose post was judged.
    """
    answers_days: int | None = None
    """Days from collection after which must go what came by answers of the place's API or another's table, and not
    by its owner's archive; None: as `retention_days` says."""
    archives: tuple[str, ...] = ()
    """Variants (`Match.variant`) of this place that are their owner's archive; asked where `answers_days` is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One layout that a place reads."""

    layout: str
    """Files or columns by which it is known, as people find them: `data/tweets.js`. Not translated."""
    period: str
    """When the place wrote it so, in years: `2022–`, `2012–2019`; empty where it does not depend on time."""
    reads: str
    """What is read, in a few plain words (message id of the translation)."""
    proof: str
    """The test that proves it, `test_places_x.py`."""


class Place(Protocol):
    """One network, feed or table format."""

    name: str
    """As in `Post.place`: x, facebook, instagram, googleplus, mastodon, feed, table."""
    title: str
    """As people write it: X / Twitter."""
    policy: Policy
    covers: tuple[Coverage, ...]
    """Every layout that is read, newest first."""

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an export by shape and file pattern, never by a localised label."""

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield what was written, in order; a `Cursor` marks a safe stop.

        Args:
            source: The files.
            match: What `sniff` returned for them.
            since: Go on after this stop; None reads from the beginning.

        Raises:
            SourceError: nothing more will come.
        """

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a raw record means. Pure: the same raw always gives the same records."""


def places() -> Mapping[str, Place]:
    """Return every place by name."""
    return found("valore.places")
