"""YouTube: what Google Takeout gives to the owner of a channel, and answers of its API.

Comments in both layouts (before June 2024 the comment's id stands first, after it the channel's),
live chats, posts of the community, own videos, channels. Names of folders, files and columns follow
the account's language, so tables are known by the shapes of their values. Watched and searched
things, subscriptions and playlists are never read.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from valore.model.records import Cursor, Fault, Raw, Record
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places import _youtube_api as api
from valore.places._csv_rows import Row, beginning, rows
from valore.places._youtube_rows import PLACE, Owner, kind, understood

_SAMPLE = 20
"""Rows by which a table is known."""
_PRIVATE = re.compile(
    r"(?i)histor|cronologia|verlauf|geschiedenis|istor|履歴|记录|기록|истори|subscription|iscrizion|abonn|(^|/)abos?\b"
    r"|suscripci|inscri[cç]|prenumerat|playlist|listas? de reprod|wiedergabelist|grojara|favorit|watch[ -]later"
    r"|search|ricerch|recherch|such|búsqueda|pesquisa|purchase|acquist|membership|my activity|le mie attività"
    r"|meine aktivit|mon activité|mi actividad|minha atividade"
)
_MEDIA = re.compile(r"(?i)\.(mp4|mov|webm|mkv|avi|3gp|m4a|mp3|jpe?g|png|gif|webp)$")
_IDLE = re.compile(r"(?i)\.(csv|html?|json|txt|pdf)$")


class _Line(NamedTuple):
    """A row of a table with what is known beside it."""

    owner: Owner
    cells: tuple[str, ...]


class YouTube:
    """The reader."""

    name = PLACE
    title = "YouTube"
    policy = Policy(
        terms="A person's own archive from Google Takeout; what the API answers must be asked for again or "
        "deleted within 30 days.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
        deletion_hours=720,
        answers_days=30,
        archives=("takeout",),
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="Takeout/YouTube…/comments.csv (Channel ID first, {…},{…}), live chats, posts, videos, channels",
            period="2024–",
            reads="own videos, comments, live chats, posts, profile",
            proof="test_places_youtube.py",
        ),
        Coverage(
            layout="Takeout/YouTube…/comments.csv (Comment ID first, takeoutSegments)",
            period="2023–2024",
            reads="own videos, comments, live chats, profile",
            proof="test_places_youtube.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise tables of YouTube by the shapes of their values."""
        kinds = {m.name: _kind(files, m.name) for m in files.members}
        read = tuple(name for name, found in kinds.items() if found is not None)
        if not set(kinds.values()) & {"said", "videos", "channels"}:
            return None
        return Match("takeout", 0.97, read, {name: _why_not(name) for name, found in kinds.items() if found is None})

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the channels, then videos and what was said, table by table; a `Cursor` after each."""
        kinds = {name: _kind(source, name) or "" for name in match.members}
        order = ("urls", "channels", "videos", "said", "")
        members = sorted(match.members, key=lambda name: (order.index(kinds[name]), name))
        handles = dict(_handles(source, [n for n in members if kinds[n] == "urls"]))
        channels = set(_channels(source, [n for n in members if kinds[n] == "channels"]))
        owner = Owner((), channels.pop() if len(channels) == 1 else None, handles)
        done = members.index(since.position) + 1 if since and since.position in members else 0
        for member in members[done:]:
            if kinds[member] not in ("urls", ""):
                yield from _table(source, member, kinds[member], owner)
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a row or an answer of the API means."""
        if raw.kind == "api":
            return api.records(raw.value, raw.where)
        return iter((understood(raw.kind, raw.value.owner, raw.value.cells, raw.where),))


def _kind(files: Manifest, name: str) -> str | None:
    if not name.lower().endswith(".csv") or _PRIVATE.search(name):
        return None
    return kind([[cell.strip() for cell in row] for row in beginning(files, name, _SAMPLE)])


def _why_not(name: str) -> str:
    if _MEDIA.search(name):
        return "media"
    if _PRIVATE.search(name):
        return "private"
    return "not_needed" if _IDLE.search(name) else "unknown"


def _any(_: Sequence[str]) -> bool:
    """Take the first row as the header, whatever its language."""
    return True


def _table(source: Export, member: str, kind: str, owner: Owner) -> Iterator[Raw | Fault]:
    for row in rows(source, member, _any):
        if isinstance(row, Fault):
            yield row
        else:
            columns, cells = tuple(row.cells), tuple(cell.strip() for cell in row.cells.values())
            yield Raw(kind, row.where, _Line(owner._replace(columns=columns), cells))


def _handles(source: Export, members: list[str]) -> Iterator[tuple[str, str]]:
    """Yield channels and their short names."""
    for member in members:
        for row in rows(source, member, _any):
            if isinstance(row, Row) and len(cells := [c.strip() for c in row.cells.values()]) > 1 and cells[1]:
                yield cells[0], cells[1].removeprefix("@")


def _channels(source: Export, members: list[str]) -> Iterator[str]:
    for member in members:
        for row in rows(source, member, _any):
            if isinstance(row, Row):
                yield next(iter(row.cells.values())).strip()


PLUGIN = YouTube()
