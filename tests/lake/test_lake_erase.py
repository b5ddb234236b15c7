"""Rows go out of the files themselves; what stays, stays as it was and where others look for it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable

from valore.errors import Rewritten
from valore.lake import Lake, Pass, Verdict
from valore.model.keys import key
from valore.model.records import Account, Fault, Interaction, Observation, Opinion, Post, Where

Gathered = Callable[..., Mapping[str, pa.Table]]
CANARY = b"kanarienvogel"
DAY = 86_400_000_000
START = 1_420_070_400_000_000
CARLA, ANNA = key("x", "kanarienvogel"), key("x", "anna")


def post(number: int, author: str) -> Post:
    text = f"{author} thinks, {number}"
    return Post("x", f"p{number}", author, START + number * DAY, f"/{author}/{number}", text=text)


@pytest.fixture
def full(lake: Lake, gathered: Gathered) -> Lake:
    """Ten commits by two authors over three months, likes and counts of both, one fault each."""
    for number in range(0, 90, 9):
        records = [post(n, "kanarienvogel" if n % 3 else "anna") for n in range(number, number + 9)]
        likes = [Interaction("x", "like", p.author, p.pointer, target=f"liked{p.id}") for p in records]
        counts = [Observation("x", p.id, p.pointer, seen=START, likes=n) for n, p in enumerate(records)]
        known = [Account("x", who, f"/{who}", handle=who, followers=number) for who in ("anna", "kanarienvogel")]
        faults = [Fault(Where("kanarienvogel.js", f"/{number}"), "no_date")]
        lake.commit(gathered([*records, *likes, *counts, *known, *faults]), source="import", number=number)
    return lake


def without(table: str, column: str, *keys: int) -> Pass:
    return Pass(table, (column,), lambda rows: Verdict(np.isin(rows[column].to_numpy(), keys)))


def everything(lake: Lake) -> list[Pass]:
    posts = lake.snapshot().table("posts", ["key", "author"])
    mine = posts.filter(pc.equal(posts["author"], CARLA))["key"].to_pylist()
    return [
        without("observations", "post", *mine),
        without("interactions", "actor", CARLA),
        without("posts", "author", CARLA),
        without("accounts", "key", CARLA),
        Pass("faults", ("source",), lambda rows: Verdict(np.ones(rows.num_rows, bool))),
    ]


def holding(folder: Path, needle: bytes = CANARY) -> list[str]:
    return [str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file() and needle in f.read_bytes()]


def content(lake: Lake, name: str) -> list[dict[str, object]]:
    return sorted(lake.snapshot().table(name).to_pylist(), key=str)


def test_no_byte_of_an_erased_author_is_left(full: Lake) -> None:
    assert len(holding(full.root)) > 10
    full.erase(everything(full))
    assert holding(full.root) == []


def test_what_stays_is_unchanged(full: Lake) -> None:
    expected = [row for row in content(full, "posts") if row["author"] == ANNA]
    told = full.erase(everything(full))
    assert content(full, "posts") == expected
    assert told["posts"].gone == 60
    assert full.snapshot().rows("posts") == 30


def test_counting_changes_nothing_and_tells_what_erasing_will(full: Lake) -> None:
    before = {path: path.stat().st_mtime_ns for path in full.root.rglob("*") if path.is_file()}
    counted = full.count(everything(full))
    assert {path: path.stat().st_mtime_ns for path in full.root.rglob("*") if path.is_file()} == before
    assert full.erase(everything(full)) == counted


def test_statistics_of_joined_files_tell_nothing_either(full: Lake) -> None:
    full.compact()
    for name in ("posts", "interactions", "faults"):
        DeltaTable(full.root / name).create_checkpoint()
    assert any("_delta_log" in path for path in holding(full.root))
    full.erase(everything(full))
    assert holding(full.root) == []
    assert full.snapshot().rows("interactions") == 30


def test_a_reader_of_an_older_moment_is_told_to_take_a_new_one(full: Lake) -> None:
    before = full.snapshot()
    full.erase(everything(full))
    with pytest.raises(Rewritten, match="give the command again"):
        before.table("posts")
    with pytest.raises(Rewritten):
        before.count("posts", pc.field("place") == "x")
    assert full.snapshot().count("posts", pc.field("place") == "x") == 30


def test_a_lake_that_was_open_meanwhile_goes_on(full: Lake, gathered: Gathered) -> None:
    other = Lake(full.root)
    assert other.commit(gathered([post(900, "anna")]), source="other", number=0)["posts"] == 1
    full.erase(everything(full))
    again = gathered([post(0, "anna"), post(900, "anna"), post(901, "anna")])
    assert other.commit(again, source="other", number=1)["posts"] == 1
    assert full.snapshot().rows("posts") == 32


def test_what_was_erased_can_be_stored_again(full: Lake, gathered: Gathered) -> None:
    """Whether it may is not the lake's business."""
    full.erase(everything(full))
    assert full.commit(gathered([post(1, "kanarienvogel")]), source="again", number=0)["posts"] == 1


def test_files_without_such_rows_keep_their_bytes(full: Lake, gathered: Gathered) -> None:
    full.commit(gathered([post(7_000, "anna")]), source="late", number=0)
    late = next(f for f in full.snapshot().files("posts") if "month=2034" in f)
    full.erase(everything(full))
    assert late in full.snapshot().files("posts")


def test_rows_are_altered_and_known_again_by_what_they_said_first(full: Lake, gathered: Gathered) -> None:
    def shorter(rows: pa.Table) -> pa.Table:
        where = rows.column_names.index("text")
        return rows.set_column(where, "text", pc.replace_substring(rows["text"], "anna thinks", "…"))

    def anna(rows: pa.Table) -> Verdict:
        return Verdict(np.zeros(rows.num_rows, bool), rows["author"].to_numpy() == ANNA)

    told = full.erase([Pass("posts", ("author",), anna, shorter)])
    assert told["posts"] == (0, 30)
    texts = full.snapshot().table("posts", ["text"])["text"].to_pylist()
    assert sum(text.startswith("…") for text in texts) == 30
    assert holding(full.root, b"anna thinks") == []
    assert full.commit(gathered([post(0, "anna")]), source="again", number=0)["posts"] == 0


def test_of_one_file_some_rows_go_while_others_are_altered(full: Lake) -> None:
    def verdict(rows: pa.Table) -> Verdict:
        first = rows["pointer"].to_pylist()
        altered = np.array([p == "/anna/0" for p in first])
        return Verdict(rows["author"].to_numpy() == CARLA, altered)

    def blank(rows: pa.Table) -> pa.Table:
        return rows.set_column(5, "text", pa.array(["…"] * rows.num_rows))

    assert full.erase([Pass("posts", ("author", "pointer"), verdict, blank)])["posts"] == (60, 1)
    left = full.snapshot().table("posts", ["author", "text"])
    assert set(left["author"].to_pylist()) == {ANNA}
    assert left["text"].to_pylist().count("…") == 1


def test_an_erasure_that_finds_nothing_rewrites_nothing(full: Lake) -> None:
    versions = {name: full.snapshot().files(name) for name in ("posts", "accounts", "interactions")}
    assert full.erase([without("posts", "author", 1)])["posts"].gone == 0
    assert {name: full.snapshot().files(name) for name in versions} == versions


@pytest.mark.parametrize("step", range(6))
def test_an_erasure_cut_short_anywhere_is_finished_by_the_same_call(
    full: Lake, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = everything(full)

    def cut(passes: list[Pass], at: int) -> Iterator[Pass]:
        for number, wanted in enumerate(passes):
            if number == at:
                raise KeyboardInterrupt
            yield wanted

    if step == 5:
        monkeypatch.setattr("valore.lake._erase.purge", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        full.erase(cut(passes, step))
    monkeypatch.undo()
    assert all(row["author"] in (ANNA, CARLA) for row in content(full, "posts"))
    full.erase(passes)
    assert holding(full.root) == []
    assert full.snapshot().rows("posts") == 30


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_rollups_go_with_what_they_were_made_from(full: Lake) -> None:
    full.put_rollup("days", "2015-01", pa.table({"a": [1]}), version=3)
    full.erase([])
    assert full.rollups("days") == ()


def test_an_original_can_be_forgotten(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "anna.zip").write_bytes(b"her archive")
    sha = lake.keep(tmp_path / "anna.zip")
    assert lake.kept() == (sha,)
    lake.forget(sha)
    lake.forget(sha)
    assert lake.kept() == ()


def test_opinions_of_tools_go_with_their_posts_and_others_stay(lake: Lake, gathered: Gathered) -> None:
    """The name of their partition is not a plain one; a file that stays as it is stands beside one that goes."""
    for number, id_ in enumerate(("p1", "p2", "p3")):
        said = Opinion("x", id_, "/0", tool="brand watch", label="positive", published=START)
        lake.commit(gathered([said]), source="opinions", number=number)
    told = lake.erase([without("annotations", "about", key("x", "p2"))])
    assert told["annotations"] == (1, 0)
    left = lake.snapshot().table("annotations").to_pylist()
    assert {row["about"] for row in left} == {key("x", "p1"), key("x", "p3")}
    assert {row["enricher"] for row in left} == {"vendor:brand watch"}
    assert lake.commit(gathered([said]), source="opinions", number=9) == {"annotations": 0}
