"""Copies of texts: MinHash over letter groups in batches, and the exact overlap of candidates.

Source: Broder (1997), On the resemblance and containment of documents; bands as in Leskovec,
Rajaraman & Ullman, Mining of Massive Datasets, ch. 3.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SHINGLE = 4
"""Characters of one letter group."""
BANDS, ROWS = 24, 3
"""A pair with overlap J becomes a candidate with probability 1 - (1 - J^3)^24: .96 at .5, .997 at .6."""
_TEXTS = 4096
"""Texts signed at once, so that the working set stays in the cache."""
_LIKELY = 0.3
"""Least share of equal values in two signatures: at an overlap of .5 one pair in a hundred has less."""
_PAIRS = 8192
"""Candidates verified at once."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Shingles(NamedTuple):
    """Hashed letter groups of many texts, one behind the other."""

    hashes: Any
    """uint32."""
    starts: Any
    """int64: where each text begins; every text has at least one."""


def plain(texts: pa.Array) -> pa.Array:
    """Return texts in the form that is compared: lower case, letters and digits, single spaces."""
    bare = pc.replace_substring_regex(pc.utf8_lower(texts), r"[^\pL\pN\pM]+", " ")
    return pc.utf8_trim_whitespace(bare)


def shingles(texts: pa.Array) -> Shingles:
    """Return the hashed letter groups of each text; a shorter text counts as padded with spaces."""
    padded = pc.utf8_rpad(texts, SHINGLE, " ")
    lengths = pc.utf8_length(padded).to_numpy(zero_copy_only=False).astype(np.int64)
    joined = np.frombuffer("".join(padded.to_pylist()).encode("utf-32-le"), np.uint32).astype(np.uint64)
    state = np.zeros(max(len(joined) - SHINGLE + 1, 0), np.uint64)
    for i in range(SHINGLE):
        state = (state ^ joined[i : i + len(state)]) * _MIX
    ends = np.cumsum(lengths)
    inside = np.ones(len(state), bool)
    for i in range(1, SHINGLE):
        crossing = ends[:-1] - i
        inside[crossing] = False
    counts = lengths - SHINGLE + 1
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if len(counts) else np.zeros(0, np.int64)
    return Shingles((state[inside] >> np.uint64(32)).astype(np.uint32), starts.astype(np.int64))


def signatures(texts: pa.Array, values: int = BANDS * ROWS, seed: int = 1) -> Any:
    """Return MinHash signatures, uint32 (n, values): the share of equal values estimates the overlap."""
    rng = np.random.default_rng(seed)
    factors = rng.integers(1, 2**32, size=values, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    factors = factors.astype(np.uint32)
    offsets = rng.integers(0, 2**32, size=values, dtype=np.uint64).astype(np.uint32)
    out = np.empty((len(texts), values), np.uint32)
    for at in range(0, len(texts), _TEXTS):
        found = shingles(texts.slice(at, _TEXTS))
        scratch = np.empty(len(found.hashes), np.uint32)
        for v in range(values):
            np.multiply(found.hashes, factors[v], out=scratch)
            np.bitwise_xor(scratch, offsets[v], out=scratch)
            out[at : at + _TEXTS, v] = np.minimum.reduceat(scratch, found.starts)
    return out


def candidates(signed: Any) -> Any:
    """Return pairs (later, earlier) of rows that share a band, int64 (m, 2), at most two for each row and band.

    A row is paired with the first of its bucket and with the one before it: linear, whatever the
    size of a bucket.
    """
    found = []
    for band in range(signed.shape[1] // ROWS):
        lanes = signed[:, band * ROWS : (band + 1) * ROWS].astype(np.uint64)
        code = np.zeros(len(signed), np.uint64)
        for lane in lanes.T:
            code = (code ^ lane) * _MIX
        order = np.argsort(code, kind="stable")
        same = np.concatenate([[False], code[order][1:] == code[order][:-1]]) if len(order) else np.zeros(0, bool)
        head = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
        rows = np.flatnonzero(same)
        before = np.stack([head[rows], rows - 1])
        found += [_promising(signed, np.stack([order[rows], order[b]], axis=1)) for b in before]
    return _different(np.concatenate(found))


def _different(pairs: Any) -> Any:
    """Return each pair once, in order."""
    codes = np.unique((pairs[:, 0].astype(np.uint64) << np.uint64(32)) | pairs[:, 1].astype(np.uint64))
    return np.stack([codes >> np.uint64(32), codes & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)


def _promising(signed: Any, pairs: Any) -> Any:
    """Leave out pairs whose signatures agree too little to be worth the exact overlap."""
    kept = [p[(signed[p[:, 0]] == signed[p[:, 1]]).mean(axis=1) >= _LIKELY] for p in _chunks(pairs)]
    return np.concatenate([np.zeros((0, 2), np.int64), *kept])


def overlaps(texts: pa.Array, pairs: Any) -> Any:
    """Return the exact Jaccard overlap of the letter groups of each pair of texts, float64 (m,)."""
    return np.concatenate([np.zeros(0), *(_overlap(texts, p) for p in _chunks(pairs))])


def _overlap(texts: pa.Array, pairs: Any) -> Any:
    rows, at = np.unique(pairs, return_inverse=True)
    at = at.reshape(pairs.shape)
    found = _once(shingles(texts.take(pa.array(rows))))
    ends = np.append(found.starts[1:], len(found.hashes))
    one, other = (_paired(found, ends, at[:, side]) for side in (0, 1))
    sizes = [np.bincount((s >> np.uint64(32)).astype(np.int64), minlength=len(pairs)) for s in (one, other)]
    both = np.intersect1d(one, other, assume_unique=True)
    shared = np.bincount((both >> np.uint64(32)).astype(np.int64), minlength=len(pairs))
    return shared / np.maximum(sizes[0] + sizes[1] - shared, 1)


def _once(found: Shingles) -> Shingles:
    """Return the letter groups of each text once, sorted."""
    counts = np.diff(np.append(found.starts, len(found.hashes)))
    coded = (np.repeat(np.arange(len(counts), dtype=np.uint64), counts) << np.uint64(32)) | found.hashes
    coded.sort()
    coded = coded[np.append(True, coded[1:] != coded[:-1])]
    counts = np.bincount((coded >> np.uint64(32)).astype(np.int64), minlength=len(counts))
    return Shingles(coded.astype(np.uint32), np.cumsum(counts) - counts)


def _paired(found: Shingles, ends: Any, at: Any) -> Any:
    """Return the letter groups of text `at[i]`, each with the number `i` in its upper half."""
    lengths = ends[at] - found.starts[at]
    pair = np.repeat(np.arange(len(at), dtype=np.uint64), lengths)
    inner = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return (pair << np.uint64(32)) | found.hashes[np.repeat(found.starts[at], lengths) + inner]


def _chunks(pairs: Any) -> Iterator[Any]:
    for at in range(0, len(pairs), _PAIRS):
        yield pairs[at : at + _PAIRS]
