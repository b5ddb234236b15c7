"""Both databases: SQLite in a temporary folder, PostgreSQL by a server that the tests start."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from valore.state import open_state, sqlite_url
from valore.state.opening import ready

if TYPE_CHECKING:
    from valore.state.desk import Desk

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)
ready()

MISSING = (
    "no PostgreSQL server is on this machine (initdb and postgres, in PATH or in /usr/lib/postgresql/*/bin); "
    "./run test installs Debian's package 'postgresql', elsewhere please install it"
)
PATIENCE = 60.0
_numbers = count(1)


def server_binaries() -> Path:
    """Return the folder with initdb and postgres; fail clearly where there is none."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.fail(MISSING)


def unprivileged() -> str | None:
    """Return who shall run the server: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """A PostgreSQL of our own on a socket in a temporary folder; stopped by its process id."""
    binaries, user = server_binaries(), unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="valore-pg-", dir="/tmp"))
    if user is not None:
        shutil.chown(folder, user)
    data, sockets = folder / "data", f"unix_socket_directories={folder}"
    make = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "valore",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(make, check=True, user=user, cwd="/", capture_output=True)
    options = ["-c", sockets, "-c", "listen_addresses=", "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), *options], user=user, cwd="/", stdout=log, stderr=log
        )
    try:
        _wait(folder, running)
        yield folder
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, running: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(host=str(folder), user="valore", dbname="postgres").close()
        except psycopg.OperationalError:
            if running.poll() is not None or time.monotonic() > until:
                pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        else:
            return


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "state.db")
    folder: Path = request.getfixturevalue("server")
    name = f"home{next(_numbers)}"
    with psycopg.connect(host=str(folder), user="valore", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgres://valore@/{name}?host={folder}"


@pytest.fixture
def desk(url: str) -> Iterator["Desk"]:
    """The desk of Studio Ponte's workspace."""
    state = open_state(url)
    yield state.create("lume", title="Studio Ponte: Lume", language="it", timezone="Europe/Rome")
    state.close()
