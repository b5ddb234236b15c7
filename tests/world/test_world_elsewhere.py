"""The same posts, as every other place and tool hands them over, are the same posts when they are read."""

from pathlib import Path

import pytest
from tests.world.invented_posts import read

from valore.model.records import Fault, Post
from valore.world import write
from valore.world.exports import formats


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("world")
    write(7, 2_000, made, everywhere=True)
    return made


def _texts(path: Path) -> list[str]:
    _, _, found = read(path)
    assert not [r for r in found if isinstance(r, Fault)], path.name
    return sorted(" ".join((r.text or r.title or "").split()) for r in found if isinstance(r, Post))


def test_every_format_has_its_file_and_all_of_them_say_the_same(folder: Path) -> None:
    files = sorted((folder / "elsewhere").iterdir())
    assert len(files) == len(formats()) >= 20
    told = {path.name: _texts(path) for path in files}
    (first, *others) = told.values()
    assert len(first) > 80
    assert {name for name, texts in told.items() if texts != first} == set(), others[0][:1]


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write(7, 2_000, tmp_path, everywhere=True)
    for path in (folder / "elsewhere").iterdir():
        assert (tmp_path / "elsewhere" / path.name).read_bytes() == path.read_bytes(), path.name
