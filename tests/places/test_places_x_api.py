"""Answers of X's API: v1.1 is understood as an archive is, v2 as it was kept elsewhere."""

from typing import Any

import pytest
from tests.places.recorded import Recorded, cassettes, folder, objects

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._answer import Answer
from valore.places.x import PLUGIN

_AT = "Fri Mar 01 08:00:00 +0000 2024"


def _said(value: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where("https://api.x.example/1.1", ""), value)))


def _post(value: Any) -> Post:
    return next(r for r in _said(value) if isinstance(r, Post))


def _user(native: str = "1001", **fields: Any) -> dict[str, Any]:
    return {
        "id_str": native,
        "screen_name": "AnnaFerri",
        "name": "Anna Ferri",
        "description": "Carta: https://t.co/a",
        "entities": {
            "description": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://lume.example"}]},
            "url": {"urls": [{"url": "https://t.co/y", "expanded_url": "https://annaferri.example"}, {"url": "t.co"}]},
        },
        "created_at": "Mon Dec 10 22:03:43 +0000 2018",
        "followers_count": 12,
        "friends_count": 0,
        "protected": False,
        "verified": False,
    } | fields


_BRUNO = _user("1002", screen_name="bruno", name="Bruno")


def _tweet(native: str = "1763471234567890000", **fields: Any) -> dict[str, Any]:
    return {
        "id_str": native,
        "created_at": _AT,
        "text": "Carta nuova https://t.co/b #carta",
        "entities": {
            "urls": [{"url": "https://t.co/b", "expanded_url": "https://lume.example/carta"}],
            "hashtags": [{"text": "carta"}],
            "user_mentions": [],
        },
        "user": _user(),
        "favorite_count": 3,
        "retweet_count": 0,
        "lang": "it",
    } | fields


def test_a_post_is_that_of_an_archive_with_its_author() -> None:
    post = _post([_tweet()])
    assert (post.id, post.author, post.published) == ("1763471234567890000", "1001", instant("2024-03-01T08:00:00Z"))
    assert (post.text, post.links) == (
        "Carta nuova https://lume.example/carta #carta",
        ("https://lume.example/carta",),
    )
    assert (post.tags, post.language, post.pointer) == (("carta",), "it", "/0")


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, (3, None, 0, None)),
        ({"reply_count": 0, "quote_count": 2}, (3, 0, 0, 2)),
        ({"favorite_count": None, "retweet_count": None}, None),
    ],
)
def test_counts_are_of_the_moment(fields: dict[str, Any], counts: tuple[int | None, ...] | None) -> None:
    found = [r for r in _said(Answer(_tweet(**fields), seen=5)) if isinstance(r, Observation)]
    assert [(o.likes, o.replies, o.reposts, o.quotes) for o in found] == ([counts] if counts else [])
    assert all(o.seen == 5 for o in found)


def test_a_profile_is_told_once_with_its_addresses_written_out() -> None:
    people = _said([_tweet("1763471234567890001"), _tweet("1763471234567890002")])
    profile, *more = [r for r in people if isinstance(r, Account)]
    assert not more
    assert (profile.id, profile.handle, profile.bio) == ("1001", "AnnaFerri", "Carta: https://lume.example")
    assert (profile.followers, profile.following, profile.posts, profile.protected) == (12, 0, None, False)
    assert profile.links == ("https://annaferri.example",)


def test_the_full_text_is_preferred_wherever_it_stands() -> None:
    longer = {"full_text": "Carta nuova e intera", "entities": {"urls": [], "hashtags": []}}
    assert _post(_tweet(extended_tweet=longer, truncated=True)).text == "Carta nuova e intera"
    assert _post(_tweet(full_text="Carta intera")).text == "Carta intera"


def test_a_cut_text_does_not_link_to_itself() -> None:
    itself = {"url": "https://t.co/c", "expanded_url": "https://twitter.com/i/web/status/1763471234567890000"}
    post = _post(_tweet(truncated=True, text="Carta… https://t.co/c", entities={"urls": [itself]}))
    assert (post.text, post.links) == ("Carta…", ())


def test_a_retweet_is_an_act_and_brings_the_post() -> None:
    inner = _tweet("1763470000000000000", user=_BRUNO)
    found = _said(_tweet(text="RT @bruno: Carta nuova", retweeted_status=inner))
    act = next(r for r in found if isinstance(r, Interaction))
    assert (act.kind, act.actor, act.target, act.target_author) == ("repost", "1001", "1763470000000000000", "1002")
    assert [(p.id, p.author) for p in found if isinstance(p, Post)] == [("1763470000000000000", "1002")]


def test_a_retweet_of_somebody_left_out_is_of_the_person_that_is_mentioned() -> None:
    inner = {k: v for k, v in _tweet("1763470000000000000").items() if k != "user"}
    named = {"user_mentions": [{"screen_name": "Bruno", "id_str": "1002"}]}
    found = _said(_tweet(text="RT @bruno: Carta nuova", entities=named, retweeted_status=inner))
    assert [r.target_author for r in found if isinstance(r, Interaction)] == ["1002"]
    assert [p.author for p in found if isinstance(p, Post)] == ["1002"]


def test_a_quote_names_the_person_and_brings_the_post() -> None:
    inner = _tweet("1763470000000000000", user=_BRUNO)
    found = _said(_tweet(quoted_status_id_str="1763470000000000000", quoted_status=inner))
    first, second = [r for r in found if isinstance(r, Post)]
    assert (first.quote_of, first.quote_of_author) == ("1763470000000000000", "1002")
    assert second.pointer == "/quoted_status"


def test_the_post_beside_a_profile_is_of_that_person() -> None:
    bare = {k: v for k, v in _tweet().items() if k != "user"}
    post = _post({"users": [_user(status=bare)], "next_cursor": 0})
    assert (post.author, post.pointer) == ("1001", "/users/0/status")


@pytest.mark.parametrize(("owner", "kept"), [(None, []), ("1002", []), ("1001", ["followers"])])
def test_what_a_protected_account_writes_is_its_own(owner: str | None, kept: list[str]) -> None:
    old = Answer([_tweet(user=_user(protected=True))], owner=owner)
    data: dict[str, Any] = {"id": "1763471234567890000", "text": "Carta", "author_id": "1001"}
    data |= {"created_at": "2024-03-01T08:00:00Z", "public_metrics": {"like_count": 1}}
    users = [{"id": "1001", "username": "anna", "name": "Anna", "protected": True}]
    new = Answer({"data": [data], "includes": {"users": users}}, owner=owner)
    for found in (_said(old), _said(new)):
        assert [r.visibility for r in found if isinstance(r, Post)] == kept
        assert len([r for r in found if isinstance(r, Observation)]) == len(kept)


def test_a_deletion_in_a_stream_is_a_tombstone() -> None:
    native = "1763471234567890000"
    stone = _post({"delete": {"status": {"id_str": native, "user_id_str": "1001"}, "timestamp_ms": "1709300000000"}})
    assert (stone.id, stone.author, stone.text, stone.deleted) == (native, "1001", None, 1709300000000000)


@pytest.mark.parametrize(
    "value",
    [
        {"events": [{"type": "message_create", "message_create": {"message_data": {"text": "parole riservate"}}}]},
        {"data": [{"id": "1", "text": "parole riservate", "event_type": "MessageCreate"}]},
        {"ids": [1, 2]},
        {"resources": {}},
        [],
        {},
    ],
)
def test_messages_and_lists_of_numbers_give_nothing(value: Any) -> None:
    assert _said(value) == []


@pytest.mark.parametrize(
    "value",
    [
        {"error": "Not authorized."},
        {"errors": [{"code": 34, "message": "no such page"}]},
        {"title": "Unauthorized", "status": 401, "errors": [{"type": "about:blank"}]},
    ],
)
def test_a_refusal_is_told_and_is_nothing_else(value: Any) -> None:
    assert [r.reason for r in _said(value) if isinstance(r, Fault)] == ["no_content"]
    assert all(isinstance(r, Fault) for r in _said(value))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"user": None}, "no_author"),
        ({"id_str": ""}, "no_id"),
        ({"created_at": "soon"}, "bad_date"),
        ({"entities": {"urls": 7}}, "bad_shape"),
    ],
)
def test_a_post_that_lacks_something_is_a_fault_and_the_next_is_read(fields: dict[str, Any], reason: str) -> None:
    found = _said([_tweet(**fields), _tweet("1763471234567890009")])
    assert [r.reason for r in found if isinstance(r, Fault)] == [reason]
    assert [r.id for r in found if isinstance(r, Post)] == ["1763471234567890009"]


@pytest.mark.parametrize("value", [None, 7, "x", [7], [[]], {"users": [7]}, {"data": 7}, [{"data": {}}, 7]])
def test_other_answers_are_no_records(value: Any) -> None:
    assert all(isinstance(r, Fault) for r in _said(value))


def test_a_page_of_the_second_api_is_read_through_the_same_door() -> None:
    data = {"id": "1763471234567890000", "text": "Carta", "author_id": "1001", "created_at": "2024-03-01T08:00:00Z"}
    found = _said(Answer({"data": [data], "meta": {"result_count": 1}}, seen=5))
    assert [(p.id, p.author, p.text) for p in found if isinstance(p, Post)] == [(data["id"], "1001", "Carta")]


def _old(tape: Recorded) -> set[str]:
    """Return the ids of the posts in an answer of v1.1, found without the reader."""
    found = (o for o in objects(tape.value) if "created_at" in o and "text" in o and "id_str" in o)
    return {o["id_str"] for o in found if not (o.get("user") or {}).get("protected")}


def _new(tape: Recorded) -> list[str]:
    """Return the ids of the posts in an answer of v2, found without the reader."""
    posts = (o for o in objects(tape.value) if "text" in o and "edit_history_tweet_ids" in o)
    return sorted({o["id"] for o in posts})


def test_every_recorded_post_of_the_first_api_is_read() -> None:
    posts = told = faults = 0
    for tape in cassettes(folder("x-api")):
        if "/1.1/" in tape.address:
            found = _said(tape.value)
            read = {r.id for r in found if isinstance(r, Post | Interaction)}
            assert read == _old(tape), (tape.file, tape.address)
            posts += len(read)
            told += sum(isinstance(r, Observation) for r in found)
            faults += sum(isinstance(r, Fault) for r in found)
    assert posts >= 225
    assert told >= 173
    assert faults == 0


def test_every_recorded_post_of_the_second_api_is_read_or_a_fault_with_a_reason() -> None:
    """Nobody asked for their authors when these were recorded."""
    posts = faults = 0
    for tape in cassettes(folder("x-api")):
        if "/2/" in tape.address:
            found = _said(tape.value)
            read = {r.id for r in found if isinstance(r, Post | Interaction) and r.id}
            lost = [r for r in found if isinstance(r, Fault) and r.reason == "no_author"]
            assert len(read) + len(lost) >= len(_new(tape)), (tape.file, tape.address)
            posts += len(_new(tape))
            faults += len(lost)
    assert posts >= 640
    assert faults >= 640


def test_recorded_counts_are_those_of_the_answer() -> None:
    for tape in cassettes(folder("x-api")):
        told = {o["id_str"]: o for o in objects(tape.value) if "favorite_count" in o}
        for seen in (r for r in _said(tape.value) if isinstance(r, Observation) and told):
            assert (seen.likes, seen.reposts) == (told[seen.id]["favorite_count"], told[seen.id]["retweet_count"])
