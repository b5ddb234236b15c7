"""Annotating any table: one row out for each row in, in order, whatever the file."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.enrich import Enricher, Over, enrichers
from valore.errors import MappingError, SourceError, UnknownName
from valore.flows._subjects import beside, known
from valore.flows._tables import batches
from valore.flows.annotate import annotate, different

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
    assert {"similarity", "paraphrase", "near_duplicate"} <= set(done.columns)
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


SAID = [
    "Lume ha una lampada meravigliosa, la adoro!",
    "",
    "Pessimo servizio di Lume, sono deluso.",
    "Lume ha una lampada meravigliosa, la adoro!",
    "Qualcuno sa quando riapre il negozio di Lume a Torino?",
]
POSTS = [{"n": str(i), "text": text, "brand": "LUME" if text else "", "other": SAID[0]} for i, text in enumerate(SAID)]
ACCOUNT_ROWS = [
    {"n": str(i), "name": n, "bio": b} for i, (n, b) in enumerate([("Anna", "Grafica"), ("", ""), ("Anna", "Grafica")])
]


def lines(path: Path, rows: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), "utf-8")
    return path


def told(enricher: Enricher, rows: list[dict[str, str]], folder: Path, out: str = "o.parquet") -> pa.Table:
    """Annotate rows with one enricher as people would, and return the table."""
    annotate(
        lines(folder / "rows.jsonl", rows),
        [enricher.name],
        kind=enricher.over,
        subject="brand" if "subject" in enricher.requires else None,
        other="other" if enricher.over is Over.PAIRS else None,
        out=folder / out,
    )
    return pq.read_table(folder / out)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tone is read by its quick tier: the encoder of the deep one has tests of its own."""
    monkeypatch.setenv("VALORE_POLARITY", "fast")


class Here:
    """A reader without its limited child, which costs half a second a table; that has tests of its own."""

    def rows(self, path: Path) -> Iterator[pa.RecordBatch]:
        return iter(batches(path))

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("valore.flows.annotate.Reader", Here)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("name", sorted(enrichers()))
def test_every_enricher_keeps_its_promises_on_any_table(name: str, tmp_path: Path) -> None:
    """Promised columns of their types, order kept, equal rows alike, nothing said of nothing, shares that sum to 1."""
    enricher = enrichers()[name]
    rows = ACCOUNT_ROWS if enricher.over is Over.ACCOUNTS else POSTS
    found = told(enricher, rows, tmp_path)
    assert found["n"].to_pylist() == [r["n"] for r in rows]
    assert [found.schema.field(f.name).type for f in enricher.provides] == list(enricher.provides.types)
    if enricher.classes and not enricher.whole:
        p = np.stack([found[f"{name}_p_{c}"].to_numpy() for c in enricher.classes], axis=1).astype(float)
        assert np.allclose(p[~np.isnan(p[:, 0])].sum(axis=1), 1, atol=1e-4)
        assert set(found[name].to_pylist()) <= {None, "undecided", *enricher.classes}
    answers = found.select(enricher.provides.names).to_pylist()
    if enricher.over is not Over.PAIRS and not enricher.whole:
        assert answers[0] == answers[len(rows) - 2 if len(rows) > 3 else 2]
    assert answers[1][enricher.provides.names[0]] in (None, "und")


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("name", sorted(enrichers()))
def test_every_enricher_reads_a_table_of_one_row_and_of_none(name: str, tmp_path: Path) -> None:
    enricher = enrichers()[name]
    rows = ACCOUNT_ROWS if enricher.over is Over.ACCOUNTS else POSTS
    assert told(enricher, rows[:1], tmp_path).num_rows == 1
    empty = tmp_path / "none.csv"
    empty.write_text(",".join(rows[0]) + "\n", "utf-8")
    asked = {"subject": "brand"} if "subject" in enricher.requires else {}
    done = annotate(empty, [name], kind=enricher.over, other="other", out=tmp_path / "none.parquet", **asked)  # type: ignore[arg-type]
    assert done.rows == 0
    assert set(enricher.provides.names) <= set(pq.read_table(tmp_path / "none.parquet").column_names)


def test_who_reads_for_a_subject_says_what_is_missing(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", POSTS)
    with pytest.raises(MappingError, match=r"relevance reads posts for a subject.*--subject.*brand"):
        annotate(path, ["relevance"], out=tmp_path / "o.parquet")


def test_a_table_of_subjects_is_laid_beside_the_rows() -> None:
    batch = pa.record_batch(
        {
            "Name": ["Lume", "Nitida", None],
            "aliases": ["Lume Torino; @lume", '["Nitida spa"]', "x"],
            "HomePage": ["lampade di carta", "", None],
            "category": [None, "energia", None],
        }
    )
    found = beside(pa.array([" lume", "NITIDA SPA", None, "Carta&C"]), known("s.csv", [batch]))
    assert found["subject"].to_pylist() == ["Lume", "Nitida", None, "Carta&C"]
    assert found["subject_aliases"].to_pylist() == ["Lume Torino; @lume", "Nitida spa", None, None]
    assert found["subject_homepage"].to_pylist() == ["lampade di carta", None, None, None]
    assert found["subject_category"].to_pylist() == [None, "energia", None, None]
    with pytest.raises(MappingError, match="brand"):
        known("s.csv", [pa.record_batch({"brand": ["Lume"]})])


def test_a_row_without_a_language_gets_it_from_its_text(tmp_path: Path) -> None:
    rows = [{"text": "What a wonderful lamp, I love it!", "lang": lang} for lang in ("EN_gb", "", "klingon")]
    annotate(lines(tmp_path / "a.jsonl", rows), ["polarity"], lang="lang", out=tmp_path / "o.parquet")
    found = pq.read_table(tmp_path / "o.parquet")
    assert found["polarity"].to_pylist() == ["positive", "positive", None]
    assert found["lang"].to_pylist() == ["EN_gb", "", "klingon"]


def test_rows_are_equal_when_all_but_their_keys_are() -> None:
    batch = pa.record_batch({"key": [0, 1, 2, 3], "text": ["a", None, "a", None], "language": ["it", "it", "it", None]})
    first, of = different(batch)
    assert first.tolist() == [0, 1, 3]
    assert of.tolist() == [0, 1, 0, 2]
