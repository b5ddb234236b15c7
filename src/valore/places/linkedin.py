"""LinkedIn: the archive of CSV tables that it gives to its members, basic or complete, and answers of its APIs.

`Shares.csv`, `Comments.csv`, `Reactions.csv`, `InstantReposts.csv` (in the complete archive with
the member's number behind the name), `Profile.csv`, and articles as pages. Dates have no zone and
are UTC. There are no counts. Messages, connections, invitations, addresses, jobs, searches and ads
are never read, nor are the birthday and the home address inside the profile.
"""

import re
from collections.abc import Iterator
from types import MappingProxyType

from valore.errors import RefusedArchive
from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places import _linkedin_api as api
from valore.places._csv_rows import Row, header, rows
from valore.places._linkedin_rows import Line, Owner, described, slug, understood
from valore.places._linkedin_words import PLACE

_COLUMNS = MappingProxyType(
    {
        "profile": {"first name", "last name", "headline"},
        "shares": {"date", "sharelink", "sharecommentary"},
        "comments": {"date", "link", "message"},
        "reactions": {"date", "type", "link"},
        "instantreposts": {"date", "link"},
    }
)
"""Tables that are read, and the columns without which a table is not that one."""
_TABLE = re.compile(r"(?:^|/)([a-z]+)(?:[_ ]\(?(\d+)\)?)?\.csv$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:^|/)(?:shares|comments|reactions|instantreposts|member_follows|saved_items|votes)_(\d{3,})\.csv$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:^|/)articles/[^/]+\.html?$", re.IGNORECASE)
_LARGEST = 8 * 1024 * 1024
_PRIVATE = re.compile(
    r"(?i)messag|connection|invitation|contact|e-?mail|phone|whatsapp|registration|login|security|ad_targeting"
    r"|(^|/)ads?[ _]|lan ads|inference|receipt|(^|/)jobs?[/ ]|savedjob|job applicant|saved_items|search|coach"
    r"|role_play|verification|endorsement|recommendation|member_follows|company follows|hashtag_follows"
    r"|private_?identity|device|calendar|(^|/)notes"
)
_IDLE = re.compile(r"(?i)\.(csv|html?|txt|pdf)$")
_MEDIA = re.compile(r"(?i)\.(jpe?g|png|gif|webp|mp4|mov|m4a|docx?|pptx?)$")


class LinkedIn:
    """The reader."""

    name = PLACE
    title = "LinkedIn"
    policy = Policy(
        terms="A member's own archive, which LinkedIn gives to its owner; of other members nothing but "
        "what the owner did is kept.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="Shares.csv, Comments.csv, Reactions.csv, InstantReposts.csv, Articles/*.html",
            period="2018–",
            reads="own posts, answers, reposts, likes given, articles, profile",
            proof="test_places_linkedin.py",
        ),
        Coverage(layout="Profile.csv", period="2018–", reads="profile", proof="test_places_linkedin.py"),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an archive by the names and the columns of its tables."""
        kinds = {m.name: _kind(files, m.name) for m in files.members}
        read = tuple(name for name, kind in kinds.items() if kind is not None)
        if not read:
            return None
        skipped = {name: _why_not(name) for name, kind in kinds.items() if kind is None}
        return Match("complete" if set(kinds.values()) - {None, "profile"} else "basic", 1.0, read, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the profile, then rows table by table; a `Cursor` after each."""
        members = sorted(match.members, key=lambda name: (_stem(name) != "profile", name))
        owner = _owner(source, [name for name in members if _stem(name) == "profile"])
        done = members.index(since.position) + 1 if since and since.position in members else 0
        for member in members[done:]:
            if _ARTICLE.search(member):
                yield from _page(source, member, owner)
            elif member == owner.where.file:
                yield Raw("profile", owner.where, Line(owner, {}))
            else:
                lines = _table(source, member, _stem(member), owner)
                yield from (line for line in lines if isinstance(line, Fault) or line.kind != "profile")
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a profile, a row, an article or an answer of the API means."""
        if raw.kind == "api":
            return api.records(raw.value, raw.where)
        return iter((understood(raw.kind, raw.value, raw.where),))


def _stem(name: str) -> str:
    found = _TABLE.search(name)
    return found[1].lower() if found else ""


def _known(kind: str, columns: tuple[str, ...]) -> bool:
    return set(columns) >= _COLUMNS[kind]


def _kind(files: Manifest, name: str) -> str | None:
    if _ARTICLE.search(name):
        return "article" if b"linkedin.com/pulse/" in files.head(name, 16_384) else None
    kind = _stem(name)
    if kind not in _COLUMNS or header(files, name, lambda columns: _known(kind, columns)) is None:
        return None
    return kind


def _why_not(name: str) -> str:
    if _PRIVATE.search(name):
        return "private"
    if _MEDIA.search(name):
        return "media"
    return "not_needed" if _IDLE.search(name) else "unknown"


def _table(source: Export, member: str, kind: str, owner: Owner) -> Iterator[Raw | Fault]:
    for row in rows(source, member, lambda columns: _known(kind, columns), escaped=True):
        yield row if isinstance(row, Fault) else Raw(kind, row.where, Line(owner, row.cells))


def _page(source: Export, member: str, owner: Owner) -> Iterator[Raw | Fault]:
    try:
        yield Raw("article", Where(member, ""), Line(owner, {"html": source.text(member, _LARGEST)}))
    except RefusedArchive:
        yield Fault(Where(member, ""), "too_large")


def _owner(source: Export, profiles: list[str]) -> Owner:
    """Find the member's number behind the tables' names, and what the profile says of itself."""
    numbers = sorted(found[1] for m in source.members if (found := _NUMBERED.search(m.name)))
    native = numbers[0] if numbers else None
    for member in profiles:
        for row in rows(source, member, lambda columns: _known("profile", columns), escaped=True):
            if isinstance(row, Row):
                return described(row.cells, native, row.where)
    stem = re.sub(r"(\.zip|\.csv)+$", "", source.name, flags=re.IGNORECASE)
    return Owner(native or f"@{slug(stem)}")


PLUGIN = LinkedIn()
