"""Files go in: recognised, kept, read, stored exactly once.

Everything that looks into a file runs in a limited child (`flows._reading`); only what it tells is
stored, here. The order is always facts, then cursor, then acknowledgement, so that an import that was
killed anywhere goes on when the same command is given again.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from valore.errors import AmbiguousSource, LeaseTaken, MappingError, SourceError, UnrecognisedSource, ValoreError
from valore.flows import _mappings, _sources
from valore.flows._intake import Intake, Tally, Tick
from valore.flows._mappings import Said
from valore.flows._reader import Reader, Rehearsed
from valore.flows._sources import TABLE, Parts, Recognised, foremost
from valore.flows._suppressed import Suppressed, suppression
from valore.flows.erase import replay
from valore.flows.restoring import RESTORED, Restored, as_meant, recognised, restore
from valore.flows.retention import overdue, retain
from valore.flows.space import Space
from valore.lake._locks import locked
from valore.model.batch import LIMIT
from valore.model.subject import AccountRef
from valore.places.table import Mapping, Preview, Table, to_toml
from valore.state import ImportRecord

OURS = "valore"
"""Stands for the place where Valore itself had written what comes back."""


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
    erased: Dict[str, int] = field(default_factory=dict)
    """Rows left out by table, since they are about somebody who was erased; the file is then not kept."""
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
    and those that nobody knows are left. What `valore export` wrote comes back as it was. An
    interrupted import goes on; a finished one is not done again.

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
        SourceError: a file that was named cannot be recognised or read; what came before stays stored.
        MappingError: it is not clear what a table's columns mean.
        LeaseTaken: another import of this workspace is running.
    """
    said = _mappings.said(space, paths, mapping)
    with locked(space.folder / "import.lock", wait=1.0), closing(Reader()) as reader:
        work = _Work(space, reader, said, place, dry_run, tick, batch)
        work.all(paths)
    if not dry_run:
        _keep_promises(space, work.done)
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
    reader: Reader
    said: Said
    place: str | None
    dry_run: bool
    tick: Tick | None
    batch: int
    done: list[FileImported] = field(default_factory=list)
    left: dict[str, ValoreError] = field(default_factory=dict)

    def all(self, paths: Sequence[Path]) -> None:
        """Import what was named; raise only for that itself, not for what a folder happens to hold."""
        for parts in _sources.joined(paths):
            missing = next((path for path in parts.paths if not path.exists()), None)
            if missing is not None:
                raise SourceError("there is no file called {file}", file=missing.name)
            whole = not parts.first.is_dir() or recognised(parts.first)
            self._together(parts) if whole else self._below(parts)

    def _below(self, folder: Parts) -> None:
        for parts in _sources.joined(_sources.files(folder.first, self._known, self.space.home)):
            try:
                self._together(parts)
            except ValoreError as error:
                if parts == folder or not isinstance(error, SourceError | MappingError):
                    raise
                self.left[str(parts.first.relative_to(folder.first))] = error

    def _known(self, folder: Path) -> str | None:
        """Return the place that knows a folder as one export."""
        try:
            return self.reader.look((folder,), _sources.known_places(self.place)).place
        except UnrecognisedSource:
            return None

    def _together(self, parts: Parts) -> None:
        """Import the parts of an archive as one, or one by one where nobody knows them together."""
        try:
            self.done.append(self._one(parts))
        except (UnrecognisedSource, AmbiguousSource):
            if len(parts.paths) == 1:
                raise
            for path in parts.paths:
                self.done.append(self._one(Parts((path,))))

    def _one(self, parts: Parts) -> FileImported:
        mapping = self.said.of(parts.first)
        if mapping is None and self.place is None and len(parts.paths) == 1 and recognised(parts.first):
            return _restored(restore(self.space, parts.first, dry_run=self.dry_run))
        with as_meant(parts.first, self.reader) as path:
            return self._read(parts if path == parts.first else Parts((path,)), mapping)

    def _read(self, parts: Parts, mapping: Mapping | None) -> FileImported:
        among = _sources.known_places(TABLE if mapping is not None else self.place)
        looked = self.reader.look(parts.paths, among)
        found = Recognised(among[looked.place], looked.match)
        if isinstance(found.place, Table):
            table = _mappings.settled(self.space, found.place, mapping, self.reader, parts, found.match)
            found = replace(found, place=table)
        if self.dry_run:
            return _rehearsed(looked.name, found, self.reader.rehearse(parts.paths, found.match, found.place))
        return self._import(parts, looked.name, found)

    def _import(self, parts: Parts, name: str, found: Recognised) -> FileImported:
        sha = _sources.digest(parts, found.match)
        source = _source(sha, found, self.place)
        before = self.space.desk.imports.find(source)
        if before is not None and before.finished is not None and not before.again:
            return _report(before, found, known=True)
        listed = suppression(self.space)
        kept = _sources.keep(parts, found.match, self.space.lake)
        return self._take_in(parts, name, found, source, sha, before, kept, listed)

    def _take_in(
        self,
        parts: Parts,
        name: str,
        found: Recognised,
        source: str,
        sha: str,
        before: ImportRecord | None,
        kept: Sequence[str],
        listed: Suppressed | None,
    ) -> FileImported:
        imports = self.space.desk.imports
        skipped = Counter(found.match.skipped.values())
        told = {"name": name if listed is None else source, "place": found.place.name, "variant": found.match.variant}
        mark = imports.begin(source, sha256=sha, skipped=skipped, **told)
        imports.holds(source, kept)
        tally = Tally() if mark is None or before is None else Tally.of(before.outcome)
        intake = Intake(self.space, self.reader, parts, found, source, name, self.tick, tally, self.batch, listed)
        try:
            intake.run(mark)
        finally:
            if listed is not None:
                self._leave_out(source, name, intake.tally, listed)
        if before is not None:
            intake.recount()
        self._remember(parts, source if intake.tally.erased else name, found)
        imports.finish(source, intake.tally.outcome())
        finished = imports.find(source)
        return _report(finished or _lost(name), found, resumed=before is not None)

    def _leave_out(self, source: str, name: str, tally: Tally, listed: Suppressed) -> None:
        """Keep the name and the files of an import only if nobody was in it who was erased."""
        self.space.desk.erasures.suppress(listed.learned)
        if not tally.erased:
            self.space.desk.imports.call(source, name)
            return
        for sha in self.space.desk.imports.forget(source):
            self.space.lake.forget(sha)

    def _remember(self, parts: Parts, name: str, found: Recognised) -> None:
        if isinstance(found.place, Table) and found.place.mapping is not None:
            columns = self.reader.columns(parts.paths, found.match)
            self.space.desk.imports.remember(columns, name, to_toml(found.place.mapping))


def _keep_promises(space: Space, done: Sequence[FileImported]) -> None:
    """Erase who came in before all their names were known, and what is past its date; the doctor tells what waits."""
    with suppress(LeaseTaken):
        if any(file.erased for file in done):
            replay(space)
        if overdue(space).anything:
            retain(space)


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
        owner=foremost(record.outcome.owners),
        known=known,
        resumed=resumed,
        erased={} if known else record.outcome.erased,
    )


def _restored(back: Restored) -> FileImported:
    return FileImported(
        name=back.name,
        place=OURS,
        variant=RESTORED,
        source="",
        read=sum(back.rows.values()),
        stored=back.rows,
        refused={},
        skipped={},
        since=None,
        until=None,
        owner=None,
        known=back.known,
    )


def _rehearsed(name: str, found: Recognised, would: Rehearsed) -> FileImported:
    return FileImported(
        name=name,
        place=found.place.name,
        variant=found.match.variant,
        source="",
        read=would.read,
        stored=would.kept,
        refused=would.refused,
        skipped=found.match.skipped,
        since=None,
        until=None,
        owner=None,
        previews=would.previews,
    )


def _unlinked(space: Space, owners: Sequence[AccountRef]) -> tuple[AccountRef, ...]:
    linked = {account for subject in space.subjects() for account in subject.accounts}
    return tuple(owner for owner in dict.fromkeys(owners) if owner not in linked)


def _lost(name: str) -> ImportRecord:
    raise SourceError("the import of {file} was removed while it ran", file=name)
