"""A post of X says the same whether it is read by itself or with thousands of others."""

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from valore.model.batch import Gather
from valore.model.records import Cursor, Fault, Raw, Where
from valore.model.source import Member, Page
from valore.places import x
from valore.places._x_owner import Owner
from valore.places._x_page import ORDINARY, Tweets
from valore.places._x_shape import Post
from valore.places.x import PLUGIN
from valore.trust._export import Opened

ANNA = Owner(id="1001", handle="AnnaFerri", seen=1_700_000_000_000_000)
FILE = "data/tweets.js"
DATED = {"id_str": "1612000000000000001", "created_at": "Sat Jan 07 10:00:00 +0000 2023"}
words = st.text(max_size=30)
names = st.sampled_from(["2001", "2002", "-1", ""])
links = st.fixed_dictionaries(
    {"url": st.just("https://t.co/1")},
    optional={
        "expanded_url": st.sampled_from(["https://lume.example/è", "https://twitter.com/nitida/status/77", None])
    },
)
entities = st.fixed_dictionaries(
    {},
    optional={
        "urls": st.lists(links, max_size=2),
        "hashtags": st.lists(st.fixed_dictionaries({"text": words}), max_size=2),
        "user_mentions": st.lists(st.fixed_dictionaries({"id_str": names, "screen_name": st.just("Lume")}), max_size=2),
        "media": st.lists(st.fixed_dictionaries({"url": st.just("https://t.co/p")}), max_size=1),
    },
)
counts = st.sampled_from(["0", "7", 7, None, "", "molti", "99999999999999999999"])
tweets = st.fixed_dictionaries(
    {
        "id_str": st.sampled_from(["1612000000000000001", "1612000000000000002", "", 1612000000000000003]),
        "created_at": st.sampled_from(["Sat Jan 07 10:00:00 +0000 2023", "2023-01-07 10:00:00 +0000", "ieri", None]),
        "full_text": st.one_of(words, st.sampled_from(["RT @lume: carta", "carta &amp; https://t.co/1", "\ud83d", 7])),
    },
    optional={
        "entities": st.one_of(entities, st.none()),
        "lang": st.sampled_from(["it", "und", "in", None]),
        "favorite_count": counts,
        "retweet_count": counts,
        "in_reply_to_user_id_str": names,
        "in_reply_to_status_id_str": st.sampled_from(["1611", "-1", None]),
        "retweeted_status_id": st.sampled_from(["1610", None]),
        "quoted_status_id_str": st.sampled_from(["1609", ""]),
        "edit_info": st.just({"edit": {"initialTweetId": "1612000000000000000"}}),
    },
)


def rows(*raws: Raw) -> dict[str, list[str]]:
    """Return what would be stored, in no order."""
    gather = Gather("import")
    for raw in raws:
        for record in PLUGIN.normalise(raw):
            gather.add(record, raw.where.file)
    return {name: sorted(map(repr, table.to_pylist())) for name, table in gather.take().items()}


def together(kind: str, posts: list[Any]) -> Raw:
    many = Tweets.of(kind, ANNA, {})
    for first in range(0, len(posts), 3):
        part = posts[first : first + 3]
        try:
            shaped = msgspec.convert(part, list[Post]) if kind in ORDINARY else None
        except msgspec.ValidationError:
            shaped = None
        many.pick(Page("/", first, part) if shaped is None else Page("/", first, shaped, shaped=True))
    return Raw("page", Where(FILE, "/0"), many, many.size)


@settings(deadline=None, max_examples=300)
@example([DATED | {"full_text": "0", "favorite_count": ""}], "tweet")
@example([DATED | {"full_text": "0", "favorite_count": "99999999999999999999"}], "tweet")
@example(
    [DATED | {"full_text": "@lume", "entities": {"user_mentions": [{"id_str": "-1", "screen_name": "Lume"}]}}], "tweet"
)
@example([DATED | {"full_text": " carta\x1f &amp;lt; e\u0300 ", "edit_info": {"initial": {}}}], "tweet")
@given(st.lists(tweets, max_size=12), st.sampled_from(["tweet", "tweets", "community-tweet", "deleted-tweets"]))
def test_posts_say_together_what_they_say_alone(posts: list[dict[str, Any]], kind: str) -> None:
    alone = [Raw(kind, Where(FILE, f"/{n}"), (ANNA, post, None)) for n, post in enumerate(posts)]
    assert rows(together(kind, posts)) == rows(*alone)


def test_one_broken_post_is_a_fault_at_its_own_place() -> None:
    sound = {"id_str": "20", "created_at": "Sat Jan 07 10:00:00 +0000 2023", "full_text": "carta"}
    found = list(PLUGIN.normalise(together("tweets", [sound, 7, sound | {"id_str": ""}])))
    assert [f for f in found if isinstance(f, Fault)] == [
        Fault(Where(FILE, "/1"), "bad_shape"),
        Fault(Where(FILE, "/2"), "no_id"),
    ]


class Small(Opened):
    """An archive whose posts come in pages of three."""

    name = "archive"

    def __init__(self, count: int) -> None:
        account = {"account": {"accountId": "1001", "username": "AnnaFerri"}}
        self.files = {"data/account.js": f"window.YTD.account.part0 = {json.dumps([account])}".encode()}
        self.files[FILE] = b"window.YTD.tweets.part0 = []"
        self.members = tuple(Member(name, None, None) for name in self.files)
        self.count = count

    def open(self, member: str) -> BinaryIO:
        return io.BytesIO(self.files[member])

    def pages(self, member: str, shape: type | None = None) -> Iterator[Page | Fault]:  # noqa: ARG002 - as `Export` has it
        day = "Sat Jan 07 10:00:00 +0000 2023"
        posts = [{"tweet": {"id_str": str(n + 20), "created_at": day, "full_text": f"{n}"}} for n in range(self.count)]
        yield from (Page("/", first, posts[first : first + 3]) for first in range(0, self.count, 3))


def test_reading_goes_on_inside_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x, "_MANY", 4)
    export = Small(20)
    match = PLUGIN.sniff(export)
    assert match is not None
    whole = list(PLUGIN.read(export, match))
    inside = [c for c in whole if isinstance(c, Cursor) and c.position != FILE]
    assert [c.position for c in inside] == [f"{FILE}:6", f"{FILE}:12", f"{FILE}:18"]
    for cursor in inside:
        rest = [item for item in whole[whole.index(cursor) + 1 :] if isinstance(item, Raw)]
        again = [item for item in PLUGIN.read(export, match, cursor) if isinstance(item, Raw)]
        assert rows(*again) == rows(*rest)
    odd = list(PLUGIN.read(export, match, Cursor(f"{FILE}:7")))
    assert sum(item.holds for item in odd if isinstance(item, Raw)) == 13
