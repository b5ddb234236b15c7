"""Rows of a table as posts, counts, accounts, reposts and opinions: whole columns, no row by itself."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.model.records import Fault, Record, Rows, Where, content_id
from valore.places import _addresses, _times
from valore.places import _columns as col
from valore.places._mapping import COUNT_FIELDS, POST_FIELDS, TIME_FIELDS, Mapping, part
from valore.places._names import PLACES

_STATUS = r"/status(?:es)?/(?P<id>\d{5,20})"
_REPOST = r"^RT @(?P<who>\w{1,40}):"
_IDS = (
    "reply_to",
    "reply_to_author",
    "quote_of",
    "quote_of_author",
    "thread",
    "repost_of",
    "repost_of_author",
)
_AUTHORS = ("reply_to_author", "quote_of_author", "repost_of_author")
_HANDLES = pa.array(["x", "instagram", "tiktok", "threads", "bluesky", "mastodon"])
"""Networks that people are named by a handle on."""
_HANDLE = r"^@?[\w.\-]{1,40}(@[\w.\-]+)?$"
_NUMBERS = ("author_followers", "author_following", "author_posts", "author_listed", "author_likes_given")


class Sheet(NamedTuple):
    """A batch with what its columns mean; nothing else is needed to understand it."""

    batch: pa.RecordBatch
    """`row` and one text column a field."""
    mapping: Mapping
    forms: dict[str, str]
    """Field of a time to the form of its column."""
    file: str


class _Rows(NamedTuple):
    """A sheet on its way: columns understood so far."""

    sheet: Sheet
    columns: dict[str, pa.Array]
    faults: list[tuple[pa.Array, str, str]]
    """(which rows, reason, detail)."""

    def get(self, name: str) -> pa.Array | None:
        return self.columns.get(name)


def records(sheet: Sheet) -> Iterator[Record | Fault]:
    """Yield all that a sheet says: faults, posts, reposts, counts, accounts."""
    rows = _Rows(sheet, dict(_raw(sheet)), [])
    for step in (_networks, _parts, _times_of, _authors, _identities, _numbers, _words, _references):
        step(rows)
    whole = _refuse(rows)
    yield from _told(rows)
    columns = rows.columns
    if not pc.all(whole).as_py():
        columns = {name: values.filter(whole) for name, values in columns.items()}
    if len(columns["row"]):
        yield from _posts_and_reposts(columns)


def _raw(sheet: Sheet) -> Iterator[tuple[str, pa.Array]]:
    size = sheet.batch.num_rows
    for name, value in sheet.mapping.constants.items():
        yield name, pa.repeat(pa.scalar(value), size)
    for name in sheet.batch.schema.names:
        values = sheet.batch.column(name)
        yield name, values if name == "row" else col.filled(values)


def _networks(rows: _Rows) -> None:
    rows.columns["place"] = _places(rows)


def _parts(rows: _Rows) -> None:
    """Join the columns that speak of a part (`likes_x`, `text_2`) to the field that they are a part of."""
    for name in [n for n in rows.columns if n != "row"]:
        field, tail = part(name) or (name, "")
        if not tail or tail.startswith("__"):
            continue
        values = rows.columns.pop(name)
        if not tail[1:].isdigit():
            values = pc.if_else(pc.equal(rows.columns["place"], tail[1:]), values, None)
        known = rows.get(field)
        rows.columns[field] = values if known is None else pc.coalesce(known, values)


def _times_of(rows: _Rows) -> None:
    for field in TIME_FIELDS:
        values = rows.get(field)
        if values is None:
            continue
        if field == "published" and (clock := rows.columns.pop("clock", None)) is not None:
            values = col.with_clock(values, clock)
        values = col.plain_times(values)
        read = _times.parse(values, rows.sheet.forms.get(field, "iso"), rows.sheet.mapping.timezone)
        if field == "published":
            rows.faults.append((pc.is_null(values), "no_date", ""))
            rows.faults.append((pc.and_(pc.is_valid(values), pc.is_null(read.instants)), "bad_date", ""))
            if read.offsets is not None:
                rows.columns["offset"] = read.offsets
        rows.columns[field] = read.instants


def _authors(rows: _Rows) -> None:
    """Find who wrote: the native id, else '@handle', else the name as it stands."""
    _named_as_there(rows)
    found = [] if (native := rows.get("author")) is None else [col.ids(native)]
    if (handle := rows.get("author_handle")) is not None:
        if rows.sheet.mapping.place == "linkedin":
            handle = pc.replace_substring_regex(handle, "^in/", "")
        rows.columns["author_handle"] = handle = col.handles(handle)
        found.append(pc.binary_join_element_wise("@", pc.utf8_lower(handle), ""))
    if (name := rows.get("author_name")) is not None:
        found.append(name)
    if (publisher := rows.columns.pop("publisher", None)) is not None:
        found.append(publisher)
    author = pc.coalesce(*found) if len(found) > 1 else found[0]
    rows.columns["author"] = author
    rows.faults.append((pc.is_null(author), "no_author", ""))


def _named_as_there(rows: _Rows) -> None:
    """Take `who` for a handle on networks that have handles, else for a name."""
    who = rows.columns.pop("who", None)
    if who is None:
        return
    fits = pc.fill_null(pc.match_substring_regex(who, _HANDLE), fill_value=False)
    handled = pc.and_(pc.is_in(rows.columns["place"], value_set=_HANDLES), fits)
    for field, values in (
        ("author_handle", pc.if_else(handled, who, None)),
        ("author_name", pc.if_else(handled, None, who)),
    ):
        known = rows.get(field)
        rows.columns[field] = values if known is None else pc.coalesce(known, values)


def _identities(rows: _Rows) -> None:
    """Find the ids of posts: as given, else in the address, else of what is written.

    Of a tool's export the address goes before what the tool gives.
    Posts that others point at by an address and posts without any id stay apart by themselves.
    """
    size = len(rows.columns["row"])
    given = rows.get("id")
    found = pa.nulls(size, pa.string()) if given is None else col.ids(given)
    if rows.sheet.mapping.foreign:
        found = _foreign_ids(rows, found)
    if found.null_count and (url := rows.get("url")) is not None:
        found = pc.coalesce(found, pc.struct_field(pc.extract_regex(url, _STATUS), "id"))
    if found.null_count:
        found = pc.replace_with_mask(found, pc.is_null(found), _content_ids(rows, found))
    rows.columns["id"] = found


def _foreign_ids(rows: _Rows, given: pa.Array) -> pa.Array:
    """Return what addresses tell before what the tool says; times that only ids hold are put right."""
    url = rows.get("url")
    found = given if url is None else pc.coalesce(_addresses.ids(url), given)
    on_linkedin = pc.equal(rows.columns["place"], "linkedin")
    if pc.any(on_linkedin).as_py():
        told = pc.if_else(on_linkedin, _addresses.moments(found), None)
        rows.columns["published"] = pc.coalesce(told, rows.columns["published"])
        found = pc.if_else(on_linkedin, _addresses.urns(found), found)
    return found


def _content_ids(rows: _Rows, found: pa.Array) -> pa.Array:
    wanted = pc.is_null(found)
    columns = rows.columns
    text = columns["text"] if "text" in columns else columns["title"]
    parts = (columns["author"], columns["published"].cast(pa.int64()), text)
    said = zip(*(v.filter(wanted).to_pylist() for v in parts), strict=True)
    return pa.array([None if a is None or t is None else content_id(a, t, x) for a, t, x in said], pa.string())


def _numbers(rows: _Rows) -> None:
    for field in (*COUNT_FIELDS, *_NUMBERS, "media"):
        if (values := rows.get(field)) is None:
            continue
        rows.columns[field], wrong = col.whole(values)
        rows.faults.append((wrong, "bad_number", field))
        _added(rows, field)
    if rows.sheet.mapping.foreign:
        _uncounted(rows)
    if (verified := rows.get("author_verified")) is not None:
        rows.columns["author_verified"] = col.flags(verified)


def _added(rows: _Rows, field: str) -> None:
    """Add up a count that a tool writes in several columns; one that is not said adds nothing."""
    for name in [n for n in rows.columns if n.startswith(f"{field}__")]:
        more, wrong = col.whole(rows.columns.pop(name))
        rows.faults.append((wrong, "bad_number", field))
        known = rows.columns[field]
        both = pc.add(pc.fill_null(known, 0), pc.fill_null(more, 0))
        rows.columns[field] = pc.if_else(pc.or_(pc.is_valid(known), pc.is_valid(more)), both, None)


def _uncounted(rows: _Rows) -> None:
    """Forget views and reach of none: tools write 0 where nobody counted."""
    for field in ("views", "reach"):
        if (values := rows.get(field)) is not None:
            rows.columns[field] = pc.if_else(pc.equal(values, 0), None, values)


def _words(rows: _Rows) -> None:
    escaped = rows.sheet.mapping.escaped
    for field in ("text", "title", "author_bio", "author_name", "author_location"):
        if (values := rows.get(field)) is not None:
            rows.columns[field] = col.texts(values, escaped=escaped)
    if (language := rows.get("language")) is not None:
        once = language.dictionary_encode()
        tags = pc.utf8_lower(pc.utf8_trim_whitespace(once.dictionary))
        known = pc.if_else(pc.is_in(tags, value_set=pa.array(["und", "-", "unknown"])), None, tags)
        rows.columns["language"] = known.take(once.indices)
    rows.columns.setdefault("kind", pa.repeat(pa.scalar(rows.sheet.mapping.kind), len(rows.columns["row"])))


def _places(rows: _Rows) -> pa.Array:
    """Return the place of each row: what the column says, in our names, else the mapping's.

    Of a tool's export the address says it first, and the tool's own words are understood.
    """
    said, mapping = rows.get("place"), rows.sheet.mapping
    if mapping.foreign:
        return _foreign_places(rows, said)
    if said is None:
        return pa.repeat(pa.scalar(mapping.place), len(rows.columns["row"]))
    once = said.dictionary_encode()
    lower = pc.utf8_lower(pc.utf8_trim_whitespace(once.dictionary))
    known = pc.index_in(lower, value_set=pa.array(list(PLACES)))
    ours = pc.coalesce(pc.take(pa.array(list(PLACES.values())), known), lower)
    return pc.fill_null(ours.take(once.indices), mapping.place)


def _foreign_places(rows: _Rows, said: pa.Array | None) -> pa.Array:
    url, place = rows.get("url"), pa.scalar(rows.sheet.mapping.place)
    found = [] if url is None else [_addresses.networks(url)]
    if said is not None:
        found.append(col.networks(said))
    return pc.coalesce(*found, place) if found else pa.repeat(place, len(rows.columns["row"]))


def _references(rows: _Rows) -> None:
    if rows.sheet.mapping.foreign:
        _foreign_references(rows)
    for field in _IDS:
        if (values := rows.get(field)) is not None:
            rows.columns[field] = col.ids(values)
    for field, strip in (("tags", "#"), ("links", ""), ("mentions", "")):
        if (values := rows.get(field)) is not None:
            rows.columns[field] = col.lists(values, strip)
    if (mentions := rows.get("mentions")) is not None:
        rows.columns["mentions"] = col.named(mentions)
    _shares(rows)


def _foreign_references(rows: _Rows) -> None:
    """Read ids and authors of other posts out of addresses; bare names on networks of handles are handles."""
    handled = pc.is_in(rows.columns["place"], value_set=_HANDLES)
    for field in ("reply_to", "quote_of", "repost_of"):
        if (values := rows.get(field)) is None:
            continue
        rows.columns[field] = _addresses.pointed(values)
        told = rows.columns.get(f"{field}_author", pa.nulls(len(values), pa.string()))
        rows.columns[f"{field}_author"] = pc.coalesce(told, _addresses.whose(values))
    for field in _AUTHORS:
        if (values := rows.get(field)) is not None:
            rows.columns[field] = pc.if_else(handled, _addresses.accounts(values), values)


def _shares(rows: _Rows) -> None:
    """Mark the rows that only pass on what another wrote: `repost_of`, or on X a text that begins `RT @`."""
    text = rows.get("text")
    none = pa.nulls(len(rows.columns["row"]), pa.string())
    target = rows.columns.pop("repost_of", none)
    who = rows.columns.pop("repost_of_author", none)
    shared = pc.is_valid(target)
    mapping = rows.sheet.mapping
    if text is not None and (pc.any(shared).as_py() or mapping.place == "x" or mapping.foreign):
        begins = pc.fill_null(pc.starts_with(text, "RT @"), fill_value=False)
        if pc.any(begins).as_py():
            handle = pc.struct_field(pc.extract_regex(text, _REPOST), "who")
            who = pc.coalesce(who, pc.binary_join_element_wise("@", pc.utf8_lower(handle), ""))
            on_x = pc.equal(rows.columns["place"], "x")
            shared = pc.or_(shared, pc.and_(on_x, pc.is_valid(handle)))
    if pc.any(shared).as_py():
        rows.columns.update(shared=shared, target=target, target_author=who)


def _refuse(rows: _Rows) -> pa.Array:
    """Return which rows can be kept, and say of those that have nothing to read."""
    columns = rows.columns
    words = [pc.is_valid(columns[n]) for n in ("text", "title", "deleted", "target") if n in columns]
    readable = words[0]
    for other in words[1:]:
        readable = pc.or_(readable, other)
    whole = pc.and_(pc.is_valid(columns["author"]), pc.is_valid(columns["published"]))
    rows.faults.append((pc.and_(whole, pc.invert(readable)), "no_content", ""))
    return pc.and_(whole, readable)


def _told(rows: _Rows) -> Iterator[Fault]:
    """Yield one fault a row and reason, in the order of rows."""
    found: dict[int, tuple[str, str]] = {}
    for which, reason, detail in rows.faults:
        if which.true_count:
            for row in rows.columns["row"].filter(which).to_pylist():
                found.setdefault(row, (reason, detail))
    for row, (reason, detail) in sorted(found.items()):
        yield Fault(Where(rows.sheet.file, f"row {row}"), reason, detail)


Columns = dict[str, pa.Array]


def _posts_and_reposts(columns: Columns) -> Iterator[Rows]:
    columns["pointer"] = pc.binary_join_element_wise("row", columns["row"].cast(pa.string()), " ")
    shared = columns.get("shared")
    own = columns
    if shared is not None:
        own = {name: values.filter(pc.invert(shared)) for name, values in columns.items()}
        yield _rows("interactions", _reposts({n: v.filter(shared) for n, v in columns.items()}))
    if len(own["row"]):
        yield _rows("posts", {n: own[n] for n in (*POST_FIELDS, "offset", "place", "pointer") if n in own})
        yield from _counts(own)
        yield from _opinions(own)
    yield from _profiles(columns)


def _rows(table: str, columns: Columns) -> Rows:
    return Rows(table, pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)))


def _reposts(columns: Columns) -> Columns:
    names = {"place": "place", "actor": "author", "pointer": "pointer", "at": "published", "id": "id"}
    picked = {ours: columns[name] for ours, name in names.items()}
    kind = pa.repeat(pa.scalar("repost"), len(columns["row"]))
    return picked | {"kind": kind, "target": columns["target"], "target_author": columns["target_author"]}


def _counts(columns: Columns) -> Iterator[Rows]:
    """Yield counts of the rows that have any."""
    names = [n for n in COUNT_FIELDS if n in columns]
    if not names:
        return
    picked = {n: columns[n] for n in ("place", "id", "pointer", "seen", *names) if n in columns}
    if all(columns[n].null_count for n in names):
        any_said = pc.is_valid(pc.coalesce(*(columns[n] for n in names)))
        picked = {n: v.filter(any_said) for n, v in picked.items()}
    if len(picked["id"]):
        yield _rows("observations", picked)


def _opinions(columns: Columns) -> Iterator[Rows]:
    """Yield what the tool thinks of the tone of posts, where it thinks anything: its opinion, not ours."""
    said = columns.get("sentiment")
    if said is None:
        return
    size = len(said)
    picked = {n: columns[n] for n in ("place", "id", "pointer", "published")}
    picked["label"] = col.tones(said)
    picked["tool"] = columns["tool"] if "tool" in columns else pa.repeat(pa.scalar("table"), size)
    picked["subject"] = columns["query"] if "query" in columns else pa.repeat(pa.scalar(""), size)
    told = pc.is_valid(picked["label"])
    if pc.any(told).as_py():
        yield _rows("annotations", {n: v.filter(told) for n, v in picked.items()})


def _profiles(columns: Columns) -> Iterator[Rows]:
    """Yield each author once, as the last row of the batch shows them.

    `seen` is when the row was collected, else when it was written: profiles stand in rows as they
    were then.
    """
    fields = {n.removeprefix("author_"): n for n in columns if n.startswith("author_")}
    if not fields:
        return
    codes = columns["author"].dictionary_encode().indices.to_numpy(zero_copy_only=False)
    last = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    last[codes] = np.arange(len(codes))
    picked = {ours: columns[name] for ours, name in fields.items()}
    picked |= {"id": columns["author"], "place": columns["place"], "pointer": columns["pointer"]}
    picked["seen"] = columns["seen"] if "seen" in columns else columns["published"]
    yield _rows("accounts", {name: values.take(pa.array(last)) for name, values in picked.items()})
