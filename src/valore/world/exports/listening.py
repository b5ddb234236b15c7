"""What listening tools hand over: lines of JSON for most, a CSV and a spreadsheet for two places."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from valore.world.cast import END
from valore.world.crowd import Acts
from valore.world.laws import Bools, Laws
from valore.world.lines import Lines, native_ids
from valore.world.people import PLACES, People
from valore.world.speech import LANGUAGES, Ints

LINES, SHEET, BOOK = "conversazioni.jsonl", "facebook_ascolto.csv", "instagram_ascolto.xlsx"
_MOST = 20_000
"""Rows of the CSV and of the spreadsheet; what is more goes to the lines."""
_CSV = {
    "id": "ID",
    "published": "Data",
    "author": "ID autore",
    "author_name": "Nome autore",
    "text": "Testo",
    "language": "Lingua",
    "reply_to": "In risposta a",
    "reply_to_author": "Autore del post",
    "mentions": "Menzioni",
    "author_followers": "Follower",
    "query": "Ricerca",
}
_XLSX = {
    "id": "Media ID",
    "published": "Published at",
    "author": "Username",
    "author_name": "Full name",
    "text": "Caption",
    "language": "Lang",
    "reply_to": "Reply to media",
    "reply_to_author": "Reply to user",
    "mentions": "Tagged",
    "author_bio": "Biography",
    "author_followers": "Followers",
    "query": "Query",
}
_QUOTED = frozenset(
    ("text", "author_name", "author_bio", "id", "reply_to", "quote_of", "repost_of", "author", "author_url")
)
_BARE = frozenset(("author_followers", "author_following", "author_posts"))
_LISTS = frozenset(("tags", "mentions"))


def mappings() -> tuple[dict[str, Any], ...]:
    """Return how the three tables are read, as a workspace file says it."""
    names = (
        "id", "published", "author", "place", "text", "language", "tags", "mentions", "reply_to", "reply_to_author",
        "quote_of", "quote_of_author", "repost_of", "repost_of_author", "query", "author_handle", "author_name",
        "author_bio", "author_kind", "author_created", "author_followers", "author_following", "author_posts",
        "author_verified",
    )  # fmt: skip
    lines = {n: n for n in names} | {"published": "time", "author": "author_id", "language": "lang"}
    form = "%d/%m/%Y %H:%M:%S"
    return (
        {"file": LINES, "place": "x", "columns": lines},
        {"file": SHEET, "place": "facebook", "time_format": form, "columns": _CSV},
        {"file": BOOK, "place": "instagram", "columns": _XLSX},
    )


@dataclass(slots=True)
class Ear:
    """Writes rows as they come, in bounded memory."""

    laws: Laws
    people: People
    wall: Lines
    profiles: pa.Table | None
    """Accounts' table, row by row as `people`; None leaves out what profiles say (very large worlds)."""
    out: BinaryIO
    sheet: list[dict[str, Any]] = field(default_factory=list)
    book: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, said: Lines) -> None:
        """Write posts: those of Facebook and Instagram aside, as long as there is room."""
        columns = self._columns(said)
        place = self.people.place[said.author]
        aside = np.zeros(len(said), dtype=bool)
        for name, table in (("facebook", self.sheet), ("instagram", self.book)):
            mine = np.flatnonzero(place == PLACES.index(name))[: _MOST - len(table)]
            table.extend(_rows(columns, mine))
            aside[mine] = True
        self._lines(columns, ~aside)

    def repeat(self, done: Acts, number: int) -> None:
        """Write reposts as rows that point at a post."""
        shared = np.flatnonzero(~done.like)
        post, actor, at = done.post[shared], done.actor[shared], done.at[shared]
        whose = self.wall.author[post]
        on_x = pa.array(self.people.place[actor] == 0)
        handle = self.people.handle.take(pa.array(whose))
        text = pc.binary_join_element_wise("RT @", handle, ": ", self.wall.text.take(pa.array(post)), "")
        columns = {
            "id": native_ids(self.people, actor, at, number),
            "published": _times(at),
            "author": self.people.id.take(pa.array(actor)),
            "place": pa.array(PLACES).take(pa.array(self.people.place[actor])),
            "text": pc.if_else(on_x, text, None),
            "repost_of": self.wall.id.take(pa.array(post)),
            "repost_of_author": self.people.id.take(pa.array(whose)),
            "author_handle": self.people.handle.take(pa.array(actor)),
        }
        self._lines(columns, np.ones(len(shared), dtype=bool))

    def _columns(self, said: Lines) -> dict[str, pa.Array]:
        people, author = self.people, pa.array(said.author)
        slugs = pa.array([role.slug for role in self.laws.roles])
        ids = _Named(self.wall, said)
        columns = {
            "id": said.id,
            "published": _times(said.at),
            "author": people.id.take(author),
            "place": pa.array(PLACES).take(pa.array(people.place[said.author])),
            "text": said.text,
            "language": pa.array(LANGUAGES).take(pa.array(said.language)),
            "tags": said.tag,
            "mentions": self._account(said.named),
            "reply_to": ids.of(said.reply),
            "reply_to_author": self._account(said.reply_author),
            "quote_of": ids.of(said.quote),
            "quote_of_author": self._account(said.quote_author),
            "query": slugs.take(_row(said.about)),
            "author_handle": people.handle.take(author),
        }
        return columns | self._profile(author)

    def _account(self, rows: Ints) -> pa.Array:
        return self.people.id.take(_row(rows))

    def _profile(self, author: pa.Array) -> dict[str, pa.Array]:
        if self.profiles is None:
            return {}
        names = ("name", "bio", "kind", "followers", "following", "posts")
        told = {f"author_{n}": self.profiles[n].combine_chunks().take(author) for n in names}
        created = self.profiles["created"].combine_chunks().take(author).cast(pa.int64())
        verified = self.profiles["verified"].combine_chunks().take(author)
        told["author_created"] = _times(np.asarray(created))
        told["author_verified"] = pc.if_else(verified, "true", "false")
        return told

    def _lines(self, columns: dict[str, pa.Array], which: Bools) -> None:
        mask = pa.array(which)
        self.out.write(_json({name: values.filter(mask) for name, values in columns.items()}))

    def close(self, folder: Path) -> tuple[Path, Path]:
        """Write the CSV and the spreadsheet, and return their paths."""
        return _sheet(folder / SHEET, self.sheet), _book(folder / BOOK, self.book)


class _Named:
    """Native ids by key, of the wall and of one block."""

    def __init__(self, wall: Lines, said: Lines) -> None:
        keys = np.concatenate([wall.key, said.key])
        self._order = np.argsort(keys, kind="stable")
        self._keys, self._ids = keys[self._order], pa.concat_arrays([wall.id, said.id])

    def of(self, keys: Ints) -> pa.Array:
        """Return the ids of posts, null for -1."""
        spot = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return self._ids.take(pa.array(self._order[spot], mask=keys < 0))


def _row(numbers: Ints) -> pa.Array:
    return pa.array(numbers, mask=numbers < 0)


def _times(at: Ints) -> pa.Array:
    """Return `2025-01-31T10:20:30Z` for each instant."""
    return pc.strftime(pa.array(at // 1_000_000).cast(pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%SZ")


def _json(columns: dict[str, pa.Array]) -> bytes:
    """Return one line of JSON a row; what is null is left out."""
    names = mappings()[0]["columns"]
    parts: list[pa.Array | str] = ["{"]
    for number, (field_name, values) in enumerate(columns.items()):
        comma = "," if number else ""
        parts.append(_pair(f'{comma}"{names[field_name]}":', field_name, values))
    whole = pc.binary_join_element_wise(*parts, "}\n", "")
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.combine_chunks()
    if not len(whole):
        return b""
    ends = np.frombuffer(whole.buffers()[1], dtype=np.int32)[whole.offset : whole.offset + len(whole) + 1]
    return bytes(whole.buffers()[2][int(ends[0]) : int(ends[-1])])


def _pair(key: str, name: str, values: pa.Array) -> pa.Array:
    if name in _BARE:
        told = pc.binary_join_element_wise(key, values.cast(pa.string()), "")
    else:
        if name in _QUOTED:
            values = pc.replace_substring(pc.replace_substring(values, "\\", "\\\\"), '"', '\\"')
        begin, end = ('["', '"]') if name in _LISTS else ('"', '"')
        told = pc.binary_join_element_wise(f"{key}{begin}", values, end, "")
    return pc.fill_null(told, "")


def _rows(columns: dict[str, pa.Array], which: Ints) -> list[dict[str, Any]]:
    names = [n for n in columns if n in _CSV or n in _XLSX]
    table = pa.table({n: columns[n].take(pa.array(which)) for n in names})
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _sheet(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write a CSV as a spreadsheet in Italian does: semicolons, day first, a mark at the beginning."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out, delimiter=";", lineterminator="\r\n")
        table.writerow(_CSV.values())
        for row in rows:
            told = row | {"published": f"{_moment(row['published']):%d/%m/%Y %H:%M:%S}"}
            table.writerow([told.get(name) for name in _CSV])
    return path


def _book(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write a spreadsheet with real dates."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"created": END.replace(tzinfo=None)})
    page, dates = book.add_worksheet("Mentions"), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    page.write_row(0, 0, list(_XLSX.values()))
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(_cells(row)):
            if isinstance(value, datetime):
                page.write_datetime(number, column, value, dates)
            elif isinstance(value, str):
                page.write_string(number, column, value)
            elif value is not None:
                page.write_number(number, column, value)
    book.close()
    return path


def _cells(row: dict[str, Any]) -> Iterator[str | float | datetime | None]:
    for name in _XLSX:
        yield _moment(row[name]).replace(tzinfo=None) if name == "published" else row.get(name)
