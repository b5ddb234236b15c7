"""JSON documents of any length as a stream of their elements, in bounded memory.

One policy for what JSON leaves open: of keys that come twice the last counts; whole numbers beyond
64 bits are read as floating point; NaN, infinities, numbers beyond floating point and those of more
than 40 digits in a row are faults (`bad_number`); so is nesting deeper than the parser's 1,024
levels (`too_deep`). Values are never walked recursively.
"""

import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any, BinaryIO

from valore.model.records import Fault, Where
from valore.model.source import Page
from valore.trust._json_buffer import Buffer
from valore.trust._json_parser import Parsed, Parser
from valore.trust._json_rows import Rows, value_end
from valore.trust._json_value import Unreadable, value_of

BLOCK = 2 << 20
"""Bytes read at once."""
ELEMENT = 16 << 20
"""Largest element, in bytes."""

_PREFIX = re.compile(rb"\s*(?:var\s+)?[A-Za-z_$][\w$]*(?:\.[\w$]+)*\s*=\s*(?=[\[{])")
_LONGEST_PREFIX = 1024
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_LINES = (".jsonl", ".ndjson")
_END = b" \t\r\n;\0"


def items(
    stream: BinaryIO, file: str, *, block: int = BLOCK, element: int = ELEMENT
) -> Iterator[tuple[str, Any] | Fault]:
    """Yield (pointer, value) for each element of `pages`, and a `Fault` for what cannot be read."""
    for page in pages(stream, file, block=block, element=element):
        if isinstance(page, Fault):
            yield page
        elif page.first is None:
            yield page.prefix, page.values[0]
        else:
            prefix = page.prefix
            yield from ((f"{prefix}{n}", value) for n, value in enumerate(page.values, page.first))


def pages(
    stream: BinaryIO, file: str, *, block: int = BLOCK, element: int = ELEMENT, shape: type | None = None
) -> Iterator[Page | Fault]:
    """Yield the elements many at a time, and a `Fault` for what cannot be read.

    Args:
        stream: The document: an array, an object, or one value a line (NDJSON); UTF-8 or UTF-16,
            with or without a byte order mark, with or without `window.YTD.tweets.part0 =` before it.
        file: Name for the faults.
        block: Bytes read at once.
        element: Largest element in bytes; a larger one is a fault.
        shape: A `msgspec.Struct` that names what is wanted of each element of an array; see `Export.pages`.
    """
    buffer = Buffer(stream, block)
    _pass_prefix(buffer)
    yield from _document(buffer, file, element, Parser(shape))
    if buffer.damage is not None:
        yield Fault(Where(file, ""), "damaged", str(buffer.damage))


def _pass_prefix(buffer: Buffer) -> None:
    """Go behind `window.YTD.tweets.part0 =`, which makes a script of the document."""
    if buffer.peek() in (b"", b"[", b"{"):
        return
    while not buffer.ended and buffer.left < _LONGEST_PREFIX:
        buffer.more()
    prefix = _PREFIX.match(buffer.data, buffer.position, buffer.position + _LONGEST_PREFIX)
    buffer.position = prefix.end() if prefix else buffer.position


def _document(buffer: Buffer, file: str, limit: int, parser: Parser) -> Iterator[Page | Fault]:
    mark = buffer.peek()
    if mark and _is_lines(buffer, file):
        yield from _lines(buffer, file, limit)
    elif mark not in (b"[", b"{"):
        yield Fault(Where(file, ""), "bad_json" if mark else "no_content")
    elif mark == b"[" and (row := _whole_row(buffer, parser)):
        yield Page("/", 0, *row)
    elif mark == b"{" and (whole := _whole(buffer)) is not None:
        yield from _inside(whole)
    else:
        buffer.position += 1
        rows = Rows(buffer, file, "", limit, parser)
        closed = yield from rows.read() if mark == b"[" else _object(buffer, file, limit)
        if closed and buffer.peek() not in (b"", b";"):
            yield Fault(Where(file, ""), "bad_json")


def _whole_row(buffer: Buffer, parser: Parser) -> Parsed | None:
    """Return the elements of an array that is all at hand and sound, else None."""
    if not buffer.ended or buffer.lengthy:
        return None
    return parser.row(buffer.data[buffer.position :].rstrip(_END))


def _whole(buffer: Buffer) -> Any:
    """Return the document when it is all at hand and sound, else None."""
    if not buffer.ended:
        return None
    try:
        return value_of(buffer.data[buffer.position :].rstrip(_END), lengthy=buffer.lengthy)
    except Unreadable:
        return None


def _inside(whole: Mapping[str, Any]) -> Iterator[Page]:
    for key, value in whole.items():
        pointer = _pointer(key)
        if isinstance(value, list):
            yield Page(f"{pointer}/", 0, value)
        else:
            yield Page(pointer, None, [value])


def _object(buffer: Buffer, file: str, limit: int) -> Generator[Page | Fault, None, bool]:
    """Stream an object: the elements of its arrays, the values of its other keys."""
    while (mark := buffer.peek()) != b"}":
        if mark == b",":
            buffer.position += 1
            continue
        pointer = _key(buffer, limit)
        if pointer is None:
            yield Fault(Where(file, ""), "truncated" if buffer.ended and not buffer.left else "bad_json")
            return False
        if buffer.peek() == b"[":
            buffer.position += 1
            closed = yield from Rows(buffer, file, pointer, limit, Parser(None)).read()
        else:
            closed = yield from _single(buffer, file, pointer, limit)
        if not closed:
            return False
    buffer.position += 1
    return True


def _key(buffer: Buffer, limit: int) -> str | None:
    """Read a key and its colon; return its pointer, None when there is none (the rest is then passed over)."""
    colon = -1
    while buffer.peek() == b'"' and colon < 0:
        end = _string_end(buffer)
        if end > 0:
            colon = buffer.data.find(b":", end, end + 64)
        if colon < 0 and (buffer.ended or buffer.left > limit):
            break
        if colon < 0:
            buffer.more()
    if colon < 0:
        buffer.position = len(buffer.data) if buffer.ended else buffer.position
        return None
    try:
        key = value_of(buffer.data[buffer.position : colon])
    except Unreadable:
        return None
    buffer.position = colon + 1
    return _pointer(key)


def _string_end(buffer: Buffer) -> int:
    found = _STRING.match(buffer.data, buffer.position)
    return found.end() if found else -1


def _single(buffer: Buffer, file: str, pointer: str, limit: int) -> Generator[Page | Fault, None, bool]:
    end = value_end(buffer, limit)
    if end is None:
        yield Fault(Where(file, pointer), "truncated" if buffer.ended else "too_large")
        return False
    yield _value(buffer.data[buffer.position : end], file, pointer, lengthy=buffer.lengthy)
    buffer.position = end
    return buffer.data[end : end + 1] != b"]"


def _is_lines(buffer: Buffer, file: str) -> bool:
    """Tell one value a line: by the file's name, or because the first line is whole and another follows."""
    if file.lower().endswith(_LINES):
        return True
    end = buffer.data.find(b"\n", buffer.position)
    if end < 0 or buffer.data[end : end + 256].lstrip()[:1] != b"{":
        return False
    try:
        value_of(buffer.data[buffer.position : end])
    except Unreadable:
        return False
    return True


def _lines(buffer: Buffer, file: str, limit: int) -> Iterator[Page | Fault]:
    number = 1
    while True:
        end = len(buffer.data) if buffer.ended else buffer.data.rfind(b"\n", buffer.position)
        if end < 0 and buffer.left > limit:
            yield Fault(Where(file, f"L{number}"), "too_large")
            return
        if end >= 0:
            lines = buffer.data[buffer.position : end].split(b"\n")
            last = lines.pop() if buffer.ended else b""
            for line in lines:
                if line and not line.isspace():
                    yield _value(line, file, f"L{number}", lengthy=buffer.lengthy)
                number += 1
            buffer.position = min(end + 1, len(buffer.data))
        if buffer.ended:
            yield from _last(last, file, f"L{number}")
            return
        buffer.more()


def _last(line: bytes, file: str, pointer: str) -> Iterator[Page | Fault]:
    """Read the line that no line break ends: when it cannot be read, the file was cut there."""
    if line and not line.isspace():
        item = _value(line, file, pointer)
        yield item._replace(reason="truncated") if isinstance(item, Fault) else item


def _value(data: bytes, file: str, pointer: str, *, lengthy: bool = True) -> Page | Fault:
    try:
        return Page(pointer, None, [value_of(data, lengthy=lengthy)])
    except Unreadable as error:
        return Fault(Where(file, pointer), error.reason)


def _pointer(key: str) -> str:
    """Return `/key` as a JSON pointer writes it. Source: RFC 6901."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
