"""What an entry of a feed means, whether RSS, Atom or JSON Feed."""

import calendar
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from valore.model.records import Account, Fault, Instant, Observation, Post, Record, Where, content_id
from valore.model.text import plain, repair
from valore.model.time import SECOND, Moment, bounded, moment

PLACE = "feed"


class Feed(NamedTuple):
    """The feed itself, which speaks where an entry names no author."""

    home: str | None = None
    """Address of the site, else of the feed, else its id."""
    title: str | None = None
    summary: str | None = None
    language: str | None = None
    author: str | None = None

    @classmethod
    def of(cls, feed: Mapping[str, Any]) -> "Feed":
        """Take the facts of an XML feed."""
        itself = next((x.get("href") for x in _dicts(feed.get("links")) if x.get("rel") == "self"), None)
        return cls(
            home=_text(feed.get("link")) or _text(itself) or _text(feed.get("id")),
            title=_html(feed.get("title")),
            summary=_html(feed.get("subtitle")),
            language=_text(feed.get("language")),
            author=_text(_dict(feed.get("author_detail")).get("name")),
        )

    @classmethod
    def of_json(cls, feed: Mapping[str, Any]) -> "Feed":
        """Take the facts of a JSON Feed."""
        authors = [
            _dict(feed.get("author")),
            *(v for k, v in feed.items() if k.startswith("authors/") and isinstance(v, dict)),
        ]
        whose = (
            feed.get("home_page_url"),
            feed.get("feed_url"),
            *(a.get("url") for a in authors if "://" in str(a.get("url"))),
        )
        return cls(
            home=next((t for t in (_text(v) for v in whose) if t), None),
            title=_text(feed.get("title")),
            summary=_text(feed.get("description")),
            language=_text(feed.get("language")),
            author=next((n for n in (_text(a.get("name")) for a in authors) if n), None),
        )


def account(feed: Feed) -> Account:
    """Return the feed as an account: it is the author of what names no other."""
    url = feed.home if feed.home and feed.home.startswith("http") else None
    return Account(PLACE, feed.home or "", "", name=feed.title, bio=feed.summary, url=url, language=feed.language)


def records(kind: str, feed: Feed, entry: Mapping[str, Any], where: Where) -> list[Record | Fault]:
    """Return a post, the account of its author where it has one of its own, and counts."""
    if not isinstance(entry, Mapping):
        return [Fault(where, "bad_shape")]
    return _json(feed, entry, where) if kind == "json" else _xml(feed, entry, where)


def _xml(feed: Feed, entry: Mapping[str, Any], where: Where) -> list[Record | Fault]:
    published = _moment(entry, "published") or _moment(entry, "created") or _moment(entry, "updated")
    if published is None:
        return [Fault(where, "bad_date" if entry.get("published") or entry.get("updated") else "no_date")]
    people = [*_dicts(entry.get("authors")), _dict(entry.get("author_detail"))]
    person = next((p for p in people if p.get("name") or p.get("href")), {})
    body = next((c for c in _dicts(entry.get("content")) if c.get("value")), {})
    words = body.get("value") or entry.get("summary")
    updated = _moment(entry, "updated")
    said = _Said(
        native=_text(entry.get("id")),
        link=_link(entry),
        published=published,
        updated=updated.at if updated and updated.at > published.at else None,
        raw=words if isinstance(words, str) else None,
        text=_words(words, body.get("type") or _dict(entry.get("summary_detail")).get("type")),
        title=_html(entry.get("title")),
        language=_text(body.get("language")) or feed.language,
        tags=_labels(t.get("term") for t in _dicts(entry.get("tags"))),
        media=len(_dicts(entry.get("enclosures")) or _dicts(entry.get("media_content"))),
        author=_author(feed, _name(person), _text(person.get("href"))),
        name=_name(person),
        answered=_text(_dict(entry.get("in-reply-to") or entry.get("thr_in-reply-to")).get("ref")),
        replies=_count(entry.get("slash_comments", entry.get("thr_total"))),
    )
    return _records(feed, said, where)


def _json(feed: Feed, item: Mapping[str, Any], where: Where) -> list[Record | Fault]:
    date = item.get("date_published") or item.get("date_modified")
    published = moment(date) if isinstance(date, str) else None
    if published is None:
        return [Fault(where, "bad_date" if date else "no_date")]
    person = next(iter([*_dicts(item.get("authors")), _dict(item.get("author"))]))
    updated = moment(item["date_modified"]) if isinstance(item.get("date_modified"), str) else None
    html, bare = (_first(item.get(f"content_{kind}")) for kind in ("html", "text"))
    native = item.get("id")
    said = _Said(
        native=_text(native) or (str(native) if isinstance(native, int) else None),
        link=_text(item.get("url")),
        published=published,
        updated=updated.at if updated and updated.at > published.at else None,
        raw=html if bare is None else bare,
        text=bare.strip() if bare is not None else plain(html) if html else _text(item.get("summary")),
        title=_text(item.get("title")),
        language=_text(item.get("language")) or feed.language,
        tags=_labels(_list(item.get("tags"))),
        media=len(_dicts(item.get("attachments"))),
        author=_author(feed, _text(person.get("name")), _text(person.get("url"))),
        name=_text(person.get("name")),
        answered=None,
        replies=None,
    )
    return _records(feed, said, where)


class _Said(NamedTuple):
    """An entry, whatever it was written in."""

    native: str | None
    link: str | None
    published: Moment
    updated: Instant | None
    raw: str | None
    text: str | None
    title: str | None
    language: str | None
    tags: tuple[str, ...]
    media: int
    author: str | None
    name: str | None
    answered: str | None
    replies: int | None


def _records(feed: Feed, said: _Said, where: Where) -> list[Record | Fault]:
    if said.author is None:
        return [Fault(where, "no_author")]
    if not (said.native or said.link or said.text or said.title):
        return [Fault(where, "no_content")]
    native = said.native or said.link or content_id(said.author, said.published.at, said.raw or said.title)
    found: list[Record | Fault] = [
        Post(
            place=PLACE,
            id=native,
            author=said.author,
            published=said.published.at,
            pointer=where.pointer,
            text=said.text,
            updated=said.updated,
            offset=said.published.offset,
            kind="Article",
            title=said.title,
            language=said.language,
            url=said.link,
            tags=said.tags,
            reply_to=said.answered,
            visibility="public",
            media=said.media,
        )
    ]
    if said.author != feed.home:
        found.append(Account(PLACE, said.author, where.pointer, name=said.name))
    if said.replies is not None:
        found.append(Observation(PLACE, native, where.pointer, replies=said.replies))
    return found


def _link(entry: Mapping[str, Any]) -> str | None:
    """Return the address of the entry itself. The library may take that of an enclosure for it."""
    link = _text(entry.get("link"))
    itself = [_text(x.get("href")) for x in _dicts(entry.get("links")) if x.get("rel", "alternate") == "alternate"]
    return link if link in itself else next((address for address in itself if address), link)


def _name(person: Mapping[str, Any]) -> str | None:
    """Return a person's name. The library cuts `a@b.example (Name)` wrongly where the domain is long."""
    name = _text(person.get("name"))
    return name.rpartition("(")[2] if name and "(" in name and ")" not in name else name


def _author(feed: Feed, name: str | None, address: str | None) -> str | None:
    """Return who wrote it: their own address, else their name within the site, else the site itself.

    Addresses of mail are not kept.
    """
    if address and "://" in address:
        return address
    if name and "@" not in name and name != feed.author:
        return f"{feed.home}#{name}" if feed.home else f"@{name.lower()}"
    return feed.home or (f"@{name.lower()}" if name and "@" not in name else None)


def _moment(entry: Mapping[str, Any], name: str) -> Moment | None:
    """Read a date: as written, so that its offset is kept, else as the library understood it."""
    written, parsed = entry.get(name), entry.get(f"{name}_parsed")
    read = moment(written) if isinstance(written, str) else None
    if read is not None:
        return read
    if not isinstance(parsed, time.struct_time):
        return None
    at = bounded(calendar.timegm(parsed) * SECOND)
    return None if at is None else Moment(at)


def _words(value: Any, kind: Any) -> str | None:
    if not isinstance(value, str):
        return None
    return repair(value).strip() if kind == "text/plain" and "<" not in value else plain(value)


def _first(value: Any) -> str | None:
    """Return a text that may stand in a list, against the rules."""
    texts = value if isinstance(value, list) else [value]
    return next((repair(t) for t in texts if isinstance(t, str)), None)


def _labels(names: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n for n in (_text(n) for n in names) if n))


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.strip().isdigit() else None


def _html(value: Any) -> str | None:
    return plain(value) or None if isinstance(value, str) else None


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in _list(value) if isinstance(v, Mapping)]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
