"""Measures the models again and compares with what their cards say: every published figure, from the data."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valore.enrich import _artefacts
from valore.enrich.training import NAMES, Order, module, steady
from valore.errors import N_, SettingsError, SourceError, UnknownName

if TYPE_CHECKING:
    from valore.enrich.training._card import Tables
    from valore.enrich.training._score import Score

NEAR = 5e-4
"""Difference that the card, which has three decimals, cannot show: one machine's last digits and another's."""
SMALLER_IS_BETTER = ("error", "false", "ece", "bias", "offset", "mean percentile", "distance", "gap")
"""What names of measures hold whose aim is a ceiling."""
Tick = Callable[[int, int | None, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of one model; None where there is none."""

    model: str
    table: str
    part: str
    metric: str
    n: int
    ours: float | None
    low: float | None
    high: float | None
    ece: float | None
    baseline: float | None
    aim: float | None
    published: float | None
    """What the card says; None where it does not have this figure."""

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        if self.aim is None or self.ours is None:
            return None
        return abs(self.ours) <= self.aim if ceiling(self.metric) else self.ours >= self.aim

    @property
    def difference(self) -> float | None:
        """Ours less what is published; None where one of the two is missing."""
        return None if self.ours is None or self.published is None else self.ours - self.published

    @property
    def same(self) -> bool:
        """Whether the card says what was measured."""
        if self.ours is None and self.published is None:
            return True
        return self.difference is not None and abs(self.difference) <= NEAR


@dataclass(frozen=True, slots=True)
class Validated:
    """One model: its figures, or why there are none."""

    model: str
    rows: tuple[Row, ...] = ()
    missing: tuple[str, ...] = ()
    """Figures of the card that were not measured, `table: part (metric)`."""
    skipped: str = ""
    """Why nothing was measured (a message to translate); empty where it was."""
    facts: Mapping[str, object] | None = None

    @property
    def same(self) -> bool:
        """Whether every figure of the card was measured and is the same."""
        return not self.skipped and not self.missing and all(row.same for row in self.rows)


def validate(names: Sequence[str] | None, data: Path, tick: Tick | None = None) -> Iterator[Validated]:
    """Measure models on the labelled sets and yield each with what its card says.

    Args:
        names: Models; all that have a card when None.
        data: Folder with one folder for each set.
        tick: Called with models done, models in all, and the name of the next.

    Raises:
        UnknownName: there is no such model.
    """
    chosen = list(dict.fromkeys(names or NAMES))
    for name in chosen:
        if name not in NAMES:
            raise UnknownName("model", name, NAMES)
    for i, name in enumerate(chosen):
        if tick is not None:
            tick(i, len(chosen), "models")
        yield _validated(name, Order(data=data, seed=1))


def published(name: str) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    """Return the figures of a model's card, by table, part and metric."""
    tables = _artefacts.sheet(name)["figures"]
    return {(title, row["part"], row["metric"]): row for title, rows in tables for row in rows}


def ceiling(metric: str) -> bool:
    """Return whether less is better, as the name of a measure tells; of a gap, whichever its sign."""
    said = f" {metric.lower().replace('-', ' ')}"
    return any(f" {words}" in said for words in SMALLER_IS_BETTER)


def _validated(name: str, order: Order) -> Validated:
    training = module(name)
    if not hasattr(training, "figures"):
        return Validated(name, skipped=N_("its figures cannot be measured yet"))
    try:
        with steady():
            told, measured = published(name), training.figures(order)
    except (SourceError, SettingsError) as error:
        return Validated(name, skipped=error.message, facts=error.facts)
    rows = tuple(_rows(name, measured, told))
    seen = {(r.table, r.part, r.metric) for r in rows}
    return Validated(name, rows, tuple(f"{t}: {p} ({m})" for t, p, m in told if (t, p, m) not in seen))


def _rows(name: str, tables: "Tables", told: Mapping[tuple[str, str, str], Mapping[str, Any]]) -> Iterator[Row]:
    for title, scores in tables:
        for score in scores:
            yield _row(name, title, score, told.get((title, score.part, score.metric)))


def _row(name: str, title: str, score: "Score", told: Mapping[str, Any] | None) -> Row:
    return Row(
        model=name,
        table=title,
        part=score.part,
        metric=score.metric,
        n=int(score.n),
        ours=_number(score.value),
        low=_number(score.low),
        high=_number(score.high),
        ece=_number(score.ece),
        baseline=_number(score.baseline),
        aim=_number(score.aim),
        published=_number(told["value"]) if told else None,
    )


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
