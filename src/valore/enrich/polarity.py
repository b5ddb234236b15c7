"""The tone of a text: negative, neutral or positive."""

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts
from valore.enrich._classes import answer, schema, softmax
from valore.enrich._columns import column
from valore.enrich._languages import codes, known
from valore.enrich._sentences import vectors
from valore.enrich._text import words
from valore.enrich._words import BUCKETS, grams, large, spoken

CLASSES = ("negative", "neutral", "positive")
SURE = 0.45
"""Least calibrated probability of the likeliest class; below it the label is `undecided`."""


class Polarity:
    """Hashed words and letter groups, blended with heads on sentence vectors; one temperature.

    Words weigh less in a language whose words were not in the training (Italian, unless the user
    has trained with Italian): there the meaning, carried over from other languages, must speak.
    """

    name = "polarity"
    over = Over.POSTS
    requires = ("text", "language")
    provides = schema("polarity", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = frozenset(("ar", "de", "en", "es", "fr", "it", "pt"))
    whole = False

    @property
    def version(self) -> str:
        """`polarity@N`, of the artefact in use."""
        return _artefacts.version("polarity")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, likeliest class, probabilities and the words that spoke.

        Uses a column `embedding` where there is one. Needs `language`; null elsewhere.
        """
        read = np.flatnonzero(known(batch, self.languages or frozenset()) & _worded(batch))
        p = np.full((batch.num_rows, len(CLASSES)), 1 / len(CLASSES))
        reasons = np.full(batch.num_rows, None, dtype=object)
        if len(read):
            chosen = batch.take(pa.array(read))
            bare = words(chosen.column("text")).to_pylist()
            p[read] = self._score(bare, chosen)
            reasons[read] = spoken(bare, _weights()[:BUCKETS], p[read].argmax(axis=1)).to_pylist()
        scored = np.isin(np.arange(batch.num_rows), read)
        return answer(self.provides, CLASSES, p, scored, p.max(axis=1) >= SURE, pa.array(reasons, pa.string()))

    def _score(self, bare: list[str], batch: pa.RecordBatch) -> Any:
        model = _artefacts.load("polarity")
        by_word = np.asarray(grams(bare) @ _weights()) + model["gram_bias"]
        trained = pc.is_in(codes(column(batch, "language")), value_set=pa.array(model["trained"].tolist()))
        share = np.where(trained.to_numpy(zero_copy_only=False), *model["shares"])[:, None]
        return blend(by_word, meaning(model, vectors(batch)), share, float(model["temperature"]))


def meaning(model: Any, unit: Any) -> Any:
    """Return mean log-probabilities of the heads on sentence vectors, (n, classes)."""
    hidden = np.maximum(np.einsum("nd,hdk->hnk", unit, model["w1"], optimize=True) + model["b1"][:, None], 0)
    scores = np.einsum("hnk,hkc->hnc", hidden, model["w2"], optimize=True) + model["b2"][:, None]
    plain = unit @ model["linear"] + model["linear_bias"]
    return np.mean([np.log(softmax(s)) for s in (*scores.astype(float), plain.astype(float))], axis=0)


def blend(by_word: Any, by_meaning: Any, share: Any, temperature: float) -> Any:
    """Return calibrated probabilities: log-probabilities weighed by `share` of the words, over a temperature."""
    scores = share * np.log(softmax(by_word.astype(float))) + (1 - share) * by_meaning
    return softmax(scores / temperature)


def _worded(batch: pa.RecordBatch) -> Any:
    """Return which texts have a letter."""
    found = pc.match_substring_regex(pc.fill_null(column(batch, "text"), ""), r"\pL")
    return found.to_numpy(zero_copy_only=False)


@cache
def _weights() -> Any:
    return large(_artefacts.load("polarity")).astype(np.float32)


PLUGIN = Polarity()
