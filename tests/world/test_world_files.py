"""What is written is what places write: read back, it is the world again."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from valore.errors import SettingsError
from valore.model.records import Account, Fault, Interaction, Observation, Opinion, Post, Raw, Rows
from valore.model.subject import AccountRef
from valore.places import Place, places
from valore.places.table import Table, from_dict
from valore.trust.archive import open_export
from valore.world import World, simulate, write

SEED, SIZE = 7, 3000
OWN = {
    "x-annaferri.zip": ("x", "2022-"),
    "instagram-annaferri.zip": ("instagram", "2024-"),
    "mastodon-annaferri.tar.gz": ("mastodon", None),
    "takeout-annaferri.zip": ("googleplus", "takeout-mixed"),
    "blog-annaferri.atom": ("feed", None),
    "facebook-lume_luce-pagina.zip": ("facebook", "page"),
    "x-lume_luce.zip": ("x", "2022-"),
    "instagram-lume_luce.zip": ("instagram", "2024-"),
    "x-brunoconterra.zip": ("x", "2022-"),
    "mastodon-carlavesperi.tar.gz": ("mastodon", None),
    "facebook-darioselvanera.zip": ("facebook", "profile-2023-"),
}
TABLES = ("conversazioni.jsonl", "facebook_ascolto.csv", "instagram_ascolto.xlsx")


class Seen(NamedTuple):
    """A post as far as all places tell it."""

    author: str
    at: int
    text: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("world")
    write(SEED, SIZE, made)
    return made


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(SEED, SIZE)


def archives(folder: Path) -> dict[str, tuple[str, str | None]]:
    old = next(p.name for p in folder.glob("1001_*.zip"))
    return OWN | {old: ("x", "2012-csv")}


def expected(world: World) -> dict[tuple[str, str], Seen]:
    posts, accounts = world.tables["posts"], world.tables["accounts"]
    names = accounts["id"].take(pc.index_in(posts["author"], accounts["key"]).combine_chunks())
    at = posts["published"].cast(pa.int64())
    rows = (posts["place"], posts["id"], names, at, posts["text"])
    return {(p, i): Seen(a, t, x) for p, i, a, t, x in zip(*(c.to_pylist() for c in rows), strict=True)}


def mapped(folder: Path, name: str) -> Table:
    told = tomllib.loads((folder / "workspace.toml").read_text("utf-8"))["mapping"]
    return Table().with_mapping(from_dict(next(m for m in told if m["file"] == name)))


def records(place: Place | Table, path: Path) -> Iterator[Post | Account | Interaction | Observation]:
    """Yield all records of a file; a fault fails the test."""
    with open_export(path) as export:
        match = place.sniff(export)
        assert match is not None
        for raw in place.read(export, match):
            assert not isinstance(raw, Fault), raw
            for record in place.normalise(raw) if isinstance(raw, Raw) else ():
                assert not isinstance(record, Fault | Opinion), record
                yield from _single(record) if isinstance(record, Rows) else (record,)


def _single(rows: Rows) -> Iterator[Post | Account | Interaction | Observation]:
    kinds = {"posts": Post, "accounts": Account, "interactions": Interaction, "observations": Observation}
    table = pa.Table.from_batches([rows.batch])
    for name in table.column_names:
        if pa.types.is_timestamp(table.schema.field(name).type):
            column = table[name].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
            table = table.set_column(table.column_names.index(name), name, column)
    for row in table.to_pylist():
        yield kinds[rows.table](**row)


def read(folder: Path) -> Iterator[Post | Account | Interaction | Observation]:
    """Yield everything that all files of a world say."""
    known = places()
    for name, (place, _) in archives(folder).items():
        yield from records(known[place], folder / name)
    for name in TABLES:
        yield from records(mapped(folder, name), folder / name)


@pytest.fixture(scope="module")
def back(folder: Path) -> list[Post | Account | Interaction | Observation]:
    return list(read(folder))


def test_every_archive_is_known_by_its_place_alone(folder: Path) -> None:
    for name, (place, variant) in archives(folder).items():
        with open_export(folder / name) as export:
            found = {n: m for n, p in places().items() if n != "table" and (m := p.sniff(export)) is not None}
        assert list(found) == [place], name
        assert variant in (None, found[place].variant)


def test_read_back_the_posts_are_those_of_the_world(folder: Path, world: World, back: list[object]) -> None:
    """Ids, authors, moments and words; each post in one file only."""
    posts = [r for r in back if isinstance(r, Post)]
    found = {(p.place, p.id): Seen(p.author, p.published, p.text or "") for p in posts}
    told = expected(world)
    assert len(posts) == len(found) == SIZE
    assert found.keys() == told.keys()
    wrong = [k for k, v in found.items() if v[:2] != told[k][:2] or " ".join(v.text.split()) != told[k].text]
    assert wrong == []


def test_read_back_answers_point_at_what_they_answer(world: World, back: list[object]) -> None:
    posts, by_key = world.tables["posts"], {}
    for key, place, native in zip(*(posts[c].to_pylist() for c in ("key", "place", "id")), strict=True):
        by_key[key] = (place, native)
    told = {
        by_key[k]: by_key[r][1]
        for k, r in zip(posts["key"].to_pylist(), posts["reply_to"].to_pylist(), strict=True)
        if r
    }
    found = {(p.place, p.id): p.reply_to for p in back if isinstance(p, Post) and p.reply_to}
    assert found == told


def test_read_back_reposts_are_those_of_the_world(world: World, back: list[object]) -> None:
    acts = world.tables["interactions"]
    shared = pc.sum(pc.equal(acts["kind"], "repost")).as_py()
    found = [r for r in back if isinstance(r, Interaction)]
    native = set(world.tables["posts"]["id"].to_pylist())
    assert len(found) == len({(r.place, r.id) for r in found}) == shared
    assert {r.target for r in found} <= native


def test_read_back_owners_are_the_subjects(folder: Path, back: list[object], world: World) -> None:
    refs = {ref for s in world.subjects for ref in s.accounts}
    owners = {AccountRef(f"{r.place}:{r.id}") for r in back if isinstance(r, Account) and r.place != "table"}
    archived = {f"{place}:" for place, _ in OWN.values()}
    assert {r for r in refs if any(r.startswith(a) for a in archived)} <= owners


def test_counts_in_the_archives_are_those_of_the_world(world: World, back: list[object]) -> None:
    seen = world.tables["observations"]
    names = (
        world.tables["posts"]
        .select(["key", "id"])
        .join(seen.select(["post", "likes"]), "key", "post", join_type="inner")
    )
    told = dict(zip(names["id"].to_pylist(), names["likes"].to_pylist(), strict=True))
    counted = [r for r in back if isinstance(r, Observation) and r.place == "x" and r.id in told]
    assert len(counted) > 100
    assert all(told[r.id] == r.likes for r in counted)


def test_nothing_private_is_read(folder: Path) -> None:
    known, skipped = places(), set()
    for name, (place, _) in archives(folder).items():
        with open_export(folder / name) as export:
            match = known[place].sniff(export)
            assert match is not None
            assert not any("message" in m or "ip-audit" in m or "friends" in m for m in match.members)
            skipped |= set(match.skipped.values())
    assert "private" in skipped


def test_meta_writes_its_bytes_as_letters(folder: Path) -> None:
    with open_export(folder / "instagram-annaferri.zip") as export:
        raw = export.text("your_instagram_activity/media/posts_1.json")
    assert raw.isascii()
    assert "\\u00c3" in raw
    assert isinstance(json.loads(raw), list)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_same_world_is_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write(SEED, SIZE, tmp_path)
    assert digests(tmp_path) == digests(folder)


def test_a_world_that_stands_there_is_left_alone_and_another_replaces_it(tmp_path: Path) -> None:
    first = write(1, 2000, tmp_path)
    when = {p: p.stat().st_mtime_ns for p in first}
    assert set(write(1, 2000, tmp_path)) == set(first)
    assert {p: p.stat().st_mtime_ns for p in first} == when
    before = digests(tmp_path)
    assert set(write(2, 2000, tmp_path)) == set(first)
    assert digests(tmp_path) != before


def test_progress_ends_with_all_posts(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    write(3, 2500, tmp_path, lambda done, total, _: told.append((done, total)))
    assert told[-1] == (2500, 2500)
    assert told == sorted(told)


def test_too_small_a_world_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        write(1, 100, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_truth_and_labels_stand_beside_the_files(folder: Path, world: World) -> None:
    assert pq.read_table(folder / "truth.parquet").equals(world.truth)
    assert pq.read_table(folder / ".labels" / "accounts.parquet").equals(world.people)
    labels = pq.read_table(folder / ".labels" / "posts.parquet")
    assert labels.sort_by("post").equals(world.labels.sort_by("post"))


def test_the_workspace_file_says_who_is_measured(folder: Path, world: World) -> None:
    told = tomllib.loads((folder / "workspace.toml").read_text("utf-8"))
    assert [s["slug"] for s in told["subject"]] == [s.slug for s in world.subjects]
    assert {f["person"] for f in told["face"]} == {"bruno", "carla", "dario", "elsa"}
    assert "elsa" not in {c["subject"] for c in told["consent"]}
    assert len(told["plan"]) == len(world.plan)
    assert {m["file"] for m in told["mapping"]} == set(TABLES)
