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
from valore.flows.validating import NEAR, ceiling, validate

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


def test_less_is_better_where_the_measure_says_so() -> None:
    assert ceiling("ECE")
    assert ceiling("mean absolute error")
    assert not ceiling("macro-F1")
