"""Instagram, Threads and Facebook as their web pages fetch them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Instant, Interaction, Observation, Post, Record, Where
from valore.places._answer import objects
from valore.places._values import count, flag, mapping, native, seconds, sequence, text

_TAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")
_MENTION = re.compile(r"(?<![\w@/])@([A-Za-z0-9_][A-Za-z0-9_.]{0,28}[A-Za-z0-9_])")
_GROUP = re.compile(r"facebook\.com/groups/(\d+)")
_VIDEO, _ALBUM = 2, 8
"""Kinds of media of Instagram; 1 is a picture."""
_DEPTH = 10_000
"""Objects of one story that are looked through for its counts."""


def instagram(data: Mapping[str, Any], where: Where, seen: Instant | None) -> Iterator[Record | Fault]:
    """Yield a post or reel with its counts and its author; advertisements are faults with nothing to read."""
    user = mapping(data, "user") or mapping(data, "owner")
    code = native(data.get("code")) or native(data.get("shortcode"))
    if data.get("product_type") == "ad" or str(data.get("link")).startswith("https://www.facebook.com/ads/"):
        yield Fault(where, "no_content", "ad")
        return
    said = _caption(data)
    post = _post("instagram", code, user, seconds(data.get("taken_at"), data.get("taken_at_timestamp")), said, where)
    if isinstance(post, Fault):
        yield post
        return
    pictures, kind = _media(data)
    hidden = data.get("like_and_view_counts_disabled") is True
    yield post._replace(kind=kind, media=pictures, url=f"https://www.instagram.com/p/{code}/")
    yield Observation(
        "instagram",
        code,
        where.pointer,
        seen,
        likes=None if hidden else count(data.get("like_count"), *_edges(data, "preview_like", "liked_by")),
        replies=count(data.get("comment_count"), *_edges(data, "preview_comment", "to_comment")),
        views=count(data.get("play_count"), data.get("view_count"), data.get("video_view_count")) or None,
    )
    yield _account("instagram", user, where, seen)


def instagram_comment(data: Mapping[str, Any], where: Where, seen: Instant | None) -> Iterator[Record | Fault]:
    """Yield a comment on a post with its likes and its author."""
    user = mapping(data, "user")
    user = {**user, "username": user.get("username") or user.get("unique_id"), "full_name": user.get("nickname")}
    code, at = native(data.get("comment_id")) or native(data.get("pk")), seconds(data.get("created_at"))
    post = _post("instagram", code, user, at, text(data.get("text")), where)
    if isinstance(post, Fault) or post.text is None:
        yield post if isinstance(post, Fault) else Fault(where, "no_content")
        return
    upon = native(data.get("post_shortcode")) or native(data.get("post_id")) or None
    yield post._replace(reply_to=native(data.get("parent_comment_id")) or upon, thread=upon)
    likes, replies = count(data.get("comment_like_count")), count(data.get("child_comment_count"))
    yield Observation("instagram", code, where.pointer, seen, likes=likes, replies=replies)
    yield _account("instagram", user, where, seen)


def threads(data: Mapping[str, Any], where: Where, seen: Instant | None) -> Iterator[Record | Fault]:
    """Yield a post with its counts and its author, or the act of passing another on."""
    user, info = mapping(data, "user"), mapping(data, "text_post_app_info")
    code, at = native(data.get("code")), seconds(data.get("taken_at"))
    shared = mapping(info, "share_info", "reposted_post")
    if shared and (author := _person(user)) and native(shared.get("code")):
        whose = _person(mapping(shared, "user")) or None
        yield Interaction("threads", "repost", author, where.pointer, at, native(shared["code"]), whose, code or None)
        return
    post = _post("threads", code, user, at, _caption(data), where)
    if isinstance(post, Fault):
        yield post
        return
    quoted, link = mapping(info, "share_info", "quoted_post"), mapping(info, "link_preview_attachment").get("url")
    yield post._replace(
        url=f"https://www.threads.com/@{user.get('username')}/post/{code}",
        links=(link,) if isinstance(link, str) and link.startswith("http") else (),
        reply_to_author=_person(mapping(info, "reply_to_author")) or None,
        quote_of=native(quoted.get("code")) or None,
        quote_of_author=_person(mapping(quoted, "user")) or None,
        media=_media(data)[0],
    )
    yield Observation(
        "threads",
        code,
        where.pointer,
        seen,
        likes=count(data.get("like_count")),
        replies=count(info.get("direct_reply_count")),
        reposts=count(info.get("repost_count")),
        quotes=count(info.get("quote_count")),
    )
    yield _account("threads", user, where, seen)


def facebook(data: Mapping[str, Any], where: Where, seen: Instant | None) -> Iterator[Record | Fault]:
    """Yield a story of a page, a profile or a group with its counts and its author."""
    story = mapping(data, "comet_sections", "content", "story")
    told = sequence(data, "comet_sections", "context_layout", "story", "comet_sections", "metadata")
    clock = next((s for m in told if "creation_time" in (s := mapping(m, "story"))), {})
    actor = mapping(next(iter(sequence(story, "actors")), None))
    number, address = native(story.get("post_id")), text(story.get("wwwURL")) or text(clock.get("url"))
    group = _GROUP.search(address or "")
    whose = group[1] if group else native(actor.get("id"))
    code = f"{whose}_{number}" if whose and number else ""
    post = _post("facebook", code, actor, seconds(clock.get("creation_time")), _message(story), where)
    if isinstance(post, Fault):
        yield post
        return
    pictures = len(sequence(story, "attachments"))
    yield post._replace(url=address, media=pictures, visibility="group" if group else None)
    likes, reposts, replies = _counted(data)
    if (likes, reposts, replies) != (None, None, None):
        yield Observation("facebook", code, where.pointer, seen, likes=likes, replies=replies, reposts=reposts)
    yield _account("facebook", actor, where, seen)


def _post(
    place: str, code: str, user: Mapping[str, Any], at: Instant | None, said: str | None, where: Where
) -> Post | Fault:
    author = _person(user)
    if not code or not author or at is None:
        return Fault(where, "no_author" if code and not author else "no_date" if code else "no_id")
    tags, mentions = _TAG.findall(said or ""), _MENTION.findall(said or "")
    named = tuple(dict.fromkeys(f"@{name.lower()}" for name in mentions)) if place != "facebook" else ()
    return Post(place, code, author, at, where.pointer, said, tags=tuple(dict.fromkeys(tags)), mentions=named)


def _person(user: Mapping[str, Any]) -> str:
    handle = native(user.get("username"))
    return native(user.get("pk")) or native(user.get("id")) or (f"@{handle.lower()}" if handle else "")


def _account(place: str, user: Mapping[str, Any], where: Where, seen: Instant | None) -> Account:
    address = text(user.get("url"))
    return Account(
        place,
        _person(user),
        where.pointer,
        handle=native(user.get("username")) or None,
        name=text(user.get("full_name")) or text(user.get("name")),
        bio=text(user.get("biography")),
        url=address if address and address.startswith("http") else None,
        followers=count(user.get("follower_count")),
        following=count(user.get("following_count")),
        posts=count(user.get("media_count")),
        verified=flag(user.get("is_verified")),
        protected=flag(user.get("is_private")),
        seen=seen,
    )


def _caption(data: Mapping[str, Any]) -> str | None:
    edge = mapping(next(iter(sequence(data, "edge_media_to_caption", "edges")), None), "node")
    return text(mapping(data, "caption").get("text")) or text(edge.get("text"))


def _message(story: Mapping[str, Any]) -> str | None:
    return text(mapping(story, "message").get("text"))


def _media(data: Mapping[str, Any]) -> tuple[int | None, str]:
    """Return how many pictures and videos, and which of the two the post is."""
    children = sequence(data, "carousel_media") or sequence(data, "edge_sidecar_to_children", "edges")
    kind, name = data.get("media_type"), str(data.get("__typename", ""))
    if kind == _ALBUM or children:
        return len(children) or None, "Image"
    if kind == _VIDEO or name.endswith("Video"):
        return 1, "Video"
    seen = sequence(data, "image_versions2", "candidates") or name.endswith("Image")
    return (1 if seen else None), ("Image" if seen or kind == 1 else "Note")


def _edges(data: Mapping[str, Any], *names: str) -> list[Any]:
    return [mapping(data, f"edge_{'' if name == 'liked_by' else 'media_'}{name}").get("count") for name in names]


def _counted(data: Mapping[str, Any]) -> tuple[int | None, int | None, int | None]:
    """Return reactions, shares and comments of a story: the first that stand anywhere in it."""
    likes = reposts = replies = None
    for number, one in enumerate(objects(data)):
        if number > _DEPTH:
            break
        likes = count(mapping(one, "reaction_count").get("count")) if likes is None else likes
        reposts = count(mapping(one, "share_count").get("count")) if reposts is None else reposts
        if replies is None:
            replies = count(one.get("total_comment_count"), mapping(one, "comments").get("total_count"))
    return likes, reposts, replies
