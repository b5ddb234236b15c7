"""Nothing that is brought can hurt: it is read safely, or refused by name, soon and in little memory."""

import re
import resource
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.flows.square import Lasting
from tests.trust.hostile import KINDS, activity, outbox

from valore.errors import BadInput
from valore.flows import importing
from valore.flows.importing import Imported, import_files
from valore.flows.space import Space, create
from valore.places import places
from valore.trust.limits import GIB

SECONDS = 10
"""Of processor time, of the reading child and the parent together: a busy machine makes nothing hostile."""
CASES = sorted(case for case in (Path(__file__).parents[1] / "samples").glob("*/*") if case.is_dir())


@pytest.fixture(scope="module")
def reader() -> Iterator[Lasting]:
    with Lasting() as reader:
        yield reader


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def space(home: Path, request: pytest.FixtureRequest) -> Space:
    return create(home, f"lume-{abs(hash(request.node.name))}")


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_files_are_refused_by_name_or_read_safely(
    kind: str, space: Space, reader: Lasting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "Reader", lambda: reader)
    hostile, folder = KINDS[kind], tmp_path / "brought"
    folder.mkdir()
    path = hostile.make(folder)
    start = _spent(reader)
    done = _imported(space, path)
    assert _spent(reader) - start < SECONDS
    assert reader.peak < GIB
    if isinstance(done, BadInput):
        assert hostile.told is not None or not hostile.posts, str(done)
        assert re.search(hostile.told or "", str(done)), str(done)
        assert path.name in str(done)
    else:
        assert hostile.told is None, done
        assert done.stored.get("posts", 0) >= hostile.posts
        assert set(hostile.faults) <= set(done.refused), done.refused


def _spent(reader: Lasting) -> float:
    """Return the processor time of this process, of its child, and of those that are gone, in seconds."""
    gone = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + gone.ru_utime + gone.ru_stime + reader.computed


def _imported(space: Space, path: Path) -> Imported | BadInput:
    try:
        return import_files(space, [path])
    except BadInput as error:
        return error


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_honest_archives_of_every_place_are_read(case: Path, reader: Lasting, tmp_path: Path) -> None:
    """Packed as their place packs them, and recognised through the limits as without them."""
    path = tmp_path / f"{case.name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(case.rglob("*")):
            archive.write(file, file.relative_to(case))
    known = places()
    looked = reader.look((path,), known)
    assert looked.place == case.parent.name
    would = reader.rehearse((path,), looked.match, known[looked.place])
    assert sum(would.kept.values()) > 0
    assert not {"damaged", "too_large", "too_deep", "truncated"} & set(would.refused)


def test_an_honest_archive_that_packs_three_hundred_to_one_is_read(
    space: Space, reader: Lasting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Likes and empty records repeat themselves: they pack as well as bombs do, up to the last factor of three."""
    monkeypatch.setattr(importing, "Reader", lambda: reader)
    path = tmp_path / "anna.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("outbox.json", outbox(activity(1), *['{"adImpression":{}}'] * 200_000))
    assert path.stat().st_size * 200 < 200_000 * len('{"adImpression":{}}')
    (file,) = import_files(space, [path]).files
    assert (file.stored["posts"], file.refused) == (1, {})
