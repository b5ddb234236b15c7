"""Tumblr: the export of a blog, `posts.xml`, which lies in `posts.zip` inside the archive.

Published posts are read, reblogs with what their author added. Drafts, queued and private posts are
not, and conversations (`messages.xml`) are never opened. The pages of older archives say their times
without a zone and are not read.
"""

import re
from collections.abc import Iterator
from functools import partial

from lxml import etree

from valore.errors import RefusedArchive
from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.model.text import plain
from valore.places import Coverage, Policy
from valore.places._answer import SLIPS, whole
from valore.places._stops import in_steps
from valore.places._tumblr_post import PLACE, Said, account, for_everybody, records
from valore.places._xml_stream import Clean

_ROOT = re.compile(rb"<tumblr\b[^<>]*\bversion\s*=")
_POSTS = re.compile(rb"<posts\b|<tumblelog\b")
_PRIVATE = re.compile(r"(?i)(^|/)(messages|conversations?|asks|inbox|activity|devices|payload)[^/]*(/|$)")
_MEDIA = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".pnj", ".gifv", ".mp4", ".mov", ".mp3")
_IDLE = (".html", ".css")
_NESTED = frozenset(
    ("photo-url", "photo-link-url", "photoset", "photo", "video-source", "video-player", "audio-player")
)
"""Elements that hold addresses of media and no words."""
_MANY = 500
"""Posts between two safe stops."""


class Tumblr:
    """The reader."""

    name = PLACE
    title = "Tumblr"
    policy = Policy(
        terms="A blog's own export, which Tumblr gives to its owner; what it repeats of others stays theirs.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="posts/posts.xml",
            period="2018–",
            reads="own posts, reblogs, blog",
            proof="test_places_tumblr.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an export by the root that is its alone."""
        found = tuple(m.name for m in files.members if _is_export(files, m.name))
        if not found:
            return None
        skipped = {m.name: _why_not(m.name) for m in files.members if m.name not in found}
        return Match("xml", 1.0, found, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield each blog when it first speaks, and its posts in order; a `Cursor` now and then."""
        return in_steps(match.members, since, partial(_items, source), _MANY)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a blog or a post means."""
        try:
            if raw.kind == "blog":
                name, title = raw.value
                return iter([account(name, raw.where.pointer, title)])
            return iter(whole(records(raw.value, raw.where)))
        except SLIPS:
            return iter([Fault(raw.where, "bad_shape")])


def _is_export(files: Manifest, name: str) -> bool:
    if not name.lower().endswith(".xml") or _PRIVATE.search(name):
        return False
    head = files.head(name, 16_384)
    return bool(_ROOT.search(head) and _POSTS.search(head))


def _why_not(name: str) -> str:
    if _PRIVATE.search(name):
        return "private"
    if name.lower().endswith(_MEDIA):
        return "media"
    return "not_needed" if name.lower().endswith(_IDLE) else "unknown"


def _items(source: Export, member: str) -> Iterator[list[Raw | Fault]]:
    """Yield what each post gives, and before the first of a blog the blog itself."""
    known, number, title = set[str](), 0, None
    with source.open(member) as raw:
        stream = Clean(raw, b"</tumblr>")
        try:
            for element in _elements(stream):
                if element.tag == "tumblelog":
                    title = plain(element.get("title") or "") or None
                    continue
                where = Where(member, f"/posts/{number}")
                number += 1
                post = _said(element)
                yield _post(post, where, known, title) if for_everybody(post.facts) else []
        except etree.XMLSyntaxError:
            yield [Fault(Where(member, f"/posts/{number}"), stream.fault)]
        except RefusedArchive:
            yield [Fault(Where(member, f"/posts/{number}"), "damaged")]


def _post(post: Said, where: Where, known: set[str], title: str | None) -> list[Raw | Fault]:
    name = post.facts.get("tumblelog", "")
    found: list[Raw | Fault] = []
    if name and name not in known:
        known.add(name)
        found.append(Raw("blog", where, (name, title)))
    return [*found, Raw("post", where, post)]


def _elements(stream: Clean) -> Iterator[etree._Element]:
    """Yield posts as they end, and the blog that stands before them; forget each."""
    events = etree.iterparse(
        stream, events=("end",), resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    for _, element in events:
        above = element.getparent()
        if above is None or (element.tag, above.tag) not in (("post", "posts"), ("tumblelog", "tumblr")):
            continue
        yield element
        element.clear()
        while element.getprevious() is not None:
            del above[0]


def _said(element: etree._Element) -> Said:
    """Take a post's attributes and words; the interface names the blog in an element, the export in an attribute."""
    facts = {str(key): str(value) for key, value in element.items()}
    blog = element.find("tumblelog")
    if "tumblelog" not in facts and blog is not None:
        facts["tumblelog"] = blog.get("name") or ""
    texts = {str(e.tag): (e.text or "").strip() for e in element if isinstance(e.tag, str) and e.tag not in _NESTED}
    tags = tuple(dict.fromkeys(t for e in element.findall("tag") if (t := (e.text or "").strip())))
    photos = len(element.findall("photoset/photo")) or int(element.find("photo-url") is not None)
    return Said(facts, texts, tags, photos)


PLUGIN = Tumblr()
