"""Erasing takes everything of one person from the state and nothing of others, on both databases."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections

from valore.errors import StateError
from valore.model.subject import AccountRef, Consent, Face, Kind, PlanItem, Subject
from valore.state import Cursor, Outcome, Review, Traces, open_state, sqlite_url
from valore.state import erasures as room
from valore.state import models as tables
from valore.state.desk import Desk

NOW = datetime(2025, 1, 10, 9, tzinfo=UTC)
CANARY = "kanarivogel"
CARLA = Subject(
    slug="carla",
    kind=Kind.PERSON,
    name="Carla Kanarivogel",
    aliases=(f"@{CANARY}",),
    accounts=(AccountRef("x:7700"), AccountRef(f"x:@{CANARY}")),
    statement=f"io, {CANARY}",
)
LUME = Subject(slug="lume", kind=Kind.BRAND, name="Lume", accounts=(AccountRef("x:500"),))
TRACES = Traces(
    slugs=("carla",),
    refs=("x:7700", f"x:@{CANARY}"),
    authors=(77,),
    sources=("00ff",),
    words=("carla", "Carla Kanarivogel", CANARY),
    gone=lambda posts: {post for post in posts if post == 5},
)


def review(post: int, author: int) -> Review:
    return Review(post, author, "positive", 0.5, "Anna", NOW)


def imported(desk: Desk, source: str, name: str, owners: dict[str, int]) -> None:
    told = {"name": name, "sha256": source * 16, "place": "x", "variant": "1"}
    desk.imports.begin(source, skipped={}, **told)
    desk.imports.advance(source, Cursor(1, f"{name}:7"), Outcome())
    desk.imports.holds(source, [source * 16])
    desk.imports.finish(source, Outcome(owners=owners))


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A desk on which Carla is in every table."""
    desk.subjects.put(CARLA)
    desk.subjects.put(LUME)
    desk.subjects.compare("lume", ["carla"])
    desk.subjects.agree(Consent(subject="carla", given=True, at=NOW, method="1", by=CARLA.name, proof=CANARY))
    desk.subjects.stand(Face(brand="lume", person="carla", role=CANARY))
    desk.subjects.intend(PlanItem(subject="carla", at=NOW, title=CANARY))
    desk.subjects.intend(PlanItem(subject="lume", at=NOW, title="Una lampada"))
    desk.reviews.add("lume", [review(1, 77), review(2, 88), review(5, 88)])
    desk.reviews.add("carla", [review(2, 88)])
    imported(desk, "00ff", f"{CANARY}.zip", {"x:7700": 9})
    imported(desk, "11ff", f"mentions-of-{CANARY}.csv", {"x:7700": 3, "x:500": 4})
    imported(desk, "22ff", "bruno.csv", {})
    desk.set("mappings", [{"file": f"{CANARY}.csv"}, {"file": "bruno.csv"}])
    desk.imports.remember("columns", f"{CANARY}.csv", "[columns]")
    return desk


def test_a_person_goes_from_every_table(full: Desk) -> None:
    full.erasures.purge(TRACES)
    assert [s.slug for s in full.subjects.all()] == ["lume"]
    for kind in (tables.Consent, tables.Face, tables.Peer):
        assert full.rows(kind).count() == 0
    assert [row.post for row in full.rows(tables.Review)] == [2]
    assert [item.title for item in full.subjects.plan("lume")] == ["Una lampada"]
    assert CANARY not in everything(full)
    assert "7700" not in everything(full)


def everything(desk: Desk) -> str:
    """Every value of every table of the database, as text."""
    kinds = apps.get_app_config("state").get_models()
    return repr([list(kind._base_manager.using(desk.alias).values_list()) for kind in kinds]).lower()


def test_everybody_else_stays(full: Desk) -> None:
    full.erasures.purge(TRACES)
    assert full.subjects.get("lume") == LUME
    records = {record.source: record for record in full.imports.all()}
    assert set(records) == {"11ff", "22ff"}
    assert (records["11ff"].name, records["11ff"].outcome.owners) == ("11ff", {"x:500": 4})
    assert records["22ff"].name == "bruno.csv"
    assert full.setting("mappings") == [{"file": "bruno.csv"}]
    assert full.imports.profile("columns") == "[columns]"
    assert set(full.imports.originals()) == {"11ff", "22ff"}
    assert "imported" in {what for _, what, _, _ in full.audit()}


def test_another_workspace_is_not_touched(full: Desk, url: str) -> None:
    other = open_state(url).create("nitida", title="", language="it", timezone="UTC")
    other.subjects.put(CARLA)
    full.erasures.purge(TRACES)
    assert other.subjects.get("carla") == CARLA


def test_words_on_links_go_with_the_accounts_that_they_speak_of(full: Desk) -> None:
    for first, second in (("x:7700", "mastodon:1"), ("x:500", "subject:carla"), ("post:5", "post:6"), ("x:1", "x:2")):
        full.add(tables.LinkWord, first=first, second=second, said="same", by="Anna", at=NOW)
    full.erasures.purge(TRACES)
    assert [(row.first, row.second) for row in full.rows(tables.LinkWord)] == [("x:1", "x:2")]


def test_what_is_to_be_erased_is_written_down_first_and_forgotten_last(full: Desk) -> None:
    number = full.erasures.begin("subject", {"words": [CANARY]}, {"posts": 3}, ["aa", "bb"])
    (waiting,) = full.erasures.pending()
    assert (waiting.id, waiting.what, waiting.work) == (number, "subject", {"words": [CANARY]})
    full.erasures.purge(TRACES)
    full.erasures.close(number)
    assert full.erasures.pending() == ()
    (proof,) = full.erasures.proofs()
    assert (proof.what, proof.counts, proof.finished is not None) == ("subject", {"posts": 3}, True)
    assert full.erasures.suppressed() == {"aa", "bb"}
    assert CANARY not in everything(full)


def test_an_import_may_be_read_again_when_another_one_took_its_rows(full: Desk) -> None:
    full.erasures.purge(Traces(sources=("00ff",), shared=("22ff",)))
    assert {r.source: r.again for r in full.imports.all()} == {"11ff": False, "22ff": True}
    told = {"name": "bruno.csv", "sha256": "22ff" * 16, "place": "x", "variant": "1"}
    assert full.imports.begin("22ff", skipped={}, **told) is None, "it is read from its beginning"
    full.imports.finish("22ff", Outcome())
    assert not any(record.again for record in full.imports.all())


def test_the_list_is_kept_once_each(desk: Desk) -> None:
    desk.erasures.suppress(["aa", "bb"])
    desk.erasures.suppress(["bb", "cc"])
    assert desk.erasures.suppressed() == {"aa", "bb", "cc"}
    assert desk.rows(tables.Suppressed).count() == 3


def holding(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if p.is_file() and CANARY.encode() in p.read_bytes().lower()]


def test_no_byte_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    state = open_state(sqlite_url(tmp_path / "state.db"))
    desk = state.create("lume", title="", language="it", timezone="UTC")
    fill(desk)
    assert holding(tmp_path)
    number = desk.erasures.begin("subject", {"words": [CANARY]}, {})
    desk.erasures.purge(TRACES)
    desk.erasures.close(number)
    assert holding(tmp_path) == []


def fill(desk: Desk) -> None:
    desk.subjects.put(CARLA)
    for number in range(200):
        desk.note("exported", f"{CANARY}-{number}.csv")


def test_whoever_keeps_reading_delays_only_the_last_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SQLITE_WAIT_SECONDS", 0.2)
    desk = open_state(sqlite_url(tmp_path / "state.db")).create("lume", title="", language="it", timezone="UTC")
    fill(desk)
    number = desk.erasures.begin("subject", {"words": [CANARY]}, {})
    reader = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM state_auditevent").fetchone()
    desk.erasures.purge(TRACES)
    with pytest.raises(StateError, match="in use"):
        desk.erasures.close(number)
    assert [one.work for one in desk.erasures.pending()] == [{}]
    reader.close()
    desk.erasures.close(number)
    assert holding(tmp_path) == []


def test_sqlite_and_postgres_both_rebuild(desk: Desk) -> None:
    room.compact(desk.alias)
    assert connections[desk.alias].is_usable()
