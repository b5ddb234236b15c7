"""Threads: what an Instagram archive holds of it is told as of another place."""

import json
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Cursor, Fault, Post, Raw, Record
from valore.model.source import Match
from valore.places.instagram import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "instagram"
START = 1_704_100_000_000_000


def _opened(path: Path) -> tuple[Match, list[Record | Fault]]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        raws = [r for r in PLUGIN.read(export, match) if not isinstance(r, Cursor)]
    return match, [r for raw in raws for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]


def _posts(case: str = "threads-it") -> list[Post]:
    found = (r for r in _opened(SAMPLES / case)[1] if isinstance(r, Post))
    return sorted((p for p in found if p.place == "threads"), key=lambda p: p.published)


def _element(folder: Path, element: Any) -> Record | Fault:
    path = folder / "your_instagram_activity" / "threads" / "threads_and_replies.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"text_post_app_text_posts": [element]}))
    return _opened(folder)[1][-1]


def test_one_archive_gives_both_places() -> None:
    _, found = _opened(SAMPLES / "threads-it")
    assert {r.place for r in found if isinstance(r, Post)} == {"instagram", "threads"}
    assert {(r.place, r.id) for r in found if isinstance(r, Account)} == {
        ("instagram", "@annaferri"),
        ("threads", "@annaferri"),
    }


def test_an_archive_of_threads_alone_is_read() -> None:
    assert _posts("threads-alone-it") == _posts()


def test_texts_tags_people_and_links_are_told() -> None:
    first, second, *_, last = _posts()
    assert (first.text, first.tags) == ("Carta, città, perché no? 🎉 #tipografia", ("tipografia",))
    assert (second.mentions, second.author) == (("@lume.studio",), "@annaferri")
    assert (last.text, last.links) == ("رائع https://lume.example/carta", ("https://lume.example/carta",))
    assert [p.published for p in _posts()] == [START + n * 60_000_000 for n in range(5)]


def test_a_text_is_no_picture_though_it_is_written_as_one() -> None:
    kinds = [(p.kind, p.media) for p in _posts()]
    assert kinds == [("Note", 0), ("Note", 0), ("Image", 1), ("Video", 2), ("Note", 0)]
    assert _posts()[3].text == "Due prove\nuna accanto all'altra"


def test_the_account_has_the_name_of_instagram() -> None:
    account = next(r for r in _opened(SAMPLES / "threads-it")[1] if isinstance(r, Account) and r.place == "threads")
    assert (account.handle, account.name) == ("annaferri", "Anna Ferri")
    assert account.url == "https://www.threads.com/@annaferri"


def test_likes_views_followers_and_blocks_are_not_read() -> None:
    skipped = {name.rpartition("/")[2]: code for name, code in _opened(SAMPLES / "threads-it")[0].skipped.items()}
    assert skipped == {
        "liked_threads.json": "not_needed",
        "threads_viewed.json": "not_needed",
        "followers.json": "private",
        "blocked_profiles.json": "private",
    }


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ({"media": [{"uri": "", "title": "Quando?"}]}, "no_date"),
        ({"media": [{"uri": "", "title": " ", "creation_timestamp": 1_704_100_000}]}, "no_content"),
        ("niente", "bad_shape"),
        ({"media": "x", "creation_timestamp": 1_704_100_000}, "no_content"),
    ],
)
def test_a_post_without_what_it_needs_is_a_fault(element: Any, reason: str, tmp_path: Path) -> None:
    fault = _element(tmp_path, element)
    assert isinstance(fault, Fault)
    assert fault.reason == reason
