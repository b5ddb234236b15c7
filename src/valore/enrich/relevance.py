"""Whether a post is about the subject, or only holds its name."""

import pyarrow as pa

from valore.enrich import Over, _artefacts
from valore.enrich._classes import schema
from valore.enrich._subject import LANGUAGES, answered

CLASSES = ("related", "unrelated")
SURE = 0.60
"""Least calibrated probability of the likeliest class; below it the label is `undecided`."""


class Relevance:
    """A model of where the names stand, of the words beside them, and of how near the post is to the subject.

    It works for subjects that it has never seen. Aliases, words of the homepage and a category help.
    """

    name = "relevance"
    over = Over.POSTS
    requires = ("text", "language", "subject")
    provides = schema("relevance", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = LANGUAGES
    whole = False

    @property
    def version(self) -> str:
        """`relevance@N`, of the artefact in use."""
        return _artefacts.version("relevance")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, likeliest class, probabilities and reason; null without a subject.

        Uses the columns `subject_aliases`, `subject_homepage`, `subject_category` and `embedding` where they are.
        """
        return answered(self, batch, SURE, signs=True)


PLUGIN = Relevance()
