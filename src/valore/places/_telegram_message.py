"""What a message of a public channel or group of Telegram means, as Telegram Desktop writes it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from valore.model.records import Account, Fault, Interaction, Observation, Post, Record, Where
from valore.model.text import repair
from valore.model.time import from_epoch
from valore.places._answer import count

PLACE = "telegram"
_KINDS = {
    "sticker": "Image",
    "animation": "Video",
    "video_file": "Video",
    "video_message": "Video",
    "voice_message": "Audio",
    "audio_file": "Audio",
}
_PEER = re.compile(r"(?:user|chat|channel)\d{1,20}", re.ASCII)
"""How messages name people, groups and channels."""
_CARRIED = ("photo", "file", "media_type")


class Chat(NamedTuple):
    """A public channel or group."""

    peer: str
    """`channel1001`, as messages name it."""
    name: str | None
    group: bool


class Said(NamedTuple):
    """A message with what only its neighbours tell."""

    chat: Chat
    message: Mapping[str, Any]
    answered: str | None
    """Who wrote the message that it answers, where that is known."""


def author(chat: Chat, message: Mapping[str, Any]) -> str | None:
    """Return who wrote a message: a channel writes its own; in a group a missing name stays missing."""
    peer = message.get("from_id")
    if isinstance(peer, int) and not isinstance(peer, bool):
        return f"user{peer}"
    if isinstance(peer, str) and peer:
        return peer if _PEER.fullmatch(peer) else None
    return None if chat.group else chat.peer


def records(said: Said, where: Where) -> Iterator[Record | Fault]:
    """Yield a post and its reactions, or the repost that a forwarded message is."""
    chat, message, _ = said
    if message.get("type") != "message":
        return
    who, at, number = author(chat, message), from_epoch(message.get("date_unixtime") or ""), message.get("id")
    if not isinstance(number, int) or isinstance(number, bool):
        yield Fault(where, "no_id")
    elif who is None:
        yield Fault(where, "no_author")
    elif at is None:
        # The other date is a clock without a zone.
        yield Fault(where, "bad_date" if message.get("date_unixtime") else "no_date")
    elif (origin := _origin(message, who)) is not None:
        yield Interaction(PLACE, "repost", who, where.pointer, at, None, origin, f"{chat.peer}/{number}")
    else:
        yield from _post(said, where, Post(PLACE, f"{chat.peer}/{number}", who, at, where.pointer))


def account(peer: str, name: object, pointer: str, *, group: bool = False) -> Account:
    """Return a person, a channel or a group by what a message says of it."""
    shown = repair(name).strip() or None if isinstance(name, str) else None
    return Account(PLACE, peer, pointer, name=shown, kind="Group" if group else None)


def owner(said: Mapping[str, Any], where: Where) -> Account | Fault:
    """Return whose export it is."""
    number = said.get("user_id")
    if not isinstance(number, int):
        return Fault(where, "no_id")
    name = " ".join(repair(n) for k in ("first_name", "last_name") if isinstance(n := said.get(k), str) and n)
    handle, bio = said.get("username"), said.get("bio")
    return Account(
        place=PLACE,
        id=f"user{number}",
        pointer=where.pointer,
        handle=repair(handle).removeprefix("@") or None if isinstance(handle, str) else None,
        name=name.strip() or None,
        bio=repair(bio).strip() or None if isinstance(bio, str) else None,
    )


def _origin(message: Mapping[str, Any], who: str) -> str | None:
    """Return from whom a message was forwarded; None when it was not, or only a name is told.

    A channel that forwards to the group of its readers tells its own name.
    """
    known = message.get("forwarded_from_id")
    if isinstance(known, str) and _PEER.fullmatch(known):
        return known
    named = message.get("forwarded_from")
    return who if named and named == message.get("from") and who.startswith("channel") else None


def _post(said: Said, where: Where, post: Post) -> Iterator[Record | Fault]:
    chat, message, answered = said
    parts = _parts(message.get("text_entities")) or _parts(message.get("text"))
    poll = message.get("poll")
    asked = _words(_parts(poll.get("question"))) if isinstance(poll, dict) else ""
    text = _words(parts) or asked
    media = int(any(message.get(key) for key in _CARRIED) and not isinstance(poll, dict))
    if not text and not media:
        yield Fault(where, "no_content")
        return
    reply = _answers(chat, message)
    edited = from_epoch(message.get("edited_unixtime") or "")
    yield post._replace(
        text=text or None,
        updated=edited if edited != post.published else None,
        kind="Question" if asked else _kind(message),
        url=f"https://t.me/c/{chat.peer.removeprefix('channel')}/{message['id']}",
        links=_links(parts),
        tags=_told(parts, "hashtag", "#"),
        mentions=_people(parts),
        reply_to=reply,
        reply_to_author=answered if reply is not None and reply.startswith(f"{chat.peer}/") else None,
        visibility="public",
        media=media,
    )
    reactions = message.get("reactions")
    if isinstance(reactions, list):
        counts = (count(r.get("count")) for r in reactions if isinstance(r, dict))
        yield Observation(PLACE, post.id, where.pointer, likes=count(sum(c for c in counts if c is not None)))


def _kind(message: Mapping[str, Any]) -> str:
    kind = message.get("media_type")
    if isinstance(kind, str) and kind in _KINDS:
        return _KINDS[kind]
    return "Image" if message.get("photo") or kind == "photo" else "Note"


def _answers(chat: Chat, message: Mapping[str, Any]) -> str | None:
    """Return the message that one answers; what was answered in a private chat is not told."""
    number, peer = message.get("reply_to_message_id"), message.get("reply_to_peer_id") or chat.peer
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(peer, str):
        return None
    return f"{peer}/{number}" if peer.startswith("channel") and _PEER.fullmatch(peer) else None


def _parts(text: object) -> list[Mapping[str, Any]]:
    """Return a text as its parts, whichever way it is written."""
    pieces = text if isinstance(text, list) else [text]
    parts = [{"type": "plain", "text": p} if isinstance(p, str) else p for p in pieces]
    return [p for p in parts if isinstance(p, dict) and isinstance(p.get("text"), str) and p["text"]]


def _words(parts: list[Mapping[str, Any]]) -> str:
    return repair("".join(part["text"] for part in parts)).strip()


def _told(parts: list[Mapping[str, Any]], kind: str, sign: str) -> tuple[str, ...]:
    """Return the words of one kind, without the sign before them, each once."""
    return tuple(dict.fromkeys(repair(p["text"]).removeprefix(sign) for p in parts if p.get("type") == kind))


def _people(parts: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the accounts that a text names: by handle, or by number where they have none."""
    handles = [f"@{h.lower()}" for h in _told(parts, "mention", "@")]
    numbers = [f"user{n}" for p in parts if p.get("type") == "mention_name" and isinstance(n := p.get("user_id"), int)]
    return tuple(dict.fromkeys((*handles, *numbers)))


def _links(parts: list[Mapping[str, Any]]) -> tuple[str, ...]:
    found = [p.get("href") if p.get("type") == "text_link" else p["text"] for p in parts if _is_link(p)]
    texts = [repair(a).strip() for a in found if isinstance(a, str) and a.strip()]
    return tuple(dict.fromkeys(a if "://" in a else f"https://{a}" for a in texts))


def _is_link(part: Mapping[str, Any]) -> bool:
    return part.get("type") in ("link", "text_link")
