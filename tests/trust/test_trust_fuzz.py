"""No file that is nearly right makes a reader raise what is not ours, or takes its process with it."""

import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from tests.trust import fuzz as fuzzing
from tests.trust.fuzz import changed, fuzz, samples

from valore.errors import SourceError
from valore.model.records import Cursor, Fault, Raw
from valore.model.source import Manifest, Match
from valore.places import places

INPUTS = 10_000
LINE = SimpleNamespace(beat=lambda: None, where=None, read=0)


class Broken:
    """A place that knows everything and breaks."""

    name = "broken"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def sniff(self, files: Manifest) -> Match:
        return Match("1", 1.0, tuple(m.name for m in files.members), {})

    def read(self, *_files: object) -> Iterator[Raw | Fault | Cursor]:
        raise self.error


def test_a_reader_that_breaks_is_found_and_one_that_refuses_is_not() -> None:
    def found(error: Exception) -> list[str]:
        return list(fuzzing._some(range(3), 1, {"broken": Broken(error)}, LINE))  # type: ignore[dict-item,arg-type]

    assert [where.rpartition(", ")[2].partition(" in ")[0] for where in found(KeyError())] == [
        f"input {number}: KeyError" for number in range(3)
    ]
    assert found(SourceError("{file} ends here", file="a")) == []


def test_every_place_with_samples_is_met_and_an_input_can_be_made_again() -> None:
    met = {changed(number, 1)[0].place for number in range(400)}
    assert met == {row[0].place for row in samples()}
    assert met <= set(places())
    assert changed(7, 1)[0] == changed(7, 1)[0] != changed(7, 2)[0]


@pytest.mark.slow
def test_samples_changed_at_random_give_records_faults_or_typed_errors() -> None:
    """Always the same inputs (`./run soak` takes others); `python -m tests.trust.fuzz SEED NUMBER` repeats one."""
    assert fuzz(INPUTS, int(os.environ.get("VALORE_SEED") or 20150222)) == []
