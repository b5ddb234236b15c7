"""A batch is stored exactly once, whatever comes again, in whatever order, from whoever."""

import multiprocessing as mp
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.errors import ForeignTable, UnknownName
from valore.lake import Lake
from valore.model.batch import Gather
from valore.model.records import Account, Fault, Interaction, Observation, Post, Record, Where
from valore.model.schemas import ANNOTATIONS

Gathered = Callable[..., Mapping[str, pa.Table]]
T0 = 1_420_070_400_000_000
DAY = 86_400_000_000
ANNA = Post("x", "1", "anna", T0, "/0", text="paper is a promise")


def newest(table: pa.Table) -> dict[int, dict[str, Any]]:
    """Return the state of each key, as readers find it."""
    rows = sorted(table.to_pylist(), key=lambda r: (r["revision"], r["weight"], r["digest"]))
    return {row["key"]: {k: v for k, v in row.items() if k not in {"edition", "pointer"}} for row in rows}


def state(lake: Lake) -> dict[str, Any]:
    """Return what readers of a lake see, in no order."""
    snapshot = lake.snapshot()
    things = {name: newest(snapshot.table(name)) for name in ("posts", "accounts")}
    acts = {name: set(snapshot.table(name)["key"].to_pylist()) for name in ("interactions", "observations")}
    return {**things, **acts}


instants = st.integers(min_value=T0, max_value=T0 + 90 * DAY)
posts = st.builds(
    lambda number, at, text, edited: Post("x", str(number), "anna", at, "/0", text=text, updated=edited),
    st.integers(0, 8),
    instants,
    st.sampled_from(["one", "two", None]),
    st.none() | instants,
)
tombstones = st.builds(
    lambda number, at, gone: Post("x", str(number), "anna", at, "/0", deleted=gone),
    st.integers(0, 8),
    instants,
    instants,
)
accounts = st.builds(
    lambda name, followers, seen: Account("x", name, "/0", handle="annaferri", followers=followers, seen=seen),
    st.sampled_from(["anna", "lume"]),
    st.none() | st.integers(0, 3),
    st.none() | instants,
)
likes = st.builds(lambda target: Interaction("x", "like", "anna", "/0", target=str(target)), st.integers(0, 5))
counts = st.builds(
    lambda number, seen, n: Observation("x", str(number), "/0", seen=seen, likes=n),
    st.integers(0, 5),
    st.none() | instants,
    st.integers(0, 3),
)
batches = st.lists(st.lists(posts | tombstones | accounts | likes | counts, max_size=12), max_size=5)


def stored(records: Iterable[Sequence[Record]], folder: str) -> Lake:
    lake = Lake(Path(folder) / "lake")
    for number, batch in enumerate(records):
        gather = Gather("import")
        for record in batch:
            gather.add(record, "tweets.js")
        lake.commit(gather.take(), source="import", number=number)
    return lake


@given(batches, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_records_and_batches_does_not_matter(given_: list[list[Record]], chance: Any) -> None:
    mixed = [record for batch in given_ for record in batch]
    chance.shuffle(mixed)
    half = len(mixed) // 2
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert state(stored(given_, one)) == state(stored([mixed[:half], mixed[half:]], other))


@given(batches)
@settings(max_examples=15, deadline=None)
def test_twice_is_once(given_: list[list[Record]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = stored(given_, folder)
        before = {name: lake.snapshot().rows(name) for name in ("posts", "accounts", "interactions")}
        again = Lake(lake.root)
        for batch in given_:
            gather = Gather("the same file under another name")
            for record in batch:
                gather.add(record, "tweets.js")
            assert sum(again.commit(gather.take(), source="again", number=0).values()) == 0
        assert {name: again.snapshot().rows(name) for name in before} == before


def test_a_batch_that_was_stored_is_recognised_by_its_number(lake: Lake, gathered: Gathered) -> None:
    assert lake.commit(gathered([ANNA]), source="a", number=7)["posts"] == 1
    other = gathered([ANNA._replace(id="2")])
    assert lake.commit(other, source="a", number=7)["posts"] == 0
    assert lake.commit(other, source="a", number=8)["posts"] == 1
    assert lake.last("a") == 8
    assert lake.last("never seen") is None


def test_the_newest_edition_wins_even_when_it_comes_first(lake: Lake, gathered: Gathered) -> None:
    edits = [ANNA._replace(text=f"draft {n}", updated=T0 + n) for n in (3, 1, 2)]
    for number, edit in enumerate(edits):
        lake.commit(gathered([edit]), source="a", number=number)
    rows = lake.snapshot().table("posts")
    assert sorted(rows["edition"].to_pylist()) == [0, 1, 2]
    assert [row["text"] for row in newest(rows).values()] == ["draft 3"]


def test_a_tombstone_wins_over_an_edit_of_the_same_instant(lake: Lake, gathered: Gathered) -> None:
    gone = ANNA._replace(text=None, deleted=T0 + 5)
    full = ANNA._replace(text="all of it", updated=T0 + 5, title="a", language="it", url="https://lume.example")
    lake.commit(gathered([gone]), source="a", number=0)
    lake.commit(gathered([full]), source="a", number=1)
    assert [row["text"] for row in newest(lake.snapshot().table("posts")).values()] == [None]


def test_an_edition_in_another_month_is_found(lake: Lake, gathered: Gathered) -> None:
    lake.commit(gathered([ANNA]), source="a", number=0)
    moved = ANNA._replace(published=T0 + 60 * DAY)
    assert Lake(lake.root).commit(gathered([moved]), source="b", number=0)["posts"] == 1
    assert Lake(lake.root).commit(gathered([ANNA]), source="c", number=0)["posts"] == 0
    assert sorted(lake.snapshot().table("posts")["edition"].to_pylist()) == [0, 1]


def test_only_later_editions_make_a_table_edited(lake: Lake, gathered: Gathered) -> None:
    lake.commit(gathered([ANNA, ANNA._replace(id="2")]), source="a", number=0)
    assert not lake.snapshot().edited("posts")
    lake.commit(gathered([ANNA._replace(text="better")]), source="a", number=1)
    assert lake.snapshot().edited("posts")


def test_an_account_that_is_only_named_never_hides_a_known_one(lake: Lake, gathered: Gathered) -> None:
    known = Account("x", "anna", "/0", handle="annaferri", name="Anna Ferri")
    lake.commit(gathered([ANNA]), source="a", number=0)
    lake.commit(gathered([known]), source="a", number=1)
    assert lake.commit(gathered([ANNA._replace(id="2")]), source="a", number=2)["accounts"] == 0
    assert [row["name"] for row in newest(lake.snapshot().table("accounts")).values()] == ["Anna Ferri"]


def test_faults_are_told_once(lake: Lake, gathered: Gathered) -> None:
    fault = Fault(Where("tweets.js", "/4"), "no_date")
    assert lake.commit(gathered([fault, fault]), source="a", number=0) == {"faults": 1}
    assert lake.commit(gathered([fault]), source="a", number=1) == {"faults": 0}


def test_annotations_are_kept_by_thing_subject_and_version(lake: Lake) -> None:
    def table(version: str, label: str) -> pa.Table:
        row = {"about": 1, "subject": "anna", "enricher": "polarity", "version": version, "label": label}
        return pa.Table.from_pylist([{**row, "month": "2015-01"}], schema=ANNOTATIONS)

    assert lake.commit({"annotations": table("polarity@1", "positive")}, source="e", number=0)["annotations"] == 1
    assert lake.commit({"annotations": table("polarity@1", "neutral")}, source="e", number=1)["annotations"] == 0
    assert lake.commit({"annotations": table("polarity@2", "neutral")}, source="e", number=2)["annotations"] == 1


def _importer(root: Path) -> None:
    lake = Lake(root)
    for number in range(10):
        gather = Gather("archive")
        for row in range(50):
            gather.add(ANNA._replace(id=f"{number}-{row}", published=T0 + row * DAY), "tweets.js")
        lake.commit(gather.take(), source=f"import{mp.current_process().name}", number=number)


def test_batches_where_a_column_is_known_and_where_it_is_not_go_into_one_commit(lake: Lake) -> None:
    """Accounts have no reason where nothing spoke; the batches of one commit need not look alike."""
    row = {"subject": "", "enricher": "spam", "version": "spam@1", "month": "undated"}
    told = pa.Table.from_pylist([{**row, "about": 1, "reason": "many links"}], schema=ANNOTATIONS)
    silent = pa.Table.from_pylist([{**row, "about": 2}], schema=ANNOTATIONS)
    assert lake.commit({"annotations": pa.concat_tables([told, silent])}, source="enrich", number=0) == {
        "annotations": 2
    }
    assert set(lake.snapshot().table("annotations")["reason"].to_pylist()) == {"many links", None}


def test_four_importers_of_the_same_archive_make_one_copy(tmp_path: Path) -> None:
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["valore.lake", "valore.model.batch"])
    writers = [context.Process(target=_importer, args=(tmp_path / "lake",)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    posts = Lake(tmp_path / "lake").snapshot().table("posts")
    assert posts.num_rows == pc.count_distinct(posts["key"]).as_py() == 500


def test_a_table_that_needs_another_reader_is_refused(lake: Lake, gathered: Gathered) -> None:
    lake.commit(gathered([ANNA]), source="a", number=0)
    DeltaTable(lake.root / "posts").alter.set_table_properties({"delta.enableDeletionVectors": "true"})
    with pytest.raises(ForeignTable, match="posts"):
        Lake(lake.root).snapshot()


def test_an_unknown_table_is_named_with_those_that_exist(lake: Lake) -> None:
    with pytest.raises(UnknownName, match="observations"):
        lake.snapshot().files("tweets")
