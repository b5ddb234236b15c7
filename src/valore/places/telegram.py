"""Telegram: `result.json` of Telegram Desktop, of one chat or of everything.

Only public channels and public groups are read. Chats between people, with robots, in private
groups and channels, saved messages, contacts and sessions are passed over without being looked at.
Source of the layout: Telegram Desktop's own writer, `export_output_json.cpp`.
"""

import re
from collections.abc import Iterator
from typing import Any

from valore.errors import RefusedArchive
from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places._answer import SLIPS, whole
from valore.places._nested import Broken, Walk, value
from valore.places._stops import in_steps
from valore.places._telegram_message import PLACE, Chat, Said, account, author, owner, records

_PUBLIC = frozenset(("public_supergroup", "public_channel", "public_group"))
_TYPE = re.compile(
    rb'"type"\s*:\s*"((?:public|private)_(?:supergroup|channel|group)|personal_chat|bot_chat|saved_messages|replies)"'
)
_WHOLE = re.compile(
    rb'\{\s*"about"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*"(?:personal_information|profile_pictures|stories|contacts'
    rb'|frequent_contacts|sessions|web_sessions|other_data|ips|chats|left_chats)"\s*:'
)
_LISTS = re.compile(rb'"(?:left_)?chats"\s*:\s*[\[{]')
_MESSAGES = re.compile(rb'"messages"\s*:\s*\[')
_OWNER = ("user_id", "first_name", "last_name", "username", "bio")
_MANY = 2048
"""Messages between two safe stops."""
_REMEMBERED = 200_000
"""Messages of a chat whose author is remembered for those that answer them."""
_MEDIA = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".tgs", ".mp4", ".mov", ".webm", ".ogg", ".mp3", ".m4a", ".heic")
_IDLE = (".html", ".css", ".js")


class Telegram:
    """The reader."""

    name = PLACE
    title = "Telegram"
    policy = Policy(
        terms="An export that Telegram gives to its owner; of it only public channels and groups, "
        "and nobody's private words.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="result.json (chats.list)",
            period="2018–",
            reads="posts of public channels and groups, answers, reposts, reactions, profile",
            proof="test_places_telegram.py",
        ),
        Coverage(
            layout="ChatExport_…/result.json",
            period="2018–",
            reads="posts of a public channel or group, answers, reposts, reactions",
            proof="test_places_telegram.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise exports by the kinds of chat that they name; one of a private chat is not read."""
        kinds = {m.name: _kind(files, m.name) for m in files.members}
        if not any(kinds.values()):
            return None
        read = tuple(name for name, kind in kinds.items() if kind in ("all", "one"))
        skipped = {name: _why_not(name, kind) for name, kind in kinds.items() if name not in read}
        return Match("all" if "all" in kinds.values() else "one", 1.0, read, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield of each public chat itself, its people as they come, and its messages in order."""
        return in_steps(match.members, since, lambda member: ([item] for item in _member(source, member)), _MANY)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an owner, a chat, a person or a message means."""
        try:
            return iter(whole(_meant(raw)))
        except SLIPS:
            return iter([Fault(raw.where, "bad_shape")])


def _meant(raw: Raw) -> Iterator[Record | Fault]:
    match raw.kind:
        case "owner":
            yield owner(raw.value, raw.where)
        case "chat":
            yield account(raw.value.peer, raw.value.name, raw.where.pointer, group=raw.value.group)
        case "author":
            peer, name = raw.value
            yield account(peer, name, raw.where.pointer)
        case _:
            yield from records(raw.value, raw.where)


def _kind(files: Manifest, name: str) -> str | None:
    """Return `all`, `one`, or `private` for an export of one chat that is nobody's business."""
    if not name.lower().endswith(".json"):
        return None
    head = files.head(name)
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    found = _TYPE.search(head)
    if _WHOLE.search(head[:4096]) or (_LISTS.search(head) and found):
        return "all"
    if found is None or not _MESSAGES.search(head):
        return None
    return "one" if found[1].decode() in _PUBLIC else "private"


def _why_not(name: str, kind: str | None) -> str:
    if kind == "private":
        return "private"
    if name.lower().endswith(_MEDIA):
        return "media"
    return "not_needed" if name.lower().endswith(_IDLE) else "unknown"


def _member(source: Export, member: str) -> Iterator[Raw | Fault]:
    """Walk a file to its chats; where it breaks it ends with a fault."""
    with source.open(member) as stream:
        try:
            walk, chat = Walk(stream), dict[str, Any]()
            for key in walk.keys():  # noqa: SIM118 - it walks
                if key in ("chats", "left_chats"):
                    yield from _lists(walk, Where(member, f"/{key}"))
                elif key == "personal_information" and walk.peek() == b"{":
                    said = value(walk.take() or b"{}")
                    yield Raw("owner", Where(member, f"/{key}"), {k: said[k] for k in _OWNER if k in said})
                else:
                    yield from _part(walk, key, chat, Where(member, ""))
        except Broken as error:
            yield Fault(Where(member, ""), error.reason)
        except RefusedArchive:
            yield Fault(Where(member, ""), "damaged")


def _lists(walk: Walk, where: Where) -> Iterator[Raw | Fault]:
    """Walk to the list of chats, which stands in an object beside an explanation, or alone."""
    if walk.peek() == b"[":
        yield from _list(walk, where)
    elif walk.peek() == b"{":
        for key in walk.keys():  # noqa: SIM118 - it walks
            if key == "list" and walk.peek() == b"[":
                yield from _list(walk, where._replace(pointer=f"{where.pointer}/list"))
            else:
                walk.skip()
    else:
        walk.skip()


def _list(walk: Walk, where: Where) -> Iterator[Raw | Fault]:
    for number in walk.elements():
        here = where._replace(pointer=f"{where.pointer}/{number}")
        if walk.peek() != b"{":
            yield Fault(here, "bad_shape")
            walk.skip()
            continue
        chat: dict[str, Any] = {}
        for key in walk.keys():  # noqa: SIM118 - it walks
            yield from _part(walk, key, chat, here)


def _part(walk: Walk, key: str, chat: dict[str, Any], where: Where) -> Iterator[Raw | Fault]:
    """Read one key of a chat: what it is stands before its messages."""
    if key == "messages" and walk.peek() == b"[" and chat.get("type") in _PUBLIC:
        yield from _messages(walk, chat, where)
    elif key in ("name", "type", "id") and walk.peek() not in (b"{", b"["):
        chat[key] = value(walk.take() or b"null")
    else:
        if key == "messages" and "type" not in chat:
            yield Fault(where, "bad_shape")
        walk.skip()


def _messages(walk: Walk, described: dict[str, Any], where: Where) -> Iterator[Raw | Fault]:
    """Yield a public chat, each of its people once, and its messages."""
    number = str(described.get("id", "")).removeprefix("-100")
    if not number.isdigit():
        yield Fault(where, "no_id")
        walk.skip()
        return
    chat = Chat(f"channel{number}", described.get("name"), described["type"] != "public_channel")
    yield Raw("chat", where, chat)
    known, wrote = {chat.peer}, dict[int, str]()
    for place in walk.elements():
        here = where._replace(pointer=f"{where.pointer}/messages/{place}")
        message = _message(walk.take(), here)
        if isinstance(message, Fault):
            yield message
        elif message.get("type") == "message":
            who = author(chat, message)
            if who is not None and who not in known:
                known.add(who)
                yield Raw("author", here, (who, message.get("from")))
            answered = message.get("reply_to_message_id")
            yield Raw("message", here, Said(chat, message, wrote.get(answered) if isinstance(answered, int) else None))
            _remember(wrote, message.get("id"), who)


def _message(written: bytes | None, where: Where) -> dict[str, Any] | Fault:
    if written is None:
        return Fault(where, "too_large")
    try:
        message = value(written)
    except Broken as error:
        return Fault(where, error.reason)
    return message if isinstance(message, dict) else Fault(where, "bad_shape")


def _remember(wrote: dict[int, str], number: object, who: str | None) -> None:
    """Keep who wrote a message; the oldest is forgotten first."""
    if isinstance(number, int) and who is not None:
        wrote[number] = who
        if len(wrote) > _REMEMBERED:
            del wrote[next(iter(wrote))]


PLUGIN = Telegram()
