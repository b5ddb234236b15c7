"""Polarity for the subject: is what a post says good or bad for its reputation?"""

import pyarrow as pa

from valore.enrich import Over, _artefacts
from valore.enrich._classes import schema
from valore.enrich._subject import LANGUAGES, answered

CLASSES = ("negative", "neutral", "positive")
SURE = 0.45
"""Least calibrated probability of the likeliest class; below it the label is `undecided`."""


class Reputation:
    """A model of words, meaning and the subject, learned from experts of reputation.

    Polarity for a subject is not the tone of the text: sad news of a singer's death may be good for her name.
    It is meant for posts that are about the subject (see `relevance`).
    """

    name = "reputation"
    over = Over.POSTS
    requires = ("text", "language", "subject")
    provides = schema("reputation", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = LANGUAGES
    whole = False

    @property
    def version(self) -> str:
        """`reputation@N`, of the artefact in use."""
        return _artefacts.version("reputation")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, likeliest class, probabilities and reason; null without a subject.

        Uses the columns `subject_aliases`, `subject_homepage`, `subject_category` and `embedding` where they are.
        """
        return answered(self, batch, SURE, signs=False)


PLUGIN = Reputation()
