"""Calibrate a bigger model that the user has set (`valore.enrich._optional`) on rows that the user has labelled."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from valore.enrich import _artefacts
from valore.enrich._classes import softmax
from valore.enrich._columns import column
from valore.enrich._optional import Replacement
from valore.enrich._text import words
from valore.enrich.training._data import folds
from valore.enrich.training._score import Score, score, temperature
from valore.errors import N_, SourceError

FEW = 60
"""Different labelled texts below which no temperature is set."""
_LEAST = FEW // 4
"""Of them, in each half."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What labelled rows have come to."""

    artefact: Path
    used: int
    """Different texts with a label that is one of the classes, and with an answer; both halves."""
    left_out: int
    """Rows without a text, with another label, without an answer, or with the text of a row before."""
    temperature: float
    before: Score
    """Macro-F1 and calibration of the half that set nothing, as the model came."""
    after: Score
    """The same with the temperature."""


def calibrate(model: Replacement, told: pa.RecordBatch, out: Path) -> Calibrated:
    """Set the temperature of a model and write it as `NAME_optional`.

    Half of the texts, by a checksum, set it; the sheet's figures are of the other half. No text is read twice, and
    none whose label says nothing.

    Args:
        model: As `replacement` gives it.
        told: Columns `text` and `label`; rows with another label than the model's classes are left out.
        out: Folder for the artefact; read from there when VALORE_MODELS names it.

    Raises:
        SourceError: too few rows have a label that is one of the classes and an answer.
    """
    rows, truth = _usable(told, model.classes)
    texts = column(told, "text").take(pa.array(rows))
    scores = np.asarray(model.reader.scores(words(texts).to_pylist())) if len(rows) else np.empty((0, 1))
    answered = ~np.isnan(scores).any(axis=1)
    half, n = _half(texts), int(answered.sum())
    if n < FEW or min((answered & half).sum(), (answered & ~half).sum()) < _LEAST:
        raise SourceError(N_("{n} labelled rows can be used; {few} are needed"), n=n, few=FEW)
    warmth = temperature(truth[answered & half], scores[answered & half])
    before, after = _figures(truth[answered & ~half], scores[answered & ~half], warmth)
    tables = (("Rows that set nothing", (before, after)),)
    arrays = {"temperature": np.array(warmth)}
    path = _artefacts.save(out, f"{model.name}_optional", model.reader.mark, arrays, tables)
    return Calibrated(path, n, told.num_rows - n, warmth, before, after)


def _usable(told: pa.RecordBatch, classes: tuple[str, ...]) -> tuple[Any, Any]:
    """Return the rows that can teach something, the first of each text, and the class number of each."""
    truth = _classes(column(told, "label"), classes)
    fold = np.array(folds(column(told, "text")).to_pylist(), dtype=object)
    good = np.flatnonzero((truth >= 0) & np.array([bool(f.strip()) for f in fold], bool))
    rows = good[np.sort(np.unique(fold[good].astype(str), return_index=True)[1])]
    return rows, truth[rows]


def _figures(truth: Any, scores: Any, warmth: float) -> tuple[Score, Score]:
    parts = (("as it came", 1.0), ("with its temperature", warmth))
    before, after = (score(name, truth, softmax(scores / t)) for name, t in parts)
    return before, after


def _classes(labels: pa.Array, classes: tuple[str, ...]) -> Any:
    said = [(one or "").strip().lower() for one in labels.to_pylist()]
    return np.array([classes.index(one) if one in classes else -1 for one in said], np.int64)


def _half(texts: pa.Array) -> Any:
    return np.array([hashlib.sha256(t.encode()).digest()[0] % 2 == 0 for t in folds(texts).to_pylist()], bool)
