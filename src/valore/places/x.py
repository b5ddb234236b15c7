"""X, once Twitter: the archive that its people can ask for, in its three periods.

2012 to 2019: `tweets.csv` and, better, `data/js/tweets/YYYY_MM.js`, without counts. 2019 to 2022:
`tweet.js`. From 2022: `data/tweets.js` in parts, long texts apart in `note-tweet.js`, posts in
communities, deleted posts. Messages, contacts, addresses, devices and ads are never read.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match, Page
from valore.model.time import SECOND, instant
from valore.places import Coverage, Policy
from valore.places import _x_api as api
from valore.places._answer import KIND, opened
from valore.places._x_files import COLUMNS, POSTS, kind, recognised
from valore.places._x_owner import Owner, from_rows, owner
from valore.places._x_page import ORDINARY, Cells, Notes, Tweets, alone, understood
from valore.places._x_shape import shape
from valore.places._x_tweet import PLACE

_MANY = 4096
"""Posts given at once."""


class X:
    """The reader."""

    name = PLACE
    title = "X / Twitter"
    policy = Policy(
        terms="An archive that X gives to its owner; deletions must be followed, "
        "and nothing sensitive may be derived about a person.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
        deletion_hours=24,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="data/tweets.js, note-tweet.js, community-tweet.js, deleted-tweets.js",
            period="2022–",
            reads="posts, answers, quotes, own reposts, counts, profile, deletions",
            proof="test_places_x.py",
        ),
        Coverage(
            layout="data/tweet.js, tweet.js",
            period="2019–2022",
            reads="posts, answers, quotes, own reposts, counts, profile",
            proof="test_places_x.py",
        ),
        Coverage(
            layout="data/js/tweets/YYYY_MM.js",
            period="2012–2019",
            reads="posts, answers, own reposts",
            proof="test_places_x.py",
        ),
        Coverage(
            layout="tweets.csv", period="2012–2019", reads="posts, answers, own reposts", proof="test_places_x.py"
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an archive of any period by its files' names and beginnings."""
        return recognised(files)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the account, then posts by pages; a `Cursor` between pages and after each file."""
        kinds = {name: kind(name) or "" for name in match.members}
        whose = owner(source, kinds)
        tables = [name for name, what in kinds.items() if what == "csv"]
        if tables and whose.id is None:
            whose = from_rows(whose, (r for t in tables for r, _ in _sound_rows(source, t)), source.name)
        if since is None and whose.id is not None:
            yield Raw("account", Where(whose.file or match.members[0], "/0"), whose)
        notes: Notes = {}
        yield from _notes(source, kinds, notes)
        for member, done in _after([n for n in match.members if kinds[n] in POSTS], since):
            if kinds[member] == "csv":
                yield from _rows(source, member, whose)
            else:
                yield from _posts(source, member, Tweets.of(kinds[member], whose, notes), done)
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an account, a post, a page of posts or an answer of the API means."""
        if raw.kind == KIND:
            return api.records(opened(raw.value), raw.where)
        if raw.kind == "account":
            return iter((_account(raw.value, raw.where.pointer),))
        if raw.kind == "page":
            return understood(raw.value, raw.where.file)
        return iter(alone(raw.kind, raw.value, raw.where))


def _after(members: list[str], since: Cursor | None) -> Iterator[tuple[str, int]]:
    """Yield the files that are left, and how many posts of each were read."""
    position = "" if since is None else since.position
    member, _, done = position.rpartition(":")
    if position in members:
        yield from ((name, 0) for name in members[members.index(position) + 1 :])
    elif member in members and done.isdigit():
        yield member, int(done)
        yield from ((name, 0) for name in members[members.index(member) + 1 :])
    else:
        yield from ((name, 0) for name in members)


def _posts(source: Export, member: str, tweets: Tweets, done: int) -> Iterator[Raw | Fault | Cursor]:
    """Yield the posts of a file behind the first `done`, many at a time, a `Cursor` behind each time."""
    passed = 0
    wanted = shape(source.head(member, 256)) if tweets.kind in ORDINARY else None
    for page in source.pages(member, wanted):
        if isinstance(page, Fault):
            yield page
            continue
        last, passed = passed, passed + len(page.values)
        if passed > done:
            tweets.pick(page if last >= done else _behind(page, done - last))
        if tweets.size >= _MANY:
            yield _raw(member, tweets)
            yield Cursor(f"{member}:{passed}")
            tweets = tweets._replace(cells=Cells(), others=[])
    if tweets.size:
        yield _raw(member, tweets)


def _raw(member: str, tweets: Tweets) -> Raw:
    return Raw("page", Where(member, tweets.first), tweets, tweets.size)


def _behind(page: Page, done: int) -> Page:
    first = None if page.first is None else page.first + done
    return page._replace(first=first, values=page.values[done:])


def _notes(source: Export, kinds: Mapping[str, str], notes: Notes) -> Iterator[Fault]:
    """Collect long texts; what cannot be read is a fault."""
    for member in (name for name, what in kinds.items() if what == "note-tweet"):
        for item in source.items(member):
            if isinstance(item, Fault):
                yield item
                continue
            note = item[1].get("noteTweet") if isinstance(item[1], dict) else None
            core = note.get("core") if isinstance(note, dict) else None
            at = instant(note.get("createdAt")) if isinstance(note, dict) else None
            if at is None or not isinstance(core, dict) or not isinstance(core.get("text"), str):
                yield Fault(Where(member, item[0]), "bad_shape")
            else:
                notes.setdefault(at // SECOND, []).append(core)


def _rows(source: Export, member: str, whose: Owner) -> Iterator[Raw | Fault]:
    for number, row in _table(source, member):
        where = Where(member, f"row {number}")
        if row is None:
            yield Fault(where, "bad_row")
        else:
            yield Raw("csv", where, (whose, _as_tweet(row), None))


def _as_tweet(row: Mapping[str, str]) -> dict[str, Any]:
    """Name the columns as later archives do."""
    links = [u for u in row.get("expanded_urls", "").split(",") if u.startswith("http")]
    return {
        **row,
        "id_str": row["tweet_id"],
        "created_at": row["timestamp"] or None,
        "entities": {"urls": [{"url": u, "expanded_url": u} for u in dict.fromkeys(links)]} if links else None,
    }


def _sound_rows(source: Export, member: str) -> Iterator[tuple[Mapping[str, str], int]]:
    for number, row in _table(source, member):
        if row is not None:
            yield row, number


def _table(source: Export, member: str) -> Iterator[tuple[int, Mapping[str, str] | None]]:
    """Yield the rows of a table by column, None for one that does not fit the header."""
    with source.open(member) as stream:
        text = io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="")
        reader = csv.reader(text)
        header: list[str] | None = None
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                yield reader.line_num, None
                continue
            if row is None:
                return
            if header is None and not set(row) >= COLUMNS:
                yield reader.line_num, None
                return
            if header is None:
                header = row
            elif row:
                yield reader.line_num, dict(zip(header, row, strict=True)) if len(row) == len(header) else None


def _account(whose: Owner, pointer: str) -> Account:
    return Account(
        place=PLACE,
        id=whose.id or "",
        pointer=pointer,
        handle=whose.handle,
        name=whose.name,
        bio=whose.bio,
        url=f"https://x.com/{whose.handle}" if whose.handle else None,
        created=whose.created,
        verified=whose.verified,
        location=whose.location,
        seen=whose.seen,
    )


PLUGIN = X()
