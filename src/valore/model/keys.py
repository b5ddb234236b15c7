"""Stable 63-bit keys of posts and accounts, and digests of content.

The same bytes give the same number on every machine, engine and version: keys stand in
files that outlive the code. The mixing is our own because an engine's `hash()` differs
between engines (and between releases of one engine).
"""

import hashlib

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_K1 = np.uint64(0x9E3779B97F4A7C15)
_K2 = np.uint64(0xBF58476D1CE4E5B9)
_K3 = np.uint64(0x94D049BB133111EB)
_MASK63 = np.uint64(0x7FFFFFFFFFFFFFFF)
_LONG = 512
"""Bytes above which a value is hashed by BLAKE2b: lanes are processed column by column,
so that one very long value would cost one pass for each of its eight-byte lanes."""


def key(place: str, native_id: str) -> int:
    """Return the key of one post or account of a place, in [0, 2**63).

    >>> key("x", "20") == key("x", "20") != key("mastodon", "20")
    True
    """
    return int(hash63(pa.array([f"{place}:{native_id}"]))[0])


def keys(places: pa.Array | str, native_ids: pa.Array) -> pa.Array:
    """Return the keys of many posts or accounts as an int64 array; null ids stay null."""
    prefix = pa.scalar(places) if isinstance(places, str) else places
    joined = pc.binary_join_element_wise(prefix, native_ids, ":")
    return pa.array(hash63(joined), mask=_nulls(native_ids))


def digest(columns: list[pa.Array]) -> pa.Array:
    """Return one 63-bit digest a row over several string columns; null differs from empty."""
    cells = [pc.if_else(pc.is_null(c), "\x00", pc.binary_join_element_wise("\x01", c, "")) for c in columns]
    return pa.array(hash63(pc.binary_join_element_wise(*cells, "\x1f")))


def hash63(values: pa.Array) -> npt.NDArray[np.int64]:
    """Hash every string of an array (null as empty) to [0, 2**63)."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    array = pc.fill_null(values.cast(pa.large_string()), "").cast(pa.large_binary())
    buffers = array.buffers()
    offsets = np.frombuffer(buffers[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    data = buffers[2].to_pybytes() if buffers[2] is not None else b""
    words = _words(data)
    lengths = np.diff(offsets)
    state = _finish(lengths.astype(np.uint64) * _K1)
    lanes = np.where(lengths <= _LONG, (lengths + 7) // 8, 0)
    order = np.argsort(-lanes, kind="stable")
    counts = np.searchsorted(-lanes[order], -np.arange(lanes.max(initial=0)), side="left")
    for lane, live in enumerate(counts):
        rows = order[:live]
        state[rows] = _absorb(state[rows], _lane(words, offsets[rows], lengths[rows], lane))
    for row in np.flatnonzero(lengths > _LONG):
        piece = data[offsets[row] : offsets[row + 1]]
        state[row] = np.uint64(int.from_bytes(hashlib.blake2b(piece, digest_size=8).digest(), "little"))
    return (_finish(state) & _MASK63).astype(np.int64)


def _words(data: bytes) -> npt.NDArray[np.uint64]:
    """Return a view whose n-th item is the eight bytes from byte n on, little-endian."""
    padded = np.frombuffer(data + bytes(8), dtype=np.uint8)
    return np.ndarray((len(data) + 1,), dtype="<u8", buffer=padded.data, strides=(1,))


def _lane(
    words: npt.NDArray[np.uint64], starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], lane: int
) -> npt.NDArray[np.uint64]:
    """Return the `lane`-th eight bytes of each value, zero-padded behind its end."""
    missing = np.clip(8 * (lane + 1) - lengths, 0, 7).astype(np.uint64) * np.uint64(8)
    return words[starts + 8 * lane] & (np.uint64(0xFFFFFFFFFFFFFFFF) >> missing)


def _absorb(state: npt.NDArray[np.uint64], lane: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    state = (state ^ _finish(lane * _K1 + _K2)) * _K3
    return (state << np.uint64(27)) | (state >> np.uint64(37))


def _finish(state: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Scramble as SplitMix64 does. Source: Steele, Lea & Flood (2014), OOPSLA."""
    state = (state ^ (state >> np.uint64(30))) * _K2
    state = (state ^ (state >> np.uint64(27))) * _K3
    return state ^ (state >> np.uint64(31))


def _nulls(array: pa.Array) -> npt.NDArray[np.bool_]:
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return np.asarray(pc.is_null(array).to_numpy(zero_copy_only=False), dtype=np.bool_)
