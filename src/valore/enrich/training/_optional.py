"""Calibrate a bigger model that the user has set (`valore.enrich._optional`) on rows that the user has labelled."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from valore.enrich import _artefacts
from valore.enrich._classes import softmax
from valore.enrich._columns import column
from valore.enrich._optional import Replacement
from valore.enrich._text import words
from valore.enrich.training._card import Tables
from valore.enrich.training._data import folds
from valore.enrich.training._score import score, temperature
from valore.errors import N_, SourceError

FEW = 60
"""Labelled rows below which no temperature is set."""


def calibrate(model: Replacement, told: pa.RecordBatch, out: Path) -> Path:
    """Set the temperature of a model and write it as `NAME_optional`; return the artefact's path.

    Half of the rows, by a checksum of their text, set it; the sheet's figures are of the other half.

    Args:
        model: As `replacement` gives it.
        told: Columns `text` and `label`; rows with another label than the model's classes are left out.
        out: Folder for the artefact; read from there when VALORE_MODELS names it.

    Raises:
        SourceError: too few rows have a label that is one of the classes and an answer.
    """
    texts, truth = column(told, "text"), _classes(column(told, "label"), model.classes)
    scores = model.reader.scores(words(texts).to_pylist())
    use = (truth >= 0) & ~np.isnan(scores).any(axis=1)
    if use.sum() < FEW:
        raise SourceError(N_("{n} labelled rows can be used; {few} are needed"), n=int(use.sum()), few=FEW)
    half = _half(texts)
    warmth = temperature(truth[use & half], scores[use & half])
    tables = _figures(truth[use & ~half], scores[use & ~half], warmth)
    arrays = {"temperature": np.array(warmth)}
    return _artefacts.save(out, f"{model.name}_optional", model.reader.mark, arrays, tables)


def _figures(truth: Any, scores: Any, warmth: float) -> Tables:
    parts = (("as it came", 1.0), ("with its temperature", warmth))
    return (("Rows that set nothing", tuple(score(name, truth, softmax(scores / t)) for name, t in parts)),)


def _classes(labels: pa.Array, classes: tuple[str, ...]) -> Any:
    return np.array([classes.index(one) if one in classes else -1 for one in labels.to_pylist()])


def _half(texts: pa.Array) -> Any:
    return np.array([hashlib.sha256(t.encode()).digest()[0] % 2 == 0 for t in folds(texts).to_pylist()])
