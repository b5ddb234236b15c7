"""Which posts tell one story: groups by meaning and words, when nobody says how many there are."""

from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from valore.enrich import Over
from valore.enrich._columns import keys_of
from valore.enrich._copies import plain
from valore.enrich._groups import grouped
from valore.enrich._sentences import vectors
from valore.enrich._text import words

LEAST = 0.26
"""Mean likeness from which two groups are one story; chosen on the parts that the card names."""
_WORDS = 0.4
"""Share of words in the likeness; the rest is meaning."""
_MEANING, _WIDE = 128, 256
"""Numbers kept of the sentence vector, and into which the words are folded."""
_PLACES = 4
"""Places to which a word adds."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Story:
    """Average link over the cosine of sentence vectors and that of weighted words.

    Columns: `story` (the `key` of the first post of the group, or its row number where there are no
    keys) and `story_size` (posts in it, one for a post that stands alone). Null without letters.
    """

    name = "story"
    version = "story@1"
    over = Over.POSTS
    requires = ("text",)
    provides = pa.schema([pa.field("story", pa.int64()), pa.field("story_size", pa.int64())])
    classes: tuple[str, ...] = ()
    languages: frozenset[str] | None = None
    whole = True

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return for each post its story and how many posts tell it; uses a column `embedding`."""
        bare = plain(words(batch.column("text")))
        able = pc.match_substring_regex(bare, r"\pL").to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(able)
        first = np.full(batch.num_rows, -1)
        first[rows] = rows[stories(bare.take(pa.array(rows)), vectors(batch.take(pa.array(rows))))]
        size = np.bincount(first[rows], minlength=batch.num_rows)[first]
        columns = [keys_of(batch).take(pa.array(first, mask=~able)), pa.array(size, pa.int64(), mask=~able)]
        return pa.RecordBatch.from_arrays(columns, schema=self.provides)


def stories(texts: pa.Array, unit: Any, least: float = LEAST) -> Any:
    """Return for each text the first one of its story, int64 (n,).

    Args:
        texts: In plain form (see `plain`), no nulls.
        unit: Sentence vectors, float32 (n, 512).
        least: Mean likeness from which two groups are one.
    """
    coded = texts.dictionary_encode()
    at = coded.indices.to_numpy(zero_copy_only=False)
    different = len(coded.dictionary)
    if not different:
        return np.zeros(0, np.int64)
    first = np.full(different, len(at))
    np.minimum.at(first, at, np.arange(len(at)))
    counts = np.bincount(at, minlength=different)
    both = np.hstack([_meant(unit[first]), _worded(coded.dictionary)])
    return first[grouped(both, counts, least)][at]


def _meant(unit: Any) -> Any:
    """Return the vectors in the directions in which they differ most, scaled to their share."""
    spread = unit.T.astype(float) @ unit
    directions = np.linalg.eigh(spread)[1][:, -_MEANING:].astype(np.float32)
    return np.float32((1 - _WORDS) ** 0.5) * (unit @ directions)


def _worded(texts: pa.Array) -> Any:
    """Return the words of each text, weighted by rarity and folded into few numbers, scaled to their share.

    Source: random projections with few signs, Achlioptas (2003), Journal of Computer and System Sciences.
    """
    told = pc.split_pattern(texts, " ")
    coded = told.flatten().dictionary_encode()
    names = coded.dictionary.to_pylist()
    cells = np.unique(told.value_parent_indices().to_numpy().astype(np.int64) * len(names) + coded.indices.to_numpy())
    row, word = cells // len(names), cells % len(names)
    within: Any = np.bincount(word, minlength=len(names))
    weight = np.log((1 + len(texts)) / (1 + within))[word] + 1
    weight /= np.sqrt(np.bincount(row, weight**2, len(texts)))[row]
    held = sparse.csr_array((weight.astype(np.float32), (row, word)), shape=(len(texts), len(names)))
    return np.float32(_WORDS**0.5) * (held @ _folds(names)).toarray()


def _folds(names: list[str]) -> Any:
    """Return to which numbers each word adds, with which sign: by its checksum, so that company changes nothing."""
    state: Any = np.array([crc32(name.encode()) for name in names], np.uint64)
    state = (state[:, None] + np.arange(1, _PLACES + 1, dtype=np.uint64)) * _MIX
    state = (state ^ (state >> np.uint64(29))) * _MIX
    places = (state >> np.uint64(40)) % np.uint64(_WIDE)
    signs = np.where((state >> np.uint64(32)) & np.uint64(1), 1, -1) / _PLACES**0.5
    rows = np.repeat(np.arange(len(names)), _PLACES)
    cells = (signs.ravel().astype(np.float32), (rows, places.ravel().astype(np.int64)))
    return sparse.csr_array(cells, shape=(len(names), _WIDE))


PLUGIN = Story()
