"""How the records of one place become rows of a fact table, by column.

Each `Fact` takes a *native* table (the fields of the record, ids as the place writes them, and
`file`) of **one** place, and gives the table of `model.schemas`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from valore.errors import MappingError
from valore.model import keys
from valore.model.records import Account, Interaction, Observation, Opinion, Post
from valore.model.schemas import ACCOUNTS, ANNOTATIONS, INSTANT, INTERACTIONS, OBSERVATIONS, POSTS, STRINGS

STUB = -1
"""Revision of an account that is only named; anything that is known of it is newer."""
TOMBSTONE = 1_000
"""Weight of a deletion: at the same instant it wins over every edition that has content."""
UNDATED = "undated"
_EARLIEST = np.datetime64("1990-01-01", "us").astype(np.int64)
_LATEST = np.datetime64("2101-01-01", "us").astype(np.int64)

Mask = Callable[[pa.Table], npt.NDArray[np.bool_]]
Refusal = tuple[str, Mask]
"""Reason of the fault, and the rows (as a mask) that it befalls."""


class Fact(NamedTuple):
    """One table of facts that places fill."""

    native: pa.Schema
    refusals: tuple[Refusal, ...]
    table: Callable[[pa.Table, str], pa.Table]
    """(native table of one place, id of the import) → rows."""
    named: tuple[str, ...] = ()
    """Columns of the native table that name accounts."""


def aligned(native: pa.Schema, batch: pa.RecordBatch, file: str) -> pa.Table:
    """Return columns that came ready-made in the types of `native`; what is not there is not known.

    Raises:
        MappingError: a column cannot be read as its type.
    """
    given = {"file": pa.repeat(pa.scalar(file), batch.num_rows), "kind": None, **_by_name(batch)}
    columns = []
    for field in native:
        column = given.get(field.name)
        if column is None:
            column = nothing(batch.num_rows, field.type)
        columns.append(_cast(field, column))
    return pa.Table.from_arrays(columns, schema=native)


def nothing(rows: int, kind: pa.DataType) -> pa.Array:
    """Return a column of nulls; columns of as many rows share their buffers."""
    if not (pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_timestamp(kind)):
        return pa.nulls(rows, kind)
    zeros = _zeros(rows + 1)
    return pa.Array.from_buffers(kind, rows, [zeros, zeros, zeros] if pa.types.is_string(kind) else [zeros, zeros])


@lru_cache(maxsize=2)
def _zeros(count: int) -> pa.Buffer:
    """Return zeros that nobody writes to."""
    return pa.py_buffer(np.zeros(count, dtype=np.int64))


def named(name: str, native: pa.Table) -> list[pa.Array]:
    """Return the ids of the accounts that rows of one place name, as `coded` has them."""
    found = (_strings(native[column]) for column in FACTS[name].named)
    return [ids for ids in found if ids.null_count < len(ids)]


def stubs(place: str, names: Sequence[pa.Array], source: str) -> pa.Table:
    """Return the accounts of one place that have these ids, with nothing but id (and handle)."""
    found = pc.unique(pa.chunked_array(names, pa.string()))
    ids = found.filter(pc.and_(pc.is_valid(found), pc.not_equal(found, "")))
    handles = pc.if_else(pc.starts_with(ids, "@"), pc.utf8_slice_codeunits(ids, 1), None)
    given = {"place": pa.repeat(pa.scalar(place), len(ids)), "id": ids, "handle": handles}
    return _accounts(given, len(ids), source, np.full(len(ids), STUB))


def coded(name: str, native: pa.Table) -> pa.Table:
    """Return the table with each name of an account written once: they come back, as key and as account."""
    for column in FACTS[name].named:
        where, values = native.column_names.index(column), native[column]
        if pa.types.is_string(values.type) and values.null_count < len(values):
            native = native.set_column(where, column, _flat(values).dictionary_encode())
    return native


def distinct(table: pa.Table) -> pa.Table:
    """Return each edition of an account once, none as only named that is known; any order gives the same set."""
    stub = np.asarray(table["revision"]) == STUB
    known = np.isin(np.asarray(table["key"]), np.asarray(table["key"])[~stub]) & stub
    table = table.filter(pa.array(~known)) if known.any() else table
    rows = np.unique(identity(table), return_index=True)[1]
    return table if len(rows) == table.num_rows else table.take(np.sort(rows))


def identity(table: pa.Table) -> keys.Longs:
    """Return one number a row: equal for rows that say the same of the same thing."""
    names = ("key", "digest", "revision") if "digest" in table.column_names else ("key",)
    return keys.combine([np.asarray(table[name]) for name in names])


def _post(native: pa.Table, source: str) -> pa.Table:
    place = native["place"][0].as_py()
    columns = {name: _flat(native[name]) for name in Post._fields}
    for name in ("author", "reply_to_author", "quote_of_author"):
        columns[name] = _account_keys(place, columns[name])
    for name in ("reply_to", "quote_of", "thread"):
        columns[name] = _post_keys(place, columns[name])
    columns["mentions"] = _key_lists(place, columns["mentions"])
    content = [columns[f.name] for f in POSTS if f.name in columns and f.name not in ("place", "id", "pointer")]
    moments = [columns[name].view(pa.int64()) for name in ("published", "updated", "deleted")]
    weight = _known(content, native.num_rows)
    weight[_valid(columns["deleted"])] += TOMBSTONE
    return _complete(
        POSTS,
        native,
        source,
        columns
        | {
            "key": keys.keys(place, columns["id"]),
            "revision": pc.max_element_wise(*moments),
            "weight": pa.array(weight),
            "digest": keys.digest(content),
            "month": months(columns["published"]),
        },
    )


def _account(native: pa.Table, source: str) -> pa.Table:
    columns = {name: _flat(native[name]) for name in Account._fields}
    seen = pc.fill_null(columns["seen"].view(pa.int64()), 0).to_numpy()
    given = columns | {"file": native["file"]}
    return _accounts(given, native.num_rows, source, seen)


def _accounts(given: Mapping[str, pa.Array], rows: int, source: str, revision: npt.NDArray[np.int64]) -> pa.Table:
    columns = {f.name: given.get(f.name, nothing(rows, f.type)) for f in ACCOUNTS}
    columns |= {name: _unless_empty(columns[name]) for name in ("links", "aliases")}
    content = [columns[name] for name in Account._fields[3:] if name != "seen"]
    place = given["place"][0].as_py() if rows else ""
    columns["key"] = keys.keys(place, _flat(given["id"]))
    columns["revision"] = pa.array(revision)
    columns["weight"] = pa.array(_known(content, rows))
    columns["digest"] = keys.digest(content)
    columns["edition"] = pa.array(np.zeros(rows, dtype=np.int32))
    columns["source"] = pa.repeat(pa.scalar(source), rows)
    return pa.table(columns, schema=ACCOUNTS)


def _interaction(native: pa.Table, source: str) -> pa.Table:
    place = native["place"][0].as_py()
    columns = {name: _flat(native[name]) for name in ("place", "kind", "at", "pointer")}
    columns["actor"] = _account_keys(place, _flat(native["actor"]))
    columns["target"] = _post_keys(place, _flat(native["target"]))
    columns["target_author"] = _account_keys(place, _flat(native["target_author"]))
    which = pc.coalesce(_post_keys(place, _flat(native["id"])), columns["target"], columns["target_author"])
    parts = [keys.hash63(columns["kind"]), np.asarray(columns["actor"]), np.asarray(which)]
    columns["key"] = pa.array(keys.combine([keys.hash63(pa.array([place])), *parts]))
    columns["month"] = months(columns["at"])
    return _complete(INTERACTIONS, native, source, columns)


def _observation(native: pa.Table, source: str) -> pa.Table:
    columns = {name: _flat(native[name]) for name in Observation._fields if name != "id"}
    columns["post"] = keys.keys(native["place"][0].as_py(), _flat(native["id"]))
    counts = keys.digest([columns[name] for name in Observation._fields[3:]])
    columns["key"] = pa.array(keys.combine([np.asarray(columns["post"]), np.asarray(counts)]))
    columns["month"] = months(columns["seen"])
    return _complete(OBSERVATIONS, native, source, columns)


def _opinion(native: pa.Table, source: str) -> pa.Table:  # noqa: ARG001 - annotations do not name their import
    rows, tool = native.num_rows, _flat(native["tool"])
    given = {
        "about": keys.keys(native["place"][0].as_py(), _flat(native["id"])),
        "subject": pc.fill_null(_flat(native["subject"]), ""),
        "enricher": pc.binary_join_element_wise("vendor", tool, ":"),
        "version": pc.binary_join_element_wise(tool, "export", "@"),
        "label": _flat(native["label"]),
        "month": months(_flat(native["published"])),
    }
    columns = [given[f.name] if f.name in given else nothing(rows, f.type) for f in ANNOTATIONS]
    return pa.Table.from_arrays(columns, schema=ANNOTATIONS)


def months(instants: pa.Array) -> pa.Array:
    """Return "2015-02" for each instant (UTC), "undated" for null."""
    if instants.null_count == len(instants):
        return pa.repeat(pa.scalar(UNDATED), len(instants))
    moments = pc.fill_null(instants.view(pa.int64()), 0).to_numpy()
    whole = moments.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    first = int(whole.min())
    names = pa.array([*np.datetime_as_string(np.arange(first, whole.max() + 1).astype("datetime64[M]")), UNDATED])
    where = np.where(_valid(instants), whole - first, len(names) - 1)
    return names.take(pa.array(where))


def _complete(schema: pa.Schema, native: pa.Table, source: str, columns: Mapping[str, pa.Array]) -> pa.Table:
    rows = native.num_rows
    given = {
        "edition": pa.array(np.zeros(rows, dtype=np.int32)),
        "source": pa.repeat(pa.scalar(source), rows),
        "file": native["file"],
        **columns,
    }
    return pa.Table.from_arrays([given[f.name] for f in schema], schema=schema)


def _account_keys(place: str, ids: pa.Array) -> pa.Array:
    """Return keys of ids that come back often: each is hashed once."""
    if ids.null_count == len(ids):
        return nothing(len(ids), pa.int64())
    once = ids if pa.types.is_dictionary(ids.type) else ids.dictionary_encode()
    return keys.keys(place, once.dictionary).take(once.indices)


def _post_keys(place: str, ids: pa.Array) -> pa.Array:
    return nothing(len(ids), pa.int64()) if ids.null_count == len(ids) else keys.keys(place, ids)


def _key_lists(place: str, ids: pa.Array) -> pa.Array:
    flat = _account_keys(place, ids.flatten())
    lengths = pc.list_value_length(ids).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(offsets, flat)


def _known(columns: Sequence[pa.Array], rows: int) -> npt.NDArray[np.int32]:
    """Return how many cells of each row say something; an empty list does not."""
    total = np.zeros(rows, dtype=np.int32)
    for column in columns:
        if pa.types.is_list(column.type):
            total += np.asarray(pc.fill_null(pc.list_value_length(column), 0)) > 0
        elif column.null_count < rows:
            total += 1 if not column.null_count else _valid(column)
    return total


def _valid(column: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(column.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)


def _by_name(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    return dict(zip(batch.schema.names, batch.columns, strict=True))


def _cast(field: pa.Field, column: pa.Array) -> pa.Array:
    try:
        column = column if column.type == field.type else column.cast(field.type)
    except pa.ArrowException as error:
        raise MappingError(
            "column {column} cannot be read as {type}", column=field.name, type=str(field.type)
        ) from error
    if not column.null_count:
        return column
    if field.metadata is not None and b"default" in field.metadata:
        return pc.fill_null(column, field.metadata[b"default"].decode())
    return _full_lists(column) if pa.types.is_list(field.type) else column


def _full_lists(column: pa.Array) -> pa.Array:
    """Return lists where a null one is empty."""
    if column.null_count == len(column):
        return pa.ListArray.from_arrays(np.zeros(len(column) + 1, dtype=np.int32), pa.array([], column.type.value_type))
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(offsets, pc.list_flatten(column))


def _unless_empty(column: pa.Array) -> pa.Array:
    """Return lists where an empty one is null: it says nothing, and adds nothing to a digest."""
    if column.null_count == len(column):
        return column
    full = pc.greater(pc.list_value_length(column), 0)
    if not pc.any(full).as_py():
        return nothing(len(column), column.type)
    return pc.if_else(full, column, pa.scalar(None, column.type))


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _strings(column: pa.ChunkedArray) -> pa.Array:
    flat = _flat(column)
    if pa.types.is_dictionary(flat.type):
        return flat.dictionary
    return flat.flatten() if pa.types.is_list(flat.type) else flat


def _native(record: type[Post] | type[Account] | type[Interaction] | type[Observation], schema: pa.Schema) -> pa.Schema:
    """Return the fields of a record with the types of its table, ids as strings."""
    fields = []
    for name in record._fields:
        known = schema.field(name).type if name in schema.names else pa.string()
        if name in _IDS:
            known = STRINGS if pa.types.is_list(known) else pa.string()
        default = {"default": "Note"} if name == "kind" and record is Post else {"default": ""}
        fields.append(pa.field(name, known, metadata=default if name in ("place", "kind") else None))
    return pa.schema([*fields, pa.field("file", pa.string())])


_IDS = frozenset(
    {"author", "mentions", "reply_to", "reply_to_author", "quote_of", "quote_of_author", "thread"}
    | {"actor", "target", "target_author"}
)


def _lacks(*names: str) -> Mask:
    """Return a mask of the rows where all of these are null or empty."""

    def mask(native: pa.Table) -> npt.NDArray[np.bool_]:
        empty = [_empty(_flat(native[name])) for name in names]
        return np.asarray(np.logical_and.reduce(empty), dtype=np.bool_)

    return mask


def _empty(column: pa.Array) -> npt.NDArray[np.bool_]:
    if column.null_count == len(column):
        return np.ones(len(column), dtype=np.bool_)
    if pa.types.is_string(column.type):
        filled = pc.fill_null(pc.binary_length(column), 0)
        lengths: npt.NDArray[np.int32] = filled.to_numpy(zero_copy_only=False)
        return np.asarray(lengths == 0, dtype=np.bool_)
    return ~_valid(column)


def _impossible(*names: str) -> Mask:
    """Return a mask of the rows where one of these instants lies before 1990 or after 2100."""

    def mask(native: pa.Table) -> npt.NDArray[np.bool_]:
        bad = np.zeros(native.num_rows, dtype=np.bool_)
        for column in (_flat(native[name]) for name in names):
            if column.null_count < len(column):
                moments = pc.fill_null(column.view(pa.int64()), int(_EARLIEST)).to_numpy()
                bad |= (moments < _EARLIEST) | (moments >= _LATEST)
        return bad

    return mask


FACTS: Mapping[str, Fact] = MappingProxyType(
    {
        "posts": Fact(
            _native(Post, POSTS),
            (
                ("bad_shape", _lacks("place")),
                ("no_id", _lacks("id")),
                ("no_author", _lacks("author")),
                ("no_date", _lacks("published")),
                ("bad_date", _impossible("published", "updated", "deleted")),
            ),
            _post,
            ("author", "reply_to_author", "quote_of_author", "mentions"),
        ),
        "accounts": Fact(
            _native(Account, ACCOUNTS),
            (
                ("bad_shape", _lacks("place")),
                ("no_id", _lacks("id")),
                ("bad_date", _impossible("created", "seen")),
            ),
            _account,
        ),
        "interactions": Fact(
            _native(Interaction, INTERACTIONS),
            (
                ("bad_shape", _lacks("place")),
                ("bad_shape", _lacks("kind")),
                ("no_author", _lacks("actor")),
                ("no_id", _lacks("id", "target", "target_author")),
                ("bad_date", _impossible("at")),
            ),
            _interaction,
            ("actor", "target_author"),
        ),
        "observations": Fact(
            _native(Observation, OBSERVATIONS),
            (("bad_shape", _lacks("place")), ("no_id", _lacks("id")), ("bad_date", _impossible("seen"))),
            _observation,
        ),
        "annotations": Fact(
            pa.schema(
                [(n, INSTANT if n == "published" else pa.string()) for n in (*Opinion._fields, "file")],
            ),
            (
                ("bad_shape", _lacks("place")),
                ("bad_shape", _lacks("tool")),
                ("no_id", _lacks("id")),
                ("no_content", _lacks("label")),
                ("bad_date", _impossible("published")),
            ),
            _opinion,
        ),
    }
)
"""What places fill, by table."""
