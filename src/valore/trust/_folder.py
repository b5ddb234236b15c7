"""Folders, single files and groups of files that already lie unpacked on this disk."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from valore.errors import RefusedArchive
from valore.model.source import Member
from valore.model.text import repair
from valore.trust._export import Opened
from valore.trust._meter import Beat, Beating
from valore.trust.limits import Limits


class Folder(Opened):
    """Plain files by name. Links are left out; nothing outside what was given is reached."""

    def __init__(self, name: str, files: Iterator[tuple[str, Path]], limits: Limits, beat: Beat) -> None:
        """List `files` (name inside the export, path on this disk).

        Raises:
            RefusedArchive: when there are too many.
        """
        self.name, self._beat = name, beat
        self._paths: dict[str, Path] = {}
        for member, path in files:
            if len(self._paths) >= limits.members:
                raise RefusedArchive("{file} lists too many files", file=name)
            self._paths[repair(member)] = path
        self.members = tuple(Member(n, p.stat().st_size, _modified(p)) for n, p in self._paths.items())

    def open(self, member: str) -> BinaryIO:
        """Open one file."""
        path = self.path(member)
        if path is None:
            raise self._unknown(member)
        try:
            return cast("BinaryIO", Beating(path.open("rb"), self._beat))
        except OSError as error:
            raise RefusedArchive("{file}: '{member}' cannot be opened", file=self.name, member=member) from error

    def path(self, member: str) -> Path | None:
        """Return where the file lies."""
        return self._paths.get(member)


def below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the regular files below a folder, in the order of their names."""
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(root, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), path


def beside(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Yield single files by their own names; a name that comes again gets its folder before it."""
    seen: set[str] = set()
    for path in paths:
        name = path.name if path.name not in seen else f"{path.parent.name}/{path.name}"
        seen.add(name)
        yield name, path


def _modified(path: Path) -> int | None:
    seconds = path.stat().st_mtime_ns // 1_000_000_000
    return seconds * 1_000_000 if seconds > 0 else None
