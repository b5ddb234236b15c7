"""What is given to a place to read: files behind one bounded, streaming door.

Places never open files themselves. `trust.archive` makes the `Export`s and enforces the
limits; places see only these shapes.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol

from valore.model.records import Fault, Instant


class Member(NamedTuple):
    """One file inside an export. `name` uses '/' and is repaired to NFC."""

    name: str
    size: int | None
    """Bytes as declared; None when unknown. Never trusted as a limit."""
    modified: Instant | None
    """As the archive or the file system says, read as UTC; None when not said."""


class Page(NamedTuple):
    """Elements of a JSON document that stand one behind the other; as many as were parsed at once."""

    prefix: str
    """What the pointers begin with: `/` or `/orderedItems/`."""
    first: int | None
    """Number of the first element; None for a single value, whose pointer `prefix` is."""
    values: list[Any]
    shaped: bool = False
    """The values have the shape that was asked for; else they are as JSON has them."""

    def pointers(self) -> list[str]:
        """Return the JSON pointer of each element."""
        prefix, first = self.prefix, self.first
        return [prefix] if first is None else [f"{prefix}{n}" for n in range(first, first + len(self.values))]


class Manifest(Protocol):
    """The names inside an export, and a look at the beginning of each."""

    @property
    def name(self) -> str:
        """Name of the file or folder that was given, without its path."""

    @property
    def members(self) -> tuple[Member, ...]:
        """All regular files inside, in the archive's order. A single file is its own member."""

    def head(self, member: str, size: int = 65_536) -> bytes:
        """Return the first `size` bytes of a member (fewer when it is shorter)."""


class Export(Manifest, Protocol):
    """Files of a place, read as bounded streams and never extracted by name."""

    def open(self, member: str) -> BinaryIO:
        """Open one member as a stream of bytes.

        Raises:
            RefusedArchive: while reading, when it breaks a limit or is damaged.
        """

    def text(self, member: str, limit: int = 64 * 1024 * 1024) -> str:
        """Return a small member whole, decoded (BOM, UTF-8, UTF-16, else cp1252).

        Raises:
            RefusedArchive: when it is longer than `limit` bytes.
        """

    def items(self, member: str) -> Iterator[tuple[str, Any] | Fault]:
        """Stream a JSON member: (JSON pointer, value), with bounded memory.

        A prefix such as `window.YTD.tweets.part0 =` or a BOM is skipped. When the document is
        an array, its elements come (`/0`, `/1`, …). When it is an object, each key whose value
        is an array gives its elements (`/orderedItems/0`), any other key its value (`/type`).
        NDJSON gives `L1`, `L2`, …. Damage and truncation become a `Fault` after all that could
        be read; strings are as written (lone surrogates kept; see `trust.text`).
        """

    def pages(self, member: str, shape: type | None = None) -> Iterator[Page | Fault]:
        """Stream a JSON member as `items` does, many elements at a time.

        Of a `shape` (a `msgspec.Struct`) only the fields that it names are made into objects, in half of
        the time; elements beside which one does not fit it come as plain values.

        A page is small enough to stay in the processor's cache: who takes it as it comes is done
        in a third of the time of who collects pages first.
        """

    def path(self, member: str) -> Path | None:
        """Return the path of a member that is a plain file on this disk, else None."""


class Match(NamedTuple):
    """A place recognises an export."""

    variant: str
    """Which period or layout: `2022-`, `2012-csv`, `rss`, …"""
    certainty: float
    """In (0, 1]: 1 when the shape can be nothing else; a table that only looks plausible is 0.2."""
    members: tuple[str, ...]
    """Members that will be read."""
    skipped: dict[str, str]
    """Members that will not be read and the code of why: private, not_needed, media, unknown.

    Codes: `private` (messages, contacts, IPs, ads, devices), `media` (pictures, videos),
    `not_needed` (nothing that a measure uses), `unknown` (not a file this reader knows).
    """
