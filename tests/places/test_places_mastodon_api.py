"""Answers of a Mastodon server: the same words as in an archive, and nobody's messages."""

from typing import Any

import pytest
from tests.places.recorded import Recorded, cassettes, folder, objects

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._answer import Answer
from valore.places.mastodon import PLUGIN

_HOST = "https://piazza.example"
_ANNA, _BRUNO = f"{_HOST}/users/anna", "https://altrove.example/users/bruno"


def _said(value: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where(f"{_HOST}/api", ""), value)))


def _post(value: Any) -> Post:
    return next(r for r in _said(value) if isinstance(r, Post))


def _account(native: str = "7", **fields: Any) -> dict[str, Any]:
    return {
        "id": native,
        "username": "anna",
        "acct": "anna",
        "display_name": "Anna Ferri",
        "uri": _ANNA,
        "url": f"{_HOST}/@anna",
        "note": "<p>Carta &amp; inchiostro</p>",
        "created_at": "2020-05-01T00:00:00.000Z",
        "followers_count": 12,
        "following_count": 0,
        "bot": False,
        "locked": False,
        "avatar": f"{_HOST}/avatars/original/missing.png",
    } | fields


_OTHER = _account("9", username="bruno", acct="bruno@altrove.example", uri=_BRUNO, display_name="Bruno")


def _status(native: str = "1001", **fields: Any) -> dict[str, Any]:
    return {
        "id": native,
        "uri": f"{_ANNA}/statuses/{native}",
        "url": f"{_HOST}/@anna/{native}",
        "account": _account(),
        "created_at": "2024-03-01T08:00:00.000Z",
        "visibility": "public",
        "content": '<p>Ciao <a href="https://lume.example/carta">carta</a></p>',
        "language": "it",
        "favourites_count": 3,
        "replies_count": 0,
        "mentions": [],
        "tags": [{"name": "tipografia"}],
        "media_attachments": [{"type": "image"}],
    } | fields


def test_a_status_bears_the_ids_of_the_archive() -> None:
    post = _post(_status())
    assert (post.id, post.author) == (f"{_ANNA}/statuses/1001", _ANNA)
    assert (post.text, post.links, post.tags) == ("Ciao carta", ("https://lume.example/carta",), ("tipografia",))
    assert (post.published, post.language, post.media) == (instant("2024-03-01T08:00:00Z"), "it", 1)
    assert (post.visibility, post.updated, post.reply_to, post.quote_of) == ("public", None, None, None)


def test_a_count_of_none_is_zero_and_one_that_is_not_told_is_missing() -> None:
    counts = next(r for r in _said(Answer(_status(), seen=5)) if isinstance(r, Observation))
    assert (counts.likes, counts.replies, counts.reposts, counts.quotes, counts.seen) == (3, 0, None, None, 5)


def test_a_profile_is_that_of_the_moment() -> None:
    profile = next(r for r in _said(Answer(_status(), seen=5)) if isinstance(r, Account))
    assert (profile.id, profile.handle, profile.name) == (_ANNA, "anna@piazza.example", "Anna Ferri")
    assert (profile.followers, profile.following, profile.posts, profile.seen) == (12, 0, None, 5)
    assert (profile.bio, profile.automated, profile.protected) == ("Carta & inchiostro", False, False)
    assert profile.default_picture


def test_fields_of_a_profile_give_the_pages_that_are_marked_as_its_own() -> None:
    fields = [
        {"name": "Sito", "value": '<a href="https://annaferri.example/?a=1&amp;b=2" rel="me nofollow">annaferri</a>'},
        {"name": "Amica", "value": '<a href="https://carla.example" rel="nofollow noopener">carla</a>'},
        {"name": "Ruolo", "value": "me", "verified_at": None},
    ]
    profile = next(r for r in _said(Answer(_status(account=_account(fields=fields)))) if isinstance(r, Account))
    assert (profile.links, profile.aliases) == (("https://annaferri.example/?a=1&b=2",), ())


def test_one_profile_is_said_once_an_answer() -> None:
    assert sum(isinstance(r, Account) for r in _said([_status("1001"), _status("1002")])) == 1


def test_an_edited_status_is_a_revision() -> None:
    post = _post(_status(edited_at="2024-03-01T09:00:00.000Z"))
    assert (post.id, post.updated) == (f"{_ANNA}/statuses/1001", instant("2024-03-01T09:00:00Z"))


def test_a_boost_is_a_repost_and_the_post_that_it_boosts() -> None:
    inner = _status("500", uri=f"{_BRUNO}/statuses/77", account=_OTHER)
    boost = _status("1003", uri=f"{_ANNA}/statuses/1003/activity", reblog=inner)
    acts = [r for r in _said([boost]) if isinstance(r, Interaction)]
    assert [(a.kind, a.actor, a.target, a.target_author) for a in acts] == [
        ("repost", _ANNA, f"{_BRUNO}/statuses/77", _BRUNO)
    ]
    assert acts[0].id == f"{_ANNA}/statuses/1003/activity"
    posts = [r for r in _said([boost]) if isinstance(r, Post)]
    assert [(p.id, p.pointer) for p in posts] == [(f"{_BRUNO}/statuses/77", "/0/reblog")]


def test_a_reply_within_an_answer_names_the_post() -> None:
    """The answer names it by the number it has on this server."""
    asked = _status("500", uri=f"{_BRUNO}/statuses/77", account=_OTHER)
    reply = _status("1004", in_reply_to_id="500", in_reply_to_account_id="9")
    found = next(r for r in _said({"ancestors": [asked], "descendants": [reply]}) if getattr(r, "reply_to", None))
    assert isinstance(found, Post)
    assert (found.reply_to, found.reply_to_author) == (f"{_BRUNO}/statuses/77", _BRUNO)


@pytest.mark.parametrize(
    ("whose", "mentions", "reply"),
    [
        ("7", [], (f"{_ANNA}/statuses/900", _ANNA)),
        ("9", [{"id": "9", "acct": "Bruno@altrove.example"}], ("900", "@bruno@altrove.example")),
        ("9", [], ("900", None)),
    ],
    ids=["to oneself", "to somebody named", "to somebody unknown"],
)
def test_a_reply_to_what_is_not_shown_says_what_is_known(
    whose: str, mentions: list[dict[str, str]], reply: tuple[str, str | None]
) -> None:
    post = _post(_status(in_reply_to_id="900", in_reply_to_account_id=whose, mentions=mentions))
    assert (post.reply_to, post.reply_to_author) == reply


def test_a_quote_names_the_post_and_brings_it() -> None:
    inner = _status("500", uri=f"{_BRUNO}/statuses/77", account=_OTHER)
    found = [r for r in _said(_status(quote={"state": "accepted", "quoted_status": inner})) if isinstance(r, Post)]
    assert (found[0].quote_of, found[0].quote_of_author) == (f"{_BRUNO}/statuses/77", _BRUNO)
    assert [p.id for p in found] == [f"{_ANNA}/statuses/1001", f"{_BRUNO}/statuses/77"]


@pytest.mark.parametrize(
    ("visibility", "owner", "kept"),
    [
        ("public", None, "public"),
        ("unlisted", None, "unlisted"),
        ("private", None, None),
        ("private", _BRUNO, None),
        ("private", _ANNA, "followers"),
        ("direct", _ANNA, None),
        ("direct", _BRUNO, None),
        ("something new", _ANNA, None),
    ],
)
def test_only_what_everybody_may_read_and_ones_own_is_kept(
    visibility: str, owner: str | None, kept: str | None
) -> None:
    found = _said(Answer(_status(visibility=visibility, content="parole riservate"), owner=owner))
    assert [p.visibility for p in found if isinstance(p, Post)] == ([kept] if kept else [])
    assert kept or not found


def test_conversations_are_closed_with_the_people_in_them() -> None:
    said = {"id": "1", "unread": True, "accounts": [_OTHER], "last_status": _status(content="parole riservate")}
    assert _said([said]) == []


def test_a_boosted_post_is_kept_where_the_boost_is_for_followers() -> None:
    inner = _status("500", uri=f"{_BRUNO}/statuses/77", account=_OTHER)
    found = _said(_status("1003", reblog=inner, visibility="private"))
    assert not [r for r in found if isinstance(r, Interaction)]
    assert [r.id for r in found if isinstance(r, Post)] == [f"{_BRUNO}/statuses/77"]


@pytest.mark.parametrize(
    ("kind", "act"), [("favourite", "like"), ("reblog", "repost"), ("mention", None), ("poll", None)]
)
def test_notifications_are_acts_or_posts(kind: str, act: str | None) -> None:
    note = {"id": "1", "type": kind, "account": _OTHER, "created_at": "2024-03-02T08:00:00Z", "status": _status()}
    found = _said([note])
    acts = [(r.kind, r.actor, r.target, r.at) for r in found if isinstance(r, Interaction)]
    assert acts == ([(act, _BRUNO, f"{_ANNA}/statuses/1001", instant("2024-03-02T08:00:00Z"))] if act else [])
    assert [r.id for r in found if isinstance(r, Post)] == [f"{_ANNA}/statuses/1001"]


def test_a_follow_needs_to_know_who_asked() -> None:
    note = {"id": "1", "type": "follow", "account": _OTHER, "created_at": "2024-03-02T08:00:00Z"}
    assert not [r for r in _said(note) if isinstance(r, Interaction)]
    act = next(r for r in _said(Answer(note, owner=_ANNA)) if isinstance(r, Interaction))
    assert (act.kind, act.actor, act.target_author) == ("follow", _BRUNO, _ANNA)


def test_grouped_notifications_are_an_act_of_each() -> None:
    group = {"type": "favourite", "notifications_count": 2, "status_id": "1001", "sample_account_ids": ["9", "8"]}
    partial = {"id": "8", "acct": "carla", "url": f"{_HOST}/@carla"}
    answer = {"notification_groups": [group], "accounts": [_OTHER], "statuses": [_status()]}
    found = _said(answer | {"partial_accounts": [partial]})
    acts = [(r.kind, r.actor, r.at) for r in found if isinstance(r, Interaction)]
    assert acts == [("like", _BRUNO, None), ("like", "@carla@piazza.example", None)]
    assert "@carla@piazza.example" not in {r.id for r in found if isinstance(r, Account)}


def test_what_a_stream_sends_is_an_answer_too() -> None:
    text = '{"id":"1","uri":"https://p.example/users/a/statuses/1","visibility":"public","content":"<p>Ciao</p>",'
    text += '"created_at":"2024-03-01T08:00:00Z","account":{"id":"2","acct":"a","url":"https://p.example/@a"}}'
    post = _post({"stream": ["user"], "event": "update", "payload": text})
    assert (post.text, post.author) == ("Ciao", "https://p.example/users/a")


def test_a_refusal_is_told_and_is_nothing_else() -> None:
    assert [(f.reason, f.detail) for f in _said({"error": "Not found"}) if isinstance(f, Fault)] == [
        ("no_content", "error")
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"uri": None}, "no_id"),
        ({"account": None}, "no_author"),
        ({"created_at": None}, "no_date"),
        ({"created_at": "soon"}, "bad_date"),
        ({"content": 7, "spoiler_text": 7}, "bad_shape"),
        ({"account": {"id": "7", "acct": "anna", "display_name": "A", "note": 7}}, "bad_shape"),
    ],
)
def test_a_status_that_lacks_something_is_a_fault_and_the_next_is_read(fields: dict[str, Any], reason: str) -> None:
    found = _said([_status(**fields), _status("1002", account=_account("8", acct="lume", uri=f"{_HOST}/users/lume"))])
    assert [f.reason for f in found if isinstance(f, Fault)] == [reason]
    assert [p.id for p in found if isinstance(p, Post)] == [f"{_ANNA}/statuses/1002"]


@pytest.mark.parametrize("value", [None, 7, "OK", True, {}, [], [[]], {"statuses": 7}, {"id": 1, "uri": 2}])
def test_other_answers_are_no_records(value: Any) -> None:
    assert all(isinstance(r, Fault) for r in _said(value))


def _public(tape: Recorded) -> set[str]:
    """Return the ids of the statuses in an answer that everybody may read, found without the reader."""
    statuses = (o for o in objects(tape.value) if "visibility" in o and "uri" in o and not o.get("reblog"))
    return {s["uri"] for s in statuses if s["visibility"] in ("public", "unlisted")}


def test_every_recorded_public_status_is_read_and_no_other() -> None:
    public = statuses = faults = 0
    for tape in cassettes(folder("mastodon-api")):
        found = _said(tape.value)
        assert {r.id for r in found if isinstance(r, Post)} == _public(tape), (tape.file, tape.address)
        public += len(_public(tape))
        statuses += sum("visibility" in o and "uri" in o for o in objects(tape.value))
        faults += sum(isinstance(r, Fault) and "/status" in r.where.pointer for r in found)
    assert public >= 209
    assert statuses > public, "there are private ones among them, so that leaving them out is tried"
    assert faults == 0


def test_recorded_counts_are_those_of_the_answer() -> None:
    for tape in cassettes(folder("mastodon-api")):
        told = {o["uri"]: o for o in objects(tape.value) if "favourites_count" in o and "uri" in o}
        for seen in (r for r in _said(tape.value) if isinstance(r, Observation)):
            one = told[seen.id]
            assert (seen.likes, seen.replies, seen.reposts) == (
                one["favourites_count"],
                one["replies_count"],
                one["reblogs_count"],
            )


def test_recorded_refusals_are_told() -> None:
    refused = [t for t in cassettes(folder("mastodon-api")) if isinstance(t.value, dict) and "error" in t.value]
    assert len(refused) >= 6
    for tape in refused:
        assert [(type(r), getattr(r, "reason", "")) for r in _said(tape.value)] == [(Fault, "no_content")]
