"""The tables of a page as CSV or XLSX, raw values under stable names, safe to open.

A cell that a spreadsheet would take for a formula gets an apostrophe before it in CSV; in XLSX it is
written as text.
"""

import csv
import io
from datetime import UTC, date, datetime

import xlsxwriter

from valore.errors import UnknownName
from valore.present.page import Cell, Page, Raw, Table, tables

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
_BIRTH = datetime(2025, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def as_csv(page: Page, name: str | None = None) -> str:
    """Return one table of a page (the first when no name is given) as CSV in UTF-8.

    Raises:
        UnknownName: when the page has no such table.
    """
    known = {t.name: t for t in tables(page)}
    chosen = next(iter(known), "") if name is None else name
    if chosen not in known:
        raise UnknownName("table", chosen, known)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in known[chosen].columns])
    writer.writerows([_harmless(raw(cell)) for cell in row] for row in known[chosen].rows)
    return out.getvalue()


def raw(cell: Cell) -> Raw:
    """Return what a cell holds for machines: its value, None where there is none."""
    return cell.value


def _harmless(value: Raw) -> object:
    if isinstance(value, str) and value.startswith(_RISKY):
        return f"'{value}"
    return value.isoformat() if isinstance(value, date) else value


def as_xlsx(page: Page) -> bytes:
    """Return all tables of a page as one workbook, a sheet each; equal pages give equal bytes."""
    out = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, safe) as book:
        book.set_properties({"title": page.title, "author": "Valore", "created": _BIRTH})
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for i, table in enumerate(tables(page), 1):
            _sheet(book.add_worksheet(f"{i} {table.name}"[:31]), table, days)
    return out.getvalue()


def _sheet(sheet: xlsxwriter.worksheet.Worksheet, table: Table, days: xlsxwriter.format.Format) -> None:
    sheet.write_row(0, 0, [column.text for column in table.columns])
    for y, row in enumerate(table.rows, 1):
        for x, cell in enumerate(row):
            _write(sheet, y, x, cell, days)


def _write(sheet: xlsxwriter.worksheet.Worksheet, y: int, x: int, cell: Cell, days: xlsxwriter.format.Format) -> None:
    match raw(cell):
        case datetime() as at:
            sheet.write_datetime(y, x, at.replace(tzinfo=None), days)
        case date() as day:
            sheet.write_datetime(y, x, datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None), days)
        case bool() | None:
            sheet.write_string(y, x, cell.text if cell.value is not None else "")
        case int() | float() as number if abs(number) < 2**53:
            sheet.write_number(y, x, number)
        case other:
            sheet.write_string(y, x, str(other))
