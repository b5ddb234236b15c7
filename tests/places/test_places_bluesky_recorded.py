"""Bluesky: repositories and answers of real servers are read whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from libipld import decode_car

from valore.model.records import Account, Cursor, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.places import _car
from valore.places.bluesky import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.bluesky import packed

SHARED = Path(__file__).parents[3] / "shared" / "samples"


def _shared(name: str) -> Path:
    path = SHARED / "bluesky" / name
    if not path.exists():
        pytest.skip(f"no recorded samples here: bluesky/{name}")
    return path


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        raws = [r for r in PLUGIN.read(export, match) if not isinstance(r, Cursor)]
    return [r for raw in raws for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]


def _answered(name: str) -> tuple[Any, list[Record | Fault]]:
    value = json.loads(_shared(f"{name}.json").read_text(encoding="utf-8"))
    return value, list(PLUGIN.normalise(Raw("api", Where(f"{name}.json", ""), value)))


@pytest.mark.parametrize(("name", "posts"), [("repo-61posts.car", 61), ("repo-anna.car", 1)])
def test_every_record_of_a_repository_is_read(name: str, posts: int) -> None:
    path = _shared(name)
    found = _read(path)
    _, blocks = decode_car(path.read_bytes())
    texts = sorted(b["text"] for b in blocks.values() if b.get("$type") == "app.bsky.feed.post")
    assert sorted(str(r.text) for r in found if isinstance(r, Post)) == texts
    assert len(texts) == posts
    assert len(found) == posts + 1
    assert isinstance(found[0], Account)


@pytest.mark.parametrize("name", ["repo-61posts.car", "repo-anna.car"])
def test_our_own_tree_over_the_same_records_has_the_same_name(name: str) -> None:
    """So the samples that we make are built as servers build them."""
    found = _car.blocks(_shared(name).read_bytes())
    assert found is not None
    commit = found.block(found.roots[0])
    records = {leaf.path: found.block(leaf.cid) for leaf in _car.leaves(found, commit["data"])}
    ours = _car.blocks(packed(commit["did"], records))
    assert ours is not None
    assert ours.block(ours.roots[0])["data"] == commit["data"]


def test_a_recorded_feed_is_read_whole() -> None:
    value, found = _answered("app.bsky.feed.getAuthorFeed")
    assert [r.id for r in found if isinstance(r, Post)] == [e["post"]["uri"] for e in value["feed"]]
    assert sum(isinstance(r, Observation) for r in found) == len(value["feed"])
    assert not [r for r in found if isinstance(r, Fault)]


def test_a_recorded_feed_says_of_a_post_what_the_repository_says() -> None:
    held = [r for r in _read(_shared("repo-anna.car")) if isinstance(r, Post)]
    seen = [r for r in _answered("app.bsky.feed.getAuthorFeed")[1] if isinstance(r, Post)]
    assert [p._replace(pointer="") for p in seen] == [p._replace(pointer="") for p in held]


def test_a_recorded_profile_and_its_followers_are_read_whole() -> None:
    (account,) = _answered("app.bsky.actor.getProfile")[1]
    assert isinstance(account, Account)
    assert (account.followers, account.following, account.posts) == (2, 0, 1)
    value, found = _answered("app.bsky.graph.getFollowers")
    follows = [r for r in found if isinstance(r, Interaction)]
    assert [f.actor for f in follows] == [f["did"] for f in value["followers"]]
    assert {f.target_author for f in follows} == {value["subject"]["did"]} == {account.id}


def test_every_recorded_notification_is_a_post_or_an_act() -> None:
    value, found = _answered("app.bsky.notification.listNotifications")
    said = {r.id for r in found if isinstance(r, Post | Interaction)}
    assert said == {n["uri"] for n in value["notifications"]}
    assert {r.kind for r in found if isinstance(r, Interaction)} == {"like", "repost", "follow"}
    assert not [r for r in found if isinstance(r, Fault)]
