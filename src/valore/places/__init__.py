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
    """None: as long as the owner keeps it (their own archive)."""
    may_derive: bool
    may_combine: bool


class Place(Protocol):
    """One network, feed or table format."""

    name: str
    """As in `Post.place`: x, facebook, instagram, googleplus, mastodon, feed, table."""
    title: str
    """As people write it: X / Twitter."""
    policy: Policy

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
