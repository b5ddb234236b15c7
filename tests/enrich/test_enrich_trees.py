"""Trees kept as arrays say what the trained ones said, and their reasons add up to the score."""

from typing import Any

import numpy as np
import pytest

from valore.enrich._trees import packed, said


@pytest.fixture(scope="module")
def grown() -> tuple[Any, Any, Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng = np.random.default_rng(1)
    rows = rng.normal(size=(200, 5)).astype(np.float32)
    rows[rng.random(rows.shape) < 0.2] = np.nan
    label = (np.nan_to_num(rows[:, 0]) + np.nan_to_num(rows[:, 1]) ** 2 > 0.8).astype(int)
    models = [HistGradientBoostingClassifier(max_iter=8, random_state=s).fit(rows, label) for s in range(2)]
    return models, rows, label


def test_arrays_score_as_the_trained_trees_do_also_where_numbers_are_unknown(grown: Any) -> None:
    models, rows, _ = grown
    expected = np.mean([m.decision_function(rows) for m in models], axis=0)
    assert said(packed(models), rows).score == pytest.approx(expected, abs=1e-4)


def test_shares_and_the_base_add_up_to_the_score(grown: Any) -> None:
    models, rows, _ = grown
    found = said(packed(models), rows)
    rest = found.score - found.share.sum(axis=1)
    assert np.ptp(rest) < 1e-6


def test_a_feature_that_decides_has_the_greatest_share(grown: Any) -> None:
    models, _, _ = grown
    far = np.zeros((1, 5))
    far[0, 0] = 3
    assert said(packed(models), far).share[0].argmax() == 0


def test_no_rows_are_no_rows(grown: Any) -> None:
    models, rows, _ = grown
    assert said(packed(models), rows[:0]).share.shape == (0, 5)
