"""The whole way: real archives come in, their owner is erased, and no archive brings her back."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from tests.flows.erasing import canaries

from valore.cli import main
from valore.errors import StoreError
from valore.flows._suppressed import KEY_FILE
from valore.flows.erase import erase
from valore.flows.importing import import_files
from valore.flows.space import Space, create
from valore.flows.subjects import declare

ARCHIVE = Path(__file__).parents[1] / "samples" / "x" / "2022-it"
HERS = (b"AnnaFerri", b"Anna Ferri", b"Buongiorno a chi disegna")
LINES = [
    {"id": "m1", "author": "2002", "author_handle": "bruno", "text": "ciao @AnnaFerri, bella la Lume"},
    {"id": "m2", "author": "1001", "author_handle": "AnnaFerri", "text": "Buongiorno a chi disegna, ancora"},
    {"id": "m3", "author": "2003", "author_handle": "dario", "text": "la Lume scalda"},
]


@pytest.fixture
def space(tmp_path: Path) -> Space:
    made = create(tmp_path / "home", "studio")
    declare(made, "anna", name="Anna Ferri", accounts=("x:1001",))
    declare(made, "lume", kind="brand", name="Lume")
    return made


def mentions(folder: Path, name: str = "mentions.jsonl", lines: int = 3) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    told = [{**line, "platform": "x", "created_at": "2023-02-01T10:00:00Z"} for line in LINES[:lines]]
    path.write_text("".join(json.dumps(line) + "\n" for line in told))
    return path


def zipped(folder: Path) -> Path:
    """Return the same archive as another file."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "twitter-AnnaFerri.zip", "w") as file:
        for path in sorted(ARCHIVE.rglob("*.js")):
            file.write(path, str(path.relative_to(ARCHIVE)))
    return folder / "twitter-AnnaFerri.zip"


def ids(space: Space) -> set[str]:
    return set(space.lake.snapshot().table("posts", ["id"])["id"].to_pylist())


def test_an_archive_is_erased_and_no_copy_of_it_brings_her_back(space: Space, tmp_path: Path) -> None:
    assert import_files(space, [ARCHIVE, mentions(tmp_path / "given")]).stored["posts"] > 3
    assert len(canaries(space.home, HERS)) > 5
    erase(space, "anna")
    assert canaries(space.home, HERS) == {}
    assert ids(space) == {"m1", "m3"}
    again = import_files(space, [ARCHIVE, zipped(tmp_path / "copy")])
    assert again.stored.get("posts", 0) == 0
    assert all(file.erased["posts"] > 3 for file in again.files)
    assert ids(space) == {"m1", "m3"}
    assert canaries(space.home, HERS) == {}
    assert space.lake.kept() == ()


def test_another_table_brings_the_others_alone(space: Space, tmp_path: Path) -> None:
    import_files(space, [ARCHIVE])
    erase(space, "x:@annaferri")
    told = import_files(space, [mentions(tmp_path / "given", "about-AnnaFerri.jsonl")])
    (file,) = told.files
    assert (file.stored["posts"], file.erased["posts"]) == (2, 1)
    assert file.name == file.source, "a file may be called after her"
    rows = {r["id"]: r for r in space.lake.snapshot().table("posts", ["id", "text"]).to_pylist()}
    assert rows["m1"]["text"] == "ciao …, bella la Lume"
    assert canaries(space.folder, HERS) == {}


def test_an_import_without_her_keeps_its_file_and_its_name(space: Space, tmp_path: Path) -> None:
    import_files(space, [ARCHIVE])
    erase(space, "anna")
    path = tmp_path / "given" / "dario.jsonl"
    path.parent.mkdir()
    path.write_text(json.dumps({**LINES[2], "platform": "x", "created_at": "2023-02-01T10:00:00Z"}) + "\n")
    (file,) = import_files(space, [path]).files
    assert (file.name, dict(file.erased)) == ("dario.jsonl", {})
    assert len(space.lake.kept()) == 1


def test_the_originals_of_a_folder_go_with_it_and_only_they(space: Space, tmp_path: Path) -> None:
    shutil.copytree(ARCHIVE, tmp_path / "given" / "anna")
    import_files(space, [tmp_path / "given" / "anna", mentions(tmp_path / "other", lines=1)])
    kept = len(space.lake.kept())
    assert kept > 3
    source = next(r.source for r in space.imports() if r.place == "x")
    told = erase(space, source=source)
    assert told.originals == kept - 1
    assert len(space.lake.kept()) == 1


def test_an_import_that_was_undone_may_be_given_again(space: Space, tmp_path: Path) -> None:
    path = mentions(tmp_path / "given")
    other = mentions(tmp_path / "other", "same.jsonl", lines=2)
    import_files(space, [path, other])
    first = next(r.source for r in space.imports() if r.name == "mentions.jsonl")
    erase(space, source=first)
    assert ids(space) == set()
    assert import_files(space, [other]).stored["posts"] == 2, "its rows had gone with the other import"
    assert import_files(space, [path]).stored["posts"] == 1
    assert ids(space) == {"m1", "m2", "m3"}
    assert import_files(space, [path, other]).stored.get("posts", 0) == 0


def test_without_its_key_nothing_is_kept(space: Space, tmp_path: Path) -> None:
    import_files(space, [ARCHIVE])
    erase(space, "anna")
    (space.home / KEY_FILE).unlink()
    with pytest.raises(StoreError, match=r"suppression\.key"):
        import_files(space, [zipped(tmp_path / "copy")])
    assert space.lake.kept() == ()


def test_people_and_machines_are_told_what_was_left_out(
    space: Space, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VALORE_HOME", str(space.home))
    monkeypatch.setenv("COLUMNS", "150")
    import_files(space, [ARCHIVE])
    erase(space, "anna")
    assert main(["--lang", "en", "import", str(mentions(tmp_path / "given")), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["files"][0]["erased"] == {"posts": 1, "accounts": 1}
    assert main(["--lang", "en", "import", str(zipped(tmp_path / "copy"))]) == 0
    assert "about somebody who was erased" in " ".join(capfd.readouterr().out.split())


def test_who_is_known_only_at_the_end_of_a_file_is_found_then(space: Space, tmp_path: Path) -> None:
    """Erased by handle alone, and the file tells the id first and the handle in a later batch."""
    import_files(space, [mentions(tmp_path / "given", lines=1)])
    erase(space, "x:@laura")
    path = tmp_path / "late.jsonl"
    lines = [{"id": f"l{n}", "author": "4004", "text": f"sono Laura {n}"} for n in range(30)]
    lines += [{"id": "l99", "author": "4004", "author_handle": "laura", "text": "eccomi"}]
    told = [{"author_handle": "", **x, "platform": "x", "created_at": "2023-02-01T10:00:00Z"} for x in lines]
    path.write_text("".join(json.dumps(line) + "\n" for line in told))
    import_files(space, [path], batch=5)
    assert ids(space) == {"m1"}
