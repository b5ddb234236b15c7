"""What is there to import, and which place knows it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from valore.errors import AmbiguousSource, UnknownName, UnrecognisedSource
from valore.lake import Lake
from valore.model.source import Export, Match
from valore.places import Place, places
from valore.places.table import Table
from valore.trust.archive import open_export

WORKSPACE_FILE = "workspace.toml"
TABLE = "table"
"""Name of the place that reads tables; it claims much and knows little, so it comes last."""
_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz")
_SHOWN = 8


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


def recognise(export: Export, among: Mapping[str, Place]) -> Recognised:
    """Return the place that is surest to know an export.

    Raises:
        UnrecognisedSource: no place knows it.
        AmbiguousSource: two places are equally sure.
    """
    matches = {name: match for name, place in among.items() if (match := place.sniff(export)) is not None}
    if not matches:
        raise UnrecognisedSource(
            "no place knows {file} (it holds {members}); known places: {places}",
            file=export.name,
            members=", ".join(m.name for m in export.members[:_SHOWN]) or "-",
            places=", ".join(sorted(among)),
        )
    ranked = sorted(matches, key=lambda name: -matches[name].certainty)
    if len(ranked) > 1 and matches[ranked[0]].certainty == matches[ranked[1]].certainty:
        raise AmbiguousSource(
            "{file} may come from {one} or from {other}; say which with --place",
            file=export.name,
            one=ranked[0],
            other=ranked[1],
        )
    return Recognised(among[ranked[0]], matches[ranked[0]])


def files(path: Path, among: Mapping[str, Place], home: Path) -> Iterator[Path]:
    """Yield what is to be imported one by one: a file or folder of one export itself, else what it holds.

    Hidden files, workspace files and Valore's own `home` are passed over.
    """
    if not path.is_dir() or _one_export(path, among):
        yield path
        return
    for child in sorted(path.iterdir()):
        if not child.name.startswith(".") and child.name != WORKSPACE_FILE and child.resolve() != home.resolve():
            yield from files(child, among, home)


def _one_export(folder: Path, among: Mapping[str, Place]) -> bool:
    children = [child.name.lower() for child in folder.iterdir()]
    if WORKSPACE_FILE in children or any(name.endswith(_ARCHIVES) for name in children):
        return False
    try:
        with open_export(folder) as export:
            return recognise(export, among).place.name != TABLE
    except UnrecognisedSource:
        return False


def digest(path: Path, export: Export, match: Match) -> str:
    """Return the SHA-256 (hexadecimal) of a file, or of a folder's sorted names and digests."""
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    whole = hashlib.sha256()
    for member in sorted(match.members):
        with export.open(member) as stream:
            part = hashlib.sha256()
            while piece := stream.read(1 << 20):
                part.update(piece)
        whole.update(f"{member}\0{part.hexdigest()}\n".encode())
    return whole.hexdigest()


def keep(path: Path, export: Export, match: Match, lake: Lake) -> None:
    """Keep the originals: the file, or those members of a folder that are read."""
    members = (export.path(member) for member in match.members) if path.is_dir() else (path,)
    for member in members:
        if member is not None:
            lake.keep(member)
