"""Each row goes into the file of its partition, whatever the order and however many strips are sorted."""

from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.lake import _write

MONTHS = st.sampled_from(["2015-01", "2015-02", "2015-03", "2015-04"])
PLACES = st.sampled_from(["x", "reddit"])
CHUNKS = st.lists(st.lists(st.tuples(MONTHS, PLACES), min_size=1, max_size=12), min_size=1, max_size=4)


@given(CHUNKS, st.sampled_from([1, 64, 1 << 24]), st.sampled_from([["month"], ["place", "month"], []]))
def test_every_row_stands_once_in_the_part_that_it_belongs_to(
    chunks: list[list[tuple[str, str]]], strip: int, partition: list[str]
) -> None:
    numbers = iter(range(100))
    tables = [
        pa.table({
            "n": [next(numbers) for _ in chunk],
            "month": [month for month, _ in chunk],
            "place": [place for _, place in chunk],
            "language": pa.array([None if place == "x" else "it" for _, place in chunk], pa.string()),
        })
        for chunk in chunks
    ]  # fmt: skip
    table = pa.concat_tables(tables)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(_write, "STRIP", strip)
        parts = list(_write._parts(table, partition))
    for values, part in parts:
        assert set(values) == set(partition)
        assert not set(values) & set(part.column_names)
    found = list(chain.from_iterable(({**row, **values} for row in part.to_pylist()) for values, part in parts))
    assert sorted(found, key=lambda row: row["n"]) == table.to_pylist()
    assert len({tuple(values.values()) for values, _ in parts}) == len(parts)


def test_what_comes_in_the_order_of_time_is_written_without_a_copy(tmp_path: Path) -> None:
    months = [f"2015-{month:02}" for month in (3, 2, 1) for _ in range(10)]
    table = pa.table({"n": list(range(30)), "month": months})
    (batch,) = _write._batches(table, ["month"], _write._numbered(table, ["month"])[1])
    assert batch.order is None
    actions = _write.write(tmp_path, table, ["month"])
    read = {path: pq.ParquetFile(tmp_path / path).read()["n"].to_pylist() for path in sorted(a.path for a in actions)}
    assert list(read.values()) == [list(range(20, 30)), list(range(10, 20)), list(range(10))]
