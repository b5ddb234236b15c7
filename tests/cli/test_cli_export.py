"""`valore export --all` and `valore import` of what it wrote: a workspace moves house."""

import json
from pathlib import Path

import pytest

from valore.cli import main

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Path:
    """A workspace with Anna's X archive, her word, and her name."""
    monkeypatch.setenv("VALORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VALORE_LANG", "en")
    monkeypatch.setenv("COLUMNS", "120")
    assert main(["init", "me"]) == 0
    assert main(["subject", "anna", "--kind", "person", "--name", "Anna Ferri", "--account", "x:1001"]) == 0
    assert main(["consent", "anna", "--by", "Anna Ferri"]) == 0
    assert main(["import", str(SAMPLES / "x" / "2022-it")]) == 0
    capfd.readouterr()
    return tmp_path / "home"


def test_everything_leaves_and_is_told(home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--all", str(tmp_path / "whole"), "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    files = {f["file"]: f["rows"] for f in told["files"]}
    assert files["state/subjects.jsonl"] == files["state/consents.jsonl"] == 1
    assert files["facts/posts.parquet"] > 0
    assert all((tmp_path / "whole" / name).is_file() for name in files)
    assert main(["export", "--all", str(tmp_path / "whole")]) == 4
    assert "is not empty" in capfd.readouterr().err


def test_a_workspace_moves_into_another_home(
    home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["posts", "--json"]) == 0
    posts = capfd.readouterr().out
    assert main(["export", "--all", str(tmp_path / "whole")]) == 0
    assert main(["import", str(tmp_path / "whole")]) == 4
    assert "make a new one" in capfd.readouterr().err
    monkeypatch.setenv("VALORE_HOME", str(tmp_path / "new"))
    assert main(["init", "me"]) == 0
    assert main(["import", str(tmp_path / "whole"), "--dry-run"]) == 0
    capfd.readouterr()
    assert main(["import", str(tmp_path / "whole"), "--json"]) == 0
    done = json.loads(capfd.readouterr().out)
    assert done["files"][0]["place"] == "valore"
    assert done["stored"]["posts"] > 0
    assert main(["posts", "--json"]) == 0
    assert capfd.readouterr().out == posts
    assert main(["import", str(tmp_path / "whole"), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["files"][0]["known"]
    assert main(["import", str(SAMPLES / "x" / "2022-it"), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["files"][0]["known"], "what was imported there was imported"


def test_a_table_that_was_exported_comes_back_with_its_texts_as_they_were(
    home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["export", "posts", "--out", str(tmp_path / "posts.csv")]) == 0
    monkeypatch.setenv("VALORE_HOME", str(tmp_path / "new"))
    assert main(["init", "me"]) == 0
    capfd.readouterr()
    assert main(["import", str(tmp_path / "posts.csv"), "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["stored"]["posts"] > 0


@pytest.mark.parametrize("arguments", [["export"], ["export", "posts"], ["export", "--out", "x.csv"]])
def test_it_must_be_said_what_leaves_and_where(home: Path, arguments: list[str]) -> None:
    assert main(arguments) == 2
