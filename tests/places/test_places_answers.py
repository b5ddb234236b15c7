"""Whatever an answer of an API holds, it gives records that can be kept, and faults: never a traceback."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Rows, Where
from valore.places import Place
from valore.places import linkedin as _linkedin
from valore.places import reddit as _reddit
from valore.places import tiktok as _tiktok
from valore.places import youtube as _youtube

_WHEN = "2024-05-02T08:30:00Z"
_JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e300,
    float("nan"),
    "",
    "x",
    "\ud800",
    [],
    {},
    [1],
    {"a": 1},
    10**30,
    "9" * 40,
)
_T1 = {
    "id": "k1",
    "author": "Anna",
    "created_utc": 1714638600.0,
    "body": "Ciao",
    "link_id": "t3_1",
    "parent_id": "t1_0",
}
_T3 = {
    "name": "t3_1",
    "author": "Anna",
    "created_utc": 1.0,
    "title": "Meno",
    "selftext": "x",
    "url": "https://a.example/",
}
_T2 = {"name": "Anna", "link_karma": 1, "created_utc": 1.0, "subreddit": {"title": "Anna", "subscribers": 1}}
_SAID = {
    "authorChannelId": {"value": "UC1"},
    "textOriginal": "Ciao",
    "publishedAt": _WHEN,
    "updatedAt": _WHEN,
    "likeCount": 1,
}
_SHOWN = {"channelId": "UC1", "publishedAt": _WHEN, "title": "Meno", "description": "x", "type": "upload"}
_TOLD = {"owner": "1001", "Date": "2024-05-02 08:30:00", "ShareLink": "urn:li:share:7", "ShareCommentary": "Ciao"}

ANSWERS: dict[str, tuple[Place, list[Any]]] = {
    "reddit": (
        _reddit.PLUGIN,
        [
            [
                {"kind": "Listing", "data": {"children": [{"kind": "t3", "data": _T3}, {"kind": "t2", "data": _T2}]}},
                {"kind": "Listing", "data": {"children": [{"kind": "t1", "data": {**_T1, "replies": ""}}]}},
                {"kind": "t5", "data": {"display_name": "luce", "subscribers": 3, "subreddit_type": "public"}},
            ],
            {"json": {"errors": [["NO_TEXT", "x"]], "data": {"things": [{"kind": "t1", "data": _T1}]}}},
        ],
    ),
    "youtube": (
        _youtube.PLUGIN,
        [
            {
                "items": [
                    {"kind": "youtube#video", "id": "v", "snippet": _SHOWN, "statistics": {"likeCount": "1"}},
                    {"kind": "youtube#comment", "id": "Ug", "snippet": _SAID},
                    {"kind": "youtube#channel", "id": "UC1", "snippet": _SHOWN, "statistics": {"videoCount": "1"}},
                    {"kind": "youtube#activity", "snippet": _SHOWN, "contentDetails": {"upload": {"videoId": "v"}}},
                    {
                        "kind": "youtube#searchResult",
                        "id": {"kind": "youtube#video", "videoId": "v"},
                        "snippet": _SHOWN,
                    },
                    {
                        "kind": "youtube#commentThread",
                        "snippet": {"topLevelComment": {"id": "Ug", "snippet": _SAID}, "videoId": "v"},
                        "replies": {"comments": [{"id": "Ug.1", "snippet": _SAID}]},
                    },
                ]
            }
        ],
    ),
    "linkedin": (
        _linkedin.PLUGIN,
        [
            {
                "owner": "1001",
                "elements": [
                    {"snapshotDomain": "MEMBER_SHARE_INFO", "snapshotData": [_TOLD]},
                    {"snapshotDomain": "PROFILE", "snapshotData": [{"First Name": "Anna", "Headline": "x"}]},
                    {
                        "id": "urn:li:share:7",
                        "author": "urn:li:person:a",
                        "commentary": "Ciao",
                        "publishedAt": 1714638600000,
                    },
                    {
                        "id": "urn:li:comment:(urn:li:activity:9,8)",
                        "actor": "a",
                        "message": {"text": "x"},
                        "created": {"time": 1},
                    },
                    {"$URN": "urn:li:like:(a,b)", "actor": "a", "object": "urn:li:activity:9", "created": {"time": 1}},
                    {"share": "urn:li:share:7", "totalShareStatistics": {"likeCount": 1}},
                ],
            }
        ],
    ),
    "tiktok": (
        _tiktok.PLUGIN,
        [
            {
                "error": {"code": "ok"},
                "data": {
                    "videos": [{"id": "7", "create_time": 1, "username": "anna", "title": "x", "like_count": 1}],
                    "comments": [{"id": 1, "video_id": 7, "create_time": 1, "text": "x", "username": "anna"}],
                    "user": {"username": "anna", "is_verified": True, "follower_count": 1},
                },
            },
            {
                "Post": {"Posts": {"VideoList": [{"Date": "2024-05-02 08:30:00", "Link": "", "Likes": "1"}]}},
                "Comment": {"Comments": {"CommentsList": [{"date": "2024-05-02 08:30:00", "comment": "Ciao"}]}},
                "Profile": {"Profile Info": {"ProfileMap": {"userName": "anna"}}},
            },
        ],
    ),
}


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where every part of a value stands."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in parts:
        yield from _paths(inner, (*path, step))


def _broken(answer: Any, chance: st.DataObject) -> Any:
    """Put junk in the place of one part, or take it away."""
    path = chance.draw(st.sampled_from(list(_paths(answer))))
    junk = copy.deepcopy(chance.draw(st.sampled_from(_JUNK)))
    if not path:
        return junk
    inner = answer
    for step in path[:-1]:
        inner = inner[step]
    if isinstance(inner, dict) and chance.draw(st.booleans()):
        del inner[path[-1]]
    else:
        inner[path[-1]] = junk
    return answer


def _keepable(record: Record | Fault) -> bool:
    """Say whether a record has what the lake needs, and texts that can be written."""
    repr(record).encode()
    texts = [v for v in record if isinstance(v, str)]
    if any("\ud800" in t for t in texts):
        return False
    if isinstance(record, Post):
        return bool(record.id and record.author) and isinstance(record.published, int)
    if isinstance(record, Account | Observation):
        return bool(record.id)
    if isinstance(record, Interaction):
        return bool(record.actor and (record.target or record.target_author))
    return isinstance(record, Fault) and not isinstance(record, Rows)


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_that_is_whole_is_understood(name: str) -> None:
    place, answers = ANSWERS[name]
    found = [r for a in answers for r in place.normalise(Raw("api", Where("answer", ""), a))]
    assert {Post, Account} <= {type(r) for r in found}
    assert all(_keepable(r) for r in found)


@pytest.mark.parametrize("name", sorted(ANSWERS))
@settings(max_examples=200, deadline=None)
@given(chance=st.data())
def test_broken_answers_give_records_and_faults(name: str, chance: st.DataObject) -> None:
    place, answers = ANSWERS[name]
    answer = copy.deepcopy(chance.draw(st.sampled_from(answers)))
    for _ in range(chance.draw(st.integers(1, 3))):
        answer = _broken(answer, chance)
    assert all(_keepable(r) for r in place.normalise(Raw("api", Where("answer", ""), answer)))
