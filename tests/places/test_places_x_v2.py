"""Answers of X's API v2, by pages, by events and flattened: the same words, the same meaning."""

import json
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Fault, Interaction, Observation, Post, Record, Where
from valore.model.time import instant
from valore.places._x_v2 import records

_ANNA, _BRUNO = "1001", "1002"
_FIRST, _SECOND = "1576994746135764992", "1576994789110992896"
"""Ids of X hold their time: 2022-10-03T17:57:01Z and ten seconds later."""
_RECORDED = Path(__file__).parents[3] / "shared" / "samples" / "twarc-x-v2"


def _tweet(**fields: Any) -> dict[str, Any]:
    return {
        "id": "2001",
        "author_id": _ANNA,
        "text": "Ciao &amp; buongiorno",
        "created_at": "2022-10-03T17:57:01.000Z",
        "lang": "it",
    } | fields


def _user(native: str = _ANNA, handle: str = "AnnaFerri", **fields: Any) -> dict[str, Any]:
    return {"id": native, "username": handle, "name": "Anna Ferri"} | fields


def _read(answer: dict[str, Any]) -> list[Record | Fault]:
    return list(records(answer, Where("pagine.jsonl", "L1"), instant("2023-01-01T00:00:00Z")))


def _one(tweet: dict[str, Any], **includes: Any) -> Any:
    return _read({"data": [tweet], "includes": includes})[-1]


def _post(tweet: dict[str, Any], **includes: Any) -> Post:
    found = _one(tweet, **includes)
    assert isinstance(found, Post)
    return found


def test_a_post_keeps_author_time_language_and_its_words() -> None:
    post = _post(_tweet(conversation_id="2000"))
    assert (post.id, post.author, post.published) == ("2001", _ANNA, instant("2022-10-03T17:57:01Z"))
    assert (post.text, post.language, post.thread, post.pointer) == ("Ciao & buongiorno", "it", "2000", "L1/data/0")
    assert post.url == "https://x.com/i/status/2001"


def test_short_addresses_are_written_out_and_those_of_pictures_go() -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://lume.example/carta"},
        {"url": "https://t.co/b", "expanded_url": "https://x.com/AnnaFerri/status/2001/photo/1"},
        {"url": "https://t.co/c", "expanded_url": "https://x.example/clip", "media_key": "3_1"},
    ]
    attached = {"media_keys": ["3_1", "3_2"]}
    post = _post(
        _tweet(text="Ecco https://t.co/a https://t.co/b https://t.co/c", entities={"urls": urls}, attachments=attached)
    )
    assert (post.text, post.links, post.media) == (
        "Ecco https://lume.example/carta",
        ("https://lume.example/carta",),
        2,
    )


def test_what_is_not_said_of_pictures_is_not_zero() -> None:
    assert _post(_tweet()).media is None


def test_a_long_post_has_its_whole_text() -> None:
    note = {"text": "Un testo molto lungo #carta", "entities": {"hashtags": [{"tag": "carta"}]}}
    post = _post(_tweet(text="Un testo…", note_tweet=note))
    assert (post.text, post.tags) == ("Un testo molto lungo #carta", ("carta",))


def test_persons_are_named_by_id_where_the_page_knows_them() -> None:
    named = {"mentions": [{"username": "BRUNO"}, {"username": "Carla"}, {"username": "x", "id": "1004"}]}
    post = _post(_tweet(entities=named), users=[_user(_BRUNO, "Bruno")])
    assert post.mentions == (_BRUNO, "@carla", "1004")


def test_replies_and_quotes_name_posts_and_authors() -> None:
    pointed = [{"type": "replied_to", "id": "1999"}, {"type": "quoted", "id": "1998"}]
    post = _post(_tweet(referenced_tweets=pointed), tweets=[_tweet(id="1998", author_id=_BRUNO), _tweet(id="1999")])
    assert (post.reply_to, post.reply_to_author, post.quote_of, post.quote_of_author) == ("1999", _ANNA, "1998", _BRUNO)


@pytest.mark.parametrize(
    ("includes", "author"),
    [({"tweets": [_tweet(id="1998", author_id=_BRUNO)]}, _BRUNO), ({}, "@bruno"), ({"users": []}, "@bruno")],
)
def test_a_repost_is_an_act_and_no_post(includes: dict[str, Any], author: str) -> None:
    act = _one(_tweet(text="RT @Bruno: Ciao", referenced_tweets=[{"type": "retweeted", "id": "1998"}]), **includes)
    assert isinstance(act, Interaction)
    assert (act.kind, act.actor, act.target, act.target_author, act.id) == ("repost", _ANNA, "1998", author, "2001")


def test_counts_are_seen_when_the_answer_was_given() -> None:
    metrics = {"like_count": 3, "reply_count": 0, "retweet_count": 1, "quote_count": 2, "bookmark_count": 4}
    seen = _one(_tweet(public_metrics=metrics | {"impression_count": 0}))
    assert isinstance(seen, Observation)
    assert (seen.likes, seen.replies, seen.reposts, seen.quotes, seen.saves) == (3, 0, 1, 2, 4)
    assert (seen.views, seen.clicks, seen.seen) == (None, None, instant("2023-01-01T00:00:00Z"))


def test_twarcs_own_note_of_the_hour_is_preferred() -> None:
    answer = {
        "data": _tweet(public_metrics={"like_count": 1}),
        "__twarc": {"retrieved_at": "2022-12-01T10:00:00+00:00"},
    }
    seen = _read(answer)[-1]
    assert isinstance(seen, Observation)
    assert seen.seen == instant("2022-12-01T10:00:00Z")


def test_editions_are_one_post_that_began_with_the_first() -> None:
    """Else an edited post would count twice, and the day of its second edition as its birth."""
    history = [_FIRST, _SECOND]
    old = _tweet(id=_FIRST, edit_history_tweet_ids=history, text="Prima")
    new = _tweet(id=_SECOND, edit_history_tweet_ids=history, text="Poi", created_at="2022-10-03T17:57:11.000Z")
    first, second = [r for r in _read({"data": [old, new]}) if isinstance(r, Post)]
    assert (first.id, first.updated, first.text) == (_FIRST, None, "Prima")
    assert (second.id, second.updated, second.text) == (_FIRST, instant("2022-10-03T17:57:11Z"), "Poi")
    assert first.published == second.published


def test_an_account_is_described_as_it_was_seen() -> None:
    metrics = {"followers_count": 10, "following_count": 0, "tweet_count": 7, "listed_count": 1}
    link = {"description": {"urls": [{"url": "https://t.co/z", "expanded_url": "https://lume.example"}]}}
    link["url"] = {"urls": [{"url": "https://t.co/y", "expanded_url": "https://annaferri.example"}]}
    user = _user(description="Carta https://t.co/z", entities=link, public_metrics=metrics, verified=False)
    (account,) = _read({"data": user})
    assert isinstance(account, Account)
    assert (account.handle, account.bio, account.followers, account.following) == (
        "AnnaFerri",
        "Carta https://lume.example",
        10,
        0,
    )
    assert (account.posts, account.listed, account.likes_given, account.verified) == (7, 1, None, False)
    assert account.links == ("https://annaferri.example",)


def test_posts_of_protected_accounts_are_for_followers() -> None:
    assert _post(_tweet(), users=[_user(protected=True)]).visibility == "followers"
    assert _post(_tweet(), users=[_user(protected=False)]).visibility is None


def test_a_flattened_post_says_what_its_page_said() -> None:
    quoted = _tweet(id="1998", author_id=_BRUNO, text="Allora")
    bruno = _user(_BRUNO, "Bruno")
    tweet = _tweet(referenced_tweets=[{"type": "quoted", "id": "1998"}], public_metrics={"like_count": 1})
    page = {"data": [tweet], "includes": {"users": [_user(), bruno], "tweets": [quoted]}}
    flat = tweet | {
        "author": _user(),
        "referenced_tweets": [quoted | {"type": "quoted", "author": bruno}],
    }
    assert _bare(_read(flat)) == _bare(_read(page))


def _bare(found: list[Record | Fault]) -> set[str]:
    return {repr({**r._asdict(), "pointer": ""}) for r in found}


def test_what_x_does_not_give_is_a_fault_with_the_kind_of_problem() -> None:
    problem = "https://api.twitter.com/2/problems/not-authorized-for-resource"
    answer = {"errors": [{"parameter": "ids", "type": problem, "detail": "parole riservate", "value": "2001"}]}
    assert _read(answer) == [
        Fault(Where("pagine.jsonl", "L1/errors/0"), "no_content", "not-authorized-for-resource"),
    ]


def test_a_person_who_is_only_named_and_is_gone_loses_nothing() -> None:
    problem = {"parameter": "entities.mentions.username", "type": "https://api.twitter.com/2/problems/x"}
    assert not [r for r in _read({"data": [_tweet()], "errors": [problem]}) if isinstance(r, Fault)]


def test_a_deletion_of_the_compliance_stream_is_a_tombstone() -> None:
    event = {"delete": {"tweet": {"id": _FIRST, "author_id": _ANNA}, "event_at": "2022-10-04T00:00:00.000Z"}}
    (post,) = _read({"data": event})
    assert isinstance(post, Post)
    assert (post.text, post.deleted) == (None, instant("2022-10-04T00:00:00Z"))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (_tweet(id=None), "no_id"),
        (_tweet(author_id=None), "no_author"),
        (_tweet(created_at="ieri"), "bad_date"),
        (_tweet(created_at=None, id="17"), "no_date"),
        (_tweet(text=""), "no_content"),
        ({"username": "anna"}, "no_id"),
        ({"end": "2021-10-16T19:00:00.000Z", "tweet_count": 7}, "no_content"),
        ({"withheld": {"tweet": {"id": "2001"}, "event_at": "2022-10-04T00:00:00.000Z"}}, "no_content"),
        ({"id": "2001", "action": "delete", "redacted_at": "2022-10-04T00:00:00.000Z"}, "no_author"),
    ],
)
def test_what_cannot_be_read_says_why(value: dict[str, Any], reason: str) -> None:
    assert [r.reason for r in _read({"data": [value]}) if isinstance(r, Fault)] == [reason]


def test_an_empty_page_says_nothing() -> None:
    assert _read({"meta": {"result_count": 0}, "data": []}) == []


@pytest.mark.parametrize("path", sorted(_RECORDED.glob("*.json*")), ids=lambda p: str(p.stem))
def test_every_recorded_post_is_understood_or_refused_with_a_reason(path: Path) -> None:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        found = list(records(answer, Where(path.name, f"L{number}")))
        told = {r.pointer for r in found if isinstance(r, Post | Interaction)}
        told |= {r.where.pointer for r in found if isinstance(r, Fault)}
        for pointer, value in _public(answer, f"L{number}"):
            assert "text" not in value or pointer in told
        assert found


def _public(answer: dict[str, Any], pointer: str) -> list[tuple[str, dict[str, Any]]]:
    data = answer["data"] if isinstance(answer["data"], list) else [answer["data"]]
    stem = f"{pointer}/data" if isinstance(answer["data"], dict) else ""
    found = [(stem or f"{pointer}/data/{n}", value) for n, value in enumerate(data)]
    included = answer.get("includes", {}).get("tweets", [])
    return found + [(f"{pointer}/includes/tweets/{n}", value) for n, value in enumerate(included)]


def test_recorded_answers_are_here() -> None:
    if not _RECORDED.exists():
        pytest.skip("no recorded samples here: twarc-x-v2")
    assert len(list(_RECORDED.glob("*.json*"))) > 10
