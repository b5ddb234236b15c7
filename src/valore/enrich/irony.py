"""Whether a post may mean the opposite of its words: a doubt that widens uncertainty, not a verdict."""

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts
from valore.enrich._classes import answer, schema
from valore.enrich._columns import column
from valore.enrich._languages import codes, known
from valore.enrich._sentences import vectors
from valore.enrich._text import words
from valore.enrich._words import BUCKETS, grams, large, spoken

CLASSES = ("ironic", "literal")
SURE = 0.80
"""Least calibrated probability for a label; irony is seldom plain from a text alone, so most are `undecided`."""
LANGUAGES = frozenset(("en", "it"))

_SIGNS = (
    r"[?？]", r"!", r"!!|\?!|!\?", r"\.\.\.|…", '["“”«»]',
    r"(?i)\b(oh|ah|yay|yeah|wow|mah|ma dai|bravo|bravi|complimenti|evviva|che bello|certo|ovviamente|grazie)\b",
    r"(?i)\b(love|great|nice|good|best|wonderful|perfect|thanks|fun|bell[oa]|ottimo|perfetto|grande|adoro|meraviglios\w+)\b",
    r"(?i)\b(but|yet|when|so|just|because|ma|però|quando|poi|tanto|invece)\b",
    "(?i)" + "|".join(letter * 3 for letter in "aeioumnhswyrlt"),
    r"\b\p{Lu}{3,}\b", "[😂🤣😅😉😏🙃🙄😒😑😐👏]", "[❤😍😊🥰💕]", "https?:", r"@\w", r"#\w", r"\d",
    r"(?i)\b(non|not|n't|don't|never|mai|no)\b", r"(?i)\b(i|my|me|io|mi|mio|mia)\b",
)  # fmt: skip
_SHORT, _LONG, _WEIGHT = 60, 110, 0.6


class Irony:
    """Signs and meaning in both languages; words too in a language that was trained (Italian only by the user)."""

    name = "irony"
    over = Over.POSTS
    requires = ("text", "language")
    provides = schema("irony", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = LANGUAGES
    whole = False

    @property
    def version(self) -> str:
        """`irony@N`, of the artefact in use."""
        return _artefacts.version("irony")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, probabilities and, in a trained language, the words that spoke.

        Uses a column `embedding` where there is one. Needs `language`; null in others and without a letter.
        """
        read = np.flatnonzero(known(batch, LANGUAGES) & _worded(batch))
        p, sure = np.full((batch.num_rows, 2), 0.5), np.zeros(batch.num_rows, bool)
        reasons = np.full(batch.num_rows, None, dtype=object)
        if len(read):
            chosen, model = batch.take(pa.array(read)), _artefacts.load("irony")
            texts = column(chosen, "text")
            trained = trained_in(model, codes(column(chosen, "language")))
            p[read] = probabilities(model, texts, vectors(chosen), trained)
            sure[read] = decided(p[read], trained)
            said = spoken(words(texts).to_pylist(), _word_weights(), p[read].argmax(axis=1)).to_pylist()
            reasons[read[trained]] = np.array(said, dtype=object)[trained]
        scored = np.isin(np.arange(batch.num_rows), read)
        return answer(self.provides, CLASSES, p, scored, sure, pa.array(reasons, pa.string()))


def widened(p: Any, irony_p: Any) -> Any:
    """Return polarity probabilities flattened by the doubt that the text is ironic.

    Each row is mixed with even shares, by `strength * irony_p**2`: the more doubt, the flatter, never so flat
    that the likeliest class changes. The strength is measured, not felt: the most that costs nothing in log loss on
    ordinary posts (see the card), and it is small.

    Args:
        p: Probabilities of polarity, (n, classes).
        irony_p: `irony_p_ironic`, (n,); NaN where nothing is known, which widens nothing.
    """
    return flattened(np.asarray(p, float), irony_p, float(_artefacts.load("irony")["strength"]))


def flattened(p: Any, irony_p: Any, strength: float) -> Any:
    """Return rows of `p` mixed with even shares by `strength * irony_p**2`."""
    share = strength * np.nan_to_num(np.asarray(irony_p, float))[:, None] ** 2
    return (1 - share) * p + share / p.shape[1]


def surface(texts: pa.Array) -> Any:
    """Return signs of the surface, float32 (n, signs): punctuation, exclamations, contrast, emoji, length."""
    given = pc.fill_null(texts, "")
    found = [pc.match_substring_regex(given, sign).to_numpy(zero_copy_only=False) for sign in _SIGNS]
    length = pc.utf8_length(given).to_numpy(zero_copy_only=False)
    return np.stack([*found, length < _SHORT, length > _LONG], axis=1).astype(np.float32)


def features(texts: pa.Array, unit: Any) -> Any:
    """Return what the linear model reads, float32 (n, 512 + signs)."""
    return np.hstack([unit, _WEIGHT * surface(texts)]).astype(np.float32)


def probabilities(model: Any, texts: pa.Array, unit: Any, trained: Any) -> Any:
    """Return calibrated probabilities (n, 2): log-odds of meaning and signs, half of them the words' where trained."""
    odds = features(texts, unit) @ model["weights"].astype(np.float32) + model["bias"]
    if trained.any():
        bare = words(texts.filter(pa.array(trained))).to_pylist()
        odds[trained] = (odds[trained] + grams(bare) @ large(model)[:, 0] + model["gram_bias"]) / 2
    p = 1 / (1 + np.exp(-odds.astype(float) / model["temperature"]))
    return np.stack([p, 1 - p], axis=1)


def decided(p: Any, trained: Any) -> Any:
    """Return which rows get a label, booleans: sure ones, and only in a language whose words were trained."""
    return (p.max(axis=1) >= SURE) & trained


def trained_in(model: Any, languages: pa.Array) -> Any:
    """Return where a language's words were in the training, booleans."""
    return np.isin(np.array(languages.to_pylist(), dtype=str), model["trained"])


@cache
def _word_weights() -> Any:
    one = large(_artefacts.load("irony"))[:BUCKETS, 0]
    return np.stack([one, -one], axis=1)


def _worded(batch: pa.RecordBatch) -> Any:
    return pc.match_substring_regex(pc.fill_null(column(batch, "text"), ""), r"\pL").to_numpy(zero_copy_only=False)


PLUGIN = Irony()
