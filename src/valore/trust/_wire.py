"""How a child process and its parent speak: JSON with a length before it, then tables as Arrow streams.

What comes from the child is data: its JSON is decoded to plain values, its tables are checked whole.
"""

import io
import os
import select
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, NamedTuple

import msgspec
import pyarrow as pa

_LENGTH = struct.Struct(">I")
_LARGEST = 64 << 20
"""Bytes of the JSON of one message: the names of 100,000 members fit."""
_STEP = 1 << 20


class Gone(Exception):
    """The other side has closed the pipe."""


class Silent(Exception):
    """Nothing came for too long."""


class Garbled(Exception):
    """What came is no message."""


class Told(NamedTuple):
    """One message of the child."""

    kind: str
    value: Any
    """Plain values, as JSON has them."""
    tables: Mapping[str, pa.Table]


class _Head(msgspec.Struct):
    kind: str
    value: Any = None
    tables: tuple[str, ...] = ()


class Ear(io.RawIOBase):
    """Reads messages from a pipe, with a limit on silence and on length."""

    def __init__(self, stream: BinaryIO, silence: float, largest: int) -> None:
        """Read `stream`; wait at most `silence` seconds for a byte, take at most `largest` of them for tables."""
        self._fd, self._silence, self._largest = stream.fileno(), silence, largest
        self._left = 0
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLIN)

    def hear(self) -> Told:
        """Wait for the next message.

        Raises:
            Gone: the child has ended.
            Silent: it says nothing.
            Garbled: it says what is no message.
        """
        length = _LENGTH.unpack(self._exactly(_LENGTH.size))[0]
        if length > _LARGEST:
            raise Garbled
        try:
            head = msgspec.json.decode(self._exactly(length), type=_Head)
            self._left = self._largest
            tables = {name: self._table() for name in head.tables}
        except (msgspec.MsgspecError, pa.ArrowException, UnicodeError, OSError) as error:
            raise Garbled from error
        return Told(head.kind, head.value, tables)

    def _table(self) -> pa.Table:
        with pa.ipc.open_stream(pa.PythonFile(self, mode="r")) as stream:
            table = stream.read_all()
        table.validate(full=True)
        return table

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes of a table."""
        self._left -= size
        if size < 0 or self._left < 0:
            raise OSError(size)
        return self._exactly(size)

    def close(self) -> None:
        """Leave the pipe open: the next message comes through it too."""

    def _exactly(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size > 0:
            if not self._poll.poll(self._silence * 1000):
                raise Silent
            part = os.read(self._fd, min(size, _STEP))
            if not part:
                raise Gone
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def say(stream: BinaryIO, kind: str, value: Any, tables: Mapping[str, pa.Table]) -> None:
    """Write one message.

    Raises:
        BrokenPipeError: nobody listens.
    """
    head = msgspec.json.encode(_Head(kind, value, tuple(tables)), enc_hook=_plain)
    stream.write(_LENGTH.pack(len(head)) + head)
    for table in tables.values():
        with pa.ipc.new_stream(pa.PythonFile(stream, mode="w"), table.schema) as out:
            out.write_table(table)
    stream.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value))


def send(stream: BinaryIO, data: bytes) -> None:
    """Write a request to the child."""
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Read a request of the parent; None when there will be no more."""
    head = stream.read(_LENGTH.size)
    return stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else None
