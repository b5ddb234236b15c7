"""A window on a stream of JSON bytes, always UTF-8."""

import codecs
from typing import BinaryIO

from valore.errors import RefusedArchive
from valore.trust._json_digits import lengthy

_SPACE = b" \t\r\n"
_BOM = codecs.BOM_UTF8


class Buffer:
    """The bytes at hand and where reading stands; what was passed is dropped when more is read."""

    def __init__(self, stream: BinaryIO, block: int) -> None:
        """Take `stream`, from which `block` bytes are read at once."""
        self._stream, self.block = stream, block
        self._decoder: codecs.IncrementalDecoder | None = None
        self.data = b""
        self.position = 0
        self.dropped = 0
        """Bytes before `data`, so that `dropped + position` only grows."""
        self.ended = False
        self.lengthy = False
        """Whether more than 40 digits stand in a row among the bytes at hand; then each value is looked at alone."""
        self.damage: RefusedArchive | None = None
        """Why the archive could give no more, where it is damaged."""
        self.more()
        self._detect()

    @property
    def left(self) -> int:
        """Bytes at hand from the position on."""
        return len(self.data) - self.position

    def more(self) -> None:
        """Read another block, or as much again as is at hand, so that growing costs linear time."""
        kept = self.data[self.position :]
        self.dropped += self.position
        self.position = 0
        fresh = self._read(max(self.block, len(kept)))
        self.data = kept + (fresh if self._decoder is None else self._recode(fresh))
        self.lengthy = lengthy(self.data)

    def peek(self) -> bytes:
        """Go to the next byte that is no blank and return it; b"" at the end."""
        while True:
            byte = self.data[self.position : self.position + 1]
            if byte and byte not in _SPACE:
                return byte
            if not byte and self.ended:
                return b""
            if not byte:
                self.more()
                continue
            rest = self.data[self.position : self.position + 256]
            self.position += len(rest) - len(rest.lstrip(_SPACE))

    def _read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size > 0 and not self.ended:
            try:
                part = self._stream.read(size)
            except RefusedArchive as error:
                self.damage, part = error, b""
            self.ended = not part
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _detect(self) -> None:
        """Recognise UTF-16 by its mark or by the NUL beside the first sign; drop a mark."""
        head = self.data[:4]
        if head.startswith(_BOM):
            self.position = len(_BOM)
        elif head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or (len(head) > 1 and 0 in head[:2]):
            little = head[:2] == codecs.BOM_UTF16_LE or head[1] == 0
            self._decoder = codecs.getincrementaldecoder("utf-16-le" if little else "utf-16-be")("surrogatepass")
            self.data = self._recode(self.data)
            self.lengthy = lengthy(self.data)
            self.position = len(_BOM) if self.data.startswith(_BOM) else 0

    def _recode(self, data: bytes) -> bytes:
        assert self._decoder is not None
        try:
            return self._decoder.decode(data, self.ended).encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            sound = codecs.decode(error.object[: error.start], error.encoding, "surrogatepass")
            return sound.encode("utf-8", "surrogatepass") + b"\xff"
