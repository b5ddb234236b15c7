"""What an answer of TikTok's APIs means: videos and profiles (Display), comments and videos (Research), own exports.

Answers about one's own videos do not say whose they are: the address does, or who fetched them,
under the key `owner` (a short name). Accounts are known by that name, as in exports.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Observation, Post, Record, Where
from valore.model.text import repair
from valore.model.time import from_epoch
from valore.places._tiktok_items import (
    HOME,
    PLACE,
    Entry,
    Owner,
    address,
    cells,
    count,
    described,
    entries,
    links,
    mentions,
    section,
    tags,
    text,
    understood,
)

_OWNER = re.compile(r"tiktok\.com/@([\w.]{1,40})")
_CODE = re.compile(r"[\w.-]{1,60}")


def records(value: Any, where: Where) -> Iterator[Record | Fault]:
    """Yield what an answer, or one video or profile of it, says; an answer that tells of an error is a fault."""
    if not isinstance(value, dict):
        yield Fault(where, "bad_shape")
        return
    error = value.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if code not in (None, "ok", 0):
        yield Fault(where, "bad_shape", f"error {code}" if _CODE.fullmatch(str(code)) else "error")
    elif isinstance(data := value.get("data"), dict):
        yield from _data(data, value.get("owner"), Where(where.file, f"{where.pointer}/data"))
    elif any(section(name) and isinstance(inner, dict) for name, inner in value.items()):
        yield from _export(value, where)
    else:
        yield from _one(value, value.get("owner"), where)


def _data(data: Mapping[str, Any], owner: Any, where: Where) -> Iterator[Record | Fault]:
    for name in ("videos", "comments"):
        found = data.get(name)
        for number, item in enumerate(found if isinstance(found, list) else []):
            inner = Where(where.file, f"{where.pointer}/{name}/{number}")
            yield from _one(item, owner, inner) if isinstance(item, dict) else (Fault(inner, "bad_shape"),)
    if isinstance(user := data.get("user"), dict):
        yield _account(user, Where(where.file, f"{where.pointer}/user"))


def _one(item: Mapping[str, Any], owner: Any, where: Where) -> Iterator[Record | Fault]:
    if "create_time" in item and "video_id" in item:
        yield from _comment(item, where)
    elif "create_time" in item or "share_url" in item:
        yield from _video(item, owner, where)
    elif "display_name" in item or "username" in item:
        yield _account(item, where)


def _export(value: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read an own export that an API hands over."""
    found = [e for name, inner in value.items() for e in entries(name, inner, f"{where.pointer}/{repair(name)}")]
    profiles = (described(inner, Where(where.file, at)) for kind, at, inner in found if kind == "profile")
    named = text(value.get("owner"))
    owner = next((p for p in profiles if p), None) or (Owner(f"@{named.lower()}") if named else None)
    for kind, at, inner in found:
        here = Where(where.file, at)
        if owner is None:
            yield Fault(here, "no_author")
        elif not isinstance(inner, dict):
            yield Fault(here, "bad_shape")
        else:
            yield from understood(kind, Entry(owner, cells(inner)), here)


def _video(item: Mapping[str, Any], owner: Any, where: Where) -> Iterator[Record | Fault]:
    native, at = _id(item.get("id")), _time(item.get("create_time"))
    found = _OWNER.search(text(item.get("share_url")) or "")
    handle = text(item.get("username")) or (found[1] if found else None) or text(owner)
    words, title = text(item.get("video_description")), text(item.get("title"))
    needed = {"no_id": native, "no_date": at, "no_author": handle}
    fault = next((Fault(where, reason) for reason, known in needed.items() if known is None), None)
    if fault is not None or native is None or at is None or handle is None:
        yield fault or Fault(where, "bad_shape")
        return
    words = words or title
    yield Post(
        place=PLACE,
        id=native,
        author=f"@{handle.lower()}",
        published=at,
        pointer=where.pointer,
        text=words,
        kind="Video",
        url=address(native, handle),
        links=links(words),
        tags=tags(words),
        mentions=mentions(words),
        media=1,
    )
    yield Observation(
        place=PLACE,
        id=native,
        pointer=where.pointer,
        likes=count(item.get("like_count")),
        replies=count(item.get("comment_count")),
        reposts=count(item.get("share_count")),
        views=count(item.get("view_count")),
        saves=count(item.get("favorites_count")),
    )


def _comment(item: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read a comment; who wrote it is told to nobody, but for a name where there is one."""
    native, at, film = _id(item.get("id")), _time(item.get("create_time")), _id(item.get("video_id"))
    handle, words = text(item.get("username")), text(item.get("text"))
    needed = {"no_id": native, "no_date": at, "no_author": handle, "no_content": words}
    fault = next((Fault(where, reason) for reason, known in needed.items() if known is None), None)
    if fault is not None or native is None or at is None or handle is None:
        yield fault or Fault(where, "bad_shape")
        return
    parent = _id(item.get("parent_comment_id"))
    yield Post(
        place=PLACE,
        id=native,
        author=f"@{handle.lower()}",
        published=at,
        pointer=where.pointer,
        text=words,
        links=links(words),
        tags=tags(words),
        mentions=mentions(words),
        reply_to=parent if parent and parent != native else film,
        thread=film,
    )
    likes, replies = count(item.get("like_count")), count(item.get("reply_count"))
    yield Observation(place=PLACE, id=native, pointer=where.pointer, likes=likes, replies=replies)


def _account(user: Mapping[str, Any], where: Where) -> Record | Fault:
    found = _OWNER.search(text(user.get("profile_web_link")) or text(user.get("profile_deep_link")) or "")
    handle = text(user.get("username")) or (found[1] if found else None)
    if handle is None:
        return Fault(where, "no_id")
    verified = user.get("is_verified")
    return Account(
        place=PLACE,
        id=f"@{handle.lower()}",
        pointer=where.pointer,
        handle=handle,
        name=text(user.get("display_name")),
        bio=text(user.get("bio_description")),
        url=f"{HOME}/@{handle}",
        followers=count(user.get("follower_count")),
        following=count(user.get("following_count")),
        posts=count(user.get("video_count")),
        verified=verified if isinstance(verified, bool) else None,
    )


def _id(value: Any) -> str | None:
    """Return an id, which comes as text or as a number; 0 is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if value > 0 else None
    return text(value)


def _time(value: Any) -> int | None:
    """Read seconds since 1970."""
    return from_epoch(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
