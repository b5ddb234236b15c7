"""Shares of the classes in an annotated table: as counted, and corrected. See `valore.enrich.prevalence`.

A classifier carries the mixture of its training into every table. What people have reviewed corrects that, for
any classifier; else expectation-maximisation on the table itself, where the mixture of the training is known.
With less than `FEW` rows for either, nothing is said but the count.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from valore.enrich import Enricher
from valore.enrich._classes import UNDECIDED
from valore.enrich._optional import replacement
from valore.enrich.prevalence import DOUBT, EVEN, STRENGTH, Shares, reviewed_shares, shares
from valore.errors import N_, SettingsError

FEW = 30
"""Rows, or reviewed rows, below which no share is corrected."""
LEVEL = 0.90
REVIEW, MODEL, NOTHING = "review", "model", ""


@dataclass(frozen=True, slots=True)
class Share:
    """One class of one classifier."""

    name: str
    """`undecided` is the last one; it has no corrected share, since it is no class of the posts."""
    count: int
    plain: float | None
    """Of the rows that were read; None where none was."""
    corrected: float | None = None
    """None where it is undecided."""
    low: float | None = None
    high: float | None = None
    """Interval at LEVEL."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """What one classifier says of some rows together."""

    classifier: str
    subject: str | None
    """What stands in the column of the subject; None: all rows."""
    rows: int
    read: int
    """Rows that have probabilities: with words, in a language that the model knows."""
    reviewed: int
    """Rows that were read and have a label of the user's that is one of the classes."""
    left_out: int
    """Rows with a label of the user's that is no class, or that were not read."""
    by: str
    """What corrected: REVIEW, MODEL (expectation-maximisation), or NOTHING."""
    classes: tuple[Share, ...]


def classifiers(chosen: Sequence[Enricher]) -> tuple[Enricher, ...]:
    """Return the enrichers that say a probability for each class.

    Raises:
        SettingsError: there is none.
    """
    found = tuple(e for e in chosen if e.classes and {f"{e.name}_p_{c}" for c in e.classes} <= set(e.provides.names))
    if not found:
        names = ", ".join(e.name for e in chosen)
        raise SettingsError(N_("shares are those of classes with probabilities; {names} has none"), names=names)
    return found


def mixtures(annotated: Path, chosen: Sequence[Enricher], subject: str | None = None) -> tuple[Mixture, ...]:
    """Return the shares of each classifier in a table that `annotate` wrote: of all rows, then of each subject.

    Args:
        annotated: The table. A column `NAME_reviewed` holds what people say of some rows, drawn at random.
        chosen: Classifiers whose columns it has.
        subject: Column whose cells name the subject of a row; those with most rows come first.
    """
    present = pq.read_schema(annotated).names
    return tuple(m for e in chosen for m in _of(e, annotated, present, subject))


def _of(one: Enricher, annotated: Path, present: Sequence[str], subject: str | None) -> Iterator[Mixture]:
    judged = f"{one.name}_reviewed"
    wanted = [one.name, *(f"{one.name}_p_{c}" for c in one.classes), *(c for c in (judged, subject) if c in present)]
    table = pq.read_table(annotated, columns=list(dict.fromkeys(wanted)))
    p = np.stack([table[f"{one.name}_p_{c}"].to_numpy() for c in one.classes], axis=1).astype(float)
    said = _Said(one, p, _numbers(table, one.name, one.classes), _numbers(table, judged, one.classes))
    yield said.of(None, np.ones(table.num_rows, bool))
    if subject in present:
        named = table[subject].combine_chunks().dictionary_encode()
        at = pc.fill_null(named.indices, -1).to_numpy(zero_copy_only=False)
        often = np.bincount(at[at >= 0], minlength=len(named.dictionary))
        names = named.dictionary.to_pylist()
        yield from (said.of(names[k], at == k) for k in np.argsort(-often, kind="stable") if names[k].strip())


@dataclass(frozen=True)
class _Said:
    """What was said of each row."""

    one: Enricher
    p: Any
    """(n, classes), NaN where a row was not read."""
    label: Any
    """Class numbers (n,); -1 for no label, the number of classes for any other word (`undecided`)."""
    judged: Any
    """The same of the user's."""

    @cached_property
    def whole(self) -> Any:
        """Shares of all rows by expectation-maximisation, (classes,); those of a subject lie around them."""
        return shares(self.p[~np.isnan(self.p).any(axis=1)]).value

    def of(self, subject: str | None, rows: Any) -> Mixture:
        read = rows & ~np.isnan(self.p).any(axis=1)
        k = len(self.one.classes)
        sample = read & (self.judged >= 0) & (self.judged < k)
        by, found = self._corrected(read, sample, None if subject is None else STRENGTH)
        counts = np.bincount(self.label[read & (self.label >= 0)], minlength=k + 1)
        n, m = int(read.sum()), int(sample.sum())
        names = (*self.one.classes, UNDECIDED)
        told = tuple(
            Share(c, int(counts[i]), counts[i] / n if n else None, *_at(found, i)) for i, c in enumerate(names)
        )
        left = int((rows & (self.judged >= 0)).sum()) - m
        return Mixture(self.one.name, subject, int(rows.sum()), n, m, left, by, told)

    def _corrected(self, read: Any, sample: Any, strength: float | None) -> tuple[str, Shares | None]:
        if sample.sum() >= FEW:
            at = np.flatnonzero(sample[read])
            return REVIEW, reviewed_shares(self.p[read], self.judged[read][at], at, level=LEVEL)
        if read.sum() < FEW or self.one.name not in EVEN or replacement(self.one.name):
            return NOTHING, None
        if strength is None:
            return MODEL, shares(self.p[read], level=LEVEL, doubt=DOUBT)
        return MODEL, shares(self.p[read], around=self.whole, strength=strength, level=LEVEL, doubt=DOUBT)


def _at(found: Shares | None, i: int) -> tuple[float, ...]:
    """Return share, low and high of a class; nothing where there is none."""
    return tuple(float(part[i]) for part in found) if found is not None and i < len(found.value) else ()


def _numbers(table: pa.Table, name: str, classes: tuple[str, ...]) -> Any:
    """Return the class number of each cell: -1 for an empty one, the number of classes for what is no class."""
    if name not in table.column_names:
        return np.full(table.num_rows, -1)
    said = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(table[name].cast(pa.string()), "")))
    number = pc.fill_null(pc.index_in(said, value_set=pa.array(classes)), len(classes))
    return pc.if_else(pc.equal(said, ""), -1, number).to_numpy().astype(np.int64)
