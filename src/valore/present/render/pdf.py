"""A page on A4 by Typst: tagged for readers of screens (PDF/UA-1), deterministic, without a browser.

All words go in as data; none of them is read as markup. Letters that no font here has are shown as an
empty square rather than refused: the HTML page has them all.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import orjson
import typst

from valore.present.charts import draw
from valore.present.charts.svg import plain
from valore.present.language import Words
from valore.present.page import (
    Beside,
    Block,
    Cards,
    Cell,
    Estimates,
    Figure,
    Heading,
    Inline,
    Link,
    Measured,
    Notes,
    Page,
    PostCard,
    Section,
    Strong,
    Table,
    Text,
    walk,
)
from valore.present.render.clean import printable

WIDTH = 620.0
"""Width at which pictures are drawn for paper; small enough for their letters to be read."""
SQUARE = "\u25a1"
_RIGHT = frozenset({"R", "AL"})


def document(page: Page, at: datetime) -> bytes:
    """Return the PDF.

    Args:
        page: What to show.
        at: The moment written into the file: two equal pages give equal bytes.
    """
    shown = orjson.dumps(_data(page)).decode()
    with as_file(files("valore.present.assets")) as assets:
        fonts = typst.Fonts(font_paths=[str(assets)])
        template = assets / "report.typ"
        try:
            return _set(template, shown, fonts, at)
        except typst.TypstError as refused:
            if "could not be displayed" not in refused.message:
                raise
            return _set(template, _legible(shown, fonts), fonts, at)


def _set(template: Path, shown: str, fonts: Any, at: datetime) -> bytes:
    compiler = typst.Compiler(str(template), font_paths=fonts, sys_inputs={"page": shown})
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(at.timestamp()))
    return made if isinstance(made, bytes) else b""


def _legible(shown: str, fonts: Any) -> str:
    """Return the same text with squares for the letters that no font has."""
    strange = sorted({c for c in shown if ord(c) > 0x24F})  # noqa: PLR2004 - up to here our own fonts have all
    missing = "".join(re.escape(c) for c in strange if not _has(c, fonts))
    return re.sub(f"[{missing}]+", SQUARE, shown) if missing else shown


def _has(letter: str, fonts: Any) -> bool:
    families = '("Source Sans 3", "Source Sans 3 Ext", "Noto Sans", "DejaVu Sans Mono", "Libertinus Serif")'
    source = f'#set document(title: "x")\n#set text(lang: "en", font: {families})\n#sys.inputs.letter'
    try:
        typst.Compiler(source.encode(), font_paths=fonts, sys_inputs={"letter": letter}).compile(
            format="pdf", pdf_standards=["ua-1"], timestamp=0
        )
    except typst.TypstError:
        return False
    return True


def _data(page: Page) -> dict[str, Any]:
    words = Words(page.language)
    return {
        "title": page.title,
        "full": printable(f"{page.over}: {page.title}" if page.over else page.title),
        "running": printable(" · ".join(x for x in (page.over, page.under) if x)),
        "language": page.language,
        "over": printable(page.over),
        "under": page.under,
        "foot": list(page.foot),
        "ids": sorted(_ids(page.blocks)),
        "blocks": [b for block in page.blocks for b in _block(block, words)],
    }


def _ids(blocks: tuple[Block, ...]) -> set[str]:
    """Return every id that stands on the page: links lead only there."""
    found: set[str] = set()
    for block in walk(blocks):
        match block:
            case Section(id=name) | Heading(id=name):
                found.add(name)
            case Notes(ids=ids):
                found.update(ids)
            case Estimates(items=items):
                found.update(m.id for m in items)
            case Cards(items=items):
                found.update(c.id for c in items)
            case _:
                pass
    return found - {""}


def _block(block: Block, words: Words) -> list[dict[str, Any]]:
    match block:
        case Heading(text=text, id=name):
            return [{"kind": "heading", "text": printable(text), "id": name}]
        case Text(parts=parts, tone=tone):
            return [{"kind": "text", "tone": tone, "parts": _parts(parts)}]
        case Notes(items=items, ids=ids):
            return [{"kind": "notes", "items": [_parts(i) for i in items], "ids": list(ids)}]
        case Table():
            return [_table(block)]
        case Estimates(items=items):
            return [{"kind": "estimates", "items": [_measured(m, words) for m in items]}]
        case _:
            return _larger(block, words)


def _larger(block: Figure | Cards | Beside | Section, words: Words) -> list[dict[str, Any]]:
    match block:
        case Figure():
            return [_figure(block, words)]
        case Cards(items=items):
            return [{"kind": "cards", "items": [_card(c, words) for c in items]}]
        case Beside(picture=picture, words=beside):
            return [_figure(picture, words), *(d for b in beside for d in _block(b, words))]
        case Section(id=name, title=title, blocks=inside):
            told = [d for b in inside for d in _block(b, words)]
            return [{"kind": "section", "id": name, "title": printable(title), "blocks": told}]


def _parts(parts: Iterable[Inline]) -> list[dict[str, str]]:
    return [_part(p) for p in parts]


def _part(part: Inline) -> dict[str, str]:
    match part:
        case str():
            return {"kind": "text", "text": printable(part)}
        case Strong(text=text):
            return {"kind": "strong", "text": printable(text)}
        case Link(text=text, target=target):
            return {"kind": "link", "text": printable(text), "target": target}


def _figure(figure: Figure, words: Words) -> dict[str, Any]:
    return {
        "kind": "figure",
        "title": printable(figure.chart.title) if figure.titled else "",
        "svg": printable(plain(draw(figure.chart, words, WIDTH, "c"))),
        "alt": printable(f"{figure.chart.title}. {figure.chart.about}"),
        "caption": figure.caption,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": printable(table.caption),
        "columns": [{"text": printable(c.text), "number": c.number} for c in table.columns],
        "rows": [[_cell(c) for c in row] for row in table.rows],
    }


def _cell(cell: Cell) -> dict[str, str]:
    return {"text": printable(cell.text), "target": cell.target}


def _measured(item: Measured, words: Words) -> dict[str, Any]:
    return {
        "id": item.id,
        "label": printable(item.label),
        "value": item.value,
        "interval": item.interval,
        "none": words.say("not yet"),
        "reason": printable(item.reason),
        "grade": item.grade,
        "grade_words": item.grade_words,
        "about": [printable(x) for x in (item.about, item.authors, " · ".join(item.notes)) if x],
        "evidence_words": words.say("Evidence: posts"),
        "evidence": _parts(item.evidence),
    }


def _card(card: PostCard, words: Words) -> dict[str, Any]:
    text = printable(card.text)
    spoken = card.language in words.locale.languages and len(card.language) == 2  # noqa: PLR2004 - ISO 639-1
    return {
        "id": card.id,
        "head": printable(f"{card.number}. {card.author}"),
        "meta": printable(" · ".join(x for x in (card.actor, card.place, card.day) if x)),
        "text": text,
        "lang": card.language if spoken else words.language,
        "rtl": _leans_left(text),
        "marks": printable(" · ".join(x for x in (*card.marks, card.counts) if x)),
        "back_words": words.say("see also") + ":",
        "back": _parts(_separated(card.back)),
    }


def _separated(links: tuple[Link, ...]) -> list[Link]:
    return [Link(link.text + ("," if i < len(links) else ""), link.target) for i, link in enumerate(links, 1)]


def _leans_left(text: str) -> bool:
    """Return whether a text runs from right to left: as its first strong letter does."""
    kinds = (unicodedata.bidirectional(c) for c in text)
    return next((k in _RIGHT for k in kinds if k in _RIGHT | {"L"}), False)
