"""What a post does: it gives an opinion, asks, provokes, or reports."""

import pyarrow as pa

from valore.enrich import Over, _artefacts
from valore.enrich._classes import schema
from valore.enrich._meaning import answered

CLASSES = ("opinion", "question", "provocation", "report")
SURE = 0.45
"""Least probability of a label; below it the post is undecided."""


class Stance:
    """A linear model on sentence vectors and a few signs, from invented posts and weak labels."""

    name = "stance"
    over = Over.POSTS
    requires = ("text", "language")
    provides = schema("stance", CLASSES, reason=False)
    classes = CLASSES
    languages: frozenset[str] | None = frozenset(("de", "en", "es", "fr", "it", "pt"))
    whole = False

    @property
    def version(self) -> str:
        """`stance@N`, of the artefact in use."""
        return _artefacts.version("stance")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label and probabilities. Uses a column `embedding` where there is one."""
        return answered(self, batch, SURE, signs=True)


PLUGIN = Stance()
