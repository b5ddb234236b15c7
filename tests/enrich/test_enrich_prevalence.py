"""Shares of a stream: what a model trained on even classes says of an uneven stream, put right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.enrich.prevalence import DOUBT, adapted, reviewed, reviewed_shares, shares


def stream(mixture: list[float], n: int = 1500, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Classes drawn from a mixture, and the calibrated probabilities of a model trained on even classes."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, n, p=mixture)
    signal = np.eye(3)[truth] * 1.5 + rng.normal(size=(n, 3))
    scores = np.exp(1.5 * signal)
    return truth, scores / scores.sum(axis=1, keepdims=True)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.05, 1), min_size=3, max_size=3), st.integers(0, 20))
def test_shares_of_an_uneven_stream_are_found(parts: list[float], seed: int) -> None:
    mixture = np.array(parts) / sum(parts)
    _, p = stream(mixture.tolist(), seed=seed)
    found = shares(p)
    assert np.abs(found.value - mixture).max() < 0.07
    assert found.value.sum() == pytest.approx(1)
    assert (found.low <= found.value + 1e-9).all()
    assert (found.value <= found.high + 1e-9).all()


def test_counting_probabilities_is_worse_than_the_correction() -> None:
    mixture = [0.8, 0.15, 0.05]
    _, p = stream(mixture)
    counted = np.abs(p.mean(axis=0) - mixture).max()
    assert counted > 0.1
    assert np.abs(shares(p).value - mixture).max() < counted / 4


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    mixture = np.array([0.5, 0.3, 0.2])
    inside = []
    for seed in range(40):
        _, p = stream(mixture.tolist(), 300, seed)
        found = shares(p, seed=seed)
        inside.append((found.low <= mixture) & (mixture <= found.high))
    assert 0.85 <= np.mean(inside) <= 1


def test_few_rows_stay_near_what_was_likely_before() -> None:
    _, p = stream([0.1, 0.1, 0.8], 5)
    around = np.array([0.6, 0.3, 0.1])
    free, held = shares(p).value, shares(p, around=around, strength=50).value
    assert np.abs(held - around).max() < np.abs(free - around).max() / 3


def test_probabilities_adapted_to_the_stream_decide_better() -> None:
    truth, p = stream([0.9, 0.05, 0.05])
    moved = adapted(p, shares(p).value)
    assert (moved.argmax(axis=1) == truth).mean() > (p.argmax(axis=1) == truth).mean() + 0.05


def test_a_reviewed_sample_takes_a_bias_away() -> None:
    rng = np.random.default_rng(3)
    judged = rng.choice([-1.0, 0.0, 1.0], 2000)
    said = 0.6 * judged + 0.2 + rng.normal(scale=0.2, size=2000)
    rows = rng.choice(2000, 300, replace=False)
    mean, low, high = reviewed(said, judged[rows], rows)
    assert abs(said.mean() - judged.mean()) > 0.15
    assert low < judged.mean() < high
    assert abs(mean - judged.mean()) < 0.06


def test_nothing_has_no_shares() -> None:
    with pytest.raises(ValueError, match="nothing"):
        shares(np.zeros((0, 3)))
    with pytest.raises(ValueError, match="two reviewed"):
        reviewed(np.zeros(4), np.zeros(1), np.array([0]))


def test_many_rows_are_drawn_in_kinds_and_say_the_same() -> None:
    """Else the bootstrap of a million rows would not fit into memory."""
    _, p = stream([0.5, 0.3, 0.2], 6000)
    whole, part = shares(p), shares(p[:4900])
    assert np.abs(whole.value - part.value).max() < 0.02
    assert np.abs((whole.high - whole.low) / (part.high - part.low) - np.sqrt(4900 / 6000)).max() < 0.25


def test_a_class_of_which_nothing_was_seen_may_still_be_there() -> None:
    found = shares(np.tile([1.0, 0.0, 0.0], (40, 1)), level=0.9)
    assert found.value[1] == pytest.approx(0, abs=1e-6)
    assert found.high[1] == pytest.approx(1 - 0.05 ** (1 / 40))
    sample = reviewed_shares(np.tile([1.0, 0.0, 0.0], (400, 1)), [0] * 40, range(40), level=0.9)
    assert sample.high[1] == pytest.approx(1 - 0.05 ** (1 / 40))
    assert sample.low[1] == 0


def test_doubt_widens_the_interval_and_a_lower_level_narrows_it() -> None:
    _, p = stream([0.5, 0.3, 0.2], 300)
    plain, doubted, narrow = shares(p), shares(p, doubt=DOUBT), shares(p, level=0.5)
    assert ((doubted.high - doubted.low) > (plain.high - plain.low) + 0.1).all()
    assert ((narrow.high - narrow.low) < (plain.high - plain.low)).all()


def test_shares_by_a_reviewed_sample_hold_the_truth_where_the_model_is_wrong() -> None:
    mixture, inside = np.array([0.7, 0.2, 0.1]), []
    for seed in range(60):
        truth, p = stream(mixture.tolist(), 1000, seed)
        wrong = p[:, [1, 0, 2]] * 0.5 + p * 0.5
        rows = np.random.default_rng(seed).choice(1000, 60, replace=False)
        found = reviewed_shares(wrong, truth[rows], rows, level=0.9)
        inside.append((found.low <= mixture) & (mixture <= found.high))
    assert 0.83 <= np.mean(inside) <= 0.97
