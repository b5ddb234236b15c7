"""How alike two texts are: in meaning, in words, letter by letter."""

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over
from valore.enrich._classes import UNDECIDED
from valore.enrich._columns import column
from valore.enrich._copies import overlaps, plain
from valore.enrich._languages import UNKNOWN
from valore.enrich._sentences import encode
from valore.enrich._text import words
from valore.enrich.language import PLUGIN as LANGUAGE
from valore.enrich.near_duplicate import ALIKE
from valore.enrich.novelty import APART as _APART

_MEANING, _WORDS = 0.6, 0.4
"""Shares of the cosine of sentence vectors and of the overlap of words, in one language."""
_SAME, _OTHER = 0.65, 0.55
"""Similarity from which two texts say the same, and below which they do not."""


class Similarity:
    """`similarity` in [0, 1], `paraphrase` (paraphrase, different, undecided) and `near_duplicate` (true, false).

    Meaning and words are weighed together; two texts in different languages are judged by meaning
    alone. Null where one of the two has no letter.
    """

    name = "similarity"
    version = "similarity@1"
    over = Over.PAIRS
    requires = ("text", "other")
    provides = pa.schema(
        [
            pa.field("similarity", pa.float64()),
            pa.field("paraphrase", pa.string()),
            pa.field("near_duplicate", pa.bool_()),
        ]
    )
    classes: tuple[str, ...] = ()
    languages: frozenset[str] | None = None
    whole = False

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the three columns for pairs in the columns `text` and `other`."""
        sides = [words(column(batch, name)) for name in ("text", "other")]
        able = pc.and_(*(pc.match_substring_regex(side, r"\pL") for side in sides))
        alike = _alike(*sides)
        label = np.where(alike >= _SAME, "paraphrase", np.where(alike < _OTHER, "different", UNDECIDED))
        copied = _letters(*sides) >= ALIKE
        found = (pa.array(alike), pa.array(label.astype(object), pa.string()), pa.array(copied))
        columns = [pc.if_else(able, c, None) for c in found]
        return pa.RecordBatch.from_arrays(columns, schema=self.provides)


def _alike(one: pa.Array, other: pa.Array) -> Any:
    unit = encode(pa.concat_arrays([one, other]))
    cosine = np.einsum("nd,nd->n", unit[: len(one)], unit[len(one) :]).clip(0, 1)
    shared = _words(one, other)
    both = _MEANING * cosine + _WORDS * shared
    return np.where(_apart(one, other), cosine + _APART, both).clip(0, 1)


def _apart(one: pa.Array, other: pa.Array) -> Any:
    """Return which pairs are clearly in two languages."""
    said = [LANGUAGE.enrich(pa.record_batch({"text": side})).column("language") for side in (one, other)]
    clear = [pc.not_equal(s, UNKNOWN) for s in said]
    return pc.and_(pc.not_equal(*said), pc.and_(*clear)).to_numpy(zero_copy_only=False)


def _words(one: pa.Array, other: pa.Array) -> Any:
    """Return the overlap of words of each pair: shared over the smaller set's and the larger's geometric mean."""
    sides = ([frozenset(re.findall(r"\w+", t)) for t in plain(side).to_pylist()] for side in (one, other))
    pairs = zip(*sides, strict=True)
    return np.array([len(a & b) / max((len(a) * len(b)) ** 0.5, 1) for a, b in pairs], float)


def _letters(one: pa.Array, other: pa.Array) -> Any:
    n = len(one)
    return overlaps(plain(pa.concat_arrays([one, other])), np.stack([np.arange(n), n + np.arange(n)], axis=1))


PLUGIN = Similarity()
