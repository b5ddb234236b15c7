"""The manifest of a whole workspace in a folder: what lies there, of which versions, with which digests."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from valore.errors import RefusedArchive

FILE = "manifest.json"
FORMAT = "valore-workspace"
VERSION = 1
"""Of the layout of the folder; a change that an older Valore could not read makes a new one."""
FACTS, STATE = "facts", "state"
_LIMIT = 1 << 20
"""Bytes of a manifest."""


class Part(NamedTuple):
    """One file."""

    name: str
    """Below the folder: `facts/posts.parquet`, `state/subjects.jsonl`."""
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a folder says of itself."""

    valore: str
    """Version that wrote it."""
    made: str
    workspace: str
    title: str
    language: str
    timezone: str
    migrations: tuple[str, ...]
    """Of the state; one that this Valore does not know comes from a newer one."""
    suppression: str
    """Tells by which key people who were erased are known; empty: nobody was."""
    files: tuple[Part, ...]


def text(manifest: Manifest) -> str:
    """Return a manifest as it is written."""
    told = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
    files = [part._asdict() for part in manifest.files]
    left = ["originals", "rollups", "secrets"]
    return json.dumps({**told, "files": files, "left_out": left}, ensure_ascii=False, indent=1) + "\n"


def is_there(folder: Path) -> bool:
    """Return whether a folder holds a whole workspace, of whatever version."""
    path = folder / FILE
    return path.is_file() and not path.is_symlink() and _told(path).get("format") == FORMAT


def read(folder: Path) -> Manifest:
    """Read a manifest.

    Raises:
        RefusedArchive: it is broken, or a newer Valore wrote it.
    """
    told = _told(folder / FILE)
    if not isinstance(told.get("version"), int) or told["version"] > VERSION:
        raise RefusedArchive("{file} was written by a newer Valore; please upgrade", file=folder.name)
    try:
        return _manifest(told)
    except (KeyError, TypeError, ValueError) as error:
        raise RefusedArchive("the manifest of {file} is damaged", file=folder.name) from error


def _told(path: Path) -> Mapping[str, Any]:
    if path.stat().st_size > _LIMIT:
        return {}
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _manifest(told: Mapping[str, Any]) -> Manifest:
    names = ("valore", "made", "workspace", "title", "language", "timezone", "suppression")
    return Manifest(
        **{name: _text(told[name]) for name in names},
        migrations=tuple(_text(name) for name in _list(told["migrations"])),
        files=tuple(_part(file) for file in _list(told["files"])),
    )


def _part(told: Any) -> Part:
    return Part(_text(told["name"]), int(told["rows"]), int(told["bytes"]), _text(told["sha256"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value
