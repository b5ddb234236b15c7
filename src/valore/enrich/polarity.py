"""The tone of a text: negative, neutral or positive."""

import os
from enum import StrEnum
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts, _deep, _e5
from valore.enrich._classes import answer, schema, softmax
from valore.enrich._columns import column, once
from valore.enrich._languages import codes, known
from valore.enrich._sentences import vectors
from valore.enrich._text import words
from valore.enrich._words import BUCKETS, grams, large, spoken
from valore.errors import UnknownName

CLASSES = ("negative", "neutral", "positive")
SURE = 0.45
"""Least calibrated probability of the likeliest class; below it the label is `undecided`."""
SETTING = "VALORE_POLARITY"


class Tier(StrEnum):
    """How much is computed for a text."""

    INSTANT = "instant"
    """Hashed words and letter groups."""
    FAST = "fast"
    """And a sentence vector."""
    DEEP = "deep"
    """And the fine-tuned encoder."""
    CASCADE = "cascade"
    """Deep only where fast is not sure."""


_RANK = (Tier.INSTANT, Tier.FAST, Tier.CASCADE, Tier.DEEP)


def tier() -> Tier:
    """Return the tier in use: VALORE_POLARITY, else the cascade, or fast where the encoder's package is missing.

    Raises:
        UnknownName: the setting names no tier.
    """
    given = os.environ.get(SETTING, "")
    if given and given not in list(Tier):
        raise UnknownName(SETTING, given, list(Tier))
    if given:
        return Tier(given)
    return Tier.CASCADE if _e5.present() else Tier.FAST


class Polarity:
    """Up to three opinions, blended in log space and calibrated: words, the sentence's meaning, the encoder.

    Words weigh less in a language whose words were not in the training (Italian, unless the user has
    trained with Italian): there the meaning, carried over from other languages, must speak.
    """

    name = "polarity"
    over = Over.POSTS
    requires = ("text", "language")
    provides = schema("polarity", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = frozenset(("ar", "de", "en", "es", "fr", "it", "pt"))
    whole = False

    def __init__(self, fixed: Tier | None = None) -> None:
        """Take a tier; None: the one in use when it is asked."""
        self._fixed = fixed

    @property
    def version(self) -> str:
        """`polarity@N.M`, of the artefact and tier in use; M grows with what is computed, so that more is newer."""
        return f"{_artefacts.version('polarity')}.{_RANK.index(self._fixed or tier())}"

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, likeliest class, probabilities and the words that spoke.

        Uses a column `embedding` where there is one. Needs `language`; null elsewhere. Texts that are
        equal without addresses and names of accounts are scored once.
        """
        read = np.flatnonzero(known(batch, self.languages or frozenset()) & _worded(batch))
        p = np.full((batch.num_rows, len(CLASSES)), 1 / len(CLASSES))
        reasons = np.full(batch.num_rows, None, dtype=object)
        if len(read):
            chosen = batch.take(pa.array(read))
            bare = words(chosen.column("text"))
            p[read] = self._score(bare, chosen)
            reasons[read] = spoken(bare.to_pylist(), _weights()[:BUCKETS], p[read].argmax(axis=1)).to_pylist()
        scored = np.isin(np.arange(batch.num_rows), read)
        return answer(self.provides, CLASSES, p, scored, p.max(axis=1) >= SURE, pa.array(reasons, pa.string()))

    def _score(self, bare: pa.Array, batch: pa.RecordBatch) -> Any:
        at, spoken_in = self._fixed or tier(), codes(column(batch, "language"))
        by_word = once(bare, _by_word)
        if at is Tier.INSTANT:
            return blended(at, spoken_in, by_word)
        by_meaning = meaning(_artefacts.load("polarity"), vectors(batch))
        p = blended(Tier.FAST, spoken_in, by_word, by_meaning)
        if at is Tier.FAST:
            return p
        rows = np.flatnonzero(p.max(axis=1) < (_bound() if at is Tier.CASCADE else np.inf))
        if len(rows):
            chosen = pa.array(rows)
            deep = once(bare.take(chosen), lambda texts: log_p(_deep.scores(texts.to_pylist())))
            p[rows] = blended(Tier.DEEP, spoken_in.take(chosen), by_word[rows], by_meaning[rows], deep)
        return p


def blended(at: Tier, languages: pa.Array, *opinions: Any) -> Any:
    """Return calibrated probabilities (n, classes) from log-probabilities of each opinion, in the order of tiers."""
    return mixed(_artefacts.load("polarity"), at, languages, *opinions)


def mixed(model: Any, at: Tier, languages: pa.Array, *opinions: Any) -> Any:
    """Return probabilities by the weights of a model: `mix_TIER` (2, opinions), for languages not trained and trained.

    `shift` (languages, classes), in the order of `trained`, is what each language adds.
    """
    place = pc.fill_null(pc.index_in(languages, value_set=pa.array(model["trained"].tolist())), -1)
    place = place.to_numpy(zero_copy_only=False)
    weight = model[f"mix_{at}"][(place >= 0).astype(int)]
    scores = np.einsum("no,onc->nc", weight, np.stack(opinions))
    return softmax(scores + np.vstack([model[f"shift_{at}"], np.zeros((1, len(CLASSES)))])[place])


def meaning(model: Any, unit: Any) -> Any:
    """Return mean log-probabilities of the heads on sentence vectors, (n, classes)."""
    hidden = np.maximum(np.einsum("nd,hdk->hnk", unit, model["w1"], optimize=True) + model["b1"][:, None], 0)
    scores = np.einsum("hnk,hkc->hnc", hidden, model["w2"], optimize=True) + model["b2"][:, None]
    return np.mean([log_p(s) for s in scores], axis=0)


def log_p(scores: Any) -> Any:
    """Return log-probabilities from scores, (n, classes)."""
    return np.log(softmax(np.asarray(scores, float)).clip(1e-6))


def _by_word(bare: pa.Array) -> Any:
    return log_p(np.asarray(grams(bare.to_pylist()) @ _weights()) + _artefacts.load("polarity")["gram_bias"])


def _bound() -> float:
    """Return the probability from which `fast` is sure enough for the cascade."""
    return float(_artefacts.load("polarity")["bound"])


def _worded(batch: pa.RecordBatch) -> Any:
    """Return which texts have a letter."""
    found = pc.match_substring_regex(pc.fill_null(column(batch, "text"), ""), r"\pL")
    return found.to_numpy(zero_copy_only=False)


@cache
def _weights() -> Any:
    return large(_artefacts.load("polarity")).astype(np.float32)


PLUGIN = Polarity()
