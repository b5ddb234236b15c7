"""Of which side of the subject's reputation a post speaks."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from valore.enrich import Over, _artefacts
from valore.enrich._classes import answer, schema, softmax
from valore.enrich._sentences import vectors
from valore.enrich._subject import LANGUAGES, readable

CLASSES = (
    "products",
    "innovation",
    "workplace",
    "governance",
    "citizenship",
    "leadership",
    "performance",
)
"""The seven dimensions of reputation. Source: Fombrun, Ponzi, Newburry (2015), Corporate Reputation Review 18."""
SURE = 0.40
"""Least probability of the likeliest class; below it the label is `undecided`."""

SOME = 0.50
"""Least probability that a post speaks of any of the seven; below it the label is `undecided`."""


class Dimension:
    """A linear model on sentence vectors, from invented sentences of each dimension and of none.

    A post that speaks of none of the seven is `undecided`: the probabilities are those of the seven, given
    that it speaks of one.
    """

    name = "dimension"
    over = Over.POSTS
    requires = ("text", "language", "subject")
    provides = schema("dimension", CLASSES, reason=False)
    classes = CLASSES
    languages: frozenset[str] | None = LANGUAGES
    whole = False

    @property
    def version(self) -> str:
        """`dimension@N`, of the artefact in use."""
        return _artefacts.version("dimension")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, likeliest class and probabilities; null without a subject.

        Uses a column `embedding` where there is one.
        """
        rows, n, k = readable(batch), batch.num_rows, len(CLASSES)
        p, some = np.full((n, k), 1 / k), np.zeros(n)
        if len(rows):
            both = probabilities(_artefacts.load("dimension"), vectors(batch.take(pa.array(rows))))
            p[rows] = both[:, :k] / both[:, :k].sum(axis=1, keepdims=True)
            some[rows] = 1 - both[:, k]
        able = np.isin(np.arange(n), rows)
        return answer(self.provides, CLASSES, p, able, (p.max(axis=1) >= SURE) & (some >= SOME))


def probabilities(model: Mapping[str, Any], unit: Any) -> Any:
    """Return probabilities of the seven and, last, of none of them, (n, 8), of unit vectors."""
    raw = unit @ model["weights"].astype(np.float32) + model["bias"]
    return softmax(raw.astype(float) / float(model["temperature"]) + model["shift"])


PLUGIN = Dimension()
