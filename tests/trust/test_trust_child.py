"""A child may die of anything: the parent gets one typed error that says which file and where, and goes on."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from valore.errors import MappingError, ReaderStopped, SourceError, ValoreError
from valore.trust.child import Child
from valore.trust.limits import GIB, MIB, Bounds

BOUNDS = Bounds(memory=512 * MIB, computing=1, ready=1, each=1, silence=60.0, files=64, written=MIB, told=64 * MIB)
HERE = "outbox.json /orderedItems/7"


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with closing(Child("tests.trust.wild", BOUNDS)) as child:
        yield child


def test_a_child_answers_and_knows_no_secrets(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    child.close()
    (told,) = [t for t in child.ask("answer", "anna.zip") if t.kind == "answer"]
    assert told.value == [None, 16 * MIB]
    assert told.tables["rows"].to_pydict() == {"n": [1, 2]}
    assert 0 < child.peak < GIB


def test_a_child_cannot_widen_its_limits(child: Child) -> None:
    (told,) = [t for t in child.ask("limits", "anna.zip") if t.kind == "answer"]
    core, files, written, addresses = told.value
    assert (core, files, written) == (0, 64, MIB)
    assert 512 * MIB < addresses < 3 * GIB


def test_what_a_library_prints_is_no_message(child: Child) -> None:
    assert [t.value for t in child.ask("prints", "anna.zip") if t.kind == "answer"] == ["sound"]


@pytest.mark.parametrize(
    ("misdeed", "told"),
    [
        ("segfault", f"anna.zip: the reader broke down at {HERE}; what came before is kept"),
        ("leaves", f"anna.zip: the reader broke down at {HERE}; what came before is kept"),
        ("killed", f"anna.zip: reading was ended from outside at {HERE}; give it again to go on"),
        ("memory", f"anna.zip: reading was stopped at {HERE}: it needs more than {512 * MIB} bytes of memory"),
        ("arrow_memory", f"anna.zip: reading was stopped at {HERE}: it needs more than {512 * MIB} bytes of memory"),
        ("computes", f"anna.zip: reading was stopped at {HERE}: it takes more computing than a file of its size may"),
        (
            "goes_nowhere",
            f"anna.zip: reading was stopped at {HERE}: it takes more computing than a file of its size may",
        ),
        ("garbage", f"anna.zip: the reader broke down at {HERE}; what came before is kept"),
        ("endless", f"anna.zip: the reader broke down at {HERE}; what came before is kept"),
        ("lying_table", f"anna.zip: the reader broke down at {HERE}; what came before is kept"),
        ("invalid_text", f"anna.zip: the reader broke down at {HERE}; what came before is kept"),
    ],
)
def test_whatever_breaks_a_child_is_one_error_and_the_next_question_is_answered(
    child: Child, misdeed: str, told: str
) -> None:
    with pytest.raises(ReaderStopped) as refused:
        list(child.ask(misdeed, "anna.zip"))
    assert str(refused.value) == told
    assert [t.kind for t in child.ask("answer", "anna.zip")][-1] == "answer"


def test_a_child_that_falls_silent_is_not_waited_for() -> None:
    told = f"anna.zip: reading was stopped at {HERE}: nothing more came for 8 seconds"
    with closing(Child("tests.trust.wild", replace(BOUNDS, silence=8.0))) as child:
        with pytest.raises(ReaderStopped) as refused:
            list(child.ask("sleeps", "anna.zip"))
        assert str(refused.value) == told
        assert [t.kind for t in child.ask("answer", "anna.zip")][-1] == "answer"


def test_signs_of_life_give_more_time(child: Child) -> None:
    assert [t.value for t in child.ask("steps_on", "anna.zip") if t.kind == "answer"] == ["done"]


def test_a_stumble_says_where_and_never_what_was_read(child: Child) -> None:
    with pytest.raises(SourceError, match=rf"the reader stumbled at {HERE} \(KeyError, wild\.py:\d+\)") as stumbled:
        list(child.ask("stumbles", "anna.zip"))
    assert "words" not in str(stumbled.value)


def test_typed_errors_cross_as_they_are_and_only_those_of_readers(child: Child) -> None:
    with pytest.raises(MappingError, match=r"mentions\.csv has no column for the date"):
        list(child.ask("typed", "mentions.csv"))
    with pytest.raises(ValoreError) as overstepped:
        list(child.ask("oversteps", "anna.zip"))
    assert type(overstepped.value) is SourceError


def test_a_question_that_is_given_up_ends_the_child(child: Child) -> None:
    asked = child.ask("sleeps", "anna.zip")
    next(asked)
    asked.close()  # type: ignore[attr-defined]
    assert [t.kind for t in child.ask("answer", "anna.zip")][-1] == "answer"


_PARENT = """
import sys
sys.path[:] = {path!r}
from valore.trust.child import Child
for told in Child("tests.trust.wild").ask("sleeps", "anna.zip"):
    print(told.kind, flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_behind_when_a_parent_is_stopped(how: signal.Signals, tmp_path: Path) -> None:
    """Ctrl-C ends both at once; a child whose parent was killed ends with its next sign of life or limit."""
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT.format(path=sys.path).replace("sleeps", "steps_on")], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    parent.stdout.readline()
    (born,) = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    parent.send_signal(how)
    parent.wait(5)
    for _ in range(100):
        if not _lives(int(born)):
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def _lives(process: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def test_a_child_is_no_window_to_the_parents_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file called `json.py` where a person happens to stand is not run."""
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    with closing(Child("tests.trust.wild", BOUNDS)) as child:
        assert [t.kind for t in child.ask("answer", "anna.zip")][-1] == "answer"
    assert [path.name for path in tmp_path.iterdir()] == ["json.py"]
