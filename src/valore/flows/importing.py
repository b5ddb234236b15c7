"""Files go in: recognised, kept, read, stored exactly once.

The order is always facts, then cursor, then acknowledgement, so that an import that was killed
anywhere goes on when the same command is given again.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from valore.errors import MappingError, SourceError, ValoreError
from valore.flows import _mappings, _sources
from valore.flows._intake import Intake, Tally, Tick, understood
from valore.flows._mappings import Said
from valore.flows._sources import TABLE, Recognised
from valore.flows.space import Space
from valore.lake._locks import locked
from valore.model.batch import LIMIT
from valore.model.records import TABLE_OF, Cursor, Fault, Raw, Rows
from valore.model.source import Export
from valore.model.subject import AccountRef
from valore.places.table import Mapping, Preview, Table, to_toml
from valore.state import ImportRecord, Outcome
from valore.trust.archive import open_export

OWNER_SHARE = 0.5
"""Of an archive's posts; who wrote more is held to be its owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImported:
    """What became of one file or folder."""

    name: str
    place: str
    variant: str
    source: str
    """Names its rows in the lake."""
    read: int
    """Records as the place wrote them (rows, for a table)."""
    stored: Dict[str, int]
    """Rows newly stored, by table."""
    refused: Dict[str, int]
    """Faults, by reason (`model.records.REASONS`)."""
    skipped: Dict[str, str]
    """Members that were not read, with the code of why (`model.source.Match`)."""
    since: datetime | None
    """First post, None when there is none."""
    until: datetime | None
    """Last post."""
    owner: AccountRef | None
    """Whose own archive it is, None when it does not show."""
    resumed: bool = False
    """An earlier attempt had been interrupted."""
    known: bool = False
    """It was imported before; nothing was done."""
    previews: tuple[Preview, ...] = ()
    """Dry run of tables: what the mapping would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of everything that was given."""

    files: tuple[FileImported, ...]
    left: Dict[str, ValoreError] = field(default_factory=dict)
    """Files of a folder that were not imported, and why."""
    dry_run: bool = False
    unlinked: tuple[AccountRef, ...] = ()
    """Owners that belong to no subject yet; link them with `valore subject`."""

    @property
    def read(self) -> int:
        """Return the number of records read."""
        return sum(file.read for file in self.files)

    @property
    def stored(self) -> Dict[str, int]:
        """Return rows newly stored, by table."""
        return sum((Counter(file.stored) for file in self.files), Counter())

    @property
    def refused(self) -> Dict[str, int]:
        """Return faults, by reason."""
        return sum((Counter(file.refused) for file in self.files), Counter())


def import_files(
    space: Space,
    paths: Sequence[Path],
    *,
    place: str | None = None,
    mapping: Mapping | Path | None = None,
    dry_run: bool = False,
    tick: Tick | None = None,
    batch: int = LIMIT,
) -> Imported:
    """Import files and folders.

    A folder is one export when a place knows it as such; else its files are imported one by one,
    and those that nobody knows are left. An interrupted import goes on; a finished one is not
    done again.

    Args:
        space: Where.
        paths: Files, archives, folders.
        place: Only this place reads them; None lets every place look.
        mapping: How tables are read, or a TOML file that says so; None: as the workspace file says,
            as tables with these columns were read before, or as the columns suggest.
        dry_run: Read, count and keep nothing.
        tick: Told of progress: records read, total (None: not known), name.
        batch: Rows held in memory before they are stored.

    Raises:
        UnknownName: there is no such place.
        SourceError: a file that was named cannot be recognised or read.
        MappingError: it is not clear what a table's columns mean.
        LeaseTaken: another import of this workspace is running.
    """
    said = _mappings.said(space, paths, mapping)
    work = _Work(space, said, place, dry_run, tick, batch)
    with locked(space.folder / "import.lock", wait=1.0):
        for path in paths:
            work.path(path)
    return Imported(
        files=tuple(work.done),
        left=work.left,
        dry_run=dry_run,
        unlinked=_unlinked(space, [f.owner for f in work.done if f.owner is not None]),
    )


@dataclass(slots=True)
class _Work:
    """One call of `import_files`."""

    space: Space
    said: Said
    place: str | None
    dry_run: bool
    tick: Tick | None
    batch: int
    done: list[FileImported] = field(default_factory=list)
    left: dict[str, ValoreError] = field(default_factory=dict)

    def path(self, path: Path) -> None:
        """Import what was named; raise only for that itself, not for what a folder happens to hold."""
        if not path.exists():
            raise SourceError("there is no file called {file}", file=path.name)
        for file in _sources.files(path, _sources.known_places(self.place), self.space.home):
            try:
                self.done.append(self._file(file))
            except ValoreError as error:
                if file == path or not isinstance(error, SourceError | MappingError):
                    raise
                self.left[str(file.relative_to(path))] = error

    def _file(self, path: Path) -> FileImported:
        mapping = self.said.of(path)
        among = _sources.known_places(TABLE if mapping is not None else self.place)
        with open_export(path) as export:
            found = _sources.recognise(export, among)
            if isinstance(found.place, Table):
                reader = _mappings.reader(self.space, found.place, export, found.match, mapping)
                found = replace(found, place=reader)
            return _rehearse(export, found) if self.dry_run else self._import(path, export, found)

    def _import(self, path: Path, export: Export, found: Recognised) -> FileImported:
        sha = _sources.digest(path, export, found.match)
        source = _source(sha, found, self.place)
        before = self.space.desk.imports.find(source)
        if before is not None and before.finished is not None:
            return _report(before, found, known=True)
        _sources.keep(path, export, found.match, self.space.lake)
        return self._take_in(export, found, source, sha, before)

    def _take_in(
        self, export: Export, found: Recognised, source: str, sha: str, before: ImportRecord | None
    ) -> FileImported:
        imports = self.space.desk.imports
        skipped = Counter(found.match.skipped.values())
        told = {"name": export.name, "place": found.place.name, "variant": found.match.variant}
        mark = imports.begin(source, sha256=sha, skipped=skipped, **told)
        tally = Tally() if mark is None or before is None else Tally.of(before.outcome)
        intake = Intake(self.space, export, found, source, export.name, self.tick, tally, self.batch)
        intake.run(mark)
        if before is not None:
            intake.recount()
        self._remember(export, found)
        imports.finish(source, tally.outcome())
        finished = imports.find(source)
        return _report(finished or _lost(export.name), found, resumed=before is not None)

    def _remember(self, export: Export, found: Recognised) -> None:
        if isinstance(found.place, Table) and found.place.mapping is not None:
            columns = _mappings.fingerprint(export, found.match)
            self.space.desk.imports.remember(columns, export.name, to_toml(found.place.mapping))


def _source(sha: str, found: Recognised, forced: str | None) -> str:
    """Name what is read and how: the beginning of the file's digest, mixed with what changes its meaning."""
    mapping = found.place.mapping if isinstance(found.place, Table) else None
    if mapping is None and forced is None:
        return sha[:16]
    how = to_toml(mapping) if mapping is not None else found.place.name
    return hashlib.sha256(f"{sha}\n{how}".encode()).hexdigest()[:16]


def _report(record: ImportRecord, found: Recognised, *, known: bool = False, resumed: bool = False) -> FileImported:
    return FileImported(
        name=record.name,
        place=record.place,
        variant=record.variant,
        source=record.source,
        read=record.outcome.read,
        stored={} if known else record.outcome.stored,
        refused=record.outcome.refused,
        skipped=found.match.skipped,
        since=record.outcome.since,
        until=record.outcome.until,
        owner=_owner(record.outcome),
        known=known,
        resumed=resumed,
    )


def _owner(outcome: Outcome) -> AccountRef | None:
    """Return the account that wrote most of an archive, None when nobody did."""
    posts = sum(outcome.owners.values())
    first = max(outcome.owners, key=lambda account: outcome.owners[account], default=None)
    if first is None or outcome.owners[first] <= OWNER_SHARE * posts:
        return None
    return AccountRef(first)


def _rehearse(export: Export, found: Recognised) -> FileImported:
    """Read a file, count, and keep nothing."""
    previews: tuple[Preview, ...] = ()
    kept: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    read = 0
    if isinstance(found.place, Table):
        previews = tuple(found.place.preview(export, member) for member in found.match.members)
        read = sum(p.rows for p in previews)
        for preview in previews:
            kept.update(preview.kept)
            refused.update(preview.refused)
    else:
        read = _count(export, found, kept, refused)
    return FileImported(
        name=export.name,
        place=found.place.name,
        variant=found.match.variant,
        source="",
        read=read,
        stored=kept,
        refused=refused,
        skipped=found.match.skipped,
        since=None,
        until=None,
        owner=None,
        previews=previews,
    )


def _count(export: Export, found: Recognised, kept: Counter[str], refused: Counter[str]) -> int:
    read = 0
    for item in found.place.read(export, found.match, None):
        if isinstance(item, Cursor):
            continue
        read += item.holds if isinstance(item, Raw) else 1
        for record in (item,) if isinstance(item, Fault) else understood(found.place, item):
            if isinstance(record, Fault):
                refused[record.reason] += 1
            elif isinstance(record, Rows):
                kept[record.table] += record.batch.num_rows
            else:
                kept[TABLE_OF[type(record)]] += 1
    return read


def _unlinked(space: Space, owners: Sequence[AccountRef]) -> tuple[AccountRef, ...]:
    linked = {account for subject in space.subjects() for account in subject.accounts}
    return tuple(owner for owner in dict.fromkeys(owners) if owner not in linked)


def _lost(name: str) -> ImportRecord:
    raise SourceError("the import of {file} was removed while it ran", file=name)
