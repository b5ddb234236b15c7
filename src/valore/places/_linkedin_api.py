"""What an answer of LinkedIn's APIs means: snapshots of a member's data, posts, comments, likes, statistics.

A snapshot has the rows of the archive's tables, but not whose they are: who fetched it says so
under the key `owner` (a native id). The others name their actors by URN.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from valore.model.records import Fault, Instant, Interaction, Observation, Post, Record, Where
from valore.model.text import repair
from valore.model.time import from_epoch
from valore.places._linkedin_rows import Line, Owner, described, understood
from valore.places._linkedin_words import PLACE, links, tags, target, visibility

_POST = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")
_COUNTED = ("shareStatistics", "totalShareStatistics")
_ESCAPE = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")
_MENTION = re.compile(r"@\[([^\]]{0,200})\]\((urn:li:[^)]+)\)")
_HASHTAG = re.compile(r"\{hashtag\|\\?#\|([^}]{1,200})\}")

_EMPTY = dict.fromkeys(("date", "link", "message", "sharelink", "sharecommentary"), "")
_DOMAINS: Mapping[str, str] = MappingProxyType(
    {
        "MEMBER_SHARE_INFO": "shares",
        "ALL_COMMENTS": "comments",
        "ALL_LIKES": "reactions",
        "INSTANT_REPOSTS": "instantreposts",
        "PROFILE": "profile",
    }
)


def records(value: Any, where: Where) -> Iterator[Record | Fault]:
    """Yield what an answer, or one element of it, says; nothing for what is no post, act, count or profile.

    An answer that tells of an error is a fault with its number.
    """
    if not isinstance(value, dict):
        yield Fault(where, "bad_shape")
    elif isinstance(elements := value.get("elements"), list):
        owner = value.get("owner")
        for number, element in enumerate(elements):
            inner = Where(where.file, f"{where.pointer}/elements/{number}")
            yield from _element({"owner": owner, **element} if isinstance(element, dict) else element, inner)
    elif isinstance(value.get("status"), int) and "message" in value:
        yield Fault(where, "bad_shape", f"error {value['status']}")
    else:
        yield from _element(value, where)


def _element(value: Any, where: Where) -> Iterator[Record | Fault]:
    if not isinstance(value, dict):
        yield Fault(where, "bad_shape")
    elif isinstance(value.get("snapshotData"), list):
        yield from _snapshot(value, where)
    elif "commentary" in value or _POST.fullmatch(str(value.get("id"))):
        yield _post(value, where)
    elif isinstance(value.get("message"), dict) and "actor" in value:
        yield _comment(value, where)
    elif any(isinstance(value.get(key), dict) for key in _COUNTED):
        yield from _counts(value, where)
    elif "actor" in value and str(value.get("$URN", value.get("id"))).startswith(("urn:li:like", "urn:li:reaction")):
        yield _like(value, where)


def _snapshot(value: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read the tables of the archive where they come as JSON; messages and the like are left alone."""
    kind = _DOMAINS.get(str(value.get("snapshotDomain")))
    if kind is None:
        return
    owner = _text(value.get("owner"))
    for number, row in enumerate(value["snapshotData"]):
        inner = Where(where.file, f"{where.pointer}/snapshotData/{number}")
        if not isinstance(row, dict):
            yield Fault(inner, "bad_shape")
        elif owner is None:
            yield Fault(inner, "no_author")
        else:
            cells = {str(k).strip().lower(): repair(v) if isinstance(v, str) else "" for k, v in row.items()}
            whose = described(cells, owner, inner) if kind == "profile" else Owner(owner)
            yield understood(kind, Line(whose, _EMPTY | cells), inner)


def _post(value: Mapping[str, Any], where: Where) -> Record | Fault:
    native, author = _text(value.get("id")), _text(value.get("author")) or _text(value.get("owner"))
    times = (value.get("publishedAt"), value.get("firstPublishedAt"), value.get("createdAt"))
    created = next((at for at in map(_at, times) if at is not None), None)
    if native is None or author is None or created is None:
        return Fault(where, "no_id" if native is None else "no_date" if created is None else "no_author")
    raw = value.get("commentary")
    raw = raw if isinstance(raw, str) else ""
    text = _plain(raw)
    content, shared = _dict(value.get("content")), _dict(value.get("reshareContext"))
    edited = (
        _at(value.get("lastModifiedAt")) if _dict(value.get("lifecycleStateInfo")).get("isEditedByAuthor") else None
    )
    source = _dict(content.get("article")).get("source")
    return Post(
        place=PLACE,
        id=native,
        author=author,
        published=created,
        pointer=where.pointer,
        text=text,
        updated=edited,
        kind="Question" if "poll" in content else "Note",
        title=_text(_dict(content.get("article")).get("title")),
        url=f"https://www.linkedin.com/feed/update/{native}",
        links=links(text, source if isinstance(source, str) else None),
        tags=tuple(dict.fromkeys((*_HASHTAG.findall(raw), *tags(text)))),
        mentions=tuple(dict.fromkeys(named for _, named in _MENTION.findall(raw))),
        quote_of=_text(shared.get("parent")),
        thread=_text(shared.get("root")),
        visibility=visibility(_text(value.get("visibility"))),
        media=_media(content),
    )


def _media(content: Mapping[str, Any]) -> int:
    """Return how many pictures, videos or documents a post shows."""
    images = _dict(content.get("multiImage")).get("images")
    return len(images) if isinstance(images, list) else int("media" in content)


def _plain(raw: str) -> str | None:
    """Return LinkedIn's "little text" as people read it: marks of mentions and hashtags gone, escapes undone."""
    named = _HASHTAG.sub(r"#\1", _MENTION.sub(r"\1", raw))
    return repair(_ESCAPE.sub(r"\1", named)).strip() or None


def _comment(value: Mapping[str, Any], where: Where) -> Record | Fault:
    on = target(_text(value.get("commentUrn")) or _text(value.get("$URN")) or _text(value.get("id")))
    created, text = _at(_dict(value.get("created")).get("time")), _text(value["message"].get("text"))
    actor = _text(value.get("actor"))
    if on.comment is None or created is None or actor is None or text is None:
        lacking = {"no_id": on.comment, "no_date": created, "no_author": actor, "no_content": text}
        return Fault(where, next(reason for reason, known in lacking.items() if known is None))
    edited = _at(_dict(value.get("lastModified")).get("time"))
    parent = target(_text(value.get("parentComment"))).comment
    post = _text(value.get("object")) or on.post
    return Post(
        place=PLACE,
        id=on.comment,
        author=actor,
        published=created,
        pointer=where.pointer,
        text=text,
        updated=edited if edited != created else None,
        links=links(text),
        tags=tags(text),
        reply_to=parent or post,
        thread=post,
    )


def _like(value: Mapping[str, Any], where: Where) -> Record | Fault:
    on, actor = target(_text(value.get("object")) or _text(value.get("root"))), _text(value.get("actor"))
    if actor is None or on.post is None:
        return Fault(where, "no_author" if actor is None else "no_id")
    at = _at(_dict(value.get("created")).get("time"))
    return Interaction(PLACE, "like", actor, where.pointer, at, on.comment or on.post)


def _counts(value: Mapping[str, Any], where: Where) -> Iterator[Record]:
    """Read the counts of one post; those of a whole page belong to no post."""
    post = _text(value.get("share")) or _text(value.get("ugcPost")) or _text(value.get("entity"))
    counted = next(_dict(value[key]) for key in _COUNTED if isinstance(value.get(key), dict))
    if post is not None:
        yield Observation(
            place=PLACE,
            id=post,
            pointer=where.pointer,
            likes=_count(counted.get("likeCount")),
            replies=_count(counted.get("commentCount")),
            reposts=_count(counted.get("shareCount")),
            views=_count(counted.get("impressionCount")),
            reach=_count(counted.get("uniqueImpressionsCount")),
            clicks=_count(counted.get("clickCount")),
        )


def _at(value: Any) -> Instant | None:
    return from_epoch(value, "ms") if isinstance(value, int) and not isinstance(value, bool) else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None
