"""Rows of tables inside archives: whatever the encoding, the notes above and the quotes inside."""

import csv
import io
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.errors import RefusedArchive
from valore.model.records import Fault
from valore.model.source import Member
from valore.places._csv_rows import Row, beginning, header, rows
from valore.trust._export import Opened

_CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), max_size=40)


class Memory(Opened):
    """One table in memory; `cut` makes its archive end in the middle."""

    def __init__(self, data: bytes, *, cut: bool = False) -> None:
        self.name, self.data, self.cut = "export", data, cut
        self.members = (Member("t.csv", len(data), None),)

    def open(self, member: str) -> BinaryIO:  # noqa: ARG002 - it holds one
        return _Cut(self.data) if self.cut else io.BytesIO(self.data)


class _Cut(io.BytesIO):
    """A stream that breaks where its data ends."""

    def readinto(self, buffer: object) -> int:
        read = super().readinto(buffer)  # type: ignore[arg-type]
        if not read:
            raise RefusedArchive("{file} is damaged", file="export")
        return read

    def read1(self, size: int | None = -1) -> bytes:
        if not (read := super().read1(size)):
            raise RefusedArchive("{file} is damaged", file="export")
        return read


def _known(columns: tuple[str, ...]) -> bool:
    return "date" in columns


def _all(data: bytes, *, escaped: bool = False) -> list[Row | Fault]:
    return list(rows(Memory(data), "t.csv", _known, escaped=escaped))


def _cells(data: bytes, *, escaped: bool = False) -> list[list[str]]:
    return [list(r.cells.values()) for r in _all(data, escaped=escaped) if isinstance(r, Row)]


@given(st.lists(st.tuples(_CELLS, _CELLS), max_size=8))
def test_what_was_written_comes_back(table: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("Date", "Text"), *table])
    written = [list(row) for row in table if any(cell.strip() for cell in row)]
    assert _cells(out.getvalue().encode()) == written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_encoding_is_told_by_its_mark_or_by_its_letters(encoding: str) -> None:
    data = "Date,Text\n1,perché è così\n".encode(encoding)
    data = b"\xff\xfe" + data if encoding == "utf-16-le" else data
    assert _cells(data) == [["1", "perché è così"]]


def test_a_letter_that_is_cut_in_two_at_the_end_of_the_look_is_no_sign() -> None:
    data = b"Date,Text\n1," + b"x" * (65_536 - 13) + "è".encode() + b"\n"
    assert data[:65_536].endswith(b"\xc3")
    assert _cells(data)[0][1].endswith("xè")


def test_notes_above_the_header_are_passed_over_but_not_for_ever() -> None:
    assert _cells(b'Notes:\n"some, notes"\n\nDate,Text\n1,a\n') == [["1", "a"]]
    assert [r.reason for r in _all(b"x\n" * 100 + b"Date,Text\n1,a\n") if isinstance(r, Fault)] == ["bad_row"]
    assert header(Memory(b"Notes:\nDate,Text\n"), "t.csv", _known) == ("date", "text")
    assert header(Memory(b"a,b\n"), "t.csv", _known) is None


def test_names_are_trimmed_in_lower_case_and_their_own() -> None:
    (row,) = _all(b" DATE ,Tag,Tag\n1,a,b\n")
    assert isinstance(row, Row)
    assert row.cells == {"date": "1", "tag": "a", "tag 3": "b"}


def test_commas_too_many_at_the_end_do_not_matter_and_cells_that_are_missing_do() -> None:
    found = _all(b"Date,Text\n1,a,,\n2\n3,b,c\n4,d\n")
    assert [r.reason if isinstance(r, Fault) else r.cells["date"] for r in found] == ["1", "bad_row", "bad_row", "4"]
    assert [r.where.pointer for r in found] == ["row 2", "row 3", "row 4", "row 5"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (r'"a \"b\" c"', 'a "b" c'),
        (r'"a \"b\""', 'a "b"'),
        (r'"a ""b"" c"', 'a "b" c'),
        (r'"a \\ b"', r"a \\ b"),
        ('"a\nb \\"c\\""', 'a\nb "c"'),
    ],
)
def test_a_quote_behind_a_backslash_is_a_quote_where_that_is_so(written: str, said: str) -> None:
    assert _cells(f"Date,Text\n1,{written}\n2,z\n".encode(), escaped=True) == [["1", said], ["2", "z"]]


def test_a_cell_without_end_or_larger_than_any_is_a_fault_and_not_all_of_memory() -> None:
    found = _all(b'Date,Text\n1,"' + b"x" * 300_000 + b"\n2,b\n3,c\n")
    assert any(isinstance(r, Fault) and r.reason == "bad_row" for r in found)


def test_a_damaged_archive_gives_its_beginning_and_tells_the_damage() -> None:
    found = list(rows(Memory(b"Date,Text\n1,a\n", cut=True), "t.csv", _known))
    assert [r.reason if isinstance(r, Fault) else r.cells["text"] for r in found] == ["a", "damaged"]


def test_the_beginning_holds_whole_rows(tmp_path: Path) -> None:
    assert beginning(Memory(b"a,b\n1,2\n3,"), "t.csv", 9) == [["a", "b"], ["1", "2"]]
    assert beginning(Memory(b"a,b\n1,2\n3,4\n"), "t.csv", 2) == [["a", "b"], ["1", "2"]]
    assert beginning(Memory(b"a,b"), "t.csv", 9) == [["a", "b"]]
    assert beginning(Memory(b""), "t.csv", 9) == []
