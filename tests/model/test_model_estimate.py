"""A number without its interval or its evidence cannot be made."""

from dataclasses import replace

import pytest

from valore.model.estimate import REASONS, Estimate, Grade, Reason


def estimate(value: float, low: float, high: float, evidence: tuple[int, ...] = (1,)) -> Estimate:
    return Estimate(
        name="reputation",
        value=value,
        low=low,
        high=high,
        grade=Grade.C,
        evidence=evidence,
        effective_authors=20.0,
        method="reputation@1",
    )


def test_a_value_outside_its_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        estimate(70, 40, 60)


def test_a_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        estimate(float("nan"), 40, 60)


def test_a_number_without_posts_behind_it_is_refused() -> None:
    with pytest.raises(ValueError, match="posts it rests on"):
        estimate(50, 40, 60, ())


def test_a_number_whose_posts_are_kept_back_says_why() -> None:
    shown = estimate(50, 40, 60)
    hidden = replace(shown, evidence=(), withheld=Reason.HIDDEN)
    assert hidden.withheld is Reason.HIDDEN
    with pytest.raises(ValueError, match="posts it rests on"):
        replace(shown, withheld=Reason.HIDDEN)


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(Reason)
