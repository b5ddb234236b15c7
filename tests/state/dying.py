"""Lives that are cut short: opening the state, bringing it up to date, acknowledging imports."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connections
from tests.kill.harness import Tell

from valore.state import Cursor, Outcome, examine, open_state, sqlite_url
from valore.state.opening import ready

TOLD = {"title": "", "language": "it", "timezone": "UTC"}
LATER = {"state": "tests.state.later"}
"""Migrations of an imagined next release: all real ones, then four more."""
CLIENTS = 300
BATCHES = 60
SOURCE = "00ff"


def address(folder: Path) -> str:
    return sqlite_url(folder / "state.db")


def opening(folder: Path, tell: Tell) -> None:
    """Make a home."""
    tell("begun")
    open_state(address(folder)).create("lume", **TOLD)
    tell("created")


def opened(folder: Path, promised: Sequence[str], ended: bool) -> None:
    """Whatever is there opens without repair, whole, and holds what was promised."""
    state = open_state(address(folder))
    assert examine(address(folder)).damage == ""
    names = [row.name for row in state.workspaces()]
    assert names in ([], ["lume"])
    if "created" in promised or ended:
        assert names == ["lume"]
    state.close()


def upgrading(folder: Path, tell: Tell) -> None:
    """Bring a home of today, with clients in it, up to the imagined next release."""
    url = address(folder)
    if not (folder / "old").exists():
        _old_home(folder)
    tell("old")
    settings.MIGRATION_MODULES = LATER
    open_state(url)
    tell("new")


def _old_home(folder: Path) -> None:
    state = open_state(address(folder))
    with state.writing():
        for number in range(CLIENTS):
            state.create(f"client-{number}", **TOLD)
    state.close()
    (folder / "old").touch()


def upgraded(folder: Path, promised: Sequence[str], ended: bool) -> None:
    """The database holds all clients; each step was taken wholly or not at all."""
    if not promised:
        return
    with closing(sqlite3.connect(folder / "state.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM state_workspace").fetchone() == (CLIENTS,)
        taken = {row[0] for row in database.execute("SELECT name FROM django_migrations WHERE app = 'state'")}
        columns = {row[1] for row in database.execute("PRAGMA table_info(state_workspace)")}
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert ("colour" in columns) == ("9002_colour" in taken)
        assert ("state_note" in tables) == ("9004_note" in taken)
        if "9003_fill" in taken:
            assert database.execute("SELECT DISTINCT colour FROM state_workspace").fetchall() == [("bottiglia",)]
        elif "colour" in columns:
            assert database.execute("SELECT DISTINCT colour FROM state_workspace").fetchall() == [("",)]
        if ended:
            assert max(taken) == "9005_short"
        leftovers = {name for name in tables if name.startswith("new__")}
        assert not leftovers


def acknowledging(folder: Path, tell: Tell) -> None:
    """Carry an import through: each cursor is promised once it is written."""
    ready()
    desk = open_state(address(folder)).create("lume", **TOLD)
    told = {"name": "anna.zip", "sha256": SOURCE * 16, "place": "x", "variant": "2022-"}
    mark = desk.imports.begin(SOURCE, skipped={}, **told)
    tell(-1 if mark is None else mark.number)
    for number in range(0 if mark is None else mark.number + 1, BATCHES):
        desk.imports.advance(SOURCE, Cursor(number, str(number)), _outcome(number))
        tell(number)
    desk.imports.finish(SOURCE, _outcome(BATCHES))
    tell(BATCHES)


def _outcome(number: int) -> Outcome:
    when = datetime(2025, 1, 1 + number % 28, tzinfo=UTC)
    return Outcome(read=10 * (number + 1), stored={"posts": 9 * (number + 1)}, since=when, until=when)


def acknowledged(folder: Path, promised: Sequence[int], ended: bool) -> None:
    """The cursor stands where it was promised or one step on, and the counts stand with it."""
    state = open_state(address(folder))
    if not promised:
        return
    desk = state.desk("lume")
    (record,) = desk.imports.all()
    told = {"name": "anna.zip", "sha256": SOURCE * 16, "place": "x", "variant": "2022-"}
    mark = desk.imports.begin(SOURCE, skipped={}, **told)
    reached = -1 if mark is None else mark.number
    assert max(promised) <= reached + (reached == BATCHES - 1)
    assert reached <= max(promised) + 1
    if record.finished is None:
        assert record.outcome.read == 10 * (reached + 1), "counts and cursor are one write"
    else:
        assert record.outcome.read == 10 * (BATCHES + 1)
    assert (record.finished is not None) or BATCHES not in promised
    assert record.finished is not None or not ended
    connections[desk.alias].close()
