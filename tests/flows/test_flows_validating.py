"""Figures are measured again: what the card says is compared, and what cannot be measured is said."""

import math
from pathlib import Path
from typing import Any

import pytest

from valore.enrich import _artefacts
from valore.enrich.training import NAMES
from valore.enrich.training._score import Score
from valore.errors import N_, SourceError, UnknownName
from valore.flows import validating
from valore.flows.validating import NEAR, validate

SCORE = Score("Italian", 870, 0.61, 0.58, 0.64, 0.02, math.nan, "macro-F1", 0.66)


class Training:
    """A model whose figures are given."""

    def __init__(self, *scores: Score, error: SourceError | None = None) -> None:
        self.scores, self.error = scores, error

    def figures(self, _: object) -> Any:
        if self.error is not None:
            raise self.error
        return (("Tone", self.scores),)


def told(monkeypatch: pytest.MonkeyPatch, training: object, *card: Score) -> validating.Validated:
    monkeypatch.setattr(validating, "module", lambda _: training)
    monkeypatch.setattr(_artefacts, "sheet", lambda _: {"figures": [["Tone", [s._asdict() for s in card]]]})
    return next(validate(["polarity"], Path("nowhere")))


def test_a_figure_that_the_card_says_is_the_same_up_to_the_last_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(monkeypatch, Training(SCORE), SCORE._replace(value=0.61 + NEAR / 2))
    assert found.same
    assert (found.rows[0].met, found.rows[0].aim, found.rows[0].baseline) == (False, 0.66, None)


@pytest.mark.parametrize("card", [[], [SCORE._replace(value=0.62)], [SCORE, SCORE._replace(part="French")]])
def test_a_figure_that_differs_or_is_missing_is_not_the_same(
    card: list[Score], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not told(monkeypatch, Training(SCORE), *card).same


def test_a_set_that_is_not_there_skips_its_model_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    error = SourceError(N_("the training set {file} is not there"), file="umsab")
    found = told(monkeypatch, Training(error=error), SCORE)
    assert not found.same
    assert found.skipped == error.message
    assert found.facts == {"file": "umsab"}


def test_a_model_that_nobody_knows_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="polarity"):
        list(validate(["mood"], tmp_path))


def test_a_card_without_data_says_so_for_every_model(tmp_path: Path) -> None:
    found = list(validate(["similarity", "polarity"], tmp_path))
    assert [v.model for v in found] == ["similarity", "polarity"]
    assert not any(v.same for v in found)
    assert all(v.skipped or v.missing for v in found)
    assert set(NAMES) >= {v.model for v in found}


@pytest.mark.parametrize(
    ("metric", "value", "aim", "met"),
    [
        ("ECE", 0.02, 0.03, True),
        ("mean absolute error", 0.09, 0.08, False),
        ("errors of polarity", 0.09, 0.08, False),
        ("macro-F1", 0.61, 0.66, False),
        ("gap of net tone", -0.003, 0.03, True),
        ("gap of net tone", -0.07, 0.03, False),
        ("mean percentile / 100", 0.01, 0.02, True),
        ("percentile of at most 2", 0.9, 1.0, False),
        ("false answers", 0.1, 0.0, False),
        ("recall", 1.0, 0.998, True),
    ],
)
def test_an_aim_is_met_from_the_side_that_the_measure_says(
    metric: str, value: float, aim: float, met: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the part is called says nothing: «three typing errors» may have a recall."""
    figure = SCORE._replace(part="three typing errors", metric=metric, value=value, aim=aim)
    assert told(monkeypatch, Training(figure), figure).rows[0].met is met
