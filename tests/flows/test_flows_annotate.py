"""Annotating any table: one row out for each row in, in order, whatever the file."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.errors import MappingError, SourceError, UnknownName
from valore.flows._tables import batches
from valore.flows.annotate import annotate

ROWS = [
    {"id": "1234567890123456789", "text": "Che meraviglia questa lampada di carta!", "lang": "it-IT"},
    {"id": "2", "text": "", "lang": "it"},
    {"id": "3", "text": "Terrible service,\nnever again.", "lang": "English"},
    {"id": "4", "text": "Che meraviglia questa lampada di carta!", "lang": "ITA"},
]


def as_csv(path: Path, sign: str = ",") -> Path:
    lines = [sign.join(f'"{v}"' for v in row.values()) for row in ROWS]
    path.write_text("\n".join([sign.join(ROWS[0]), *lines]) + "\n", "utf-8")
    return path


def as_jsonl(path: Path) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in ROWS), "utf-8")
    return path


def as_gzip(path: Path) -> Path:
    path.write_bytes(gzip.compress(as_csv(path.with_suffix(".plain")).read_bytes()))
    return path


def as_parquet(path: Path) -> Path:
    table = pa.Table.from_pylist(ROWS)
    pq.write_table(table.set_column(0, "id", table["id"].cast(pa.int64())), path)
    return path


def as_xlsx(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate([list(ROWS[0]), *(list(r.values()) for r in ROWS)]):
            for j, value in enumerate(row):
                sheet.write_string(i, j, value)
    return path


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.csv", as_csv),
        ("a.tsv", lambda p: as_csv(p, "\t")),
        ("semicolons.csv", lambda p: as_csv(p, ";")),
        ("a.csv.gz", as_gzip),
        ("a.jsonl", as_jsonl),
        ("a.parquet", as_parquet),
        ("a.xlsx", as_xlsx),
    ],
)
def test_every_format_gives_the_same_rows_in_order(name: str, make: object, tmp_path: Path) -> None:
    path = make(tmp_path / name)  # type: ignore[operator]
    done = annotate(path, ["polarity"], lang="lang", out=tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert done.rows == len(found) == 4
    assert [r["id"] for r in found] == [r["id"] for r in ROWS]
    assert [r["polarity"] for r in found] == ["positive", None, "negative", "positive"]
    assert found[0]["polarity_best"] == "positive"
    assert found[0]["polarity_p_positive"] > found[0]["polarity_p_negative"]


@settings(max_examples=25, deadline=None)
@given(cells=st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), min_size=1, max_size=6))
def test_no_cell_makes_a_row_come_or_go(cells: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("lines") / "a.jsonl"
    path.write_text("".join(json.dumps({"a": a, "text": b}) + "\n" for a, b in cells), "utf-8")
    read = pa.Table.from_batches(batches(path))
    assert read["text"].to_pylist() == [b for _, b in cells]


def test_the_language_is_detected_when_it_is_not_given_and_shown_only_when_asked(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv")
    quiet = annotate(path, ["polarity"], out=tmp_path / "quiet.parquet")
    assert "language" not in quiet.columns
    shown = annotate(path, ["language", "polarity"], out=tmp_path / "shown.parquet")
    assert "language" in shown.columns
    assert pq.read_table(tmp_path / "shown.parquet")["language"].to_pylist() == ["it", None, "en", "it"]


def test_an_input_column_of_the_same_name_is_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,language\nApre domani il negozio di Torino,x-y\n", "utf-8")
    annotate(path, ["language"], out=tmp_path / "o.parquet")
    row = pq.read_table(tmp_path / "o.parquet").to_pylist()[0]
    assert (row["input_language"], row["language"]) == ("x-y", "it")


def test_copies_are_found_over_the_whole_table(tmp_path: Path) -> None:
    annotate(as_csv(tmp_path / "a.csv"), ["near_duplicate", "novelty"], out=tmp_path / "o.parquet")
    found = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert [r["near_duplicate"] for r in found] == ["original", None, "original", "copy"]
    assert found[3]["near_duplicate_other"] == 0
    assert found[3]["novelty"] == 0


def test_accounts_are_annotated_from_whatever_columns_there_are(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("screen,description,followers\nannaferri,Designer freelance e mamma di due,310\n,,\n", "utf-8")
    columns = {"handle": "screen", "bio": "description"}
    annotate(path, ["actor", "automation", "spam"], kind="accounts", columns=columns, out=tmp_path / "o.parquet")
    known, unknown = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert known["actor_best"] == "person"
    assert (unknown["actor"], unknown["spam"]) == (None, None)


def test_pairs_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(
        "a\tb\nLa carta assorbe l'inchiostro\tLa carta assorbe l'inchiostro!\nIl gatto dorme\tPiove forte\n"
    )
    done = annotate(path, ["similarity"], kind="pairs", text="a", other="b", out=tmp_path / "o.parquet")
    assert done.columns == ("similarity", "paraphrase", "near_duplicate")
    same, different = pq.read_table(tmp_path / "o.parquet").to_pylist()
    assert same["similarity"] > 0.9
    assert different["similarity"] < 0.5


@pytest.mark.parametrize(
    ("names", "options", "error", "says"),
    [
        (["mood"], {}, UnknownName, "polarity"),
        (["actor"], {}, UnknownName, "there are"),
        (["polarity"], {"kind": "people"}, UnknownName, "accounts"),
        (["polarity"], {"text": "body"}, MappingError, "body"),
        (["polarity"], {"lang": "tongue"}, MappingError, "tongue"),
        (["actor"], {"kind": "accounts", "columns": {"bio": "about"}}, MappingError, "about"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(
    names: list[str], options: dict[str, object], error: type[Exception], says: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=says):
        annotate(as_csv(tmp_path / "a.csv"), names, out=tmp_path / "o.parquet", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "o.parquet").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b""), ("a.parquet", b"no"), ("a.xlsx", b"no"), ("a.csv.gz", b"no"), ("a.docx", b"no")],
)
def test_a_file_that_is_no_table_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError):
        annotate(tmp_path / name, ["polarity"], out=tmp_path / "o.parquet")


def test_a_table_without_rows_gives_one_without_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n", "utf-8")
    assert annotate(tmp_path / "a.csv", ["polarity", "novelty"], out=tmp_path / "o.parquet").rows == 0
    assert "polarity_p_neutral" in pq.read_table(tmp_path / "o.parquet").column_names


def test_a_western_file_of_old_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("text\nPerché è così bello?\n".encode("cp1252"))
    annotate(tmp_path / "a.csv", ["embedding"], out=tmp_path / "o.parquet")
    assert pq.read_table(tmp_path / "o.parquet")["text"].to_pylist() == ["Perché è così bello?"]
