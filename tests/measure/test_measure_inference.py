"""The inference that the components share: each against its definition, a closed form or brute force."""

from itertools import combinations
from math import factorial

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from valore.measure.baseline import alarms
from valore.measure.bootstrap import pooled, totals, weighted
from valore.measure.divergence import facets, jsd
from valore.measure.grade import Ground, grade
from valore.measure.halflife import FLOOR, half_life
from valore.measure.pagerank import pagerank
from valore.measure.ppi import Reviewed, corrections, power
from valore.measure.shapley import Floats, shapley
from valore.measure.survival import kaplan_meier
from valore.model.estimate import Grade
from valore.model.settings import METHOD

PLAYERS = 4
games = st.dictionaries(st.integers(1, 2**PLAYERS - 1), st.floats(0.01, 100), min_size=1, max_size=12)
counts = st.lists(st.integers(0, 50), min_size=3, max_size=3).map(lambda x: np.array(x, dtype=float))


def phi(game: dict[int, float]) -> Floats:
    return shapley(np.array([*game]), np.array([*game.values()]), PLAYERS)


def value(game: dict[int, float], coalition: int) -> float:
    return sum(w for mask, w in game.items() if mask & coalition)


@given(games)
def test_shares_equal_brute_force_over_all_orders(game: dict[int, float]) -> None:
    brute = np.zeros(PLAYERS)
    for player in range(PLAYERS):
        others = [p for p in range(PLAYERS) if p != player]
        for size in range(PLAYERS):
            for group in combinations(others, size):
                mask = sum(1 << p for p in group)
                chance = factorial(size) * factorial(PLAYERS - size - 1) / factorial(PLAYERS)
                brute[player] += chance * (value(game, mask | 1 << player) - value(game, mask))
    assert phi(game) == pytest.approx(brute)


@given(games)
def test_shares_sum_to_what_all_engage_together(game: dict[int, float]) -> None:
    assert phi(game).sum() == pytest.approx(value(game, 2**PLAYERS - 1))


@given(games, games)
def test_shares_of_two_games_add_up(one: dict[int, float], other: dict[int, float]) -> None:
    both = {mask: one.get(mask, 0) + other.get(mask, 0) for mask in {*one, *other}}
    assert phi(both) == pytest.approx(phi(one) + phi(other))


@given(games)
def test_who_engages_nobody_has_nothing_and_equals_have_the_same(game: dict[int, float]) -> None:
    without = {m: w for m, w in game.items() if not m & 1} or {2: 1.0}
    assert phi(without)[0] == 0
    swapped = {(m & ~3) | (m & 1) << 1 | (m & 2) >> 1: w for m, w in game.items()}
    assert phi(swapped)[[1, 0]] == pytest.approx(phi(game)[[0, 1]])


@given(counts, counts)
def test_divergence_is_symmetric_between_0_and_1_and_0_only_for_equals(one: Floats, other: Floats) -> None:
    there = jsd(one, other)
    assert 0 <= there <= 1
    assert there == pytest.approx(float(jsd(other, one)))
    assert jsd(one, 3 * one) == pytest.approx(0)
    assert facets(one, other).sum() == pytest.approx(float(there), abs=1e-12)


def test_equal_authors_on_one_side_or_the_other_give_the_beta_posterior() -> None:
    rng = np.random.default_rng(3)
    drawn = weighted(np.repeat(np.eye(2), [30, 12], axis=0), rng, 20_000)
    extra = rng.standard_gamma([6.0, 4.0], (20_000, 2))
    share = (drawn + extra)[:, 0] / (drawn + extra).sum(axis=1)
    assert stats.kstest(share, stats.beta(36, 16).cdf).pvalue > 0.001


@given(st.integers(1, 5000))
@settings(max_examples=30)
def test_buckets_of_authors_keep_the_sums(many: int) -> None:
    columns = np.random.default_rng(many).random((many, 3))
    assert pooled(columns).sum(axis=0) == pytest.approx(columns.sum(axis=0))
    assert len(pooled(columns)) <= 2000


def test_totals_have_the_mean_and_variance_of_what_they_stand_for() -> None:
    drawn = totals(np.array([100.0, 0.0]), np.array([400.0, 0.0]), np.random.default_rng(1), 40_000)
    assert drawn[:, 0].mean() == pytest.approx(100, rel=0.01)
    assert drawn[:, 0].var() == pytest.approx(400, rel=0.05)
    assert not drawn[:, 1].any()


def test_unanswered_recent_ones_are_not_counted_as_refusals() -> None:
    hours = np.array([1.0, 2.0, 3.0, 30.0])
    refused = kaplan_meier(hours, np.array([True, True, True, False]), 24)
    recent = kaplan_meier(np.array([1.0, 2.0, 3.0, 0.5]), np.array([True, True, True, False]), 24)
    assert (refused.answered, recent.answered) == (0.75, 1.0)


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=40), st.floats(1, 100))
def test_without_censoring_the_curve_is_the_plain_share(hours: list[float], by: float) -> None:
    waits = np.array(hours)
    curve = kaplan_meier(waits, np.ones(len(waits), bool), by)
    assert curve.answered == pytest.approx(float((waits <= by).mean()))


def test_a_half_life_is_found_above_its_floor_and_silent_below() -> None:
    rng, covered = np.random.default_rng(2), 0
    for _ in range(200):
        daily = rng.poisson(6 + 180 * 2.0 ** (-np.arange(40) / 4.3)).astype(float)
        found = half_life(daily, 6.0)
        assert found is not None
        covered += found.low <= 4.3 <= found.high
    assert 0.86 <= covered / 200 <= 0.96
    assert half_life(np.array([FLOOR + 5, 20.0, 10.0, 8.0]), 6.0) is None


def test_pagerank_is_that_of_networkx() -> None:
    rng = np.random.default_rng(5)
    source, target = rng.integers(0, 60, 400), rng.integers(0, 80, 400)
    weight = rng.random(400) + 0.1
    graph = nx.DiGraph()
    for a, b, w in zip(source.tolist(), target.tolist(), weight.tolist(), strict=True):
        graph.add_edge(a, b, weight=w + (graph[a][b]["weight"] if graph.has_edge(a, b) else 0))
    nodes, rank = pagerank(source, target, weight, tolerance=1e-14, iterations=500)
    theirs = nx.pagerank(graph, weight="weight", tol=1e-12, max_iter=500)
    assert rank == pytest.approx(np.array([theirs[n] for n in nodes.tolist()]), abs=1e-9)


def test_reviews_correct_a_biased_machine_and_beat_the_labels_alone() -> None:
    """The raw share is off and its error hides; two hundred reviews with the machine beat both."""
    rng, ours, raw, plain = np.random.default_rng(7), [], [], []
    for _ in range(60):
        truth = rng.random(4000) < 0.6
        machine = np.where(truth, rng.beta(6, 2, 4000), rng.beta(4, 4, 4000))
        chosen = rng.random(4000) < 0.05
        sides = np.column_stack([machine, 1 - machine])
        judged = np.column_stack([truth, ~truth]).astype(float)
        many = int(chosen.sum())
        sample = Reviewed(np.ones(many), np.full(many, 0.05), sides[chosen], judged[chosen])
        trust = power(sample, float(machine.mean()), 0.05)
        total = trust * sides.sum(axis=0) + corrections(sample, trust, 4000.0).sum(axis=0)
        ours.append(total[0] / total.sum() - truth.mean())
        raw.append(machine.mean() - truth.mean())
        plain.append(judged[chosen][:, 0].mean() - truth.mean())
    rms = [float(np.sqrt(np.mean(np.square(e)))) for e in (ours, raw, plain)]
    assert rms[0] < rms[1]
    assert rms[0] < rms[2]


def test_a_machine_that_knows_nothing_is_not_trusted() -> None:
    rng = np.random.default_rng(1)
    guess, truth = rng.random((500, 1)), rng.random((500, 1)) < 0.5
    sample = Reviewed(
        np.ones(500), np.ones(500), np.hstack([guess, 1 - guess]), np.hstack([truth, ~truth]).astype(float)
    )
    assert power(sample, 0.5, 0.1) < 0.3


@given(
    st.tuples(st.floats(0, 500), st.integers(1, 5), st.floats(0, 30), st.floats(0, 1)),
    st.tuples(st.floats(0, 500), st.integers(0, 3), st.floats(0, 30)),
)
def test_more_ground_never_lowers_the_grade(
    ground: tuple[float, int, float, float], more: tuple[float, int, float]
) -> None:
    authors, places, weeks, reviewed = ground
    before = grade(Ground(authors, places, weeks, reviewed), METHOD) or Grade.E
    after = grade(Ground(authors + more[0], places + more[1], weeks + more[2], reviewed), METHOD) or Grade.E
    assert after <= before


def test_under_fifteen_effective_authors_the_grade_is_d_at_best() -> None:
    assert grade(Ground(14.9, 5, 13, 1.0), METHOD) is Grade.D
    assert grade(Ground(2.9, 5, 13, 1.0), METHOD) is None


def test_ordinary_weeks_raise_few_alarms_and_a_crisis_raises_one() -> None:
    rng = np.random.default_rng(11)
    calm = [len(alarms(rng.poisson(8 + 4 * (np.arange(360) % 7 < 5)).astype(float))) for _ in range(8)]
    assert np.mean(calm) <= 12 * 0.4
    noisy = rng.poisson(8, 200).astype(float)
    noisy[150:156] += [120, 80, 50, 30, 25, 20]
    found = [a for a in alarms(noisy) if a.first <= 150 <= a.last]
    assert [a.top for a in found] == [150]
    assert found[0].usual == pytest.approx(8, rel=0.3)
