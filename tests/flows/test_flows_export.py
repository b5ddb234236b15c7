"""Everything can leave, whole, and safe to open."""

import csv
import hashlib
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from valore.errors import UnknownName
from valore.flows._csvw import ENDING
from valore.flows._writing import defused, exact, risky
from valore.flows.export import FACTS, FORMATS, export
from valore.flows.importing import import_files
from valore.flows.space import Space, create
from valore.flows.subjects import declare
from valore.model.batch import Gather
from valore.model.records import Account, Interaction, Observation, Post
from valore.model.schemas import TABLES

MONTH = 31 * 86_400_000_000
START = 1_735_689_600_000_000
FORMULA = '=HYPERLINK("http://example.invalid","ciao")'


@pytest.fixture
def space(tmp_path: Path) -> Space:
    made = create(tmp_path / "home", "lume")
    gather = Gather("told")
    gather.add(Account("x", "1001", "/0", handle="annaferri", bio="@lume\x00\x01 è"))
    for number in range(6):
        gather.add(Post("x", f"{number}", "1001", START + number * MONTH, "/0", text=FORMULA, tags=("+a", "carta")))
    gather.add(Post("x", "gone", "1001", START, "/0", deleted=START))
    gather.add(Interaction("x", "like", "1001", "/0", target="1"))
    gather.add(Observation("x", "1", "/0", seen=START, likes=-1))
    made.lake.commit(gather.take(), source="told", number=0)
    declare(made, "anna", name="Anna Ferri", aliases=("-anna",))
    return made


@pytest.mark.parametrize("form", FORMATS)
def test_every_table_leaves_in_every_format(space: Space, tmp_path: Path, form: str) -> None:
    wanted = {"posts": 6, "accounts": 1, "interactions": 1, "observations": 1, "annotations": 0, "subjects": 1}
    assert set(wanted) == {*FACTS, "subjects"}
    for what, count in wanted.items():
        path = tmp_path / "out" / f"{what}.{form}"
        assert export(space, what, form, path) == count
        assert rows(path, form) == count
    told = {f"{what}.csv{ENDING}" for what in wanted} if form == "csv" else set()
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{what}.{form}" for what in wanted} | told, "and nothing unfinished stays"


def rows(path: Path, form: str) -> int:
    match form:
        case "parquet":
            return int(pq.read_table(path).num_rows)
        case "jsonl":
            return len([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])
        case "csv":
            with path.open(newline="", encoding="utf-8") as file:
                return len(list(csv.reader(file))) - 1
        case _:
            return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) - 1


def test_parquet_leaves_as_it_is_kept(space: Space, tmp_path: Path) -> None:
    export(space, "posts", "parquet", tmp_path / "posts.parquet")
    found = pq.read_table(tmp_path / "posts.parquet")
    assert found.schema.equals(TABLES["posts"])
    kept = space.lake.snapshot().table("posts").filter(pa.compute.field("deleted").is_null())
    assert found.sort_by("key").equals(kept.sort_by("key"))


def test_formulas_are_defused_where_a_spreadsheet_reads(space: Space, tmp_path: Path) -> None:
    for form in ("csv", "xlsx", "jsonl"):
        export(space, "posts", form, tmp_path / f"posts.{form}")
        export(space, "accounts", form, tmp_path / f"accounts.{form}")
    with (tmp_path / "posts.csv").open(newline="") as file:
        assert {row["text"] for row in csv.DictReader(file)} == {"'" + FORMULA}
    sheet = CalamineWorkbook.from_path(tmp_path / "posts.xlsx").get_sheet_by_index(0).to_python()
    assert {row[sheet[0].index("text")] for row in sheet[1:]} == {"'" + FORMULA}
    line = json.loads((tmp_path / "posts.jsonl").read_text().splitlines()[0])
    assert line["text"] == FORMULA, "lines of JSON are for programs"
    sheet = CalamineWorkbook.from_path(tmp_path / "accounts.xlsx").get_sheet_by_index(0).to_python()
    assert sheet[1][sheet[0].index("bio")] == "'@lume\ufffd\ufffd è"


def test_keys_are_exact_in_a_sheet(space: Space, tmp_path: Path) -> None:
    """A 63-bit key as a number of a spreadsheet would lose its last digits."""
    export(space, "posts", "xlsx", tmp_path / "posts.xlsx")
    sheet = CalamineWorkbook.from_path(tmp_path / "posts.xlsx").get_sheet_by_index(0).to_python()
    found = {int(str(row[0])) for row in sheet[1:]}
    kept = space.lake.snapshot().table("posts", ["key", "deleted"]).to_pylist()
    assert found == {row["key"] for row in kept if row["deleted"] is None}


@given(st.lists(st.none() | st.text() | st.from_regex(r"'*[=+\-@\t\r\n\x00＝＋－＠].*"), max_size=20))
def test_no_text_begins_like_a_formula_others_stay_and_all_come_back(texts: list[str | None]) -> None:
    table = pa.table({"text": pa.array(texts, pa.string())})
    safe = defused(table)["text"].to_pylist()
    for before, after in zip(texts, safe, strict=True):
        dangerous = before is not None and before.lstrip("'")[:1] in set("=+-@\t\r\n\x00＝＋－＠")
        assert after == (f"'{before}" if dangerous else before)
    assert exact(defused(table)).equals(table)
    assert risky(table).get("text", 0) == sum(a != b for a, b in zip(texts, safe, strict=True))


def test_what_was_quoted_is_told_beside_the_file(space: Space, tmp_path: Path) -> None:
    export(space, "posts", "csv", tmp_path / "posts.csv")
    told = json.loads((tmp_path / f"posts.csv{ENDING}").read_text(encoding="utf-8"))
    note = told["notes"][0]
    assert note["quoted"] == {"text": 6}
    assert note["sha256"] == hashlib.sha256((tmp_path / "posts.csv").read_bytes()).hexdigest()
    with (tmp_path / "posts.csv").open(newline="") as file:
        assert [c["name"] for c in told["tableSchema"]["columns"]] == next(csv.reader(file))
    export(space, "posts", "xlsx", tmp_path / "posts.xlsx")
    with zipfile.ZipFile(tmp_path / "posts.xlsx") as book:
        assert b'name="valore quoted text"' in book.read("docProps/custom.xml")


def test_a_sheet_tells_what_it_could_not_hold(space: Space, tmp_path: Path) -> None:
    gather = Gather("more")
    gather.add(Post("x", "9", "1002", START, "/0", text="à" * 40_000))
    space.lake.commit(gather.take(), source="more", number=0)
    export(space, "posts", "xlsx", tmp_path / "posts.xlsx")
    with zipfile.ZipFile(tmp_path / "posts.xlsx") as book:
        assert b'name="valore cut text"' in book.read("docProps/custom.xml")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_a_cell_cannot_hold_leaves_no_gap(space: Space, tmp_path: Path, form: str) -> None:
    """A vector is left out with its name, so that what stands behind it keeps its own."""
    note = {"about": 1, "subject": "", "enricher": "embedding", "version": "1", "vector": b"\x00", "reason": "perché"}
    table = pa.Table.from_pylist([{**note, "month": "2025-01"}], TABLES["annotations"])
    space.lake.commit({"annotations": table}, source="enrich", number=0)
    export(space, "annotations", form, tmp_path / f"notes.{form}")
    if form == "csv":
        with (tmp_path / "notes.csv").open(newline="", encoding="utf-8") as file:
            (row,) = csv.DictReader(file)
    else:
        names, cells = CalamineWorkbook.from_path(tmp_path / "notes.xlsx").get_sheet_by_index(0).to_python()
        row = {str(k): str(v) for k, v in zip(names, cells, strict=True)}
    assert (row["reason"], row["month"]) == ("perché", "2025-01")
    assert "vector" not in row


def test_posts_leave_as_4cat_reads_them(space: Space, tmp_path: Path) -> None:
    gather = Gather("more")
    gather.add(Post("x", "9", "1002", START, "/0", text="Ciao, Anna", reply_to="1", thread="0", tags=("carta", "è")))
    gather.add(Observation("x", "9", "/0", likes=3))
    space.lake.commit(gather.take(), source="more", number=0)
    assert export(space, "posts", "4cat", tmp_path / "4cat.csv") == 7
    with (tmp_path / "4cat.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert (
        rows["9"]
        | {
            "thread_id": "0",
            "author": "1002",
            "body": "Ciao, Anna",
            "timestamp": "2025-01-01 00:00:00",
            "unix_timestamp": "1735689600",
            "in_reply_to": "1",
            "hashtags": "carta,è",
            "like_count": "3",
            "reply_count": "",
        }
        == rows["9"]
    )
    assert rows["1"]["body"] == "'" + FORMULA
    assert rows["1"]["thread_id"] == "1"
    assert rows["1"]["author"] == "annaferri"


def test_4cats_table_is_read_again_with_the_texts_that_people_wrote(space: Space, tmp_path: Path) -> None:
    export(space, "posts", "4cat", tmp_path / "posts.csv")
    again = create(tmp_path / "again", "other")
    done = import_files(again, [tmp_path / "posts.csv"])
    assert (done.read, done.stored["posts"]) == (6, 6)
    assert set(again.lake.snapshot().table("posts")["text"].to_pylist()) == {FORMULA}
    assert import_files(again, [tmp_path / "posts.csv"]).files[0].known, "twice is once"


def test_posts_leave_as_postings_of_schema_org(space: Space, tmp_path: Path) -> None:
    gather = Gather("more")
    evil = "</script><script>alert(1)</script> & \u2028"
    gather.add(Post("x", "9", "1002", START, "/0", text=evil, reply_to="1", url="https://x.example/9"))
    gather.add(Post("x", "10", "1002", START, "/0", text="b", quote_of="1", url="javascript:alert(1)"))
    gather.add(Observation("x", "9", "/0", likes=3, views=0))
    space.lake.commit(gather.take(), source="more", number=0)
    assert export(space, "posts", "jsonld", tmp_path / "posts.jsonld") == 8
    text = (tmp_path / "posts.jsonld").read_text(encoding="utf-8")
    assert not set("<>&\u2028\u2029") & set(text), "it can stand inside a page"
    told = json.loads(text)
    assert told["@context"] == "https://schema.org"
    posts = {node["identifier"]: node for node in told["@graph"]}
    assert posts["9"]["articleBody"] == evil
    assert posts["9"]["@id"] == "https://x.example/9"
    assert posts["10"]["@id"] == "urn:valore:x:10", "an address that is none is not followed"
    assert posts["9"]["parentItem"] == posts["10"]["sharedContent"] == {"@id": "urn:valore:x:1"}
    assert posts["9"]["interactionStatistic"] == [
        {"@type": "InteractionCounter", "interactionType": {"@type": "LikeAction"}, "userInteractionCount": 3},
        {"@type": "InteractionCounter", "interactionType": {"@type": "ViewAction"}, "userInteractionCount": 0},
    ], "what is not known is not said, and none is said"
    assert "interactionStatistic" not in posts["2"]
    assert "url" not in posts["10"]
    assert "@type" not in posts["1"]["author"], "nobody said whether it is a person"


def test_only_posts_leave_in_shapes_of_other_tools(space: Space, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no format called 'jsonld'"):
        export(space, "accounts", "jsonld", tmp_path / "out.jsonld")


def test_exports_are_told_by_the_audit(space: Space, tmp_path: Path) -> None:
    export(space, "posts", "csv", tmp_path / "posts.csv")
    assert [about for _, what, about, _ in space.desk.audit() if what == "exported"] == [
        "posts: posts.csv (6; 6 quoted)"
    ]


def test_what_is_not_there_is_named_and_nothing_is_written(space: Space, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no table called 'messages'"):
        export(space, "messages", "csv", tmp_path / "out.csv")
    with pytest.raises(UnknownName, match="no format called 'doc'"):
        export(space, "posts", "doc", tmp_path / "out.doc")
    assert not list(tmp_path.glob("*out*"))
