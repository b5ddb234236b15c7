"""TikTok: the export as one file of JSON (`user_data_tiktok.json`, once `user_data.json`) or as many of text.

Own videos with their likes, comments, reposts and the profile; deleted videos as such. Names of
sections and the case of keys differ from year to year, so both are compared without blanks and
case, and a list is known by its name and the section around it. Messages, logins, what was watched,
searched or liked, shops, places and ads are passed by. Answers of the APIs mean the same.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.model.text import repair
from valore.places import Coverage, Policy
from valore.places import _tiktok_api as api
from valore.places._tiktok_items import PLACE, Entry, Owner, cells, described, entries, key, section, slug, understood

_FILE = re.compile(r"(?:^|/)user_data(?:_tiktok)?[^/]*\.json$", re.IGNORECASE)
_MARKS = re.compile(
    rb'"(your activity|commentslist|videolist|profilemap|profile and settings|app settings|direct messages?|tiktok live'
    rb'|tiktok shop|tiktok shopping|ads and data|likes and favorites|(activity|comment|posts?|videos?|profile))"'
    rb"\s*:\s*[\[{n]",
    re.IGNORECASE,
)
"""Names of sections and lists; those in the inner group others have as well."""
_FEWEST = 2
"""Names that a file of another name needs, one of them TikTok's own."""
_TEXTS = re.compile(
    r"(?:^|/)(?:(comment)/comments|(post|video)s?/(?:posts|videos)|(profile)[^/]*/profile inf[^/]*)\.txt$",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"(date|comment|link|video link|likes?(?:\(s\))?|title|who can view|photo|sticker|url|original post (?:link|url)"
    r"|user ?name|display ?name|bio description|sound|location|allow [\w ]+|cover image|alternate text|add yours text"
    r"|birth ?date|email(?: address)?|telephone number|phone number|profile photo|profile video|account region"
    r"|likes received|follower count|following count|platform info): ?(.*)",
    re.IGNORECASE,
)
_LARGEST = 32 * 1024 * 1024
_ENDS = frozenset(("truncated", "damaged", "bad_json"))
"""Faults that are told wherever they stand; others only where something would have been read."""
_PRIVATE = re.compile(
    r"(?i)message|chat|login|history|search|status|location|purchase|wallet|shop|ads|off tiktok|auto ?fill"
    r"|block|follow|favorite|like list|share|settings|contact|device|transaction|activity|live"
)
_MEDIA = re.compile(r"(?i)\.(mp4|mov|webm|jpe?g|png|webp|gif|mp3|m4a)$")


class TikTok:
    """The reader."""

    name = PLACE
    title = "TikTok"
    policy = Policy(
        terms="A person's own export, which TikTok gives to its owner; what its research API answers may be used "
        "by approved researchers alone.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="user_data_tiktok.json: Post, Comment, Profile And Settings, Your Activity",
            period="2023–",
            reads="own videos, comments, own reposts, counts, profile, deletions",
            proof="test_places_tiktok.py",
        ),
        Coverage(
            layout="user_data.json: Video, Comment, Profile, Activity",
            period="2020–2023",
            reads="own videos, comments, counts, profile",
            proof="test_places_tiktok.py",
        ),
        Coverage(
            layout="Comment/Comments.txt, Post/Posts.txt, Video/Videos.txt, Profile/*.txt",
            period="2020–",
            reads="own videos, comments, counts, profile",
            proof="test_places_tiktok.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an export by the names of its sections, or of its texts."""
        kinds = {m.name: _kind(files, m.name) for m in files.members}
        read = tuple(name for name, kind in kinds.items() if kind is not None)
        if not set(kinds.values()) & {"json", "video", "comment"}:
            return None
        skipped = {name: _why_not(name) for name, kind in kinds.items() if kind is None}
        named = any(_FILE.search(name) for name in read)
        variant = "json" if "json" in kinds.values() else "txt"
        return Match(variant, 1.0 if named else 0.95, read, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the profile, then entries in their order; a `Cursor` after each file."""
        kinds = {name: _kind(source, name) or "" for name in match.members}
        members = sorted(match.members, key=lambda name: (kinds[name] != "profile", name))
        owner = _owner(source, members, kinds)
        done = members.index(since.position) + 1 if since and since.position in members else 0
        for member in members[done:]:
            for kind, where, value in _entries(source, member, kinds[member]):
                yield value if isinstance(value, Fault) else _raw(kind, where, value, owner)
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a profile, an entry or an answer of the API means."""
        if raw.kind == "api":
            return api.records(raw.value, raw.where)
        return understood(raw.kind, raw.value, raw.where)


def _kind(files: Manifest, name: str) -> str | None:
    """Tell what a member is: json, or of the texts profile, video or comment; None for what is not read."""
    if found := _TEXTS.search(name):
        kind = key(next(filter(None, found.groups())))
        return {"post": "video"}.get(kind, kind) if re.search(rb"\w: ", files.head(name, 4096)) else None
    if not name.lower().endswith(".json"):
        return None
    head = files.head(name).replace(b"\x00", b"")
    marks = {mark.lower(): not common for mark, common in _MARKS.findall(head)}
    known = bool(marks) if _FILE.search(name) else len(marks) >= _FEWEST and any(marks.values())
    return "json" if known and head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"{") else None


def _why_not(name: str) -> str:
    if _MEDIA.search(name):
        return "media"
    if _PRIVATE.search(name):
        return "private"
    return "not_needed" if name.lower().endswith((".txt", ".html")) else "unknown"


def _raw(kind: str, where: Where, value: Any, owner: Owner) -> Raw | Fault:
    if kind == "profile":
        whose = described(value, where)
        return Fault(where, "no_id") if whose is None else Raw(kind, where, Entry(whose, {}))
    if not isinstance(value, dict):
        return Fault(where, "bad_shape")
    return Raw(kind, where, Entry(owner, cells(value)))


def _owner(source: Export, members: list[str], kinds: Mapping[str, str]) -> Owner:
    """Find whose export it is, in its profile; without one the export lends its name."""
    for member in members:
        for kind, where, value in _entries(source, member, kinds[member]):
            if kind == "profile" and (found := described(value, where)) is not None:
                return found
    return Owner(f"@{slug(re.sub(r'(?i)([.]zip|[.]json|[.]txt)+$', '', source.name))}")


def _entries(source: Export, member: str, kind: str) -> Iterator[tuple[str, Where, Any]]:
    """Yield (kind, place, entry or fault) of a member."""
    if kind != "json":
        blocks = enumerate(_blocks(source.text(member, _LARGEST)), 1)
        yield from ((kind, Where(member, f"entry {number}"), block) for number, block in blocks)
        return
    for item in source.items(member):
        if isinstance(item, Fault):
            if item.reason in _ENDS or section(_top(item.where.pointer)):
                yield "fault", item.where, item
            continue
        name = _top(item[0])
        if section(name):
            found = entries(name, item[1], repair(item[0]))
            yield from ((what, Where(member, pointer), value) for what, pointer, value in found)


def _top(pointer: str) -> str:
    return pointer[1:].partition("/")[0].replace("~1", "/").replace("~0", "~")


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Yield entries out of a text: each begins with its date, and a line without a known name goes on."""
    block: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        found = _LINE.fullmatch(line.strip())
        if found is None:
            if last:
                block[last] = f"{block[last]}\n{line}"
            continue
        name = key(found[1])
        if name == "date" and block:
            yield block
            block = {}
        last = {"videolink": "link", "like": "likes"}.get(name, name)
        block[last] = found[2]
    if block:
        yield block


PLUGIN = TikTok()
