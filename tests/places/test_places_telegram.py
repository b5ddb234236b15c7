"""Telegram: of an export only what was said in public is read."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Cursor, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.source import Match
from valore.model.time import instant
from valore.places import telegram
from valore.places._telegram_message import Chat, Said
from valore.places.telegram import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "telegram"
_GROUP = Chat("channel2003", "Carta e caratteri", group=True)


def _match(path: Path) -> Match | None:
    with open_export(path) as export:
        return PLUGIN.sniff(export)


def _raws(path: Path, since: Cursor | None = None) -> list[Raw | Fault | Cursor]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return list(PLUGIN.read(export, match, since))


def _read(path: Path) -> list[Record | Fault]:
    return [
        r
        for raw in _raws(path)
        if not isinstance(raw, Cursor)
        for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])
    ]


def _all(kind: type[Any]) -> list[Any]:
    return [r for r in _read(SAMPLES / "all-it") if isinstance(r, kind)]


def _post(number: str) -> Post:
    found: Post = next(p for p in _all(Post) if p.id == number)
    return found


def _said(**fields: Any) -> list[Record | Fault]:
    message = {"id": 5, "type": "message", "date": "2024-03-04T10:00:00", "date_unixtime": "1709542800"}
    message |= {"from": "Anna Ferri", "from_id": "user1001", "text": "Ciao"} | fields
    return list(PLUGIN.normalise(Raw("message", Where("result.json", "/messages/0"), Said(_GROUP, message, None))))


def _written(folder: Path, chat: Mapping[str, Any] | str) -> Path:
    path = folder / "result.json"
    path.write_text(chat if isinstance(chat, str) else json.dumps(chat), encoding="utf-8")
    return path


def _chat(kind: str = "public_supergroup", **fields: Any) -> dict[str, Any]:
    said = {"id": 1, "type": "message", "date_unixtime": "1709542800", "from_id": "user1001", "text": "Ciao"}
    return {"name": "Carta", "type": kind, "id": 2003, "messages": [said]} | fields


def test_a_text_in_parts_is_one_text_with_its_links_tags_and_people() -> None:
    post = _post("channel2003/2")
    assert post.text == "Benvenuti! #tipografia con @Lume_Carta e Bruno\nIl sito: lume.example/carta e il catalogo 🎉"
    assert post.links == ("https://lume.example/carta", "https://lume.example/catalogo")
    assert (post.tags, post.mentions) == (("tipografia",), ("@lume_carta", "user1002"))
    assert (post.author, post.visibility, post.url) == ("user1001", "public", "https://t.me/c/2003/2")


def test_a_plain_text_is_itself() -> None:
    (post,) = _said(text="Perché no?", text_entities=[])
    assert isinstance(post, Post)
    assert post.text == "Perché no?"


def test_the_time_is_the_one_that_depends_on_no_clock() -> None:
    (post,) = _said()
    assert isinstance(post, Post)
    assert post.published == instant("2024-03-04T09:00:00Z")


def test_an_edit_is_told_by_the_same_clock() -> None:
    assert _post("channel2003/4").updated == instant("2024-03-05T09:30:00Z")


def test_reactions_are_counted_and_nobody_is_named() -> None:
    counts = {o.id: o.likes for o in _all(Observation)}
    assert counts == {"channel2003/2": 5, "channel2001/2": 12}
    assert not [i for i in _all(Interaction) if i.kind == "like"]


def test_an_answer_names_the_message_and_who_wrote_it() -> None:
    post = _post("channel2003/3")
    assert (post.reply_to, post.reply_to_author) == ("channel2003/2", "user1001")


def test_an_answer_to_another_channel_is_told_and_one_to_a_private_chat_is_not() -> None:
    assert (_post("channel2003/12").reply_to, _post("channel2003/12").reply_to_author) == ("channel2001/5", None)
    (post,) = _said(reply_to_message_id=4, reply_to_peer_id="user1009")
    assert isinstance(post, Post)
    assert post.reply_to is None


def test_a_forward_is_a_repost_where_its_origin_is_known() -> None:
    reposts = {i.id: (i.actor, i.target_author) for i in _all(Interaction)}
    assert reposts == {
        "channel2003/6": ("user1002", "channel2001"),
        "channel2003/9": ("channel2001", "channel2001"),
        "channel2001/4": ("channel2001", "channel2002"),
    }


def test_a_forward_from_a_mere_name_is_what_was_posted() -> None:
    assert _post("channel2003/7").text == "Detto da chissà chi."


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"photo": "photos/1.jpg", "text": ""}, "Image"),
        ({"media_type": "sticker", "file": "s.webp", "text": ""}, "Image"),
        ({"media_type": "video_message", "file": "v.mp4", "text": ""}, "Video"),
        ({"media_type": "voice_message", "file": "v.ogg", "text": ""}, "Audio"),
        ({"file": "carta.pdf"}, "Note"),
    ],
)
def test_what_a_message_carries_is_counted(fields: dict[str, Any], kind: str) -> None:
    (post,) = _said(**fields)
    assert isinstance(post, Post)
    assert (post.kind, post.media) == (kind, 1)


def test_a_poll_is_its_question() -> None:
    post = _post("channel2003/8")
    assert (post.kind, post.text, post.media) == ("Question", "Quale carta?", 0)


def test_channels_groups_and_people_are_accounts() -> None:
    names = {a.id: (a.name, a.kind) for a in _all(Account)}
    assert names["channel2003"] == ("Carta e caratteri", "Group")
    assert names["channel2001"] == ("Lume", None)
    assert names["user1002"] == ("Bruno", None)


def test_the_owner_is_an_account_without_a_telephone() -> None:
    owner = _all(Account)[0]
    assert (owner.id, owner.handle, owner.name, owner.bio) == (
        "user1001",
        "annaferri",
        "Anna Ferri",
        "Grafica a Torino",
    )
    assert "+39" not in repr(_raws(SAMPLES / "all-it"))


def test_service_messages_and_unsupported_ones_say_nothing() -> None:
    ids = {p.id for p in _all(Post)}
    assert not ids & {"channel2003/1", "channel2003/11", "channel2001/1"}


def test_nothing_private_leaves_the_reader() -> None:
    whole = (SAMPLES / "all-it" / "result.json").read_text(encoding="utf-8")
    assert whole.count("parole riservate") > 8
    assert "parole riservate" not in repr(_raws(SAMPLES / "all-it"))


@pytest.mark.parametrize(
    "kind", ["personal_chat", "bot_chat", "saved_messages", "private_group", "private_supergroup", "private_channel"]
)
def test_an_export_of_one_private_chat_is_recognised_and_left_closed(kind: str, tmp_path: Path) -> None:
    path = _written(tmp_path, _chat(kind))
    match = _match(path)
    assert match is not None
    assert (match.members, match.skipped) == ((), {"result.json": "private"})
    assert _raws(path) == []


@pytest.mark.parametrize("kind", ["public_supergroup", "public_channel"])
def test_an_export_of_one_public_chat_is_read(kind: str, tmp_path: Path) -> None:
    assert [type(r) for r in _read(_written(tmp_path, _chat(kind)))][-1] is Post


def test_a_message_without_a_name_is_the_channels_own_but_nobodys_in_a_group(tmp_path: Path) -> None:
    nameless = [{"id": 1, "type": "message", "date_unixtime": "1709542800", "text": "Ciao"}]
    post = _read(_written(tmp_path, _chat("public_channel", messages=nameless)))[-1]
    assert isinstance(post, Post)
    assert post.author == "channel2003"
    fault = _read(_written(tmp_path, _chat(messages=nameless)))[-1]
    assert isinstance(fault, Fault)
    assert (fault.reason, fault.where.pointer) == ("no_author", "/messages/0")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"date_unixtime": None}, "no_date"),
        ({"date_unixtime": "ieri"}, "bad_date"),
        ({"id": None}, "no_id"),
        ({"from_id": None}, "no_author"),
        ({"from_id": "user\ud800"}, "no_author"),
        ({"from_id": ["user1001"]}, "no_author"),
        ({"text": ""}, "no_content"),
        ({"date_unixtime": ["x"]}, "bad_shape"),
    ],
)
def test_a_message_without_what_it_needs_is_a_fault(fields: dict[str, Any], reason: str) -> None:
    (fault,) = _said(**fields)
    assert isinstance(fault, Fault)
    assert fault.reason == reason


def test_one_unreadable_message_does_not_lose_the_others(tmp_path: Path) -> None:
    text = json.dumps(_chat(messages=[*_chat()["messages"], {"id": 2, "text": "ROTTO"}, *_chat()["messages"]]))
    found = _read(_written(tmp_path, text.replace('"ROTTO"', "ROTTO")))
    assert [r.reason for r in found if isinstance(r, Fault)] == ["bad_json"]
    assert sum(isinstance(r, Post) for r in found) == 2


def test_messages_before_the_kind_of_their_chat_are_left_closed(tmp_path: Path) -> None:
    """What may be private is private."""
    chat = dict(sorted(_chat().items()))
    found = _read(_written(tmp_path, {"chats": {"list": [chat, _chat("personal_chat")]}}))
    assert [r.reason for r in found if isinstance(r, Fault)] == ["bad_shape"]
    assert not [r for r in found if isinstance(r, Post)]


@pytest.mark.parametrize("share", range(1, 9))
def test_an_export_cut_anywhere_gives_its_beginning(share: int, tmp_path: Path) -> None:
    whole = (SAMPLES / "all-it" / "result.json").read_text(encoding="utf-8")
    found = _read(_written(tmp_path, whole[: len(whole) * share // 9]))
    assert [r.reason for r in found if isinstance(r, Fault)] == ["truncated"]
    assert {repr(r) for r in found if not isinstance(r, Fault)} <= {repr(r) for r in _read(SAMPLES / "all-it")}


def test_reading_goes_on_inside_a_long_export(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram, "_MANY", 4)
    whole = _raws(SAMPLES / "all-it")
    stops = [(n, c) for n, c in enumerate(whole) if isinstance(c, Cursor)]
    assert len(stops) > 3
    for at, stop in stops:
        assert [r for r in _raws(SAMPLES / "all-it", stop) if isinstance(r, Raw)] == [
            r for r in whole[at:] if isinstance(r, Raw)
        ]


def test_who_wrote_long_ago_is_forgotten_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram, "_REMEMBERED", 0)
    post = _post("channel2003/3")
    assert (post.reply_to, post.reply_to_author) == ("channel2003/2", None)


def test_counts_beyond_counting_are_missing() -> None:
    _, counts = _said(reactions=[{"count": 10**30}, {"count": -4}, {"count": 2}])
    assert isinstance(counts, Observation)
    assert counts.likes == 2
