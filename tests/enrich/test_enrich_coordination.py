"""Who acts together: a clique is found and named with its acts; taste, fame, day and night are not."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from valore.enrich.coordination import MEETINGS, PAIRS, together
from valore.enrich.training._cliques import world

DATA = Path(os.environ.get("VALORE_DATA", Path(__file__).resolve().parents[3] / "shared" / "data")) / "coordination"
Act = tuple[str, str, int]


def table(acts: list[Act], kind: str = "repost") -> pa.Table:
    account, thing, time = (list(c) for c in zip(*acts, strict=True)) if acts else ([], [], [])
    columns = {"account": pa.array(account, pa.string()), "object": pa.array(thing, pa.string())}
    return pa.table({**columns, "kind": pa.array([kind] * len(acts)), "time": pa.array(time, pa.int64())})


def evening(seed: int = 1) -> list[Act]:
    """Sixty people who answer the same thirty things over an hour each, as it comes."""
    rng = np.random.default_rng(seed)
    return [
        (f"person {p}", f"thing {t}", 86_400 * t + int(rng.integers(0, 3600)))
        for t in range(30)
        for p in rng.choice(60, 25, replace=False)
    ]


def trio(things: range) -> list[Act]:
    """Anna's three shops, which one hand moves: within ten seconds on the same things."""
    return [
        (shop, f"thing {t}", 86_400 * t + 1000 + 5 * i) for t in things for i, shop in enumerate(("uno", "due", "tre"))
    ]


def named(acts: pa.Table, **settings: Any) -> set[tuple[str, str]]:
    found = together(acts, **settings)
    names = found.accounts.to_pylist()
    return {tuple(sorted((names[r["one"]], names[r["other"]]))) for r in found.pairs.to_pylist()}


SHOPS = {("due", "tre"), ("due", "uno"), ("tre", "uno")}


def test_three_accounts_that_one_hand_moves_are_found_in_a_crowd() -> None:
    assert named(table([*evening(), *trio(range(15))])) == SHOPS


def test_people_who_share_a_taste_and_an_hour_are_not_told() -> None:
    assert named(table(evening())) == set()


def test_a_clique_is_found_on_things_of_its_own() -> None:
    own = [(who, f"own {thing}", time) for who, thing, time in trio(range(15))]
    assert named(table([*evening(), *own])) == SHOPS


def test_the_order_of_the_acts_changes_nothing() -> None:
    acts = table([*evening(), *trio(range(15))])
    mixed = acts.take(pa.array(np.random.default_rng(2).permutation(acts.num_rows)))
    assert named(mixed) == named(acts)


def test_an_act_told_twice_counts_once() -> None:
    acts = table([*evening(), *trio(range(15))])
    once, twice = together(acts), together(pa.concat_tables([acts, acts]))
    assert twice.pairs.select(["met", "near", "p"]) == once.pairs.select(["met", "near", "p"])


def test_two_meetings_are_too_few_to_say_anything() -> None:
    assert named(table([*evening(), *trio(range(2))])) == set()


def test_seconds_and_instants_say_the_same() -> None:
    acts = table([*evening(), *trio(range(15))])
    instants = acts.set_column(3, "time", acts["time"].cast(pa.timestamp("s", "UTC")).cast(pa.timestamp("us", "UTC")))
    assert named(instants) == named(acts)


def test_each_meeting_names_the_acts_that_it_rests_on() -> None:
    acts = table([*evening(), *trio(range(15))])
    found = together(acts)
    assert (found.pairs.schema, found.meetings.schema) == (PAIRS, MEETINGS)
    rows = acts.take(found.meetings["row"])
    assert set(rows["account"].to_pylist()) == {"uno", "due", "tre"}
    assert rows.num_rows == 45
    assert set(found.meetings["with"].to_pylist()) == {2}
    assert found.pairs["met"].to_pylist() == [15, 15, 15]
    assert all(r["expected"] < r["met"] <= r["near"] for r in found.pairs.to_pylist())


def test_what_a_clique_does_is_no_measure_of_chance() -> None:
    """Thirty accounts that always act as one would otherwise make that the usual speed."""
    many = [(f"hand {i}", f"own {t}", 86_400 * t + i) for t in range(15) for i in range(30)]
    assert len(named(table([*evening(), *trio(range(15)), *many]))) == 3 + 30 * 29 // 2


def test_acts_without_time_or_object_are_left_out() -> None:
    acts = table([*evening(), *trio(range(15))])
    holes = pa.table(
        {n: pa.array(["nobody", None] if n != "time" else [None, 3], acts[n].type) for n in acts.column_names}
    )
    assert named(pa.concat_tables([holes, acts])) == SHOPS


@pytest.mark.parametrize("acts", [[], [("anna", "thing", 1)], [("anna", "thing", 1), ("bruno", "thing", 2)]])
def test_little_says_nothing(acts: list[Act]) -> None:
    found = together(table(acts))
    assert (found.pairs.num_rows, found.meetings.num_rows, found.tested) == (0, 0, 0)


def test_cliques_are_found_in_a_small_world_and_fans_are_hardly_told() -> None:
    lived = world(7)
    found = together(lived.acts)
    names = found.accounts.to_numpy()
    told = np.unique(names[np.concatenate([found.pairs["one"].to_numpy(), found.pairs["other"].to_numpy()])])
    assert (lived.clique[told] >= 0).mean() > 0.9
    assert np.isin(np.flatnonzero(lived.clique >= 0), told).mean() > 0.8
    assert lived.fan[told].sum() < 0.02 * lived.fan.sum()


@pytest.mark.skipif(not DATA.is_dir(), reason=f"real acts are not in {DATA}")
def test_pairs_of_real_reposts_weigh_as_their_authors_count_them() -> None:
    """In the sample of CooRTweet, at 600 seconds, the heaviest hundredth of the pairs met three times or more."""
    from pyarrow import csv

    from valore.enrich.coordination import _code, _firsts, _met

    real = csv.read_csv(DATA / "russian_coord_tweets.csv.gz")
    acts = pa.table(
        {
            "account": real["account_id"],
            "object": real["object_id"],
            "kind": pa.array(["repost"] * real.num_rows),
            "time": real["timestamp_share"],
        }
    )
    names, first = _firsts(acts)
    codes = [_code(first.account[a], first.account[b], len(names)) for a, b in _met(first, 600)]
    weights = np.unique(np.concatenate(codes), return_counts=True)[1]
    assert weights[weights > np.quantile(weights, 0.99)].min() == 3
