"""A lake for each test, and Anna's records."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from valore.lake import Lake
from valore.model.batch import Gather
from valore.model.records import Fault, Record

Gathered = Callable[..., Mapping[str, pa.Table]]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def gathered() -> Gathered:
    """Turn records into tables."""

    def gather(records: Iterable[Record | Fault], source: str = "import") -> Mapping[str, pa.Table]:
        waiting = Gather(source)
        for record in records:
            waiting.add(record, "tweets.js")
        return waiting.take()

    return gather
