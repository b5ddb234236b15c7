"""A page as one HTML file that needs nothing else: style, fonts and pictures inside, no script, no loads.

Everything that comes from outside is escaped; a stranger's address becomes a link only when it is http(s).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from itertools import count

from valore.present.charts import Chart, draw
from valore.present.charts.heat import Heat
from valore.present.charts.svg import ink, tag
from valore.present.language import Words
from valore.present.page import (
    Beside,
    Block,
    Cards,
    Cell,
    Column,
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
)
from valore.present.render._fonts import faces
from valore.present.render.clean import printable

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)
WIDE, HALF, NARROW = 780.0, 430.0, 328.0
"""Widths at which pictures are drawn, in pixels: whole column, half of it, telephone."""
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_TAG = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the blocks of one page share."""

    words: Words
    numbers: Iterator[int] = field(default_factory=count)
    """Makes the ids of pictures unique."""


def document(page: Page) -> str:
    """Return the whole file."""
    body = _body(page)
    style = (files("valore.present.assets") / "page.css").read_text("utf-8")
    title = escape(printable(f"{page.over}: {page.title}" if page.over else page.title))
    return (
        f'<!doctype html>\n<html lang="{page.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n<style>\n{faces(body)}{style}</style>\n</head>\n{body}\n</html>\n"
    )


def blocks(shown: Iterable[Block], words: Words) -> str:
    """Return blocks alone, without a page around them."""
    sheet = _Sheet(words)
    return "\n".join(_block(b, sheet, 2) for b in shown)


def _body(page: Page) -> str:
    words = Words(page.language)
    sheet = _Sheet(words)
    first = [b for b in page.blocks if not isinstance(b, Section)]
    rest = [b for b in page.blocks if isinstance(b, Section)]
    inside = "\n".join((*(_block(b, sheet, 2) for b in first), _index(rest, words), *(_part(s, sheet) for s in rest)))
    foot = "".join(f"<p>{_safe(line)}</p>" for line in page.foot)
    return (
        f'<body>\n<a class="skip" href="#content">{_safe(words.say("Go to the content"))}</a>\n'
        f'<header>\n<p class="brand"><b>Valore</b><span>{_safe(page.over)}</span></p>\n'
        f'<h1>{_safe(page.title)}</h1>\n<p class="under">{_safe(page.under)}</p>\n</header>\n'
        f'<main id="content" tabindex="-1">\n{inside}\n</main>\n<footer>{foot}</footer>\n</body>'
    )


def _index(parts: list[Section], words: Words) -> str:
    if len(parts) < 3:  # noqa: PLR2004 - two parts need no index
        return ""
    items = "".join(f'<li><a href="#{s.id}">{_safe(s.title)}</a></li>' for s in parts)
    return f'<nav class="index" aria-label="{_safe(words.say("On this page"))}"><ul>{items}</ul></nav>'


def _part(section: Section, sheet: _Sheet) -> str:
    inside = "\n".join(_block(b, sheet, 3) for b in section.blocks)
    return (
        f'<section class="part" id="{section.id}" aria-labelledby="{section.id}-h"><h2 id="{section.id}-h">'
        f'{_safe(section.title)}</h2>\n<div class="body">{inside}</div></section>'
    )


def _safe(text: str) -> str:
    return escape(printable(text), quote=True)


def _block(block: Block, sheet: _Sheet, level: int) -> str:
    match block:
        case Heading(text=text, id=name):
            at = f' id="{name}"' if name else ""
            return f"<h{level}{at}>{_safe(text)}</h{level}>"
        case Text(parts=parts, tone=tone):
            return f'<p class="{tone}">{_inline(parts)}</p>'
        case Notes():
            return _notes(block)
        case Table():
            return _table(block)
        case Estimates(items=items):
            return f'<div class="numbers">{"".join(_number(m, sheet, level) for m in items)}</div>'
        case _:
            return _larger(block, sheet, level)


def _larger(block: Figure | Cards | Beside | Section, sheet: _Sheet, level: int) -> str:
    match block:
        case Figure():
            return _figure(block, sheet, WIDE)
        case Cards(items=items):
            return f'<div class="posts">{"".join(_card(c, sheet.words, level) for c in items)}</div>'
        case Beside(picture=picture, words=beside):
            said = "\n".join(_block(b, sheet, level) for b in beside)
            return f'<div class="beside">{_figure(picture, sheet, HALF)}<div>{said}</div></div>'
        case Section(id=name, title=title, blocks=inside):
            said = "\n".join(_block(b, sheet, level + 1) for b in inside)
            head = f'<h{level} id="{name}-h">{_safe(title)}</h{level}>'
            return f'<section id="{name}" aria-labelledby="{name}-h">{head}\n{said}</section>'


def _inline(parts: Iterable[Inline]) -> str:
    return "".join(_said(p) for p in parts)


def _said(part: Inline) -> str:
    match part:
        case str():
            return _safe(part)
        case Strong(text=text):
            return f"<strong>{_safe(text)}</strong>"
        case Link(text=text, target=target, label=label):
            named = f' aria-label="{_safe(label)}"' if label else ""
            return f'<a class="ref" href="#{_safe(target)}"{named}>{_safe(text)}</a>'


def _notes(notes: Notes) -> str:
    kind = "ol" if notes.ids else "ul"
    ids = notes.ids or ("",) * len(notes.items)
    items = "".join(f"<li{_at(name)}>{_inline(item)}</li>" for item, name in zip(notes.items, ids, strict=True))
    return f'<{kind} class="notes">{items}</{kind}>'


def _at(name: str) -> str:
    return f' id="{_safe(name)}"' if name else ""


def _table(table: Table, *, caption: bool = True) -> str:
    head = "".join(f'<th scope="col"{_side(c)}>{_safe(c.text)}</th>' for c in table.columns)
    rows = "".join(f"<tr>{_row(row, table.columns)}</tr>" for row in table.rows)
    said = f"<caption>{_safe(table.caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{_safe(table.caption)}"><table>{said}'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(row: tuple[Cell, ...], columns: tuple[Column, ...]) -> str:
    first = f'<th scope="row"{_side(columns[0])}>{_cell(row[0])}</th>' if row else ""
    rest = zip(row[1:], columns[1:], strict=True)
    return first + "".join(f"<td{_side(column)}>{_cell(cell)}</td>" for cell, column in rest)


def _side(column: Column) -> str:
    return ' class="n"' if column.number else ""


def _cell(cell: Cell) -> str:
    return f'<a href="#{_safe(cell.target)}">{_safe(cell.text)}</a>' if cell.target else _safe(cell.text)


def _figure(figure: Figure, sheet: _Sheet, width: float) -> str:
    wide, narrow = (_drawn(figure.chart, sheet, w) for w in (width, NARROW))
    title = f'<span class="title" aria-hidden="true">{_safe(figure.chart.title)}</span>' if figure.titled else ""
    below = f"<figcaption>{_safe(figure.caption)}</figcaption>" if figure.caption else ""
    table = ""
    if figure.table is not None:
        summary = sheet.words.say("The same as a table")
        hidden = f"<span hidden>: {_safe(figure.chart.title)}</span>"
        table = f"<details><summary>{_safe(summary)}{hidden}</summary>{_table(figure.table)}</details>"
    return f'<figure>{title}<div class="wide">{wide}</div><div class="narrow">{narrow}</div>{below}{table}</figure>'


def _drawn(chart: Chart, sheet: _Sheet, width: float) -> str:
    return printable(
        draw(chart, sheet.words, min(width, 600.0) if isinstance(chart, Heat) else width, f"c{next(sheet.numbers)}")
    )


def _number(item: Measured, sheet: _Sheet, level: int) -> str:
    words, parts = sheet.words, []
    parts.append(f"<h{level}>{_safe(item.label)}</h{level}>")
    parts.append(_large(item, words))
    if item.low is not None and item.high is not None:
        parts.append(_scale(item))
        parts.append(f"<p>{_safe(item.interval)}</p>" if item.value else "")
    parts.append(f"<p>{_safe(item.reason)}</p>" if item.reason else "")
    parts.append(f'<p><span class="grade">{_safe(item.grade)}</span>{_safe(item.grade_words)}</p>')
    about = [x for x in (item.about, item.authors, " · ".join(item.notes)) if x]
    parts += [f'<p class="about">{_safe(x)}</p>' for x in about]
    parts.append(_evidence(item, words))
    return f'<div class="number"{_at(item.id)}>{"".join(parts)}</div>'


def _large(item: Measured, words: Words) -> str:
    if item.value:
        return f'<p class="figure">{_safe(item.value)}</p>'
    if item.interval:
        return f'<p class="figure thin">{_safe(item.interval)}</p>'
    return f'<p class="figure none">{_safe(words.say("not yet"))}</p>'


def _scale(item: Measured) -> str:
    """Return a thin picture of the interval beside the words that already say it."""
    low, high = item.low or 0.0, item.high or 0.0
    top = 1.0 if high <= 1 else 100.0 if high <= 100 else high * 1.15  # noqa: PLR2004 - shares, points, people
    x, size = low / top * 300, max((high - low) / top * 300, 3.0)
    dot = tag("rect", x=(item.middle or 0) / top * 300 - 2, y=0.0, width=4.0, height=14.0, fill=ink("bottiglia"))
    inside = (
        tag("rect", x=0.0, y=6.5, width=300.0, height=1.0, fill=ink("bordo"))
        + tag("rect", x=x, y=3.0, width=size, height=8.0, fill=ink("zucchero"), opacity="0.5")
        + (dot if item.middle is not None else "")
    )
    return tag("svg", inside, viewBox="0 0 300 14", preserveAspectRatio="none", aria_hidden="true")


def _evidence(item: Measured, words: Words) -> str:
    if not item.evidence:
        return ""
    links = " ".join(_said(link) for link in item.evidence)
    return f'<p class="evidence">{_safe(words.say("Evidence: posts"))} {links}</p>'


def _card(card: PostCard, words: Words, level: int) -> str:
    language = f' lang="{card.language}"' if _spoken(card.language, words) else ""
    marks = " · ".join(_safe(m) for m in card.marks)
    back = ", ".join(_said(Link(link.text, link.target)) for link in card.back)
    safe = _ADDRESS.fullmatch(card.url)
    source = f' · <a href="{_safe(card.url)}" rel="noopener noreferrer nofollow">{_safe(words.say("original"))}</a>'
    where = " · ".join(_safe(x) for x in (card.actor, card.place, card.day) if x)
    parts = (
        f"<h{level}>{_safe(card.number)}. <bdi>{_safe(card.author)}</bdi></h{level}>",
        f'<p class="meta">{where}{source if safe else ""}</p>',
        f'<blockquote dir="auto"{language}>{_safe(card.text)}</blockquote>',
        f'<p class="marks">{marks}{" · " if marks and card.counts else ""}{_safe(card.counts)}</p>',
        f'<p class="back">{_safe(words.say("see also"))}: {back}</p>' if back else "",
    )
    return f'<article id="{_safe(card.id)}">{"".join(parts)}</article>'


def _spoken(language: str, words: Words) -> bool:
    return bool(_TAG.fullmatch(language)) and language in words.locale.languages
