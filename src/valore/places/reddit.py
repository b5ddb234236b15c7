"""Reddit: the archive of CSV tables that people can ask for, and answers of its API.

`posts.csv`, `comments.csv` (large ones in numbered parts), and of `statistics.csv` the account's
name and age alone. There are no scores and no votes of others. The addresses from which things
were sent stand in every row and are dropped before anything else; messages, chats, votes, saved
things, logins and payments are never opened.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from valore.model.records import Account, Cursor, Fault, Instant, Post, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.model.time import instant, iso
from valore.places import Coverage, Policy
from valore.places import _reddit_api as api
from valore.places import _reddit_words as own
from valore.places._csv_rows import header, rows
from valore.places._reddit_words import PLACE

_NEEDED = MappingProxyType(
    {
        "statistics": {"statistic", "value"},
        "posts": {"id", "permalink", "date", "subreddit", "title"},
        "comments": {"id", "permalink", "date", "subreddit", "link", "parent", "body"},
    }
)
"""Tables that are read, in their order, and the columns without which a table is not that one."""
_READ = frozenset(("id", "permalink", "date", "subreddit", "title", "url", "body", "link", "parent", "media"))
"""Columns that leave this file; the others, addresses among them, do not."""
_TABLE = re.compile(r"(?:^|/)(posts|comments|statistics)(?:_\d+)?\.csv$", re.IGNORECASE)
_NAMED = re.compile(r"export_([\w-]{2,25})_\d{8}", re.IGNORECASE)
_PROFILE = re.compile(r"/(?:user|u)/([\w-]{2,25})/comments/", re.IGNORECASE)
_PRIVATE = re.compile(
    r"(?i)messag|chat|vote|saved|hidden|ip_log|gender|birthdate|linked_|stripe|persona|payout|purchase|twitter"
    r"|subscription|preference|friend|draft|scheduled|gold_|gilded|approved_submitter|moderated|multireddits"
    r"|subscribed|announcements|sensitive"
)
_IDLE = re.compile(r"(?i)\.(csv|txt|html?)$")
_MEDIA = re.compile(r"(?i)\.(jpe?g|png|gif|webp|mp4|mov)$")


class _Owner(NamedTuple):
    """Whose archive it is."""

    name: str | None = None
    created: Instant | None = None
    where: Where = Where("", "")
    id: str = "@owner"


class _Line(NamedTuple):
    """A row of a table with whose it is."""

    owner: _Owner
    cells: Mapping[str, str]


class Reddit:
    """The reader."""

    name = PLACE
    title = "Reddit"
    policy = Policy(
        terms="A person's own archive, which Reddit gives to its owner; what its API answers must be deleted "
        "when it is deleted there, and nothing sensitive may be derived about a person.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
        deletion_hours=48,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="posts.csv, comments.csv, statistics.csv",
            period="2018–",
            reads="own posts, answers, profile",
            proof="test_places_reddit.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an archive by the names and the columns of its tables."""
        kinds = {m.name: _kind(files, m.name) for m in files.members}
        if not set(kinds.values()) & {"posts", "comments"}:
            return None
        read = tuple(name for name, kind in kinds.items() if kind is not None)
        return Match("csv", 1.0, read, {name: _why_not(name) for name, kind in kinds.items() if kind is None})

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the account, then rows table by table; a `Cursor` after each."""
        order = list(_NEEDED)
        members = sorted(match.members, key=lambda name: (order.index(_stem(name)), name))
        owner = _owner(source, members)
        done = members.index(since.position) + 1 if since and since.position in members else 0
        for member in members[done:]:
            kind = _stem(member)
            if owner.where.file == member:
                yield Raw("account", owner.where, owner)
            lines = _table(source, member, kind, owner)
            yield from (line for line in lines if isinstance(line, Fault) or line.kind != "statistics")
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an account, a row or an answer of the API means."""
        match raw.kind:
            case "api":
                return api.records(raw.value, raw.where)
            case "account":
                return iter((_account(raw.value),))
            case "posts":
                return iter((_post(raw.value, raw.where),))
            case _:
                return iter((_comment(raw.value, raw.where),))


def _stem(name: str) -> str:
    found = _TABLE.search(name)
    return found[1].lower() if found else ""


def _known(kind: str, columns: tuple[str, ...]) -> bool:
    return set(columns) >= _NEEDED[kind]


def _kind(files: Manifest, name: str) -> str | None:
    kind = _stem(name)
    if not kind or header(files, name, lambda columns: _known(kind, columns)) is None:
        return None
    return kind


def _why_not(name: str) -> str:
    if _PRIVATE.search(name):
        return "private"
    if _MEDIA.search(name):
        return "media"
    return "not_needed" if _IDLE.search(name) else "unknown"


def _table(source: Export, member: str, kind: str, owner: _Owner) -> Iterator[Raw | Fault]:
    for row in rows(source, member, lambda columns: _known(kind, columns)):
        if isinstance(row, Fault):
            yield row
        else:
            yield Raw(kind, row.where, _Line(owner, {k: v for k, v in row.cells.items() if k in _READ}))


def _owner(source: Export, members: list[str]) -> _Owner:
    """Find the account's name: in the statistics, in the archive's own name, in the address of a post at home."""
    for member in members:
        if _stem(member) == "statistics" and (told := _told(source, member)).name is not None:
            return told
    named = _NAMED.search(source.name)
    if named is not None:
        return _Owner(named[1], id=f"@{named[1].lower()}")
    for member in (m for m in members if _stem(m) == "posts"):
        for row in rows(source, member, lambda columns: _known("posts", columns)):
            found = None if isinstance(row, Fault) else _PROFILE.search(row.cells["permalink"])
            if found is not None:
                return _Owner(found[1], id=f"@{found[1].lower()}")
    stem = re.sub(r"(\.zip|\.csv)+$", "", source.name, flags=re.IGNORECASE)
    return _Owner(id="@" + (re.sub(r"[^\w-]+", "_", stem.lower()).strip("_") or "owner"))


def _told(source: Export, member: str) -> _Owner:
    """Take the name and the age of the account from the statistics; the rest of them is passed over."""
    owner = _Owner()
    for row in rows(source, member, lambda columns: _known("statistics", columns)):
        if isinstance(row, Fault):
            continue
        match row.cells["statistic"].strip().lower():
            case "account name" if name := row.cells["value"].strip():
                owner = owner._replace(name=name, id=f"@{name.lower()}", where=row.where)
            case "registration date":
                owner = owner._replace(created=instant(row.cells["value"]))
    return owner


def _account(owner: _Owner) -> Account:
    return Account(
        place=PLACE,
        id=owner.id,
        pointer=owner.where.pointer,
        handle=owner.name,
        url=f"{own.HOME}/user/{owner.name}",
        kind="Person",
        created=owner.created,
    )


def _post(line: _Line, where: Where) -> Record | Fault:
    cells, moment = line.cells, iso(line.cells["date"])
    native, text, title = own.post_of(cells["id"]), own.words(cells.get("body")), own.words(cells["title"])
    fault = own.lacking(where, no_id=native, **_dated(cells, moment), no_content=text or title)
    if fault is not None or native is None or moment is None:
        return fault or Fault(where, "bad_shape")
    url = cells.get("url", "").strip() or None
    beside = own.links(None, url)
    return Post(
        place=PLACE,
        id=native,
        author=line.owner.id,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        offset=moment.offset,
        kind="Image" if own.picture(url) else "Page" if beside else "Note",
        title=title,
        url=own.address(cells["permalink"]),
        links=own.links(text, url),
        mentions=own.mentions(text),
    )


def _comment(line: _Line, where: Where) -> Record | Fault:
    cells, moment = line.cells, iso(line.cells["date"])
    bare, text = cells["id"].strip().removeprefix("t1_"), own.words(cells["body"])
    fault = own.lacking(where, no_id=bare or None, **_dated(cells, moment), no_content=text)
    if fault is not None or moment is None:
        return fault or Fault(where, "bad_shape")
    thread = own.post_of(cells["link"]) or own.post_of(cells["permalink"])
    return Post(
        place=PLACE,
        id=f"t1_{bare}",
        author=line.owner.id,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        offset=moment.offset,
        url=own.address(cells["permalink"]),
        links=own.links(text),
        mentions=own.mentions(text),
        reply_to=own.parent_of(cells["parent"], thread),
        thread=thread,
    )


def _dated(cells: Mapping[str, str], moment: object) -> dict[str, object]:
    """Return the two ways in which a date can be lacking, by their codes."""
    return {"no_date": cells["date"].strip() or None, "bad_date": moment}


PLUGIN = Reddit()
