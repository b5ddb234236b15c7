"""Files go in exactly once, whatever interrupts them and whatever stands beside them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.flows.square import Lasting, Square

from valore.errors import AmbiguousSource, MappingError, ReaderStopped, SourceError, UnknownName, UnrecognisedSource
from valore.flows import _sources, importing
from valore.flows.importing import import_files
from valore.flows.space import Space, create
from valore.flows.subjects import declare, load
from valore.places import Place
from valore.places.table import Mapping


@pytest.fixture
def space(tmp_path: Path) -> Space:
    return create(tmp_path / "home", "lume")


@pytest.fixture
def square(monkeypatch: pytest.MonkeyPatch) -> None:
    among(monkeypatch, Square())


def among(monkeypatch: pytest.MonkeyPatch, *known: Any) -> None:
    theirs: dict[str, Place] = {place.name: place for place in known}
    monkeypatch.setattr(_sources, "places", lambda: theirs)


def archive(path: Path, count: int, by: str = "anna") -> Path:
    """Posts of one person; every seventh line is broken."""
    lines = [json.dumps({"account": f"{by}ferri", "by": by})]
    lines += ["" if n % 7 == 6 else json.dumps({"id": f"{by}{n}", "by": by, "day": n}) for n in range(count)]
    path.write_text("\n".join(lines) + "\n")
    return path


def table(path: Path, count: int = 30, words: str = "Lume è una bella lampada") -> Path:
    rows = [f"{n + 1000},{n % 5 + 1},user{n % 5},2015-02-{1 + n % 28:02d}T10:00:00Z,{words} {n}" for n in range(count)]
    path.write_text("post_id,author_id,username,created_at,text\n" + "\n".join(rows) + "\n")
    return path


def held(space: Space) -> dict[str, list[dict[str, object]]]:
    """Return everything that the lake holds, in a fixed order."""
    snapshot = space.lake.snapshot()
    tables = {name: snapshot.table(name).to_pylist() for name in ("posts", "accounts", "interactions", "faults")}
    return {name: sorted(rows, key=repr) for name, rows in tables.items()}


def test_an_import_says_what_was_read_stored_skipped_and_refused(square: None, space: Space, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    archive(folder / "posts.square", 21)
    (folder / "messages.txt").write_text("private")
    done = import_files(space, [folder])
    (file,) = done.files
    assert (file.place, file.variant, file.read) == ("square", "1", 22)
    assert file.stored == {"posts": 18, "accounts": 1}
    assert file.refused == {"bad_json": 3}
    assert file.skipped == {"messages.txt": "private"}
    assert file.since is not None
    assert file.until is not None
    assert (file.since.isoformat(), file.until.isoformat()) == (
        "2015-01-01T00:00:00+00:00",
        "2015-01-20T00:00:00+00:00",
    )
    assert len(held(space)["faults"]) == 3


def test_the_owner_of_an_archive_is_suggested_and_never_linked(square: None, space: Space, tmp_path: Path) -> None:
    declare(space, "anna")
    file = archive(tmp_path / "anna.square", 10)
    done = import_files(space, [file])
    assert done.unlinked == ("square:anna",)
    assert space.subject("anna").accounts == ()
    declare(space, "anna", accounts=("square:anna",))
    assert import_files(space, [file]).unlinked == ()


def test_importing_twice_is_importing_once(square: None, space: Space, tmp_path: Path) -> None:
    file = archive(tmp_path / "anna.square", 20)
    import_files(space, [file])
    before = held(space)
    again = import_files(space, [file.rename(tmp_path / "other.square")])
    assert again.files[0].known
    assert again.stored == {}
    assert held(space) == before
    assert len(space.imports()) == 1


def test_the_original_is_kept_by_its_content(square: None, space: Space, tmp_path: Path) -> None:
    file = archive(tmp_path / "anna.square", 5)
    import_files(space, [file])
    (record,) = space.imports()
    assert space.lake.original(record.sha256).read_bytes() == file.read_bytes()


def test_only_the_members_that_are_read_are_kept_of_a_folder(square: None, space: Space, tmp_path: Path) -> None:
    """Private messages that lie in an unpacked archive are never copied."""
    folder = tmp_path / "archive"
    folder.mkdir()
    archive(folder / "posts.square", 5)
    (folder / "messages.txt").write_text("private")
    import_files(space, [folder])
    kept = [path.read_bytes() for path in (space.folder / "originals").rglob("*") if path.is_file()]
    assert kept == [(folder / "posts.square").read_bytes()]


@given(count=st.integers(0, 60), stops=st.lists(st.integers(1, 60), max_size=3), batch=st.integers(1, 30))
@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_an_import_that_is_interrupted_anywhere_goes_on(
    tmp_path_factory: pytest.TempPathFactory, count: int, stops: list[int], batch: int
) -> None:
    """However often it stops and however large the batches, the end is that of one quiet run."""
    folder = tmp_path_factory.mktemp("run")
    file = archive(folder / "anna.square", count)
    with pytest.MonkeyPatch.context() as patch, Lasting() as reader:
        patch.setattr(importing, "Reader", lambda: reader)
        among(patch, Square())
        quiet = create(folder / "quiet", "lume")
        whole = import_files(quiet, [file])
        broken = create(folder / "broken", "lume")
        for stop in stops:
            among(patch, Square(breaks=stop))
            if stop <= count:
                with pytest.raises(SourceError, match="ends here"):
                    import_files(broken, [file], batch=batch)
        among(patch, Square())
        done = import_files(broken, [file], batch=batch)
    assert held(broken) == held(quiet)
    assert broken.imports()[0].outcome.stored == quiet.imports()[0].outcome.stored
    assert done.files[0].resumed == any(stop <= count for stop in stops)
    assert (done.files[0].since, done.files[0].until) == (whole.files[0].since, whole.files[0].until)


def test_a_record_that_kills_its_reader_is_named_and_what_came_before_is_stored(
    monkeypatch: pytest.MonkeyPatch, space: Space, tmp_path: Path
) -> None:
    file = archive(tmp_path / "anna.square", 1300)
    among(monkeypatch, Square(dies=1207))
    with pytest.raises(
        ReaderStopped, match=r"anna\.square: the reader broke down at anna\.square L1207; what came before"
    ):
        import_files(space, [file])
    stored = len(held(space)["posts"])
    assert 1207 * 6 // 7 - 500 <= stored <= 1207 * 6 // 7
    among(monkeypatch, Square())
    (done,) = import_files(space, [file]).files
    assert done.resumed
    quiet = create(tmp_path / "quiet", "lume")
    (whole,) = import_files(quiet, [file]).files
    assert held(space) == held(quiet)
    assert (done.stored, done.read, done.refused, done.owner) == (whole.stored, whole.read, whole.refused, whole.owner)


def test_nobody_knows_a_file_and_the_error_says_who_was_asked(square: None, space: Space, tmp_path: Path) -> None:
    strange = tmp_path / "notes.txt"
    strange.write_text("nothing that a place writes")
    with pytest.raises(UnrecognisedSource, match=r"no place knows notes\.txt .*known places: square"):
        import_files(space, [strange])
    with pytest.raises(SourceError, match=r"no file called gone\.zip"):
        import_files(space, [tmp_path / "gone.zip"])
    assert space.imports() == ()


def test_two_places_that_are_equally_sure_are_both_named(
    monkeypatch: pytest.MonkeyPatch, space: Space, tmp_path: Path
) -> None:
    among(monkeypatch, Square(), Square(name="piazza"))
    file = archive(tmp_path / "anna.square", 3)
    with pytest.raises(AmbiguousSource, match="square or from piazza"):
        import_files(space, [file])
    assert import_files(space, [file], place="piazza").files[0].place == "piazza"
    with pytest.raises(UnknownName, match="no place called 'agora'"):
        import_files(space, [file], place="agora")


def test_the_surer_place_reads(monkeypatch: pytest.MonkeyPatch, space: Space, tmp_path: Path) -> None:
    among(monkeypatch, Square(certainty=0.4), Square(name="piazza", certainty=0.9))
    assert import_files(space, [archive(tmp_path / "anna.square", 3)]).files[0].place == "piazza"


def test_a_record_that_makes_a_reader_stumble_is_a_fault(square: None, space: Space, tmp_path: Path) -> None:
    file = tmp_path / "odd.square"
    file.write_text('{"id": "1", "by": "anna", "day": 1}\n{"id": "2"}\n[]\n{"id": "4", "by": "anna", "day": 4}\n')
    (done,) = import_files(space, [file]).files
    assert done.stored["posts"] == 2
    assert done.refused == {"bad_shape": 2}
    assert [f["pointer"] for f in held(space)["faults"]] == ["L2", "L3"]


def test_a_dry_run_keeps_nothing(space: Space, tmp_path: Path) -> None:
    done = import_files(space, [table(tmp_path / "mentions.csv")], dry_run=True)
    (file,) = done.files
    assert (done.dry_run, file.read, file.stored["posts"]) == (True, 30, 30)
    assert {p.field: p.column for p in file.previews[0].plans}["published"] == "created_at"
    assert space.imports() == ()
    assert held(space)["posts"] == []
    assert not (space.folder / "originals").exists() or not any((space.folder / "originals").iterdir())


def test_a_dry_run_of_an_archive_counts_what_it_holds(square: None, space: Space, tmp_path: Path) -> None:
    (file,) = import_files(space, [archive(tmp_path / "anna.square", 14)], dry_run=True).files
    assert (file.read, file.stored, file.refused) == (15, {"posts": 12, "accounts": 1}, {"bad_json": 2})
    assert held(space)["posts"] == []


def test_unclear_columns_are_asked_for_with_an_example(space: Space, tmp_path: Path) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text("aa,bb\n1,2\n3,4\n")
    with pytest.raises(MappingError, match=r"odd\.csv mean \(author, published, text\).*--mapping") as asked:
        import_files(space, [odd])
    assert "[columns]" in str(asked.value)


def test_a_mapping_decides_and_is_remembered_for_tables_with_the_same_columns(space: Space, tmp_path: Path) -> None:
    def odd(name: str, first: int) -> Path:
        rows = [f"{first + n},anna{n % 2},2015-02-0{1 + n}T10:00:00Z,parola {first + n}" for n in range(5)]
        (tmp_path / name).write_text("aa,bb,cc,dd\n" + "\n".join(rows) + "\n")
        return tmp_path / name

    mapping = Mapping(columns={"id": "aa", "author": "bb", "published": "cc", "text": "dd"}, place="x")
    said = tmp_path / "mapping.toml"
    said.write_text('place = "x"\n[columns]\nid = "aa"\nauthor = "bb"\npublished = "cc"\ntext = "dd"\n')
    first = import_files(space, [odd("march.csv", 10)], mapping=said)
    assert first.stored["posts"] == 5
    assert import_files(space, [odd("april.csv", 20)]).stored["posts"] == 5
    assert {row["place"] for row in held(space)["posts"]} == {"x"}
    assert import_files(space, [tmp_path / "march.csv"], mapping=mapping).files[0].known


def test_another_mapping_reads_the_same_file_anew(space: Space, tmp_path: Path) -> None:
    file = table(tmp_path / "mentions.csv")
    import_files(space, [file])
    columns = {"id": "post_id", "author": "author_id", "published": "created_at", "text": "text"}
    again = import_files(space, [file], mapping=Mapping(columns=columns, place="mastodon"))
    assert not again.files[0].known
    assert again.stored["posts"] == 30


def test_a_folder_of_many_exports_is_imported_file_by_file(
    monkeypatch: pytest.MonkeyPatch, space: Space, tmp_path: Path
) -> None:
    from valore.places import places

    among(monkeypatch, Square(), places()["table"])
    world = tmp_path / "world"
    (world / "deep").mkdir(parents=True)
    archive(world / "anna.square", 10)
    archive(world / "deep" / "bruno.square", 10, by="bruno")
    rows = [{"n": n, "w": f"u{n}", "t": f"2015-02-01T10:0{n}:00Z", "b": f"Lume {n}"} for n in range(5)]
    (world / "mentions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    pq.write_table(pa.table({"post": [1, 2], "value": [0.1, 0.2]}), world / "truth.parquet")
    (world / "README.md").write_text("# A world")
    (world / "workspace.toml").write_text(
        '[[mapping]]\nfile = "mentions.jsonl"\nplace = "x"\n'
        'columns = { id = "n", author = "w", published = "t", text = "b" }\n'
    )
    done = import_files(space, [world])
    assert [f.name for f in done.files] == ["anna.square", "deep", "mentions.jsonl"]
    assert sorted(done.left) == ["README.md", "truth.parquet"]
    assert isinstance(done.left["README.md"], UnrecognisedSource)
    assert done.stored["posts"] == 9 + 9 + 5
    assert all(f.known for f in import_files(space, [world]).files)


def test_the_mappings_of_a_loaded_workspace_file_hold_wherever_the_table_lies(space: Space, tmp_path: Path) -> None:
    said = tmp_path / "workspace.toml"
    said.write_text(
        '[[mapping]]\nfile = "*.csv"\nplace = "x"\n'
        'columns = { id = "post_id", author = "author_id", published = "created_at", text = "text" }\n'
    )
    load(space, said)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    import_files(space, [table(elsewhere / "mentions.csv")])
    assert {row["place"] for row in held(space)["posts"]} == {"x"}


def test_the_home_inside_a_folder_is_not_read_into_itself(space: Space, tmp_path: Path) -> None:
    table(tmp_path / "mentions.csv")
    import_files(space, [tmp_path])
    assert [f.name for f in import_files(space, [tmp_path]).files] == ["mentions.csv"]


def test_progress_is_told_and_ends_with_the_total(space: Space, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None, str]] = []
    import_files(space, [table(tmp_path / "mentions.csv")], tick=lambda *told: seen.append(told))
    assert seen[-1] == (30, 30, "mentions.csv")
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)


def test_an_import_does_not_load_what_only_models_need() -> None:
    """A process that stores a gigabyte has 300 MB; the models' libraries would take a tenth of them."""
    said = (
        "import sys, valore.trust._bare, valore.flows.importing; "
        "print([m for m in ('scipy', 'sklearn', 'onnxruntime', 'tokenizers') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"
