"""How alike two texts are: in meaning, in words, letter by letter."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts
from valore.enrich._classes import answer, schema
from valore.enrich._columns import column
from valore.enrich._copies import overlaps, plain
from valore.enrich._languages import UNKNOWN
from valore.enrich._pairs import features
from valore.enrich._sentences import encode
from valore.enrich._text import words
from valore.enrich.language import PLUGIN as LANGUAGE
from valore.enrich.near_duplicate import ALIKE
from valore.enrich.novelty import APART as _APART

CLASSES = ("paraphrase", "different")
_LABEL = schema("paraphrase", CLASSES, reason=False)
_SURE = 0.65
"""Least probability of a label; below it `paraphrase` is undecided."""
_PAIRS = 2048
"""Pairs read at once."""


class Similarity:
    """`similarity` in [0, 1], `near_duplicate` (true, false) and `paraphrase` with its probabilities.

    Meaning, matched words and shared words are weighed together; two texts in different languages are
    judged by meaning alone. `paraphrase` (paraphrase, different, undecided) is for a stream in which one
    pair of five says the same; `similarity` does not depend on such a share. Null where one of the two has
    no letter.
    """

    name = "similarity"
    over = Over.PAIRS
    requires = ("text", "other")
    provides = pa.schema(
        [
            pa.field("similarity", pa.float64()),
            _LABEL.field(0),
            pa.field("near_duplicate", pa.bool_()),
            *list(_LABEL)[1:],
        ]
    )
    classes: tuple[str, ...] = ()
    languages: frozenset[str] | None = None
    whole = False

    @property
    def version(self) -> str:
        """`similarity@N`, of the artefact in use."""
        return _artefacts.version("similarity")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the columns for pairs in the columns `text` and `other`."""
        sides = [words(column(batch, name)) for name in ("text", "other")]
        able = pc.and_(*(pc.match_substring_regex(side, r"\pL") for side in sides))
        model = _artefacts.load("similarity")
        found = [_read(model, *(s.slice(at, _PAIRS) for s in sides)) for at in range(0, batch.num_rows, _PAIRS)]
        alike, p = (np.concatenate(part) for part in zip(*found, strict=True)) if found else (np.zeros(0), np.zeros(0))
        both = np.stack([p, 1 - p], axis=1)
        label = answer(_LABEL, CLASSES, both, able.to_numpy(zero_copy_only=False), both.max(axis=1) >= _SURE)
        copied = pc.if_else(able, pa.array(_letters(*sides) >= ALIKE), None)
        columns = [pc.if_else(able, pa.array(alike), None), label.column(0), copied, *label.columns[1:]]
        return pa.RecordBatch.from_arrays(columns, schema=self.provides)


def _read(model: Any, one: pa.Array, other: pa.Array) -> tuple[Any, Any]:
    """Return similarity and probability of a paraphrase of pairs of bare texts."""
    found = seen(one, other)
    apart = _apart(one, other)
    return alike(model, found, apart), probability(model, found, apart)


def seen(one: pa.Array, other: pa.Array) -> Any:
    """Return the features of pairs of bare texts, (n, 3), as `_pairs.NAMES` has them."""
    unit = encode(pa.concat_arrays([one, other]))
    cosine = np.einsum("nd,nd->n", unit[: len(one)], unit[len(one) :])
    return features(one.to_pylist(), other.to_pylist(), cosine)


def alike(model: Any, found: Any, apart: Any) -> Any:
    """Return the similarity of pairs from their features: weighed, or their meaning where languages differ."""
    weights = model["weights"].astype(float)
    return np.where(apart, found[:, 0] + _APART, found @ (weights / weights.sum())).clip(0, 1)


def probability(model: Any, found: Any, apart: Any) -> Any:
    """Return the probability that each pair says the same."""
    near = found @ model["weights"].astype(float) + model["bias"]
    across = found[:, 0] * model["across_weight"] + model["across_bias"]
    return 1 / (1 + np.exp(-np.where(apart, across, near).astype(float)))


def _apart(one: pa.Array, other: pa.Array) -> Any:
    """Return which pairs are clearly in two languages."""
    said = [LANGUAGE.enrich(pa.record_batch({"text": side})).column("language") for side in (one, other)]
    clear = [pc.not_equal(s, UNKNOWN) for s in said]
    return pc.and_(pc.not_equal(*said), pc.and_(*clear)).to_numpy(zero_copy_only=False)


def _letters(one: pa.Array, other: pa.Array) -> Any:
    n = len(one)
    return overlaps(plain(pa.concat_arrays([one, other])), np.stack([np.arange(n), n + np.arange(n)], axis=1))


PLUGIN = Similarity()
