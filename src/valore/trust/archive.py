"""The one door to files from outside: ZIP, TAR, gzipped TAR, folders and single files as `Export`s.

Members are read as bounded streams and never extracted. Archives are recognised by their first
bytes, not by their names.
"""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from valore.errors import RefusedArchive, SourceError
from valore.model.source import Export, Member
from valore.trust._export import Opened
from valore.trust._folder import Folder, below, beside
from valore.trust._meter import Beat
from valore.trust._tar import Tarred
from valore.trust._zip import Zipped, vet_book
from valore.trust.limits import Limits

__all__ = ["Limits", "open_export", "open_exports"]

_LIMITS = Limits()
_TAR_MAGIC = slice(257, 262)


def _unheard() -> None:
    """Take no notice of a step."""


@contextmanager
def open_export(path: Path, limits: Limits = _LIMITS, beat: Beat = _unheard) -> Iterator[Export]:
    """Open an archive, a folder or a single file for reading.

    Args:
        path: What to open.
        limits: How much of it is read.
        beat: Called for each step on.

    Raises:
        SourceError: when there is no such file, or it is empty.
        RefusedArchive: when it is broken, encrypted, too large, or built to hurt.
    """
    opened = _opened(path, limits, beat)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def open_exports(paths: Sequence[Path], limits: Limits = _LIMITS, beat: Beat = _unheard) -> Iterator[Export]:
    """Open several files of one export as one: loose files, or the parts of a divided archive.

    A member that stands in several parts is kept under its name and, for the later ones, under the
    name of its part.

    Raises:
        SourceError: when a file is missing or empty.
        RefusedArchive: as `open_export`.
    """
    if len(paths) == 1:
        with open_export(paths[0], limits, beat) as export:
            yield export
        return
    loose = [p for p in paths if not p.is_dir() and _kind(p) in (None, "book")]
    with ExitStack() as stack:
        parts = [stack.enter_context(open_export(p, limits, beat)) for p in paths if p not in loose]
        if loose:
            parts.insert(0, Folder(paths[0].name, beside(loose), limits, beat))
        yield parts[0] if len(parts) == 1 else _Joined(paths[0].name, parts)


class _Joined(Opened):
    """Several exports as one."""

    def __init__(self, name: str, parts: Sequence[Export]) -> None:
        self.name = name
        self._homes: dict[str, tuple[Export, str]] = {}
        members: list[Member] = []
        for part in parts:
            for member in part.members:
                shown = member.name if member.name not in self._homes else f"{part.name}/{member.name}"
                self._homes[shown] = (part, member.name)
                members.append(member._replace(name=shown))
        self.members = tuple(members)

    def open(self, member: str) -> BinaryIO:
        part, name = self._home(member)
        return part.open(name)

    def head(self, member: str, size: int = 65_536) -> bytes:
        part, name = self._home(member)
        return part.head(name, size)

    def path(self, member: str) -> Path | None:
        part, name = self._home(member)
        return part.path(name)

    def _home(self, member: str) -> tuple[Export, str]:
        home = self._homes.get(member)
        if home is None:
            raise self._unknown(member)
        return home


def _opened(path: Path, limits: Limits, beat: Beat) -> Opened:
    if path.is_dir():
        return Folder(path.name, below(path), limits, beat)
    match _kind(path):
        case "zip":
            return Zipped(path, limits, beat)
        case "tar":
            return Tarred(path, limits, beat, packed=False)
        case "gzip":
            return Tarred(path, limits, beat, packed=True)
        case "book":
            vet_book(path, limits)
            return Folder(path.name, iter([(path.name, path)]), limits, beat)
        case _:
            return Folder(path.name, iter([(path.name, path)]), limits, beat)


def _kind(path: Path) -> str | None:
    """Tell an archive by its first bytes; None for any other file.

    Raises:
        SourceError: when there is no such file, or it is empty.
    """
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise SourceError("there is no file {file} that can be read", file=path.name) from error
    if not head:
        raise SourceError("{file} is empty", file=path.name)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "book" if path.name.lower().endswith(".xlsx") else "zip"
    if head[_TAR_MAGIC] == b"ustar":
        return "tar"
    if head.startswith(b"\x1f\x8b"):
        return "gzip" if _holds_tar(path) else None
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")):
        raise RefusedArchive(
            "{file} is packed in a way that is not read; unpack it and give the folder", file=path.name
        )
    return None


def _holds_tar(path: Path) -> bool:
    """Tell a gzipped archive from a gzipped file."""
    with path.open("rb") as file:
        packed = file.read(4096)
    try:
        return zlib.decompressobj(31).decompress(packed, 512)[_TAR_MAGIC] == b"ustar"
    except zlib.error:
        return False
