"""Everything a workspace has in the state, out and in again, whatever tables there are.

A row is a mapping of plain values (text, number, true or false, lists, mappings); one that belongs
to another row names it by what makes that one unique in its workspace: a subject by its short name,
an import by its source. So the rows of one state mean the same in another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models as fields
from django.db.migrations.loader import MigrationLoader

from valore.errors import StateError
from valore.state import models
from valore.state.shapes import WorkspaceRow

if TYPE_CHECKING:
    from valore.state.desk import Desk

Row = Mapping[str, Any]
_APP = "state"


class Whole:
    """All rows of one workspace but those of tables that say `LEAVES = False` (secrets)."""

    def __init__(self, desk: "Desk") -> None:
        """Sit at a desk."""
        self._desk = desk

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of the tables; what a table refers to comes before it."""
        return tuple(_known())

    @property
    def migrations(self) -> tuple[str, ...]:
        """Return the names of the migrations that this Valore has, oldest first."""
        loader = MigrationLoader(None, ignore_no_migrations=True)
        return tuple(sorted(name for app, name in loader.disk_migrations if app == _APP))

    def rows(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table, in the order in which they were written."""
        kind = _known()[table]
        columns = _columns(kind)
        names = {c.name: _names(self._desk, c.related_model) for c in columns if c.related_model is not None}
        for row in self._desk.rows(kind).order_by("pk").iterator(2000):
            yield {c.name: _said(c, row, names.get(c.name, {})) for c in columns}

    def put(self, tables: Mapping[str, Iterable[Row]]) -> None:
        """Add rows as `rows` gave them, all or nothing; a column that is missing gets its default.

        Raises:
            StateError: a row does not fit its table.
        """
        with self._desk.writing():
            for table, kind in _known().items():
                self._add(table, kind, tables.get(table, ()))

    def describe(self, row: WorkspaceRow) -> None:
        """Take the title, language and time zone of another workspace."""
        self._desk.describe(title=row.title, language=row.language, timezone=row.timezone)

    def empty(self) -> bool:
        """Return whether nothing was ever said or read here; that it was made does not count."""
        kinds = (kind for table, kind in _known().items() if table != "audit_events")
        return not any(self._desk.rows(kind).exists() for kind in kinds)

    def _add(self, table: str, kind: type[fields.Model], rows: Iterable[Row]) -> None:
        columns = {c.name: c for c in _columns(kind)}
        owners = {n: _owners(self._desk, c.related_model) for n, c in columns.items() if c.related_model is not None}
        made = (self._made(table, kind, columns, owners, row) for row in rows)
        manager = kind._default_manager.using(self._desk.alias)  # noqa: SLF001 - Django's public name for it
        waiting: list[fields.Model] = []
        for row in made:
            waiting.append(row)
            if len(waiting) == 2000:  # noqa: PLR2004 - rows of a statement
                manager.bulk_create(waiting, batch_size=200)
                waiting = []
        manager.bulk_create(waiting, batch_size=200)

    def _made(
        self,
        table: str,
        kind: type[fields.Model],
        columns: Mapping[str, Any],
        owners: Mapping[str, Mapping[str, int]],
        row: Row,
    ) -> fields.Model:
        unknown = set(row) - set(columns)
        if unknown:
            raise StateError("{table} has no column {column}", table=table, column=min(unknown))
        given: dict[str, Any] = {"workspace_id": self._desk.workspace}
        for name, value in row.items():
            if name in owners and value is not None:
                if value not in owners[name]:
                    raise StateError("{table} names a {column} that is not there", table=table, column=name)
                given[columns[name].attname] = owners[name][value]
            else:
                given[columns[name].attname] = _read(table, columns[name], value)
        return kind(**given)


def _known() -> dict[str, type[fields.Model]]:
    """Return the tables that leave by name ("account_links"), in the order in which they are declared."""
    kinds = (k for k in apps.get_app_config(_APP).get_models() if k is not models.Workspace)
    return {_name(kind): kind for kind in kinds if getattr(kind, "LEAVES", True)}


def _name(kind: type[fields.Model]) -> str:
    if kind is models.Suppressed:
        return "suppressed"
    return str(kind._meta.verbose_name_plural).replace(" ", "_")  # noqa: SLF001 - Django's public name for it


def _columns(kind: type[fields.Model]) -> Sequence[Any]:
    every = kind._meta.concrete_fields  # noqa: SLF001 - as above
    return [c for c in every if not c.primary_key and c.name != "workspace"]


def _identity(kind: type[fields.Model]) -> str:
    """Return the column that tells rows of a table apart within a workspace.

    Raises:
        TypeError: there is none; give the table a UniqueConstraint over workspace and that column.
    """
    for rule in kind._meta.constraints:  # noqa: SLF001 - as above
        if isinstance(rule, fields.UniqueConstraint) and len(rule.fields) == 2 and rule.fields[0] == "workspace":  # noqa: PLR2004 - the workspace and one more
            return str(rule.fields[1])
    raise TypeError(kind.__name__)


def _names(desk: "Desk", kind: Any) -> dict[Any, Any]:
    return dict(desk.rows(kind).values_list("pk", _identity(kind)))


def _owners(desk: "Desk", kind: Any) -> dict[Any, Any]:
    return dict(desk.rows(kind).values_list(_identity(kind), "pk"))


def _said(column: Any, row: fields.Model, names: Mapping[Any, Any]) -> Any:
    value = getattr(row, column.attname)
    if value is None:
        return None
    if column.related_model is not None:
        return names[value]
    if isinstance(column, fields.BinaryField):
        return column.value_to_string(row)
    return value.isoformat() if isinstance(value, date) else value


def _read(table: str, column: Any, value: Any) -> Any:
    """Return a value as its column keeps it; an instant must say its zone."""
    try:
        read = column.to_python(value)
    except (ValidationError, TypeError, ValueError) as error:
        raise StateError("{table}: {column} cannot be read", table=table, column=column.name) from error
    if isinstance(column, fields.DateTimeField) and read is not None and read.tzinfo is None:
        raise StateError("{table}: {column} cannot be read", table=table, column=column.name)
    if read is None and not column.null:
        raise StateError("{table}: {column} cannot be read", table=table, column=column.name)
    return read
