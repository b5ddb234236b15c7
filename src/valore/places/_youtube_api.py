"""What an answer of YouTube's Data API means: videos, comments and threads of them, channels, activities, finds.

Subscriptions, members, playlists and captions say nothing here. An item of a playlist is the video
that it stands for where the answer tells when that came out.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Interaction, Observation, Post, Record, Where
from valore.model.text import plain, repair
from valore.model.time import Moment, iso
from valore.places._youtube_rows import CHANNEL, HOME, PLACE, comment_url, links, parent, tags

_PICTURE = re.compile(r"/vi(?:_webp)?/([\w-]{11})/", re.ASCII)
_VISIBLE = frozenset(("public", "unlisted", "private"))


def records(value: Any, where: Where) -> Iterator[Record | Fault]:
    """Yield what an answer, or one item of it, says; an answer that tells of an error is a fault with its number."""
    if not isinstance(value, dict):
        yield Fault(where, "bad_shape")
    elif "error" in value:
        code = _dict(value["error"]).get("code")
        yield Fault(where, "bad_shape", f"error {code}" if isinstance(code, int) else "error")
    elif isinstance(items := value.get("items"), list):
        for number, item in enumerate(items):
            yield from _item(item, Where(where.file, f"{where.pointer}/items/{number}"))
    else:
        yield from _item(value, where)


def _item(item: Any, where: Where) -> Iterator[Record | Fault]:
    if not isinstance(item, dict):
        yield Fault(where, "bad_shape")
        return
    match item.get("kind"):
        case "youtube#video":
            yield from _video(item, where)
        case "youtube#commentThread":
            yield from _thread(item, where)
        case "youtube#comment":
            yield from _comment(item, where, None)
        case "youtube#channel":
            yield _channel(item, where)
        case "youtube#activity":
            yield from _activity(item, where)
        case "youtube#playlistItem":
            yield _listed(item, where)
        case "youtube#searchResult":
            yield from _find(item, where)


def _video(item: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read a video and its counts; an answer may hold one without the other."""
    native, snippet, counted = _text(item.get("id")), _dict(item.get("snippet")), _dict(item.get("statistics"))
    if native is None or snippet or not counted:
        yield _film(native, _text(snippet.get("channelId")), _text(snippet.get("publishedAt")), item, where)
    if native is not None and counted:
        yield Observation(
            place=PLACE,
            id=native,
            pointer=where.pointer,
            likes=_count(counted.get("likeCount")),
            replies=_count(counted.get("commentCount")),
            views=_count(counted.get("viewCount")),
        )


def _film(
    native: str | None, channel: str | None, date: str | None, item: Mapping[str, Any], where: Where
) -> Record | Fault:
    """Return a video out of the description that an item gives of it."""
    snippet, moment = _dict(item.get("snippet")), iso(date) if date else None
    fault = _lacking(where, {"no_id": native, "no_date": date, "bad_date": moment, "no_author": channel})
    if fault is not None or native is None or channel is None or moment is None:
        return fault or Fault(where, "bad_shape")
    title, text = _text(snippet.get("title")), _text(snippet.get("description"))
    if title is None and text is None:
        return Fault(where, "no_content")
    seen_by = _text(_dict(item.get("status")).get("privacyStatus"))
    return Post(
        place=PLACE,
        id=native,
        author=channel,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        offset=moment.offset,
        kind="Video",
        title=title,
        language=_text(snippet.get("defaultAudioLanguage")) or _text(snippet.get("defaultLanguage")),
        url=f"{HOME}/watch?v={native}",
        links=links(text),
        tags=tags(f"{title or ''}\n{text or ''}"),
        visibility=seen_by if seen_by in _VISIBLE else None,
        media=1,
    )


def _thread(item: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read a comment with what answers it."""
    snippet = _dict(item.get("snippet"))
    first, video = snippet.get("topLevelComment"), _text(snippet.get("videoId"))
    count = _count(snippet.get("totalReplyCount"))
    inner = Where(where.file, f"{where.pointer}/snippet/topLevelComment")
    if not isinstance(first, dict):
        yield Fault(where, "bad_shape")
    else:
        yield from _comment(first, inner, video, count)
    answers = _dict(item.get("replies")).get("comments")
    for number, answer in enumerate(answers if isinstance(answers, list) else []):
        inner = Where(where.file, f"{where.pointer}/replies/comments/{number}")
        yield from _comment(answer, inner, video) if isinstance(answer, dict) else (Fault(inner, "bad_shape"),)


def _comment(
    item: Mapping[str, Any], where: Where, video: str | None, answers: int | None = None
) -> Iterator[Record | Fault]:
    native, snippet = _text(item.get("id")), _dict(item.get("snippet"))
    date, author, text = _text(snippet.get("publishedAt")), _author(snippet), _words(snippet)
    moment = iso(date) if date else None
    needed = {"no_id": native, "no_date": date, "bad_date": moment, "no_author": author, "no_content": text}
    fault = _lacking(where, needed)
    if fault is not None or native is None or moment is None or author is None:
        yield fault or Fault(where, "bad_shape")
        return
    video = _text(snippet.get("videoId")) or video
    yield _named(snippet, author, where)
    yield Post(
        place=PLACE,
        id=native,
        author=author,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        updated=_edited(snippet, moment),
        offset=moment.offset,
        url=comment_url(video, native) if video else None,
        links=links(text),
        tags=tags(text),
        reply_to=_text(snippet.get("parentId")) or parent(native) or video,
        thread=video,
    )
    likes = _count(snippet.get("likeCount"))
    if likes is not None or answers is not None:
        yield Observation(place=PLACE, id=native, pointer=where.pointer, likes=likes, replies=answers)


def _words(snippet: Mapping[str, Any]) -> str | None:
    """Return a comment as it was written, else what is shown of it."""
    return _text(snippet.get("textOriginal")) or plain(_text(snippet.get("textDisplay")) or "") or None


def _edited(snippet: Mapping[str, Any], moment: Moment) -> int | None:
    updated = iso(_text(snippet.get("updatedAt")) or "")
    return updated.at if updated is not None and updated.at > moment.at else None


def _author(snippet: Mapping[str, Any]) -> str | None:
    """Return the channel that speaks; older answers give its address alone."""
    if found := _text(_dict(snippet.get("authorChannelId")).get("value")):
        return found
    address = CHANNEL.search(_text(snippet.get("authorChannelUrl")) or "")
    return address[0] if address else None


def _named(snippet: Mapping[str, Any], author: str, where: Where) -> Account:
    """Return who speaks, by the name that is shown: since 2023 the short one with '@'."""
    name = _text(snippet.get("authorDisplayName")) or ""
    handle = name[1:] if name.startswith("@") else None
    return Account(
        PLACE, author, where.pointer, handle, None if handle else name or None, url=f"{HOME}/channel/{author}"
    )


def _channel(item: Mapping[str, Any], where: Where) -> Record | Fault:
    native, snippet, counted = _text(item.get("id")), _dict(item.get("snippet")), _dict(item.get("statistics"))
    if native is None:
        return Fault(where, "no_id")
    created = iso(_text(snippet.get("publishedAt")) or "")
    handle = _text(snippet.get("customUrl"))
    return Account(
        place=PLACE,
        id=native,
        pointer=where.pointer,
        handle=handle.removeprefix("@") if handle else None,
        name=_text(snippet.get("title")),
        bio=_text(snippet.get("description")),
        url=f"{HOME}/channel/{native}",
        created=created.at if created else None,
        followers=None if counted.get("hiddenSubscriberCount") is True else _count(counted.get("subscriberCount")),
        posts=_count(counted.get("videoCount")),
        location=_text(snippet.get("country")),
        language=_text(snippet.get("defaultLanguage")),
    )


def _activity(item: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read what a channel did: a video put up, a like, a channel followed; nothing for what others recommend."""
    snippet, details = _dict(item.get("snippet")), _dict(item.get("contentDetails"))
    actor, date = _text(snippet.get("channelId")), _text(snippet.get("publishedAt"))
    match snippet.get("type"):
        case "upload":
            native = _text(_dict(details.get("upload")).get("videoId")) or _pictured(snippet)
            yield _film(native, actor, date, item, where)
        case "like" | "subscription" as act:
            target = _dict(_dict(details.get(act)).get("resourceId"))
            moment = iso(date) if date else None
            post, whom = _text(target.get("videoId")), _text(target.get("channelId"))
            if actor is None or (post if act == "like" else whom) is None:
                yield Fault(where, "no_author" if actor is None else "no_id")
            else:
                at = moment.at if moment else None
                sort = "like" if act == "like" else "follow"
                yield Interaction(PLACE, sort, actor, where.pointer, at, post, whom if sort == "follow" else None)


def _pictured(snippet: Mapping[str, Any]) -> str | None:
    """Return the video that a picture is of, for answers that were not asked for more."""
    picture = _dict(_dict(snippet.get("thumbnails")).get("default")).get("url")
    found = _PICTURE.search(picture) if isinstance(picture, str) else None
    return found[1] if found else None


def _listed(item: Mapping[str, Any], where: Where) -> Record | Fault:
    """Read a video in a playlist: the item's own date is that of the list, and its channel that of who made it."""
    snippet, details = _dict(item.get("snippet")), _dict(item.get("contentDetails"))
    native = _text(details.get("videoId")) or _text(_dict(snippet.get("resourceId")).get("videoId"))
    maker, playlist = _text(snippet.get("channelId")), _text(snippet.get("playlistId"))
    uploads = maker if maker and playlist == f"UU{maker[2:]}" else None
    channel = _text(snippet.get("videoOwnerChannelId")) or uploads
    return _film(native, channel, _text(details.get("videoPublishedAt")), item, where)


def _find(item: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read what a search found; its texts are escaped, and long ones are cut."""
    found, snippet = _dict(item.get("id")), _dict(item.get("snippet"))
    said = {k: html.unescape(v) for k in ("title", "description") if isinstance(v := snippet.get(k), str)}
    snippet = {**snippet, **said}
    match found.get("kind"):
        case "youtube#video":
            date, channel = _text(snippet.get("publishedAt")), _text(snippet.get("channelId"))
            yield _film(_text(found.get("videoId")), channel, date, {**item, "snippet": snippet}, where)
        case "youtube#channel":
            yield _channel({"id": found.get("channelId"), "snippet": snippet}, where)


def _lacking(where: Where, needed: Mapping[str, object]) -> Fault | None:
    """Return why a record cannot be: the first reason whose need is None."""
    return next((Fault(where, reason) for reason, known in needed.items() if known is None), None)


def _count(value: Any) -> int | None:
    """Read a count, which the API gives as text or as a number."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:  # noqa: PLR2004 - 64 bits
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None
