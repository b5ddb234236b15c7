"""Google+: the archive that Google gave out before it closed the network, as JSON or as HTML.

`Takeout/Google+ Stream/Posts/*.json` (folders named in the account's language), or the same as
pages with microdata, and `ActivityLog/`. The only archive here that holds other people's acts by
name. Their comments, likes and reshares are kept where the post was public, and not otherwise:
then only how many there were.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from valore.errors import RefusedArchive
from valore.model.records import (
    Account,
    Cursor,
    Fault,
    Interaction,
    Observation,
    Post,
    Raw,
    Record,
    Where,
)
from valore.model.source import Export, Manifest, Match
from valore.model.text import plain
from valore.model.time import instant
from valore.places import Coverage, Policy
from valore.places import _googleplus_api as api
from valore.places import _googleplus_html as html
from valore.places._answer import KIND, opened

_PLACE = "googleplus"
_URL = re.compile(r"https?://plus\.google\.com/")
_KEYS = re.compile(r'"(creationTime|postAcl|activityId|resourceName|author|url|plusOnes|resharedPost)"\s*:')
_PRIVATE = re.compile(r"(?i)circle|cerchi|kreise|cercles|círculos|circulos|contact|hangout|messag|profil|\.vcf$")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".mov", ".css")
_BYTES = 8 * 1024 * 1024
_TAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")


class _Seen(NamedTuple):
    """What the records about one post have in common."""

    id: str
    author: str
    file: str
    pointer: str
    public: bool
    visibility: str | None


class GooglePlus:
    """The reader."""

    name = _PLACE
    title = "Google+"
    policy = Policy(
        terms="A person's own archive from Google Takeout; of other people only what they wrote in public.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="Takeout/Google+ Stream/Posts/*.json",
            period="2011–2019",
            reads="own posts; on public posts comments, +1s and reshares of others",
            proof="test_places_googleplus.py",
        ),
        Coverage(
            layout="Takeout/Google+ Stream/Posts/*.html",
            period="2011–2019",
            reads="own posts; on public posts comments, +1s and reshares of others",
            proof="test_places_googleplus.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise posts by their keys or by their microdata."""
        kinds = {m.name: _kind(files, m.name) for m in files.members}
        read = tuple(name for name, kind in kinds.items() if kind is not None)
        if not read:
            return None
        skipped = {name: _why_not(name) for name, kind in kinds.items() if kind is None}
        pages = sum(name.lower().endswith(".html") for name in read)
        variant = "takeout-json" if not pages else "takeout-html" if pages == len(read) else "takeout-mixed"
        return Match(variant, 0.98, read, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield one raw record a post (a page of the activity log is one too), a `Cursor` after each file."""
        members = match.members
        start = members.index(since.position) + 1 if since is not None and since.position in members else 0
        owner = html.owner(source, members)
        for member in members[start:]:
            if member.lower().endswith(".json"):
                yield from _whole(source, member)
            else:
                yield from _page(source, member, owner)
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a post and what hangs on it mean, or an answer of the API."""
        if raw.kind == KIND:
            yield from api.records(opened(raw.value), raw.where)
            return
        if raw.kind == "log":
            yield from html.acts(raw)
            return
        value = raw.value if raw.kind == "post" else html.post(raw.value)
        yield from _records(value, raw.where) if value else (Fault(raw.where, "bad_shape"),)


def _kind(files: Manifest, name: str) -> str | None:
    lower = name.lower()
    if lower.endswith(".json") and not _PRIVATE.search(name.rsplit("/", 1)[-1]):
        head = files.head(name).decode("utf-8", "replace")
        keys = set(_KEYS.findall(head))
        plus = _URL.search(head) or "postAcl" in keys
        return (
            "post"
            if head.lstrip("\ufeff \r\n\t").startswith("{") and {"creationTime", "author"} <= keys and plus
            else None
        )
    if lower.endswith((".html", ".htm")):
        return html.kind(name, files.head(name).decode("utf-8", "replace"))
    return None


def _why_not(name: str) -> str:
    if _PRIVATE.search(name):
        return "private"
    return "media" if name.lower().endswith(_PICTURES) else "unknown"


def _whole(source: Export, member: str) -> Iterator[Raw | Fault]:
    """Put one post together again: a file is one object."""
    value: dict[str, Any] = {}
    for item in source.items(member):
        if isinstance(item, Fault):
            yield item
            continue
        key, *rest = item[0][1:].split("/")
        if not rest:
            value[key] = item[1]
        elif isinstance(value.get(key), list):
            value[key].append(item[1])
        else:
            value[key] = [item[1]]
    if value:
        yield Raw("post", Where(member, ""), value)


def _page(source: Export, member: str, owner: str | None) -> Iterator[Raw | Fault]:
    try:
        text = source.text(member, _BYTES)
    except RefusedArchive:
        yield Fault(Where(member, ""), "too_large")
        return
    kind = html.kind(member, text)
    yield Raw(kind or "page", Where(member, ""), (text, owner) if kind == "log" else text)


def _records(post: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    author, at = account_id(post.get("author")), instant(post.get("creationTime"))
    native = _text(post.get("url")) or _text(post.get("activityId"))
    why = _lacking(native, author, at)
    if why is not None or native is None or author is None or at is None:
        yield Fault(where, why or "bad_shape")
        return
    visibility = _visibility(post.get("postAcl"))
    seen = _Seen(native, author, where.file, where.pointer or "/", visibility == "public", visibility)
    yield from _account(post.get("author"), seen)
    yield from _own(post, seen, at)
    yield _counts(post, seen)
    yield from _comments(post, seen)
    if seen.public:
        yield from _acts(post, seen)


def _lacking(native: str | None, author: str | None, at: int | None) -> str | None:
    wanted = {"no_id": native, "no_author": author, "no_date": at}
    return next((reason for reason, value in wanted.items() if value is None), None)


def account_id(author: object) -> str | None:
    """Return the number of an account; '@name' where only its own address is known."""
    if not isinstance(author, dict):
        return None
    resource = re.fullmatch(r"(?:users|people)/(\w+)", str(author.get("resourceName") or ""))
    if resource:
        return resource[1]
    found = re.search(r"plus\.google\.com/(?:u/\d+/)?(\+?[^/?#]+)", str(author.get("profilePageUrl") or ""))
    if not found:
        return None
    return f"@{found[1][1:].lower()}" if found[1].startswith("+") else found[1]


def _visibility(acl: object) -> str | None:
    """Say who could read a post: public, followers, group, private; None when it is not said."""
    if not isinstance(acl, dict):
        return None
    if acl.get("isPublic") is True:
        return "public"
    if isinstance(collection := acl.get("collectionAcl"), dict):
        return "public" if collection.get("isPublic") is True else "followers"
    if "communityAcl" in acl or "eventAcl" in acl:
        return "group" if "communityAcl" in acl else "private"
    return _circles(acl.get("visibleToStandardAcl"))


def _circles(standard: object) -> str | None:
    if not isinstance(standard, dict):
        return None
    circles = standard.get("circles")
    kinds = {str(c.get("type")) for c in circles if isinstance(c, dict)} if isinstance(circles, list) else set()
    if "CIRCLE_TYPE_PUBLIC" in kinds:
        return "public"
    return "followers" if kinds & {"CIRCLE_TYPE_YOUR_CIRCLES", "CIRCLE_TYPE_EXTENDED_CIRCLES"} else "private"


def _account(author: object, seen: _Seen) -> Iterator[Account]:
    found = account_id(author)
    if found is not None and isinstance(author, dict):
        name, url = _plain(author.get("displayName")), _text(author.get("profilePageUrl"))
        handle = found[1:] if found.startswith("@") else None
        yield Account(place=_PLACE, id=found, pointer=seen.pointer, handle=handle, name=name, url=url)


def _own(post: Mapping[str, Any], seen: _Seen, at: int) -> Iterator[Record]:
    """Yield the post; one that only passes another on is a repost."""
    text, shared = _plain(post.get("content")), post.get("resharedPost")
    shared = shared if isinstance(shared, dict) else {}
    target, whose = (
        _text(shared.get("url")) or _text(shared.get("activityId")),
        account_id(shared.get("author")),
    )
    if shared and text is None:
        yield Interaction(_PLACE, "repost", seen.author, seen.pointer, at, target, whose, seen.id)
    else:
        edited = instant(post.get("updateTime"))
        media = _media(post)
        yield Post(
            place=_PLACE,
            id=seen.id,
            author=seen.author,
            published=at,
            pointer=seen.pointer,
            text=text,
            updated=edited if edited is not None and edited != at else None,
            offset=0,
            kind=_as2(post, media),
            url=_text(post.get("url")),
            links=_links(post),
            tags=tuple(dict.fromkeys(_TAG.findall(text or ""))),
            quote_of=target,
            quote_of_author=whose,
            visibility=seen.visibility,
            media=len(media),
        )
    if seen.public:
        yield from _shared(shared, seen)


def _shared(shared: Mapping[str, Any], seen: _Seen) -> Iterator[Record]:
    """Yield the post of another that a public post passes on, where the archive says when it was written."""
    author, at = account_id(shared.get("author")), instant(shared.get("creationTime"))
    native = _text(shared.get("url")) or _text(shared.get("activityId"))
    text = _plain(shared.get("content"))
    if author is None or native is None or at is None or text is None:
        return
    yield from _account(shared.get("author"), seen)
    yield Post(
        place=_PLACE,
        id=native,
        author=author,
        published=at,
        pointer=f"{seen.pointer.rstrip('/')}/resharedPost",
        text=text,
        offset=0,
        url=_text(shared.get("url")),
        visibility="public",
    )


def _media(post: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    album, single = post.get("album"), post.get("media")
    found = album.get("media") if isinstance(album, dict) else None
    several = found if isinstance(found, list) else []
    return [m for m in (*several, single) if isinstance(m, dict)]


def _as2(post: Mapping[str, Any], media: list[Mapping[str, Any]]) -> str:
    acl = post.get("postAcl")
    if isinstance(post.get("poll"), dict):
        return "Question"
    if isinstance(acl, dict) and "eventAcl" in acl:
        return "Event"
    kinds = [str(m.get("contentType") or "") for m in media]
    return "Video" if any(k.startswith("video") for k in kinds) else "Image" if media else "Note"


def _links(post: Mapping[str, Any]) -> tuple[str, ...]:
    link = post.get("link")
    url = _text(link.get("url")) if isinstance(link, dict) else None
    return (url,) if url else ()


def _counts(post: Mapping[str, Any], seen: _Seen) -> Observation:
    """Return how many acted; None where the archive has no list, which need not mean none."""

    def number(name: str) -> int | None:
        return len(found) if isinstance(found := post.get(name), list) else None

    return Observation(
        place=_PLACE,
        id=seen.id,
        pointer=seen.pointer,
        likes=number("plusOnes"),
        replies=number("comments"),
        reposts=number("reshares"),
    )


def _comments(post: Mapping[str, Any], seen: _Seen) -> Iterator[Record | Fault]:
    for number, comment in enumerate(_list(post, "comments")):
        inner = seen._replace(pointer=f"{seen.pointer.rstrip('/')}/comments/{number}")
        author, at = account_id(comment.get("author")), instant(comment.get("creationTime"))
        if author != seen.author and not seen.public:
            continue
        native = _text(comment.get("commentActivityId")) or _text(comment.get("resourceName"))
        text = _plain(comment.get("content"))
        why = _lacking(native, author, at) or (None if text else "no_content")
        if why is not None or native is None or author is None or at is None:
            yield Fault(Where(seen.file, inner.pointer), why or "bad_shape")
            continue
        yield from _account(comment.get("author"), inner)
        yield Post(
            place=_PLACE,
            id=native,
            author=author,
            published=at,
            pointer=inner.pointer,
            text=text,
            offset=0,
            tags=tuple(dict.fromkeys(_TAG.findall(text or ""))),
            reply_to=seen.id,
            reply_to_author=seen.author,
            thread=seen.id,
            visibility=seen.visibility,
        )


def _acts(post: Mapping[str, Any], seen: _Seen) -> Iterator[Record]:
    """Yield likes and reshares by name."""
    for key, who, kind in (("plusOnes", "plusOner", "like"), ("reshares", "resharer", "repost")):
        for number, act in enumerate(_list(post, key)):
            actor = account_id(act.get(who))
            if actor is None:
                continue
            inner = seen._replace(pointer=f"{seen.pointer.rstrip('/')}/{key}/{number}")
            yield from _account(act.get(who), inner)
            yield Interaction(_PLACE, kind, actor, inner.pointer, None, seen.id, seen.author)


def _list(post: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = post.get(key)
    return [f for f in found if isinstance(f, dict)] if isinstance(found, list) else []


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _plain(value: object) -> str | None:
    return plain(value) or None if isinstance(value, str) else None


PLUGIN = GooglePlus()
