"""Nothing outlives its date, seeing it again does not extend it, and deleted posts lose their words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.flows.erasing import DAY, START, canaries, collected, home, post, take

from valore.flows.erase import proofs, resume
from valore.flows.retention import overdue, retain
from valore.flows.space import Space
from valore.lake import Lake
from valore.model.records import Account, Observation, Post, Record
from valore.places import Policy
from valore.places.youtube import YouTube

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
OURS = Policy(terms="Ours.", retention_days=None, may_derive=True, may_combine=True)
TUBE = Policy(terms="Thirty days.", retention_days=30, may_derive=True, may_combine=False)
X = Policy(terms="Follow deletions.", retention_days=None, may_derive=True, may_combine=True, deletion_hours=24)
POLICIES = {name: replace(p, names_days=None) for name, p in {"x": X, "tube": TUBE, "mastodon": OURS}.items()}
"""Without dates of names, which have tests of their own."""
WORDS = b"tubowords"


@pytest.fixture
def space(tmp_path: Path) -> Space:
    return home(tmp_path)


def tube(number: int, text: str = "un video", *, edited: int = 0) -> Post:
    return post(number, "channel-1", text)._replace(
        place="tube", id=f"video-{number}", updated=START + edited * 1000 if edited else None
    )


def ids(space: Space, place: str = "tube") -> set[str]:
    rows = space.lake.snapshot().table("posts", ["place", "id"]).to_pylist()
    return {row["id"] for row in rows if row["place"] == place}


def on(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def test_nothing_outlives_its_date_over_three_years_and_updates_do_not_extend_it(space: Space) -> None:
    """Every 25 days the same and newer videos are collected; the model knows when each came first."""
    first: dict[str, int] = {}
    for day in range(0, 3 * 365, 25):
        told = [tube(n, f"visto il giorno {day}", edited=day + 1) for n in range(day // 5, day // 5 + 10)]
        take(space, f"day-{day}.json", told, f"{day}".encode(), place="tube", at=on(day))
        for video in told:
            first.setdefault(video.id, day)
        retain(space, now=on(day + 6), policies=POLICIES)
        first = {name: came for name, came in first.items() if came + 30 > day + 6}
        assert ids(space) == set(first)
        kept = [r for r in space.imports() if r.sha256 in space.lake.kept()]
        assert all(r.started + timedelta(days=30) > on(day + 6) for r in kept)
    assert len(proofs(space)) > 20


def test_a_row_goes_on_its_day_and_not_before(space: Space) -> None:
    take(space, "a.json", [tube(1)], b"a", place="tube", at=on(0))
    assert not overdue(space, now=on(29.99), policies=POLICIES).anything
    assert overdue(space, now=on(30), policies=POLICIES).rows["posts"] == 1
    assert ids(space) == {"video-1"}
    assert retain(space, now=on(30), policies=POLICIES).rows["posts"] == 1
    assert ids(space) == set()


def test_everything_that_came_with_a_row_goes_with_it(space: Space) -> None:
    told: list[Record] = [
        tube(1, "tubowords"),
        Observation("tube", "video-1", "/0", seen=START, views=7),
        Account("tube", "channel-1", "/1", handle="tubowords", name="tubowords"),
    ]
    take(space, "a.json", told, b"tubowords", place="tube", at=on(0))
    folder = space.folder / "reports" / "lume"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<a href='https://tube.example/watch?v=video-1'>…</a>")
    assert len(canaries(space.home, [WORDS])) >= 3
    retain(space, now=on(31), policies=POLICIES)
    assert canaries(space.home, [WORDS]) == {}
    assert not (folder / "report.html").exists()
    assert all(space.lake.snapshot().rows(name) == 0 for name in ("posts", "accounts", "observations"))


def test_other_places_and_other_imports_stay(space: Space) -> None:
    mine = post(1, "601", "Lume")._replace(place="mastodon")
    take(space, "table.csv", [tube(1), mine], b"both", place="table", at=on(0))
    take(space, "own.json", [mine._replace(id="p2")], b"own", place="mastodon", at=on(0))
    retain(space, now=on(900), policies=POLICIES)
    assert (ids(space), ids(space, "mastodon")) == (set(), {"p1", "p2"})
    assert [r.name for r in space.imports() if r.sha256 in space.lake.kept()] == ["own.json"]


def test_what_is_kept_rewrites_nothing(space: Space) -> None:
    take(space, "own.json", [post(1, "601", "Lume")], b"own", at=on(0))
    files = space.lake.snapshot().files("posts")
    assert not retain(space, now=on(2000), policies=POLICIES).anything
    assert space.lake.snapshot().files("posts") == files
    assert proofs(space) == ()


def test_a_deleted_post_loses_its_words_and_stays_deleted(space: Space) -> None:
    words = post(1, "601", "tubowords")
    take(space, "before.json", [words, post(2, "601", "resta")], b"tubowords", at=on(0))
    gone = words._replace(text=None, deleted=START + 1000)
    take(space, "after.json", [gone], b"deleted", at=on(1))
    assert retain(space, now=on(1), policies=POLICIES).rows["posts"] == 1
    assert canaries(space.home, [WORDS]) == {}
    rows = {r["id"]: r for r in space.lake.snapshot().table("posts").to_pylist()}
    assert rows["p1"]["deleted"] is not None
    assert rows["p2"]["text"] == "resta"
    assert not retain(space, now=on(1), policies=POLICIES).anything


def test_a_place_that_does_not_ask_keeps_the_words_of_deleted_posts(space: Space) -> None:
    words = post(1, "601", "tubowords")._replace(place="mastodon")
    take(space, "before.json", [words], b"1", place="mastodon", at=on(0))
    take(space, "after.json", [words._replace(text=None, deleted=START + 1000)], b"2", place="mastodon", at=on(1))
    assert not retain(space, now=on(50), policies=POLICIES).anything


def test_a_post_that_was_written_anew_after_its_deletion_keeps_its_words(space: Space) -> None:
    words = post(1, "601", "Lume")
    take(space, "deleted.json", [words._replace(text=None, deleted=START + 1000)], b"1", at=on(0))
    take(space, "anew.json", [words._replace(updated=START + 2 * DAY)], b"2", at=on(1))
    assert not retain(space, now=on(50), policies=POLICIES).anything


def test_the_date_is_that_of_the_first_import_even_when_it_was_edited_later(space: Space) -> None:
    take(space, "a.json", [tube(1)], b"a", place="tube", at=on(0))
    take(space, "b.json", [tube(1, "un altro testo", edited=5)], b"b", place="tube", at=on(20))
    retain(space, now=on(31), policies=POLICIES)
    assert ids(space) == set()


def test_a_clock_that_went_back_takes_nothing_early(space: Space) -> None:
    take(space, "a.json", [tube(1)], b"a", place="tube", at=on(10))
    assert not retain(space, now=on(0), policies=POLICIES).anything
    collected(space, space.imports()[0].source, on(400))
    assert not retain(space, now=on(300), policies=POLICIES).anything


def test_what_was_cut_short_is_finished_by_the_next(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    take(space, "a.json", [tube(1, "tubowords")], b"tubowords", place="tube", at=on(0))
    monkeypatch.setattr(Lake, "erase", _cut)
    with pytest.raises(KeyboardInterrupt):
        retain(space, now=on(31), policies=POLICIES)
    monkeypatch.undo()
    assert ids(space) == {"video-1"}
    assert resume(space) == 1
    assert canaries(space.home, [WORDS]) == {}


def _cut(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


FILM = b"filmwords"
YOUTUBE = {"youtube": replace(YouTube.policy, names_days=None)}


def film(number: int, text: str = "filmwords") -> Post:
    return post(number, "UC-anna", text)._replace(place="youtube", id=f"film-{number}")


def told(space: Space, name: str, records: list[Record], *, at: float, place: str, variant: str) -> None:
    """Import records of YouTube that came in a certain way."""
    from valore.state import models

    take(space, name, records, f"filmwords {name}".encode(), place=place, at=on(at))
    space.desk.rows(models.Import).filter(name=name).update(variant=variant)


@pytest.mark.parametrize(("place", "variant"), [("youtube", "api"), ("table", "ytdt")])
def test_what_an_answer_told_goes_after_thirty_days(space: Space, place: str, variant: str) -> None:
    seen = Observation("youtube", "film-1", "/0", seen=START, views=7)
    channel = Account("youtube", "UC-anna", "/1", name="filmwords")
    told(space, "answers.json", [film(1), seen, channel], at=0, place=place, variant=variant)
    assert not overdue(space, now=on(29.99), policies=YOUTUBE).anything
    retain(space, now=on(30), policies=YOUTUBE)
    assert canaries(space.home, [FILM]) == {}
    assert all(space.lake.snapshot().rows(name) == 0 for name in ("posts", "accounts", "observations"))


def test_the_persons_own_takeout_stays(space: Space) -> None:
    told(space, "takeout.zip", [film(1)], at=0, place="youtube", variant="takeout")
    assert not overdue(space, now=on(2000), policies=YOUTUBE).anything


def test_what_both_told_keeps_what_the_archive_says(space: Space) -> None:
    told(space, "takeout.zip", [film(1, "mine")], at=0, place="youtube", variant="takeout")
    counts = Observation("youtube", "film-1", "/0", seen=START, views=7)
    told(space, "answers.json", [film(1), film(2), counts], at=10, place="youtube", variant="api")
    done = retain(space, now=on(45), policies=YOUTUBE)
    assert [r["text"] for r in space.lake.snapshot().table("posts").to_pylist()] == ["mine"]
    assert space.lake.snapshot().rows("observations") == 0
    assert [r.name for r in space.imports() if r.sha256 in space.lake.kept()] == ["takeout.zip"]
    assert done.again == 0


def test_an_archive_that_came_after_the_answers_may_be_given_again(space: Space) -> None:
    """What an answer had told first is not stored again, so it goes with the answer."""
    told(space, "answers.json", [film(1, "mine")], at=0, place="youtube", variant="api")
    told(space, "takeout.zip", [film(1, "mine"), film(2, "mine")], at=10, place="youtube", variant="takeout")
    assert retain(space, now=on(45), policies=YOUTUBE).again == 1
    assert ids(space, "youtube") == {"film-2"}
    assert {r.name: r.again for r in space.imports()} == {"answers.json": False, "takeout.zip": True}


def test_youtube_sets_thirty_days_for_what_is_not_its_owners() -> None:
    assert (YouTube.policy.retention_days, YouTube.policy.answers_days) == (None, 30)
