"""Commands end with documented codes, speak two languages, and answer machines in JSON."""

import json
import re
from pathlib import Path

import pytest

from valore.cli import asked_language, main
from valore.model.plugins import found

SAMPLES = Path(__file__).parents[1] / "samples"
DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = sorted(found("valore.cli"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VALORE_LANG", "en")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path / "home"


@pytest.fixture
def anna(home: Path, capfd: pytest.CaptureFixture[str]) -> Path:
    """A workspace with Anna's X archive; she is declared, but has not consented."""
    assert main(["init", "me"]) == 0
    assert main(["subject", "anna", "--kind", "person", "--name", "Anna Ferri", "--account", "x:1001"]) == 0
    assert main(["import", str(SAMPLES / "x" / "2022-it")]) == 0
    capfd.readouterr()
    return home


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_command_explains_itself_in_both_languages(
    name: str, language: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", language, name, "--help"]) == 0
    out = capfd.readouterr().out
    assert "--json" in out
    assert ("Answer in JSON" in out) == (language == "en")


def test_the_documentation_names_every_command() -> None:
    told = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"| `{name}" not in told] == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["value", "--subject", "nobody"], 3, "no subject called 'nobody'; there are: anna"),
        (["value", "--subject", "anna"], 5, "valore consent anna"),
        (["value"], 2, "--subject"),
        (["valeu"], 2, "No such command"),
        (["import", "nowhere.zip"], 4, "nowhere.zip"),
        (["-w", "you", "posts"], 3, "no workspace called 'you'; there are: me"),
        (["export", "friends", "--out", "friends.csv"], 3, "no table called 'friends'"),
    ],
)
def test_what_cannot_be_done_ends_with_its_code_and_the_next_step(
    arguments: list[str], code: int, said: str, anna: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    assert said in " ".join(capfd.readouterr().err.split())


def test_an_empty_home_says_how_to_begin(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["posts"]) == 4
    assert "valore init" in capfd.readouterr().err
    assert not home.exists()


def test_errors_are_told_in_italian_as_well(anna: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "it", "value", "--subject", "nessuno"]) == 3
    err = capfd.readouterr().err
    assert "nessuno" in err
    assert "there are" not in err


def test_importing_again_stores_nothing_and_says_so(anna: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(SAMPLES / "x" / "2022-it"), "--json"]) == 0
    again = json.loads(capfd.readouterr().out)
    assert again["files"][0]["known"]
    assert sum(again["stored"].values()) == 0


@pytest.mark.parametrize(
    "arguments", [["posts"], ["faults"], ["subject"], ["places"], ["doctor"], ["consent", "anna", "--by", "Anna Ferri"]]
)
def test_machines_are_answered_in_json_and_nothing_else(
    arguments: list[str], anna: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, "--json"]) == 0
    assert isinstance(json.loads(capfd.readouterr().out), dict)


def test_a_persons_post_is_shown_whole_to_machines_and_short_to_people(
    anna: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["posts", "--json"]) == 0
    posts = json.loads(capfd.readouterr().out)["posts"]
    assert posts
    assert all(re.fullmatch(r"\d+", post["key"]) for post in posts)
    assert main(["posts"]) == 0
    assert len(capfd.readouterr().out.splitlines()) > len(posts)


def test_consent_can_be_taken_back(anna: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["consent", "anna", "--by", "Anna Ferri"]) == 0
    assert main(["consent", "anna", "--by", "Anna Ferri", "--withdraw"]) == 0
    assert main(["value", "--subject", "anna"]) == 5


def test_the_language_is_found_before_the_command_line_is_understood() -> None:
    assert asked_language(["--lang", "it", "value"]) == "it"
    assert asked_language(["--home", "x", "--lang=en"]) == "en"
    assert asked_language(["value", "--subject", "anna"]) is None
