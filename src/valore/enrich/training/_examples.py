"""What the trainings of `stance` and `theme` share: invented examples, and a fit held out by language."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from scipy.sparse.csgraph import connected_components

from valore.enrich._classes import softmax
from valore.enrich._meaning import scores, surface
from valore.enrich._sentences import WIDTH, encode
from valore.enrich._text import words
from valore.enrich.training._score import Score, score, temperature

_FOLDS = 6
_TRANSLATED = 0.6
"""Cosine from which two invented sentences count as the same in two languages."""


class Examples(NamedTuple):
    """Invented sentences with their class."""

    text: list[str]
    features: Any
    label: Any
    language: Any


def examples(name: str, classes: tuple[str, ...], *, signs: bool) -> Examples:
    """Return the sentences of `NAME.toml`; `signs` adds those of the surface to the vectors."""
    told = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    rows = [(t, k, lang) for k, c in enumerate(classes) for lang, said in told[c].items() for t in said]
    text = pa.array([r[0] for r in rows])
    unit = encode(words(text))
    features = np.hstack([unit, surface(text)]) if signs else unit
    return Examples(text.to_pylist(), features, np.array([r[1] for r in rows]), np.array([r[2] for r in rows]))


def fit(seen: Examples, strength: float) -> dict[str, Any]:
    """Return the arrays of the artefact; the temperature is set on held-out sentences."""
    model = _plain(seen.features, seen.label, strength)
    held = np.log(_held_out(seen, strength).clip(1e-12))
    return {**model, "temperature": np.array(temperature(seen.label, held))}


def report(seen: Examples, strength: float, warmth: float) -> tuple[Score, ...]:
    """Return the figures for sentences of which neither they nor a translation were seen."""
    p = softmax(np.log(_held_out(seen, strength).clip(1e-12)) / warmth)
    plain = _words_only(seen)
    parts = [(lang, seen.language == lang) for lang in sorted(set(seen.language))]
    return tuple(score(n, seen.label[at], p[at], plain[at]) for n, at in (*parts, ("all", np.ones(len(p), bool))))


def _plain(features: Any, label: Any, strength: float) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=strength, max_iter=500).fit(features, label)
    return {
        "weights": fitted.coef_.T.astype(np.float16),
        "bias": fitted.intercept_.astype(np.float32),
        "temperature": np.array(1.0),
    }


def _held_out(seen: Examples, strength: float) -> Any:
    """Return probabilities of each sentence from a model that has seen no sentence like it in any language."""
    p = np.zeros((len(seen.label), seen.label.max() + 1))
    fold = _fold(seen)
    for held in range(_FOLDS):
        at = fold == held
        p[at] = scores(_plain(seen.features[~at], seen.label[~at], strength), seen.features[at])
    return p


def _fold(seen: Examples) -> Any:
    """Return a fold for each sentence; translations, found by their vectors, share one."""
    unit = seen.features[:, :WIDTH]
    group = connected_components(unit @ unit.T > _TRANSLATED)[1]
    return np.random.default_rng(1).integers(0, _FOLDS, group.max() + 1)[group]


def _words_only(seen: Examples) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import PredefinedSplit, cross_val_predict
    from sklearn.pipeline import make_pipeline

    plain = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=2, max_iter=300))
    return cross_val_predict(plain, seen.text, seen.label, cv=PredefinedSplit(_fold(seen)), method="predict_proba")
