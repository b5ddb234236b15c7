"""A lake that an earlier Valore made gets the columns that came since, without a row changed or said twice."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from valore.engine import Engine, Source
from valore.lake import Lake, _erase, _ledger, _widen
from valore.model.records import Account
from valore.model.schemas import TABLES

Gathered = Callable[..., Mapping[str, pa.Table]]
ANNA = Account("x", "1001", "/0", handle="annaferri", name="Anna Ferri")
START = 1_735_689_600_000_000
NEW = ("links", "aliases")


@pytest.fixture
def older(tmp_path: Path, gathered: Gathered, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a lake of two commits, made when accounts had no lists of addresses."""
    schema = TABLES["accounts"]
    narrow = pa.schema([f for f in schema if f.name not in NEW])
    for module in (_ledger, _erase, _widen):
        monkeypatch.setattr(module, "TABLES", {**TABLES, "accounts": narrow})
    lake = Lake(tmp_path / "lake")
    for number, name in enumerate(("Anna Ferri", "Anna Ferri, carta")):
        lake.commit(gathered([ANNA._replace(name=name, seen=START + number)]), source="before", number=number)
    monkeypatch.undo()
    assert not set(NEW) & {f.name for f in DeltaTable(tmp_path / "lake" / "accounts").schema().fields}
    return tmp_path / "lake"


def rows(lake: Lake) -> list[dict[str, object]]:
    return sorted(lake.snapshot().table("accounts").to_pylist(), key=lambda row: str(row["edition"]))


def test_what_was_there_is_read_with_nothing_in_the_new_columns(older: Path) -> None:
    found = rows(Lake(older))
    assert [(r["name"], r["links"]) for r in found] == [("Anna Ferri", None), ("Anna Ferri, carta", None)]


def test_engines_find_the_columns_in_every_file(older: Path) -> None:
    shot = Lake(older).snapshot()
    assert all(set(NEW) <= set(pq.read_schema(path).names) for path in shot.files("accounts"))
    with Engine({"accounts": Source(files=shot.files("accounts"), edited=shot.edited("accounts"))}) as engine:
        assert engine.query("select name, aliases from accounts").to_pylist() == [
            {"name": "Anna Ferri, carta", "aliases": None}
        ]


def test_imports_go_on_where_they_were_and_say_nothing_twice(older: Path, gathered: Gathered) -> None:
    lake = Lake(older)
    assert lake.last("before") == 1
    assert lake.commit(gathered([ANNA._replace(seen=START)]), source="again", number=0) == {"accounts": 0}
    told = ANNA._replace(seen=START + 2, aliases=("https://piazza.example/@anna",))
    assert lake.commit(gathered([told]), source="later", number=0) == {"accounts": 1}
    assert [r["aliases"] for r in rows(lake)] == [None, None, ["https://piazza.example/@anna"]]


def test_a_lake_is_written_again_once(older: Path) -> None:
    versions = [Lake(older).snapshot().version("accounts") for _ in range(2)]
    assert versions[0] == versions[1]


def test_one_that_was_cut_short_is_done_by_the_next(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_widen, "write", _cut)
    with pytest.raises(KeyboardInterrupt):
        Lake(older).snapshot()
    monkeypatch.undo()
    assert len(rows(Lake(older))) == 2


def _cut(*_: object) -> None:
    raise KeyboardInterrupt
