"""The bytes of a table: unpacked, in UTF-8, on disk where a reader needs a file of its own."""

import contextlib
import gzip
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
