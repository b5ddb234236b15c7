"""What is there to import, and which place knows it."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from valore.errors import UnknownName
from valore.lake import Lake
from valore.model.source import Match
from valore.model.subject import AccountRef
from valore.places import Place, places
from valore.places.table import Table
from valore.trust.archive import open_export

WORKSPACE_FILE = "workspace.toml"
OWNER_SHARE = 0.5
"""Of an archive's posts; who wrote more is held to be its owner."""
COLLECTED = frozenset(("table", "twarc", "zeeschuimer"))
"""Places that hold what somebody collected: who wrote most of it does not own it."""
TABLE = "table"
"""Name of the place that reads tables; it claims much and knows little, so it comes last."""
_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz")
_PART = re.compile(
    r"(?P<stem>.+?)(?:[-_ .]part[-_ ]?(?P<said>\d{1,3})|[-_](?P<padded>\d{3}))(?P<ending>\.(?:zip|tgz|tar|tar\.gz))",
    re.IGNORECASE,
)
"""Names of the parts of a divided archive."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Files that a place knows."""

    place: Place | Table
    match: Match


def known_places(name: str | None) -> Mapping[str, Place]:
    """Return all places, or the one that was asked for.

    Raises:
        UnknownName: there is no such place.
    """
    everything = places()
    if name is None:
        return everything
    if name not in everything:
        raise UnknownName("place", name, everything)
    return {name: everything[name]}


@dataclass(frozen=True, slots=True)
class Parts:
    """One export: a file, a folder, or the parts of an archive that was divided."""

    paths: tuple[Path, ...]

    @property
    def first(self) -> Path:
        """The one that names it."""
        return self.paths[0]


def files(path: Path, known: Callable[[Path], str | None], home: Path) -> Iterator[Path]:
    """Yield what is to be imported: a file or folder of one export itself, else what it holds.

    Hidden files, workspace files and Valore's own `home` are passed over.

    Args:
        path: File or folder.
        known: Name of the place that knows a folder as one export, None when none does.
        home: Valore's own.
    """
    if not path.is_dir() or _one_export(path, known):
        yield path
        return
    for child in sorted(path.iterdir()):
        if not child.name.startswith(".") and child.name != WORKSPACE_FILE and child.resolve() != home.resolve():
            yield from files(child, known, home)


def _one_export(folder: Path, known: Callable[[Path], str | None]) -> bool:
    children = [child.name.lower() for child in folder.iterdir()]
    if WORKSPACE_FILE in children or any(name.endswith(_ARCHIVES) for name in children):
        return False
    return known(folder) not in (None, TABLE)


def joined(paths: Iterable[Path]) -> list[Parts]:
    """Lay the parts of divided archives together (`takeout-…-001.zip`, `-002.zip`), all others by themselves.

    Only parts that lie in one folder, differ in nothing but the number, and are numbered from 1
    without a gap belong together.
    """
    found: dict[tuple[Path, str], dict[int, Path]] = {}
    order: list[tuple[Path, str]] = []
    for path in paths:
        part = _PART.fullmatch(path.name)
        name = (path.parent, f"{part['stem']}\0{part['ending'].lower()}" if part else path.name)
        number = int(part["padded"] or part["said"]) if part else 1
        if name in found and (part is None or number in found[name]):
            name = (path, "")
        found.setdefault(name, {})[number] = path
        order += [name] if name not in order else []
    return [parts for name in order for parts in _together(found[name])]


def _together(numbered: Mapping[int, Path]) -> Iterator[Parts]:
    numbers = sorted(numbered)
    if numbers == list(range(1, len(numbers) + 1)):
        yield Parts(tuple(numbered[n] for n in numbers))
    else:
        yield from (Parts((numbered[n],)) for n in numbers)


def digest(parts: Parts, match: Match) -> str:
    """Return the SHA-256 (hexadecimal) of a file, or of the sorted names and digests of a folder or of parts."""
    if parts.first.is_file():
        digests = [_of_file(path) for path in parts.paths]
        return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()
    whole = hashlib.sha256()
    for member, path in sorted(_members(parts.first, match)):
        whole.update(f"{member}\0{_of_file(path)}\n".encode())
    return whole.hexdigest()


def keep(parts: Parts, match: Match, lake: Lake) -> tuple[str, ...]:
    """Keep the originals: the files, or those members of a folder that are read; return their SHA-256."""
    if not match.members:
        return ()  # all of it is private, and nothing of it stays
    folder = parts.first.is_dir()
    paths = (path for _, path in _members(parts.first, match)) if folder else parts.paths
    return tuple(lake.keep(path) for path in paths)


def _members(folder: Path, match: Match) -> Iterator[tuple[str, Path]]:
    """Yield those files of a folder that are read; nothing of them is opened."""
    with open_export(folder) as export:
        for member in match.members:
            if (path := export.path(member)) is not None:
                yield member, path


def _of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def foremost(authors: Mapping[str, int]) -> AccountRef | None:
    """Return the account that wrote most of an archive, by posts of each; None when nobody did."""
    first = max(authors, key=lambda account: authors[account], default=None)
    return None if first is None or authors[first] <= OWNER_SHARE * sum(authors.values()) else AccountRef(first)
