"""Bluesky: a repository says what its account did, and a server's answer says the same."""

import io
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from libipld import encode_dag_cbor

from valore.errors import RefusedArchive
from valore.model.records import Account, Cursor, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.source import Member
from valore.model.time import instant
from valore.places import _car, bluesky
from valore.places._answer import Answer
from valore.places._bluesky_record import tid
from valore.places.bluesky import PLUGIN
from valore.trust._export import Opened
from valore.world.exports.bluesky import _framed, _kept, packed

SAMPLE = Path(__file__).parents[1] / "samples" / "bluesky" / "repo-it" / "repo.car"
_ANNA, _LUME, _BRUNO = "did:plc:annaferri1001", "did:plc:lume1002", "did:web:bruno.example"
_POST = "app.bsky.feed.post"


class _One(Opened):
    """A single repository in memory."""

    def __init__(self, data: bytes) -> None:
        self.name, self.data = "repo.car", data
        self.members = (Member("repo.car", len(data), None),)

    def open(self, member: str) -> BinaryIO:  # noqa: ARG002 - there is only one
        return io.BytesIO(self.data)


def _raws(data: bytes, since: Cursor | None = None) -> list[Raw | Fault | Cursor]:
    export = _One(data)
    match = PLUGIN.sniff(export)
    assert match is not None
    return list(PLUGIN.read(export, match, since))


def _read(data: bytes) -> list[Record | Fault]:
    return [
        r
        for raw in _raws(data)
        if not isinstance(raw, Cursor)
        for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])
    ]


def _sample(kind: type[Any]) -> list[Any]:
    return [r for r in _read(SAMPLE.read_bytes()) if isinstance(r, kind)]


def _said(text: str) -> Post:
    found: Post = next(p for p in _sample(Post) if p.text and text in p.text)
    return found


def _reasons(data: bytes) -> list[tuple[str, str]]:
    return [(r.where.pointer, r.reason) for r in _read(data) if isinstance(r, Fault)]


def _meant(value: Any, **facts: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where("answer.json", ""), Answer(value, **facts) if facts else value)))


def _note(**fields: Any) -> dict[str, Any]:
    return {"$type": _POST, "text": "Ciao", "createdAt": "2024-03-04T09:00:00Z"} | fields


def test_a_post_names_links_tags_people_and_pictures() -> None:
    post = _said("catalogo")
    assert (post.links, post.tags, post.mentions) == (
        ("https://lume.example/carta",),
        ("tipografia", "grafica"),
        (_LUME,),
    )
    assert (post.media, post.language, post.visibility, post.offset) == (2, "it", "public", 0)
    assert post.text == "Il nuovo catalogo di @lume.example è qui: lume.example/carta #tipografia 🎉\nرائع"
    key = post.id.rpartition("/")[2]
    assert (post.id, post.url) == (f"at://{_ANNA}/{_POST}/{key}", f"https://bsky.app/profile/{_ANNA}/post/{key}")


def test_an_answer_names_the_post_its_author_and_the_conversation() -> None:
    post = _said("perché no")
    assert post.reply_to is not None
    assert post.reply_to.startswith(f"at://{_BRUNO}/")
    assert (post.reply_to_author, post.thread) == (_BRUNO, _said("catalogo").id)


def test_a_post_in_two_languages_declares_none() -> None:
    assert _said("perché no").language is None


def test_a_quote_is_told_with_and_without_more_beside_it() -> None:
    bare, full = _said("Da leggere"), _said("Con la prova")
    assert bare.quote_of == full.quote_of
    assert bare.quote_of_author == full.quote_of_author == _LUME
    assert (bare.links, full.links) == ((), ("https://lume.example/prova",))


def test_a_date_to_come_gives_way_to_the_time_of_the_key() -> None:
    post = _said("non è ancora venuto")
    assert post.published == instant("2024-03-08T09:00:00.250Z")
    assert (post.media, post.offset) == (1, 0)


def test_a_post_brought_from_elsewhere_keeps_its_own_date_and_offset() -> None:
    post = _said("altro posto")
    assert (post.published, post.offset) == (instant("2012-05-06T05:08:09Z"), 120)


def test_likes_reposts_and_follows_are_acts_upon_somebody() -> None:
    acts = {a.kind: a for a in _sample(Interaction)}
    assert set(acts) == {"like", "repost", "follow"}
    assert all((a.actor, a.target_author) == (_ANNA, _LUME) for a in acts.values())
    assert acts["follow"].target is None
    assert acts["like"].at == instant("2024-03-09T09:00:00.250Z")


def test_the_profile_is_the_account() -> None:
    (account,) = _sample(Account)
    assert (account.id, account.name, account.default_picture) == (_ANNA, "Anna Ferri", False)
    assert account.bio == "Grafica a Torino. Carta, caratteri, città."
    assert account.created == instant("2023-08-01T10:00:00Z")


def test_an_account_without_a_profile_is_known_by_its_name() -> None:
    (account,) = [r for r in _read(packed(_ANNA, {f"{_POST}/a": _note()})) if isinstance(r, Account)]
    assert (account.id, account.default_picture) == (_ANNA, None)


def test_lists_and_blocks_are_never_decoded() -> None:
    assert b"parole riservate" in SAMPLE.read_bytes()
    assert "parole riservate" not in repr(_raws(SAMPLE.read_bytes()))


def test_an_empty_repository_is_an_account_alone() -> None:
    assert [type(r) for r in _read(packed(_ANNA, {}))] == [Account]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (_note(createdAt=None), "no_date"),
        (_note(createdAt="domani"), "bad_date"),
        (_note(text=None), "no_content"),
        ("not an object", "bad_shape"),
    ],
)
def test_a_post_without_what_it_needs_is_a_fault_with_its_path(record: Any, reason: str) -> None:
    assert _reasons(packed(_ANNA, {f"{_POST}/self": record})) == [(f"at://{_ANNA}/{_POST}/self", reason)]


def test_a_damaged_record_is_a_fault_with_its_path_and_the_others_are_read() -> None:
    """What a block says must be what its name promises."""
    data = packed(_ANNA, {f"{_POST}/{n}": _note(text=f"Nota {n} di dodici") for n in "abcdef"})
    damaged = data.replace(b"Nota c di dodici", b"Nota c di undici")
    assert _reasons(damaged) == [(f"at://{_ANNA}/{_POST}/c", "damaged")]
    assert [r.text for r in _read(damaged) if isinstance(r, Post)] == [f"Nota {n} di dodici" for n in "abdef"]


@pytest.mark.parametrize("share", range(1, 9))
def test_a_file_cut_anywhere_gives_what_it_has_and_says_so_once(share: int) -> None:
    whole = SAMPLE.read_bytes()
    found = _read(whole[: len(whole) * share // 9])
    assert [r.reason for r in found if isinstance(r, Fault)] == ["truncated"]
    told = {repr(r) for r in _read(whole)}
    assert {repr(r) for r in found if isinstance(r, Post)} <= told


def test_a_node_that_cannot_be_read_is_told_after_the_last_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_car, "_BLOCK", 400)
    assert {reason for _, reason in _reasons(SAMPLE.read_bytes())} == {"too_large"}


def test_a_repository_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky, "_LARGEST", 1000)
    assert _reasons(SAMPLE.read_bytes()) == [("", "too_large")]


def test_a_damaged_archive_around_it_is_a_fault() -> None:
    class Torn(_One):
        def open(self, member: str) -> BinaryIO:  # noqa: ARG002 - there is only one
            class Stream(io.BytesIO):
                def read(self, size: int | None = -1) -> bytes:
                    if self.tell() >= 4096:
                        raise RefusedArchive("torn")
                    return super().read(min(size or 0, 4096) if size and size > 0 else 4096)

            return Stream(self.data)

    export = Torn(SAMPLE.read_bytes())
    match = PLUGIN.sniff(export)
    assert match is not None
    assert [f.reason for f in PLUGIN.read(export, match) if isinstance(f, Fault)] == ["damaged"]


def test_reading_goes_on_inside_a_large_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky, "_MANY", 5)
    data = SAMPLE.read_bytes()
    whole = _raws(data)
    stops = [(n, c) for n, c in enumerate(whole) if isinstance(c, Cursor)]
    assert len(stops) > 3
    for at, stop in stops:
        rest = [r for r in _raws(data, stop) if isinstance(r, Raw)]
        assert rest == [r for r in whole[at:] if isinstance(r, Raw)]


def test_a_tree_deeper_than_recursion_allows_is_walked() -> None:
    """A hostile chain of nodes costs no stack."""
    blocks: dict[bytes, bytes] = {}
    node = None
    for _ in range(3000):
        node = _kept(blocks, {"l": node, "e": []})
    root = _kept(blocks, {"did": _ANNA, "data": node, "version": 3})
    parts = (encode_dag_cbor({"roots": [root], "version": 1}), *(c + b for c, b in reversed(blocks.items())))
    data = b"".join(map(_framed, parts))
    assert [type(r) for r in _read(data)] == [Account]


@pytest.mark.parametrize("key", ["self", "zzzzzzzzzzzzz", "2222222222222", "3JQCIMPORTED1"])
def test_a_key_that_is_no_time_says_none(key: str) -> None:
    assert tid(key) is None


def _author(did: str = _LUME, **facts: Any) -> dict[str, Any]:
    return {"did": did, "handle": "lume.example", "displayName": "Lume", "avatar": "https://cdn.example/1.jpg"} | facts


def _view(**fields: Any) -> dict[str, Any]:
    counts = {"likeCount": 3, "replyCount": 0, "repostCount": 1, "quoteCount": 0}
    return {"uri": f"at://{_LUME}/{_POST}/a1", "author": _author(), "record": _note(), **counts} | fields


def test_a_feed_gives_author_post_and_counts_as_of_the_answer() -> None:
    account, post, counts = _meant({"feed": [{"post": _view()}], "cursor": "x"}, seen=77)
    assert isinstance(account, Account)
    assert isinstance(post, Post)
    assert isinstance(counts, Observation)
    assert (account.handle, account.seen, post.pointer) == ("lume.example", 77, "/feed/0/post")
    assert (counts.likes, counts.replies, counts.saves, counts.seen) == (3, 0, None, 77)


def test_a_feed_tells_who_reposted() -> None:
    reason = {"by": _author(_ANNA), "indexedAt": "2024-03-05T09:00:00Z"}
    act = _meant({"feed": [{"post": _view(), "reason": reason}]})[-1]
    assert isinstance(act, Interaction)
    assert (act.kind, act.actor, act.target, act.target_author) == ("repost", _ANNA, _view()["uri"], _LUME)


@pytest.mark.parametrize(("indexed", "kept"), [("2024-03-01T00:00:00Z", True), ("2024-03-04T08:59:59.999Z", False)])
def test_what_a_server_saw_earlier_is_older_than_it_says(indexed: str, kept: bool) -> None:
    """But a server's rounding must not make two posts of one."""
    post = _meant(_view(indexedAt=indexed))[1]
    assert isinstance(post, Post)
    assert post.published == instant(indexed if kept else "2024-03-04T09:00:00Z")


def test_a_repository_and_an_answer_say_the_same_of_a_post() -> None:
    held = _said("catalogo")
    raw = next(r for r in _raws(SAMPLE.read_bytes()) if isinstance(r, Raw) and r.where.pointer == held.id)
    seen = _meant({"uri": held.id, "author": _author(_ANNA), "record": raw.value[1]})[1]
    assert seen == held._replace(pointer="")


def test_followers_follow_the_subject_and_the_subject_follows_the_followed() -> None:
    one = _meant({"subject": _author(_ANNA), "followers": [_author()]})[-1]
    other = _meant({"subject": _author(_ANNA), "follows": [_author()]})[-1]
    assert isinstance(one, Interaction)
    assert isinstance(other, Interaction)
    assert (one.kind, one.actor, one.target_author) == ("follow", _LUME, _ANNA)
    assert (other.actor, other.target_author) == (_ANNA, _LUME)


@pytest.mark.parametrize(("key", "kind"), [("likes", "like"), ("repostedBy", "repost")])
def test_people_who_like_or_repost_are_named(key: str, kind: str) -> None:
    element = {"actor": _author(_ANNA), "createdAt": "2024-03-05T09:00:00Z"} if key == "likes" else _author(_ANNA)
    act = _meant({"uri": _view()["uri"], key: [element]})[-1]
    assert isinstance(act, Interaction)
    assert (act.kind, act.actor, act.target) == (kind, _ANNA, _view()["uri"])


def test_notifications_are_posts_and_acts_of_their_authors() -> None:
    like = {"subject": {"uri": f"at://{_ANNA}/{_POST}/a9"}, "createdAt": "2024-03-05T09:00:00Z"}
    elements = [
        {"uri": f"at://{_LUME}/app.bsky.feed.like/b1", "author": _author(), "reason": "like", "record": like},
        {"uri": f"at://{_LUME}/{_POST}/b2", "author": _author(), "reason": "mention", "record": _note()},
    ]
    found = [r for r in _meant({"notifications": elements}) if not isinstance(r, Account)]
    assert [type(r) for r in found] == [Interaction, Post]


def test_a_conversation_is_read_up_and_down_without_its_holes() -> None:
    gone = {"uri": f"at://{_LUME}/{_POST}/x", "notFound": True}
    node = {
        "post": _view(),
        "parent": {"post": _view(uri=f"at://{_LUME}/{_POST}/up")},
        "replies": [gone, {"post": _view(uri=f"at://{_ANNA}/{_POST}/r")}],
    }
    found = _meant({"thread": node})
    assert {r.id.rpartition("/")[2] for r in found if isinstance(r, Post)} == {"a1", "up", "r"}
    assert not [r for r in found if isinstance(r, Fault)]


def test_a_conversation_without_end_is_a_fault() -> None:
    node: dict[str, Any] = {"post": _view()}
    for _ in range(5000):
        node = {"post": _view(), "replies": [node]}
    assert [r.reason for r in _meant({"thread": node}) if isinstance(r, Fault)] == ["too_deep"]


def test_a_profile_tells_its_counts_and_its_badge() -> None:
    (account,) = _meant(_author(followersCount=0, postsCount=5, verification={"verifiedStatus": "valid"}))
    assert isinstance(account, Account)
    assert (account.followers, account.following, account.posts, account.verified) == (0, None, 5, True)


@pytest.mark.parametrize("value", [None, [], "x", {}, {"feed": ["x"]}, {"post": {"uri": 7}}, {"did": "anna"}])
def test_an_answer_of_another_shape_is_a_fault(value: Any) -> None:
    found = _meant(value)
    assert found
    assert all(isinstance(r, Fault) for r in found)


def test_one_spoilt_element_of_an_answer_leaves_the_others() -> None:
    odd = _view(author=_author("did:plc:\ud800"))
    found = _meant({"feed": [{"post": odd}, {"post": _view(likeCount=10**30)}]})
    assert [r.reason for r in found if isinstance(r, Fault)] == ["bad_shape"]
    assert [r.likes for r in found if isinstance(r, Observation)] == [None]
