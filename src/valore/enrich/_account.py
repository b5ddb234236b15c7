"""What `actor` and `automation` share: a linear model on a profile, and what may be said of it."""

import re
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from valore.enrich import _artefacts
from valore.enrich._classes import answer, schema, softmax
from valore.enrich._columns import column
from valore.enrich._profile import NUMBERS, WORDS, binned, bio_vectors, hashed, known, numbers
from valore.enrich._text import words

_THIN = 2
"""Of name, handle, bio, followers, following, posts: how many must be known to say anything."""
_CLEAR = 0.4
"""Least weight of a feature or word that is named."""


class Profiled:
    """Two classes from a profile; the second is the one that high scores mean."""

    def __init__(self, name: str, classes: tuple[str, str], sure: float) -> None:
        """Take the `name` of column and artefact; `sure` is the least probability of a decided label."""
        self._name, self._classes, self._sure = name, classes, sure
        self.provides = schema(name, classes)

    def answer(self, batch: pa.RecordBatch, told: dict[int, tuple[int, str]]) -> pa.RecordBatch:
        """Return the columns for a batch of accounts.

        Args:
            batch: Any subset of the fields of `model.records.Account`.
            told: Rows that say themselves what they are: number of the class, and the reason.
        """
        model = _artefacts.load(self._name)
        p, reasons = probabilities(model, batch), _reasons(model, batch, self._classes)
        for row, (which, reason) in told.items():
            p[row] = 0.02
            p[row, which], reasons[row] = 0.98, reason
        declared = np.isin(np.arange(batch.num_rows), list(told))
        enough = (known(batch) >= _THIN) | declared
        sure = enough & (p.max(axis=1) >= self._sure)
        some = (known(batch) > 0) | declared
        return answer(self.provides, self._classes, p, some, sure, pa.array(reasons, pa.string()))


def features(batch: pa.RecordBatch, edges: Any, used: Any) -> tuple[Any, sp.csr_matrix, Any]:
    """Return binned numbers, hashed words and bio vectors of a batch; `used` says which numbers count."""
    values = np.where(used, numbers(batch), np.nan)
    return binned(values, edges), hashed(batch), bio_vectors(batch)


def probabilities(model: Any, batch: pa.RecordBatch) -> Any:
    """Return calibrated probabilities, (n, 2)."""
    bins, spoken, bio = features(batch, model["edges"], model["used"])
    score = bins @ model["bins"] + spoken @ _hashed_weights(model) + bio @ model["bio"].astype(np.float32)
    score = (np.asarray(score).ravel() + float(model["bias"])) / float(model["temperature"])
    return softmax(np.stack([np.zeros(len(score)), score], axis=1))


def declared(
    batch: pa.RecordBatch, name: str, meaning: dict[str, tuple[int, str]]
) -> dict[int, tuple[int, str]]:
    """Return the rows whose column `name` has one of the values of `meaning`."""
    written = column(batch, name).to_pylist()
    return {i: meaning[w] for i, w in enumerate(written) if w in meaning}


def _hashed_weights(model: Any) -> Any:
    return model["hashed"] * np.float32(model["hashed_scale"])


def _reasons(model: Any, batch: pa.RecordBatch, classes: tuple[str, str]) -> list[str | None]:
    """Return for each row the features and words that spoke most for the likeliest class."""
    side = np.where(probabilities(model, batch)[:, 1] >= 0.5, 1.0, -1.0)
    bins, _, _ = features(
        batch.select([c for c in batch.schema.names if c != "bio"]), model["edges"], model["used"]
    )
    by_number = _by_feature(bins, model["bins"]) * side[:, None]
    by_word = _by_word(model, batch, side)
    named = []
    for weights, spoken in zip(by_number, by_word, strict=True):
        best = [NUMBERS[i].replace("_", " ") for i in np.argsort(-weights)[:2] if weights[i] >= _CLEAR]
        named.append(", ".join([*best, *(f'"{w}"' for w in spoken)]) or None)
    return named


def _by_feature(bins: sp.csr_matrix, weights: Any) -> Any:
    spread = bins.multiply(weights[None]).toarray()
    return spread.reshape(len(spread), len(NUMBERS), -1).sum(axis=2)


def _by_word(model: Any, batch: pa.RecordBatch, side: Any) -> list[list[str]]:
    bios = words(column(batch, "bio")).to_pylist()
    split = [list(dict.fromkeys(re.findall(r"\w{3,}", bio.lower()))) for bio in bios]
    vocabulary = {w: i for i, w in enumerate(dict.fromkeys(w for ws in split for w in ws))}
    if not vocabulary:
        return [[] for _ in split]
    hits = _one().transform([[w] for w in vocabulary])
    weight = _hashed_weights(model)[:WORDS][hits.indices]
    clear = [
        sorted((-weight[vocabulary[w]] * s, w) for w in ws if weight[vocabulary[w]] * s >= _CLEAR)
        for ws, s in zip(split, side, strict=True)
    ]
    return [[w for _, w in found[:2]] for found in clear]


@cache
def _one() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(analyzer=list, n_features=WORDS, alternate_sign=False, norm=None)
