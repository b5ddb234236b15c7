"""What leaves as a file: CSV, XLSX, PDF, notebook fragments, and the fonts we carry."""

import csv
import hashlib
import io
import json
import zipfile
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from valore.errors import UnknownName
from valore.model.reading import Reading
from valore.present import report as write
from valore.present.language import Words
from valore.present.page import Cell, Column, Page, Table
from valore.present.pages.report import page
from valore.present.render import notebook, pdf, tables

IT = Words("it")


def _risky() -> Page:
    cells = ('=cmd|"/c calc"!A1', "+1", "@sum", "-2", "\t=1", "a,b\nc")
    rows = tuple((Cell(c, c), Cell("3", 3)) for c in cells)
    columns = (Column("text", "Testo"), Column("count", "Quanti", number=True))
    return Page(name="x", title="X", language="it", blocks=(Table("t", columns, rows, "risky"),))


def test_csv_holds_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(tables.as_csv(_risky()))))
    assert rows[0] == ["text", "count"]
    assert all(not row[0].startswith(("=", "+", "-", "@", "\t")) for row in rows[1:])
    assert rows[1] == ['\'=cmd|"/c calc"!A1', "3"]


def test_csv_gives_the_table_that_is_named(brand: Reading) -> None:
    shown = page(brand, IT)
    rows = list(csv.DictReader(io.StringIO(tables.as_csv(shown, "around"))))
    assert rows[0]["actor"] == "person"
    assert float(rows[0]["share"]) == 0.71
    with pytest.raises(UnknownName):
        tables.as_csv(shown, "nope")


def test_xlsx_holds_every_table_and_no_formula() -> None:
    book = tables.as_xlsx(_risky())
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        sheets = [parts.read(n) for n in parts.namelist() if n.startswith("xl/worksheets/sheet")]
    assert sheets
    assert not any(b"<f>" in sheet for sheet in sheets)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[1] == ['=cmd|"/c calc"!A1', 3.0]


def test_equal_pages_give_equal_workbooks(brand: Reading) -> None:
    assert tables.as_xlsx(page(brand, IT)) == tables.as_xlsx(page(brand, IT))


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_pdf_is_tagged_and_says_its_language(brand: Reading, language: str) -> None:
    made = pdf.document(page(brand, Words(language)), brand.as_of)
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert f"/Lang({language})".encode() in made.replace(b"/Lang (", b"/Lang(")
    assert b"pdfuaid" in made


def test_equal_readings_give_equal_pdfs(person: Reading) -> None:
    assert pdf.document(page(person, IT), person.as_of) == pdf.document(page(person, IT), person.as_of)


def test_a_report_of_nothing_can_be_printed(empty: Reading) -> None:
    assert pdf.document(page(empty, IT), empty.as_of).startswith(b"%PDF-")


def test_the_report_is_two_files(brand: Reading, tmp_path: Path) -> None:
    web, paper = write(brand, tmp_path / "out", "it")
    assert (web.name, paper.name) == ("report.html", "report.pdf")
    assert web.read_text("utf-8").startswith("<!doctype html>")
    assert write(brand, tmp_path / "out", "en", "report.en")[0].name == "report.en.html"


def test_a_notebook_is_shown_words_and_no_tags_of_others(brand: Reading) -> None:
    shown = notebook.reading_html(brand, "it")
    assert "Reputazione" in shown
    assert "var(" not in shown
    table = notebook.table_html(pa.table({"<b>": ["<script>alert(1)</script>", None]}))
    assert "<script" not in table
    assert "<b>" not in table


def test_carried_files_are_those_of_the_manifest() -> None:
    assets = files("valore.present.assets")
    manifest = json.loads((assets / "manifest.json").read_text("utf-8"))
    for entry in manifest:
        assert hashlib.sha256((assets / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry["file"]
        assert entry["licence"] == "OFL-1.1"
    listed = {e["file"] for e in manifest}
    carried = {f.name for f in assets.iterdir() if f.name.endswith((".woff2", ".ttf", ".txt"))}
    assert carried == listed
