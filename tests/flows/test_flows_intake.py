"""Memory stays bounded: a file without a safe stop inside is stored in parts."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from valore.flows import _intake
from valore.flows._reader import Piece
from valore.flows.importing import import_files
from valore.flows.space import create
from valore.lake import Lake
from valore.model.batch import Gather
from valore.model.records import Rows

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def outbox(path: Path, count: int) -> Path:
    anna, at = "https://piazza.example/users/anna", "2015-02-22T09:00:00Z"
    notes = [{"id": f"{anna}/{n}", "type": "Note", "content": f"carta {n}", "published": at} for n in range(count)]
    acts = [{"id": f"{anna}/{n}/activity", "type": "Create", "actor": anna, "published": at} for n in range(count)]
    items = [
        a | {"to": [PUBLIC], "object": n | {"to": [PUBLIC], "attributedTo": anna}}
        for a, n in zip(acts, notes, strict=True)
    ]
    path.write_text(json.dumps({"type": "OrderedCollection", "orderedItems": items}))
    return path


def test_a_large_file_is_stored_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = list[int]()
    commit = Lake.commit

    def watched(lake: Lake, tables: Any, **how: Any) -> dict[str, int]:
        sizes.append(tables["posts"].num_rows)
        return commit(lake, tables, **how)

    monkeypatch.setattr(Lake, "commit", watched)
    space = create(tmp_path / "home", "lume")
    done = import_files(space, [outbox(tmp_path / "outbox.json", 50)], batch=20)
    assert max(sizes) <= 20
    assert (sum(sizes), done.stored["posts"], done.read) == (50, 50, 50)


def piece(months: list[str], size: int) -> Piece:
    return Piece({"posts": pa.table({"month": months, "text": ["x" * (size // len(months))] * len(months)})}, None, 0)


@pytest.mark.parametrize(("months", "batches"), [(1, 8), (2, 8), (40, 1)])
def test_a_batch_is_small_where_months_come_one_after_the_other(
    months: int, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Little memory for archives; not a thousand small files for what comes in no order."""
    for name, size in (("SMALL", 1 << 20), ("EACH", 1 << 18), ("SIZE", 8 << 20)):
        monkeypatch.setattr(_intake, name, size)
    held, stored = _intake._Held(), 0
    for _ in range(8):
        held.add(piece([f"month {n}" for n in range(months)], 1 << 20))
        if held.enough(1000):
            stored += 1
            held.take()
    assert stored == batches


def test_rows_of_one_file_with_an_empty_column_are_kept_beside_others() -> None:
    """A column that nobody filled has no type of its own."""
    gather = Gather("import")
    for number, language in enumerate((None, "it")):
        batch = {"id": [str(number)], "author": ["anna"], "published": [1_424_595_600_000_000], "text": ["Lume"]}
        columns = pa.RecordBatch.from_pydict({**batch, "place": ["x"], "language": pa.array([language])})
        gather.add(Rows("posts", columns), "posts.csv")
    assert sorted(gather.take()["posts"]["id"].to_pylist()) == ["0", "1"]
