"""Stable 63-bit keys of posts and accounts, and digests of content.

The same bytes give the same number on every machine, engine and version: keys stand in
files that outlive the code. The mixing is our own because an engine's `hash()` differs
between engines (and between releases of one engine).
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Words = npt.NDArray[np.uint64]
Longs = npt.NDArray[np.int64]

_K1 = np.uint64(0x9E3779B97F4A7C15)
_K2 = np.uint64(0xBF58476D1CE4E5B9)
_K3 = np.uint64(0x94D049BB133111EB)
_MASK63 = np.uint64(0x7FFFFFFFFFFFFFFF)
_TAILS = np.array([2**64 - 1, *(2 ** (8 * n) - 1 for n in range(1, 8))], dtype=np.uint64)
"""By length modulo eight: the bits of the last lane that belong to the value."""
_LONG = 512
"""Bytes above which a value is hashed by BLAKE2b: lanes are processed column by column,
so that one very long value would cost one pass for each of its eight-byte lanes."""
_CHUNK = 16_384
"""Values hashed at once: what stays in the processor's second cache."""


def key(place: str, native_id: str) -> int:
    """Return the key of one post or account of a place, in [0, 2**63).

    >>> key("x", "20") == key("x", "20") != key("mastodon", "20")
    True
    """
    return int(keys(place, pa.array([native_id]))[0].as_py())


def keys(places: pa.Array | str, native_ids: pa.Array) -> pa.Array:
    """Return the keys of many posts or accounts as an int64 array; null ids stay null."""
    ids = _flat(native_ids)
    prefix = hash63(pa.array([places])) if isinstance(places, str) else _cells(_flat(places))
    mixed = combine([prefix, hash63(ids)])
    return pa.array(mixed, mask=_nulls(ids))


def combine(parts: Sequence[Longs]) -> Longs:
    """Return one number in [0, 2**63) for each row of columns of numbers; a column of one row stands for all.

    The order of the columns counts.
    """
    state = np.full(1, _K2)
    for part in parts:
        state = _absorb(state, part.astype(np.uint64))
    return (_finish(state) & _MASK63).astype(np.int64)


def digest(columns: Sequence[pa.Array]) -> pa.Array:
    """Return one 63-bit digest a row over several columns; null differs from empty.

    Columns hold strings, whole numbers, instants, booleans, or lists of strings or numbers. A null
    adds nothing, so that a column which is null everywhere costs nothing, and a column added
    behind the others leaves the digests of older rows as they were.
    """
    rows = len(columns[0]) if columns else 0
    total = np.full(rows, _K2, dtype=np.uint64)
    for position, column in enumerate(columns):
        flat = _flat(column)
        if flat.null_count == len(flat):
            continue
        share = _finish(_cells(flat).astype(np.uint64) + np.uint64((position + 1) * int(_K1) % 2**64))
        if flat.null_count:
            share[_nulls(flat)] = 0
        total += share
    return pa.array((_finish(total) & _MASK63).astype(np.int64))


def hash63(values: pa.Array) -> Longs:
    """Hash every string of an array (null as empty) to [0, 2**63)."""
    array = _flat(values)
    if array.null_count:
        array = pc.fill_null(array, "")
    wide = pa.types.is_large_string(array.type)
    buffers = (array if wide else array.cast(pa.string())).buffers()
    ends = np.frombuffer(buffers[1], dtype=np.int64 if wide else np.int32)
    offsets: Longs = ends[array.offset : array.offset + len(array) + 1].astype(np.int64)
    data = np.frombuffer(buffers[2], dtype=np.uint8) if buffers[2] is not None else np.empty(0, np.uint8)
    return _hash(data, offsets)


def alike(column: pa.Array) -> bool:
    """Return whether all values of a column of strings are the same, seen at a glance by their bytes."""
    if len(column) < 2 or column.null_count:  # noqa: PLR2004 - of one there is nothing to compare
        return False
    ends = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    length = int(ends[1] - ends[0])
    if column[0] != column[-1] or (np.diff(ends) != length).any():
        return False
    data = np.frombuffer(column.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    return bool((data[length:] == data[: len(data) - length]).all())


def _cells(column: pa.Array) -> Longs:
    """Return a number for each cell: of what it holds for numbers and times, a hash for the rest."""
    kind = column.type
    if pa.types.is_list(kind):
        return _lists(column)
    if pa.types.is_dictionary(kind):
        coded: Longs = _cells(column.dictionary)[pc.fill_null(column.indices, 0).to_numpy()]
        return coded
    if pa.types.is_string(kind) and alike(column):
        return np.repeat(hash63(column[:1]), len(column))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return hash63(column)
    numbers = column.cast(pa.int8()) if pa.types.is_boolean(kind) else column
    if pa.types.is_timestamp(kind):
        numbers = column.view(pa.int64())
    filled = pc.fill_null(numbers, 0) if numbers.null_count else numbers
    return np.asarray(filled.to_numpy(zero_copy_only=False)).astype(np.int64, copy=False)


def _lists(column: pa.Array) -> Longs:
    """Return a number for each list: of its items in their order; 0 for an empty one."""
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    total = np.zeros(len(column), dtype=np.uint64)
    if not lengths.any():
        return total.astype(np.int64)
    ends = np.cumsum(lengths)
    place = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)
    shares = _finish(_cells(pc.list_flatten(column)).astype(np.uint64) + place.astype(np.uint64) * _K3)
    np.add.at(total, np.repeat(np.arange(len(column)), lengths), shares)
    return (total & _MASK63).astype(np.int64)


def _hash(data: npt.NDArray[np.uint8], offsets: Longs) -> Longs:
    state = np.empty(len(offsets) - 1, dtype=np.uint64)
    for first in range(0, len(state), _CHUNK):
        part = offsets[first : first + _CHUNK + 1]
        piece = data[part[0] : part[-1]].tobytes()
        state[first : first + _CHUNK] = _hash_chunk(_padded(piece), part[:-1] - part[0], np.diff(part))
    for row in np.flatnonzero(np.diff(offsets) > _LONG):
        piece = data[offsets[row] : offsets[row + 1]].tobytes()
        state[row] = int.from_bytes(hashlib.blake2b(piece, digest_size=8).digest(), "little")
    return (_finish(state) & _MASK63).astype(np.int64)


def _hash_chunk(words: Words, starts: Longs, lengths: Longs) -> Words:
    """Add up the scrambled lanes of each value; the longest stand first, so that the live ones are a prefix.

    A value begins anywhere: each of its lanes is the end of one aligned word and the beginning of the next.
    """
    lanes = np.where(lengths <= _LONG, (lengths + 7) >> 3, 0).astype(np.uint8)
    order = np.argsort(~lanes, kind="stable")
    where, lengths = starts.take(order), lengths.take(order)
    live = np.bincount(lanes, minlength=int(lanes.max()) + 2)[::-1].cumsum()[::-1]
    right = ((where & 7) << 3).astype(np.uint64)
    left = np.uint64(64) - right
    where >>= 3
    state = lengths.astype(np.uint64) * _K3
    following = words.take(where)
    for lane in range(len(live) - 2):
        rows, more = int(live[lane + 1]), int(live[lane + 2])
        word = following[:rows] >> right[:rows]
        where[:rows] += 1
        following = words.take(where[:rows])
        word |= following << left[:rows]
        word[more:] &= _TAILS[lengths[more:rows] & 7]
        state[:rows] += _scramble(word, lane)
    result = np.empty_like(state)
    result[order] = state
    return result


def _scramble(word: Words, lane: int) -> Words:
    """Spread each word over all bits, in its own way for each lane."""
    word *= _K1
    word ^= word >> np.uint64(32)
    word *= _LANES[lane]
    return word


def _padded(data: bytes) -> Words:
    """Return bytes as little-endian words, with at least one more word of zeros behind them."""
    return np.frombuffer(data + bytes(16 - len(data) % 8), dtype="<u8")


def _absorb(state: Words, lane: Words) -> Words:
    mixed = lane * _K1
    mixed += _K2
    mixed = (mixed ^ state) * _K3
    low = mixed >> np.uint64(35)
    mixed <<= np.uint64(29)
    mixed |= low
    return mixed


def _finish(state: Words) -> Words:
    """Scramble as SplitMix64 does. Source: Steele, Lea & Flood (2014), OOPSLA."""
    state = (state ^ (state >> np.uint64(30))) * _K2
    state = (state ^ (state >> np.uint64(27))) * _K3
    return state ^ (state >> np.uint64(31))


_LANES = _finish(np.arange(1, _LONG // 8 + 1, dtype=np.uint64) * _K1) | np.uint64(1)
"""An odd factor for each eight bytes of a value, by their place."""


def _flat(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(array, pa.ChunkedArray):
        return array
    return array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()


def _nulls(array: pa.Array) -> npt.NDArray[np.bool_]:
    return np.asarray(pc.is_null(array).to_numpy(zero_copy_only=False), dtype=np.bool_)
