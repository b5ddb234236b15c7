"""Snapshots do not move, compaction changes nothing, originals and rollups are whole or not there."""

import hashlib
import multiprocessing as mp
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.errors import LeaseTaken, StoreError
from valore.lake import Lake
from valore.model.batch import Gather
from valore.model.records import Post

Gathered = Callable[..., Mapping[str, pa.Table]]
T0 = 1_420_070_400_000_000
DAY = 86_400_000_000
ANNA = Post("x", "1", "anna", T0, "/0", text="paper is a promise")


def written(lake: Lake, commits: int) -> None:
    for number in range(commits):
        gather = Gather("import")
        gather.add(ANNA._replace(id=str(number), published=T0 + number % 2 * 40 * DAY), "tweets.js")
        gather.add(ANNA._replace(id="edited", text=f"draft {number}", updated=T0 + number), "tweets.js")
        lake.commit(gather.take(), source="import", number=number)


def test_a_snapshot_stays_as_it_was(lake: Lake) -> None:
    written(lake, 3)
    before = lake.snapshot()
    written(lake, 20)
    lake.compact()
    assert before.table("posts").num_rows == before.rows("posts") == 6
    assert all(Path(path).is_file() for path in before.files("posts"))
    assert before.version("posts") < lake.snapshot().version("posts")


def test_an_empty_lake_has_empty_tables(lake: Lake) -> None:
    snapshot = lake.snapshot()
    assert snapshot.files("posts") == ()
    assert snapshot.version("posts") == -1
    assert not snapshot.edited("posts")
    assert snapshot.table("posts", columns=["key", "month"]).column_names == ["key", "month"]


def test_duckdb_reads_the_files_and_the_months(lake: Lake) -> None:
    written(lake, 4)
    files = list(lake.snapshot().files("posts"))
    query = "select month, count(*) from read_parquet(?, hive_partitioning = true) group by 1 order by 1"
    found = duckdb.connect().execute(query, [files]).fetchall()
    assert found == [("2015-01", 6), ("2015-02", 2)]


def test_a_folder_with_spaces_and_accents_is_no_trouble(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "l'età di Anna 100%" / "lake")
    written(lake, 9)
    lake.compact()
    assert lake.snapshot().table("posts", columns=["id"]).num_rows == 18


def test_a_filter_on_months_reads_only_those(lake: Lake) -> None:
    written(lake, 4)
    posts = lake.snapshot().table("posts", ["id"], pc.field("month") == "2015-02")
    assert sorted(posts["id"].to_pylist()) == ["1", "3"]


def test_compaction_joins_files_and_changes_no_row(lake: Lake) -> None:
    written(lake, 12)
    before = lake.snapshot()
    assert lake.compact()["posts"] > 0
    after = lake.snapshot()
    assert len(after.files("posts")) < len(before.files("posts"))
    assert after.edited("posts")
    assert after.rows("posts") == before.rows("posts")
    order = [("key", "ascending"), ("edition", "ascending")]
    assert after.table("posts").sort_by(order).equals(before.table("posts").sort_by(order))


def test_what_is_known_survives_compaction(lake: Lake) -> None:
    written(lake, 12)
    Lake(lake.root).compact()
    gather = Gather("import")
    gather.add(ANNA._replace(id="3", published=T0 + 40 * DAY), "tweets.js")
    assert lake.commit(gather.take(), source="again", number=0)["posts"] == 0


def _hold(root: Path, ready: "mp.synchronize.Event", done: "mp.synchronize.Event") -> None:
    with Lake(root).lease():
        ready.set()
        done.wait()


def test_two_processes_do_not_hold_the_lease(lake: Lake) -> None:
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["valore.lake", "valore.model.batch"])
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(lake.root, ready, done))
    other.start()
    ready.wait()
    with pytest.raises(LeaseTaken):
        lake.compact(wait=0.05)
    other.kill()
    other.join()
    assert lake.compact(wait=0.05)["posts"] == 0


def test_vacuum_spares_what_somebody_may_still_read(lake: Lake) -> None:
    written(lake, 12)
    before = lake.snapshot()
    lake.compact()
    assert lake.vacuum() == 0
    assert before.table("posts").num_rows == 24


def test_an_original_is_kept_once_by_its_content(lake: Lake, tmp_path: Path) -> None:
    archive = tmp_path / "twitter-2022.zip"
    archive.write_bytes(b"PK" * 700_000)
    sha = lake.keep(archive)
    assert sha == hashlib.sha256(archive.read_bytes()).hexdigest() == lake.keep(archive)
    assert lake.original(sha).read_bytes() == archive.read_bytes()
    assert [p for p in lake.originals.rglob("*") if p.is_file()] == [lake.original(sha)]
    with pytest.raises(StoreError, match="0000"):
        lake.original("0000")


def test_what_a_dead_writer_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    from valore.lake._originals import temporary

    folder = tmp_path / "originals"
    folder.mkdir()
    (folder / "tmp-dead").write_bytes(b"half an archive")
    with temporary(folder) as (path, _):
        Lake(tmp_path / "lake")
        assert list(folder.iterdir()) == [path]


def test_a_rollup_is_replaced_whole_and_says_what_it_stands_for(lake: Lake) -> None:
    for version in (3, 4):
        lake.put_rollup("daily", "2015-02", pa.table({"posts": [version]}), version=version)
    lake.put_rollup("daily", "2015-01", pa.table({"posts": [1]}), version=4)
    assert [(r.month, r.version) for r in lake.rollups("daily")] == [("2015-01", 4), ("2015-02", 4)]
    found = duckdb.connect().execute("select sum(posts) from read_parquet(?)", [list(lake.rollup_files("daily"))])
    assert found.fetchone() == (5,)
    assert lake.rollups("never made") == ()


def test_a_rollup_that_is_damaged_is_left_out_to_be_made_again(lake: Lake) -> None:
    lake.put_rollup("daily", "2015-02", pa.table({"posts": [1]}), version=1)
    Path(lake.rollup_files("daily")[0]).write_bytes(b"not parquet")
    assert lake.rollups("daily") == ()


@pytest.mark.parametrize("month", ["../2015-02", "2015", "2015-02/x", ""])
def test_a_rollup_has_a_month_and_nothing_else(lake: Lake, month: str) -> None:
    with pytest.raises(StoreError):
        lake.put_rollup("daily", month, pa.table({"posts": [1]}), version=1)


@given(st.lists(st.lists(st.integers(0, 40), max_size=8), max_size=8))
@settings(max_examples=20, deadline=None)
def test_files_are_enough_to_know_what_is_stored(numbers: list[list[int]]) -> None:
    """A lake that has just been opened answers as one that wrote all along."""
    with tempfile.TemporaryDirectory() as folder:
        old = Lake(Path(folder) / "lake")
        seen: set[int] = set()
        for number, batch in enumerate(numbers):
            gather = Gather("import")
            for post in batch:
                gather.add(ANNA._replace(id=str(post)), "tweets.js")
            lake = Lake(old.root) if number % 2 else old
            stored = lake.commit(gather.take(), source="import", number=number).get("posts", 0)
            assert stored == len(set(batch) - seen)
            seen |= set(batch)
