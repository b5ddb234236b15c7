"""Enrichers: pure functions `RecordBatch -> RecordBatch`, one file each.

Output columns are named after the enricher: `polarity` holds the label, `polarity_best` the
likeliest class, `polarity_p_CLASS` the calibrated probabilities; a measure on a scale is one
number column (`novelty`); an explanation is `NAME_reason`. One output row for each input row, in
order. A text in a language that the model does not know is unscored: null, never guessed.
`undecided` is a label of every classifier.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

import pyarrow as pa

from valore.model.plugins import found


class Over(StrEnum):
    """What an enricher reads."""

    POSTS = "posts"
    ACCOUNTS = "accounts"
    PAIRS = "pairs"


class Enricher(Protocol):
    """One model behind a column."""

    name: str
    version: str
    """`polarity@1`."""
    over: Over
    requires: tuple[str, ...]
    """Input columns it cannot do without (`text`); others it uses when they are there."""
    provides: pa.Schema
    """Columns it returns."""
    classes: tuple[str, ...]
    """Classes in order, without `undecided`; empty for a measure on a scale."""
    languages: frozenset[str] | None
    """ISO 639-1 codes that it knows; None when language does not matter."""
    whole: bool
    """True when the rows speak of each other (novelty, near-duplicates): it wants all rows of a
    corpus in one batch, in order of time, and not one batch after the other."""

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the columns of `provides`, one row for each row of `batch`."""


def enrichers() -> Mapping[str, Enricher]:
    """Return every enricher by name; where a setting names a bigger model, that one in its place."""
    from valore.enrich._optional import replacement

    own = found("valore.enrich")
    return MappingProxyType({name: replacement(name) or enricher for name, enricher in own.items()})
