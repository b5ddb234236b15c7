"""The truth is what the process produces: found again by counting in many worlds."""

from itertools import pairwise, product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from valore.world import World, simulate
from valore.world.clock import START, since
from valore.world.laws import SHAPE
from valore.world.truth import _shapley, counts

SEEDS = range(20)


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [simulate(seed, 4000) for seed in SEEDS]


def true(world: World, name: str, subject: str, of: str = "") -> float:
    rows = world.truth.to_pylist()
    return next(float(r["value"]) for r in rows if (r["name"], r["subject"], r["of"]) == (name, subject, of))


def recent(world: World, slug: str) -> pa.Table:
    """Return the labels of what genuine accounts said of a subject in the last 90 days."""
    labels = world.labels.append_column("at", world.tables["posts"]["published"].cast(pa.int64()))
    fake = world.people.filter(pc.equal(world.people["spam"], "spam"))["account"].combine_chunks()
    here = pc.and_(pc.equal(labels["subject"], slug), pc.greater_equal(labels["at"], since(90)))
    return labels.filter(pc.and_(here, pc.invert(pc.is_in(labels["author"], fake))))


def favourable(world: World, slug: str) -> tuple[float, int]:
    """Return the sum of authors' favourable shares, and the authors."""
    said = recent(world, slug)
    polar = said.filter(pc.is_in(said["polarity"], pa.array(["positive", "negative"])))
    good = polar.append_column("good", pc.equal(polar["polarity"], "positive").cast(pa.float64()))
    authors = good.group_by("author").aggregate([("good", "mean")])
    return float(pc.sum(authors["good_mean"]).as_py() or 0), authors.num_rows


@pytest.mark.parametrize("slug", ["anna", "lume", "nitida", "bruno"])
def test_authors_are_favourable_as_often_as_the_truth_says(worlds: list[World], slug: str) -> None:
    found = np.array([favourable(w, slug) for w in worlds])
    told = np.array([true(w, "favourable", slug) for w in worlds])
    gap = (found[:, 0] - told * found[:, 1]).sum() / found[:, 1].sum()
    assert abs(gap) < 3 * 0.45 / np.sqrt(found[:, 1].sum())


def test_authors_repeat_themselves_so_that_mentions_are_not_independent(worlds: list[World]) -> None:
    same, pairs = 0, 0
    for world in worlds:
        said = recent(world, "lume")
        polar = said.filter(pc.is_in(said["polarity"], pa.array(["positive", "negative"])))
        by_author: dict[int, list[str]] = {}
        for row in polar.to_pylist():
            by_author.setdefault(row["author"], []).append(row["polarity"])
        for kinds in by_author.values():
            same += sum(a == b for a, b in pairwise(kinds))
            pairs += len(kinds) - 1
    assert pairs > 100
    assert same / pairs > 0.75


def persons(world: World) -> pa.Array:
    people = world.people
    real = pc.and_(pc.equal(people["actor"], "person"), pc.equal(people["spam"], "genuine"))
    return people.filter(real)["account"].combine_chunks()


def engaged(world: World, slug: str) -> set[int]:
    """Return the persons who acted on a subject in the last 90 days, in words or not."""
    said = recent(world, slug)
    own = world.people.filter(pc.equal(world.people["subject"], slug))["account"].combine_chunks()
    acts = world.tables["interactions"]
    late = pc.greater_equal(acts["at"].cast(pa.int64()), since(90))
    done = acts.filter(pc.and_(late, pc.is_in(acts["target_author"], own)))
    known = set(persons(world).to_pylist())
    return (set(said["author"].to_pylist()) | set(done["actor"].to_pylist())) & known


@pytest.mark.parametrize("slug", ["anna", "lume", "nitida", "carla"])
def test_as_many_people_act_as_expected(worlds: list[World], slug: str) -> None:
    found = np.array([len(engaged(w, slug)) for w in worlds])
    told = np.array([true(w, "acting_people", slug) for w in worlds])
    assert abs(found.sum() / told.sum() - 1) < 0.04


def test_faces_share_the_people_of_the_brand_as_expected(worlds: list[World]) -> None:
    players = ("lume", "bruno", "carla", "dario")
    gaps = []
    for world in worlds:
        groups = [engaged(world, p) for p in players]
        phi = [sum(1 / sum(person in g for g in groups) for person in mine) for mine in groups]
        told = [true(world, "face_share", "lume", p) for p in players]
        gaps.append(np.array(phi) / sum(phi) - told)
    assert np.abs(np.mean(gaps, axis=0)).max() < 0.015
    assert np.abs(np.std(gaps, axis=0)).max() < 0.06


def test_acts_of_a_person_are_negative_binomial() -> None:
    chance = counts(1.3)
    n = np.arange(len(chance))
    assert chance.sum() == pytest.approx(1, abs=1e-9)
    assert chance @ n == pytest.approx(1.3, abs=1e-6)
    assert chance @ n**2 - (chance @ n) ** 2 == pytest.approx(1.3 + 1.3**2 / SHAPE, abs=1e-4)


def test_shapley_shares_are_those_of_counting_all_cases() -> None:
    """Three acts among three players, every case by hand."""
    pulls, weight = [0.5, 0.3, 0.2], np.zeros(81)
    weight[3] = 1.0
    chance = counts(1.0)[3]
    brute = [0.0, 0.0, 0.0]
    for case in product(range(3), repeat=3):
        mass = chance * np.prod([pulls[i] for i in case])
        for player in set(case):
            brute[player] += mass / len(set(case))
    assert [*_shapley(pulls, 1.0, weight).values()] == pytest.approx(brute)


def test_the_crisis_halves_in_its_half_life(worlds: list[World]) -> None:
    gaps = []
    for world in worlds:
        begin = (true(world, "crisis_begin", "lume") - START) / 86_400e6
        angry = world.labels["crisis"].combine_chunks()
        at = world.tables["posts"]["published"].cast(pa.int64()).combine_chunks().filter(angry)
        age = np.floor((at.to_numpy() - START) / 86_400e6) - begin
        ratio = 1 - 1 / (1 + age.mean())
        gaps.append(np.log(0.5) / np.log(ratio) / true(world, "half_life", "lume") - 1)
        assert age.min() >= 0
    assert abs(np.mean(gaps)) < 0.05


def test_questions_are_answered_as_often_as_the_truth_says(worlds: list[World]) -> None:
    got, expected, asked = 0, 0.0, 0
    for world in worlds:
        posts, labels = world.tables["posts"], world.labels
        at = posts["published"].cast(pa.int64()).to_numpy()
        replied = dict(zip(posts["reply_to"].to_pylist(), at.tolist(), strict=True))
        for row, when in zip(labels.to_pylist(), at.tolist(), strict=True):
            if row["answerable"] and when < since(3):
                asked += 1
                expected += true_answer(world)[row["subject"]]
                got += row["post"] in replied and replied[row["post"]] - when <= 24 * 3600e6
    assert asked > 1500
    assert abs(got - expected) < 3.5 * np.sqrt(asked * 0.21)


def true_answer(world: World) -> dict[str, float]:
    rows = world.truth.filter(pc.equal(world.truth["name"], "answered_24h"))
    return dict(zip(rows["subject"].to_pylist(), rows["value"].to_pylist(), strict=True))


def test_anna_publishes_in_as_many_weeks_as_the_truth_says(worlds: list[World]) -> None:
    weeks = []
    for world in worlds:
        mine = world.people.filter(pc.equal(world.people["subject"], "anna"))["account"].combine_chunks()
        own = pc.and_(pc.is_in(world.labels["author"], mine), pc.is_valid(world.labels["novelty"]))
        posts = world.tables["posts"].filter(pc.and_(own, pc.not_equal(world.tables["posts"]["place"], "feed")))
        week = (posts["published"].cast(pa.int64()).to_numpy() - START) // (7 * 86_400_000_000)
        weeks.append(len(np.unique(week[(week >= 52) & (week < 78)])) / 26)
    assert abs(np.mean(weeks) - 0.85) < 0.04


def test_every_subject_has_its_truth(worlds: list[World]) -> None:
    world = worlds[0]
    told = world.truth.group_by("name").aggregate([("subject", "count_distinct")]).to_pylist()
    count = {row["name"]: row["subject_count_distinct"] for row in told}
    everybody = len(world.subjects)
    for name in ("favourable", "acting_people", "theme_practised", "regularity", "answered_24h", "fresh"):
        assert count[name] == everybody
    assert {"face_share", "half_life", "resonance_percentile", "own_voice", "lasting_damage"} <= count.keys()
    assert world.truth["value"].null_count == 0
