"""A child is not believed: what it answers must be of the lake and make sense."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from valore.errors import RefusedArchive, SourceError
from valore.flows._reader import Reader
from valore.flows._reading import Request
from valore.model.schemas import FAULTS
from valore.trust._wire import Told
from valore.trust.child import Child

HERE = (Path("anna.zip"),)
READ = Request(what="read", paths=HERE)


def answering(monkeypatch: pytest.MonkeyPatch, *told: Told) -> Reader:
    def ask(_child: Child, _request: object, _name: str) -> Iterator[Told]:
        return iter(told)

    monkeypatch.setattr(Child, "ask", ask)
    return Reader()


@pytest.mark.parametrize("value", [None, [], "read", {"read": "many"}, {"read": 1, "cursor": {}}, {}])
def test_steps_that_make_no_sense_are_refused(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = answering(monkeypatch, Told("piece", value, {}))
    with pytest.raises(RefusedArchive, match=r"anna\.zip: the reader gave no answer that makes sense"):
        list(reader.pieces(READ))


@pytest.mark.parametrize(("name", "table"), [("subjects", FAULTS.empty_table()), ("posts", pa.table({"key": [1]}))])
def test_tables_that_are_not_of_the_lake_are_refused(name: str, table: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = answering(monkeypatch, Told("piece", {"read": 1}, {name: table}))
    with pytest.raises(RefusedArchive, match=r"anna\.zip"):
        list(reader.pieces(READ))


@pytest.mark.parametrize(
    "value", [None, {}, ["anna.zip", "x"], ["anna.zip", "x", ["1", 1.0, [], "skipped"]], ["a", "x", ["1", 1, [], {}]]]
)
def test_a_look_that_makes_no_sense_is_refused(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = answering(monkeypatch, Told("answer", value, {}))
    with pytest.raises(RefusedArchive, match=r"anna\.zip"):
        reader.look(HERE, {})


def test_steps_and_tables_of_the_lake_come_as_they_were_told(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = {"faults": FAULTS.empty_table()}
    reader = answering(
        monkeypatch, Told("tick", {"read": 1, "where": ""}, {}), Told("piece", {"read": 2, "cursor": "7"}, faults)
    )
    assert [(p.read, p.cursor, list(p.tables)) for p in reader.pieces(READ)] == [(1, None, []), (2, "7", ["faults"])]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("posts.parquet", b"PAR1" + bytes(range(256)) * 20 + b"\xff\xff\xff\x7fPAR1"),
        ("posts.parquet", b""),
        ("posts.csv", b'key,place\n"1,x\n'),
        ("posts.csv", b"\xff" * 5000),
    ],
)
def test_facts_that_somebody_broke_are_a_typed_error(name: str, data: bytes, tmp_path: Path) -> None:
    """Whoever can write a file can write its digest beside it."""
    (tmp_path / name).write_bytes(data)
    with closing(Reader()) as reader, pytest.raises(SourceError, match=name):
        list(reader.facts(tmp_path / name, "posts"))
