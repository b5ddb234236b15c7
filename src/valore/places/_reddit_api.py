"""What an answer of Reddit's API means: listings and trees of posts (t3) and comments (t1), accounts, communities.

Messages (t4) are nobody's business and say nothing here; nor do votes, awards and lists of friends.
A `more` only names comments that were left out.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Instant, Observation, Post, Record, Where
from valore.model.text import repair
from valore.model.time import from_epoch
from valore.places import _reddit_words as own
from valore.places._reddit_words import PLACE

_DEEPEST = 150
"""Levels of answers to answers."""
_PUBLIC = frozenset(("public", "restricted", "user", "gold_restricted"))
_USER = re.compile(r"t2_[a-z0-9]+")
_CODE = re.compile(r"[\w.-]{1,60}")
_DEFAULT = "avatar_default"


def records(value: Any, where: Where, depth: int = 0) -> Iterator[Record | Fault]:
    """Yield what an answer says, or a part of it; nothing for what is neither post nor comment nor account.

    An answer that tells of an error is a fault with its number or name.
    """
    if depth > _DEEPEST:
        yield Fault(where, "too_deep")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, dict | list):
                yield from records(item, _at(where, number), depth + 1)
    elif not isinstance(value, dict):
        yield Fault(where, "bad_shape")
    elif isinstance(data := value.get("data"), dict) and isinstance(value.get("kind"), str):
        yield from _thing(value["kind"], data, _at(where, "data"), depth)
    elif isinstance(inner := value.get("json"), dict):
        yield from _posted(inner, _at(where, "json"), depth)
    else:
        yield from _bare(value, where, depth)


def _thing(kind: str, data: Mapping[str, Any], where: Where, depth: int) -> Iterator[Record | Fault]:
    match kind:
        case "Listing":
            yield from records(data.get("children") or [], _at(where, "children"), depth + 1)
        case "t1":
            yield from _comment(data, where)
            if isinstance(data.get("replies"), dict):
                yield from records(data["replies"], _at(where, "replies"), depth + 1)
        case "t3":
            yield from _post(data, where)
        case "t2":
            yield _account(data, where)
        case "t5":
            yield _community(data, where)


def _posted(answer: Mapping[str, Any], where: Where, depth: int) -> Iterator[Record | Fault]:
    """Read the answer to something that was sent: what became of it, or why not."""
    errors, data = answer.get("errors"), answer.get("data")
    if isinstance(errors, list) and errors:
        first = errors[0]
        yield _error(where, first[0] if isinstance(first, list) and first else first)
    elif isinstance(data, dict) and isinstance(data.get("things"), list):
        yield from records(data["things"], _at(where, "data/things"), depth + 1)


def _bare(value: Mapping[str, Any], where: Where, depth: int) -> Iterator[Record | Fault]:
    """Read things that come without their kind."""
    name = str(value.get("name"))
    if "error" in value or {"reason", "explanation"} <= value.keys():
        yield _error(where, value.get("error") or value.get("reason"))
    elif name.startswith("t3_") and "created_utc" in value:
        yield from _thing("t3", value, where, depth)
    elif name.startswith("t1_") and "created_utc" in value:
        yield from _thing("t1", value, where, depth)
    elif "link_karma" in value:
        yield _account(value, where)
    elif value and all(_USER.fullmatch(key) and isinstance(user, dict) for key, user in value.items()):
        for key, user in value.items():
            yield _account(user, _at(where, key))


def _error(where: Where, code: object) -> Fault:
    """Return an answer that tells of an error; its words could be anybody's and are left out."""
    return Fault(where, "bad_shape", f"error {code}" if _CODE.fullmatch(str(code)) else "error")


def _post(data: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    native, at = _name(data, "t3_"), _time(data.get("created_utc"))
    author, text, title = own.author(_text(data.get("author"))), _words(data, "selftext"), _words(data, "title")
    readable = text or title
    fault = own.lacking(where, no_id=native, no_date=at, no_author=author, no_content=readable)
    if fault is not None or native is None or at is None or author is None:
        yield fault or Fault(where, "bad_shape")
        return
    url, source = _text(data.get("url")), _first(data.get("crosspost_parent_list"))
    kind, media = _shown(data, url)
    yield Post(
        place=PLACE,
        id=native,
        author=author,
        published=at,
        pointer=where.pointer,
        text=text,
        updated=_time(data.get("edited")),
        kind=kind,
        title=title,
        url=own.address(_text(data.get("permalink"))),
        links=own.links(text, None if data.get("is_self") is True else url),
        mentions=own.mentions(text),
        quote_of=_text(data.get("crosspost_parent")),
        quote_of_author=own.author(_text(source.get("author"))),
        visibility=_visibility(data),
        media=media,
    )
    hidden = data.get("hide_score") is True
    yield Observation(
        place=PLACE,
        id=native,
        pointer=where.pointer,
        likes=None if hidden else _count(data.get("score")),
        replies=_count(data.get("num_comments")),
        reposts=_count(data.get("num_crossposts")),
        views=_count(data.get("view_count")),
    )


def _comment(data: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    native, at = _name(data, "t1_"), _time(data.get("created_utc"))
    author, text = own.author(_text(data.get("author"))), _words(data, "body")
    fault = own.lacking(where, no_id=native, no_date=at, no_author=author, no_content=text)
    if fault is not None or native is None or at is None or author is None:
        yield fault or Fault(where, "bad_shape")
        return
    thread = own.post_of(_text(data.get("link_id")) or _text(data.get("context")) or _text(data.get("permalink")))
    parent = own.parent_of(_text(data.get("parent_id")), thread)
    yield Post(
        place=PLACE,
        id=native,
        author=author,
        published=at,
        pointer=where.pointer,
        text=text,
        updated=_time(data.get("edited")),
        url=own.address(_text(data.get("permalink")) or _text(data.get("context"))),
        links=own.links(text),
        mentions=own.mentions(text),
        reply_to=parent,
        reply_to_author=own.author(_text(data.get("link_author"))) if parent == thread else None,
        thread=thread,
        visibility=_visibility(data),
    )
    if data.get("score_hidden") is not True and (score := _count(data.get("score"))) is not None:
        yield Observation(place=PLACE, id=native, pointer=where.pointer, likes=score)


def _shown(data: Mapping[str, Any], url: str | None) -> tuple[str, int]:
    """Return the kind of a post and how many pictures or videos it shows."""
    gallery = data.get("gallery_data")
    if isinstance(gallery, dict) and isinstance(gallery.get("items"), list):
        return "Image", len(gallery["items"])
    if data.get("is_video") is True or data.get("post_hint") in ("hosted:video", "rich:video"):
        return "Video", 1
    if data.get("post_hint") == "image" or (data.get("is_self") is not True and own.picture(url)):
        return "Image", 1
    if isinstance(data.get("poll_data"), dict):
        return "Question", 0
    return ("Note" if data.get("is_self") is True else "Page"), 0


def _account(data: Mapping[str, Any], where: Where) -> Record | Fault:
    name = _text(data.get("name"))
    native = own.author(name)
    if native is None:
        return Fault(where, "no_id")
    profile = data.get("subreddit")
    profile = profile if isinstance(profile, dict) else {}
    picture = _text(data.get("icon_img")) or _text(profile.get("icon_img"))
    return Account(
        place=PLACE,
        id=native,
        pointer=where.pointer,
        handle=name,
        name=_text(profile.get("title")),
        bio=_text(profile.get("public_description")),
        url=f"{own.HOME}/user/{name}",
        kind="Person",
        created=_time(data.get("created_utc")),
        followers=_count(profile.get("subscribers")),
        default_picture=None if picture is None else _DEFAULT in picture,
    )


def _community(data: Mapping[str, Any], where: Where) -> Record | Fault:
    """Read a community; the one of a person is that person's page."""
    name = _text(data.get("display_name"))
    if name is None:
        return Fault(where, "no_id")
    person = name[2:] if name.lower().startswith("u_") else None
    return Account(
        place=PLACE,
        id=f"@{person.lower()}" if person else f"r/{name.lower()}",
        pointer=where.pointer,
        handle=person or name,
        name=_text(data.get("title")),
        bio=_text(data.get("public_description")),
        url=own.address(f"/user/{person}" if person else f"/r/{name}"),
        kind="Person" if person else "Group",
        created=_time(data.get("created_utc")),
        followers=_count(data.get("subscribers")),
        language=_text(data.get("lang")),
    )


def _name(data: Mapping[str, Any], prefix: str) -> str | None:
    """Return the full name of a thing."""
    name, bare = _text(data.get("name")), _text(data.get("id"))
    if name and name.startswith(prefix):
        return name
    return f"{prefix}{bare.removeprefix(prefix)}" if bare else None


def _words(data: Mapping[str, Any], key: str) -> str | None:
    """Return a text as it was written: answers escape it, where they were not asked otherwise."""
    raw = data.get(key)
    if not isinstance(raw, str):
        return None
    marked = data.get("body_html") or data.get("selftext_html")
    escaped = isinstance(marked, str) and marked.lstrip().startswith("&lt;")
    return own.words(html.unescape(raw) if escaped else raw)


def _visibility(data: Mapping[str, Any]) -> str | None:
    kind = _text(data.get("subreddit_type"))
    return "public" if kind in _PUBLIC else "group" if kind == "private" else None


def _first(value: Any) -> Mapping[str, Any]:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def _time(value: Any) -> Instant | None:
    """Read seconds since 1970; `edited` may also be true or false."""
    return None if isinstance(value, bool) or not isinstance(value, int | float) else from_epoch(value)


def _count(value: Any) -> int | None:
    """Read a count; a score below 0 says nothing of how many liked it."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None


def _at(where: Where, step: object) -> Where:
    return Where(where.file, f"{where.pointer}/{step}")
