"""Keys stand in files that outlive the code: they must never change, and must not meet by chance."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from valore.model.keys import alike, digest, hash63, key, keys

TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=40), st.text(min_size=500, max_size=530)), max_size=30)


def test_keys_are_the_same_in_every_version() -> None:
    assert key("x", "20") == 2279461080266275700
    assert key("mastodon", "20") == 6005373900638802470


@given(TEXTS)
def test_a_value_has_one_hash_wherever_it_stands(values: list[str | None]) -> None:
    together = hash63(pa.array(values, pa.string())).tolist()
    alone = [int(hash63(pa.array([v], pa.string()))[0]) for v in values]
    assert together == alone
    assert all(0 <= h < 2**63 for h in together)


@given(TEXTS)
def test_a_slice_hashes_as_the_whole_does(values: list[str | None]) -> None:
    array = pa.array(values, pa.string())
    assert hash63(array.slice(len(values) // 2)).tolist() == hash63(array).tolist()[len(values) // 2 :]


def test_a_million_ids_do_not_meet() -> None:
    ids = pa.array([str(n) for n in range(1_000_000)])
    assert len(set(keys("x", ids).to_pylist())) == len(ids)


def test_a_missing_id_has_no_key() -> None:
    assert keys("x", pa.array(["1", None])).to_pylist()[1] is None


def test_trailing_zeros_and_borders_between_columns_count() -> None:
    hashes = hash63(pa.array(["", "\0", "\0\0", "a", "a\0", "aaaaaaaa", "aaaaaaaa\0"])).tolist()
    assert len(set(hashes)) == len(hashes)
    left = digest([pa.array(["ab", None]), pa.array(["c", ""])]).to_pylist()
    right = digest([pa.array(["a", ""]), pa.array(["bc", ""])]).to_pylist()
    assert set(left).isdisjoint(right)


@given(st.lists(st.sampled_from(["", "a", "aa", "ab", "è"]), max_size=6), st.integers(0, 2))
def test_what_is_alike_is_told_by_its_bytes(values: list[str], start: int) -> None:
    """Also in a slice: values that only repeat each other's letters ("a", "aa") are not alike."""
    column = pa.array(values, pa.string()).slice(start)
    assert alike(column) == (len(column) > 1 and len(set(column.to_pylist())) == 1)


@given(st.lists(st.sampled_from(["Note", "Video", None]), min_size=1, max_size=8))
def test_a_column_of_one_value_is_digested_like_any_other(values: list[str | None]) -> None:
    together = digest([pa.array(values, pa.string())]).to_pylist()
    assert together == [digest([pa.array([v], pa.string())])[0].as_py() for v in values]
