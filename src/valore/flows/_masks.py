"""Handles of a person in what others wrote: `@handle` and addresses of a profile become `…`.

What else others wrote stays as it is. The digest of a row is that of the words as they came, so that
the same file read again is known again.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

MARK = "…"
WORDS: Mapping[str, tuple[str, ...]] = {"posts": ("text", "title"), "accounts": ("bio",)}
ADDRESSES: Mapping[str, tuple[str, ...]] = {"posts": ("url", "links"), "accounts": ("url",)}
OWN: Mapping[str, tuple[str, ...]] = {"accounts": ("links", "aliases")}
"""Lists of addresses that a profile gives as its own: what names somebody goes out of them whole."""
_ORIGIN = ("file", "pointer")
"""Columns that may hold the name of a file which was called after somebody."""
_LEAST = 3
"""Letters of a name that is looked for in names of files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How a person can be named."""

    handles: tuple[str, ...] = ()
    """Without '@', in lower case; with '@host' where the place is federated."""
    urls: tuple[str, ...] = ()
    """Addresses that begin with the person's profile."""
    words: tuple[str, ...] = ()
    """Names that a file may be called after."""
    ids: tuple[str, ...] = ()
    """Native ids that stand in addresses of a profile."""
    queries: tuple[str, ...] = ()
    """Values of a post's `query` that name the person."""


def columns(table: str) -> tuple[str, ...]:
    """Return the columns of a table that may name somebody."""
    more = ("query",) if table == "posts" else ()
    return (*WORDS.get(table, ()), *ADDRESSES.get(table, ()), *OWN.get(table, ()), *more, *_ORIGIN)


def touched(table: str, rows: pa.Table, names: Names) -> npt.NDArray[np.bool_]:
    """Return which rows name the person, booleans (n,).

    Args:
        table: Its name.
        rows: With `columns(table)`.
        names: Of the person.
    """
    found = np.zeros(rows.num_rows, dtype=np.bool_)
    for name, pattern in _patterns(table, names):
        found |= _matches(rows[name], pattern)
    if "query" in columns(table) and names.queries:
        found |= _filled(pc.is_in(rows["query"], pa.array(names.queries, pa.string())))
    return found


def masked(table: str, rows: pa.Table, names: Names) -> pa.Table:
    """Return rows without the handles; a file called after the person is not named any more."""
    for name, pattern in _patterns(table, names):
        column = rows[name].combine_chunks()
        change = _blank if name in _ORIGIN else _left if name in OWN.get(table, ()) else _without
        rows = rows.set_column(rows.column_names.index(name), rows.schema.field(name), change(column, pattern))
    if "query" in rows.column_names and names.queries:
        gone = pc.is_in(rows["query"], pa.array(names.queries, pa.string()))
        where = rows.column_names.index("query")
        rows = rows.set_column(where, rows.schema.field("query"), pc.if_else(gone, None, rows["query"]))
    return rows


def word(names: Iterable[str]) -> str | None:
    """Return the expression that finds one of the names as a whole word, None when there is none."""
    long = _alternatives(n for n in names if len(n) >= _LEAST)
    return rf"(?i)(^|[^\pL\pN])({long})($|[^\pL\pN])" if long else None


def _patterns(table: str, names: Names) -> list[tuple[str, str]]:
    """Return (column, expression) where the first and the third group stay; of an origin, nothing does."""
    handles, urls = _alternatives(names.handles), _alternatives(names.urls)
    found: list[tuple[str, str]] = []
    text, link, origin = WORDS.get(table, ()), ADDRESSES.get(table, ()), word((*names.handles, *names.words))
    own = OWN.get(table, ())
    if handles:
        found += [(c, rf"(?i)(^|[^\pL\pN_@.])(@(?:{handles}))($|[^\pL\pN_@])") for c in text]
        found += [(c, rf"(?i)([/=]@?)({handles})($|[^\pL\pN_.@-])") for c in (*text, *link)]
        found += [(c, rf"(?i)(^|[/=:@])({handles})($|[^\pL\pN_.-])") for c in own]
    if urls:
        found += [(c, rf"(?i)(^|.)({urls})($|[^\pL\pN_-])") for c in (*text, *link, *own)]
    if ids := _alternatives(names.ids):
        found += [(c, rf"(^|[/=:])({ids})($|[^\pL\pN])") for c in own]
    return found + ([(c, origin) for c in _ORIGIN] if origin else [])


def _alternatives(names: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(n) for n in dict.fromkeys(names) if n), key=lambda n: (-len(n), n)))


def _matches(column: pa.ChunkedArray, pattern: str) -> npt.NDArray[np.bool_]:
    flat = column.combine_chunks()
    if not pa.types.is_list(flat.type):
        return _filled(pc.match_substring_regex(flat, pattern))
    found = np.zeros(len(flat), dtype=np.bool_)
    hits = _filled(pc.match_substring_regex(pc.list_flatten(flat), pattern))
    found[pc.list_parent_indices(flat).to_numpy()[hits]] = True
    return found


def _filled(mask: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def _without(column: pa.Array, pattern: str) -> pa.Array:
    """Replace twice: what stands between two handles belongs to both."""
    if pa.types.is_list(column.type):
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        return pa.ListArray.from_arrays(offsets, _without(pc.list_flatten(column), pattern))
    once = pc.replace_substring_regex(column, pattern, rf"\1{MARK}\3")
    return pc.replace_substring_regex(once, pattern, rf"\1{MARK}\3")


def without(column: pa.Array, goes: npt.NDArray[np.bool_]) -> pa.Array:
    """Return lists without some entries; null where none is left.

    Args:
        column: The lists.
        goes: Which entries go, booleans over all lists laid end to end.
    """
    if not goes.any():
        return column
    lists = pc.list_parent_indices(column).to_numpy()[~goes]
    lengths = np.bincount(lists, minlength=len(column))
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
    left = pa.ListArray.from_arrays(offsets, pc.list_flatten(column).filter(pa.array(~goes)))
    return pc.if_else(pa.array(lengths > 0), left, pa.scalar(None, column.type))


def _left(column: pa.Array, pattern: str) -> pa.Array:
    return without(column, _filled(pc.match_substring_regex(pc.list_flatten(column), pattern)))


def _blank(column: pa.Array, pattern: str) -> pa.Array:
    return pc.if_else(pc.fill_null(pc.match_substring_regex(column, pattern), False), None, column)
