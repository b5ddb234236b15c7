"""`valore link`: what speaks for one holder is listed, and a person's word is recorded and taken back."""

import json
from pathlib import Path
from typing import Any

import pytest

from valore.cli import main
from valore.flows.space import create
from valore.model.batch import Gather
from valore.model.records import Account


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VALORE_LANG", "en")
    space, gather = create(tmp_path / "home", "studio"), Gather("told")
    gather.add(Account("x", "1", "/0", handle="brunoluce", bio="https://instagram.com/bruno.luce"))
    gather.add(Account("instagram", "2", "/0", handle="bruno.luce", bio="https://x.com/brunoluce"))
    gather.add(Account("mastodon", "https://p.example/users/b", "/0", handle="b@p.example", bio="@brunoluce x.com"))
    space.lake.commit(gather.take(), source="told", number=0)
    return tmp_path / "home"


def told(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["link", *arguments, "--json"]) == 0
    answer: dict[str, Any] = json.loads(capfd.readouterr().out)
    return answer


def test_a_suggestion_is_confirmed_and_taken_back(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (found,) = told([], capfd)["suggestions"]
    assert found["sure"]
    said = told(["confirm", "--sure", "--by", "Bruno Luce"], capfd)["said"]
    assert [(w["said"], w["by"]) for w in said] == [("same", "Bruno Luce")]
    assert told(["list"], capfd)["holders"] == [["instagram:2", "x:1"]]
    assert told(["suggest"], capfd)["suggestions"] == []
    told(["undo", "x:@brunoluce", "instagram:2", "--by", "Bruno Luce"], capfd)
    assert told(["list"], capfd) == {"words": [], "holders": [], "copies": []}
    told(["refuse", "x:1", "instagram:2", "--by", "Bruno Luce"], capfd)
    assert told(["list"], capfd)["words"][0]["said"] == "different"


def test_people_are_told_what_speaks_for_it(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["link"]) == 0
    assert "their profiles link to each other" in " ".join(capfd.readouterr().out.split())
    assert main(["link", "confirm", "x:1", "instagram:2", "--by", "Bruno Luce"]) == 0
    assert main(["link", "list"]) == 0
    assert "one holder" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["confirm", "x:1", "instagram:2"], 2), (["undo", "--sure", "--by", "Carla"], 2), (["join"], 3)],
)
def test_a_word_needs_two_and_somebody_who_says_it(home: Path, arguments: list[str], code: int) -> None:
    assert main(["link", *arguments]) == code
