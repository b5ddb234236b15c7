"""Zeeschuimer's lines: each network's own words, from the box that says which it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places.zeeschuimer import PLUGIN
from valore.trust.archive import open_export

_COLLECTED = 1_700_000_000_000


def _said(platform: str, data: dict[str, Any]) -> list[Record | Fault]:
    line = {"source_platform": platform, "timestamp_collected": _COLLECTED, "data": data}
    return list(PLUGIN.normalise(Raw("line", Where("raccolta.ndjson", "L1"), line)))


def _only(found: list[Record | Fault], kind: type[Any]) -> Any:
    (one,) = [r for r in found if isinstance(r, kind)]
    return one


def _tweet(native: str = "1753700000000000001", handle: str = "AnnaFerri", **legacy: Any) -> dict[str, Any]:
    user = {"screen_name": handle, "name": handle, "followers_count": 310, "friends_count": 0}
    return {
        "rest_id": native,
        "core": {"user_results": {"result": {"rest_id": f"id-{handle.lower()}", "legacy": user}}},
        "views": {"count": "120"},
        "legacy": {
            "id_str": native,
            "created_at": "Sat Feb 03 10:11:12 +0000 2024",
            "full_text": "Ciao &amp; buongiorno",
            "lang": "it",
            "favorite_count": 4,
            "retweet_count": 1,
            "bookmark_count": 2,
            "conversation_id_str": native,
            "entities": {},
        }
        | legacy,
    }


def test_a_post_of_x_is_what_its_archive_would_say() -> None:
    found = _said("twitter.com", _tweet())
    post, seen = _only(found, Post), _only(found, Observation)
    assert (post.place, post.id, post.author) == ("x", "1753700000000000001", "id-annaferri")
    assert (post.text, post.published) == ("Ciao & buongiorno", instant("2024-02-03T10:11:12Z"))
    assert (seen.likes, seen.reposts, seen.views, seen.saves, seen.replies) == (4, 1, 120, 2, None)
    assert seen.seen == _COLLECTED * 1000
    assert _only(found, Account).followers == 310


def test_a_long_post_of_x_is_read_whole() -> None:
    long = _tweet() | {"note_tweet": {"note_tweet_results": {"result": {"text": "Un testo molto lungo"}}}}
    assert _only(_said("x.com", long), Post).text == "Un testo molto lungo"


def test_a_repost_is_an_act_and_brings_the_post_with_it() -> None:
    original = _tweet("1753600000000000001", "Bruno", full_text="La carta")
    found = _said("twitter.com", _tweet(full_text="RT @Bruno: La…", retweeted_status_result={"result": original}))
    act = _only(found, Interaction)
    assert (act.kind, act.actor, act.target, act.target_author) == (
        "repost",
        "id-annaferri",
        "1753600000000000001",
        "id-bruno",
    )
    assert _only(found, Post).text == "La carta"


def test_a_quote_names_the_post_and_its_author() -> None:
    quoted = {"result": {"tweet": _tweet("1753600000000000001", "Bruno", full_text="La carta")}}
    told = _tweet(quoted_status_id_str="1753600000000000001") | {"quoted_status_result": quoted}
    posts = {r.id: r for r in _said("twitter.com", told) if isinstance(r, Post)}
    assert posts["1753700000000000001"].quote_of_author == "id-bruno"
    assert posts["1753600000000000001"].text == "La carta"


def test_posts_of_the_first_searches_are_read_too() -> None:
    old = {"type": "adaptive", "legacy": _tweet()["legacy"], "user": {"id_str": "1001", "screen_name": "AnnaFerri"}}
    assert _only(_said("twitter.com", old), Post).author == "1001"


def _instagram(**fields: Any) -> dict[str, Any]:
    user = {"pk": "1001", "username": "anna.ferri", "full_name": "Anna Ferri", "is_verified": True}
    return {
        "code": "CxYz12abc",
        "taken_at": 1706954400,
        "media_type": 8,
        "carousel_media": [{}, {}],
        "user": user,
        "caption": {"text": "Carta nuova #carta con @Lume.Carta"},
        "like_count": 12,
        "comment_count": 0,
    } | fields


def test_an_album_of_instagram() -> None:
    found = _said("instagram.com", _instagram())
    post, seen = _only(found, Post), _only(found, Observation)
    assert (post.place, post.id, post.author, post.kind, post.media) == (
        "instagram",
        "CxYz12abc",
        "1001",
        "Image",
        2,
    )
    assert (post.tags, post.mentions) == (("carta",), ("@lume.carta",))
    assert (seen.likes, seen.replies, seen.views) == (12, 0, None)
    assert _only(found, Account).handle == "anna.ferri"


def test_likes_that_instagram_hides_are_not_known() -> None:
    hidden = _instagram(like_and_view_counts_disabled=True, like_count=3)
    assert _only(_said("instagram.com", hidden), Observation).likes is None


def test_the_older_shape_of_instagram_says_the_same() -> None:
    graph = {
        "__typename": "GraphVideo",
        "shortcode": "CxYz12abc",
        "owner": {"id": "1001", "username": "anna.ferri"},
        "taken_at_timestamp": 1706954400,
        "edge_media_to_caption": {"edges": [{"node": {"text": "Carta nuova"}}]},
        "edge_media_preview_like": {"count": 12},
        "edge_media_to_comment": {"count": 2},
        "video_view_count": 90,
    }
    found = _said("instagram.com", graph)
    post, seen = _only(found, Post), _only(found, Observation)
    assert (post.id, post.author, post.text, post.kind) == ("CxYz12abc", "1001", "Carta nuova", "Video")
    assert (seen.likes, seen.replies, seen.views) == (12, 2, 90)


def test_a_comment_of_instagram_answers_the_post_by_its_code() -> None:
    comment = {
        "comment_id": "17900000000000001",
        "text": "Bella",
        "created_at": 1706954500,
        "comment_like_count": 1,
        "user": {"id": "1002", "unique_id": "bruno", "nickname": "Bruno"},
        "post_id": "3290000000000000001",
        "post_shortcode": "CxYz12abc",
    }
    found = _said("instagram-comments", comment)
    post = _only(found, Post)
    assert (post.reply_to, post.thread, post.author, post.text) == ("CxYz12abc", "CxYz12abc", "1002", "Bella")
    assert (_only(found, Observation).likes, _only(found, Account).handle) == (1, "bruno")
    answer = _only(_said("instagram-comments", comment | {"parent_comment_id": "17900000000000000"}), Post)
    assert (answer.reply_to, answer.thread) == ("17900000000000000", "CxYz12abc")


def _threads(**info: Any) -> dict[str, Any]:
    return {
        "code": "C8abcDEF",
        "taken_at": 1706954400,
        "user": {"pk": "1001", "username": "anna.ferri"},
        "caption": {"text": "Carta"},
        "like_count": 2,
        "text_post_app_info": {"direct_reply_count": 1, "repost_count": 0, "quote_count": 3} | info,
    }


def test_a_post_of_threads_and_what_it_quotes() -> None:
    quoted = {"quoted_post": {"code": "C8older", "user": {"pk": "1002"}}}
    found = _said("threads.net", _threads(share_info=quoted))
    post, seen = _only(found, Post), _only(found, Observation)
    assert (post.id, post.quote_of, post.quote_of_author) == ("C8abcDEF", "C8older", "1002")
    assert (seen.likes, seen.replies, seen.reposts, seen.quotes) == (2, 1, 0, 3)


def test_what_is_passed_on_in_threads_is_an_act() -> None:
    shared = {"reposted_post": {"code": "C8older", "user": {"pk": "1002"}}}
    act = _only(_said("threads.net", _threads(share_info=shared)), Interaction)
    assert (act.actor, act.target, act.target_author) == ("1001", "C8older", "1002")


def _facebook(address: str) -> dict[str, Any]:
    actor = {"id": "100100100", "name": "Lume"}
    story = {"post_id": "200200200", "wwwURL": address, "message": {"text": "Ciao"}, "actors": [actor]}
    clock = {"__typename": "CometFeedStoryMinimizedTimestampStrategy", "story": {"creation_time": 1706954400}}
    return {
        "comet_sections": {
            "content": {"story": story},
            "context_layout": {"story": {"comet_sections": {"metadata": [{"__typename": "Other"}, clock]}}},
            "feedback": {"x": {"y": {"reaction_count": {"count": 7}, "share_count": {"count": 0}}}},
        }
    }


def test_a_story_of_facebook_is_named_by_page_and_post() -> None:
    found = _said("facebook.com", _facebook("https://www.facebook.com/lume/posts/pfbid0abc"))
    post, seen = _only(found, Post), _only(found, Observation)
    assert (post.id, post.author, post.visibility) == ("100100100_200200200", "100100100", None)
    assert (seen.likes, seen.reposts, seen.replies) == (7, 0, None)


def test_a_story_in_a_group_is_of_the_group() -> None:
    post = _only(_said("facebook.com", _facebook("https://www.facebook.com/groups/300300/posts/200200200/")), Post)
    assert (post.id, post.visibility) == ("300300_200200200", "group")


def _video(**fields: Any) -> dict[str, Any]:
    return {
        "id": "7300000000000000001",
        "desc": "Carta #carta",
        "createTime": "1706954400",
        "author": {"id": "1001", "uniqueId": "annaferri", "nickname": "Anna Ferri"},
        "stats": {"diggCount": 5, "playCount": 1000},
        "statsV2": {"diggCount": "5", "commentCount": "0", "playCount": "1003"},
        "textExtra": [{"hashtagName": "carta"}, {"userUniqueId": "Lume", "userId": "1009"}],
        "textLanguage": "un",
    } | fields


def test_a_video_of_tiktok_with_its_exact_counts() -> None:
    found = _said("tiktok.com", _video())
    post, seen = _only(found, Post), _only(found, Observation)
    assert (post.id, post.author, post.kind, post.language) == ("7300000000000000001", "1001", "Video", None)
    assert (post.tags, post.mentions, post.url) == (
        ("carta",),
        ("1009",),
        "https://www.tiktok.com/@annaferri/video/7300000000000000001",
    )
    assert (seen.likes, seen.replies, seen.views, seen.reposts) == (5, 0, 1003, None)


def test_a_video_whose_author_is_only_a_handle() -> None:
    assert _only(_said("tiktok.com", _video(author="AnnaFerri")), Post).author == "@annaferri"


def test_a_comment_of_tiktok_answers_the_video() -> None:
    comment = {
        "cid": "7300000000000000009",
        "text": "Bella",
        "create_time": 1706954500,
        "digg_count": 1,
        "aweme_id": "7300000000000000001",
        "reply_id": "0",
        "user": {"uid": "1002", "unique_id": "bruno", "nickname": "Bruno"},
    }
    post = _only(_said("tiktok-comments", comment), Post)
    assert (post.reply_to, post.thread, post.author) == ("7300000000000000001", "7300000000000000001", "1002")


def _linkedin(number: int, address: str = "https://www.linkedin.com/in/Anna-Ferri?x=1") -> dict[str, Any]:
    urn = f"urn:li:aggregate:(urn:li:activity:{number},urn:li:activity:3965915018238312449)"
    return {
        "actor": {
            "name": {"text": "Anna Ferri"},
            "navigationContext": {"actionTarget": address},
            "subDescription": {"text": "18 mesi • Modificato"},
        },
        "commentary": {
            "text": {
                "text": "Carta #Carta",
                "attributesV2": [{"detailData": {"*hashtag": {"trackingUrn": "urn:li:hashtag:carta"}}}],
                "attributes": [{"type": "COMPANY_NAME", "*miniCompany": {"universalName": "Lume"}}],
            }
        },
        "content": None,
        "*socialDetail": {"likes": {"paging": {"total": 87}}, "comments": {"paging": {"total": 0}}},
        "preDashEntityUrn": urn,
    }


def test_linkedins_time_is_in_the_number_of_the_post() -> None:
    number = (instant("2023-05-04T09:30:00Z") or 0) // 1000 << 22
    found = _said("linkedin.com", _linkedin(number))
    post, seen = _only(found, Post), _only(found, Observation)
    assert (post.id, post.published) == (f"urn:li:activity:{number}", instant("2023-05-04T09:30:00Z"))
    assert (post.author, post.tags, post.mentions) == ("@anna-ferri", ("carta",), ("@company/lume",))
    assert (seen.likes, seen.replies, seen.reposts) == (87, 0, None)


def test_a_firm_on_linkedin_is_an_organisation() -> None:
    number = (instant("2023-05-04T09:30:00Z") or 0) // 1000 << 22
    account = _only(_said("linkedin.com", _linkedin(number, "https://www.linkedin.com/company/lume/posts")), Account)
    assert (account.id, account.kind) == ("@company/lume", "Organization")


@pytest.mark.parametrize(
    ("platform", "data", "reason"),
    [
        ("twitter.com", {"__typename": "TweetTombstone"}, "no_id"),
        ("twitter.com", _tweet(created_at="ieri"), "bad_date"),
        ("instagram.com", _instagram(product_type="ad"), "no_content"),
        ("instagram.com", _instagram(user=None), "no_author"),
        ("instagram.com", _instagram(taken_at=None), "no_date"),
        ("threads.net", {"code": "", "user": {"pk": "1"}}, "no_id"),
        ("facebook.com", {"comet_sections": []}, "no_id"),
        ("tiktok.com", _video(createTime="presto"), "no_date"),
        ("tiktok-comments", {"cid": "1", "user": {"uid": "2"}, "create_time": 1706954500}, "no_content"),
        ("linkedin.com", {"actor": {}}, "no_id"),
        ("9gag.com", {"id": "1"}, "bad_shape"),
        ("twitter.com", {}, "bad_shape"),
    ],
)
def test_what_cannot_be_read_says_why(platform: str, data: dict[str, Any], reason: str) -> None:
    assert [r.reason for r in _said(platform, data) if isinstance(r, Fault)] == [reason]


def test_4cats_lines_keep_the_box_inside(tmp_path: Path) -> None:
    path = tmp_path / "raccolta.ndjson"
    box = {"source_platform": "tiktok.com", "timestamp_collected": _COLLECTED}
    path.write_text(json.dumps(_video() | {"__import_meta": box}) + "\n")
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        assert match.variant == "4cat"
        found = [r for i in PLUGIN.read(export, match) if isinstance(i, Raw) for r in PLUGIN.normalise(i)]
    assert found == _said("tiktok.com", _video())


def test_a_first_line_longer_than_a_look_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "raccolta.ndjson"
    box = {"source_platform": "tiktok.com", "timestamp_collected": _COLLECTED}
    path.write_text(json.dumps(_video(music={"title": "la" * 60_000}) | {"__import_meta": box}) + "\n")
    with open_export(path) as export:
        assert PLUGIN.sniff(export) is not None
