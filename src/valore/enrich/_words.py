"""Hashed words and letter groups of a text, and which words spoke for a class."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

BUCKETS = 2**18
"""Hashed features of words (one and two), and as many of letter groups (two to five)."""
_SPLIT = r"(?u)\w+|[^\w\s]"
_SPOKEN = 3
"""Words named at most."""
_WORD = re.compile(r"\w{3,}|[^\x00-\x7f]")
"""What may be named: a word of three letters or more, or an emoji; no full stop."""
_CLEAR = 0.25
"""Least weight of a word that is named."""


def grams(texts: Sequence[str]) -> Any:
    """Return hashed features of bare texts, (n, 2 * BUCKETS), each half of unit length."""
    by_word, by_letter = _hashers()
    return sp.hstack([by_word.transform(texts), by_letter.transform(texts)]).tocsr()


def spoken(texts: Sequence[str], weights: Any, best: Any) -> pa.Array:
    """Return the words of each text that spoke most for its class, `w1, w2`; null where none spoke clearly.

    Args:
        texts: Bare texts.
        weights: (BUCKETS, classes), of the word features.
        best: (n,) numbers of classes.
    """
    split = [re.findall(_SPLIT, text.lower()) for text in texts]
    known = {token: i for i, token in enumerate(dict.fromkeys(t for tokens in split for t in tokens))}
    if not known:
        return pa.nulls(len(texts), pa.string())
    hits = _one().transform([[token] for token in known])
    found = weights[hits.indices]
    found = found - found.mean(axis=1, keepdims=True)
    return pa.array([_name(tokens, known, found[:, k]) for tokens, k in zip(split, best, strict=True)], pa.string())


def small(weights: Any, floor: float = 0.0) -> dict[str, Any]:
    """Return weights (features, classes) as int8 and a scale for each class; those below `floor` become 0."""
    scale = np.abs(weights).max(axis=0) / 127
    kept = np.where(np.abs(weights) < floor, 0, weights)
    return {"gram_weights": np.rint(kept / scale).astype(np.int8), "gram_scale": scale.astype(np.float32)}


def large(artefact: Any) -> Any:
    """Return the weights that `small` made small, float32 (features, classes)."""
    return artefact["gram_weights"] * artefact["gram_scale"]


def _name(tokens: list[str], known: dict[str, int], weight: Any) -> str | None:
    ranked = sorted(
        {t for t in tokens if weight[known[t]] >= _CLEAR and _WORD.fullmatch(t)}, key=lambda t: (-weight[known[t]], t)
    )
    return ", ".join(ranked[:_SPOKEN]) or None


@cache
def _hashers() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import HashingVectorizer

    common = {"n_features": BUCKETS, "alternate_sign": False, "norm": "l2"}
    return (
        HashingVectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=_SPLIT, **common),
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common),
    )


@cache
def _one() -> Any:
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(analyzer=list, n_features=BUCKETS, alternate_sign=False, norm=None)
