"""How soon somebody who cares for the subject's reputation should look at a post."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts
from valore.enrich._classes import schema
from valore.enrich._subject import LANGUAGES, answered

CLASSES = ("alert", "mildly_important", "unimportant")
SURE = 0.45
"""Least calibrated probability of the likeliest class; below it the label is `undecided`."""


class Priority:
    """A model of words, meaning and the subject.

    A missed alert costs more than a false one, so who watches asks `alerted`: from a probability of
    alert, set in the artefact, that may be below that of another class.
    """

    name = "priority"
    over = Over.POSTS
    requires = ("text", "language", "subject")
    provides = schema("priority", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = LANGUAGES
    whole = False

    @property
    def version(self) -> str:
        """`priority@N`, of the artefact in use."""
        return _artefacts.version("priority")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, likeliest class, probabilities and reason; null without a subject.

        Uses the columns `subject_aliases`, `subject_homepage`, `subject_category` and `embedding` where they are.
        """
        return answered(self, batch, SURE, signs=False)


def alerted(found: pa.RecordBatch) -> Any:
    """Return which rows of an answer deserve an alert, booleans; null stays null."""
    return pc.greater_equal(
        found.column("priority_p_alert"), pa.scalar(np.float32(_artefacts.load("priority")["bound"]))
    )


PLUGIN = Priority()
