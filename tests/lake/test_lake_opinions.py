"""What a listening tool thinks of a post is kept as its opinion, beside and apart from the product's own labels."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from valore.lake import Lake
from valore.model import keys
from valore.model.batch import Gather
from valore.model.records import Opinion, Record, Rows
from valore.model.schemas import ANNOTATIONS

T0 = 1_420_070_400_000_000
SAID = Opinion("x", "1001", "row 1", "brandwatch", "negative", T0, "Lume")


def _taken(*records: Record) -> dict[str, pa.Table]:
    gather = Gather("import")
    for record in records:
        gather.add(record, "menzioni.csv")
    return gather.take()


def test_an_opinion_is_an_annotation_with_its_source() -> None:
    (row,) = _taken(SAID)["annotations"].to_pylist()
    assert (row["about"], row["label"], row["subject"], row["month"]) == (
        keys.key("x", "1001"),
        "negative",
        "Lume",
        "2015-01",
    )
    assert (row["enricher"], row["version"]) == ("vendor:brandwatch", "brandwatch@export")
    assert row["p"] is None
    assert row["value"] is None


def test_columns_say_the_same_as_records() -> None:
    fields = SAID._asdict()
    batch = pa.record_batch({name: [value] for name, value in fields.items()})
    assert _taken(Rows("annotations", batch))["annotations"].equals(_taken(SAID)["annotations"])
    assert _taken(SAID)["annotations"].schema.equals(ANNOTATIONS)


@pytest.mark.parametrize("bad", [SAID._replace(id=""), SAID._replace(label=""), SAID._replace(tool="")])
def test_an_opinion_of_nobody_or_nothing_is_a_fault(bad: Opinion) -> None:
    tables = _taken(SAID, bad)
    assert tables["annotations"].num_rows == 1
    assert tables["faults"].num_rows == 1


def test_opinions_of_two_tools_live_side_by_side_and_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    tables = _taken(SAID, SAID, SAID._replace(tool="talkwalker", label="positive"))
    assert lake.commit(tables, source="a", number=0) == {"annotations": 2}
    assert Lake(tmp_path / "lake").commit(tables, source="b", number=0) == {"annotations": 0}
    stored = lake.snapshot().table("annotations", ["enricher", "label"])
    assert sorted(map(tuple, (r.values() for r in stored.to_pylist()))) == [
        ("vendor:brandwatch", "negative"),
        ("vendor:talkwalker", "positive"),
    ]
    own = lake.snapshot().table("annotations", ["label"], pc.field("enricher") == "polarity")
    assert own.num_rows == 0
