"""What a notebook shows: the same words and pictures as the pages, without a page around them."""

from html import escape
from typing import Any

import pyarrow as pa

from valore.model.reading import Reading
from valore.present.charts.svg import plain
from valore.present.language import Words
from valore.present.pages.value import page
from valore.present.render.clean import printable
from valore.present.render.html import blocks

ROWS = 50
"""Rows of a table that are shown."""
_STYLE = (
    ".valore .wide,.valore .narrow+.wide{display:block}.valore .narrow{display:none}"
    ".valore .numbers{display:flex;flex-wrap:wrap;gap:1.5rem}.valore .number{max-width:16rem}"
    ".valore .figure{font:500 2.6rem/1.1 'Bodoni Moda',Georgia,serif;margin:0}.valore p{margin:.2rem 0}"
)


def reading_html(reading: Reading, language: str = "en") -> str:
    """Return the short page of a reading: lenses and components with their intervals."""
    shown = page(reading, Words(language))
    head = f"<h3>{escape(printable(shown.over))}: {escape(shown.title)}</h3><p>{escape(shown.under)}</p>"
    inside = plain(blocks(shown.blocks, Words(language)))
    return f'<div class="valore" lang="{language}"><style>{_STYLE}</style>{head}{inside}</div>'


def table_html(table: pa.Table) -> str:
    """Return the first rows of an Arrow table; everything in it is escaped."""
    names = [str(n) for n in table.column_names]
    head = "".join(f'<th scope="col">{escape(n)}</th>' for n in names)
    rows = "".join(f"<tr>{_row(r, names)}</tr>" for r in table.slice(0, ROWS).to_pylist())
    more = f"<p>{table.num_rows} × {len(names)}</p>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _row(row: dict[str, Any], names: list[str]) -> str:
    return "".join(f"<td>{'' if row[n] is None else escape(printable(str(row[n])))}</td>" for n in names)
