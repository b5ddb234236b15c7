"""Streams that count what they give and stop at the limits."""

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from valore.errors import RefusedArchive
from valore.trust.limits import Limits

DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OverflowError,
    IndexError,
    UnicodeError,
)
"""What the standard readers raise on broken archives."""


Beat = Callable[[], None]
"""Called for each step on in reading, so that whoever waits knows that it goes on."""
_STEP = 1 << 18
"""Bytes asked for at once: what lies before damage is lost by at most this much."""


class Source(Protocol):
    """Bytes that end, or raise one of `DAMAGE`."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""

    def close(self) -> None:
        """Give back what is held."""


@dataclass(slots=True)
class Budget:
    """What is still allowed of one archive, shared by all its streams."""

    file: str
    limits: Limits
    beat: Beat
    produced: int = 0

    def take(self, amount: int) -> None:
        """Count `amount` more bytes.

        Raises:
            RefusedArchive: when the archive has given more than its limit.
        """
        self.produced += amount
        self.beat()
        if self.produced > self.limits.total:
            raise RefusedArchive("{file} unpacks to more than {limit} bytes", file=self.file, limit=self.limits.total)


class Beating(io.RawIOBase):
    """A plain file, each read of which is a step on."""

    def __init__(self, file: BinaryIO, beat: Beat) -> None:
        """Read `file`."""
        self._file, self._beat = file, beat

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go somewhere in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return where reading stands."""
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer`; return how many bytes were written, 0 at the end."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, fewer at the end; all that is left where it is negative."""
        self._beat()
        return self._file.read(size)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


class Metered(io.RawIOBase):
    """A member's bytes under the limits; damage becomes a typed error that names file and position."""

    def __init__(self, source: Source, member: str, budget: Budget, packed: Callable[[], int]) -> None:
        """Read `source`; `packed()` says how many bytes of the archive it has used up so far."""
        self._source, self._member, self._budget, self._packed = source, member, budget, packed
        self._given = 0
        self._damage: Exception | None = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer`; return how many bytes were written, 0 at the end."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes (negative: a mebibyte), fewer only at the end or before damage.

        Raises:
            RefusedArchive: on damage, after all that could be read, or when a limit is passed.
        """
        parts: list[bytes] = []
        left = size if size >= 0 else 1 << 20
        while left > 0 and (data := self._step(min(left, _STEP))):
            parts.append(data)
            left -= len(data)
        if self._damage is not None and not parts:
            raise self._refused("{file}: '{member}' is damaged after {position} bytes") from self._damage
        return b"".join(parts)

    def _step(self, size: int) -> bytes:
        if self._damage is not None:
            return b""
        try:
            data = self._source.read(size)
        except DAMAGE as error:
            self._damage = error
            return b""
        self._given += len(data)
        self._budget.take(len(data))
        self._check()
        return data

    def readall(self) -> bytes:
        """Return all that is left."""
        return b"".join(iter(lambda: self.read(1 << 20), b""))

    def close(self) -> None:
        """Close the stream below as well."""
        if not self.closed:
            self._source.close()
        super().close()

    def _check(self) -> None:
        limits = self._budget.limits
        if self._given > limits.member:
            raise self._refused("{file}: '{member}' unpacks to more than the limit ({position} bytes)")
        if self._given > limits.free and self._given > limits.ratio * max(self._packed(), 1):
            raise self._refused("{file}: '{member}' unpacks to far more than it holds ({position} bytes)")

    def _refused(self, message: str) -> RefusedArchive:
        return RefusedArchive(message, file=self._budget.file, member=self._member, position=self._given)
