"""Recorded answers of YouTube's API and a Takeout: everything public means something, or says why not."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Fault, Observation, Post, Raw, Record, Where
from valore.places.youtube import PLUGIN
from valore.trust.archive import open_export

SHARED = Path(__file__).parents[3] / "shared" / "samples"


def _folder(name: str) -> Path:
    if not (SHARED / name).exists():
        pytest.skip(f"no recorded samples here: {name}")
    return SHARED / name


@pytest.fixture(scope="module")
def answers() -> list[tuple[str, Any]]:
    """Every recorded answer with the name of its file; parts of answers, which have no kind, are left out."""
    folder = _folder("youtube-api")
    paths = sorted(folder.rglob("*.json"))
    found = [(p.relative_to(folder).as_posix(), json.loads(p.read_text("utf-8"))) for p in paths]
    return [(name, answer) for name, answer in found if answer.keys() & {"kind", "error"}]


def _meant(name: str, answer: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where(name, ""), answer)))


def _of(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Yield all things of a kind, wherever they stand; an id is not a thing."""
    if isinstance(value, dict):
        if value.get("kind") == f"youtube#{kind}" and ("snippet" in value or "statistics" in value):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _of(inner, kind)


def test_every_video_and_comment_is_a_post(answers: list[tuple[str, Any]]) -> None:
    read = Counter[str]()
    for name, answer in answers:
        ids = Counter(r.id for r in _meant(name, answer) if isinstance(r, Post))
        for kind in ("video", "comment"):
            wanted = Counter(v["id"] for v in _of(answer, kind))
            assert not wanted - ids, name
            read[kind] += wanted.total()
    assert read["video"] > 10
    assert read["comment"] >= 20


def test_every_find_and_activity_is_a_post_or_an_account(answers: list[tuple[str, Any]]) -> None:
    read = Counter[str]()
    for name, answer in answers:
        found = _meant(name, answer)
        finds = [f for f in _of(answer, "searchResult") if f["id"]["kind"] != "youtube#playlist"]
        acts = list(_of(answer, "activity"))
        if finds or acts:
            assert len([r for r in found if isinstance(r, Post | Account)]) == len(finds) + len(acts), name
        read.update(finds=len(finds), acts=len(acts))
    assert read["finds"] > 50
    assert read["acts"] > 10


def test_every_channel_is_an_account_with_its_followers_where_they_are_told(answers: list[tuple[str, Any]]) -> None:
    for name, answer in answers:
        channels = {c["id"]: "statistics" in c for c in _of(answer, "channel")}
        found = {r.id: r for r in _meant(name, answer) if isinstance(r, Account)}
        assert {c: found[c].followers is not None for c in channels} == channels, name


def test_faults_are_errors_or_items_of_playlists_without_their_date(answers: list[tuple[str, Any]]) -> None:
    faults = [(name, f) for name, a in answers for f in _meant(name, a) if isinstance(f, Fault)]
    errors = [name for name, f in faults if f.detail.startswith("error")]
    assert errors == ["error_response.json", "error_response_simple.json"]
    others = [(name.split("/")[1], f.reason) for name, f in faults if name not in errors]
    assert others == [("playlist_items", "no_date")] * 5


def test_what_is_no_post_is_silent(answers: list[tuple[str, Any]]) -> None:
    silent = {name for name, a in answers if not _meant(name, a)}
    for part in ("subscriptions", "captions", "members", "i18ns", "channel_sections"):
        assert all(name in silent for name, _ in answers if f"/{part}/" in name), part


def test_what_is_read_is_whole(answers: list[tuple[str, Any]]) -> None:
    for name, answer in answers:
        for record in _meant(name, answer):
            if isinstance(record, Post):
                assert record.author.startswith("UC"), name
                assert record.title or record.text, name
            elif isinstance(record, Observation):
                assert record.views is None or record.views > 0, name


def test_a_recorded_takeout_is_recognised_in_both_layouts() -> None:
    with open_export(_folder("youtube-takeout")) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        raws = [r for r in PLUGIN.read(export, match) if isinstance(r, Raw | Fault)]
        found = [r for raw in raws for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]
    posts = [r for r in found if isinstance(r, Post)]
    assert len(posts) == len(found) == 4
    assert sorted(bool(p.reply_to and "." in p.id) for p in posts) == [False, False, False, True]
