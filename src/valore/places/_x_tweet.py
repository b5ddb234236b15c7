"""What a post in an X archive means, in each of the three periods."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from valore.model.records import Fault, Instant, Interaction, Observation, Post, Record, Where
from valore.model.text import repair
from valore.model.time import iso, x_date
from valore.places._x_owner import Owner

PLACE = "x"
_BEGINNING = 1_288_834_974_657
"""Milliseconds since 1970 at which the times inside ids begin. Source: measured, 513 of 513 within a second."""
_FIRST_TIMED = 29_700_859_247
"""Ids below this were counted one by one and hold no time."""
_REPOST = re.compile(r"RT @(\w{1,20}): ")
_STATUS = re.compile(r"https?://(?:mobile\.|www\.)?(?:twitter|x)\.com/(\w{1,20})/status(?:es)?/(\d+)")
_NOWHERE = ("", "-1", None)


class Tweet(NamedTuple):
    """A post as the archive wrote it, with what must be known to understand it."""

    owner: Owner
    value: Mapping[str, Any]
    note: Mapping[str, Any] | None = None
    """Its full text, where it is a long one."""


class _Words(NamedTuple):
    text: str
    links: tuple[str, ...]
    tags: tuple[str, ...]
    mentions: tuple[str, ...]
    quoted: re.Match[str] | None
    media: int | None


def records(kind: str, tweet: Tweet, where: Where) -> list[Record | Fault]:
    """Return a post and its counts, a repost, or a tombstone."""
    owner, value, _ = tweet
    native = value.get("id_str") or value.get("id")
    if not native or owner.id is None:
        return [Fault(where, "no_author" if native else "no_id")]
    native, date = str(native), value.get("created_at")
    at = published(date, native)
    if at is None:
        return [Fault(where, "bad_date" if date else "no_date")]
    if kind == "deleted-tweets":
        deleted = published(value.get("deleted_at"), "")
        return [Post(PLACE, native, owner.id, at, where.pointer, deleted=at if deleted is None else deleted)]
    if (repost := _repost(owner, value, native, at, where)) is not None:
        return [repost]
    post = _post(tweet, native, at, where.pointer, "group" if kind == "community-tweet" else None)
    likes, reposts = value.get("favorite_count"), value.get("retweet_count")
    if likes is None and reposts is None:
        return [post]
    counts = Observation(PLACE, post.id, where.pointer, owner.seen, _count(likes), None, _count(reposts))
    return [post, counts]


def published(date: Any, native: str) -> Instant | None:
    """Read a date of any period; where there is none, the id tells the time to the millisecond."""
    if isinstance(date, str) and date:
        at = x_date(date)
        if at is not None:
            return at
        read = iso(date)
        return None if read is None else read.at
    if date is None and native.isdigit() and (number := int(native)) >= _FIRST_TIMED:
        return ((number >> 22) + _BEGINNING) * 1000
    return None


def _post(tweet: Tweet, native: str, at: Instant, pointer: str, visibility: str | None) -> Post:
    owner, value, note = tweet
    said = _words(value) if note is None else _noted(note, value)
    answered = value.get("in_reply_to_status_id_str") or value.get("in_reply_to_status_id")
    to = value.get("in_reply_to_user_id_str") or value.get("in_reply_to_user_id")
    handle = value.get("in_reply_to_screen_name")
    first, updated = _edited(value.get("edit_info"), native, at)
    quoted = said.quoted if said.quoted and said.quoted[2] != native else None
    quote = value.get("quoted_status_id_str") or (quoted[2] if quoted else None)
    return Post._make(  # by position, in a third of the time
        (
            PLACE,
            first,
            owner.id,
            at if updated is None else published(None, first) or at,
            pointer,
            said.text,
            updated,
            None,  # deleted
            None,  # offset: X writes UTC
            "Note",
            None,  # title
            _language(value.get("lang")),
            f"https://x.com/i/status/{native}",
            said.links,
            said.tags,
            said.mentions,
            str(answered) if answered not in _NOWHERE else None,
            str(to) if to not in _NOWHERE else f"@{handle.lower()}" if handle else None,
            quote,
            f"@{quoted[1].lower()}" if quoted and quote == quoted[2] else None,
            None,  # thread
            visibility,
            said.media,
            None,  # query
        )
    )


def _edited(info: Any, native: str, at: Instant) -> tuple[str, Instant | None]:
    """Return the id of the first edition and when this one was written, None where it is the first."""
    edit = info.get("edit") if isinstance(info, dict) else None
    first = edit.get("initialTweetId") if isinstance(edit, dict) else None
    return (first, at) if isinstance(first, str) and first and first != native else (native, None)


def _repost(owner: Owner, value: Mapping[str, Any], native: str, at: Instant, where: Where) -> Interaction | None:
    """Return the act when the post has no words of its own."""
    target = author = None
    original = value.get("retweeted_status")
    if isinstance(original, dict):
        target = original.get("id_str") or original.get("id")
        user = original.get("user")
        author = (user.get("id_str") or user.get("id")) if isinstance(user, dict) else None
    elif value.get("retweeted_status_id"):
        target, author = value["retweeted_status_id"], value.get("retweeted_status_user_id")
    elif (found := _reposted(value)) is not None:
        author = _named(found[1], _list(value.get("entities"), "user_mentions"))
    else:
        return None
    return Interaction(
        PLACE, "repost", owner.id or "", where.pointer, at, target and str(target), author and str(author), native
    )


def _reposted(value: Mapping[str, Any]) -> re.Match[str] | None:
    text = value.get("full_text") or value.get("text")
    return _REPOST.match(text) if text and text.startswith("RT @") else None


def _words(value: Mapping[str, Any]) -> _Words:
    """Return the text with its short links written out, and what is named in it."""
    text = value.get("full_text")
    if text is None:
        text = value.get("text") or ""
    entities = value.get("entities")
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    media: int | None = None
    if isinstance(entities, dict):
        if urls := entities.get("urls"):
            links = tuple([repair(u.get("expanded_url") or u["url"]) for u in urls])
            for url, link in zip(urls, links, strict=True):
                text = text.replace(url["url"], link)
        if hashtags := entities.get("hashtags"):
            tags = tuple([repair(h["text"]) for h in hashtags])
        if users := entities.get("user_mentions"):
            mentions = tuple([_user(u) for u in users])
        media, text = _media(value, entities, text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _Words(repair(text).strip(), links, tags, mentions, _quoted(links), media)


def _media(value: Mapping[str, Any], entities: Mapping[str, Any], text: str) -> tuple[int, str]:
    """Count pictures and videos, and take their addresses out of the text."""
    if "media" not in entities and "extended_entities" not in value:
        return 0, text
    pictures = _list(value.get("extended_entities"), "media") or _list(entities, "media")
    for picture in pictures:
        if address := picture.get("url"):
            text = text.replace(address, "")
    return len(pictures), text


def _noted(note: Mapping[str, Any], value: Mapping[str, Any]) -> _Words:
    """Return the words of a long post: its own file writes entities in another way."""
    short = _words(value)
    text = note["text"]
    urls = [u for u in note.get("urls") or () if isinstance(u, dict) and u.get("shortUrl")]
    links = tuple([repair(u.get("expandedUrl") or u["shortUrl"]) for u in urls])
    for url, link in zip(urls, links, strict=True):
        text = text.replace(url["shortUrl"], link)
    tags = tuple(repair(h["text"]) for h in note.get("hashtags") or () if isinstance(h, dict) and h.get("text"))
    known = _list(value.get("entities"), "user_mentions")
    mentions = tuple(
        _named(m["screenName"], known)
        for m in note.get("mentions") or ()
        if isinstance(m, dict) and m.get("screenName")
    )
    return _Words(
        repair(html.unescape(text)).strip(),
        links or short.links,
        tags or short.tags,
        mentions or short.mentions,
        _quoted(links) or short.quoted,
        short.media,
    )


def _quoted(links: tuple[str, ...]) -> re.Match[str] | None:
    """A post that ends with the address of another one quotes it."""
    return _STATUS.match(links[-1]) if links and "/status" in links[-1] else None


def _user(user: Mapping[str, Any]) -> str:
    native = user.get("id_str") or user.get("id")
    return str(native) if native not in _NOWHERE else f"@{user['screen_name'].lower()}"


def _named(handle: str, users: list[Any]) -> str:
    """Return the native id of a handle when the post's entities know it, else '@handle'."""
    for user in users:
        if str(user.get("screen_name", "")).lower() == handle.lower():
            return _user(user)
    return f"@{handle.lower()}"


def _list(entities: Any, name: str) -> list[Any]:
    found = entities.get(name) if isinstance(entities, dict) else None
    return found if isinstance(found, list) else []


@lru_cache(maxsize=256)
def _language(tag: Any) -> str | None:
    """Return the language; X's own tags for 'not a language' (und, qme, zxx…) are None."""
    known = isinstance(tag, str) and tag not in ("und", "zxx", "") and not tag.startswith("q")
    return {"in": "id", "iw": "he"}.get(tag, tag) if known else None


def _count(value: Any) -> int | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    return int(value)
