"""The doctor looks, says what it sees, and touches nothing."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from valore.flows import doctor as room
from valore.flows.doctor import Check, doctor
from valore.flows.retention import retain
from valore.flows.space import Space, create
from valore.model.batch import Gather
from valore.model.records import Post


@pytest.fixture
def space(tmp_path: Path) -> Space:
    made = create(tmp_path / "home", "lume")
    gather = Gather("00ff")
    gather.add(Post("x", "1", "anna", 1_735_689_600_000_000, "/0", text="Una lettera"), "tweets.js")
    made.lake.commit(gather.take(), source="00ff", number=0)
    return made


def seen(home: Path) -> Mapping[str, Check]:
    return {check.name: check for check in doctor(home)}


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file; of the state what it says, since SQLite moves its log into the file by itself."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("state.db")]
    with closing(sqlite3.connect(folder / "state.db")) as database:
        said = "\n".join(database.iterdump()).encode()
    return {"state": said} | {str(path): path.read_bytes() for path in files}


def test_a_healthy_home_is_healthy_and_stays_as_it_was(space: Space) -> None:
    before = contents(space.home)
    found = seen(space.home)
    assert [str(check) for check in found.values() if not check.ok] == []
    assert str(found["lake"]) == "lume: 2 rows can be read; 0 files belong to no version"
    assert str(found["imports"]) == "lume: 0 imports, all finished"
    assert contents(space.home) == before


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = seen(tmp_path / "nowhere")
    assert "valore init" in str(found["state"])
    assert found["state"].ok
    assert not (tmp_path / "nowhere").exists()


def test_an_interrupted_import_is_told_with_the_way_out(space: Space) -> None:
    space.desk.imports.begin("00ff", name="anna.zip", sha256="00", place="x", variant="", skipped={})
    check = seen(space.home)["imports"]
    assert not check.ok
    assert "give them again to go on: anna.zip" in str(check)


def test_a_damaged_file_of_the_lake_is_named(space: Space) -> None:
    path = Path(space.lake.snapshot().files("posts")[0])
    path.write_bytes(path.read_bytes()[:-8])
    check = seen(space.home)["lake"]
    assert not check.ok
    assert path.name in str(check)


def test_files_of_no_version_are_counted(space: Space) -> None:
    path = Path(space.lake.snapshot().files("posts")[0])
    path.with_name("left.parquet").write_bytes(path.read_bytes())
    assert "1 files belong to no version" in str(seen(space.home)["lake"])


def test_a_damaged_state_is_told_and_the_workspaces_are_left_alone(space: Space) -> None:
    space.desk.subjects.all()
    path = space.home / "state.db"
    sqlite3.connect(path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.write_bytes(b"no database" * 1000)
    found = seen(space.home)
    assert not found["state"].ok
    assert "lake" not in found


def test_a_full_disk_and_a_missing_package_are_told(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "ROOM", 1 << 60)
    monkeypatch.setattr(room, "requires", lambda _: ["duckdb>=1", "not-a-package>=1", "psycopg; extra == 'postgres'"])
    found = seen(space.home)
    assert not found["disk"].ok
    assert str(found["packages"]) == "packages are missing: not-a-package"


def test_an_erasure_that_was_cut_short_is_told_with_the_way_out(space: Space) -> None:
    space.desk.erasures.begin("account", {}, {})
    check = seen(space.home)["erasure"]
    assert not check.ok
    assert "finish them with `valore erase`" in str(check)


def test_words_of_a_deleted_post_are_told_with_the_way_out(space: Space) -> None:
    gather = Gather("00ff")
    gather.add(Post("x", "1", "anna", 1_735_689_600_000_000, "/1", deleted=1_735_689_700_000_000), "tweets.js")
    space.lake.commit(gather.take(), source="00ff", number=1)
    check = seen(space.home)["retention"]
    assert not check.ok
    assert "1 rows are past their date or deleted at their place; run `valore retain`" in str(check)
    retain(space)
    assert "retention" not in seen(space.home)
