"""What could not be read is told with its place, and never opens as a formula."""

import csv
import json
from pathlib import Path

import pytest

from valore.errors import UnknownName
from valore.flows.faults import counts, faults, reject
from valore.flows.space import Space, create
from valore.model.batch import Gather
from valore.model.records import Fault, Where


@pytest.fixture
def space(tmp_path: Path) -> Space:
    made = create(tmp_path / "home", "lume")
    made.desk.imports.begin("00ff", name="anna.zip", sha256="00", place="x", variant="", skipped={})
    gather = Gather("00ff")
    for number in range(5):
        gather.add(Fault(Where("tweets.js", f"/{number}"), "no_date"))
    gather.add(Fault(Where("=cmd|'/c calc'!A0", "L1"), "bad_json", "+line 1"))
    made.lake.commit(gather.take(), source="00ff", number=0)
    return made


def test_faults_are_listed_by_import_member_and_place(space: Space) -> None:
    rows = faults(space).to_pylist()
    assert rows[-1] == {"import": "anna.zip", "file": "tweets.js", "pointer": "/4", "reason": "no_date", "detail": ""}
    assert faults(space, reason="bad_json").num_rows == 1
    assert faults(space, name="tweets.js").num_rows == 5
    assert faults(space, name="anna.zip").num_rows == 6
    assert faults(space, name="bruno.zip").num_rows == 0
    assert faults(space, limit=2, offset=5).num_rows == 1


def test_reasons_are_counted_the_most_frequent_first(space: Space) -> None:
    assert list(counts(space).items()) == [("no_date", 5), ("bad_json", 1)]


def test_a_reject_file_holds_them_and_no_formula(space: Space, tmp_path: Path) -> None:
    assert reject(space, tmp_path / "rejected.csv") == 6
    with (tmp_path / "rejected.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert rows[0]["file"] == "'=cmd|'/c calc'!A0"
    assert rows[0]["detail"] == "'+line 1"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@\t\r")]


def test_lines_of_json_hold_them_as_they_are(space: Space, tmp_path: Path) -> None:
    assert reject(space, tmp_path / "rejected.jsonl", reason="bad_json") == 1
    (row,) = [json.loads(line) for line in (tmp_path / "rejected.jsonl").read_text().splitlines()]
    assert row["file"] == "=cmd|'/c calc'!A0"


def test_an_unknown_ending_is_refused(space: Space, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no format called 'doc'; there are: csv, jsonl, parquet, xlsx"):
        reject(space, tmp_path / "rejected.doc")
    assert list(tmp_path.glob("*rejected*")) == []
