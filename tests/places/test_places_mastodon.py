"""Mastodon's archive: ActivityPub's words, kept in their meaning."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._activity import own, visibility
from valore.places.mastodon import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "mastodon"
_ANNA = "https://piazza.example/users/anna"
_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found = list(PLUGIN.read(export, match))
        return [
            r
            for raw in found
            if not isinstance(raw, tuple) or isinstance(raw, Raw | Fault)
            for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])
        ]


def _posts(case: str) -> list[Post]:
    return [r for r in _read(SAMPLES / case) if isinstance(r, Post)]


def _said(activity: dict[str, Any]) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("activity", Where("outbox.json", "/orderedItems/0"), activity)))


def _note(**fields: Any) -> dict[str, Any]:
    note = {"id": f"{_ANNA}/statuses/1", "type": "Note", "attributedTo": _ANNA, "content": "<p>Ciao</p>"}
    return {
        "type": "Create",
        "actor": _ANNA,
        "object": note | {"published": "2023-03-21T08:00:00Z", "to": [_PUBLIC]} | fields,
    }


def test_an_actor_says_which_pages_and_accounts_are_its_own() -> None:
    (account,) = (r for r in _read(SAMPLES / "archive-it") if isinstance(r, Account))
    assert account.links == ("https://annaferri.example/",)
    assert account.aliases == ("https://borgo.example/users/anna",)


@pytest.mark.parametrize(
    ("value", "links"),
    [
        ("<A HREF='https://a.example' REL='nofollow Me'>a</A>", ("https://a.example",)),
        ('<a rel="me" href="javascript:alert(1)">a</a>', ()),
        ('<a data-rel="me" href="https://a.example">a</a>', ()),
        ('<a rel="meme" href="https://a.example">a</a>', ()),
        ('<a rel="me">a</a><a href="https://a.example">', ()),
        (None, ()),
        ({"rel": "me"}, ()),
        ("<a " * 9_999, ()),
    ],
)
def test_only_addresses_of_pages_that_are_marked_are_a_profiles_own(value: Any, links: tuple[str, ...]) -> None:
    assert own([value, value]) == links


@pytest.mark.parametrize("odd", [None, 7, "a", [None, 7, {}], {"a": "b"}])
def test_an_actor_with_odd_lists_is_still_an_account(odd: Any) -> None:
    said = PLUGIN.normalise(Raw("actor", Where("actor.json", ""), {"id": _ANNA, "attachment": odd, "alsoKnownAs": odd}))
    assert all(isinstance(a, str) for r in said if isinstance(r, Account) for a in (*r.links, *r.aliases))


def test_html_becomes_words_and_links_are_kept_apart_from_hashtags() -> None:
    post = _posts("archive-it")[0]
    assert post.text == "Ciao la carta\ndi oggi & domani\n\n#tipografia"
    assert (post.links, post.tags, post.language) == (("https://lume.example/carta",), ("tipografia",), "it")


def test_replies_name_the_post_and_the_person() -> None:
    reply = _posts("archive-it")[1]
    assert reply.reply_to == "https://altrove.example/users/lume/statuses/109999999999999999"
    assert reply.reply_to_author == "https://altrove.example/users/lume" == reply.mentions[0]


def test_a_boost_is_an_act() -> None:
    boost = next(r for r in _read(SAMPLES / "archive-it") if isinstance(r, Interaction))
    assert (boost.kind, boost.actor) == ("repost", _ANNA)
    assert boost.target == "https://altrove.example/users/lume/statuses/109999999999999998"
    assert boost.target_author == "https://altrove.example/users/lume"


def test_messages_to_certain_people_are_never_read() -> None:
    with open_export(SAMPLES / "archive-it") as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        assert "parole riservate" not in repr(list(PLUGIN.read(export, match)))


@pytest.mark.parametrize(
    ("to", "cc", "who"),
    [
        ([_PUBLIC], [], "public"),
        (["as:Public"], [], "public"),
        ("Public", None, "public"),
        ([f"{_ANNA}/followers"], [_PUBLIC], "unlisted"),
        ([f"{_ANNA}/followers"], [], "followers"),
        (["https://altrove.example/users/lume"], [], "private"),
        (None, None, "private"),
    ],
)
def test_who_may_see_it_follows_from_whom_it_is_addressed_to(to: Any, cc: Any, who: str) -> None:
    assert visibility({"to": to, "cc": cc}) == who


def test_an_update_is_a_later_edition_and_a_deletion_a_tombstone() -> None:
    posts = _posts("archive-it")
    first, edited, gone = posts[0], posts[-2], posts[-1]
    assert first.id == edited.id
    assert (edited.published, edited.updated) == (first.published, instant("2023-03-22T08:00:00Z"))
    assert (gone.text, gone.deleted) == (None, instant("2023-03-23T08:00:00Z"))
    assert gone.published < (gone.deleted or 0)


def test_counts_are_read_where_a_server_wrote_them() -> None:
    counts = [r for r in _read(SAMPLES / "archive-it") if isinstance(r, Observation)]
    assert [(c.likes, c.replies, c.reposts) for c in counts] == [(4, None, 0)]


def test_a_content_warning_is_part_of_what_was_said() -> None:
    assert next(p for p in _posts("archive-it") if p.kind == "Question").text == "Sondaggio\n\nMeglio carta o schermo?"


def test_the_actor_says_whether_it_is_a_bot() -> None:
    bots = {c: next(r for r in _read(SAMPLES / c) if isinstance(r, Account)).automated for c in ("bot", "archive-it")}
    assert bots == {"bot": True, "archive-it": False}


def test_an_outbox_alone_is_enough_and_the_offset_is_kept() -> None:
    (post,) = _posts("outbox-alone")
    assert (post.author, post.offset, post.language) == (_ANNA, 60, "it")


def test_the_packed_archive_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "archive.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for file in sorted((SAMPLES / "archive-it").iterdir()):
            info = tarfile.TarInfo(file.name)
            info.size = file.stat().st_size
            archive.addfile(info, io.BytesIO(file.read_bytes()))
    assert _read(path) == _read(SAMPLES / "archive-it")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"published": None}, "no_date"),
        ({"published": "ieri"}, "bad_date"),
        ({"id": None}, "no_id"),
        ({"content": 7}, "bad_shape"),
        ({"type": "Zebra"}, "bad_shape"),
    ],
)
def test_what_cannot_be_understood_is_a_fault(fields: dict[str, Any], reason: str) -> None:
    assert [f.reason for f in _said(_note(**fields)) if isinstance(f, Fault)] == [reason]


def test_a_quote_names_the_quoted_post() -> None:
    (post,) = _said(_note(quoteUrl="https://altrove.example/users/lume/statuses/7"))
    assert isinstance(post, Post)
    assert post.quote_of == "https://altrove.example/users/lume/statuses/7"
    assert post.quote_of_author == "https://altrove.example/users/lume"


def test_a_long_outbox_is_streamed(tmp_path: Path) -> None:
    items = [_note(id=f"{_ANNA}/statuses/{n}", content="<p>" + "carta " * 50 + "</p>") for n in range(12_000)]
    whole = {"type": "OrderedCollection", "totalItems": len(items), "orderedItems": items}
    (tmp_path / "outbox.json").write_text(json.dumps(whole), encoding="utf-8")
    with open_export(tmp_path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        assert sum(isinstance(r, Raw) for r in PLUGIN.read(export, match)) == 12_000
