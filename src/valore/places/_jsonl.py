"""Lines of JSON objects, one at a time, as tools that collect posts write them; also packed with gzip."""

import gzip
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from valore.errors import SourceError
from valore.model.records import Cursor, Fault, Raw, Where
from valore.model.source import Export, Manifest, Member
from valore.places._bytes import Sound, typed
from valore.places._layout import unpacked

_ENDINGS = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
_GZIP = b"\x1f\x8b"
_PIECE = 1 << 20
_LONGEST = 64 << 20
"""Bytes of one line; a page of a hundred posts has half a million."""
_LONG = 1 << 20
"""Bytes that are looked at where the first line is longer than an ordinary look."""
_OFTEN = 200
"""Lines between two safe stops."""


class Line(NamedTuple):
    """One line of a file."""

    number: int
    value: dict[str, Any] | Fault


def heads(files: Manifest) -> Iterator[tuple[Member, bytes]]:
    """Yield the members that may be lines of JSON objects, with their beginnings unpacked."""
    for member in files.members:
        if member.name.lower().endswith(_ENDINGS):
            head = files.head(member.name)
            if head.startswith(_GZIP):
                head = unpacked(head)
            elif b"\n" not in head:
                head = files.head(member.name, _LONG)
            if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
                yield member, head


def one(_: dict[str, Any]) -> int:
    """Say that an object is one record."""
    return 1


def reading(
    source: Export, members: Sequence[str], since: Cursor | None, holds: Callable[[dict[str, Any]], int] = one
) -> Iterator[Raw | Fault | Cursor]:
    """Yield the objects of files as `Raw`s (`line`), a `Cursor` behind each few hundred and behind each file.

    Args:
        source: The files.
        members: Those to read.
        since: Go on after this stop.
        holds: How many records an object holds.

    Raises:
        SourceError: a packed file is damaged.
    """
    for member, done in after(members, since):
        last = done
        for number, value in lines(source, member):
            if number <= done:
                continue
            if isinstance(value, Fault):
                yield value
            else:
                yield Raw("line", Where(member, f"L{number}"), value, holds(value))
            if number >= last + _OFTEN:
                last = number
                yield Cursor(f"{member}:{number}")
        yield Cursor(member)


def after(members: Sequence[str], since: Cursor | None) -> Iterator[tuple[str, int]]:
    """Yield the files that are left, and how many lines of each were read."""
    position = "" if since is None else since.position
    if position in members:
        yield from ((name, 0) for name in members[members.index(position) + 1 :])
        return
    member, _, done = position.rpartition(":")
    known = member in members and done.isdigit()
    start = members.index(member) if known else 0
    yield from ((name, int(done) if known and name == member else 0) for name in members[start:])


def lines(source: Export, member: str) -> Iterator[Line]:
    """Yield the objects of a file; what is none is a `Fault`, blank lines are nothing.

    Raises:
        SourceError: a packed file is damaged.
    """
    with source.open(member) as stream, typed(member):
        packed = member.lower().endswith(".gz")
        sound = Sound(gzip.GzipFile(fileobj=stream) if packed else stream)
        number = 0
        for number, (line, ended) in enumerate(_cut(sound, member), 1):
            if line.strip():
                yield Line(number, _object(line, Where(member, f"L{number}"), ended=ended))


def _cut(stream: Sound, member: str) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, and whether each was ended by a line break."""
    left: list[bytes] = []
    length = 0
    while data := stream.read(_PIECE):
        first, *rest = data.split(b"\n")
        left.append(first)
        length += len(first)
        if length > _LONGEST:
            raise SourceError("{file} is damaged or not a table that can be read", file=member)
        if rest:
            yield b"".join(left), True
            yield from ((line, True) for line in rest[:-1])
            left, length = [rest[-1]], len(rest[-1])
    if last := b"".join(left):
        yield last, False


def _object(line: bytes, where: Where, *, ended: bool) -> dict[str, Any] | Fault:
    try:
        value = json.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        return Fault(where, "too_deep")
    except ValueError:
        return Fault(where, "bad_json" if ended else "truncated")
    return value if isinstance(value, dict) else Fault(where, "bad_shape")


def marked(head: bytes, marks: Iterable[bytes]) -> int:
    """Return how many of the keys stand in the beginning of a file."""
    return sum(b'"' + mark + b'"' in head for mark in marks)
