"""A vendor's sentiment comes in with its source, and the product's own polarity stays the product's own."""

from pathlib import Path

import pytest
from tests.world.invented_posts import posts, profile

from valore.flows.importing import import_files
from valore.flows.posts import posts as listed
from valore.flows.space import Space, create
from valore.world.exports.tools import FORMATS


@pytest.fixture
def space(tmp_path: Path) -> Space:
    return create(tmp_path / "home", "lume")


def _opinions(space: Space) -> list[dict[str, object]]:
    names = ["enricher", "version", "label", "subject", "p"]
    return sorted(space.lake.snapshot().table("annotations", names).to_pylist(), key=repr)


@pytest.mark.parametrize("tool", ["brandwatch", "brandwatch-xlsx", "meltwater", "talkwalker"])
def test_an_export_is_imported_without_being_asked_what_its_columns_mean(
    tool: str, space: Space, tmp_path: Path
) -> None:
    done = import_files(space, [FORMATS[tool](tmp_path, profile(), posts())])
    assert dict(done.refused) == {}
    assert done.stored["posts"] == done.stored["annotations"] == 5
    name = tool.partition("-")[0]
    assert {(o["enricher"], o["version"], o["p"]) for o in _opinions(space)} == {
        (f"vendor:{name}", f"{name}@export", None)
    }


def test_importing_it_again_leaves_one_opinion_of_each_tool(space: Space, tmp_path: Path) -> None:
    paths = [FORMATS[tool](tmp_path, profile(), posts()) for tool in ("brandwatch", "brandwatch-xlsx", "talkwalker")]
    import_files(space, paths)
    before = _opinions(space)
    import_files(space, paths)
    assert _opinions(space) == before
    assert len(before) == 10


def test_two_tools_that_found_the_same_posts_found_them_once(space: Space, tmp_path: Path) -> None:
    import_files(space, [FORMATS[tool](tmp_path, profile(), posts()) for tool in ("4cat", "meltwater", "talkwalker")])
    found = space.lake.snapshot().table("posts", ["key", "edition"])
    assert len(set(found["key"].to_pylist())) == 5


def test_no_list_of_posts_shows_it_as_polarity(space: Space, tmp_path: Path) -> None:
    import_files(space, [FORMATS["brandwatch"](tmp_path, profile(), posts())])
    assert set(listed(space).column("polarity").to_pylist()) == {None}
