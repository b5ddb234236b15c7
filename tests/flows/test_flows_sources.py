"""The parts of a divided archive are one export; what only looks like a part stays by itself."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.flows._sources import joined
from valore.flows.importing import import_files
from valore.flows.space import Space, create


@pytest.fixture
def space(tmp_path: Path) -> Space:
    return create(tmp_path / "home", "lume")


def part(path: Path, number: int, *ids: int) -> Path:
    """One part of Anna's archive of X: each has some of her posts, the first says who she is."""
    posts = [
        {"tweet": {"id_str": str(n), "created_at": "Sun Feb 22 09:00:00 +0000 2015", "full_text": "Lume"}} for n in ids
    ]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"data/tweets-part{number}.js", f"window.YTD.tweets.part{number} = {json.dumps(posts)}")
        if number == 0:
            account = [{"account": {"username": "annaferri", "accountId": "1001", "accountDisplayName": "Anna Ferri"}}]
            archive.writestr("data/account.js", f"window.YTD.account.part0 = {json.dumps(account)}")
    return path


def grouped(*names: str) -> list[list[str]]:
    return [[path.name for path in parts.paths] for parts in joined(Path(name) for name in names)]


def test_parts_are_joined_by_their_numbers() -> None:
    assert grouped("takeout-20260101T101010Z-002.zip", "takeout-20260101T101010Z-001.zip") == [
        ["takeout-20260101T101010Z-001.zip", "takeout-20260101T101010Z-002.zip"]
    ]
    assert grouped("facebook-anna-part1.zip", "x.zip", "facebook-anna-part2.zip") == [
        ["facebook-anna-part1.zip", "facebook-anna-part2.zip"],
        ["x.zip"],
    ]
    assert grouped("takeout-x-1-001.zip", "takeout-x-1-002.zip", "takeout-x-2-001.zip") == [
        ["takeout-x-1-001.zip", "takeout-x-1-002.zip"],
        ["takeout-x-2-001.zip"],
    ]


@pytest.mark.parametrize(
    "names",
    [
        ("takeout-001.zip", "takeout-003.zip"),
        ("takeout-002.zip", "takeout-003.zip"),
        ("instagram-2023-01.zip", "instagram-2023-02.zip"),
        ("a/takeout-001.zip", "b/takeout-002.zip"),
        ("takeout-001.zip", "takeout-002.tgz"),
        ("mentions-001.csv", "mentions-002.csv"),
    ],
)
def test_what_has_a_gap_or_is_something_else_stays_by_itself(names: tuple[str, ...]) -> None:
    assert grouped(*names) == [[Path(name).name] for name in names]


@given(st.lists(st.sampled_from(["a", "b-001.zip", "b-002.zip", "b-003.zip", "c part 1.zip", "c part 2.zip"])))
def test_nothing_is_lost_and_nothing_is_double(names: list[str]) -> None:
    given_once = dict.fromkeys(Path(name) for name in names)
    assert sorted(p for parts in joined(given_once) for p in parts.paths) == sorted(given_once)


@pytest.mark.parametrize("together", [True, False])
def test_a_divided_archive_is_one_import(together: bool, space: Space, tmp_path: Path) -> None:
    """The second part alone would not know whose posts it holds."""
    folder = tmp_path / "brought"
    folder.mkdir()
    paths = [part(folder / "twitter-001.zip", 0, 1, 2), part(folder / "twitter-002.zip", 1, 3)]
    (file,) = import_files(space, paths if together else [folder]).files
    assert (file.name, file.place, file.stored["posts"], file.owner) == ("twitter-001.zip", "x", 3, "x:1001")
    assert [f.known for f in import_files(space, [folder]).files] == [True]
    kept = [path for path in (space.folder / "originals").rglob("*") if path.is_file()]
    assert sorted(map(Path.read_bytes, kept)) == sorted(map(Path.read_bytes, paths))


def test_parts_that_nobody_knows_together_are_tried_one_by_one(space: Space, tmp_path: Path) -> None:
    whole = part(tmp_path / "lume-001.zip", 0, 1)
    with zipfile.ZipFile(tmp_path / "lume-002.zip", "w") as archive:
        archive.writestr("outbox.json", '{"type":"OrderedCollection","orderedItems":[]}')
    done = import_files(space, [whole, tmp_path / "lume-002.zip"])
    assert [f.place for f in done.files] == ["x", "mastodon"]
