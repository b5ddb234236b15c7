"""The elements of one array, as they come.

The quick way parses many at once: the bytes at hand are cut where a border between two elements
stands, and put between brackets. A beginning of a row of elements is a valid row exactly when it
was cut between two of them, so the parser itself proves the cut right. Where it does not, elements
are scanned one by one, and each that cannot be read becomes a `Fault`.
"""

import re
from collections.abc import Generator
from typing import TypeGuard

from valore.model.records import Fault, Where
from valore.model.source import Page
from valore.trust._json_buffer import Buffer
from valore.trust._json_parser import Parsed, Parser
from valore.trust._json_value import Unreadable, value_of

REPAIRS = 20
"""How often reading goes on behind an element that swallowed the following ones."""

CHUNK = 1 << 15
"""Bytes parsed at once: so few that the values stay in the processor's cache, and young for the collector."""
SHAPED = 1 << 17
"""The same, of a shape: few of the bytes become objects."""

_SPACE = b" \t\r\n"
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},]', re.DOTALL)
_BORDER = re.compile(rb'[}\]][ \t\r\n]*,[ \t\r\n]*[{\[](?:[ \t\r\n]*"[^"\\]{1,80}")?')


class Rows:
    """Reads the elements of the array at whose first element (or end) the buffer stands."""

    def __init__(self, buffer: Buffer, file: str, prefix: str, limit: int, parser: Parser) -> None:
        """Name elements `prefix`/0, `prefix`/1…; one longer than `limit` bytes is a fault."""
        self._buffer, self._file, self._prefix, self._limit = buffer, file, prefix, limit
        self._parser, self._chunk = parser, SHAPED if parser.shaped else CHUNK
        self._elements = f"{prefix}/"
        self._number = 0
        self._borders: tuple[bytes, ...] = ()
        self._slow_until = 0
        self._repairs = REPAIRS

    def read(self) -> Generator[Page | Fault, None, bool]:
        """Yield the elements; return whether the array ended as it should, the buffer then standing behind it."""
        buffer = self._buffer
        while (mark := buffer.peek()) != b"]":
            if not mark:
                yield self._fault("truncated")
                return False
            many = self._many()
            if many is not None:
                start, self._number = self._number, self._number + len(many.values)
                yield Page(self._elements, start, *many)
            else:
                item = self._one()
                goes_on = not isinstance(item, Fault) or self._go_on(item)
                yield item._replace(reason="bad_json") if goes_on and _cut(item) else item
                if not goes_on:
                    return False
                self._number += 1
        buffer.position += 1
        return True

    def _many(self) -> Parsed | None:
        """Return many elements at once, or None where they must be taken one by one."""
        buffer = self._buffer
        if not buffer.ended and buffer.left < self._slack():
            buffer.more()
        if buffer.lengthy or buffer.dropped + buffer.position < self._slow_until or not self._borders:
            return None
        for border in self._borders:
            at = self._cut_at(border)
            if at > 0 and (many := self._row(at + 1)) is not None:
                buffer.position = at + border.index(b",") + 1
                return many
        self._slow_until = buffer.dropped + min(buffer.position + self._chunk, len(buffer.data))
        return None

    def _row(self, end: int) -> Parsed | None:
        data = memoryview(self._buffer.data)[self._buffer.position : end]
        return self._parser.row(b"".join((b"[", data, b"]")))

    def _cut_at(self, border: bytes) -> int:
        """Return where the last border within a chunk stands, else the first behind it, else -1."""
        data, start = self._buffer.data, self._buffer.position
        at = data.rfind(border, start, start + self._chunk)
        return at if at > 0 else data.find(border, start + self._chunk)

    def _slack(self) -> int:
        """Bytes below which more are read first: a quarter of a block."""
        return self._buffer.block // 4

    def _one(self) -> Page | Fault:
        """Return the next element; the buffer goes behind it and its comma when it could be read."""
        buffer = self._buffer
        end = value_end(buffer, self._limit)
        if end is None:
            return self._fault("truncated" if buffer.ended else "too_large")
        try:
            value = value_of(buffer.data[buffer.position : end], lengthy=buffer.lengthy)
        except Unreadable as error:
            return self._fault(error.reason)
        self._learn(end)
        buffer.position = end + (buffer.data[end : end + 1] == b",")
        return Page(self._elements, self._number, [value])

    def _learn(self, end: int) -> None:
        """Remember what stands between this element and the next: with the next one's first key, and without."""
        data = self._buffer.data
        last = end - 1
        while data[last : last + 1] in _SPACE:
            last -= 1
        border = _BORDER.match(data, last)
        if border is not None:
            short = border[0].partition(b'"')[0]
            self._borders = tuple(dict.fromkeys((border[0], short.rstrip(_SPACE) if b'"' in border[0] else short)))

    def _go_on(self, fault: Fault) -> bool:
        """Go behind a bad element: to the next border, or to where it seemed to end; False when there is none."""
        buffer = self._buffer
        end = None if fault.reason == "too_large" else value_end(buffer, self._limit)
        border = self._borders[0] if self._borders else None
        at = buffer.data.find(border, buffer.position) if border and self._repairs else -1
        if border and at >= 0 and (end is None or at < end):
            self._repairs -= 1
            buffer.position = at + border.index(b",") + 1
            return True
        if end is None or buffer.data[end : end + 1] == b"}":
            return False
        buffer.position = end + (buffer.data[end : end + 1] == b",")
        return True

    def _fault(self, reason: str) -> Fault:
        return Fault(Where(self._file, f"{self._prefix}/{self._number}"), reason)


def value_end(buffer: Buffer, limit: int) -> int | None:
    """Return where the value at the position ends (at `,`, `]` or `}`), reading on as needed.

    None when the document ends first, or the value is longer than `limit` bytes.
    """
    while True:
        depth = 0
        for found in _TOKEN.finditer(buffer.data, buffer.position):
            token = found[0]
            if token in b"[{":
                depth += 1
            elif token == b'"':
                break
            elif token in b"]},":
                if depth == 0:
                    return found.start()
                depth -= token != b","
        if buffer.ended or buffer.left > limit:
            return None
        buffer.more()


def _cut(item: Page | Fault) -> TypeGuard[Fault]:
    return isinstance(item, Fault) and item.reason == "truncated"
