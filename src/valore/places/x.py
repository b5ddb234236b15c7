"""X, once Twitter: the archive that its people can ask for, in its three periods.

2012 to 2019: `tweets.csv` and, better, `data/js/tweets/YYYY_MM.js`, without counts. 2019 to 2022:
`tweet.js`. From 2022: `data/tweets.js` in parts, long texts apart in `note-tweet.js`, posts in
communities, deleted posts. Messages, contacts, addresses, devices and ads are never read.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.model.time import SECOND, instant
from valore.places import Policy
from valore.places._x_files import COLUMNS, POSTS, kind, recognised
from valore.places._x_owner import Owner, from_rows, owner
from valore.places._x_tweet import PLACE, published, records

Notes = dict[int, list[Mapping[str, Any]]]
"""Long texts by the second of their creation: X keeps them without the ids of their posts."""

_BEGINNING = 40
"""Characters by which a long text is known again."""
_ADDRESSED = re.compile(r"(?:@\w{1,20} )+")
_NEAR = (0, -1, 1, -2, 2)
"""Seconds between a post and its long text."""


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
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an archive of any period by its files' names and beginnings."""
        return recognised(files)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the account, then posts; a `Cursor` after each file."""
        kinds = {name: kind(name) or "" for name in match.members}
        whose = owner(source, kinds)
        tables = [name for name, what in kinds.items() if what == "csv"]
        if tables and whose.id is None:
            whose = from_rows(whose, (r for t in tables for r, _ in _sound_rows(source, t)), source.name)
        if since is None and whose.id is not None:
            yield Raw("account", Where(whose.file or match.members[0], "/0"), whose)
        notes: Notes = {}
        yield from _notes(source, kinds, notes)
        for member in _after([n for n in match.members if kinds[n] in POSTS], since):
            if kinds[member] == "csv":
                yield from _rows(source, member, whose)
            else:
                yield from _posts(source, member, kinds[member], whose, notes)
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an account or a post means."""
        if raw.kind == "account":
            return iter((_account(raw.value, raw.where.pointer),))
        try:
            return iter(records(raw.kind, raw.value, raw.where))
        except (AttributeError, KeyError, TypeError, ValueError):
            return iter((Fault(raw.where, "bad_shape"),))


def _after(members: list[str], since: Cursor | None) -> list[str]:
    if since is None or since.position not in members:
        return members
    return members[members.index(since.position) + 1 :]


def _posts(source: Export, member: str, what: str, whose: Owner, notes: Notes) -> Iterator[Raw | Fault]:
    for item in source.items(member):
        if isinstance(item, Fault):
            yield item
            continue
        pointer, value = item
        inner = value.get("tweet", value) if isinstance(value, dict) else None
        if isinstance(inner, dict):
            note = _note(inner, notes) if notes else None
            yield Raw(what, Where(member, pointer), (whose, inner, note))
        else:
            yield Fault(Where(member, pointer), "bad_shape")


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


def _note(tweet: Mapping[str, Any], notes: Notes) -> Mapping[str, Any] | None:
    """Return the long text of a post: made in the same moment, with the same beginning."""
    text, native = tweet.get("full_text"), tweet.get("id_str") or tweet.get("id")
    if not isinstance(text, str) or len(text) < _BEGINNING or not isinstance(native, str):
        return None
    at = published(tweet.get("created_at"), native)
    if at is None:
        return None
    starts = (text[:_BEGINNING], _ADDRESSED.sub("", text)[:_BEGINNING])
    near = (note for second in _NEAR for note in notes.get(at // SECOND + second, ()))
    return next((n for n in near if n["text"].startswith(starts)), None)


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
