"""What an entry of TikTok's export means, whatever the case of its keys; dates have no zone and are UTC."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from valore.model.records import Account, Fault, Interaction, Observation, Post, Record, Where, content_id
from valore.model.text import repair
from valore.model.time import Moment, iso

PLACE = "tiktok"
HOME = "https://www.tiktok.com"
_ID = re.compile(r"(?:/(?:video|photo|v)/|[?&]item_id=)(\d{15,20})(?!\d)")
_NAMED_IN = re.compile(r"tiktok\.com/@([\w.]{1,40})")
_TAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")
_HANDLE = re.compile(r"(?<![\w@./])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_EMPTY = frozenset(("", "n/a", "na", "none", "null"))
_SEEN_BY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("public", "everyone", "public to everyone"), "public"),
        **dict.fromkeys(("friends", "followers", "mutual friends", "follower of creator"), "followers"),
        **dict.fromkeys(("private", "only me", "self only", "onlyme"), "private"),
    }
)
_SECTIONS = frozenset(
    (
        *("activity", "youractivity", "comment", "comments", "post", "posts", "video", "videos", "profile"),
        *("profileandsettings", "profileinfo", "profileinformation", "repost", "reposts"),
        *("recentlydeletedposts", "recentlydeletedvideos"),
    )
)
"""Sections that are walked through; all others, messages and logins among them, are passed by."""
_DEEPEST = 5


class Owner(NamedTuple):
    """Whose export it is."""

    id: str
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    followers: int | None = None
    following: int | None = None
    where: Where = Where("", "")


class Entry(NamedTuple):
    """One entry with whose it is."""

    owner: Owner
    cells: Mapping[str, Any]
    """By `key`."""


@lru_cache(maxsize=1024)
def key(name: str) -> str:
    """Return a key without its case, blanks and marks.

    >>> key("Your Activity"), key("original post link")
    ('youractivity', 'originalpostlink')
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())


def cells(value: Any) -> dict[str, Any]:
    """Return an entry by its keys."""
    return {key(k): v for k, v in value.items()} if isinstance(value, dict) else {}


def entries(name: str, value: Any, pointer: str, parent: str = "", depth: int = 0) -> Iterator[tuple[str, str, Any]]:
    """Yield (kind, pointer, entry) of all that is public in a section: profile, video, comment, repost, deleted.

    Args:
        name: Key of the section.
        value: What stands under it.
        pointer: JSON pointer of it.
        parent: Folded key of the section around it.
        depth: How many sections are around it.
    """
    named = key(name)
    if named == "profilemap":
        yield "profile", pointer, value
    elif isinstance(value, list):
        if kind := _kind(named, parent):
            yield from ((kind, f"{pointer}/{n}", entry) for n, entry in enumerate(value))
    elif isinstance(value, dict) and named in _SECTIONS and depth < _DEEPEST:
        for inner, content in value.items():
            yield from entries(inner, content, f"{pointer}/{_escaped(inner)}", named, depth + 1)


def _kind(name: str, parent: str) -> str | None:
    """Tell what a list holds. What was watched stands in a `VideoList` as well, under another section."""
    if parent.startswith("recentlydeleted") and name in ("postlist", "videolist"):
        return "deleted"
    if name == "videolist":
        return "video" if parent in ("posts", "videos", "post", "video") else None
    return {"commentslist": "comment", "repostlist": "repost"}.get(name)


def _escaped(name: str) -> str:
    return repair(name).replace("~", "~0").replace("/", "~1")


def section(name: str) -> bool:
    """Say whether a section at the top may hold anything that is read."""
    return key(name) in _SECTIONS


def described(value: Any, where: Where) -> Owner | None:
    """Take from a profile what others can see of it; None without a name."""
    told = cells(value)
    handle, name = text(told.get("username")), text(told.get("displayname"))
    if handle is None and name is None:
        return None
    return Owner(
        id=f"@{(handle or slug(name or '')).lower()}",
        handle=handle,
        name=name,
        bio=text(told.get("biodescription")),
        followers=count(told.get("followercount")),
        following=count(told.get("followingcount")),
        where=where,
    )


def slug(name: str) -> str:
    """Return a name as a handle: lower case, dots for blanks."""
    return re.sub(r"[^\w]+", ".", name.lower()).strip(".") or "owner"


def understood(kind: str, entry: Entry, where: Where) -> Iterator[Record | Fault]:
    """Say what an entry means; `kind` as `entries` tells it."""
    match kind:
        case "profile":
            yield _account(entry.owner)
        case "comment":
            yield _comment(entry, where)
        case "repost":
            yield _repost(entry, where)
        case _:
            yield from _video(entry, where, deleted=kind == "deleted")


def _account(owner: Owner) -> Account:
    return Account(
        place=PLACE,
        id=owner.id,
        pointer=owner.where.pointer,
        handle=owner.handle,
        name=owner.name,
        bio=owner.bio,
        url=f"{HOME}/@{owner.handle}" if owner.handle else None,
        followers=owner.followers,
        following=owner.following,
    )


def _video(entry: Entry, where: Where, *, deleted: bool) -> Iterator[Record | Fault]:
    """Read an own video with its likes. Its link is often that of the file, which no one can find again."""
    told, moment = entry.cells, _moment(entry.cells, where)
    if isinstance(moment, Fault):
        yield moment
        return
    link, caption = text(told.get("link")) or text(told.get("videolink")), text(told.get("title"))
    itself = video(link)
    native = itself or content_id(entry.owner.id, moment.at, caption)
    if deleted:
        gone = iso(str(told.get("datedeleted") or told.get("deletedate") or ""))
        at = gone.at if gone else moment.at
        yield Post(PLACE, native, entry.owner.id, moment.at, where.pointer, deleted=at, kind="Video")
        return
    yield Post(
        place=PLACE,
        id=native,
        author=entry.owner.id,
        published=moment.at,
        pointer=where.pointer,
        text=caption,
        offset=moment.offset,
        kind="Image" if link and "/photo/" in link else "Video",
        url=address(itself, entry.owner.handle) if itself else None,
        links=links(caption),
        tags=tags(caption),
        mentions=mentions(caption),
        visibility=_SEEN_BY.get(str(told.get("whocanview") or "").strip().lower()),
        media=1,
    )
    if (likes := count(told.get("likes"))) is not None:
        yield Observation(place=PLACE, id=native, pointer=where.pointer, likes=likes)


def _comment(entry: Entry, where: Where) -> Record | Fault:
    told, moment = entry.cells, _moment(entry.cells, where)
    if isinstance(moment, Fault):
        return moment
    said = told.get("comment")
    words = text(said)
    if words is None:
        return Fault(where, "no_content")
    found = (text(told.get(k)) for k in ("originalpostlink", "originalposturl", "url"))
    link = next((each for each in found if each), None)
    answered, whose = video(link), _NAMED_IN.search(link or "")
    return Post(
        place=PLACE,
        id=content_id(entry.owner.id, moment.at, said, *([answered] if answered else [])),
        author=entry.owner.id,
        published=moment.at,
        pointer=where.pointer,
        text=words,
        offset=moment.offset,
        url=address(answered, whose[1] if whose else None) if answered else None,
        links=links(words),
        tags=tags(words),
        mentions=mentions(words),
        reply_to=answered,
        reply_to_author=f"@{whose[1].lower()}" if whose else None,
        thread=answered,
    )


def _repost(entry: Entry, where: Where) -> Record | Fault:
    moment, target = _moment(entry.cells, where), video(text(entry.cells.get("link")))
    if isinstance(moment, Fault):
        return moment
    if target is None:
        return Fault(where, "no_id")
    return Interaction(PLACE, "repost", entry.owner.id, where.pointer, moment.at, target)


def _moment(told: Mapping[str, Any], where: Where) -> Moment | Fault:
    date = text(told.get("date"))
    return iso(date or "") or Fault(where, "bad_date" if date else "no_date")


def video(link: str | None) -> str | None:
    """Return the number of the video in a link; None for the address of a file.

    >>> video("https://www.tiktokv.com/share/video/7400000000000000001/")
    '7400000000000000001'
    """
    found = _ID.search(link or "")
    return found[1] if found else None


def address(native: str, handle: str | None = None) -> str:
    """Return where a video can be seen; TikTok finds it whatever name stands there."""
    return f"{HOME}/@{handle or '_'}/video/{native}"


def tags(words: str | None) -> tuple[str, ...]:
    """Return the hashtags of a text, each once, without '#'."""
    return tuple(dict.fromkeys(_TAG.findall(words or "")))


def mentions(words: str | None) -> tuple[str, ...]:
    """Return the accounts that a text names, each once."""
    return tuple(dict.fromkeys(f"@{h.lower()}" for h in _HANDLE.findall(words or "")))


def links(words: str | None) -> tuple[str, ...]:
    """Return the web addresses in a text, each once."""
    return tuple(dict.fromkeys(_ADDRESS.findall(words or "")))


def text(value: Any) -> str | None:
    """Return a text; TikTok's words for nothing are None."""
    said = repair(value).strip() if isinstance(value, str) else ""
    return None if said.lower() in _EMPTY else said


def count(value: Any) -> int | None:
    """Read a count, which comes as text or as a number; not read where it is rounded (`1.2K`)."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 19:  # noqa: PLR2004 - 64 bits
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
