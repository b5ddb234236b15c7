"""Kinds of account: what is missing counts for nothing, and a useful bot is no spam."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.enrich import Over, enrichers
from valore.enrich._acts import RHYTHMS, acts, rhythm, times
from valore.enrich._profile import NUMBERS, numbers

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
            ["name", "handle", "bio", "followers", "posts", "created", "seen", "automated", "url", "latest", "times"]
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


def test_an_unknown_number_stays_unknown() -> None:
    seen = numbers(pa.record_batch({"followers": ["10", None, "ten", "1e3"]}))
    assert seen[[0, 3], NUMBERS.index("followers")].tolist() == [10, 1000]
    assert np.isnan(seen[[1, 2], NUMBERS.index("followers")]).all()
    assert np.isnan(seen[:, NUMBERS.index("following")]).all()


def test_a_young_account_is_as_young_as_when_it_was_seen() -> None:
    batch = pa.record_batch({"created": ["2020-01-01"], "seen": ["2020-01-31T10:00:00Z"], "posts": ["60"]})
    found = dict(zip(NUMBERS, numbers(batch)[0], strict=True))
    assert found["age_days"] == 30
    assert found["posts_per_day"] == 2


def home(**fields: object) -> float:
    """Return the number `home_page` of one account."""
    return float(numbers(pa.RecordBatch.from_pylist([fields]))[0, NUMBERS.index("home_page")])


def test_the_address_of_the_profile_is_no_home_page() -> None:
    assert home(handle="lume", url="https://lume.example/about") == 1
    assert np.isnan(home(handle="lume@square.example", url="https://square.example/@lume"))
    assert np.isnan(home(handle="lume", id="UC1001", url="https://video.example/channel/UC1001"))


def test_an_empty_cell_of_a_table_says_none_and_an_empty_list_of_a_record_nothing() -> None:
    empty = pa.record_batch({"url": pa.array([None], pa.string())})
    assert numbers(empty)[0, NUMBERS.index("home_page")] == 0
    record = empty.append_column("links", pa.array([[]], pa.list_(pa.string())))
    assert np.isnan(numbers(record)[0, NUMBERS.index("home_page")])


def test_a_bio_that_says_bot_is_believed_and_one_that_denies_it_is_not() -> None:
    says = told("automation", {"name": "Letture", "handle": "letture", "bio": "Sono un bot, un libro al giorno"})[0]
    denies = told("automation", {"name": "Carla", "handle": "carla", "bio": "Non sono un bot, giuro"})[0]
    assert says["automation_reason"] == "declares itself a bot"
    assert denies["automation_reason"] != "declares itself a bot"


HOURLY = [1_700_000_000 // 3600 * 3600 + 3600 * i for i in range(40)]
RNG = np.random.default_rng(1)
WAKING = sorted(int(1_700_006_400 + 86_400 * d + 3600 * RNG.uniform(8, 22)) for d in range(60) for _ in range(2))


def test_a_timer_is_heard_and_a_person_is_not() -> None:
    batch = pa.record_batch({"times": pa.array([HOURLY, WAKING, [], None], pa.list_(pa.int64()))})
    timer, person, silent, unknown = rhythm(batch)
    assert dict(zip(RHYTHMS, timer, strict=True))["keeps to the clock"] == 1
    assert dict(zip(RHYTHMS, timer, strict=True))["pauses of equal length"] == 1
    assert person.tolist() == silent.tolist() == unknown.tolist() == [0, 0, 0]


def test_who_posts_through_every_night_never_rests() -> None:
    nights = [1_700_000_000 + i * 3600 * 7 + int(RNG.integers(0, 3600)) for i in range(300)]
    assert rhythm(pa.record_batch({"times": [nights]}))[0, 2] == 1


@pytest.mark.parametrize(
    "written",
    [
        pa.array([[100, 160]], pa.list_(pa.int64())),
        pa.array([[100_000_000, 160_000_000]], pa.list_(pa.timestamp("us", "UTC"))),
        pa.array(["160 100"]),
        pa.array(["[100, 160, soon]"]),
    ],
)
def test_times_are_read_however_they_are_written(written: pa.Array) -> None:
    row, seconds = times(pa.record_batch({"times": written}))
    assert row.tolist() == [0, 0]
    assert seconds.tolist() == [100, 160]


def test_few_posts_say_nothing_of_behaviour() -> None:
    shares = {"linked_share": [1.0, 1.0, None], "posts_seen": [2.0, 20.0, 20.0]}
    found = acts(pa.record_batch(shares))
    assert np.isnan(found).all(axis=1).tolist() == [True, False, True]


def test_posts_alone_can_decide_without_a_profile() -> None:
    feed = {"posts_seen": 60.0, "linked_share": 1.0, "addressed_share": 0.0, "marked_share": 0.0, "alike_share": 1.0}
    row = told("automation", feed | {"times": HOURLY})[0]
    assert row["automation"] == "automated"
    assert "keeps to the clock" in str(row["automation_reason"])


@pytest.mark.parametrize("name", READERS)
def test_one_answer_does_not_depend_on_the_others_in_the_batch(name: str) -> None:
    keys = {**ANNA, **LUME}
    both = told(name, {k: ANNA.get(k) for k in keys}, {k: LUME.get(k) for k in keys})
    alone = told(name, {k: ANNA.get(k) for k in keys})[0] | {}
    assert {k: v for k, v in both[0].items() if "_p_" not in k} == {k: v for k, v in alone.items() if "_p_" not in k}
