"""What answers of Instagram's Graph API mean, and those of Threads, which are built alike.

Media, stories and comments with their counts, profiles, insights of a medium; what is of Threads is told
as of `threads`. An account is its number where the answer has one, else its handle. The pictures of an
album are no posts. Hidden comments are not read.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from valore.model.records import Account, Fault, Interaction, Post, Record, Where
from valore.model.text import repair
from valore.model.time import Moment
from valore.places import _graph as graph
from valore.places import _meta as meta
from valore.places._answer import SLIPS, Answer, count, whole

PLACE, THREADS = "instagram", "threads"
_THREADS = re.compile(r"//(?:graph|www)\.threads\.")
_MEDIUM = frozenset(("media_type", "media_product_type", "caption", "permalink", "shortcode"))
_PROFILE = frozenset(
    (
        "threads_biography",
        "threads_profile_picture_url",
        "biography",
        "followers_count",
        "media_count",
        "profile_picture_url",
        "account_type",
    )
)
_WRAPPED = ("business_discovery", "mentioned_comment", "mentioned_media")
_CHILDREN = re.compile(r"/children(?:[/?]|$)")
_LISTED = re.compile(r"/(me|\d+)/(?:media|stories|live_media|threads)(?:[/?]|$)")
"""Addresses whose media are all of one account."""


class _On(NamedTuple):
    """What a comment hangs on."""

    post: str | None
    author: str | None


def records(answer: Answer, where: Where) -> Iterator[Record | Fault]:
    """Yield media and comments as posts, profiles and counts."""
    metrics: dict[str, list[dict[str, Any]]] = {}
    for item in graph.unwrapped(answer.value, where):
        if isinstance(item, Fault):
            yield item
        elif (about := graph.subject(item[1])) is not None:
            metrics.setdefault(about, []).append(item[1])
        else:
            yield from _safely(answer, item[1], item[0])
    for native, found in metrics.items():
        yield from graph.observed(_place({}, where), native, where.pointer, answer.seen, graph.counted(found))


def _safely(answer: Answer, thing: dict[str, Any], where: Where) -> list[Record | Fault]:
    try:
        return whole(_thing(answer, thing, where, _listed(answer, where)))
    except SLIPS:
        return [Fault(where, "bad_shape")]


def _place(thing: Mapping[str, Any], where: Where) -> str:
    """Return instagram or threads: a thing says it itself, by its address, or where it was asked."""
    told = thing.get("media_product_type") == "THREADS" or any(str(key).startswith("threads_") for key in thing)
    return THREADS if told or _THREADS.search(f"{where.file} {thing.get('permalink')}") else PLACE


def _listed(answer: Answer, where: Where) -> str | None:
    """Return whose media the answer lists, as its address says; other answers hold anybody's."""
    found = _LISTED.search(where.file)
    return None if found is None else answer.owner if found[1] == "me" else found[1]


def _thing(answer: Answer, thing: Mapping[str, Any], where: Where, owner: str | None) -> Iterator[Record | Fault]:
    """Tell by its keys what a thing is; catalogues, containers and hashtags give nothing."""
    inner = next((name for name in _WRAPPED if isinstance(thing.get(name), dict)), None)
    if inner is not None:
        yield from _thing(answer, thing[inner], graph.under(where, inner), None)
    elif _MEDIUM & thing.keys() and "status_code" not in thing:
        if not _CHILDREN.search(where.file):
            yield from _medium(answer, thing, where, owner)
    elif "text" in thing and "timestamp" in thing:
        yield from _comment(answer, thing, where, _On(None, None))
    elif _PROFILE & thing.keys() or "media" in thing or "stories" in thing:
        yield from _profile(answer, thing, where)


def _profile(answer: Answer, profile: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield an account and the media that are shown with it."""
    native = _who(profile) or answer.owner
    yield from _account(answer, profile, where)
    for name in ("media", "stories"):
        for place, medium in graph.edge(profile, name, where):
            yield from _medium(answer, medium, place, native)


def _account(answer: Answer, profile: Mapping[str, Any], where: Where) -> Iterator[Account]:
    native, handle = _who(profile), _text(profile.get("username"))
    if native is None or handle is None:
        return
    verified = profile.get("is_verified", profile.get("is_verified_user"))
    network = _place(profile, where)
    yield Account(
        place=network,
        id=native,
        pointer=where.pointer,
        handle=handle,
        name=_text(profile.get("name")),
        bio=_text(profile.get("biography")) or _text(profile.get("threads_biography")),
        url=f"https://www.threads.com/@{handle}" if network == THREADS else f"https://www.instagram.com/{handle}/",
        followers=count(profile.get("followers_count")),
        following=count(profile.get("follows_count")),
        posts=count(profile.get("media_count")),
        verified=verified if isinstance(verified, bool) else None,
        seen=answer.seen,
    )


def _medium(answer: Answer, medium: Mapping[str, Any], where: Where, owner: str | None) -> Iterator[Record | Fault]:
    native, moment = graph.identity(medium.get("id")), graph.written(medium, "timestamp")
    told = _author(medium)
    author = owner if owner and (told is None or told.startswith("@")) else told
    if native is None or author is None or moment is None:
        yield Fault(where, graph.lacking(native, author, medium.get("timestamp")))
        return
    network = _place(medium, where)
    yield _said(medium, native, author, moment, where.pointer)._replace(place=network)
    yield from graph.observed(network, native, where.pointer, answer.seen, _counts(medium))
    for name in ("comments", "replies"):
        for place, comment in graph.edge(medium, name, where):
            yield from _comment(answer, comment, place, _On(native, author))


def _said(medium: Mapping[str, Any], native: str, author: str, moment: Moment, pointer: str) -> Post | Interaction:
    """Return the post; on Threads it may only pass another on, quote one, or answer one."""
    text, kind = _text(medium.get("caption")) or _text(medium.get("text")), str(medium.get("media_type"))
    if kind == "REPOST_FACADE":
        passed = _pointed(medium, "reposted_post")
        return Interaction(PLACE, "repost", author, pointer, moment.at, passed.post, passed.author, native)
    answered, quoted = _pointed(medium, "replied_to"), _pointed(medium, "quoted_post")
    return Post(
        place=PLACE,
        id=native,
        author=author,
        published=moment.at,
        pointer=pointer,
        text=text,
        offset=moment.offset,
        kind=_as2(medium, kind),
        url=_text(medium.get("permalink")),
        links=tuple(dict.fromkeys((*meta.addresses(_text(medium.get("link_attachment_url"))), *meta.addresses(text)))),
        tags=meta.tags(text),
        mentions=meta.handles(text),
        reply_to=answered.post,
        reply_to_author=answered.author,
        quote_of=quoted.post,
        quote_of_author=quoted.author,
        thread=_pointed(medium, "root_post").post,
        media=_media(medium, kind),
    )


def _as2(medium: Mapping[str, Any], kind: str) -> str:
    inner = {str(c.get("media_type")) for _, c in graph.edge(medium, "children", Where("", ""))}
    if kind in ("VIDEO", "BROADCAST") or inner == {"VIDEO"}:
        return "Video"
    return "Note" if kind in ("TEXT_POST", "None") else "Audio" if kind == "AUDIO" else "Image"


def _media(medium: Mapping[str, Any], kind: str) -> int | None:
    """Count pictures and videos; None for an album whose parts were not asked for."""
    if kind in ("CAROUSEL_ALBUM", "None"):
        return len(list(graph.edge(medium, "children", Where("", "")))) or None
    return 0 if kind == "TEXT_POST" else 1


def _counts(medium: Mapping[str, Any]) -> dict[str, int | None]:
    """Return the counts; likes are absent where their author hides them."""
    found: dict[str, int | None] = {
        "likes": count(medium.get("like_count")),
        "replies": count(medium.get("comments_count")),
        "views": count(medium.get("view_count")),
    }
    return found | graph.insights(medium)


def _comment(answer: Answer, comment: Mapping[str, Any], where: Where, on: _On) -> Iterator[Record | Fault]:
    """Yield a comment and the answers to it."""
    if comment.get("hidden") is True:
        return
    native, moment = graph.identity(comment.get("id")), graph.written(comment, "timestamp")
    author, text = _author(comment), _text(comment.get("text"))
    if native is None or author is None or moment is None or text is None:
        complete = native and author and moment
        yield Fault(where, "no_content" if complete else graph.lacking(native, author, comment.get("timestamp")))
        return
    root = on if on.post else _pointed(comment, "media")
    to = graph.identity(comment.get("parent_id"))
    yield Post(
        place=PLACE,
        id=native,
        author=author,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        offset=moment.offset,
        links=meta.addresses(text),
        tags=meta.tags(text),
        mentions=meta.handles(text),
        reply_to=to or root.post,
        reply_to_author=_text(comment.get("parent_author")) if to else root.author,
        thread=root.post,
        media=0,
    )
    yield from graph.observed(PLACE, native, where.pointer, answer.seen, {"likes": count(comment.get("like_count"))})
    for place, inner in graph.edge(comment, "replies", where):
        yield from _comment(answer, {**inner, "parent_id": native, "parent_author": author}, place, root)


def _pointed(thing: Mapping[str, Any], name: str) -> _On:
    """Return the post that a thing names, and its author where that is told."""
    named = graph.mapping(thing.get(name))
    return _On(graph.identity(named.get("id")), _author(named))


def _author(thing: Mapping[str, Any]) -> str | None:
    """Return who made a thing: a number where one is told."""
    for name in ("owner", "from"):
        found = graph.identity(graph.mapping(thing.get(name)).get("id"))
        if found:
            return found
    return _handle(thing)


def _who(profile: Mapping[str, Any]) -> str | None:
    return graph.identity(profile.get("id")) or _handle(profile)


def _handle(thing: Mapping[str, Any]) -> str | None:
    handle = _text(thing.get("username"))
    return f"@{handle.lower()}" if handle else None


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None
