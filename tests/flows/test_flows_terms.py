"""Places whose terms forbid it enter no number; places that may not be combined are measured by themselves."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.flows.erasing import START, home, post, take

from valore.engine import Engine, Source
from valore.errors import SettingsError, UnknownName
from valore.flows import _terms
from valore.flows._scene import Scene
from valore.flows._terms import unseen
from valore.flows.enriching import enrich
from valore.flows.measuring import measure, read
from valore.flows.posts import posts
from valore.flows.space import Space
from valore.model.batch import Gather
from valore.model.facts import months
from valore.model.keys import key
from valore.model.reading import Reading
from valore.model.records import Account, Interaction, Observation, Record
from valore.model.schemas import ANNOTATIONS
from valore.model.subject import AccountRef, Kind, Subject
from valore.places import Policy

FREE = Policy(terms="Free.", retention_days=None, may_derive=True, may_combine=True)
APART = Policy(terms="Apart.", retention_days=30, may_derive=True, may_combine=False)
READ = Policy(terms="To be read.", retention_days=None, may_derive=False, may_combine=False)
KNOWN = {"x": FREE, "tube": APART, "forum": READ}
PLACES = ("x", "tube", "forum", "tiktok")
SAID = ("bella, la adoro", "pessima, che delusione", "arrivata ieri")
LUME = Subject(
    slug="lume",
    kind=Kind.BRAND,
    name="Lume",
    accounts=tuple(AccountRef(f"{place}:500") for place in PLACES),
)


def spoken(place: str, number: int, author: int) -> list[Record]:
    """Return a post about Lume at a place, its counts, its author, and an act upon Lume's own post there."""
    text = f"Lume è {SAID[number % 3]}, davvero {number}"
    told = post(number, f"{author}", text)._replace(place=place, id=f"{place}{number}", reply_to_author="500")
    return [
        told,
        post(number + 1, "500", f"Una lampada, {number}")._replace(place=place, id=f"own{number}"),
        Observation(place, told.id, "/0", seen=START, likes=number),
        Account(place, f"{author}", "/1", handle=f"amico{author}"),
        Interaction(place, "repost", f"{author}", "/2", at=told.published, target=f"own{number}", target_author="500"),
    ]


def facts(records: list[Record]) -> dict[str, pa.Table]:
    """Return tables with labels as a model would give them."""
    gather = Gather("test")
    for record in records:
        gather.add(record)
    tables = gather.take()
    known = tables["posts"]
    rows = known.num_rows
    given_ = {
        "about": known["key"],
        "subject": pa.array([""] * rows),
        "enricher": pa.array(["polarity"] * rows),
        "version": pa.array(["polarity@1"] * rows),
        "label": pa.array([("positive", "negative", "neutral")[k % 3] for k in known["key"].to_pylist()]),
        "p": pa.array([[0.2, 0.2, 0.6]] * rows, ANNOTATIONS.field("p").type),
        "other": pa.array([known["key"][n - 1].as_py() if n % 4 == 0 else None for n in range(rows)], pa.int64()),
        "month": months(known["published"].combine_chunks()),
    }
    columns = [given_.get(f.name, pa.nulls(rows, f.type)) for f in ANNOTATIONS]
    return {**tables, "annotations": pa.Table.from_arrays(columns, schema=ANNOTATIONS)}


def seen(tables: dict[str, pa.Table], hidden: tuple[str, ...]) -> dict[str, pa.Table]:
    """Return the tables as if nothing had ever come from some places."""
    gone = {row["key"] for name in ("posts", "accounts") for row in tables[name].to_pylist() if row["place"] in hidden}
    kept = {}
    for name, table in tables.items():
        rows = [r for r in table.to_pylist() if r.get("place") not in hidden]
        if name == "annotations":
            rows = [r for r in rows if not {r["about"], r["other"]} & gone]
        kept[name] = pa.Table.from_pylist(rows, schema=table.schema)
    return kept


def reading(tables: dict[str, pa.Table], without: tuple[str, ...] = ()) -> Reading:
    scene = Scene(workspace="w", subject=LUME)
    with Engine({name: Source(table=table) for name, table in tables.items()}, without=without) as engine:
        return read(engine, scene)


def numbers(reading: Reading) -> dict[str, float]:
    """Return every component and lens with both ends of its interval, and how many speak."""
    known = {**reading.components, **{name: result for name, (_, result) in reading.values.items()}}
    ends = ("value", "low", "high", "effective_authors")
    told = {f"{name} {end}": getattr(result, end, None) for name, result in known.items() for end in ends}
    return {name: number for name, number in told.items() if number is not None}


def reasons(reading: Reading) -> dict[str, object]:
    return {name: getattr(result, "reason", None) for name, result in reading.components.items()}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), st.integers(600, 615)), min_size=6, max_size=40),
    st.sets(st.sampled_from(PLACES[1:]), min_size=1),
)
def test_hidden_places_enter_no_number(said: list[tuple[str, int]], hidden: set[str]) -> None:
    """Whatever else is there, the reading is that of a world in which nothing came from the hidden places."""
    both = [r for n, (place, author) in enumerate(said) for r in spoken(place, 2 * n, author)]
    tables, out = facts([*both, *spoken("x", 900, 600)]), tuple(sorted(hidden))
    with_them, without = reading(tables, out), reading(seen(tables, out))
    assert numbers(with_them) == pytest.approx(numbers(without), rel=1e-9), "equal, but for the order of sums"
    assert reasons(with_them) == reasons(without)
    assert with_them.places == without.places
    assert set(with_them.cards) == set(without.cards)
    assert not set(with_them.places) & hidden


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Space:
    """Posts at three places, one of them bound by no terms of its own."""
    monkeypatch.setattr(_terms, "policies", lambda: KNOWN)
    space = home(tmp_path)
    for place in PLACES:
        told = [r for n in range(12) for r in spoken(place, 2 * n, 600 + n)]
        take(space, f"{place}.json", told, place.encode(), place=place)
    return space


def test_places_are_measured_together_where_their_terms_allow_it(space: Space) -> None:
    shot = space.lake.snapshot()
    assert unseen(shot) == ("forum", "tube")
    assert unseen(shot, apart="tube") == ("forum", "tiktok", "x")
    assert unseen(shot, known={"x": FREE}) == ()


def test_the_only_place_there_is_is_measured_though_it_may_not_be_combined(tmp_path: Path) -> None:
    space = home(tmp_path)
    take(space, "tube.json", spoken("tube", 1, 600), b"tube", place="tube")
    take(space, "forum.json", spoken("forum", 1, 600), b"forum", place="forum")
    assert unseen(space.lake.snapshot(), known=KNOWN) == ("forum",)


def test_labels_are_made_and_places_measured_as_their_terms_allow(space: Space) -> None:
    enrich(space)
    labelled = set(space.lake.snapshot().table("annotations", ["about"])["about"].to_pylist())
    assert key("tube", "tube0") in labelled
    assert key("forum", "forum0") not in labelled
    assert set(measure(space, "lume").places) == {"x", "tiktok"}
    assert set(measure(space, "lume", apart="tube").places) == {"tube"}


def test_posts_of_a_place_that_may_not_be_measured_can_be_read(space: Space) -> None:
    assert posts(space, place="forum").num_rows == 24
    with pytest.raises(SettingsError, match="forum"):
        measure(space, "lume", apart="forum")
    with pytest.raises(UnknownName):
        measure(space, "lume", apart="nowhere")


def test_a_label_that_rests_on_a_hidden_post_is_not_seen() -> None:
    tables = facts([*spoken("x", 1, 600), *spoken("tube", 3, 601)])
    about, other = key("x", "x1"), key("tube", "tube3")
    rows = [{**r, "other": other if r["about"] == about else None} for r in tables["annotations"].to_pylist()]
    tables["annotations"] = pa.Table.from_pylist(rows, schema=ANNOTATIONS)
    with Engine({n: Source(table=t) for n, t in tables.items()}, without=("tube",)) as engine:
        told = engine.query("select about from annotations")["about"].to_pylist()
    assert told == [key("x", "own1")]
