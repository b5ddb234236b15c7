"""What a post in an X archive means, in each of the three periods."""

import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from valore.model.records import Fault, Instant, Interaction, Observation, Post, Record, Where
from valore.model.text import repair
from valore.model.time import iso, x_date
from valore.places._x_owner import Owner

PLACE = "x"
_BEGINNING = 1_288_834_974_657
"""Milliseconds since 1970 at which the times inside ids begin. Source: measured, 513 of 513 within a second."""
ADDRESS = "https://x.com/i/status/"
_FIRST_TIMED = 29_700_859_247
"""Ids below this were counted one by one and hold no time."""
_REPOST = re.compile(r"RT @(\w{1,20}): ")
_STATUS = re.compile(r"https?://(?:mobile\.|www\.)?(?:twitter|x)\.com/(\w{1,20})/status(?:es)?/(\d+)")
NOWHERE = ("", "-1", None)


Tweet = tuple[Owner, Mapping[str, Any], Mapping[str, Any] | None]
"""Whose archive it is, a post as the archive wrote it, and its full text where it is a long one.

Plain tuples here and below: this is the road of millions of posts."""

_Words = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], int | None]
"""Text, links, tags, mentions, number of pictures (None: not said)."""


def records(kind: str, tweet: Tweet, where: Where) -> list[Record | Fault]:
    """Return a post and its counts, a repost, or a tombstone."""
    owner, value, note = tweet
    native, date = value.get("id_str") or value.get("id"), value.get("created_at")
    if not native or owner.id is None:
        return [Fault(where, "no_author" if native else "no_id")]
    native = str(native)
    at = published(date, native)
    if at is None:
        return [Fault(where, "bad_date" if date else "no_date")]
    if kind == "deleted-tweets":
        deleted = published(value.get("deleted_at"), "")
        return [Post(PLACE, native, owner.id, at, where.pointer, deleted=at if deleted is None else deleted)]
    text = value.get("full_text") or value.get("text") or ""
    if "retweeted_status" in value or value.get("retweeted_status_id") or text.startswith("RT @"):
        repost = _repost(owner, value, native, at, where)
        if repost is not None:
            return [repost]
    said = words(text, value) if note is None else _noted(note, text, value)
    post = _post(owner, value, said, native, at, where.pointer)
    if kind == "community-tweet":
        post = post._replace(visibility="group")
    likes, reposts = counted(value.get("favorite_count")), counted(value.get("retweet_count"))
    if likes is None and reposts is None:
        return [post]
    return [post, Observation(PLACE, post.id, where.pointer, owner.seen, likes, None, reposts)]


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


def _post(owner: Owner, value: Mapping[str, Any], said: _Words, native: str, at: Instant, pointer: str) -> Post:
    text, links, tags, mentions, media = said
    reply = reply_author = quote = quote_author = updated = None
    first, start = native, at
    if value.get("in_reply_to_user_id") or value.get("in_reply_to_user_id_str") or value.get("in_reply_to_screen_name"):
        reply, reply_author = _answered(value)
    if "quoted_status_id_str" in value or (links and "/status" in links[-1]):
        quote, quote_author = quoted(value.get("quoted_status_id_str"), links, native)
    if "edit" in value.get("edit_info", ()):
        first, updated = _edited(value["edit_info"]["edit"], native, at)
        start = published(None, first) or at
    return Post._make(  # by position, in a third of the time
        (
            PLACE,
            first,
            owner.id,
            start,
            pointer,
            text,
            updated,
            None,  # deleted
            None,  # offset: X writes UTC
            "Note",
            None,  # title
            language(value.get("lang")),
            ADDRESS + native,
            links,
            tags,
            mentions,
            reply,
            reply_author,
            quote,
            quote_author,
            None,  # thread
            None,  # visibility
            media,
            None,  # query
        )
    )


def _answered(value: Mapping[str, Any]) -> tuple[str | None, str | None]:
    status = value.get("in_reply_to_status_id_str") or value.get("in_reply_to_status_id")
    to = value.get("in_reply_to_user_id_str") or value.get("in_reply_to_user_id")
    return answered(status, to, value.get("in_reply_to_screen_name"))


def answered(status: Any, to: Any, handle: str | None) -> tuple[str | None, str | None]:
    """Return the post and the account that are answered."""
    author = str(to) if to not in NOWHERE else f"@{handle.lower()}" if handle else None
    return (str(status) if status not in NOWHERE else None), author


def quoted(said: str | None, links: Sequence[str], native: str) -> tuple[str | None, str | None]:
    """Return the post and the account that are quoted: a post that ends with the address of another quotes it."""
    found = _STATUS.match(links[-1]) if links else None
    quote = said or (found[2] if found and found[2] != native else None)
    return quote, (f"@{found[1].lower()}" if found and found[2] == quote else None)


def _edited(edit: Mapping[str, Any], native: str, at: Instant) -> tuple[str, Instant | None]:
    """Return the id of the first edition and when this one was written, None where it is the first."""
    first = edit.get("initialTweetId")
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
    return _REPOST.match(value.get("full_text") or value.get("text") or "")


def words(text: str, value: Mapping[str, Any]) -> _Words:
    """Return the text with its short links written out, and what is named in it."""
    entities = value.get("entities")
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    media: int | None = None
    if entities is not None:
        if urls := entities.get("urls"):
            text, links = _written_out(text, [(u["url"], u.get("expanded_url")) for u in urls])
        if hashtags := entities.get("hashtags"):
            tags = tuple([repair(h["text"]) for h in hashtags])
        if users := entities.get("user_mentions"):
            mentions = tuple([_user(u) for u in users])
        media = 0
        if "media" in entities or "extended_entities" in value:
            media, text = _media(value, entities, text)
    return read(text), links, tags, mentions, media


def read(text: str) -> str:
    """Return the text as people saw it."""
    if text.isascii() and "&" not in text and "\x00" not in text:
        return text.strip()  # nothing to repair in most posts
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return repair(text).strip()


def _written_out(text: str, links: list[tuple[str, str | None]]) -> tuple[str, tuple[str, ...]]:
    """Put addresses in the place of their short forms."""
    for short, address in links:
        if address:
            text = text.replace(short, address)
    return text, tuple([repair(address or short) for short, address in links])


def _media(value: Mapping[str, Any], entities: Mapping[str, Any], text: str) -> tuple[int, str]:
    """Count pictures and videos, and take their addresses out of the text."""
    pictures = _list(value.get("extended_entities"), "media") or _list(entities, "media")
    for picture in pictures:
        if address := picture.get("url"):
            text = text.replace(address, "")
    return len(pictures), text


def _noted(note: Mapping[str, Any], short: str, value: Mapping[str, Any]) -> _Words:
    """Return the words of a long post: its own file writes entities in another way."""
    _, links, tags, mentions, media = words(short, value)
    urls = [(u["shortUrl"], u.get("expandedUrl")) for u in _list(note, "urls") if u.get("shortUrl")]
    text, long_links = _written_out(note["text"], urls)
    known = _list(value.get("entities"), "user_mentions")
    long_tags = tuple([repair(h["text"]) for h in _list(note, "hashtags") if h.get("text")])
    named = tuple([_named(m["screenName"], known) for m in _list(note, "mentions") if m.get("screenName")])
    return repair(html.unescape(text)).strip(), long_links or links, long_tags or tags, named or mentions, media


def _user(user: Mapping[str, Any]) -> str:
    native = user.get("id_str") or user.get("id")
    return str(native) if native not in NOWHERE else f"@{user['screen_name'].lower()}"


def _named(handle: str, users: Sequence[Any]) -> str:
    """Return the native id of a handle when the post's entities know it, else '@handle'."""
    for user in users:
        if str(user.get("screen_name", "")).lower() == handle.lower():
            return _user(user)
    return f"@{handle.lower()}"


def _list(entities: Any, name: str) -> Sequence[Any]:
    found = entities.get(name) if isinstance(entities, dict) else None
    return found if isinstance(found, list | tuple) else []


@lru_cache(maxsize=256)
def language(tag: Any) -> str | None:
    """Return the language; X's own tags for 'not a language' (und, qme, zxx…) are None."""
    known = isinstance(tag, str) and tag not in ("und", "zxx", "") and not tag.startswith("q")
    return {"in": "id", "iw": "he"}.get(tag, tag) if known else None


def counted(value: Any) -> int | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    return int(value)
