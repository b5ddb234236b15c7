"""`valore coordination`: who acts together is told with the reason, and with what it does not prove."""

import json
from pathlib import Path

import pytest

from valore.cli import main
from valore.flows.space import create
from valore.model.batch import Gather
from valore.model.records import Account, Interaction, Post

DAY, SECOND = 86_400_000_000, 1_000_000
START = 1_735_689_600 * SECOND


def told(home: Path, *, together: bool) -> None:
    """Twelve things that thirty people repost by and by; two shops do so as one, or far apart."""
    space, gather = create(home, "lume"), Gather("told")
    for name in ("201", "202"):
        gather.add(Account("x", name, "/0", handle=f"bottega{name}"))
    for thing in range(12):
        at = START + thing * DAY
        gather.add(Post("x", f"p{thing}", "1001", at, "/0", text="Carta nuova"))
        acts = {str(who): 110 * ((7 * who + 11 * thing) % 30) for who in range(30)}
        acts |= {"201": 1000, "202": 1003 if together else 2500}
        for who, seconds in acts.items():
            gather.add(Interaction("x", "repost", who, "/0", at=at + seconds * SECOND, target=f"p{thing}"))
    space.lake.commit(gather.take(), source="told", number=0)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VALORE_HOME", str(tmp_path))
    monkeypatch.setenv("VALORE_LANG", "en")
    return tmp_path


def test_people_read_who_why_and_what_it_does_not_prove(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told(home, together=True)
    assert main(["coordination"]) == 0
    shown = " ".join(capfd.readouterr().out.split())
    assert "x:@bottega201" in shown
    assert "12 reposts" in shown
    assert "no proof of intent" in shown


def test_programs_read_the_posts_by_key(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told(home, together=True)
    assert main(["coordination", "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    (group,) = answer["groups"]
    assert group["accounts"] == ["x:@bottega201", "x:@bottega202"]
    assert (group["met"], group["kinds"], len(group["posts"])) == (12, {"repost": 12}, 12)
    assert all(isinstance(post, str) for post in group["posts"])
    assert (answer["accounts"], answer["acts"]) == (32, 12 * 32)


def test_where_nobody_does_that_is_said(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told(home, together=False)
    assert main(["coordination"]) == 0
    assert "no accounts act together" in capfd.readouterr().out
