"""The bytes of a table: unpacked, in UTF-8, on disk where a reader needs a file of its own."""

import codecs
import contextlib
import gzip
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from python_calamine import CalamineError

from valore.errors import RefusedArchive, SourceError
from valore.model.source import Export
from valore.places._layout import Layout

_LARGEST = 16 * 1024**3
"""Bytes that a compressed table may hold."""
_ESCAPED = re.compile("[\udc80-\udcff]")
_BROKEN = (pa.ArrowException, duckdb.Error, CalamineError, OSError, EOFError, UnicodeError)


@contextlib.contextmanager
def typed(member: str) -> Iterator[None]:
    """Turn what a reader throws at a damaged file into one error with the file's name.

    Raises:
        SourceError: always in place of the reader's own error.
    """
    try:
        yield
    except _BROKEN as error:
        raise SourceError("{file} is damaged or not a table that can be read", file=member) from error


@contextlib.contextmanager
def opened(source: Export, member: str, shape: Layout) -> Iterator[Any]:
    """Open a table as a stream of UTF-8 (or of the format's own bytes)."""
    with source.open(member) as stream:
        plain = gzip.GzipFile(fileobj=stream) if shape.gzip else stream
        yield _utf8(plain, shape.encoding)


@contextlib.contextmanager
def on_disk(source: Export, member: str, shape: Layout) -> Iterator[Path]:
    """Give a plain UTF-8 file: the member itself, or a copy that lives as long as it is read.

    A path that a reader would take for a pattern is copied too.
    """
    plain = source.path(member) if not shape.gzip and shape.encoding == "utf-8" else None
    if plain is not None and not set("*?[") & set(str(plain)):
        yield plain
        return
    with tempfile.NamedTemporaryFile(prefix="valore-table-") as copy:
        with typed(member), opened(source, member, shape) as stream:
            _copy(stream, copy, member)
        copy.flush()
        yield Path(copy.name)


class Sound:
    """A stream that is UTF-8 throughout: bytes that are not are read as cp1252."""

    closed = False

    def __init__(self, stream: Any) -> None:
        """Wrap a binary stream."""
        self._stream, self._ready, self._given = stream, b"", 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none only at the end."""
        while not self._ready and self._stream is not None:
            data = self._stream.read(size)
            self._given += len(data)
            if self._given > _LARGEST:
                raise OSError(self._given)
            self._ready = _sound(self._decoder.decode(data, final=not data))
            self._stream = self._stream if data else None
        given, self._ready = self._ready[:size], self._ready[size:]
        return given

    def readable(self) -> bool:
        """Say yes."""
        return True

    def close(self) -> None:
        """Leave the stream to whoever opened it."""
        self.closed = True


def _sound(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _ESCAPED.sub(_as_cp1252, text).encode()


def _as_cp1252(escaped: re.Match[str]) -> str:
    return bytes([ord(escaped[0]) - 0xDC00]).decode("cp1252", "replace")


def _utf8(stream: Any, encoding: str) -> Any:
    if encoding == "utf-8":
        return stream
    return pa.transcoding_input_stream(pa.PythonFile(stream, mode="r"), encoding, "utf-8")


def _copy(stream: Any, copy: Any, member: str) -> None:
    size = 0
    while piece := stream.read(1 << 20):
        size += len(piece)
        if size > _LARGEST:
            raise RefusedArchive("{file} grows beyond the limit when it is unpacked", file=member)
        copy.write(piece)
