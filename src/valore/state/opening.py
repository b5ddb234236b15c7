"""Opening the state: Django set up once, a connection for each home, migrations."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError

from valore.errors import StateError
from valore.state.addresses import SQLITE_WAIT_SECONDS, connection, sqlite_path

if TYPE_CHECKING:
    from valore.state.desk import State

_APP = "state"
_LOCK_SUFFIX = "-opening"
_ADVISORY = 0x76616C6F7265
"""Name of PostgreSQL's lock around migrations."""


@dataclass(frozen=True, slots=True)
class Health:
    """What an examination of a state database found; nothing was changed."""

    there: bool
    pending: tuple[str, ...]
    """Migrations that opening it would apply."""
    unknown: tuple[str, ...]
    """Migrations of a newer Valore."""
    damage: str
    """What the database's own check says; empty: nothing."""


def open_state(url: str) -> "State":
    """Open a state database, making or migrating it when needed.

    Each migration is one transaction; a process killed between two leaves a database that the
    next call goes on with. Several homes can be open in one process.

    Args:
        url: `sqlite:///path` or `postgres://…`.

    Raises:
        SettingsError: the address cannot be used.
        StateError: the database cannot be opened, or a newer Valore wrote it.
    """
    alias = _connect(url)
    try:
        with _alone(url, alias):
            _migrate(connections[alias])
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise StateError("the state database cannot be opened: {detail}", detail=_first_line(error)) from error
    from valore.state.desk import State

    return State(alias)


def examine(url: str) -> Health:
    """Look at a state database without changing it.

    Raises:
        SettingsError: the address cannot be used.
        StateError: it cannot be read at all.
    """
    path = sqlite_path(url)
    if path is not None and not path.is_file():
        return Health(there=False, pending=(), unknown=(), damage="")
    alias = _connect(url)
    try:
        executor = MigrationExecutor(connections[alias])
        return Health(True, _pending(executor), _unknown(executor), _damage(connections[alias]))
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise StateError("the state database cannot be read: {detail}", detail=_first_line(error)) from error


def ready() -> None:
    """Set Django up, once a process; a process that has its own settings keeps them."""
    if not settings.configured:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "valore.state.settings")
    if not apps.ready:
        django.setup()


def _connect(url: str) -> str:
    """Name the connection of an address; it is opened when first used, in each thread."""
    wanted = connection(url)
    ready()
    alias = f"home-{hashlib.sha256(url.encode()).hexdigest()[:16]}"
    if alias not in connections.settings:
        filled = connections.configure_settings({DEFAULT_DB_ALIAS: {}, alias: wanted})
        connections.settings[alias] = filled[alias]
    if not connections[alias].in_atomic_block:
        connections[alias].close()
    return alias


@contextmanager
def _alone(url: str, alias: str) -> Iterator[None]:
    """Keep other processes from migrating meanwhile; the lock dies with its process."""
    path = sqlite_path(url)
    if path is not None:
        with _alone_on_file(path):
            yield
        return
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])


@contextmanager
def _alone_on_file(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    for made in (path, path.with_name(path.name + _LOCK_SUFFIX)):
        made.touch(mode=0o600)
    lock = sqlite3.connect(path.with_name(path.name + _LOCK_SUFFIX), timeout=SQLITE_WAIT_SECONDS, isolation_level=None)
    with closing(lock):
        lock.execute("BEGIN EXCLUSIVE")
        yield


class _WholeSteps(MigrationExecutor):
    """Takes each migration and the note that it was taken in one transaction.

    Django notes a migration that makes indices only after it was committed: a process killed in
    between leaves tables that the next one would make again.
    """

    def apply_migration(self, state: Any, migration: Any, *_fake: bool, **_faked: bool) -> Any:
        """Return the state after a migration; what was left for the end of it is done before it is noted."""
        with self.connection.schema_editor(atomic=migration.atomic) as editor:
            state = migration.apply(state, editor)
            while editor.deferred_sql:
                editor.execute(editor.deferred_sql.pop(0), None)
            self.record_migration(migration)  # type: ignore[call-arg]  # the stubs know an older Django
        return state


def _migrate(database: BaseDatabaseWrapper) -> None:
    executor = _WholeSteps(database)
    unknown = _unknown(executor)
    if unknown:
        raise StateError(
            "the state database was written by a newer Valore (it has {unknown}); please upgrade",
            unknown=", ".join(unknown),
        )
    if _pending(executor):
        executor.migrate(executor.loader.graph.leaf_nodes())


def _pending(executor: MigrationExecutor) -> tuple[str, ...]:
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return tuple(migration.name for migration, _ in plan)


def _unknown(executor: MigrationExecutor) -> tuple[str, ...]:
    applied = (name for app, name in executor.loader.applied_migrations if app == _APP)
    return tuple(sorted(n for n in applied if (_APP, n) not in executor.loader.disk_migrations))


def _damage(database: BaseDatabaseWrapper) -> str:
    if database.vendor != "sqlite":
        return ""
    with database.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        said = "; ".join(row[0] for row in cursor.fetchall())
        cursor.execute("PRAGMA foreign_key_check")
        orphans = len(cursor.fetchall())
    broken = f"{orphans} foreign keys" if orphans else ""
    return "; ".join(part for part in ("" if said == "ok" else said, broken) if part)


def _first_line(error: BaseException) -> str:
    """Return what went wrong in one line (PostgreSQL adds hints; none holds the password)."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
