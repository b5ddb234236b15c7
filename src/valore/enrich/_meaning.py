"""What `stance` and `theme` share: a linear model on sentence vectors and a few signs of the surface."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import _artefacts
from valore.enrich._classes import answer, softmax
from valore.enrich._columns import column
from valore.enrich._languages import known
from valore.enrich._sentences import vectors

_ASKS = (
    r"(?i)\b(chi|come|quando|dove|perch[eé]|quanto|quale|qualcuno|who|how|when|where|why|which|what|"
    r"anybody|anyone|comment|pourquoi|quand|combien|wie|wann|warum|wer|quién|cómo|cuándo|dónde|cuánto|"
    r"como|onde)\b"
)
_THINKS = (
    r"(?i)\b(secondo me|credo|penso|trovo|a mio (parere|avviso)|preferisco|adoro|"
    r"i (think|believe|feel|love|hate)|in my (view|opinion)|imho|à mon avis|je (pense|trouve|crois)|"
    r"meiner meinung|ich (finde|glaube|denke)|en mi opinión|creo|pienso|na minha opinião|acho)\b"
)


def surface(texts: pa.Array) -> Any:
    """Return signs of the surface, float32 (n, 5).

    In order: question mark at the end, and anywhere; asking words; words of opinion; figures.
    """
    signs = (r"[?？؟][\s\"'»”)]*$", r"[?？؟]", _ASKS, _THINKS, r"\d")
    found = [pc.match_substring_regex(pc.fill_null(texts, ""), s).to_numpy(zero_copy_only=False) for s in signs]
    return np.stack(found, axis=1).astype(np.float32)


def scores(model: Any, features: Any) -> Any:
    """Return probabilities of a linear model over a temperature, (n, classes)."""
    raw = features @ model["weights"].astype(np.float32) + model["bias"]
    return softmax(raw.astype(float) / float(model["temperature"]))


def answered(enricher: Any, batch: pa.RecordBatch, sure: float, *, signs: bool) -> pa.RecordBatch:
    """Return the columns of an enricher that reads the meaning; null in languages it does not know."""
    read = np.flatnonzero(known(batch, enricher.languages) & _worded(batch))
    p = np.full((batch.num_rows, len(enricher.classes)), 1 / len(enricher.classes))
    if len(read):
        chosen = batch.take(pa.array(read))
        unit = vectors(chosen)
        features = np.hstack([unit, surface(chosen.column("text"))]) if signs else unit
        p[read] = scores(_artefacts.load(enricher.name), features)
    scored = np.isin(np.arange(batch.num_rows), read)
    return answer(enricher.provides, enricher.classes, p, scored, p.max(axis=1) >= sure)


def _worded(batch: pa.RecordBatch) -> Any:
    """Return which texts have a letter."""
    found = pc.match_substring_regex(pc.fill_null(column(batch, "text"), ""), r"\pL")
    return found.to_numpy(zero_copy_only=False)
