"""Nothing that is brought can hurt: it is read safely, or refused by name, soon and in little memory."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.trust.hostile import KINDS

from valore.errors import BadInput
from valore.flows import importing
from valore.flows._reader import Reader
from valore.flows.importing import Imported, import_files
from valore.flows.space import Space, create
from valore.trust.limits import GIB

SECONDS = 20


class Kept(Reader):
    """A reader that outlives an import, so that the next one need not wait for another child."""

    def close(self) -> None:
        """Leave the child running."""

    def end(self) -> None:
        """End it."""
        super().close()


@pytest.fixture(scope="module")
def reader() -> Iterator[Kept]:
    kept = Kept()
    yield kept
    kept.end()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def space(home: Path, request: pytest.FixtureRequest) -> Space:
    return create(home, f"lume-{abs(hash(request.node.name))}")


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_files_are_refused_by_name_or_read_safely(
    kind: str, space: Space, reader: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "Reader", lambda: reader)
    hostile, folder = KINDS[kind], tmp_path / "brought"
    folder.mkdir()
    path = hostile.make(folder)
    start, ended = time.process_time(), time.monotonic()
    done = _imported(space, path)
    assert time.monotonic() - ended < SECONDS, f"{time.process_time() - start} s of the parent"
    assert reader.peak < GIB
    if isinstance(done, BadInput):
        assert hostile.told is not None or not hostile.posts, str(done)
        assert re.search(hostile.told or "", str(done)), str(done)
        assert path.name in str(done)
    else:
        assert hostile.told is None, done
        assert done.stored.get("posts", 0) >= hostile.posts
        assert set(hostile.faults) <= set(done.refused), done.refused


def _imported(space: Space, path: Path) -> Imported | BadInput:
    try:
        return import_files(space, [path])
    except BadInput as error:
        return error
