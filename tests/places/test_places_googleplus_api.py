"""Answers of the Google+ API, closed in 2019: the ids of the archive, and nothing that was not for everybody."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.places.recorded import folder

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._answer import Answer
from valore.places.googleplus import PLUGIN

_URL = "https://plus.google.com/1001/posts/AbC"


def _said(value: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where("https://www.googleapis.example/plus/v1", ""), value)))


def _first(value: Any) -> Post:
    return next(r for r in _said(value) if isinstance(r, Post))


def _activity(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "plus#activity",
        "id": "z12",
        "url": _URL,
        "published": "2015-03-01T08:00:00.000Z",
        "updated": "2015-03-01T08:00:00.000Z",
        "verb": "post",
        "actor": {"id": "1001", "displayName": "Anna Ferri", "url": "https://plus.google.com/1001"},
        "object": {
            "objectType": "note",
            "content": "Carta <b>nuova</b> #carta<br />e inchiostro",
            "replies": {"totalItems": 0},
            "plusoners": {"totalItems": 3},
            "attachments": [{"objectType": "article", "url": "https://lume.example/carta"}],
        },
        "access": {"kind": "plus#acl", "items": [{"type": "public"}]},
    } | fields


def _comment(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "plus#comment",
        "id": "z12#77",
        "published": "2015-03-01T09:00:00Z",
        "actor": {"id": "9", "displayName": "Bruno"},
        "object": {"objectType": "comment", "content": "Bella"},
        "inReplyTo": [{"id": "z12", "url": _URL}],
        "plusoners": {"totalItems": 0},
    } | fields


def _person(**fields: Any) -> dict[str, Any]:
    return {
        "kind": "plus#person",
        "id": "1001",
        "objectType": "page",
        "displayName": "Lume",
        "aboutMe": "<p>Carta</p>",
        "tagline": "carta e inchiostro",
        "url": "https://plus.google.com/1001",
        "image": {"url": "https://lume.example/a.png"},
        "circledByCount": 0,
        "verified": True,
        "language": "it",
    } | fields


def test_an_activity_bears_the_id_of_the_archive() -> None:
    post = _first({"kind": "plus#activityFeed", "items": [_activity()]})
    assert (post.id, post.author, post.published) == (_URL, "1001", instant("2015-03-01T08:00:00Z"))
    assert (post.text, post.tags) == ("Carta nuova #carta\ne inchiostro", ("carta",))
    assert (post.links, post.media, post.kind) == (("https://lume.example/carta",), 0, "Note")
    assert (post.visibility, post.updated, post.pointer) == ("public", None, "/items/0")


def test_counts_are_those_that_are_told() -> None:
    seen = next(r for r in _said(Answer(_activity(), seen=5)) if isinstance(r, Observation))
    assert (seen.likes, seen.replies, seen.reposts, seen.seen) == (3, 0, None, 5)


def test_an_edit_is_a_revision() -> None:
    assert _first(_activity(updated="2015-03-02T08:00:00Z")).updated == instant("2015-03-02T08:00:00Z")


def test_pictures_make_the_kind() -> None:
    attached = {"objectType": "note", "content": "", "attachments": [{"objectType": "photo"}, {"objectType": "video"}]}
    post = _first(_activity(object=attached))
    assert (post.kind, post.media, post.text) == ("Video", 2, None)


def test_a_share_is_a_repost_and_with_words_a_quote() -> None:
    shared = {"objectType": "activity", "id": "z99", "url": "https://plus.google.com/9/posts/X", "actor": {"id": "9"}}
    shared |= {"content": "words of another"}
    act = next(r for r in _said(_activity(verb="share", object=shared)) if isinstance(r, Interaction))
    assert (act.kind, act.actor, act.target, act.target_author, act.id) == (
        "repost",
        "1001",
        "https://plus.google.com/9/posts/X",
        "9",
        _URL,
    )
    quote = _first(_activity(verb="share", object=shared, annotation="Da <i>leggere</i> #carta"))
    assert (quote.text, quote.tags, quote.quote_of_author) == ("Da leggere #carta", ("carta",), "9")


def test_a_comment_answers_a_post() -> None:
    post = _first([_comment()])
    assert (post.id, post.author, post.reply_to, post.thread) == ("z12#77", "9", _URL, _URL)
    assert next(r for r in _said(_comment()) if isinstance(r, Observation)).likes == 0


def test_a_person_is_an_account() -> None:
    found = next(r for r in _said(_person()) if isinstance(r, Account))
    assert (found.id, found.name, found.bio, found.kind) == ("1001", "Lume", "Carta", "Organization")
    assert (found.followers, found.verified, found.default_picture, found.language) == (0, True, None, "it")


@pytest.mark.parametrize(
    ("kind", "owner", "kept"),
    [
        ("public", None, ["public"]),
        ("myCircles", None, []),
        ("myCircles", "1001", ["followers"]),
        ("person", "9", []),
        ("person", "1001", ["private"]),
    ],
)
def test_only_what_everybody_may_read_and_ones_own_is_kept(kind: str, owner: str | None, kept: list[str]) -> None:
    found = _said(Answer(_activity(access={"items": [{"type": kind}]}), owner=owner))
    assert [r.visibility for r in found if isinstance(r, Post)] == kept
    assert kept or not found


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"url": None, "id": None}, "no_id"),
        ({"actor": {}}, "no_author"),
        ({"published": None}, "no_date"),
        ({"published": "soon"}, "bad_date"),
        ({"object": {"attachments": 7}}, "bad_shape"),
    ],
)
def test_an_activity_that_lacks_something_is_a_fault_and_the_next_is_read(fields: dict[str, Any], reason: str) -> None:
    found = _said({"items": [_activity(**fields), _activity()]})
    assert [r.reason for r in found if isinstance(r, Fault)] == [reason]
    assert [r.id for r in found if isinstance(r, Post)] == [_URL]


@pytest.mark.parametrize("value", [None, 7, [7], {}, {"kind": "plus#moment"}, {"error": {"code": 404}}, {"items": 7}])
def test_other_answers_are_no_records(value: Any) -> None:
    assert all(isinstance(r, Fault) for r in _said(value))


def _unknown(value: Any, schema: dict[str, Any], schemas: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield the keys of a value that a schema does not know."""
    schema = schemas[schema["$ref"]] if "$ref" in schema else schema
    if isinstance(value, list):
        for one in value:
            yield from _unknown(one, schema["items"], schemas, path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in schema["properties"]:
                yield f"{path}/{key}"
            else:
                yield from _unknown(inner, schema["properties"][key], schemas, f"{path}/{key}")


@pytest.mark.parametrize(("name", "value"), [("Activity", _activity()), ("Comment", _comment()), ("Person", _person())])
def test_the_invented_answers_are_built_as_the_api_said(name: str, value: dict[str, Any]) -> None:
    schemas = json.loads((folder("googleplus-api") / "googleplus_api_discovery.json").read_text("utf-8"))["schemas"]
    assert list(_unknown(value, schemas[name], schemas)) == []
