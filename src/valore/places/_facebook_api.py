"""What answers of Facebook's Graph API mean: posts and comments, who reacted, profiles, insights.

Only what everybody may read, and what the asking Page or person wrote itself. Photos, videos and albums
are not read by themselves: the feed shows each of them once more, as a post. A post's `updated_time`
moves with every comment and is no edit. Messages are never read.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Interaction, Post, Record, Where
from valore.model.text import repair
from valore.model.time import Moment
from valore.places import _graph as graph
from valore.places import _meta as meta
from valore.places._answer import SLIPS, Answer, count, whole

PLACE = "facebook"
_POST_ID = re.compile(r"(\d+)_\d+")
_COMMENT = frozenset(("comment_count", "can_remove", "can_reply_privately", "is_private", "like_count", "parent"))
_COMMENTED = re.compile(
    r"facebook\.com/([^/?#]+)/(?:posts|videos|photos)/(?:[^?#]*/)?(\d+)/?\?(?:.*&)?comment_id=(\d+)"
)
_POST = frozenset(("message", "story", "attachments", "status_type", "full_picture", "permalink_url", "shares"))
_PROFILE = frozenset(
    ("username", "fan_count", "followers_count", "about", "category", "link", "first_name", "picture", "profile_type")
)
_NO_PROFILE = frozenset(("created_time", "start_time", "member_count", "message_count", "creation_time"))
_WALL = re.compile(r"/(?:feed|tagged|visitor_posts)(?:[/?]|$)")
"""Addresses whose posts may be other people's than the one they stand with."""
_REACTED = re.compile(r"/(\d+(?:_\d+)?)/(?:likes|reactions)(?:[/?]|$)")
_KINDS = {"photo": "Image", "album": "Image", "video": "Video", "event": "Event"}
_OPEN = ("EVERYONE", "")
_VERIFIED = {"blue_verified": True, "gray_verified": True, "not_verified": False}


def records(answer: Answer, where: Where) -> Iterator[Record | Fault]:
    """Yield posts, comments, reactions by name, profiles and counts."""
    seen: set[str] = set()
    metrics: dict[str, list[dict[str, Any]]] = {}
    for item in graph.unwrapped(answer.value, where):
        if isinstance(item, Fault):
            yield item
            continue
        if (about := graph.subject(item[1])) is not None:
            metrics.setdefault(about, []).append(item[1])
            continue
        for record in _safely(answer, item[1], item[0]):
            if isinstance(record, Account):
                if record.id in seen:
                    continue
                seen.add(record.id)
            yield record
    for native, found in metrics.items():
        yield from graph.observed(PLACE, native, where.pointer, answer.seen, graph.counted(found))


def _safely(answer: Answer, thing: dict[str, Any], where: Where) -> list[Record | Fault]:
    try:
        return whole(_thing(answer, thing, where))
    except SLIPS:
        return [Fault(where, "bad_shape")]


def _thing(answer: Answer, thing: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Tell by its keys what a thing is; what is neither a post, a comment nor a profile gives nothing."""
    native = str(thing.get("id") or "")
    if native.startswith(("m_", "t_", "mid.")) or "snippet" in thing:
        return  # a message, a conversation
    if _is_comment(thing, where):
        yield from _comment(answer, thing, where, None)
    elif "created_time" in thing and (_POST_ID.fullmatch(native) or ("id" not in thing and _POST & thing.keys())):
        yield from _post(answer, thing, where)
    elif (reacted := _REACTED.search(where.file)) is not None:
        yield from _reaction(answer, thing, where, reacted[1])
    elif not _NO_PROFILE & thing.keys() and "name" in thing and _PROFILE & thing.keys():
        yield from _account(answer, thing, where.pointer)


def _is_comment(thing: Mapping[str, Any], where: Where) -> bool:
    """Say whether a thing with a date is a comment: its id looks like a post's."""
    told = "comment_id=" in str(thing.get("permalink_url")) or "/comments" in where.file
    return "created_time" in thing and (told or bool(_COMMENT & thing.keys()))


def _post(answer: Answer, post: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    native, moment = graph.identity(post.get("id")), graph.written(post, "created_time")
    author = _author(post, native, where)
    seen_by = _visibility(post, own=author is not None and author == answer.owner)
    if seen_by == "hidden":
        return
    if native is None or author is None or moment is None:
        yield Fault(where, graph.lacking(native, author, post.get("created_time")))
        return
    yield from _account(answer, post.get("from"), graph.under(where, "from").pointer)
    yield _said(post, native, author, moment, where.pointer, seen_by)
    yield from graph.observed(PLACE, native, where.pointer, answer.seen, _counts(post))
    for place, comment in graph.edge(post, "comments", where):
        yield from _comment(answer, comment, place, (native, author))
    yield from _reactions(answer, post, where, native, author)


def _author(post: Mapping[str, Any], native: str | None, where: Where) -> str | None:
    """Return who wrote it; the first half of a post's number tells, but for what others wrote on a wall."""
    told = graph.identity(graph.mapping(post.get("from")).get("id"))
    found = _POST_ID.fullmatch(native or "")
    return told or (found[1] if found and not _WALL.search(where.file) else None)


def _visibility(post: Mapping[str, Any], *, own: bool) -> str | None:
    """Return who may see it, None when it is not said, `hidden` when we may not read it."""
    privacy = graph.mapping(post.get("privacy")).get("value")
    if post.get("is_published") is False or post.get("is_hidden") is True:
        return "hidden"
    if privacy is None or privacy in _OPEN:
        return "public" if privacy == "EVERYONE" else None
    if not own:
        return "hidden"
    return "followers" if "FRIENDS" in str(privacy) else "private"


def _said(
    post: Mapping[str, Any], native: str, author: str, moment: Moment, pointer: str, seen_by: str | None
) -> Record:
    """Return the post; one that only passes another on is a repost."""
    text, shared = _text(post.get("message")), graph.identity(post.get("parent_id"))
    if shared == native:
        shared = None
    whose = (found[1] if (found := _POST_ID.fullmatch(shared)) else None) if shared else None
    if shared and text is None:
        return Interaction(PLACE, "repost", author, pointer, moment.at, shared, whose, native)
    attached = [a for _, a in graph.edge(post, "attachments", Where("", ""))]
    return Post(
        place=PLACE,
        id=native,
        author=author,
        published=moment.at,
        pointer=pointer,
        text=text,
        offset=moment.offset,
        kind=next((_KINDS[k] for a in attached if (k := str(a.get("media_type"))) in _KINDS), "Note"),
        url=_text(post.get("permalink_url")),
        links=tuple(dict.fromkeys((*_links(attached), *meta.addresses(text)))),
        tags=meta.tags(text),
        mentions=_mentions(post),
        quote_of=shared,
        quote_of_author=whose,
        visibility=seen_by,
        media=_media(attached) if "attachments" in post else None,
    )


def _links(attached: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the addresses that a post points at; those of its own pictures are none."""
    for one in attached:
        address = _text(one.get("unshimmed_url")) or _text(one.get("url"))
        if address and (one.get("media_type") == "link" or one.get("type") == "share"):
            yield address


def _media(attached: list[dict[str, Any]]) -> int:
    """Count pictures and videos: of an album each."""
    several = sum(len(list(graph.edge(a, "subattachments", Where("", "")))) for a in attached)
    return several or sum(str(a.get("media_type")) in ("photo", "video", "album") for a in attached)


def _mentions(post: Mapping[str, Any]) -> tuple[str, ...]:
    tags = post.get("message_tags")
    found = (graph.identity(t.get("id")) for t in meta.dicts(tags) if t.get("type") in ("user", "page", None))
    return tuple(dict.fromkeys(n for n in found if n))


def _counts(post: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the counts: all reactions, not the likes among them, where both are told."""
    reactions = graph.total(post, "reactions")
    found: dict[str, int | None] = {
        "likes": graph.total(post, "likes") if reactions is None else reactions,
        "replies": graph.total(post, "comments"),
        "reposts": count(graph.mapping(post.get("shares")).get("count")),
    }
    return found | graph.insights(post)


def _comment(
    answer: Answer, comment: Mapping[str, Any], where: Where, on: tuple[str, str] | None
) -> Iterator[Record | Fault]:
    """Yield a comment and those on it; it answers a comment, else the post.

    Args:
        answer: All of it.
        comment: One comment.
        where: Of the comment.
        on: Number and author of the post it hangs on; None when only its own address tells.
    """
    if comment.get("is_hidden") is True or comment.get("is_private") is True:
        return
    found = _COMMENTED.search(str(comment.get("permalink_url")))
    native = graph.identity(comment.get("id")) or (f"{found[2]}_{found[3]}" if found else None)
    author, moment = (
        graph.identity(graph.mapping(comment.get("from")).get("id")),
        graph.written(comment, "created_time"),
    )
    if native is None or author is None or moment is None:
        yield Fault(where, graph.lacking(native, author, comment.get("created_time")))
        return
    root, whose = on or _commented(native, found)
    parent = graph.mapping(comment.get("parent"))
    to = graph.identity(parent.get("id"))
    whom = graph.identity(graph.mapping(parent.get("from")).get("id")) if to else whose
    text = _text(comment.get("message"))
    picture = graph.mapping(comment.get("attachment"))
    if text is None and not picture:
        yield Fault(where, "no_content")
        return
    yield from _account(answer, comment.get("from"), graph.under(where, "from").pointer)
    yield Post(
        place=PLACE,
        id=native,
        author=author,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        offset=moment.offset,
        url=_text(comment.get("permalink_url")),
        links=meta.addresses(text),
        tags=meta.tags(text),
        mentions=_mentions(comment),
        reply_to=to or root,
        reply_to_author=whom,
        thread=root,
        media=int(bool(picture)) if "attachment" in comment else None,
    )
    counts = {"likes": count(comment.get("like_count")), "replies": count(comment.get("comment_count"))}
    yield from graph.observed(PLACE, native, where.pointer, answer.seen, counts)
    for place, inner in graph.edge(comment, "comments", where):
        yield from _comment(answer, {"parent": {"id": native, "from": {"id": author}}, **inner}, place, on)


def _commented(native: str, found: re.Match[str] | None) -> tuple[str, str | None]:
    """Return the post that a comment hangs on and its author, as far as its address or its number tells."""
    if found and found[1].isdigit():
        return f"{found[1]}_{found[2]}", found[1]
    return (found[2] if found else native.partition("_")[0]), None


def _reactions(
    answer: Answer, post: Mapping[str, Any], where: Where, native: str, author: str
) -> Iterator[Record | Fault]:
    """Yield who reacted, once each, where they are named."""
    acted: set[str] = set()
    for name in ("reactions", "likes"):
        for place, who in graph.edge(post, name, where):
            if (actor := graph.identity(who.get("id"))) and actor not in acted:
                acted.add(actor)
                yield from _account(answer, who, place.pointer)
                yield Interaction(PLACE, "like", actor, place.pointer, None, native, author)


def _reaction(answer: Answer, who: Mapping[str, Any], where: Where, native: str) -> Iterator[Record | Fault]:
    actor, found = graph.identity(who.get("id")), _POST_ID.fullmatch(native)
    if actor is None:
        yield Fault(where, "no_author")
        return
    yield from _account(answer, who, where.pointer)
    yield Interaction(PLACE, "like", actor, where.pointer, None, native, found[1] if found else None)


def _account(answer: Answer, profile: Any, pointer: str) -> Iterator[Account]:
    """Yield a person or a Page, as far as it is told."""
    native, name = graph.identity(graph.mapping(profile).get("id")), _text(graph.mapping(profile).get("name"))
    if native is None or name is None:
        return
    followers = count(profile.get("followers_count"))
    silhouette = graph.mapping(graph.mapping(profile.get("picture")).get("data")).get("is_silhouette")
    yield Account(
        place=PLACE,
        id=native,
        pointer=pointer,
        handle=_text(profile.get("username")),
        name=name,
        bio=_text(profile.get("about")) or _text(profile.get("description")),
        url=_text(profile.get("link")),
        followers=count(profile.get("fan_count")) if followers is None else followers,
        verified=_VERIFIED.get(str(profile.get("verification_status"))),
        default_picture=silhouette if isinstance(silhouette, bool) else None,
        seen=answer.seen,
    )


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None
