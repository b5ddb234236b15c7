"""Erasing says what goes, asks first, and cannot be done by accident."""

import json
from pathlib import Path

import pytest
from tests.flows.erasing import CANARIES, canaries, filled

from valore.cli import main
from valore.flows.erase import erase
from valore.flows.space import Space, open_space


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Space:
    made = filled(tmp_path)
    monkeypatch.setenv("VALORE_HOME", str(made.home))
    monkeypatch.setenv("COLUMNS", "120")
    return made


def run(*arguments: str) -> int:
    return main(["--lang", "en", *arguments])


def test_a_dry_run_tells_the_counts_and_keeps_everything(space: Space, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("erase", "carla", "--dry-run") == 0
    told = capfd.readouterr().out
    assert "What would be erased" in told
    assert "kept files that hold others, too" in told
    assert [s.slug for s in open_space(space.home).subjects()] == ["lume", "carla"]


def test_who_does_not_say_yes_erases_nothing(
    space: Space, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import sys

    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    assert run("erase", "carla") == 0
    assert "cannot be taken back" in capfd.readouterr().err
    assert [s.slug for s in open_space(space.home).subjects()] == ["lume", "carla"]


def test_yes_erases_and_machines_are_told_in_json(space: Space, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("erase", "carla", "--yes", "--json") == 0
    told = json.loads(capfd.readouterr().out)
    assert (told["what"], told["done"], told["counts"]["posts"]) == ("subject", True, 46)
    assert canaries(space.home) == {}


def test_proofs_tell_numbers_and_nobodys_name(space: Space, capfd: pytest.CaptureFixture[str]) -> None:
    erase(space, "carla")
    assert run("erase", "--proofs", "--json") == 0
    told = capfd.readouterr().out
    (proof,) = json.loads(told)["proofs"]
    assert (proof["what"], proof["counts"]["posts"], proof["finished"] is not None) == ("subject", 46, True)
    assert run("erase", "--proofs") == 0
    told += capfd.readouterr().out
    assert "a subject" in told
    assert not any(needle.decode() in told for needle in CANARIES)


def test_an_import_goes_by_its_id(space: Space, capfd: pytest.CaptureFixture[str]) -> None:
    source = next(r.source for r in space.imports() if r.name == "bruno.csv")
    assert run("erase", "--import", source, "--yes") == 0
    assert "What was erased" in capfd.readouterr().out
    assert "bruno.csv" not in {r.name for r in open_space(space.home).imports()}


def test_an_interrupted_erasure_is_finished_when_nobody_is_named(
    space: Space, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from valore.state.erasures import Erasures

    monkeypatch.setattr(Erasures, "purge", _cut)
    with pytest.raises(KeyboardInterrupt):
        erase(space, "carla")
    monkeypatch.undo()
    monkeypatch.setenv("VALORE_HOME", str(space.home))
    assert run("erase", "--json") == 0
    assert json.loads(capfd.readouterr().out) == {"finished": 1}
    assert canaries(space.home) == {}


def _cut(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("nobody", "--yes"), 3), (("carla", "--import", "00ff"), 4), (("--import", "00ff", "--yes"), 3)],
)
def test_what_cannot_be_meant_ends_with_its_code(space: Space, arguments: tuple[str, ...], code: int) -> None:
    assert run("erase", *arguments) == code


def test_what_is_past_its_date_is_told_or_nothing(space: Space, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("retain", "--dry-run") == 0
    assert "nothing is past its date" in capfd.readouterr().out
    assert run("retain", "--json") == 0
    assert json.loads(capfd.readouterr().out) == {"what": "retention", "done": True, "counts": {}, "returned": {}}


def test_places_tell_their_terms_to_people_and_to_machines(space: Space, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("places", "mastodon") == 0
    told = capfd.readouterr().out
    assert "kept for: as long as wanted" in told
    assert "24 hours" in told
    assert "test_places_mastodon" in told
    assert run("places", "mastodon", "--json") == 0
    (place,) = json.loads(capfd.readouterr().out)["places"]
    assert place["policy"]["deletion_hours"] == 24
    assert place["policy"]["retention_days"] is None
    assert place["layouts"][0]["proof"].startswith("test_places_mastodon")
    assert run("places", "nowhere") == 3
