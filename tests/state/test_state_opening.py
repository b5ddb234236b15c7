"""Opening: made, migrated, several at once, refused."""

import sqlite3
import stat
import threading
from pathlib import Path
from pkgutil import iter_modules

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.connection import ConnectionDoesNotExist

from valore.errors import SettingsError, StateError, UnknownName
from valore.state import addresses, examine, migrations, open_state, sqlite_url
from valore.state.addresses import connection
from valore.state.models import Workspace

TOLD = {"title": "", "language": "it", "timezone": "UTC"}


def test_opening_makes_the_database_and_opening_again_keeps_it(url: str) -> None:
    open_state(url).create("lume", **TOLD)
    assert [row.name for row in open_state(url).workspaces()] == ["lume"]
    found = examine(url)
    assert (found.there, found.pending, found.unknown, found.damage) == (True, (), (), "")


def test_several_openers_at_once_find_one_whole_database(url: str) -> None:
    failed: list[Exception] = []

    def work(number: int) -> None:
        try:
            state = open_state(url)
            state.create(f"client-{number}", **TOLD)
            state.close()
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(open_state(url).workspaces()) == 6


def test_a_database_of_a_newer_valore_is_left_alone(url: str) -> None:
    state = open_state(url)
    with connections[state.alias].cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('state', '0999_later', CURRENT_TIMESTAMP)"
        )
    with pytest.raises(StateError, match="newer Valore"):
        open_state(url)
    assert examine(url).unknown == ("0999_later",)


def test_a_step_is_noted_in_the_transaction_that_takes_it(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies before a note leaves no tables that the next one would make again."""
    noted = MigrationRecorder.record_applied
    for step in sorted(module.name for module in iter_modules(migrations.__path__)):

        def dies(recorder: MigrationRecorder, app: str, name: str, step: str = step) -> None:
            if name == step:
                raise OSError(f"killed before {name} was noted")
            noted(recorder, app, name)

        monkeypatch.setattr(MigrationRecorder, "record_applied", dies)
        with pytest.raises(StateError, match=f"killed before {step}"):
            open_state(url)
    monkeypatch.undo()
    assert open_state(url).workspaces() == ()


def test_the_models_need_no_further_migration(tmp_path: Path) -> None:
    open_state(sqlite_url(tmp_path / "state.db"))
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_two_homes_are_open_at_once(tmp_path: Path) -> None:
    one, other = open_state(sqlite_url(tmp_path / "a.db")), open_state(sqlite_url(tmp_path / "b.db"))
    one.create("lume", **TOLD)
    other.create("nitida", **TOLD)
    assert [row.name for row in one.workspaces()] == ["lume"]
    assert [row.name for row in other.workspaces()] == ["nitida"]


def test_a_query_that_does_not_say_its_home_fails(tmp_path: Path) -> None:
    """Nothing may fall back to whatever database happened to be opened last."""
    open_state(sqlite_url(tmp_path / "a.db"))
    with pytest.raises(Exception, match="DATABASES is improperly configured"):
        Workspace.objects.count()
    with pytest.raises(ConnectionDoesNotExist):
        Workspace.objects.using("nowhere").count()


def test_sqlite_acknowledges_only_what_reached_the_disk(tmp_path: Path) -> None:
    state = open_state(sqlite_url(tmp_path / "state.db"))
    with connections[state.alias].cursor() as cursor:
        said = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "foreign_keys")}
        assert said == {"journal_mode": "wal", "foreign_keys": 1}
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == addresses.SQLITE_WAIT_SECONDS * 1000


def test_a_writer_waits_for_another_one(tmp_path: Path) -> None:
    """BEGIN IMMEDIATE: a transaction that reads first and writes later never fails half way."""
    state = open_state(sqlite_url(tmp_path / "state.db"))
    state.create("lume", **TOLD)
    inside, leave = threading.Event(), threading.Event()

    def slow() -> None:
        with state.writing():
            state.create("slow", **TOLD)
            inside.set()
            leave.wait(10)
        state.close()

    thread = threading.Thread(target=slow)
    thread.start()
    inside.wait(10)
    threading.Timer(0.2, leave.set).start()
    state.create("quick", **TOLD)
    thread.join()
    assert [row.name for row in state.workspaces()] == ["lume", "quick", "slow"]


def test_only_its_owner_reads_the_file(tmp_path: Path) -> None:
    open_state(sqlite_url(tmp_path / "home" / "state.db"))
    assert stat.S_IMODE((tmp_path / "home" / "state.db").stat().st_mode) == 0o600


def test_examining_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    assert not examine(sqlite_url(path)).there
    assert list(tmp_path.iterdir()) == []
    sqlite3.connect(path).close()
    path.touch()
    assert examine(sqlite_url(path)).pending[0] == "0001_first"
    assert path.stat().st_size in (0, 4096)


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(b"this is not a database, and longer than a header" * 40)
    for look in (open_state, examine):
        with pytest.raises(StateError, match="not a database"):
            look(sqlite_url(path))
    assert path.read_bytes().startswith(b"this is not"), "and it is left as it was"


def test_an_unknown_workspace_is_named(tmp_path: Path) -> None:
    state = open_state(sqlite_url(tmp_path / "state.db"))
    state.create("lume", **TOLD)
    with pytest.raises(UnknownName, match="no workspace called 'luna'; there are: lume"):
        state.desk("luna")


def test_addresses_are_read_as_people_write_them() -> None:
    full = connection("postgres://ponte:p%40ss@db.example:5433/valore%20one?sslmode=require&connect_timeout=5")
    assert full["ENGINE"] == "django.db.backends.postgresql"
    assert (full["USER"], full["PASSWORD"]) == ("ponte", "p@ss")
    assert (full["HOST"], full["PORT"], full["NAME"]) == ("db.example", "5433", "valore one")
    assert full["OPTIONS"] == {"sslmode": "require", "connect_timeout": "5"}
    local = connection("postgresql:///valore?host=/run/postgresql")
    assert (local["HOST"], local["PORT"], local["USER"]) == ("/run/postgresql", "", "")
    assert connection("sqlite:////srv/va%20lore/state.db")["NAME"] == "/srv/va lore/state.db"


@pytest.mark.parametrize("address", ["mysql://root:secret@x/y", "postgres://ponte:secret@x:port/y", "state.db"])
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(SettingsError) as refused:
        open_state(address)
    assert "secret" not in str(refused.value)


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"pip install 'valore\[postgres\]'"):
        open_state("postgres:///valore")


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot be opened") as failed:
        open_state(f"postgres://ponte:secret@/valore?host={tmp_path}")
    assert "secret" not in str(failed.value)
