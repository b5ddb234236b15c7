"""Authors who have no part lose their names when their time is over; everybody still counts once."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.flows.erasing import HANDLE, ID, START, canaries, carla, collected, home, post, take

from valore.flows._unnamed import MARK, involved, showing
from valore.flows.erase import erase, proofs, resume
from valore.flows.importing import import_files
from valore.flows.posts import posts
from valore.flows.retention import overdue, retain
from valore.flows.space import Space, create
from valore.flows.subjects import declare
from valore.lake import Lake
from valore.model.keys import key
from valore.model.links import Said, Word
from valore.model.records import Account, Opinion, Record
from valore.places import Policy, places
from valore.state import Review

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
BRUNO = "8800112244"
NEEDLES = (b"8800112244", b"brunokanari", b"Bruno Canarini", b"sono bruno", b"Canarinia")
ADDRESS = "https://x.com/brunokanari"
Policies = Mapping[str, Policy]
NONE: Policies = {}
"""No place has a policy of its own: what is said of none counts for all."""


@pytest.fixture
def space(tmp_path: Path) -> Space:
    return home(tmp_path)


def on(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def bruno(**more: Any) -> Account:
    told = Account("x", BRUNO, "/b", handle="brunokanari", name="Bruno Canarini", bio="sono bruno", url=ADDRESS)
    return told._replace(location="Canarinia", followers=12, links=(ADDRESS,), seen=START)._replace(**more)


def said() -> list[Record]:
    """Return what a listening tool collected: Bruno's posts on Lume, and Lume's own."""
    theirs = [post(n, BRUNO, f"Lume scalda, {n}", url=f"{ADDRESS}/status/{n}") for n in range(3)]
    lume = post(50, "500", "Una lampada nuova", url="https://x.com/lume/status/50")
    label = Opinion("x", "p1", "/o", tool="tool", label="negative", published=START)
    return [*theirs, lume, label, bruno(), Account("x", "500", "/l", handle="lume", name="Lume")]


def gathered(space: Space, days: float = 0, name: str = "mentions.csv") -> None:
    """Import what was collected, from a file in which the names stand."""
    take(space, name, said(), b"id,author\n1,brunokanari\n2,Bruno Canarini\n", place="table", at=on(days))


def rows(space: Space, table: str = "accounts") -> dict[int, dict[str, Any]]:
    return {row["key"]: row for row in space.lake.snapshot().table(table).to_pylist()}


def left(space: Space, account: str = BRUNO) -> bool:
    """Return whether an account still tells whose it is."""
    return not rows(space)[key("x", account)]["id"].startswith(MARK)


def test_a_name_goes_on_its_day_and_not_a_byte_of_it_stays(space: Space) -> None:
    gathered(space)
    report = space.folder / "reports" / "lume" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text("<h3>1. <bdi>brunokanari</bdi></h3>")
    report.with_name("report.pdf").write_bytes(b"%PDF")
    assert len(canaries(space.home, NEEDLES)) >= 4
    assert not overdue(space, now=on(29.99), policies=NONE).anything
    told = overdue(space, now=on(30), policies=NONE)
    assert (told.rows, told.masked, told.mixed, told.files) == ({}, {"accounts": 1, "posts": 3}, 1, 2)
    assert left(space)
    assert retain(space, now=on(30), policies=NONE).masked == told.masked
    assert canaries(space.home, NEEDLES) == {}
    assert not report.exists()
    assert not overdue(space, now=on(30), policies=NONE).anything
    assert proofs(space)[-1].counts["accounts masked"] == 1


def test_everybody_counts_once_as_before_and_what_was_written_stays(space: Space) -> None:
    gathered(space)
    before, labels = rows(space, "posts"), space.lake.snapshot().table("annotations")
    retain(space, now=on(31), policies=NONE)
    for number, now in rows(space, "posts").items():
        assert {**now, "url": None} == {**before[number], "url": None}
    assert {row["author"] for row in before.values()} == {key("x", BRUNO), key("x", "500")}
    assert space.lake.snapshot().table("annotations").equals(labels)
    kept = rows(space)[key("x", BRUNO)]
    assert kept["followers"] == 12
    shown = {row["author"]: row["handle"] for row in posts(space).to_pylist()}
    assert shown[key("x", "500")] == "lume"
    assert shown[key("x", BRUNO)] == kept["id"] == f"~{key('x', BRUNO):016x}"


def test_an_address_that_is_an_id_gives_way_too(space: Space) -> None:
    of = "https://brunokanari.example/users/brunokanari"
    told = post(1, of, "Lume", url=f"{of}/1")._replace(place="mastodon", id=f"{of}/statuses/1")
    take(space, "f.csv", [told, Account("mastodon", of, "/a", name="Bruno Canarini")], b"f", place="table", at=on(0))
    retain(space, now=on(30), policies=NONE)
    assert canaries(space.home, NEEDLES) == {}
    [left] = rows(space, "posts").values()
    assert (left["key"], left["author"]) == (key("mastodon", told.id), key("mastodon", of))


@pytest.mark.parametrize("part", ["subject", "handle", "link", "review", "archive"])
def test_who_has_a_part_keeps_the_name(space: Space, part: str) -> None:
    gathered(space)
    match part:
        case "subject":
            declare(space, "bruno", name="Bruno", accounts=(f"x:{BRUNO}",))
        case "handle":
            declare(space, "bruno", kind="brand", name="Bruno", accounts=("x:@BrunoKanari",))
        case "link":
            space.desk.links.say(Word(f"x:{BRUNO}", "mastodon:@bruno", Said.DIFFERENT, "Anna", on(1)))
        case "review":
            told = Review(key("x", "p1"), key("x", BRUNO), "negative", 0.5, "Anna", on(1))
            space.desk.reviews.add("lume", [told])
        case "archive":
            take(space, "own.zip", [bruno()], b"own", place="x", at=on(0))
            owned(space, f"x:{BRUNO}")
    retain(space, now=on(400), policies=NONE)
    assert rows(space)[key("x", BRUNO)]["name"] == "Bruno Canarini"
    assert rows(space, "posts")[key("x", "p1")]["url"] == f"{ADDRESS}/status/1"


def owned(space: Space, account: str) -> None:
    """Say that an archive's posts are mostly by somebody."""
    from valore.state import models

    space.desk.rows(models.Import).filter(name="own.zip").update(owners={account: 7, "x:9": 2})


def test_a_stub_that_only_calls_somebody_with_a_part_keeps_its_handle(space: Space) -> None:
    told: list[Record] = [bruno(), post(1, "601", "ciao", mentions=("@brunokanari", "@zoe"))]
    take(space, "mentions.csv", told, b"1", place="table", at=on(0))
    declare(space, "bruno", name="Bruno", accounts=(f"x:{BRUNO}",))
    assert {key("x", BRUNO), key("x", "@brunokanari")} <= set(involved(space, space.lake.snapshot()).tolist())
    retain(space, now=on(30), policies=NONE)
    assert [left(space, who) for who in (BRUNO, "@brunokanari", "@zoe", "601")] == [True, True, False, False]


def test_the_same_file_again_and_a_newer_one_bring_no_name_back(space: Space) -> None:
    gathered(space)
    retain(space, now=on(30), policies=NONE)
    gathered(space)
    assert not left(space)
    take(space, "copy.csv", said(), b"again, brunokanari", place="table", at=on(40))
    assert not left(space)
    newer: list[Record] = [bruno(followers=13, seen=START + 1), post(9, BRUNO, "ancora")]
    take(space, "newer.csv", newer, b"newer, brunokanari", place="table", at=on(40))
    assert canaries(space.home, NEEDLES)
    retain(space, now=on(40), policies=NONE)
    assert canaries(space.home / "workspaces" / "lume" / "lake", NEEDLES) == {}
    assert len(space.lake.snapshot().table("accounts", ["key"]).to_pylist()) == 3
    retain(space, now=on(70), policies=NONE)
    assert canaries(space.home, NEEDLES) == {}


def test_the_owners_archive_stays_and_those_it_names_do_not(space: Space) -> None:
    take(space, "own.zip", [*carla(0, 3), bruno()], f"{HANDLE} brunokanari".encode(), place="x", at=on(0))
    retain(space, now=on(900), policies=NONE)
    assert set(canaries(space.folder, NEEDLES)) == {f"originals/{r.sha256[:2]}/{r.sha256}" for r in space.imports()}
    assert left(space, ID)
    assert rows(space)[key("x", ID)]["handle"] == HANDLE


def test_no_name_outlives_its_date_over_three_years(space: Space) -> None:
    """Every 45 days old and new authors are collected, each time with something new about them."""
    first: dict[str, int] = {}
    for day in range(0, 3 * 365, 45):
        met = [f"7000{n}" for n in range(day // 15, day // 15 + 6)]
        told = [
            Account("x", who, f"/{who}", handle=f"amico{who}", bio=f"il giorno {day}", seen=START + day) for who in met
        ]
        take(space, f"{day}.csv", [*told, post(day, met[0], "Lume")], f"{day}".encode(), place="table", at=on(day))
        for who in met:
            first.setdefault(who, day)
        retain(space, now=on(day + 20), policies=NONE)
        named = {row["key"] for row in rows(space).values() if not row["id"].startswith(MARK)}
        assert named == {key("x", who) for who, came in first.items() if came + 30 > day + 20}
    assert len(rows(space)) == len(first)


def test_a_place_may_set_another_date_or_none(space: Space) -> None:
    gathered(space)
    long = {"x": Policy(terms="", retention_days=None, may_derive=True, may_combine=True, names_days=90)}
    ever = {"x": Policy(terms="", retention_days=None, may_derive=True, may_combine=True, names_days=None)}
    assert not overdue(space, now=on(2000), policies=ever).anything
    assert not overdue(space, now=on(89), policies=long).anything
    assert overdue(space, now=on(90), policies=long).masked["accounts"] == 1


def test_every_place_lets_names_go_after_thirty_days() -> None:
    assert {place.policy.names_days for place in places().values()} == {30}


def test_what_was_cut_short_is_finished_by_the_next(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered(space)
    monkeypatch.setattr(Lake, "erase", _cut)
    with pytest.raises(KeyboardInterrupt):
        retain(space, now=on(31), policies=NONE)
    monkeypatch.undo()
    assert left(space)
    assert resume(space) == 1
    assert canaries(space.home, NEEDLES) == {}


def _cut(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_who_has_a_pseudonym_can_still_be_erased_by_id(space: Space) -> None:
    gathered(space)
    retain(space, now=on(31), policies=NONE)
    assert erase(space, f"x:{BRUNO}").rows["posts"] == 3
    assert key("x", BRUNO) not in rows(space)


ARCHIVE = Path(__file__).parents[1] / "samples" / "x" / "2022-it"


def listened(folder: Path, name: str, **authors: str) -> Path:
    """Write what a listening tool collected, a line for each author."""
    at = {"platform": "x", "created_at": "2023-02-01T10:00:00Z", "text": "la Lume scalda"}
    told = [{**at, "id": f"{name}-{n}", "author": n, "author_handle": handle} for n, handle in authors.items()]
    path = folder / f"{name}.jsonl"
    path.write_text("".join(json.dumps({**line, "author": line["author"][1:]}) + "\n" for line in told))
    return path


def test_real_files_old_and_new(tmp_path: Path) -> None:
    """The end of an import lets old names go; archives of their owners keep theirs."""
    space = create(tmp_path / "home", "studio")
    import_files(space, [ARCHIVE, listened(tmp_path, "march", n77001="brunokanari", n77002="dariokanari")])
    for record in space.imports():
        collected(space, record.source, datetime.now(UTC) - timedelta(days=31))
    assert canaries(space.home, [b"brunokanari", b"dariokanari"])
    told = import_files(space, [listened(tmp_path, "april", n77001="brunokanari", n77003="carlakanari")])
    assert told.stored["posts"] == 2
    assert canaries(space.home, [b"dariokanari"]) == {}
    assert canaries(space.folder / "lake", [b"brunokanari"]) == {}
    names = {row["handle"] for row in rows(space).values()}
    assert {"carlakanari", "AnnaFerri"} <= names
    april = next(r for r in space.imports() if r.name == "april.jsonl")
    assert {april.sha256} < set(space.lake.kept())
    assert not import_files(space, [tmp_path / "march.jsonl"]).stored
    assert canaries(space.home, [b"dariokanari"]) == {}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<bdi>Anna Ferri</bdi>", True),
        ('{"author": "anna ferri"}', True),
        ("3 Anna Ferri, 4 May", True),
        ("https://x.com/annaf/status/1", True),
        ("<p>D&#x27;Orta</p>", True),
        ("<p>Anna Ferri Rossi</p>", False),
        ("<p>le scrive Anna</p>", False),
        ("annaferri annaf2", False),
    ],
)
def test_a_name_is_found_where_it_stands_by_itself(tmp_path: Path, text: str, shown: bool) -> None:
    (tmp_path / "report.html").write_text(text)
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "x.html").write_text(text)
    assert bool(showing(tmp_path, ["anna ferri", "annaf", "d'orta"])) == shown


@pytest.mark.parametrize("name", ["Lume", "lampadelume", HANDLE])
def test_a_report_of_somebody_of_the_same_name_stays(space: Space, name: str) -> None:
    lume = Account("x", "500", "/l", handle="lampadelume", name="Lume")
    told: list[Record] = [bruno(place="mastodon", handle=name.lower(), name=name), lume]
    take(space, "m.csv", told, b"m", place="table", at=on(0))
    report = space.folder / "reports" / "lume" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text(f"<h1>{name}</h1>")
    assert retain(space, now=on(31), policies=NONE).masked["accounts"] == 1
    assert report.exists()
