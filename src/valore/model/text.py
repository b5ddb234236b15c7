"""Text as people wrote it, out of text as places wrote it. Pure: no files, no settings.

Repaired text has no NUL, no half of a surrogate pair, and is in the composed form (NFC), so that
it can be stored, compared and searched. HTML becomes plain text here and nowhere else.
"""

import html as entities
import re
import unicodedata
from collections.abc import Sequence

from lxml import etree

CAP = 65_536
"""Characters of HTML that are given to a parser; longer ones lose their tags without one."""
DEPTH = 200
"""Levels of nesting that are given to a parser."""

_VOID = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    )
)
_LOOSE = frozenset(("p", "li", "dt", "dd", "tr", "td", "th", "option"))
"""Elements that end without saying so: an open one does not nest the next."""
_SILENT = frozenset(("script", "style", "template", "head", "iframe", "object", "svg", "math"))
_LINES = frozenset(
    (
        *("address", "article", "aside", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure"),
        *("footer", "form", "header", "li", "main", "nav", "ol", "section", "table", "tr", "ul"),
    )
)
_PARAGRAPHS = frozenset(("blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p", "pre"))
_LINE, _PARAGRAPH = "\x1d", "\x1e"
"""Marks of a border between blocks; several borders at one spot make one break."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_MARKUP = re.compile(r"<(?:!--.*?(?:-->|\Z)|(/?)([a-zA-Z][a-zA-Z0-9:-]*)[^<>]*>|[!?][^>]*>)", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_BREAK = re.compile(r" ?[\n\x1d\x1e][ \n\x1d\x1e]*")


def repair(text: str) -> str:
    r"""Return the text without NUL, with surrogate pairs joined and lone ones as U+FFFD, in NFC.

    >>> repair("caff\ud83d\ude00e\u0300\x00") == "caff😀è"
    True
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def repaired(texts: Sequence[str]) -> Sequence[str]:
    """Return many texts as `repair` does; where there is nothing to repair in any, these very ones."""
    whole = "".join(texts)
    return texts if whole.isascii() and "\x00" not in whole else [repair(text) for text in texts]


def mojibake(text: str) -> str:
    r"""Undo UTF-8 that was written as if it were Latin-1 (as Meta's archives do); else return it as it is.

    >>> mojibake("perch\u00c3\u00a9"), mojibake("perché")
    ('perché', 'perché')
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def plain(html: str) -> str:
    r"""Return the words of a piece of HTML, repaired; breaks and blocks become line breaks.

    Links keep their text, scripts and styles are dropped, entities are decoded. A text longer than
    `CAP` or nested deeper than `DEPTH` is not parsed: its tags are cut out by pattern, which keeps
    every word but may keep a stray mark.

    >>> plain('<p>Nuovo <a href="https://lume.example">sito</a>!<br>Eccolo.</p><p>A &amp; B</p>')
    'Nuovo sito!\nEccolo.\n\nA & B'
    """
    html = repair(html)
    if "<" not in html:
        return _tidy(_BLANKS.sub(" ", entities.unescape(html)))
    if len(html) > CAP or _depth(html) > DEPTH:
        return _stripped(html)
    root = _parsed(html)
    return _tidy(_words(root)) if root is not None else _stripped(html)


def _depth(html: str) -> int:
    """Return the deepest nesting that the tags can make; never less than what a parser would see."""
    depth = deepest = 0
    for closing, name in _TAG.findall(html):
        name = name.lower()  # noqa: PLW2901 - the same name, in the form that is compared
        if name in _VOID or name in _LOOSE:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _parsed(html: str) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(html.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _words(root: etree._Element) -> str:
    """Walk the tree without recursion and return its text with a break where a block begins or ends."""
    parts: list[str] = []
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag
        if skipped is None and event == "start":
            if name in _SILENT:
                skipped = element
                continue
            parts += (_break(name), _flowing(element.text, name))
        elif event == "end":
            skipped = None if element is skipped else skipped
            if skipped is None:
                parts += ("" if name == "br" else _break(name), _flowing(element.tail, ""))
    return "".join(parts)


def _break(name: str) -> str:
    if name == "br":
        return "\n"
    if name in _PARAGRAPHS:
        return _PARAGRAPH
    return _LINE if name in _LINES else ""


def _flowing(text: str | None, name: str) -> str:
    """Return a text node with its blanks collapsed, as a browser shows it (but for `pre`)."""
    if not text:
        return ""
    return text if name == "pre" else _BLANKS.sub(" ", text)


def _stripped(html: str) -> str:
    """Cut tags out by pattern, in linear time."""
    text = _MARKUP.sub(lambda tag: _break((tag[2] or "").lower()), _BLANKS.sub(" ", html))
    return _tidy(entities.unescape(text))


def _tidy(text: str) -> str:
    return repair(_BREAK.sub(_written, _SPACES.sub(" ", text)).strip())


def _written(borders: re.Match[str]) -> str:
    run = borders[0]
    return "\n\n" if _PARAGRAPH in run or run.count("\n") > 1 else "\n"
