"""Records become columns: the same things get the same keys, and one bad record costs only itself."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.errors import MappingError
from valore.model import keys
from valore.model.batch import PIECE, Gather
from valore.model.facts import months
from valore.model.records import Account, Interaction, Observation, Post, Record, Rows
from valore.model.schemas import INSTANT, TABLES

T0 = 1_420_070_400_000_000
ANNA = Post("x", "1", "anna", T0, "/0", text="paper is a promise")
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=700)


def taken(*records: Record) -> Mapping[str, pa.Table]:
    gather = Gather("import")
    for record in records:
        gather.add(record, "tweets.js")
    return gather.take()


@given(st.lists(st.none() | words, max_size=40))
def test_a_value_has_one_hash_wherever_it_stands(values: list[str | None]) -> None:
    alone = [int(keys.hash63(pa.array([value], pa.string()))[0]) for value in values]
    together = keys.hash63(pa.array(["before", *values], pa.string()).slice(1))
    assert together.tolist() == alone


@given(st.lists(words, unique=True, max_size=60))
def test_different_ids_get_different_keys(ids: list[str]) -> None:
    assert len(set(keys.keys("x", pa.array(ids, pa.string())).to_pylist())) == len(ids)


def test_keys_never_change() -> None:
    """They stand in files that outlive the code."""
    assert keys.key("x", "20") == KEY_OF_X_20
    assert keys.keys(pa.array(["x", "x"]), pa.array(["20", None])).to_pylist() == [KEY_OF_X_20, None]


KEY_OF_X_20 = 2279461080266275700


def test_null_and_empty_have_different_digests() -> None:
    cells = [pa.array(["a", "a"]), pa.array(["", None])]
    first, second = keys.digest(cells).to_pylist()
    assert first != second


def test_a_column_added_behind_leaves_digests_of_old_rows() -> None:
    old = [pa.array(["a", "b"])]
    assert keys.digest(old).equals(keys.digest([*old, pa.nulls(2, pa.string())]))


def test_records_and_columns_say_the_same() -> None:
    columns = {
        "place": ["x"],
        "id": ["1"],
        "author": ["anna"],
        "published": [T0],
        "text": ["paper is a promise"],
        "pointer": ["/0"],
    }
    by_columns = taken(Rows("posts", pa.record_batch(columns)))
    by_record = taken(ANNA)
    assert by_columns["posts"].equals(by_record["posts"])
    assert by_columns["accounts"].equals(by_record["accounts"])


def test_a_profile_without_links_has_the_digest_that_it_had_before_there_were_any() -> None:
    plain = Account("x", "1", "/0", handle="annaferri", followers=3)
    told = plain._replace(links=("https://anna.example",), aliases=("https://piazza.example/@anna",))
    alone, both = taken(plain)["accounts"], taken(plain, told)["accounts"].sort_by("weight").to_pylist()
    content = [alone[name].combine_chunks() for name in Account._fields[3:] if name not in ("seen", "links", "aliases")]
    assert alone["digest"].to_pylist() == keys.digest(content).to_pylist() == [both[0]["digest"]]
    assert [(r["weight"], r["links"], r["aliases"]) for r in both] == [
        (2, None, None),
        (4, ["https://anna.example"], ["https://piazza.example/@anna"]),
    ]


def test_tables_have_the_schemas_of_the_lake() -> None:
    tables = taken(
        ANNA,
        Account("x", "anna", "/0", handle="annaferri"),
        Interaction("x", "like", "anna", "/0", target="9"),
        Observation("x", "1", "/0", likes=0),
    )
    assert set(tables) == {"posts", "accounts", "interactions", "observations"}
    for name, table in tables.items():
        assert table.schema.equals(TABLES[name]), name


def test_missing_is_null_and_zero_is_zero() -> None:
    row = taken(Observation("x", "1", "/0", likes=0))["observations"].to_pylist()[0]
    assert row["likes"] == 0
    assert row["replies"] is None


def test_everybody_who_is_named_is_an_account() -> None:
    post = ANNA._replace(mentions=("@lume", "12"), reply_to="7", reply_to_author="bruno")
    accounts = taken(post, Interaction("x", "follow", "carla", "/0", target_author="dario"))["accounts"]
    assert set(accounts["id"].to_pylist()) == {"anna", "@lume", "12", "bruno", "carla", "dario"}
    assert [r["handle"] for r in accounts.to_pylist() if r["id"] == "@lume"] == ["lume"]
    assert post.mentions
    assert set(taken(post)["posts"]["mentions"][0].as_py()) <= set(accounts["key"].to_pylist())


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (ANNA._replace(id=""), "no_id"),
        (ANNA._replace(author=""), "no_author"),
        (ANNA._replace(published=-1), "bad_date"),
        (ANNA._replace(published=10**18), "bad_date"),
        (ANNA._replace(updated=5), "bad_date"),
        (ANNA._replace(published=2**70), "bad_number"),
        (ANNA._replace(text="\ud800"), "bad_encoding"),
        (ANNA._replace(text=5), "bad_shape"),  # type: ignore[arg-type]
        (Observation("x", "1", "/0", likes=2**70), "bad_number"),
        (Interaction("x", "like", "anna", "/0"), "no_id"),
    ],
)
def test_one_bad_record_is_a_fault_and_the_others_are_kept(bad: Record, reason: str) -> None:
    tables = taken(ANNA, bad, ANNA._replace(id="2"))
    assert tables["posts"].num_rows == 2
    assert tables["faults"].select(["file", "pointer", "reason", "detail"]).to_pylist() == [
        {"file": "tweets.js", "pointer": "/0", "reason": reason, "detail": ""}
    ]


def test_columns_of_another_type_are_refused_by_name() -> None:
    with pytest.raises(MappingError, match="published"):
        taken(Rows("posts", pa.record_batch({"place": ["x"], "id": ["1"], "published": ["yesterday"]})))


def test_gather_is_full_by_rows_or_by_size() -> None:
    few = Gather("import", limit=2)
    few.add(ANNA, "tweets.js")
    assert not few.full
    few.add(ANNA, "tweets.js")
    assert few.full
    few.take()
    assert not few.full
    assert not few.take()
    heavy = Gather("import", size=10_000)
    for number in range(PIECE + 1):
        heavy.add(ANNA._replace(id=str(number)), "tweets.js")
    assert heavy.full


@given(st.lists(st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), max_size=30))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_the_month_is_that_of_utc(moments: list[datetime | None]) -> None:
    array = pa.array([m and m.replace(tzinfo=UTC) for m in moments], INSTANT)
    assert months(array).to_pylist() == [m.strftime("%Y-%m") if m else "undated" for m in moments]
