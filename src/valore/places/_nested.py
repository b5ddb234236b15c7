"""A JSON document whose long lists stand deep inside it, walked without holding more than one element.

`Export.items` opens the arrays that stand at the top; this walks to those below, and passes over
what nobody may read without making anything of it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

_BLOCK = 1 << 20
_ELEMENT = 16 << 20
"""Bytes of the largest value that is read."""
_BLANK = re.compile(rb"[ \t\r\n]*")
_SCALAR = re.compile(rb'[^\s,\]}\[{":]+')
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}"]', re.DOTALL)
"""A whole string, a bracket, or the beginning of a string that ends further on."""
_CONTROL = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
_MARK = b"\xef\xbb\xbf"


class Broken(ValueError):
    """The document ends here; `reason` is a code of `model.records.REASONS`."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        self.reason = reason
        super().__init__(reason)


class Walk:
    """A place in a document. What `keys` and `elements` stop at must be taken or passed over.

    Every method raises `Broken` where the document does, and `RefusedArchive` where its stream does.
    """

    def __init__(self, stream: BinaryIO) -> None:
        """Stand before the document."""
        self._stream, self._data, self._at = stream, b"", 0
        self._ended = self._inside = False
        self._grow()
        self._at = len(_MARK) if self._data.startswith(_MARK) else 0

    def peek(self) -> bytes:
        """Return the byte that comes next, behind blanks; empty at the end."""
        while True:
            self._at = _BLANK.match(self._data, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._data) or not self._grow():
                return self._data[self._at : self._at + 1]

    def keys(self) -> Iterator[str]:
        """Enter an object: stop before the value of each key."""
        self._expect(b"{")
        self._inside = True
        if self.peek() == b"}":
            self._expect(b"}")
            return
        while True:
            name = value(self.take() or b"null") if self.peek() == b'"' else None
            self._expect(b":")
            yield str(name)
            if self._expect(b",}") == b"}":
                return

    def elements(self) -> Iterator[int]:
        """Enter an array: stop before each element and say its number."""
        self._expect(b"[")
        self._inside = True
        if self.peek() == b"]":
            self._expect(b"]")
            return
        number = 0
        while True:
            yield number
            number += 1
            if self._expect(b",]") == b"]":
                return

    def take(self) -> bytes | None:
        """Return the next value as it is written; None when it is too large, which passes over it."""
        return self._span(_ELEMENT)

    def skip(self) -> None:
        """Pass over the next value, however large."""
        self._span(0)

    def _span(self, limit: int) -> bytes | None:
        """Pass over a value by its brackets and strings alone."""
        if self.peek() not in (b"{", b"[", b'"'):
            return self._scalar()
        parts, size, depth, start = [], 0, 0, self._at
        while True:
            found = _TOKEN.search(self._data, self._at)
            whole = found is not None and found[0] != b'"'
            edge = found.end() if whole and found else found.start() if found else len(self._data)
            self._at = edge
            if whole and found:
                depth += {b"{": 1, b"[": 1, b"}": -1, b"]": -1}.get(found[0], 0)
                if depth > 0:
                    continue
            size += edge - start
            parts += [self._data[start:edge]] if size <= limit else []
            if whole:
                return b"".join(parts) if size <= limit else None
            self._drop(edge)
            start = 0

    def _scalar(self) -> bytes:
        while True:
            found = _SCALAR.match(self._data, self._at)
            if found is None:
                raise Broken("bad_json" if self.peek() else "truncated")
            if found.end() < len(self._data):
                self._at = found.end()
                return found[0]
            if not self._grow():
                if self._inside:
                    raise Broken("truncated")
                self._at = len(self._data)
                return found[0]

    def _expect(self, marks: bytes) -> bytes:
        found = self.peek()
        if not found:
            raise Broken("truncated")
        if found not in marks:
            raise Broken("bad_json")
        self._at += 1
        return found

    def _drop(self, edge: int) -> None:
        """Forget what stands before `edge` and read on, which there must be."""
        self._data, self._at = self._data[edge:], 0
        if not self._grow():
            raise Broken("truncated")

    def _grow(self) -> bool:
        """Read on; False at the end."""
        if len(self._data) - self._at > _ELEMENT:
            raise Broken("too_large")
        part = b"" if self._ended else self._stream.read(_BLOCK)
        self._ended = not part
        self._data, self._at = self._data[self._at :] + part, 0
        return bool(part)


def value(written: bytes) -> Any:
    r"""Return what a piece of JSON says, also where control characters are written as `\x1f`.

    Raises:
        Broken: it says nothing.
    """
    try:
        return orjson.loads(written)
    except ValueError:
        mended = _CONTROL.sub(lambda m: b"\\u00" + m[1] if m[1] else m[0], written)
    try:
        return json.loads(mended.decode("utf-8", "replace"))
    except RecursionError:
        raise Broken("too_deep") from None
    except ValueError:
        raise Broken("bad_json") from None
