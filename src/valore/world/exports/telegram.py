"""Telegram: what Telegram Desktop writes of a public channel."""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from valore.world.exports._pack import MADE, day, zipped
from valore.world.exports.own import Profile, Written

_LOCAL = "%Y-%m-%dT%H:%M:%S"


def channel(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `telegram-HANDLE.zip`: the owner's id is a channel's (`channel1001`), ids of posts end with a number."""
    messages = [_created(owner), *(_message(owner, post) for post in posts)]
    number = int(owner.id.removeprefix("channel"))
    chat = {"name": owner.name, "type": "public_channel", "id": number, "messages": messages}
    home = f"ChatExport_{day(MADE, '%Y-%m-%d')}"
    members = {f"{home}/result.json": json.dumps(chat, indent=1, ensure_ascii=False).encode()}
    return zipped(folder / f"telegram-{owner.handle}.zip", members)


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"telegram": channel}


def _created(owner: Profile) -> dict[str, Any]:
    told = {"actor": owner.name, "actor_id": owner.id, "action": "create_channel", "title": owner.name}
    when = {"date": "2020-01-01T00:00:00", "date_unixtime": "1577836800"}
    return {"id": 1, "type": "service", **when, **told, "text": "", "text_entities": []}


def _message(owner: Profile, post: Written) -> dict[str, Any]:
    parts = _parts(post)
    said: dict[str, Any] = {
        "id": int(post.id.rpartition("/")[2]),
        "type": "message",
        "date": day(post.at, _LOCAL),
        "date_unixtime": str(int(post.at.timestamp())),
        "from": owner.name,
        "from_id": owner.id,
    }
    if post.reply:
        peer, _, number = post.reply.rpartition("/")
        said["reply_to_message_id"] = int(number)
        said |= {"reply_to_peer_id": peer} if peer != owner.id else {}
    texts = [p["text"] if p["type"] == "plain" else p for p in parts]
    said |= {"text": texts[0] if len(texts) == 1 and isinstance(texts[0], str) else texts, "text_entities": parts}
    return said | ({"reactions": [{"type": "emoji", "count": post.likes, "emoji": "👍"}]} if post.likes else {})


def _parts(post: Written) -> list[dict[str, str]]:
    """Return the text in parts: what is a hashtag or a name stands alone."""
    marks = [f"#{post.tag}"] if post.tag else []
    marks += [f"@{post.reply_handle}"] if post.reply_handle else []
    if not marks:
        return [{"type": "plain", "text": post.text}]
    pieces = re.split(rf"({'|'.join(re.escape(m) for m in marks)})(?!\w)", post.text)
    kinds = {"#": "hashtag", "@": "mention"}
    return [{"type": kinds[p[0]] if p in marks else "plain", "text": p} for p in pieces if p]
