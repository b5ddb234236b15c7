"""A stream of XML as parsers can bear it."""

from typing import BinaryIO

_FORBIDDEN = bytes((*range(9), 11, 12, *range(14, 32)))
"""What no XML may hold, and posts that were pasted do."""


class Clean:
    """A stream without the bytes that no XML may hold, which remembers how it ended."""

    def __init__(self, stream: BinaryIO, end: bytes) -> None:
        """Read from `stream` a document whose last tag is `end`."""
        self._stream, self._end, self._tail, self._ended = stream, end, b"", False

    def read(self, size: int = -1) -> bytes:
        """Return what comes next; empty at the end."""
        while data := self._stream.read(size):
            if kept := data.translate(None, _FORBIDDEN):
                self._tail = (self._tail + kept)[-64:]
                return kept
        self._ended = True
        return b""

    @property
    def fault(self) -> str:
        """Why it cannot be parsed: `truncated` when it ended before the document did, else `bad_xml`."""
        return "truncated" if self._ended and not self._tail.rstrip().endswith(self._end) else "bad_xml"
