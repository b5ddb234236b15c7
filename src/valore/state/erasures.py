"""Erasing people from the state, what is left of it as a proof, and who must not come back."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections
from django.db import models as django

from valore.errors import StateError
from valore.state import models
from valore.state.addresses import SQLITE_WAIT_SECONDS
from valore.state.shapes import Pending, Proof, Traces

if TYPE_CHECKING:
    from valore.state.desk import Desk

_PAUSE = 0.05
_OURS = (models.Workspace, models.Subject, models.Import, models.AuditEvent, models.Erasure, models.Suppressed)
"""Tables that are gone through column by column; of all others, whole rows go."""


class Erasures:
    """The erasures of one workspace."""

    def __init__(self, desk: "Desk") -> None:
        """Sit at a desk."""
        self._desk = desk

    def begin(self, what: str, work: Mapping[str, Any], counts: Mapping[str, int], macs: Iterable[str] = ()) -> int:
        """Write down what is to be erased before anything is, and who must not come back; return its number."""
        with self._desk.writing():
            told = {"what": what, "begun": datetime.now(UTC), "counts": dict(counts), "work": dict(work)}
            row = self._desk.add(models.Erasure, **told)
            self.suppress(macs)
        return int(row.pk)

    def pending(self) -> tuple[Pending, ...]:
        """Return what was begun and not finished, the oldest first."""
        rows = self._desk.rows(models.Erasure).filter(finished=None).order_by("pk")
        return tuple(Pending(row.pk, row.what, row.work) for row in rows)

    def proofs(self) -> tuple[Proof, ...]:
        """Return every erasure, the oldest first."""
        rows = self._desk.rows(models.Erasure).order_by("pk")
        return tuple(Proof(r.pk, r.what, r.begun, r.finished, r.counts) for r in rows)

    def suppressed(self) -> frozenset[str]:
        """Return the digests of those who must not come back."""
        return frozenset(self._desk.rows(models.Suppressed).values_list("mac", flat=True))

    def suppress(self, macs: Iterable[str]) -> None:
        """Add digests to the list."""
        with self._desk.writing():
            for mac in macs:
                if not self._desk.rows(models.Suppressed).filter(mac=mac).exists():
                    self._desk.add(models.Suppressed, mac=mac, at=datetime.now(UTC))

    def purge(self, traces: Traces) -> None:
        """Remove from the state what belongs to those who are erased, all or nothing."""
        with self._desk.writing():
            self._subjects(traces)
            self._imports(traces)
            self._words(traces)
            self._elsewhere(traces)

    def close(self, number: int) -> None:
        """Forget what was to be erased, have the file forget it too, and acknowledge.

        Raises:
            StateError: others kept reading the database; the same call finishes it.
        """
        row = self._desk.rows(models.Erasure).filter(pk=number)
        row.update(work={})
        compact(self._desk.alias)
        with self._desk.writing():
            row.update(finished=datetime.now(UTC))
            counts = row.values_list("counts", flat=True).get()
            self._desk.note("erased", f"{number}: {', '.join(f'{name} {n}' for name, n in sorted(counts.items()))}")

    def _subjects(self, traces: Traces) -> None:
        for row in self._desk.rows(models.Subject).filter(slug__in=traces.slugs):
            for kind, field in _pointing(models.Subject):
                self._any(kind).filter(**{field: row}).delete()
            row.delete()
        reviews = self._any(models.Review)
        reviews.filter(author__in=traces.authors).delete()
        posts = set(reviews.values_list("post", flat=True))
        reviews.filter(post__in=traces.gone(posts)).delete()

    def _imports(self, traces: Traces) -> None:
        rows = self._desk.rows(models.Import)
        names = list(rows.filter(source__in=traces.sources).values_list("name", flat=True))
        self._any(models.AuditEvent).filter(about__in=names).update(about="")
        rows.filter(source__in=traces.sources).delete()
        rows.filter(source__in=traces.shared).update(again=True)
        self._desk.rows(models.Cursor).filter(belongs__source__in=traces.shared).delete()
        for row in rows:
            owners = {name: count for name, count in row.owners.items() if name not in traces.refs}
            name = row.source if _named(row.name, traces) else row.name
            if (owners, name) != (row.owners, row.name):
                row.owners, row.name = owners, name
                row.save(update_fields=["owners", "name"])

    def _words(self, traces: Traces) -> None:
        """Blank names in audit, cursors, mappings and settings."""
        told = self._any(models.AuditEvent)
        for pk, about, by in told.values_list("pk", "about", "by"):
            named = _named(about, traces), _named(by, traces)
            if any(named):
                told.filter(pk=pk).update(about="" if named[0] else about, by="" if named[1] else by)
        for cursor in self._desk.rows(models.Cursor):
            if _named(cursor.position, traces):
                cursor.delete()
        for profile in self._desk.rows(models.MappingProfile):
            if _named(profile.name, traces):
                self._desk.rows(models.MappingProfile).filter(pk=profile.pk).update(name="")
        for setting in self._desk.rows(models.Setting):
            kept = _without(setting.value, traces)
            if kept != setting.value:
                self._desk.rows(models.Setting).filter(pk=setting.pk).update(value=kept)

    def _elsewhere(self, traces: Traces) -> None:
        """Remove rows of any other table that name an account, a subject or a post in a column of their own."""
        refs = {*traces.refs, *(f"subject:{slug}" for slug in traces.slugs), *self._posts(traces)}
        for kind in apps.get_app_config("state").get_models():
            for field in kind._meta.concrete_fields:  # noqa: SLF001 - Django's public name for it
                if kind not in _OURS and isinstance(field, django.CharField | django.TextField):
                    self._any(kind).filter(**{f"{field.name}__in": refs}).delete()

    def _posts(self, traces: Traces) -> set[str]:
        """Return those posts, as `post:key`, that people's words on links name and that are gone."""
        rows = self._any(models.LinkWord).values_list("first", "second")
        told = {int(name[5:]) for row in rows for name in row if re.fullmatch(r"post:\d+", name)}
        return {f"post:{key}" for key in traces.gone(told)}

    def _any(self, kind: type[django.Model]) -> "django.QuerySet[Any]":
        """Return rows of this workspace, append-only or not: an erasure is the one thing that may take them."""
        return django.QuerySet(kind, using=self._desk.alias).filter(workspace_id=self._desk.workspace)


def compact(alias: str) -> None:
    """Have the database's files forget what is no longer in its tables.

    SQLite: the file is rebuilt and its journal emptied. PostgreSQL: the tables are rebuilt; its own
    journal (WAL), replicas and backups are for its keeper to let go of.

    Raises:
        StateError: others kept the database busy.
    """
    database = connections[alias]
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("VACUUM")
            _truncate(cursor)
            return
        for kind in apps.get_app_config("state").get_models():
            table = database.ops.quote_name(kind._meta.db_table)  # noqa: SLF001 - Django's public name for it
            cursor.execute(f"VACUUM FULL {table}")


def _truncate(cursor: Any) -> None:
    until = time.monotonic() + SQLITE_WAIT_SECONDS
    while True:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if not cursor.fetchone()[0]:
            return
        if time.monotonic() > until:
            raise StateError(
                "the state database is in use: what was erased leaves its file when erasing is tried again"
            )
        time.sleep(_PAUSE)


def _pointing(kind: type[django.Model]) -> Iterator[tuple[type[django.Model], str]]:
    """Yield the tables that point at another one, with the column by which they do."""
    for other in apps.get_app_config("state").get_models():
        for field in other._meta.concrete_fields:  # noqa: SLF001 - Django's public name for it
            if isinstance(field, django.ForeignKey) and field.related_model is kind:
                yield other, field.name


def _named(text: str, traces: Traces) -> bool:
    if not text:
        return False
    if text in traces.refs or text in traces.slugs:
        return True
    words = "|".join(map(re.escape, traces.words))
    return bool(words) and re.search(rf"(?i)(?<![^\W_])(?:{words})(?![^\W_])", text) is not None


def _without(value: Any, traces: Traces) -> Any:
    """Return a setting without the parts that name somebody: those of a list, else all of it."""
    if not isinstance(value, list):
        return None if _named(json.dumps(value, ensure_ascii=False), traces) else value
    return [part for part in value if not _named(json.dumps(part, ensure_ascii=False), traces)]
