"""How two texts of one language answer each other: in meaning, word by word, and in the words that they share.

The weight of a piece of a word is how rare it is: the encoder's pieces are numbered by falling frequency, so the
logarithm of its number says it, in all its languages and without a table. Sources: Yang et al. (2020), ACL, for
the vectors; the matching of each piece with its nearest is the greedy one of Zhang et al. (2020), BERTScore, ICLR.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from valore.enrich import _use

NAMES = ("meaning", "words matched", "words shared")
_STEM = 5
"""Letters by which two words count as forms of one."""
_HEAVIEST = 16.0
"""Most that one word weighs, however many pieces it has: a link or a typing error says little."""


def features(one: Sequence[str], other: Sequence[str], cosine: Any) -> Any:
    """Return the features of each pair, float64 (n, 3) in [0, 1], as `NAMES` has them.

    Args:
        one: Bare texts.
        other: As many.
        cosine: (n,) of their sentence vectors.
    """
    low = [[text.lower() for text in side] for side in (one, other)]
    matched = _matched(*(_use.pieces(side) for side in low))
    return np.stack([np.clip(cosine, 0, 1), matched, _shared(*low)], axis=1)


def _matched(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> Any:
    """Return how well the pieces of each pair find each other, harmonic mean of both directions."""
    known = np.unique(np.array([i for side in (one, other) for cut in side for i in cut], np.int64))
    unit, weight = _vectors(known), rarity(known)
    places = ([np.searchsorted(known, cut[1:-1]) for cut in side] for side in (one, other))
    return np.array([_both(unit, weight, a, b) for a, b in zip(*places, strict=True)], float)


def _both(unit: Any, weight: Any, one: Any, other: Any) -> float:
    if not len(one) or not len(other):
        return 0.0
    alike = (unit[one] @ unit[other].T).clip(0, 1)
    there = np.average(alike.max(axis=1), weights=weight[one])
    back = np.average(alike.max(axis=0), weights=weight[other])
    return float(2 * there * back / max(there + back, 1e-9))


def _shared(one: Sequence[str], other: Sequence[str]) -> Any:
    """Return the weight of the words that both have over that of the heavier text's words."""
    split = [[dict.fromkeys(re.findall(r"\w+", text)) for text in side] for side in (one, other)]
    words = sorted({w for side in split for found in side for w in found})
    heavy = dict(zip(words, _weights(words), strict=True))
    sides = [[{w[:_STEM]: heavy[w] for w in found} for found in side] for side in split]
    return np.array([_overlap(a, b) for a, b in zip(*sides, strict=True)], float)


def _overlap(one: dict[str, float], other: dict[str, float]) -> float:
    both = sum(min(one[w], other[w]) for w in one.keys() & other.keys())
    return both / max(sum(one.values()), sum(other.values()), 1e-9)


def _weights(words: Sequence[str]) -> list[float]:
    if not words:
        return []
    cut = _use.pieces(words)
    return [min(float(rarity(np.array(one[1:-1])).sum()), _HEAVIEST) for one in cut]


def rarity(pieces: Any) -> Any:
    """Return how rare pieces are, about -log of their share of the encoder's text; > 0."""
    return 0.5 + 1.5 * np.log(np.maximum(pieces, 3))


def _vectors(pieces: Any) -> Any:
    """Return the unit vectors of pieces out of the encoder's word table, float32."""
    kept = _use.weights()
    part = pieces % len(kept["scale"])
    found = kept["table"][pieces] * kept["scale"][part, None] + kept["lo"][part, None]
    return found / np.linalg.norm(found, axis=1, keepdims=True).clip(1e-9)
