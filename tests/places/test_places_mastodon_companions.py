"""Mastodon: what lies beside the outbox is either an act of its owner or nobody's business."""

import json
from pathlib import Path
from typing import Any

from valore.model.records import Cursor, Fault, Interaction, Post, Raw, Record
from valore.model.source import Match
from valore.places.mastodon import PLUGIN
from valore.trust.archive import open_export

SAMPLE = Path(__file__).parents[1] / "samples" / "mastodon" / "companions-it"
_ANNA = "https://piazza.example/users/anna"


def _opened(path: Path) -> tuple[Match | None, list[Record | Fault]]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        raws = [r for r in PLUGIN.read(export, match) if not isinstance(r, Cursor)] if match is not None else []
    return match, [r for raw in raws for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]


def _copied(folder: Path, **files: Any) -> Path:
    """Copy the sample; a file given as None is left out, another one takes the place of its own."""
    for file in SAMPLE.iterdir():
        value = files.get(file.stem, file.read_text(encoding="utf-8"))
        if value is not None:
            (folder / file.name).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return folder


def _likes(path: Path) -> list[Interaction]:
    return [r for r in _opened(path)[1] if isinstance(r, Interaction) and r.kind == "like"]


def test_favourites_are_likes_of_the_owner_without_a_time() -> None:
    likes = _likes(SAMPLE)
    assert [(like.actor, like.target, like.at) for like in likes] == [
        (_ANNA, "https://altrove.example/users/lume/statuses/109999999999999999", None),
        (_ANNA, "https://terzo.example/objects/7f3a-1001", None),
        (_ANNA, "https://altrove.example/users/bruno/statuses/109999999999999998", None),
    ]
    assert [like.target_author for like in likes] == [
        "https://altrove.example/users/lume",
        None,
        "https://altrove.example/users/bruno",
    ]


def test_lists_of_people_bookmarks_and_filters_are_private() -> None:
    match, found = _opened(SAMPLE)
    assert match is not None
    assert set(match.members) == {"actor.json", "outbox.json", "likes.json"}
    assert set(match.skipped) == {
        *("bookmarks.json", "bookmarks.csv", "following_accounts.csv", "muted_accounts.csv", "blocked_accounts.csv"),
        *("blocked_domains.csv", "lists.csv", "custom_filters.json"),
    }
    assert set(match.skipped.values()) == {"private"}
    assert not [r for r in found if isinstance(r, Fault)]


def test_without_an_actor_the_outbox_says_whose_favourites_they_are(tmp_path: Path) -> None:
    assert {like.actor for like in _likes(_copied(tmp_path, actor=None))} == {_ANNA}


def test_favourites_of_nobody_are_faults(tmp_path: Path) -> None:
    empty = {"type": "OrderedCollection", "orderedItems": []}
    _, found = _opened(_copied(tmp_path, actor=None, outbox=empty))
    assert [(r.reason, r.where.pointer) for r in found if isinstance(r, Fault)] == [
        ("no_author", f"/orderedItems/{n}") for n in range(3)
    ]


def test_favourites_alone_are_no_archive(tmp_path: Path) -> None:
    assert _opened(_copied(tmp_path, actor=None, outbox=None))[0] is None


def test_a_favourite_that_is_no_address_is_a_fault_and_the_rest_is_read(tmp_path: Path) -> None:
    odd = {"type": "OrderedCollection", "orderedItems": [7, "https://terzo.example/objects/1", None]}
    _, found = _opened(_copied(tmp_path, likes=odd))
    assert [r.reason for r in found if isinstance(r, Fault)] == ["bad_shape", "bad_shape"]
    assert len([r for r in found if isinstance(r, Interaction)]) == 1
    assert len([r for r in found if isinstance(r, Post)]) == 1
