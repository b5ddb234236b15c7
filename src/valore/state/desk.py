"""An open state, and the desk of one workspace: every query goes through it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import connections, models, transaction
from django.db.utils import Error as DatabaseError

from valore.errors import StateError, UnknownName
from valore.state.accounts import Subjects
from valore.state.erasures import Erasures
from valore.state.imports import Imports
from valore.state.links import Links
from valore.state.models import AuditEvent, Setting, Workspace
from valore.state.reviews import Reviews
from valore.state.shapes import WorkspaceRow
from valore.state.whole import Whole

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class State:
    """An open state database. Holds no connection: each thread has its own."""

    alias: str

    def workspaces(self) -> tuple[WorkspaceRow, ...]:
        """Return all workspaces by name."""
        rows = Workspace.objects.using(self.alias).order_by("name")
        return tuple(_row(w) for w in rows)

    def create(self, name: str, *, title: str, language: str, timezone: str) -> "Desk":
        """Make a workspace, or return the desk of the one that has this name, unchanged."""
        fields = {"title": title, "language": language, "timezone": timezone, "created": datetime.now(UTC)}
        with self.writing():
            found, fresh = Workspace.objects.using(self.alias).get_or_create(name=name, defaults=fields)
            desk = Desk(self.alias, found.pk)
            if fresh:
                desk.note("workspace created", name)
        return desk

    def desk(self, name: str) -> "Desk":
        """Return the desk of a workspace.

        Raises:
            UnknownName: no workspace is called so.
        """
        known = {row.name: row.id for row in self.workspaces()}
        if name not in known:
            raise UnknownName("workspace", name, known)
        return Desk(self.alias, known[name])

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all of a block or nothing of it.

        Raises:
            StateError: the database refused.
        """
        try:
            with transaction.atomic(using=self.alias):
                yield
        except DatabaseError as error:
            detail = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise StateError("the state database could not be written: {detail}", detail=detail) from error

    def close(self) -> None:
        """Close this thread's connection; the next query opens it again."""
        connections[self.alias].close()


@dataclass(frozen=True, slots=True)
class Desk:
    """One workspace of an open state. No query leaves it."""

    alias: str
    workspace: int

    @property
    def row(self) -> WorkspaceRow:
        """Return the workspace itself."""
        return _row(Workspace.objects.using(self.alias).get(pk=self.workspace))

    @property
    def subjects(self) -> Subjects:
        """Return who is measured."""
        return Subjects(self)

    @property
    def imports(self) -> Imports:
        """Return what was read."""
        return Imports(self)

    @property
    def reviews(self) -> Reviews:
        """Return what people judged."""
        return Reviews(self)

    @property
    def links(self) -> Links:
        """Return what people say of accounts and posts that may be one."""
        return Links(self)

    @property
    def whole(self) -> Whole:
        """Return everything, to leave and to come back."""
        return Whole(self)

    @property
    def erasures(self) -> Erasures:
        """Return what was erased, and who must not come back."""
        return Erasures(self)

    def describe(self, **fields: str) -> None:
        """Set title, language or timezone."""
        with self.writing():
            Workspace.objects.using(self.alias).filter(pk=self.workspace).update(**fields)

    def rows(self, kind: type[Row]) -> "models.QuerySet[Row]":
        """Return the rows of one table that belong to this workspace."""
        return kind._default_manager.using(self.alias).filter(workspace_id=self.workspace)  # noqa: SLF001 - Django's public name for it

    def add(self, kind: type[Row], **fields: Any) -> Row:
        """Insert a row of this workspace."""
        return kind._default_manager.using(self.alias).create(workspace_id=self.workspace, **fields)  # noqa: SLF001 - as above

    def put(self, kind: type[Row], defaults: dict[str, Any], **where: Any) -> Row:
        """Insert the row of this workspace that `where` names, or change it."""
        manager = kind._default_manager.using(self.alias)  # noqa: SLF001 - as above
        row, _ = manager.update_or_create(defaults=defaults, workspace_id=self.workspace, **where)
        return row

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write all of a block or nothing of it."""
        with State(self.alias).writing():
            yield

    def note(self, what: str, about: str, by: str = "") -> None:
        """Add to the audit."""
        self.add(AuditEvent, what=what, about=about, by=by, at=datetime.now(UTC))

    def audit(self) -> tuple[tuple[datetime, str, str, str], ...]:
        """Return (when, what, about whom, by whom), the oldest first."""
        return tuple(self.rows(AuditEvent).order_by("pk").values_list("at", "what", "about", "by"))

    def setting(self, key: str) -> Any:
        """Return a named value, None when it was never set."""
        return self.rows(Setting).filter(key=key).values_list("value", flat=True).first()

    def set(self, key: str, value: Any) -> None:
        """Keep a named value (anything that JSON can hold)."""
        with self.writing():
            self.put(Setting, {"value": value}, key=key)


def _row(workspace: Workspace) -> WorkspaceRow:
    return WorkspaceRow(workspace.pk, workspace.name, workspace.title, workspace.language, workspace.timezone)
