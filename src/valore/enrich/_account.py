"""What `actor` and `automation` share: a linear model on a profile, and what may be said of it."""

import re
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from valore.enrich import _artefacts
from valore.enrich._classes import answer, schema
from valore.enrich._columns import column
from valore.enrich._profile import NUMBERS, WORDS, binned, bio_vectors, hashed, known, numbers
from valore.enrich._text import words

_THIN = 2
"""Of name, handle, bio, followers, following, posts: how many must be known to say anything."""
_TOLD, _HALF = 0.98, 0.5
"""Probability of what an account says of itself; where a score changes sides."""
_CLEAR = 0.4
"""Least weight of a feature or word that is named."""


class Profiled:
    """Two classes from a profile."""

    def __init__(self, name: str, classes: tuple[str, str], *, high: int, sure: float) -> None:
        """Take the `name` of column and artefact.

        Args:
            name: Of column and artefact.
            classes: In the order of the columns.
            high: Number of the class that a high score means.
            sure: Least probability of a decided label.
        """
        self._name, self._classes, self._high, self._sure = name, classes, high, sure
        self.provides = schema(name, classes)

    def answer(self, batch: pa.RecordBatch, told: dict[int, tuple[int, str]]) -> pa.RecordBatch:
        """Return the columns for a batch of accounts.

        Args:
            batch: Any subset of the fields of `model.records.Account`.
            told: Rows that say themselves what they are: number of the class, and the reason.
        """
        model = _artefacts.load(self._name)
        seen = features(batch, model["edges"], model["used"])
        high = chance(model, seen)
        p = np.stack([high if k == self._high else 1 - high for k in range(2)], axis=1)
        reasons = _reasons(model, seen, batch, np.where(high >= _HALF, 1.0, -1.0))
        for row, (which, reason) in told.items():
            p[row], p[row, which], reasons[row] = 1 - _TOLD, _TOLD, reason
        declared = np.isin(np.arange(batch.num_rows), list(told))
        enough = (known(batch) >= _THIN) | declared
        sure = enough & (p.max(axis=1) >= self._sure)
        some = (known(batch) > 0) | declared
        return answer(self.provides, self._classes, p, some, sure, pa.array(reasons, pa.string()))


class Features(NamedTuple):
    """What a model reads of a batch of accounts."""

    bins: sp.csr_matrix
    words: sp.csr_matrix
    bio: Any


def features(batch: pa.RecordBatch, edges: Any, used: Any) -> Features:
    """Return binned numbers, hashed words and bio vectors of a batch; `used` says which numbers count."""
    values = np.where(used, numbers(batch), np.nan)
    return Features(binned(values, edges), hashed(batch), bio_vectors(batch))


def chance(model: Any, seen: Features) -> Any:
    """Return the calibrated probability of the class that a high score means, (n,)."""
    score = seen.bins @ model["bins"] + seen.words @ _hashed_weights(model)
    score = np.asarray(score).ravel() + seen.bio @ model["bio"].astype(np.float32) + float(model["bias"])
    return 1 / (1 + np.exp(-score / float(model["temperature"])))


def probabilities(model: Any, batch: pa.RecordBatch) -> Any:
    """Return calibrated probabilities of a low and of a high score, (n, 2)."""
    high = chance(model, features(batch, model["edges"], model["used"]))
    return np.stack([1 - high, high], axis=1)


def declared(batch: pa.RecordBatch, name: str, meaning: dict[str, tuple[int, str]]) -> dict[int, tuple[int, str]]:
    """Return the rows whose column `name` has one of the values of `meaning`."""
    written = column(batch, name).to_pylist()
    return {i: meaning[w] for i, w in enumerate(written) if w in meaning}


def _hashed_weights(model: Any) -> Any:
    return model["hashed"] * np.float32(model["hashed_scale"])


def _reasons(model: Any, seen: Features, batch: pa.RecordBatch, side: Any) -> list[str | None]:
    """Return for each row the features and words that spoke most for the likelier class."""
    by_number = _by_feature(seen.bins, model["bins"]) * side[:, None]
    named = []
    for weights, spoken in zip(by_number, _by_word(model, batch, side), strict=True):
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
