"""WordPress: what a site exports of itself (WXR, `Tools → Export`), with the comments of its readers.

Published posts and pages are read, and approved comments. Drafts, private and protected posts,
pings, pending comments are not; addresses of mail and of machines never leave the file. Answers of
the site's own interface mean the same through `normalise` (`Raw.kind` is `api`).
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from lxml import etree

from valore.errors import RefusedArchive
from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places._answer import KIND, SLIPS, opened, whole
from valore.places._stops import in_steps
from valore.places._wordpress_api import answered
from valore.places._wordpress_item import PLACE, Said, commenter, for_everybody, heading, member_id, records, text, user
from valore.places._xml_stream import Clean

_NAMESPACE = re.compile(rb"https?://wordpress\.org/export/1\.\d/")
_ROOT = re.compile(rb"<rss\b")
_READ = frozenset(
    (
        *("title", "link", "creator", "pubDate", "encoded", "post_id", "post_date", "post_date_gmt"),
        *("post_modified_gmt", "status", "post_type", "post_password"),
    )
)
_COMMENT = frozenset(
    (
        *("comment_id", "comment_author", "comment_author_url", "comment_date", "comment_date_gmt", "comment_content"),
        *("comment_approved", "comment_type", "comment_parent", "comment_user_id"),
    )
)
_AUTHOR = {"author_id": "id", "author_login": "login", "author_display_name": "name"}
_HOME = ("base_blog_url", "base_site_url", "link")
"""Where a site says its address, the surest first."""
_MANY = 500
"""Items between two safe stops."""
_MEDIA = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".mp4", ".mov", ".mp3", ".pdf")


class _Site(NamedTuple):
    """What the export says of the site before its posts."""

    home: str
    members: Mapping[str, str]
    """Number of an account by its login."""


class WordPress:
    """The reader."""

    name = PLACE
    title = "WordPress"
    policy = Policy(
        terms="A site's own export, made by who runs it; commenters wrote for everybody to read, and only "
        "what they chose to show of themselves is kept.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="WXR 1.0–1.2 (*.xml)",
            period="2008–",
            reads="posts, pages, comments, authors",
            proof="test_places_wordpress.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise exports by the namespace that is theirs alone."""
        found = tuple(m.name for m in files.members if _is_export(files, m.name))
        if not found:
            return None
        skipped = {m.name: _why_not(m.name) for m in files.members if m.name not in found}
        return Match("wxr", 1.0, found, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield accounts, posts and their comments in order; a `Cursor` now and then."""
        return in_steps(match.members, since, partial(_items, source), _MANY)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an account, a post, a comment or an answer means."""
        try:
            if raw.kind == KIND:
                return iter(list(answered(opened(raw.value), raw.where)))
            if raw.kind == "author":
                site, said = raw.value
                return iter([user(site, said, raw.where.pointer)])
            return iter(whole(records(raw.value, raw.where)))
        except SLIPS:
            return iter([Fault(raw.where, "bad_shape")])


def _is_export(files: Manifest, name: str) -> bool:
    if not name.lower().endswith((".xml", ".wxr")):
        return False
    head = files.head(name, 16_384)
    return bool(_ROOT.search(head) and _NAMESPACE.search(head))


def _why_not(name: str) -> str:
    return "media" if name.lower().endswith(_MEDIA) else "unknown"


def _items(source: Export, member: str) -> Iterator[list[Raw | Fault]]:
    """Yield what each item gives, the accounts of the site before the first."""
    number = 0
    with source.open(member) as raw:
        stream = Clean(raw, b"</rss>")
        try:
            for site, item in _parsed(stream, member):
                if isinstance(item, Raw):
                    yield [item]
                else:
                    yield _item(site, item, Where(member, f"/items/{number}"))
                    number += 1
        except etree.XMLSyntaxError:
            yield [Fault(Where(member, f"/items/{number}"), stream.fault)]
        except RefusedArchive:
            yield [Fault(Where(member, f"/items/{number}"), "damaged")]


def _parsed(stream: Clean, member: str) -> Iterator[tuple[_Site, Raw | etree._Element]]:
    """Yield accounts and items as they end, and forget each."""
    facts, members = dict[str, str](), dict[str, str]()
    events = etree.iterparse(
        stream, events=("end",), resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    for _, element in events:
        above = element.getparent()
        if above is None or _name(above) != "channel":
            continue
        name = _name(element)
        home = next((facts[key].rstrip("/") for key in _HOME if facts.get(key)), "")
        if name in _HOME:
            facts.setdefault(name, _text(element))
        elif name == "item":
            yield _Site(home, members), element
        elif name == "author":
            said = {_AUTHOR[n]: _text(e) for e in element if (n := _name(e)) in _AUTHOR}
            if said.get("id"):
                members[said.get("login", "")] = said["id"]
                where = Where(member, f"/authors/{len(members) - 1}")
                yield _Site(home, members), Raw("author", where, (home, said))
        element.clear()
        while element.getprevious() is not None:
            del above[0]


def _item(site: _Site, item: etree._Element, where: Where) -> list[Raw | Fault]:
    """Take from an item what may be read: the post, then its comments."""
    facts = {n: _text(e) for e in item if (n := _name(e)) in _READ and not (n == "encoded" and _excerpt(e))}
    post = _post(site, facts, item)
    if not for_everybody(post):
        return []
    found: list[Raw | Fault] = [Raw("post", where, post)]
    comments = [{n: _text(e) for e in c if (n := _name(e)) in _COMMENT} for c in item if _name(c) == "comment"]
    wrote = {c.get("comment_id", ""): _commenter(site, c) for c in comments}
    for number, comment in enumerate(comments):
        here = where._replace(pointer=f"{where.pointer}/comments/{number}")
        said = _comment(site, post, comment, wrote)
        found += [Raw("comment", here, said)] if for_everybody(said) else []
    return found


def _post(site: _Site, facts: Mapping[str, str], item: etree._Element) -> Said:
    login = facts.get("creator", "")
    number = site.members.get(login)
    named = f"{site.home}/?author_name={login}" if login else None
    tags = (_text(e) for e in item if _name(e) == "category" and e.get("domain") in ("post_tag", "tag"))
    return Said(
        site=site.home,
        number=(facts.get("post_id") or None) if site.home else None,
        kind=facts.get("post_type", ""),
        public=facts.get("status") == "publish" and not facts.get("post_password"),
        author=member_id(site.home, number) if number else named,
        at=facts.get("post_date_gmt") or facts.get("pubDate"),
        local=facts.get("post_date"),
        changed=facts.get("post_modified_gmt"),
        html=facts.get("encoded", ""),
        title=heading(facts.get("title")),
        url=text(facts.get("link")),
        tags=tuple(dict.fromkeys(t for t in (text(tag) for tag in tags) if t)),
    )


def _comment(site: _Site, post: Said, facts: Mapping[str, str], wrote: Mapping[str, str | None]) -> Said:
    parent = facts.get("comment_parent", "")
    return Said(
        site=site.home,
        number=facts.get("comment_id") or None,
        kind=facts.get("comment_type", ""),
        public=facts.get("comment_approved") == "1",
        author=_commenter(site, facts),
        at=facts.get("comment_date_gmt"),
        local=facts.get("comment_date"),
        changed=None,
        html=facts.get("comment_content", ""),
        url=f"{post.url}#comment-{facts.get('comment_id')}" if post.url else None,
        post=post.number or "",
        parent=parent,
        answered=wrote.get(parent) if parent and parent != "0" else post.author,
        name=text(facts.get("comment_author")),
        address=text(facts.get("comment_author_url")),
    )


def _commenter(site: _Site, facts: Mapping[str, str]) -> str | None:
    name, address = text(facts.get("comment_author")), text(facts.get("comment_author_url"))
    return commenter(site.home, facts.get("comment_user_id"), address, name)


def _name(element: Any) -> str:
    """Return the name of an element without its namespace, whose version changes; empty for what is none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _excerpt(element: etree._Element) -> bool:
    return "/excerpt/" in str(element.tag)


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


PLUGIN = WordPress()
