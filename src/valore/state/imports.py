"""What was read, and how far; how tables are to be read."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from valore.state import models
from valore.state.shapes import Cursor, ImportRecord, Outcome

if TYPE_CHECKING:
    from valore.state.desk import Desk


class Imports:
    """The imports of one workspace."""

    def __init__(self, desk: "Desk") -> None:
        """Sit at a desk."""
        self._desk = desk

    def all(self) -> tuple[ImportRecord, ...]:
        """Return every import, the oldest first."""
        return tuple(_record(row) for row in self._desk.rows(models.Import).order_by("pk"))

    def find(self, source: str) -> ImportRecord | None:
        """Return one import, None when it was never begun."""
        row = self._desk.rows(models.Import).filter(source=source).first()
        return None if row is None else _record(row)

    def begin(
        self, source: str, *, name: str, sha256: str, place: str, variant: str, skipped: Mapping[str, int]
    ) -> Cursor | None:
        """Begin an import or go on with it; return how far it has come."""
        told = {"name": name, "place": place, "variant": variant, "skipped": dict(skipped)}
        with self._desk.writing():
            row = self._desk.rows(models.Import).filter(source=source).first()
            if row is None:
                now = datetime.now(UTC)
                row = self._desk.add(models.Import, source=source, sha256=sha256, started=now, **told)
            found = self._desk.rows(models.Cursor).filter(belongs=row).first()
        return None if found is None else Cursor(found.number, found.position)

    def advance(self, source: str, cursor: Cursor, outcome: Outcome) -> None:
        """Keep how far an import has come, after its facts are in the lake."""
        with self._desk.writing():
            row = self._tell(source, outcome)
            self._desk.put(models.Cursor, {"number": cursor.number, "position": cursor.position}, belongs=row)

    def finish(self, source: str, outcome: Outcome) -> None:
        """Acknowledge: everything of this source is in the lake."""
        with self._desk.writing():
            row = self._tell(source, outcome)
            row.finished, row.again = datetime.now(UTC), False
            row.save(update_fields=["finished", "again"])
            self._desk.note("imported", row.name)

    def holds(self, source: str, originals: Iterable[str]) -> None:
        """Say which originals (SHA-256, hexadecimal) were kept for an import, so that they can go with it."""
        with self._desk.writing():
            row = self._desk.rows(models.Import).get(source=source)
            known = set(self._desk.rows(models.Original).filter(belongs=row).values_list("sha256", flat=True))
            for sha in dict.fromkeys(originals):
                if sha not in known:
                    self._desk.add(models.Original, belongs=row, sha256=sha)

    def call(self, source: str, name: str) -> None:
        """Give an import its name, which was not to be written before it was known who is in it."""
        with self._desk.writing():
            self._desk.rows(models.Import).filter(source=source).update(name=name)

    def forget(self, source: str) -> frozenset[str]:
        """Forget which originals an import keeps; return those that no other one keeps."""
        with self._desk.writing():
            mine = self._desk.rows(models.Original).filter(belongs__source=source)
            shas = frozenset(mine.values_list("sha256", flat=True))
            mine.delete()
        return shas - frozenset().union(*self.originals().values())

    def originals(self) -> dict[str, frozenset[str]]:
        """Return the originals of each import by source; none for one that never said which it kept."""
        found: dict[str, set[str]] = {}
        for source, sha in self._desk.rows(models.Original).values_list("belongs__source", "sha256"):
            found.setdefault(source, set()).add(sha)
        return {source: frozenset(shas) for source, shas in found.items()}

    def profile(self, columns: str) -> str | None:
        """Return the saved mapping (TOML) of tables with these columns, None when there is none."""
        return self._desk.rows(models.MappingProfile).filter(columns=columns).values_list("mapping", flat=True).first()

    def remember(self, columns: str, name: str, mapping: str) -> None:
        """Save how tables with these columns are read."""
        with self._desk.writing():
            self._desk.put(models.MappingProfile, {"name": name, "mapping": mapping}, columns=columns)

    def _tell(self, source: str, outcome: Outcome) -> models.Import:
        row = self._desk.rows(models.Import).get(source=source)
        row.read, row.stored, row.refused = outcome.read, dict(outcome.stored), dict(outcome.refused)
        row.owners, row.since, row.until = dict(outcome.owners), outcome.since, outcome.until
        row.erased = dict(outcome.erased)
        row.save()
        return row


def _record(row: models.Import) -> ImportRecord:
    outcome = Outcome(row.read, row.stored, row.refused, row.owners, row.since, row.until, row.erased)
    return ImportRecord(
        source=row.source,
        name=row.name,
        sha256=row.sha256,
        place=row.place,
        variant=row.variant,
        started=row.started,
        finished=row.finished,
        skipped=row.skipped,
        outcome=outcome,
        again=row.again,
    )
