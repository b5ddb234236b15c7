"""What all exports have in common: a look at the beginning, small texts, streams of JSON."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from valore.errors import RefusedArchive, UnknownName
from valore.model.records import Fault, Where
from valore.model.source import Member, Page
from valore.trust.json_stream import items, pages

_MEBIBYTE = 1 << 20


class Opened(ABC):
    """An open export; see `valore.model.source.Export` for what each method promises."""

    name: str
    members: tuple[Member, ...]

    @abstractmethod
    def open(self, member: str) -> BinaryIO:
        """Open one member as a stream of bytes."""

    def head(self, member: str, size: int = 65_536) -> bytes:
        """Return the first `size` bytes of a member, as far as they can be read."""
        parts: list[bytes] = []
        with suppress(RefusedArchive), self.open(member) as stream:
            while size > 0 and (data := stream.read(size)):
                parts.append(data)
                size -= len(data)
        return b"".join(parts)

    def text(self, member: str, limit: int = 64 * _MEBIBYTE) -> str:
        """Return a small member whole, decoded."""
        parts: list[bytes] = []
        with self.open(member) as stream:
            while data := stream.read(_MEBIBYTE):
                parts.append(data)
                if len(parts) * _MEBIBYTE > limit and sum(map(len, parts)) > limit:
                    raise RefusedArchive(
                        "{file}: '{member}' is longer than {limit} bytes", file=self.name, member=member, limit=limit
                    )
        return decoded(b"".join(parts))

    def items(self, member: str) -> Iterator[tuple[str, Any] | Fault]:
        """Stream a JSON member; damage of the archive ends it with a `Fault`."""
        with self.open(member) as stream:
            try:
                yield from items(stream, member)
            except RefusedArchive as error:
                yield Fault(Where(member, ""), "damaged", str(error))

    def pages(self, member: str, shape: type | None = None) -> Iterator[Page | Fault]:
        """Stream a JSON member many elements at a time; damage of the archive ends it with a `Fault`."""
        with self.open(member) as stream:
            try:
                yield from pages(stream, member, shape=shape)
            except RefusedArchive as error:
                yield Fault(Where(member, ""), "damaged", str(error))

    def path(self, member: str) -> Path | None:  # noqa: ARG002 - archives have no paths, folders override
        """Return None: members of archives are not files of their own."""
        return None

    def close(self) -> None:  # noqa: B027 - a folder has nothing to close
        """Give back what is held open."""

    def _unknown(self, member: str) -> UnknownName:
        return UnknownName("member", member, [m.name for m in self.members[:20]])


def decoded(data: bytes) -> str:
    """Return text: by its byte order mark, else UTF-8, else Windows-1252 (Latin-1 where that has gaps)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
