"""What a post offers or asks of the one it is about: work, an invitation, a complaint, thanks, a question."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts
from valore.enrich._classes import answer, schema
from valore.enrich._columns import column
from valore.enrich._languages import codes, known
from valore.enrich._meaning import scores
from valore.enrich._sentences import vectors

CLASSES = ("brief", "collaboration", "job", "press", "speaking", "complaint", "thanks", "question", "none")
"""Wants to buy work · wants to do something together · an opening · a journalist asks · an invitation to speak ·
something went wrong · thanks or praise to whom it is due · a real question that deserves an answer · none of them."""
SURE = 0.40
"""Least calibrated probability of the likeliest class; below it the label is `undecided`."""
LANGUAGES = frozenset(("de", "en", "es", "fr", "it", "pt"))
"""Examples are English and Italian; the others are carried over by the vectors."""


class Opportunity:
    """A linear model on sentence vectors, from invented posts; the reason is the one that lies closest."""

    name = "opportunity"
    over = Over.POSTS
    requires = ("text", "language")
    provides = schema("opportunity", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = LANGUAGES
    whole = False

    @property
    def version(self) -> str:
        """`opportunity@N`, of the artefact in use."""
        return _artefacts.version("opportunity")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, probabilities and, as the reason, the invented post of that class that is most alike.

        Uses a column `embedding` where there is one. Needs `language`; null in others and without a letter.
        """
        read = np.flatnonzero(known(batch, LANGUAGES) & _worded(batch))
        p = np.full((batch.num_rows, len(CLASSES)), 1 / len(CLASSES))
        reasons = np.full(batch.num_rows, None, dtype=object)
        if len(read):
            chosen = batch.take(pa.array(read))
            unit = vectors(chosen)
            p[read] = scores(_artefacts.load("opportunity"), unit)
            reasons[read] = _closest(unit, p[read].argmax(axis=1), codes(column(chosen, "language")))
        scored = np.isin(np.arange(batch.num_rows), read)
        return answer(self.provides, CLASSES, p, scored, p.max(axis=1) >= SURE, pa.array(reasons, pa.string()))


def _closest(unit: Any, best: Any, languages: pa.Array) -> Any:
    """Return the example closest to each vector, of its class and in its language (English where we have none)."""
    model = _artefacts.load("opportunity")
    said = np.where(np.array(languages.to_pylist()) == "it", "it", "en")
    near = unit @ model["examples"].astype(np.float32).T
    apart = (model["label"] != best[:, None]) | (model["language"] != said[:, None])
    return model["text"][np.where(apart, -2.0, near).argmax(axis=1)]


def _worded(batch: pa.RecordBatch) -> Any:
    return pc.match_substring_regex(pc.fill_null(column(batch, "text"), ""), r"\pL").to_numpy(zero_copy_only=False)


PLUGIN = Opportunity()
