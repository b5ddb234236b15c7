"""What `actor` and `automation` share: readers of text, trees over what they say and over numbers, calibration.

Each text (names, words of the bio, its meaning, newest post) has a linear model of its own; its score is one
more number for the trees. What is missing stays missing. A score is calibrated by what is known of the
row: names, bio, counts, age, newest post, in every combination.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from valore.enrich import _artefacts, _trees
from valore.enrich._classes import answer, schema
from valore.enrich._columns import column
from valore.enrich._profile import GROUPS, NUMBERS, READERS, WORDS, counted, dated, known, numbers, readable, texts
from valore.enrich._text import words

_THIN = 2
"""Of name, handle, bio, followers, following, posts: how many must be known to say anything."""
_TOLD = 0.98
"""Probability of what an account says of itself."""
_CLEAR = 0.15
"""Least share in the log-odds of a feature that is named."""
_WHOLE = 10
"""Numbers from here on are written without decimals."""
_NAMED = {
    "names_say": "its name and handle",
    "bio_says": "the words of its bio",
    "bio_means": "what its bio is about",
    "latest_says": "the words of its newest post",
}


PATTERN: tuple[tuple[str, ...], ...] = (
    ("names",),
    ("bio",),
    ("counts", "likes", "rates"),
    ("age", "rates"),
    ("latest",),
)
"""Groups of `_profile.GROUPS` that are known or unknown together: each combination is calibrated apart."""


class Evidence(NamedTuple):
    """What else speaks for the class of a high score, beside the profile."""

    score: Any
    """Log-odds, (n,); 0 where nothing is known."""
    enough: Any
    """Where it may decide alone, booleans (n,)."""
    reasons: Sequence[Sequence[tuple[float, str]]]
    """For each row, what speaks and how much."""


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

    def answer(
        self,
        batch: pa.RecordBatch,
        told: Mapping[int, tuple[int, str]],
        also: Evidence | None = None,
        model: Mapping[str, Any] | None = None,
    ) -> pa.RecordBatch:
        """Return the columns for a batch of accounts.

        Args:
            batch: Any subset of the fields of `model.records.Account`, and those of `_acts`.
            told: Rows that say themselves what they are: number of the class, and the reason.
            also: What else speaks.
            model: The arrays; those in use when None.
        """
        if not batch.num_rows:
            return pa.RecordBatch.from_pylist([], schema=self.provides)
        model = _artefacts.load(self._name) if model is None else model
        read = Reading(model, batch)
        score = read.calibrated()
        if also is not None:
            score = np.where(read.profiled, score + model["beside"] * also.score, also.score)
        high = 1 / (1 + np.exp(-score))
        p = np.stack([high if k == self._high else 1 - high for k in range(2)], axis=1)
        reasons = read.reasons(np.where(score >= 0, 1.0, -1.0), also)
        for row, (which, reason) in told.items():
            p[row], p[row, which], reasons[row] = 1 - _TOLD, _TOLD, reason
        declared = np.isin(np.arange(batch.num_rows), list(told))
        acted = np.zeros(batch.num_rows, bool) if also is None else also.enough
        enough = (known(batch) >= _THIN) | declared | acted
        some = read.profiled | declared | acted
        sure = enough & (p.max(axis=1) >= self._sure)
        return answer(self.provides, self._classes, p, some, sure, pa.array(reasons, pa.string()))


class Reading:
    """One batch as a model reads it."""

    def __init__(self, model: Mapping[str, Any], batch: pa.RecordBatch) -> None:
        """Read a batch."""
        self._model, self._batch = model, batch
        self.profiled = known(batch) > 0
        self.pattern = pattern(batch)
        self._values = np.where(model["used"], numbers(batch), np.nan)
        self._said = _trees.said(model, np.hstack([self._values, scores(model, texts(batch), readable(batch))]))

    def calibrated(self) -> Any:
        """Return log-odds, calibrated by what is known of each row; 0 where nothing of a profile is."""
        slope, shift = self._model["calibration"][self.pattern].T
        return np.where(self.profiled, self._said.score * slope + shift, 0.0)

    def reasons(self, side: Any, also: Evidence | None) -> list[str | None]:
        """Return for each row what spoke most for the side that it fell on (1 high, -1 low)."""
        share = self._said.share * side[:, None]
        order = np.argsort(-share, axis=1)[:, :3]
        spoken = _by_word(self._model, self._batch, side)
        found = []
        for row, best in enumerate(order):
            heard = [(share[row, i], _called(i, self._values[row])) for i in best if share[row, i] >= _CLEAR]
            speak = [(weight, text) for weight, text in heard if text]
            speak += [(w * side[row], r) for w, r in also.reasons[row] if w * side[row] >= _CLEAR] if also else []
            said = [text for _, text in sorted(speak, reverse=True)[:3]]
            quoted = [f'"{w}"' for w in spoken[row]] if _NAMED["bio_says"] in said else []
            found.append(", ".join([*said, *quoted]) or None)
        return found


def pattern(batch: pa.RecordBatch) -> Any:
    """Return which of PATTERN are known of each row as a number, int (n,): 1, 2, 4, 8 and 16 for each in turn."""
    texted = readable(batch)
    said = [texted[:, READERS.index(r)] for r in ("names_say", "bio_says", "latest_says")]
    known = (*said[:2], counted(batch), dated(batch), said[2])
    return sum(2**bit * there for bit, there in enumerate(known))


def scores(model: Mapping[str, Any], found: Mapping[str, Any], there: Any) -> Any:
    """Return what each reader says, log-odds (n, len(READERS)); NaN where its text is not there."""
    said = [found[r] @ _weights(model, r) + float(model[f"{r}_bias"]) for r in READERS]
    return np.where(there, np.stack(said, axis=1), np.nan)


def declared(batch: pa.RecordBatch, name: str, meaning: Mapping[str, tuple[int, str]]) -> dict[int, tuple[int, str]]:
    """Return the rows whose column `name` has one of the values of `meaning`."""
    written = column(batch, name).to_pylist()
    return {i: meaning[w] for i, w in enumerate(written) if w in meaning}


def _called(feature: int, values: Any) -> str | None:
    """Return what a feature of a row is called in a reason; None when it is unknown."""
    if feature >= len(NUMBERS):
        return _NAMED[READERS[feature - len(NUMBERS)]]
    name, value = NUMBERS[feature], values[feature]
    if np.isnan(value):
        return None
    told = (
        ("no", "yes")[int(value > 0)]
        if name in GROUPS["rest"]
        else f"{value:,.0f}"
        if value >= _WHOLE
        else f"{value:.2g}"
    )
    return f"{name.replace('_', ' ')}: {told}"


def _weights(model: Mapping[str, Any], reader: str) -> Any:
    return model[reader].astype(np.float32) * np.float32(model[f"{reader}_scale"])


def _by_word(model: Mapping[str, Any], batch: pa.RecordBatch, side: Any) -> list[list[str]]:
    """Return for each row the two words of its bio that speak most for its side."""
    bios = words(column(batch, "bio")).to_pylist()
    split = [list(dict.fromkeys(re.findall(r"\w{3,}", bio.lower()))) for bio in bios]
    vocabulary = {w: i for i, w in enumerate(dict.fromkeys(w for ws in split for w in ws))}
    if not vocabulary:
        return [[] for _ in split]
    hits: sp.csr_matrix = _one().transform([[w] for w in vocabulary])
    weight = _weights(model, "bio_says")[:WORDS][hits.indices]
    clear = [
        sorted((-weight[vocabulary[w]] * s, w) for w in ws if weight[vocabulary[w]] * s > 0)
        for ws, s in zip(split, side, strict=True)
    ]
    return [[w for _, w in found[:2]] for found in clear]


@cache
def _one() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(analyzer=list, n_features=WORDS, alternate_sign=False, norm=None)
