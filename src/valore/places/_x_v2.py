"""What an answer of X's API v2 means, whoever kept it: a page, an event of a stream, or one flattened post.

A page holds `data`, what these point at in `includes`, and `errors` for what may not be given. A
flattened post (as twarc writes it) holds its author and what it points at in itself. Fields that
were not asked for are absent and mean None.

Source: X API v2 data dictionary; twarc 2, `expansions.flatten`.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from valore.model.records import Account, Fault, Instant, Interaction, Observation, Post, Record, Where
from valore.model.text import repair
from valore.model.time import SECOND, instant
from valore.places._x_tweet import ADDRESS, PLACE, language, published

_PAGE = frozenset(("data", "includes", "errors"))
_PICTURE = re.compile(r"/(?:photo|video)/\d+$")
_REPOST = re.compile(r"RT @(\w{1,20}): ")
_CODE = re.compile(r"[a-z][a-z_-]{1,40}")
_ASIDE = ("entities.", "pinned_")
"""Beginnings of what was asked only beside the posts: a person who is named, a post that is pinned."""
_LARGEST = 2**63 - 1


class _Known(NamedTuple):
    """What the posts of one answer say of each other."""

    first: Mapping[str, str]
    """Id of an edited post to the id of its first edition."""
    authors: Mapping[str, str]
    """Id of a post to its author."""
    users: Mapping[str, str]
    """Handle in lower case to id."""
    protected: frozenset[str]
    """Accounts that show their posts to followers only."""
    seen: Instant | None


class _Words(NamedTuple):
    text: str
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


def records(answer: Mapping[str, Any], where: Where, seen: Instant | None = None) -> Iterator[Record | Fault]:
    """Yield accounts, posts with their counts, reposts and deletions of one answer, and what it refuses.

    Args:
        answer: A page (`data`, `includes`, `errors`), an event of a stream, or one flattened post or account.
        where: Of the answer; the pointer grows by the part that is meant (`L3/data/7`).
        seen: When it was answered; twarc's own note (`__twarc.retrieved_at`) is preferred.
    """
    whole = _PAGE & answer.keys()
    parts = list(_parts(answer, where.pointer) if whole else _unfolded(answer, where.pointer))
    known = _known([value for _, value in parts], _retrieved(answer, seen))
    silent = True
    for pointer, value in parts:
        for record in _thing(value, Where(where.file, pointer), known):
            silent = False
            yield record
    errors = list(_errors(answer, where)) if whole else []
    yield from errors
    if silent and not errors and answer.get("data", True):
        yield Fault(where, "no_content")


def _parts(answer: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (pointer, object) of all that a page holds: accounts first."""
    includes = _dict(answer.get("includes"))
    for name in ("users", "tweets"):
        for number, value in enumerate(_list(includes.get(name))):
            yield f"{pointer}/includes/{name}/{number}", _dict(value)
    data = answer.get("data")
    if isinstance(data, list):
        yield from ((f"{pointer}/data/{number}", _dict(value)) for number, value in enumerate(data))
    elif data is not None:
        yield f"{pointer}/data", _dict(data)


def _unfolded(post: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what a flattened post carries in itself: accounts, posts it points at, and it."""
    for name in ("author", "in_reply_to_user"):
        if "username" in (user := _dict(post.get(name))):
            yield f"{pointer}/{name}", user
    for number, value in enumerate(_list(_dict(post.get("entities")).get("mentions"))):
        if "name" in _dict(value):
            yield f"{pointer}/entities/mentions/{number}", value
    for number, value in enumerate(_list(post.get("referenced_tweets"))):
        inner = _dict(value)
        if "text" in inner:
            yield from _unfolded({**inner, "referenced_tweets": None}, f"{pointer}/referenced_tweets/{number}")
    yield pointer, post


def _known(values: list[Mapping[str, Any]], seen: Instant | None) -> _Known:
    posts = [v for v in values if "text" in v and _id(v.get("id"))]
    users = [v for v in values if isinstance(v.get("username"), str) and _id(v.get("id"))]
    return _Known(
        {_id(p["id"]): h[0] for p in posts if (h := _editions(p))},
        {_id(p["id"]): _author(p) for p in posts},
        {u["username"].lower(): _id(u["id"]) for u in users},
        frozenset(_id(u["id"]) for u in users if u.get("protected") is True),
        seen,
    )


def _thing(value: Mapping[str, Any], where: Where, known: _Known) -> Iterator[Record | Fault]:
    if "text" in value and "username" not in value:
        yield from _post(value, where, known)
    elif "username" in value:
        yield _account(value, where, known) if _id(value.get("id")) else Fault(where, "no_id")
    elif "event_at" in (event := _dict(next(iter(value.values()), None))):
        yield _event(next(iter(value)), event, where)
    elif value.get("action") == "delete" and "redacted_at" in value:
        yield Fault(where, "no_author")


def _event(name: str, event: Mapping[str, Any], where: Where) -> Record | Fault:
    """Return what an event of the compliance stream asks for; only a deleted post can be named by itself."""
    tweet = _dict(event.get("tweet"))
    native, author = _id(tweet.get("id")), _id(tweet.get("author_id"))
    at, deleted = published(None, native), instant(event.get("event_at"))
    if name != "delete" or not native or not author or at is None or deleted is None:
        return Fault(where, "no_content", name if _CODE.fullmatch(name) else "")
    return Post(PLACE, native, author, at, where.pointer, deleted=deleted)


def _post(value: Mapping[str, Any], where: Where, known: _Known) -> Iterator[Record | Fault]:
    native, author = _id(value.get("id")), _author(value)
    if not native or not author:
        yield Fault(where, "no_author" if native else "no_id")
        return
    date = value.get("created_at")
    at = published(date, native)
    if at is None:
        yield Fault(where, "bad_date" if date else "no_date")
    elif (repost := _repost(value, native, author, at, where, known)) is not None:
        yield repost
    else:
        yield from _written(value, native, author, at, where, known)


def _written(
    value: Mapping[str, Any], native: str, author: str, at: Instant, where: Where, known: _Known
) -> Iterator[Record | Fault]:
    """Yield a post with words of its own, as its first edition's id names it, and its counts."""
    said = _words(value, known)
    media = _media(value)
    if not said.text and not media:
        yield Fault(where, "no_content")
        return
    first = known.first.get(native, native)
    edited = first != native
    reply, quote = _pointed(value, "replied_to"), _pointed(value, "quoted")
    thread = _id(value.get("conversation_id"))
    yield Post(
        PLACE,
        first,
        author,
        _begun(first, at) if edited else at,
        where.pointer,
        text=said.text,
        updated=at if edited else None,
        kind="Question" if _list(_dict(value.get("attachments")).get("poll_ids")) else "Note",
        language=language(value["lang"]) if isinstance(value.get("lang"), str) else None,
        url=ADDRESS + native,
        links=said.links,
        tags=said.tags,
        mentions=said.mentions,
        reply_to=reply and known.first.get(reply, reply),
        reply_to_author=_id(value.get("in_reply_to_user_id")) or (reply and known.authors.get(reply)) or None,
        quote_of=quote and known.first.get(quote, quote),
        quote_of_author=known.authors.get(quote) if quote else None,
        thread=known.first.get(thread, thread) or None,
        visibility=_visibility(value, author, known),
        media=media,
    )
    counts = _counts(value)
    if any(count is not None for count in counts.values()):
        yield Observation(PLACE, first, where.pointer, known.seen, **counts)


def _begun(first: str, at: Instant) -> Instant:
    """Return when the first edition was written, to the second as X writes it everywhere else."""
    told = published(None, first)
    return at if told is None else told // SECOND * SECOND


def _visibility(value: Mapping[str, Any], author: str, known: _Known) -> str | None:
    if _id(value.get("community_id")):
        return "group"
    return "followers" if author in known.protected else None


def _repost(
    value: Mapping[str, Any], native: str, author: str, at: Instant, where: Where, known: _Known
) -> Interaction | None:
    target = _pointed(value, "retweeted")
    if target is None:
        return None
    whose = known.authors.get(target)
    if not whose and (found := _REPOST.match(_str(value.get("text")))):
        handle = found[1].lower()
        whose = _named(value).get(handle) or known.users.get(handle) or f"@{handle}"
    target = known.first.get(target, target)
    return Interaction(PLACE, "repost", author, where.pointer, at, target, whose or None, native)


def _words(value: Mapping[str, Any], known: _Known) -> _Words:
    """Return the whole text with its addresses written out, and what is named in it; pictures' addresses go."""
    note = _dict(value.get("note_tweet"))
    long = isinstance(note.get("text"), str)
    text = _str(note["text"] if long else value.get("text"))
    entities = _dict(note["entities"] if long and "entities" in note else value.get("entities"))
    links: list[str] = []
    for url in map(
        _dict, _list(_dict(value.get("entities")).get("urls")) + _list(_dict(note.get("entities")).get("urls"))
    ):
        short, address = _str(url.get("url")), _str(url.get("expanded_url"))
        picture = "media_key" in url or _PICTURE.search(address)
        text = text.replace(short, "" if picture else address or short) if short else text
        if not picture and (address or short):
            links.append(repair(address or short))
    tags = (_str(_dict(tag).get("tag")) for tag in _list(entities.get("hashtags")))
    handles = (_dict(user) for user in _list(entities.get("mentions")))
    mentions = (_mentioned(user, known) for user in handles)
    return _Words(
        repair(html.unescape(text)).strip(),
        tuple(dict.fromkeys(links)),
        tuple(repair(tag) for tag in tags if tag),
        tuple(dict.fromkeys(name for name in mentions if name)),
    )


def _mentioned(user: Mapping[str, Any], known: _Known) -> str:
    handle = _str(user.get("username")).lower()
    return _id(user.get("id")) or known.users.get(handle) or (f"@{handle}" if handle else "")


def _named(value: Mapping[str, Any]) -> dict[str, str]:
    users = (_dict(user) for user in _list(_dict(value.get("entities")).get("mentions")))
    return {_str(user.get("username")).lower(): _id(user.get("id")) for user in users}


def _media(value: Mapping[str, Any]) -> int | None:
    """Return how many pictures and videos; None where attachments are not spoken of."""
    attached = value.get("attachments")
    return None if attached is None else len(_list(_dict(attached).get("media_keys")))


def _counts(value: Mapping[str, Any]) -> dict[str, int | None]:
    """Return counts by field; no views at all means that X did not count them yet (before December 2022)."""
    public, own = _dict(value.get("public_metrics")), _dict(value.get("non_public_metrics"))
    return {
        "likes": _count(public.get("like_count")),
        "replies": _count(public.get("reply_count")),
        "reposts": _count(public.get("retweet_count", public.get("repost_count"))),
        "quotes": _count(public.get("quote_count")),
        "views": _count(public.get("impression_count")) or _count(own.get("impression_count")) or None,
        "saves": _count(public.get("bookmark_count")),
        "clicks": _count(own.get("url_link_clicks")),
    }


def _account(user: Mapping[str, Any], where: Where, known: _Known) -> Account:
    counts = _dict(user.get("public_metrics"))
    handle, picture = _str(user.get("username")), user.get("profile_image_url")
    return Account(
        PLACE,
        _id(user["id"]),
        where.pointer,
        handle=handle or None,
        name=_said(user.get("name")),
        bio=_said(_long(user, "description")),
        url=f"https://x.com/{handle}" if handle else None,
        created=instant(user.get("created_at")),
        followers=_count(counts.get("followers_count")),
        following=_count(counts.get("following_count")),
        posts=_count(counts.get("tweet_count", counts.get("post_count"))),
        listed=_count(counts.get("listed_count")),
        likes_given=_count(counts.get("like_count")),
        verified=_flag(user.get("verified")),
        protected=_flag(user.get("protected")),
        default_picture="/default_profile" in picture if isinstance(picture, str) else None,
        location=_said(user.get("location")),
        seen=known.seen,
        links=_pages(user),
    )


def _pages(user: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the home page of a profile in full."""
    urls = map(_dict, _list(_dict(_dict(user.get("entities")).get("url")).get("urls")))
    found = (_said(url.get("expanded_url")) or "" for url in urls)
    return tuple(address for address in found if address.startswith(("http://", "https://")))


def _long(user: Mapping[str, Any], name: str) -> str:
    """Return a text of a profile with its addresses written out."""
    text = _str(user.get(name))
    for url in map(_dict, _list(_dict(_dict(user.get("entities")).get(name)).get("urls"))):
        short, address = _str(url.get("url")), _str(url.get("expanded_url"))
        text = text.replace(short, address) if short and address else text
    return text


def _errors(answer: Mapping[str, Any], where: Where) -> Iterator[Fault]:
    """Yield a fault for each post that X did not give; its kind of problem is the detail."""
    for number, value in enumerate(_list(answer.get("errors"))):
        error = _dict(value)
        if _str(error.get("parameter")).startswith(_ASIDE):
            continue
        code = _str(error.get("type")).rpartition("/")[2]
        detail = code if _CODE.fullmatch(code) else ""
        yield Fault(Where(where.file, f"{where.pointer}/errors/{number}"), "no_content", detail)


def _retrieved(answer: Mapping[str, Any], seen: Instant | None) -> Instant | None:
    noted = instant(_dict(answer.get("__twarc")).get("retrieved_at"))
    return seen if noted is None else noted


def _editions(post: Mapping[str, Any]) -> list[str]:
    return [native for native in map(_id, _list(post.get("edit_history_tweet_ids"))) if native]


def _author(post: Mapping[str, Any]) -> str:
    return _id(post.get("author_id")) or _id(_dict(post.get("author")).get("id"))


def _pointed(post: Mapping[str, Any], kind: str) -> str | None:
    """Return the id of the post that this one answers, quotes or passes on."""
    for value in map(_dict, _list(post.get("referenced_tweets"))):
        if value.get("type") == kind:
            return _id(value.get("id")) or None
    return None


def _id(value: Any) -> str:
    """Return a native id, empty where there is none."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isalnum() else ""


def _said(value: Any) -> str | None:
    return repair(html.unescape(_str(value))).strip() or None


def _count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= _LARGEST else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
