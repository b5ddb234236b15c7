"""RSS 0.9x to 2.0, RDF, Atom, and JSON Feed: what a site, a blog or a newsletter publishes.

Documents are read whole, within a limit, entities off. An entry without a date is a fault: when it
was read says nothing about when it was written.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import feedparser

from valore.errors import RefusedArchive
from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places._answer import KIND, opened
from valore.places._entry import PLACE, Feed, account, records

_LARGEST = 32 * 1024 * 1024
"""Bytes of one document."""
_ROOT = re.compile(rb"<(?:rss|rdf:RDF|channel|feed|(?:\w+:)(?:feed|rss))\b([^>]*)", re.IGNORECASE)
_RDF = re.compile(rb"purl\.org/(?:rss|net/rss)|my\.netscape\.com/rdf|channel", re.IGNORECASE)
_JSON = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org')
_WORDPRESS = re.compile(rb"https?://wordpress\.org/export/1\.\d/")
"""Namespace of a WordPress export: it looks like a feed, and the place that knows it reads its comments too."""
_ENDINGS = (".xml", ".rss", ".atom", ".rdf", ".json", ".feed")
_BLANK = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class FeedReader:
    """The reader."""

    name = PLACE
    title = "RSS, Atom, JSON Feed"
    policy = Policy(
        terms="What a site publishes for everybody to read; its author's rights stay with them.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="RSS 0.9x–2.0", period="", reads="entries with author, date, link, text", proof="test_places_feed.py"
        ),
        Coverage(layout="RDF", period="", reads="entries with author, date, link, text", proof="test_places_feed.py"),
        Coverage(layout="Atom", period="", reads="entries with author, date, link, text", proof="test_places_feed.py"),
        Coverage(
            layout="JSON Feed", period="", reads="entries with author, date, link, text", proof="test_places_feed.py"
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise feeds by their root; sure of them only where there is nothing else."""
        found = {m.name: kind for m in files.members if (kind := _kind(files, m.name))}
        if not found:
            return None
        skipped = {m.name: "unknown" for m in files.members if m.name not in found}
        certainty = 1.0 if not skipped else 0.3 * len(found) / len(files.members)
        return Match("json" if set(found.values()) == {"json"} else "xml", certainty, tuple(found), skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield each feed, then its entries; a `Cursor` after each file."""
        names = list(match.members)
        done = names.index(since.position) + 1 if since and since.position in names else 0
        for name in names[done:]:
            yield from _json(source, name) if _kind(source, name) == "json" else _xml(source, name)
            yield Cursor(name)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a feed, an entry, or a JSON Feed given as one answer means."""
        if raw.kind == KIND:
            return _document(opened(raw.value).value, raw.where)
        if raw.kind == "feed":
            return iter((account(raw.value),))
        feed, entry = raw.value
        return iter(_entry(raw.kind, feed, entry, raw.where))


def _document(value: Any, where: Where) -> Iterator[Record | Fault]:
    """Yield the feed and its entries."""
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list):
        yield Fault(where, "bad_shape")
        return
    authors = value.get("authors")
    facts = {f"authors/{n}": a for n, a in enumerate(authors if isinstance(authors, list) else ())}
    feed = Feed.of_json({**value, **facts})
    if feed.home:
        yield account(feed)
    for number, item in enumerate(items):
        yield from _entry("json", feed, item, where._replace(pointer=f"{where.pointer}/items/{number}"))


def _entry(kind: str, feed: Feed, entry: Any, where: Where) -> list[Record | Fault]:
    try:
        return records(kind, feed, entry, where)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return [Fault(where, "bad_shape")]


def _kind(files: Manifest, name: str) -> str | None:
    """Tell a feed by how it begins: `xml`, `json`, or None."""
    if not name.lower().endswith(_ENDINGS):
        return None
    head = files.head(name, 16_384).replace(b"\x00", b"")
    for mark in _BLANK:
        head = head.removeprefix(mark)
    if head.lstrip().startswith(b"{"):
        return "json" if _JSON.search(head) else None
    root = _ROOT.search(head)
    if root is None or b"<html" in head[: root.start()].lower() or _WORDPRESS.search(root[0]):
        return None
    return "xml" if b"rdf:" not in root[0][:5].lower() or _RDF.search(head) else None


def _xml(source: Export, member: str) -> Iterator[Raw | Fault]:
    try:
        data = _whole(source, member)
    except RefusedArchive as error:
        yield Fault(Where(member, ""), "too_large" if "longer" in error.message else "damaged")
        return
    try:
        # A stream, because the library would take bytes for an address or a file name.
        parsed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception:  # noqa: BLE001 - on broken encodings the library raises whatever it stumbles over
        yield Fault(Where(member, ""), "bad_xml")
        return
    if parsed.get("bozo") and not isinstance(parsed.get("bozo_exception"), _Harmless):
        yield Fault(Where(member, ""), "bad_xml")
    feed = Feed.of(parsed.get("feed", {}))
    if feed.home:
        yield Raw("feed", Where(member, ""), feed)
    elif not parsed.get("entries") and not parsed.get("bozo"):
        yield Fault(Where(member, ""), "no_content")
    for number, entry in enumerate(parsed.get("entries", ())):
        yield Raw("xml", Where(member, f"/entries/{number}"), (feed, dict(entry)))


_Harmless = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)


def _whole(source: Export, member: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    with source.open(member) as stream:
        while data := stream.read(1 << 20):
            parts.append(data)
            size += len(data)
            if size > _LARGEST:
                raise RefusedArchive(
                    "{file}: '{member}' is longer than {limit} bytes", file=source.name, member=member, limit=_LARGEST
                )
    return b"".join(parts)


def _json(source: Export, member: str) -> Iterator[Raw | Fault]:
    """Read the feed's own facts first: they may stand behind its items."""
    facts = {i[0][1:]: i[1] for i in source.items(member) if not isinstance(i, Fault)}
    feed = Feed.of_json(facts)
    if feed.home:
        yield Raw("feed", Where(member, ""), feed)
    elif not any(name.startswith("items/") for name in facts):
        yield Fault(Where(member, ""), "no_content")
    for item in source.items(member):
        if isinstance(item, Fault):
            yield item
        elif item[0].startswith("/items/"):
            yield Raw("json", Where(member, item[0]), (feed, item[1]))


PLUGIN = FeedReader()
