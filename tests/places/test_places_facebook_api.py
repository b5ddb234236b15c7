"""Answers of Facebook's Graph API: a Page's posts, what is said under them, and who is not named stays unnamed."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.places.recorded import folder, objects

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._answer import Answer
from valore.places.facebook import PLUGIN

_AT = "2024-03-01T08:00:00+0000"
_GRAPH = "https://graph.facebook.example/v25.0"


def _said(value: Any, address: str = f"{_GRAPH}/500/posts") -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where(address, ""), value)))


def _first(value: Any, address: str = f"{_GRAPH}/500/posts") -> Post:
    return next(r for r in _said(value, address) if isinstance(r, Post))


def _post(**fields: Any) -> dict[str, Any]:
    return {
        "id": "500_1001",
        "created_time": _AT,
        "message": "Carta nuova #carta https://lume.example/carta",
        "permalink_url": "https://www.facebook.example/500/posts/1001/",
    } | fields


def _comment(**fields: Any) -> dict[str, Any]:
    return {
        "id": "1001_77",
        "created_time": "2024-03-01T09:00:00+0000",
        "message": "Bella carta",
        "from": {"id": "9", "name": "Bruno"},
        "like_count": 2,
        "comment_count": 0,
    } | fields


def _hung(*things: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    summary = {} if total is None else {"summary": {"total_count": total}}
    return {"data": list(things), **summary}


def test_a_post_is_of_the_page_whose_number_it_bears() -> None:
    post = _first({"data": [_post()], "paging": {}})
    assert (post.id, post.author, post.published) == ("500_1001", "500", instant("2024-03-01T08:00:00Z"))
    assert (post.tags, post.links, post.offset) == (("carta",), ("https://lume.example/carta",), 0)
    assert (post.pointer, post.kind, post.media, post.updated) == ("/data/0", "Note", None, None)


@pytest.mark.parametrize("edge", ["feed", "tagged", "visitor_posts"])
def test_on_a_wall_only_a_name_tells_who_wrote(edge: str) -> None:
    address = f"{_GRAPH}/500/{edge}?limit=5"
    assert [r.reason for r in _said([_post()], address) if isinstance(r, Fault)] == ["no_author"]
    assert _first([_post(**{"from": {"id": "9", "name": "Bruno"}})], address).author == "9"


def test_a_comment_moves_the_time_of_update_and_is_no_edit() -> None:
    assert _first(_post(updated_time="2024-03-05T08:00:00+0000")).updated is None


def test_counts_are_all_reactions_and_what_is_not_told_is_missing() -> None:
    told = _post(reactions=_hung(total=9), likes=_hung(total=7), comments=_hung(total=0))
    seen = next(r for r in _said(Answer(told, seen=5)) if isinstance(r, Observation))
    assert (seen.id, seen.likes, seen.replies, seen.reposts, seen.seen) == ("500_1001", 9, 0, None, 5)
    assert not [r for r in _said(_post()) if isinstance(r, Observation)]


def test_insights_of_a_post_are_counts_wherever_they_stand() -> None:
    metrics = [
        {"name": name, "period": "lifetime", "values": [{"value": value}], "id": f"500_1001/insights/{name}/lifetime"}
        for name, value in (("post_media_view", 120), ("post_impressions", 90), ("post_clicks", 0), ("other", 1))
    ]
    inside = next(r for r in _said(_post(insights={"data": metrics})) if isinstance(r, Observation))
    alone = _said({"data": metrics}, f"{_GRAPH}/500_1001/insights")
    assert (inside.views, inside.clicks, inside.reach) == (120, 0, None)
    assert [(r.id, r.views, r.clicks) for r in alone if isinstance(r, Observation)] == [("500_1001", 120, 0)]


def test_insights_of_a_day_are_not_those_of_a_post() -> None:
    metric = {"name": "reach", "period": "day", "values": [{"value": 3}], "id": "500/insights/reach/day"}
    assert _said({"data": [metric]}) == []


@pytest.mark.parametrize(
    ("attachment", "kind", "media", "links"),
    [
        ({"media_type": "photo", "url": "https://www.facebook.example/photo"}, "Image", 1, ()),
        ({"media_type": "video"}, "Video", 1, ()),
        ({"media_type": "album", "subattachments": {"data": [{}, {}, {}]}}, "Image", 3, ()),
        ({"media_type": "link", "unshimmed_url": "https://lume.example"}, "Note", 0, ("https://lume.example",)),
    ],
)
def test_what_hangs_on_a_post_makes_its_kind(
    attachment: dict[str, Any], kind: str, media: int, links: tuple[str, ...]
) -> None:
    post = _first(_post(message="Carta", attachments={"data": [attachment]}))
    assert (post.kind, post.media, post.links) == (kind, media, links)


def test_a_share_is_a_repost_and_with_words_a_quote() -> None:
    bare = [r for r in _said(_post(message=None, parent_id="600_8")) if isinstance(r, Interaction)]
    assert [(r.kind, r.actor, r.target, r.target_author, r.id) for r in bare] == [
        ("repost", "500", "600_8", "600", "500_1001")
    ]
    quote = _first(_post(parent_id="600_8"))
    assert (quote.quote_of, quote.quote_of_author) == ("600_8", "600")


def test_comments_answer_the_post_and_each_other() -> None:
    inner = _comment(id="1001_78", **{"from": {"id": "8", "name": "Carla"}})
    found = _said(_post(comments=_hung(_comment(comments=_hung(inner)))))
    _, first, second = [r for r in found if isinstance(r, Post)]
    assert (first.author, first.reply_to, first.reply_to_author, first.thread) == ("9", "500_1001", "500", "500_1001")
    assert (second.author, second.reply_to, second.reply_to_author, second.thread) == (
        "8",
        "1001_77",
        "9",
        "500_1001",
    )
    counts = [(r.id, r.likes, r.replies) for r in found if isinstance(r, Observation)]
    assert counts == [("1001_77", 2, 0), ("1001_78", 2, 0)]
    assert {r.name for r in found if isinstance(r, Account)} == {"Bruno", "Carla"}


def test_a_comment_alone_knows_its_post_by_its_address() -> None:
    address = "https://www.facebook.com/500/posts/1001/?comment_id=77"
    comment = _first([{k: v for k, v in _comment(permalink_url=address).items() if k != "id"}])
    assert (comment.id, comment.reply_to, comment.reply_to_author) == ("1001_77", "500_1001", "500")


def test_a_comment_without_its_marks_is_known_by_where_it_was_asked() -> None:
    bare = {k: _comment()[k] for k in ("id", "created_time", "message", "from")}
    assert _first([bare], f"{_GRAPH}/500_1001/comments").reply_to == "1001"


@pytest.mark.parametrize("field", ["is_hidden", "is_private"])
def test_hidden_and_private_comments_are_not_read(field: str) -> None:
    found = _said(_post(comments=_hung(_comment(message="parole riservate", **{field: True}))))
    assert "parole riservate" not in repr(found)


@pytest.mark.parametrize(
    ("privacy", "owner", "kept"),
    [
        ("EVERYONE", None, ["public"]),
        ("", None, [None]),
        ("ALL_FRIENDS", None, []),
        ("ALL_FRIENDS", "9", []),
        ("ALL_FRIENDS", "500", ["followers"]),
        ("SELF", "500", ["private"]),
        ("CUSTOM", "9", []),
    ],
)
def test_only_what_everybody_may_read_and_ones_own_is_kept(
    privacy: str, owner: str | None, kept: list[str | None]
) -> None:
    found = _said(Answer(_post(privacy={"value": privacy}), owner=owner))
    assert [r.visibility for r in found if isinstance(r, Post)] == kept


def test_posts_that_are_not_out_yet_are_not_read() -> None:
    assert _said(_post(is_published=False)) == []


@pytest.mark.parametrize(
    "message",
    [
        {"id": "m_1", "created_time": _AT, "from": {"id": "9", "name": "Bruno"}, "message": "parole riservate"},
        {"id": "t_1", "snippet": "parole riservate", "message_count": 3},
    ],
)
def test_messages_are_never_read(message: dict[str, Any]) -> None:
    assert _said([message]) == []
    assert _said({"300": message}) == []


def test_reactions_by_name_are_likes_once_each() -> None:
    bruno, carla = {"id": "9", "name": "Bruno", "type": "LOVE"}, {"id": "8", "name": "Carla"}
    found = _said(_post(reactions=_hung(bruno, carla), likes=_hung(carla)))
    acts = [(r.kind, r.actor, r.target, r.target_author) for r in found if isinstance(r, Interaction)]
    assert acts == [("like", "9", "500_1001", "500"), ("like", "8", "500_1001", "500")]
    alone = _said(_hung(bruno), f"{_GRAPH}/500_1001/reactions?limit=9")
    assert [(r.actor, r.target) for r in alone if isinstance(r, Interaction)] == [("9", "500_1001")]


def test_a_page_is_an_account() -> None:
    page = {"id": "500", "name": "Lume", "username": "lume", "fan_count": 0, "about": "Carta", "category": "Shop"}
    page |= {"verification_status": "blue_verified", "access_token": "parole riservate"}
    found = _said(Answer({"data": [page]}, seen=5))
    assert found == [
        Account("facebook", "500", "/data/0", "lume", "Lume", "Carta", followers=0, verified=True, seen=5),
    ]


def test_things_asked_by_number_are_read_like_a_page() -> None:
    assert _first({"500_1001": _post()}).pointer == "/500_1001"


def test_a_refusal_is_told_by_its_number_alone() -> None:
    found = _said({"error": {"message": "(#100) parole riservate", "code": 100}})
    assert [(r.reason, r.detail) for r in found if isinstance(r, Fault)] == [("no_content", "error 100")]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"created_time": "soon"}, "bad_date"), ({"from": 7, "id": "x_1", "comment_count": 0}, "no_author")],
)
def test_a_thing_that_lacks_something_is_a_fault_and_the_next_is_read(fields: dict[str, Any], reason: str) -> None:
    found = _said({"data": [_post(**fields), _post(id="500_1002")]})
    assert [r.reason for r in found if isinstance(r, Fault)] == [reason]
    assert [r.id for r in found if isinstance(r, Post)] == ["500_1002"]


@pytest.mark.parametrize("value", [None, 7, "x", [7], [[]], {}, {"data": 7}, {"data": [7]}, {"data": {"url": "x"}}])
def test_other_answers_are_no_records(value: Any) -> None:
    assert all(isinstance(r, Fault) for r in _said(value))


def _recorded() -> list[tuple[Path, Any]]:
    return [(p, json.loads(p.read_text("utf-8"))) for p in sorted(folder("facebook-graph").rglob("*.json"))]


def _written(value: Any) -> int:
    """Return how many posts and comments an answer holds, found without the reader."""
    return sum("created_time" in o and "message" in o and not str(o.get("id")).startswith("m_") for o in objects(value))


def test_every_recorded_post_and_comment_is_read_or_a_fault_with_a_reason() -> None:
    written = posts = faults = 0
    for path, value in _recorded():
        found = _said(value, path.name)
        read = [r for r in found if isinstance(r, Post)]
        lost = [r for r in found if isinstance(r, Fault) and r.reason == "no_author"]
        assert len(read) + len(lost) >= _written(value), path.name
        written += _written(value)
        posts += len(read)
        faults += len(lost)
    assert written >= 38
    assert posts >= 30
    assert faults <= 11, "comments whose author Facebook does not name"


def test_recorded_counts_are_those_of_the_answer() -> None:
    checked = 0
    for path, value in _recorded():
        told = {o["id"]: o for o in objects(value) if "reactions" in o and "id" in o}
        for seen in (r for r in _said(value, path.name) if isinstance(r, Observation) and r.id in told):
            one = told[seen.id]
            assert seen.likes == one["reactions"]["summary"]["total_count"], path.name
            assert seen.replies == one["comments"]["summary"]["total_count"], path.name
            assert seen.reposts == (one["shares"]["count"] if "shares" in one else None), path.name
            checked += 1
    assert checked >= 7


def test_recorded_messages_stay_closed_and_refusals_are_told() -> None:
    for path, value in _recorded():
        found = _said(value, path.name)
        if "message" in path.name or "cvs" in path.name:
            assert found == [], path.name
        if "error" in path.name:
            assert [r.reason for r in found if isinstance(r, Fault)] == ["no_content"], path.name
            assert len(found) == 1
