"""Which posts are copies of an earlier one, word for word or nearly."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over
from valore.enrich._columns import keys_of
from valore.enrich._copies import candidates, overlaps, plain, signatures
from valore.enrich._text import letters, words

CLASSES = ("original", "copy")
ALIKE = 0.5
"""Least exact overlap of letter groups with the earlier post."""
_SHORT = 20
"""Letters below which two equal texts mean nothing: «thank you» is no copy."""


class NearDuplicate:
    """MinHash candidates, each verified by its exact overlap; links to the first copy.

    Columns: `near_duplicate` (copy or original, null for a text too short to tell),
    `near_duplicate_value` (overlap with that first one, null for an original) and
    `near_duplicate_other` (its `key`, or its row number where there are no keys).
    """

    name = "near_duplicate"
    version = "near_duplicate@2"
    over = Over.POSTS
    requires = ("text",)
    provides = pa.schema(
        [
            pa.field("near_duplicate", pa.string()),
            pa.field("near_duplicate_value", pa.float64()),
            pa.field("near_duplicate_other", pa.int64()),
        ]
    )
    classes = CLASSES
    languages: frozenset[str] | None = None
    whole = True

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return for each post whether it copies an earlier row of the batch, which one, and how far."""
        bare = words(batch.column("text"))
        able = letters(bare) >= _SHORT
        first, overlap = _linked(plain(bare), able)
        copied = first >= 0
        label = pc.if_else(pa.array(able), pa.array(np.array(CLASSES)[copied.astype(int)], pa.string()), None)
        other = keys_of(batch).take(pa.array(first, mask=~copied))
        columns = [label, pa.array(overlap, mask=~copied), other]
        return pa.RecordBatch.from_arrays(columns, schema=self.provides)


def _linked(texts: pa.Array, able: Any) -> tuple[Any, Any]:
    """Return for each row the first row it copies (-1 for none) and the overlap with it."""
    coded = texts.dictionary_encode()
    words, at = coded.dictionary, coded.indices.to_numpy(zero_copy_only=False)
    first = np.full(len(words), len(at))
    np.minimum.at(first, at, np.arange(len(at)))
    usable = np.flatnonzero(able[first]) if len(words) else np.zeros(0, np.int64)
    link, overlap = first.copy(), np.ones(len(words))
    if len(usable):
        pairs, alike = _verified(words.take(pa.array(usable)))
        pairs = usable[pairs]
        for (later, earlier), share in zip(pairs, alike, strict=True):
            if first[earlier] < link[later]:
                link[later], overlap[later] = first[earlier], share
    root = link[at]
    copied = able & (root < np.arange(len(at)))
    return np.where(copied, root, -1), np.where(copied, overlap[at], 0.0)


def _verified(texts: pa.Array) -> tuple[Any, Any]:
    """Return candidate pairs whose exact overlap is enough, and that overlap."""
    pairs = candidates(signatures(texts))
    alike = overlaps(texts, pairs)
    return pairs[alike >= ALIKE], alike[alike >= ALIKE]


PLUGIN = NearDuplicate()
