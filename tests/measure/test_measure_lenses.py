"""Lenses weigh; they never invent what is missing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.measure.lenses import lenses, weigh
from valore.model.estimate import Estimate, Grade, NotEnough, Reason, Result
from valore.model.lens import COMPONENTS
from valore.model.settings import METHOD
from valore.model.subject import Kind

LENSES = lenses()
scores = st.dictionaries(st.sampled_from(COMPONENTS), st.floats(0, 100), min_size=6, max_size=6)


def known(name: str, value: float, spread: float = 5.0) -> Estimate:
    low, high = max(0.0, value - spread), min(100.0, value + spread)
    draws = np.linspace(low, high, METHOD.replicates)
    return Estimate(
        name=name, value=value, low=low, high=high, grade=Grade.C, evidence=(1,), effective_authors=40,
        method=f"{name}@1", draws=draws,
    )  # fmt: skip


def absent(name: str) -> NotEnough:
    return NotEnough(name=name, reason=Reason.NO_POSTS, method=f"{name}@1")


def test_the_lenses_of_the_method_are_there() -> None:
    assert {"freelancer", "company", "sceptic"} <= set(LENSES)
    assert list(LENSES)[:2] == ["freelancer", "company"]
    assert Kind.BRAND not in LENSES["freelancer"].kinds
    assert Kind.PERSON not in LENSES["company"].kinds


@given(scores)
def test_a_value_lies_between_its_components_and_within_its_interval(values: dict[str, float]) -> None:
    told: dict[str, Result] = {n: known(n, v) for n, v in values.items()}
    for lens in LENSES.values():
        result = weigh(told, lens, METHOD)
        assert isinstance(result, Estimate)
        used = [max(values[n], 1.0) for n, w in lens.weights.items() if w]
        assert result.low <= result.value <= result.high
        assert result.value <= max(used) + 1e-9


@given(scores, st.sampled_from(COMPONENTS), st.floats(0, 50))
def test_a_better_component_never_lowers_a_value(values: dict[str, float], name: str, more: float) -> None:
    better = {**values, name: min(100.0, values[name] + more)}
    for lens in LENSES.values():
        before, after = (weigh({n: known(n, v) for n, v in x.items()}, lens, METHOD) for x in (values, better))
        assert isinstance(before, Estimate)
        assert isinstance(after, Estimate)
        assert after.value >= before.value - 1e-9


def test_fewer_than_four_components_give_no_value_and_say_so() -> None:
    told: dict[str, Result] = {n: absent(n) for n in COMPONENTS}
    told |= {n: known(n, 60) for n in ("reputation", "resonance", "identity")}
    result = weigh(told, LENSES["freelancer"], METHOD)
    assert isinstance(result, NotEnough)
    assert result.reason is Reason.FEW_COMPONENTS


def test_a_missing_mandatory_component_gives_no_value() -> None:
    told: dict[str, Result] = {n: known(n, 60) for n in COMPONENTS} | {"reputation": absent("reputation")}
    result = weigh(told, LENSES["company"], METHOD)
    assert isinstance(result, NotEnough)
    assert (result.reason, result.detail) == (Reason.MISSING_COMPONENT, "reputation")


def test_a_missing_component_is_left_out_and_not_counted_as_zero() -> None:
    whole: dict[str, Result] = {n: known(n, 60) for n in COMPONENTS}
    part = {**whole, "solidity": absent("solidity")}
    result = weigh(part, LENSES["company"], METHOD)
    assert isinstance(result, Estimate)
    assert result.value == pytest.approx(60)


@given(scores)
def test_the_sceptic_never_gives_more_than_the_same_weights_without_doubt(values: dict[str, float]) -> None:
    told: dict[str, Result] = {n: known(n, v) for n, v in values.items()}
    doubting = weigh(told, LENSES["sceptic"], METHOD)
    trusting = weigh(told, replace(LENSES["sceptic"], lower_bound=False), METHOD)
    assert isinstance(doubting, Estimate)
    assert isinstance(trusting, Estimate)
    assert doubting.value <= trusting.value + 1e-9
