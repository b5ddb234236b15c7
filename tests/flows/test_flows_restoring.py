"""A whole workspace leaves in a folder and comes back the same, into an empty one only, once."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.errors import BadInput, RefusedArchive
from valore.flows._suppressed import KEY_FILE, mac, secret
from valore.flows.archiving import archive
from valore.flows.export import export
from valore.flows.importing import import_files
from valore.flows.restoring import recognised, restore
from valore.flows.space import Space, create, open_space
from valore.flows.subjects import consent, declare, load
from valore.model.batch import Gather
from valore.model.records import Account, Fault, Interaction, Observation, Post, Where
from valore.model.schemas import ANNOTATIONS, TABLES
from valore.model.subject import Face
from valore.state import Cursor, Outcome, Review
from valore.world import write

START = 1_735_689_600_000_000
DAY = 86_400_000_000
NOW = datetime(2025, 2, 1, 9, tzinfo=UTC)
Cells = Mapping[str, list[dict[str, Any]]]


def facts(space: Space) -> dict[str, pa.Table]:
    """Return every edition of every fact, in an order of their own."""
    shot = space.lake.snapshot()
    orders = {"annotations": ["about", "subject", "version"], "faults": ["source", "file", "pointer", "reason"]}
    tables = {name: shot.table(name) for name in TABLES}
    order = {n: orders.get(n) or [c for c in ("key", "edition") if c in t.column_names] for n, t in tables.items()}
    return {n: t.sort_by([(c, "ascending") for c in order[n]]).combine_chunks() for n, t in tables.items()}


def said(space: Space) -> Cells:
    """Return everything that the state holds, but what exporting and restoring themselves tell the audit."""
    rows = {table: list(map(dict, space.desk.whole.rows(table))) for table in space.desk.whole.tables}
    own = ("exported", "restored", "workspace created")
    return {**rows, "audit_events": [r for r in rows["audit_events"] if r["what"] not in own]}


def same(one: Space, other: Space) -> None:
    """Check that two workspaces hold the same."""
    assert said(one) == said(other)
    assert (one.title, one.language, one.timezone) == (other.title, other.language, other.timezone)
    theirs = facts(other)
    for name, table in facts(one).items():
        assert table.equals(theirs[name]), name


def through(space: Space, folder: Path) -> Space:
    """Send a workspace out and into a new one."""
    archive(space, folder / "whole")
    made = create(folder / "other", "again", language="en", timezone="UTC")
    assert recognised(folder / "whole")
    restore(made, folder / "whole")
    return open_space(made.home)


def filled(home: Path) -> Space:
    space = create(home, "lume", title="Studio Ponte: Lume", timezone="Europe/Rome")
    gather = Gather("told")
    gather.add(Account("x", "1001", "/0", handle="annaferri", bio="Designer", seen=START))
    gather.add(Account("mastodon", "1002", "/1", links=("https://lume.example",), aliases=("https://x.com/annaferri",)))
    gather.add(Post("x", "1", "1001", START, "/0", text="=1+1 però", tags=("carta",), mentions=("@bruno",)))
    gather.add(Post("x", "2", "1001", START + DAY, "/1", text=""))
    gather.add(Interaction("x", "like", "1002", "/0", target="1"))
    gather.add(Observation("x", "1", "/0", seen=START, likes=0))
    gather.add(Fault(Where("tweets.js", "/3"), "no_date"))
    space.lake.commit(gather.take(), source="told", number=0)
    gather.add(Post("x", "1", "1001", START, "/0", text="poi cambiato", updated=START + DAY))
    gather.add(Post("x", "2", "1001", START + DAY, "/1", deleted=START + 2 * DAY))
    space.lake.commit(gather.take(), source="told", number=1)
    gather.add(Post("x", "1", "1001", START, "/0", text="nel mezzo", updated=START + 1))
    space.lake.commit(gather.take(), source="told", number=2)
    note = {"about": 1, "subject": "anna", "enricher": "embedding", "version": "embedding@1", "vector": b"\x00\xff"}
    rows = [{**note, "month": "2025-01", "p": [0.1, 0.9]}]
    space.lake.commit({"annotations": pa.Table.from_pylist(rows, ANNOTATIONS)}, source="enrich", number=0)
    declare(space, "lume", kind="brand", name="Lume")
    declare(space, "anna", name="Anna Ferri", accounts=("x:1001",), pillars=("carta",), peers=("lume",))
    consent(space, "anna", given=True, by="Anna Ferri", at=NOW)
    consent(space, "anna", given=False, by="Anna Ferri", at=NOW)
    space.desk.subjects.stand(Face(brand="lume", person="anna", since=NOW.date(), visible=True))
    space.desk.reviews.add("anna", [Review(7, 1001, "positive", 0.25, "Carla", NOW)] * 2)
    space.desk.imports.begin("told", name="x.zip", sha256="0" * 64, place="x", variant="2022-", skipped={"media": 2})
    space.desk.imports.advance("told", Cursor(2, "L3"), Outcome(read=3, stored={"posts": 3}))
    space.desk.imports.remember("abc", "tabella", "place = 'x'")
    space.desk.set("mappings", [{"file": "a.csv"}])
    return space


def test_everything_comes_back(tmp_path: Path) -> None:
    space = filled(tmp_path / "home")
    back = through(space, tmp_path)
    same(space, back)
    assert facts(back)["posts"]["edition"].to_pylist().count(2) == 1, "the edition that came last has its number still"
    assert ["https://x.com/annaferri"] in facts(back)["accounts"]["aliases"].to_pylist()
    assert said(back)["reviews"][0]["subject"] == "anna"
    assert back.desk.imports.begin("told", name="x", sha256="", place="x", variant="", skipped={}) == Cursor(2, "L3")


def test_a_second_time_nothing_is_done(tmp_path: Path) -> None:
    space = filled(tmp_path / "home")
    back = through(space, tmp_path)
    before = len(back.desk.audit())
    again = restore(back, tmp_path / "whole")
    assert again.known
    assert not again.rows
    assert len(back.desk.audit()) == before
    same(space, back)


def test_what_was_restored_leaves_the_same_again(tmp_path: Path) -> None:
    space = filled(tmp_path / "home")
    back = through(space, tmp_path)
    (tmp_path / "on").mkdir()
    same(space, through(back, tmp_path / "on"))


def test_a_dry_run_counts_and_keeps_nothing(tmp_path: Path) -> None:
    space = filled(tmp_path / "home")
    archive(space, tmp_path / "whole")
    export(space, "posts", "csv", tmp_path / "posts.csv")
    made = create(tmp_path / "other", "again")
    told = restore(made, tmp_path / "whole", dry_run=True)
    assert (told.rows["posts"], told.rows["reviews"]) == (5, 2)
    assert restore(made, tmp_path / "posts.csv", dry_run=True).rows == {"posts": 1}
    assert made.desk.whole.empty()
    assert not made.lake.snapshot().rows("posts")


def test_an_interrupted_restore_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    space = filled(tmp_path / "home")
    archive(space, tmp_path / "whole")
    made = create(tmp_path / "other", "again")
    with monkeypatch.context() as patched:
        patched.setattr(type(made.desk.whole), "put", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            restore(made, tmp_path / "whole")
    assert not made.subjects()
    restore(made, tmp_path / "whole")
    same(space, open_space(made.home))


def _interrupted(*_given: object) -> None:
    raise KeyboardInterrupt


def test_a_workspace_in_use_takes_in_no_other(tmp_path: Path) -> None:
    archive(filled(tmp_path / "home"), tmp_path / "whole")
    used = create(tmp_path / "other", "mine")
    declare(used, "bruno")
    with pytest.raises(BadInput, match="mine is not empty"):
        restore(used, tmp_path / "whole")
    assert [s.slug for s in used.subjects()] == ["bruno"]


@pytest.mark.parametrize(
    ("part", "harm"),
    [("facts/posts.parquet", "changed"), ("state/consents.jsonl", "gone"), ("facts/posts.parquet", "link")],
)
def test_a_folder_that_was_touched_is_refused_before_anything_is_written(tmp_path: Path, part: str, harm: str) -> None:
    archive(filled(tmp_path / "home"), tmp_path / "whole")
    path = tmp_path / "whole" / part
    kept = path.read_bytes()
    path.unlink()
    if harm == "changed":
        path.write_bytes(kept[:-1] + b" ")
    elif harm == "link":
        (tmp_path / "elsewhere").write_bytes(kept)
        path.symlink_to(tmp_path / "elsewhere")
    made = create(tmp_path / "other", "again")
    with pytest.raises(RefusedArchive, match=part):
        restore(made, tmp_path / "whole")
    assert made.desk.whole.empty()
    assert not made.lake.snapshot().rows("posts")


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"migrations": ["0001_first", "9999_later"]}, {"files": [{"name": "../posts.parquet"}]}]
)
def test_what_a_newer_valore_wrote_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    archive(filled(tmp_path / "home"), tmp_path / "whole")
    path = tmp_path / "whole" / "manifest.json"
    told = json.loads(path.read_text())
    if "files" in change:
        change = {"files": [{**told["files"][0], **change["files"][0]}]}
    path.write_text(json.dumps({**told, **change}))
    with pytest.raises(RefusedArchive, match="newer Valore"):
        restore(create(tmp_path / "other", "again"), tmp_path / "whole")


def test_an_older_archive_without_a_column_or_table_comes_back(tmp_path: Path) -> None:
    """What was not known then is not known now."""
    space = filled(tmp_path / "home")
    archive(space, tmp_path / "whole")
    path = tmp_path / "whole" / "manifest.json"
    told = json.loads(path.read_text())
    told["files"] = [f for f in told["files"] if f["name"] not in ("state/reviews.jsonl", "facts/faults.parquet")]
    path.write_text(json.dumps(told))
    back = create(tmp_path / "other", "again")
    restore(back, tmp_path / "whole")
    assert not said(back)["reviews"]
    assert said(back)["consents"] == said(space)["consents"]


def test_people_who_were_erased_do_not_come_back_by_another_road(tmp_path: Path) -> None:
    """Only the key of the home knows who they are."""
    space = filled(tmp_path / "home")
    export(space, "posts", "csv", tmp_path / "posts.csv")
    space.desk.erasures.suppress([mac(secret(space.home, make=True), "x", "2002")])
    archive(space, tmp_path / "whole")
    stranger = create(tmp_path / "other", "again")
    with pytest.raises(BadInput, match=r"copy suppression\.key"):
        restore(stranger, tmp_path / "whole")
    shutil.copy(space.home / KEY_FILE, stranger.home / KEY_FILE)
    restore(stranger, tmp_path / "whole")
    same(space, open_space(stranger.home))
    with pytest.raises(BadInput, match=r"posts\.csv may hold them"):
        restore(space, tmp_path / "posts.csv")


def test_what_is_to_be_erased_does_not_leave(tmp_path: Path) -> None:
    space = filled(tmp_path / "home")
    space.desk.erasures.begin("person", {"accounts": ["x:1001"]}, {})
    with pytest.raises(BadInput, match="valore erase"):
        archive(space, tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


def test_an_archive_is_never_written_over_something(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "mine.txt").touch()
    with pytest.raises(BadInput, match="is not empty"):
        archive(filled(tmp_path / "home"), tmp_path / "whole")
    assert [p.name for p in (tmp_path / "whole").iterdir()] == ["mine.txt"]
    assert not list(tmp_path.glob(".*"))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WORDS = st.none() | TEXTS.map(lambda t: t.replace("\x00", ""))
POSTS = st.builds(
    Post,
    place=st.sampled_from(["x", "mastodon"]),
    id=st.sampled_from("123"),
    author=st.sampled_from(["1001", "@bruno"]),
    published=st.integers(START, START + 90 * DAY),
    pointer=st.just("/0"),
    text=WORDS,
    updated=st.none() | st.integers(START, START + 90 * DAY),
    deleted=st.none() | st.just(START + 91 * DAY),
    tags=st.lists(TEXTS, max_size=2).map(tuple),
)
BATCHES = st.lists(st.lists(POSTS, max_size=4), max_size=4)


@contextmanager
def scratch() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


@settings(max_examples=8, deadline=None)
@given(BATCHES, st.lists(st.tuples(st.sampled_from(["anna", "bruno"]), st.booleans(), TEXTS), max_size=4))
def test_any_small_world_comes_back(batches: list[list[Post]], words: list[tuple[str, bool, str]]) -> None:
    with scratch() as folder:
        space = create(folder / "home", "lume")
        for number, batch in enumerate(batches):
            gather = Gather(f"s{number}")
            for post in batch:
                gather.add(post)
            space.lake.commit(gather.take(), source=f"s{number}", number=0)
        for slug, given_, by in words:
            declare(space, slug)
            consent(space, slug, given=given_, by=by.replace("\x00", ""))
        back = through(space, folder)
        same(space, back)
        restore(back, folder / "whole")
        same(space, back)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(POSTS, min_size=1, max_size=5),
    st.lists(st.from_regex(r"\A'{0,2}[=+\-@\t\r\n＝＋－＠]?.{0,5}\Z"), min_size=1, max_size=3),
)
def test_a_table_of_csv_comes_back_to_the_letter(posts: list[Post], texts: list[str]) -> None:
    """Quotes that were put before formulas are taken away again; quotes that somebody wrote stay."""
    with scratch() as folder:
        space, gather = create(folder / "home", "lume"), Gather("told")
        for number, text in enumerate(texts):
            gather.add(Post("x", f"t{number}", "1001", START, "/0", text=text.replace("\x00", "")))
        for post in posts:
            gather.add(post._replace(deleted=None))
        space.lake.commit(gather.take(), source="told", number=0)
        export(space, "posts", "csv", folder / "posts.csv")
        export(space, "posts", "parquet", folder / "posts.parquet")
        other = create(folder / "other", "again")
        restore(other, folder / "posts.csv")
        export(other, "posts", "parquet", folder / "again.parquet")
        one, two = (pa.parquet.read_table(folder / f"{n}.parquet").drop(["edition"]) for n in ("posts", "again"))
        assert two.sort_by("key").equals(one.sort_by("key"))
        assert restore(other, folder / "posts.csv").known


def test_a_csv_that_a_spreadsheet_saved_is_no_longer_ours(tmp_path: Path) -> None:
    """Nobody knows what a spreadsheet made of its cells, so no quote is taken away."""
    export(filled(tmp_path / "home"), "posts", "csv", tmp_path / "posts.csv")
    assert recognised(tmp_path / "posts.csv")
    (tmp_path / "posts.csv").write_text((tmp_path / "posts.csv").read_text() + "\n")
    assert not recognised(tmp_path / "posts.csv")


@pytest.mark.slow
def test_a_simulated_world_comes_back(tmp_path: Path) -> None:
    write(3, 2000, tmp_path / "world")
    space = load(create(tmp_path / "home", "studio"), tmp_path / "world" / "workspace.toml")
    import_files(space, [tmp_path / "world"])
    space.desk.reviews.add("lume", [Review(n, n, "neutral", 0.5, "Carla", NOW) for n in range(40)])
    back = through(space, tmp_path)
    same(space, back)
    assert facts(back)["posts"].num_rows >= 2000
    assert len(said(back)["consents"]) >= 1
