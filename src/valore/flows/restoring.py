"""What `valore export` wrote comes back: a whole workspace, or one table of facts as CSV.

Files are checked against their digests before anything is written. Facts come first, then in one
transaction all the rest with the mark that it is done: an interrupted restore goes on when the same
command is given again, and a finished one is not done twice.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from pyarrow.csv import CSVWriter

from valore.errors import BadInput, RefusedArchive
from valore.flows import _csvw, _manifest
from valore.flows._csvw import digest
from valore.flows._manifest import FACTS, STATE, Manifest, Part
from valore.flows._reader import Reader
from valore.flows._shapes import FOURCAT
from valore.flows._suppressed import KEY_FILE
from valore.flows.archiving import which_key
from valore.flows.space import Space, check_language, check_slug, check_timezone
from valore.model.schemas import TABLES
from valore.state.shapes import WorkspaceRow

RESTORED = "restored"
"""What the audit says; about the manifest's digest."""
_LINE = 64 << 20
"""Bytes of one row of the state."""
_TABLES = ("posts", "accounts", "interactions", "observations")
"""What a single CSV can bring back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back."""

    name: str
    rows: Mapping[str, int]
    """By table, of facts (newly stored) and of the state."""
    known: bool = False
    """It was restored before; nothing was done."""


def recognised(path: Path) -> bool:
    """Return whether `restore` brings this back: a whole workspace, or a table of facts as it was written in CSV."""
    if path.is_dir():
        return _manifest.is_there(path)
    note = _said(path)
    return note is not None and _named(note) is not None


@contextmanager
def as_meant(path: Path, reader: Reader) -> Iterator[Path]:
    """Give a file as it was before texts were quoted; itself unless it is a table of 4CAT's that Valore wrote.

    So it is read with the texts that people wrote.
    """
    note = _said(path)
    if note is None or not note.quoted or list(note.columns) != FOURCAT.names:
        yield path
        return
    with TemporaryDirectory(prefix="valore-") as folder:
        copy = Path(folder) / path.name
        with CSVWriter(copy, FOURCAT) as file:
            for table in reader.facts(path, "4cat"):
                file.write_table(table)
        yield copy


def restore(space: Space, path: Path, *, dry_run: bool = False) -> Restored:
    """Bring back what was exported. The caller holds the workspace's import lock.

    Args:
        space: For a whole workspace an empty one; it takes the other's title, language and time zone.
        path: A folder that `archiving.archive` wrote, or a CSV that `export.export` wrote.
        dry_run: Check and count, and keep nothing.

    Raises:
        BadInput: the workspace is not empty, or this table does not come back alone.
        RefusedArchive: a file is missing, damaged or changed, or a newer Valore wrote it.
    """
    return (_whole if path.is_dir() else _table)(space, path, dry_run)


def _whole(space: Space, folder: Path, dry_run: bool) -> Restored:
    manifest = _manifest.read(folder)
    mark = digest(folder / _manifest.FILE)
    if any(what == RESTORED and about == mark for _, what, about, _ in space.desk.audit()):
        return Restored(name=folder.name, rows={}, known=True)
    source = f"{RESTORED}-{mark[:16]}"
    _check(space, folder, manifest, begun=space.lake.last(source) is not None)
    if dry_run:
        return Restored(name=folder.name, rows={Path(part.name).stem: part.rows for part in manifest.files})
    rows = _facts(space, folder, manifest, source)
    told = WorkspaceRow(0, space.name, manifest.title, manifest.language, manifest.timezone)
    tables = {t: _lines(folder, part) for t, part in _parts(manifest, STATE, ".jsonl").items()}
    with space.desk.writing():
        space.desk.whole.put({t: _checked(t, lines) for t, lines in tables.items()})
        space.desk.whole.describe(told)
        space.desk.note(RESTORED, mark)
    rows |= {t: part.rows for t, part in _parts(manifest, STATE, ".jsonl").items()}
    return Restored(name=folder.name, rows=rows)


def _check(space: Space, folder: Path, manifest: Manifest, *, begun: bool) -> None:
    """Refuse before anything is written: a workspace in use, a newer or a damaged archive."""
    used = any(space.lake.snapshot().rows(name) for name in TABLES)
    if not space.desk.whole.empty() or (used and not begun):
        raise BadInput(
            "{folder} is a whole workspace and {name} is not empty; make a new one: valore init NAME, "
            "then: valore -w NAME import {folder}",
            folder=folder.name,
            name=space.name,
        )
    known = {f"{FACTS}/{t}.parquet" for t in TABLES} | {f"{STATE}/{t}.jsonl" for t in space.desk.whole.tables}
    if (
        not set(manifest.migrations) <= set(space.desk.whole.migrations)
        or not {p.name for p in manifest.files} <= known
    ):
        raise RefusedArchive("{file} was written by a newer Valore; please upgrade", file=folder.name)
    if manifest.suppression and manifest.suppression != _key(space):
        raise BadInput(
            "people were erased from {folder}, and only the key of its home knows whom; copy {key} from there "
            "into a new home",
            folder=folder.name,
            key=KEY_FILE,
        )
    check_language(manifest.language)
    check_timezone(manifest.timezone)
    for part in manifest.files:
        if not _sound(folder / part.name, part):
            raise RefusedArchive("{file}: {part} is missing or was changed", file=folder.name, part=part.name)


def _key(space: Space) -> str:
    return which_key(space.home) if (space.home / KEY_FILE).exists() else ""


def _sound(path: Path, part: Part) -> bool:
    plain = path.is_file() and not path.is_symlink()
    return plain and path.stat().st_size == part.bytes and digest(path) == part.sha256


def _parts(manifest: Manifest, room: str, ending: str) -> dict[str, Part]:
    named = {part.name: part for part in manifest.files if part.name.startswith(f"{room}/")}
    return {name.removeprefix(f"{room}/").removesuffix(ending): part for name, part in named.items()}


def _facts(space: Space, folder: Path, manifest: Manifest, source: str) -> dict[str, int]:
    """Commit every table; return how many rows each holds.

    Earlier editions go first, so that each row gets the number of its edition again.
    """
    parts, number = _parts(manifest, FACTS, ".parquet"), count()
    with closing(Reader()) as reader:
        for name, part in parts.items():
            for table in reader.facts(folder / part.name, name):
                space.lake.commit({name: table}, source=source, number=next(number))
    held = space.lake.snapshot()
    return {name: held.rows(name) for name, part in parts.items() if part.rows}


def _lines(folder: Path, part: Part) -> Iterator[Mapping[str, Any]]:
    with (folder / part.name).open("rb") as file:
        while line := file.readline(_LINE):
            try:
                row = orjson.loads(line)
            except ValueError as error:
                raise RefusedArchive("{file}: {part} is damaged", file=folder.name, part=part.name) from error
            if not isinstance(row, dict):
                raise RefusedArchive("{file}: {part} is damaged", file=folder.name, part=part.name)
            yield row


def _checked(table: str, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Refuse short names that could lead out of a folder."""
    for row in rows:
        if table == "subjects":
            check_slug(str(row.get("slug")), "subject")
        yield row


def _said(path: Path) -> _csvw.Note | None:
    return _csvw.told(path) if path.suffix.lower() == ".csv" and path.is_file() else None


def _named(note: _csvw.Note) -> str | None:
    """Return the table of facts that a CSV holds whole."""
    return next((t for t in _TABLES if list(note.columns) == TABLES[t].names), None)


def _table(space: Space, path: Path, dry_run: bool) -> Restored:
    note = _said(path)
    name = None if note is None else _named(note)
    if note is None or name is None:
        raise BadInput("{file} does not come back by itself; export everything and import that", file=path.name)
    if space.desk.erasures.suppressed():
        raise BadInput("people were erased from {name}, and {file} may hold them", name=space.name, file=path.name)
    with closing(Reader()) as reader:
        if dry_run:
            return Restored(name=path.name, rows={name: sum(len(table) for table in reader.facts(path, name))})
        before, source = space.lake.snapshot().rows(name), f"{RESTORED}-{note.sha256[:16]}"
        for number, table in enumerate(reader.facts(path, name)):
            space.lake.commit({name: table}, source=source, number=number)
    new = space.lake.snapshot().rows(name) - before
    space.desk.note(RESTORED, f"{name}: {path.name} ({new})"[:500])
    return Restored(name=path.name, rows={name: new}, known=not new)
