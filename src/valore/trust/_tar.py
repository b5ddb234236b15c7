"""TAR archives, plain or gzipped: listed in one pass, then each member read from where it lies."""

import io
import tarfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from valore.errors import RefusedArchive
from valore.model.source import Member
from valore.trust._export import Opened
from valore.trust._meter import DAMAGE, Beat, Budget, Metered
from valore.trust._names import distinct, vetted
from valore.trust.limits import MIB, Limits

_HEADER = 16 * MIB
"""Largest single read while listing: a header that asks for more is not an honest one."""
_HEAD = 65_536
_HEADS = 32 * MIB
"""Kept in memory of the beginnings of members, so that recognising a place needs no second pass."""


class _Span(NamedTuple):
    start: int
    size: int


class Tarred(Opened):
    """A TAR archive. A gzipped one is read again from its start for each member that is opened."""

    def __init__(self, path: Path, limits: Limits, beat: Beat, *, packed: bool) -> None:
        """List the archive; one that ends in the middle gives the members before that.

        Raises:
            RefusedArchive: when nothing can be read, it is too large, or built to hurt.
        """
        if path.stat().st_size > limits.archive:
            raise RefusedArchive(
                "{file} is larger than {limit} bytes; unpack it and give the folder",
                file=path.name,
                limit=limits.archive,
            )
        self.name, self._path, self._limits, self._packed = path.name, path, limits, packed
        self._beat, self._budget = beat, Budget(path.name, limits, beat)
        self._spans: dict[str, _Span] = {}
        self._heads: dict[str, bytes] = {}
        self._kept = 0
        self.members = tuple(self._list())

    def open(self, member: str) -> BinaryIO:
        """Open one member as a bounded stream."""
        span = self._spans.get(member)
        if span is None:
            raise self._unknown(member)
        stream = self._stream()
        try:
            stream.skip(span.start)
        except DAMAGE as error:
            stream.close()
            raise RefusedArchive("{file}: '{member}' cannot be reached", file=self.name, member=member) from error
        metered = Metered(_Slice(stream, span.size), member, self._budget, stream.used)
        return cast("BinaryIO", metered)

    def head(self, member: str, size: int = _HEAD) -> bytes:
        """Return the first bytes, from memory where they were kept."""
        kept = self._heads.get(member)
        if kept is not None and (size <= len(kept) or len(kept) == self._spans[member].size):
            return kept[:size]
        return super().head(member, size)

    def _stream(self) -> "_Stored | _Inflated":
        file = self._path.open("rb")
        return _Inflated(file) if self._packed else _Stored(file)

    def _list(self) -> list[Member]:
        stream = self._stream()
        limits = replace(self._limits, member=self._limits.total)
        metered = Metered(stream, self.name, Budget(self.name, limits, self._beat), stream.used)
        members: list[Member] = []
        with metered:
            try:
                self._walk(_Forward(metered), members)
            except (RefusedArchive, *DAMAGE) as error:
                cut = isinstance(error, DAMAGE) or isinstance(error.__cause__, DAMAGE)
                if not cut:
                    raise
                if not members:
                    raise RefusedArchive("{file} is damaged or empty", file=self.name) from error
        distinct((m.name for m in members), self.name)
        return members

    def _walk(self, stream: "_Forward", members: list[Member]) -> None:
        with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r:") as archive:
            while (info := archive.next()) is not None:
                if not info.isdir():
                    self._add(info, members, stream)

    def _add(self, info: tarfile.TarInfo, members: list[Member], stream: "_Forward") -> None:
        name = vetted(info.name, self.name, self._limits)
        if not info.isreg() or info.issparse():
            raise RefusedArchive("{file}: '{member}' is a link or a device", file=self.name, member=name)
        if len(members) >= self._limits.members:
            raise RefusedArchive("{file} lists too many files", file=self.name)
        members.append(Member(name, info.size, int(info.mtime) * 1_000_000 if info.mtime > 0 else None))
        self._spans[name] = _Span(info.offset_data, info.size)
        if self._kept < _HEADS:
            self._heads[name] = stream.read(min(info.size, _HEAD))
            self._kept += len(self._heads[name])


class _Forward(io.RawIOBase):
    """Forward reading with a position, for the library that lists the members."""

    def __init__(self, source: Metered) -> None:
        self._source, self._position = source, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _HEADER:
            raise tarfile.ReadError
        data = self._source.read(size)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or offset < self._position:
            raise tarfile.ReadError
        while self._position < offset:
            if not self.read(min(offset - self._position, MIB)):
                raise EOFError
        return self._position


class _Stored:
    """The bytes of a plain archive."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int, /) -> bytes:
        return self._file.read(size)

    def skip(self, amount: int) -> None:
        self._file.seek(amount)

    def used(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


class _Inflated(_Stored):
    """The unpacked bytes of a gzipped archive, of one or more gzip members; raises EOFError when cut."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._inflate, self._fresh, self._rest = zlib.decompressobj(31), True, b""

    def read(self, size: int, /) -> bytes:
        while True:
            packed = self._rest or self._file.read(_HEAD)
            if not packed:
                if self._fresh:
                    return b""
                raise EOFError
            data = self._give(packed, size)
            if data:
                return data

    def _give(self, packed: bytes, size: int) -> bytes:
        data = self._inflate.decompress(packed, size)
        self._fresh, self._rest = False, self._inflate.unconsumed_tail
        if self._inflate.eof:
            self._rest = self._inflate.unused_data.lstrip(b"\0")
            self._inflate, self._fresh = zlib.decompressobj(31), True
        return data

    def skip(self, amount: int) -> None:
        while amount > 0:
            data = self.read(min(amount, MIB))
            if not data:
                raise EOFError
            amount -= len(data)


class _Slice:
    """The next `size` bytes of a stream; ending earlier is damage."""

    def __init__(self, source: _Stored, size: int) -> None:
        self._source, self._left = source, size

    def read(self, size: int, /) -> bytes:
        wanted = min(size, self._left)
        data = self._source.read(wanted) if wanted else b""
        if wanted and not data:
            raise EOFError
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._source.close()
