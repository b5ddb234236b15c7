"""Kinds of account: what is missing counts for nothing, and a useful bot is no spam."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.enrich import Over, enrichers
from valore.enrich._profile import NUMBERS, binned, edges, numbers

READERS = sorted(n for n, e in enrichers().items() if e.over is Over.ACCOUNTS)
ANNA = {
    "name": "Anna Ferri",
    "handle": "annaferri",
    "bio": "Designer freelance, mamma di due. Amo la carta.",
    "followers": "310",
}
LUME = {
    "name": "Lume",
    "handle": "lume",
    "bio": "Official account of Lume, makers of lamps. Shop, support: hello@lume.example",
    "followers": "4300",
}


def told(name: str, *accounts: Mapping[str, object]) -> list[dict[str, object]]:
    batch = pa.RecordBatch.from_pylist([dict(a) for a in accounts])
    return list(enrichers()[name].enrich(batch).to_pylist())


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=10, deadline=None)
@given(
    fields=st.dictionaries(
        st.sampled_from(
            ["name", "handle", "bio", "followers", "posts", "created", "seen", "verified", "automated", "url"]
        ),
        st.one_of(st.none(), st.text(max_size=20), st.integers(0, 10**9).map(str)),
        min_size=1,
    )
)
def test_any_subset_of_fields_in_any_state_is_answered(name: str, fields: dict[str, str | None]) -> None:
    batch = pa.record_batch({k: pa.array([v, None], pa.string()) for k, v in fields.items()})
    answer = enrichers()[name].enrich(batch)
    assert answer.schema == enrichers()[name].provides
    p = np.array([answer.column(f"{name}_p_{c}").to_pylist()[0] or 0 for c in enrichers()[name].classes])
    assert p.sum() in (0, pytest.approx(1, abs=1e-5))


@pytest.mark.parametrize("name", READERS)
def test_nothing_known_is_no_verdict(name: str) -> None:
    assert set(told(name, {"name": None, "bio": None})[0].values()) == {None}


@pytest.mark.parametrize("name", READERS)
def test_a_name_alone_is_too_thin_to_decide(name: str) -> None:
    assert told(name, {"name": "Anna"})[0][name] == "undecided"


def test_a_person_and_a_company_are_told_apart() -> None:
    person, company = told("actor", ANNA, LUME)
    assert person["actor"] == "person"
    assert company["actor"] == "organisation"


def test_an_account_that_says_what_it_is_is_believed() -> None:
    quiet = {"name": "Meteo", "handle": "meteo", "kind": "Person", "automated": None}
    assert told("automation", quiet | {"automated": "true"})[0]["automation"] == "automated"
    assert told("automation", quiet | {"kind": "Service"})[0]["automation"] == "automated"
    assert told("actor", quiet | {"kind": "Organization"})[0]["actor"] == "organisation"


def test_a_useful_bot_is_automated_and_genuine() -> None:
    weather = {
        "name": "Meteo Torino",
        "handle": "meteotorino",
        "bio": "Previsioni ogni tre ore. Sono un bot.",
        "automated": "true",
    }
    assert told("automation", weather)[0]["automation"] == "automated"
    assert told("spam", weather)[0]["spam"] == "genuine"


def test_offers_and_endless_repetition_are_spam_and_the_reason_says_so() -> None:
    nuisance = {
        "name": "x", "handle": "win8837261", "bio": "Buy followers now, 100% free gift", "posts_seen": 40.0,
        "repeated_share": 0.9, "linked_share": 1.0,
    }  # fmt: skip
    row = told("spam", nuisance)[0]
    assert row["spam"] == "spam"
    assert "repeats itself" in str(row["spam_reason"])


def test_the_blue_tick_moves_nothing() -> None:
    plain, ticked = told("automation", ANNA | {"verified": "false"}, ANNA | {"verified": "true"})
    assert plain == ticked


def test_an_unknown_number_falls_in_no_bin() -> None:
    seen = numbers(pa.record_batch({"followers": ["10", None, "ten", "1e3"]}))
    assert seen[[0, 3], NUMBERS.index("followers")].tolist() == [10, 1000]
    hot = binned(seen, edges(seen))
    assert hot.sum(axis=1).A1[1] < hot.sum(axis=1).A1[0]


def test_a_young_account_is_as_young_as_when_it_was_seen() -> None:
    batch = pa.record_batch({"created": ["2020-01-01"], "seen": ["2020-01-31T10:00:00Z"], "posts": ["60"]})
    found = dict(zip(NUMBERS, numbers(batch)[0], strict=True))
    assert found["age_days"] == 30
    assert found["posts_per_day"] == 2
