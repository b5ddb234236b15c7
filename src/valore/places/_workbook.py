"""A look at the first rows of a spreadsheet, before it is read: enough to know which tool wrote it."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from lxml import etree

from valore.model.source import Manifest

_LARGEST = 32 << 20
"""Bytes of a workbook that is looked into; of a larger one only its reader knows the columns."""
_LOOK = 1 << 20
"""Bytes of a sheet, and of its texts, that are unpacked."""
_ROWS = 30
_SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BROKEN = (
    etree.XMLSyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)


def first_rows(files: Manifest, member: str) -> Iterator[Sequence[str]]:
    """Yield the texts of the first rows of the first sheet; nothing where they cannot be seen."""
    size = next((m.size for m in files.members if m.name == member), None)
    if size is None or size > _LARGEST:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(files.head(member, size))) as book:
            names = sorted(
                (n for n in book.namelist() if n.startswith("xl/worksheets/sheet")), key=lambda n: (len(n), n)
            )
            texts = list(_texts(book)) if "xl/sharedStrings.xml" in book.namelist() else []
            rows = [_cells(row, texts) for row in _elements(book, names[0], "row")] if names else []
    except _BROKEN:
        return
    yield from rows[:_ROWS]


def _texts(book: zipfile.ZipFile) -> Iterator[str]:
    for element in _elements(book, "xl/sharedStrings.xml", "si"):
        yield "".join(t.text or "" for t in element.iter(f"{_SPACE}t"))


def _elements(book: zipfile.ZipFile, name: str, tag: str) -> Iterator[etree._Element]:
    """Yield the elements at the beginning of a part that are whole."""
    parser = etree.XMLPullParser(
        ("end",), tag=f"{_SPACE}{tag}", recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    with book.open(name) as part:
        parser.feed(part.read(_LOOK))
    yield from (element for _, element in parser.read_events())


def _cells(row: etree._Element, texts: Sequence[str]) -> list[str]:
    return [_cell(cell, texts) for cell in row.iter(f"{_SPACE}c")]


def _cell(cell: etree._Element, texts: Sequence[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{_SPACE}t"))
    value = cell.findtext(f"{_SPACE}v") or ""
    if cell.get("t") != "s":
        return value
    return texts[int(value)] if value.isdigit() and int(value) < len(texts) else ""
