"""ZIP archives: checked as a list before anything is read, then read member by member."""

import stat
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from valore.errors import N_, RefusedArchive
from valore.model.records import Instant
from valore.model.source import Member
from valore.trust._export import Opened
from valore.trust._meter import DAMAGE, Beat, Budget, Metered
from valore.trust._names import distinct, vetted
from valore.trust.limits import Limits

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADER = 30
"""Bytes before a member's name in its local header: the least that a member takes."""
_TAIL = 22 + 65_535
_ENCRYPTED = 0x1
_CUTS = (2**31 - 1, 2**31, 2**32 - 1, 2**32)
"""Sizes that some programs and file systems do not get beyond."""


class Zipped(Opened):
    """A ZIP archive, held open."""

    def __init__(self, path: Path, limits: Limits, beat: Beat) -> None:
        """Open and vet the archive.

        Raises:
            RefusedArchive: when it is broken, encrypted, too large, or built to hurt.
        """
        self.name = path.name
        self._budget = Budget(path.name, limits, beat)
        _vet_directory(path, limits)
        try:
            self._zip = zipfile.ZipFile(path)
        except (*DAMAGE, struct.error) as error:
            raise _damaged(path) from error
        try:
            self._infos = _vetted(self._zip, path.name, limits)
        except BaseException:
            self._zip.close()
            raise
        self.members = tuple(Member(n, i.file_size, _modified(i)) for n, i in self._infos.items())

    def open(self, member: str) -> BinaryIO:
        """Open one member as a bounded stream."""
        info = self._infos.get(member)
        if info is None:
            raise self._unknown(member)
        try:
            stream = self._zip.open(info)
        except (*DAMAGE, struct.error) as error:
            raise RefusedArchive("{file}: '{member}' cannot be opened", file=self.name, member=member) from error
        return cast("BinaryIO", Metered(stream, member, self._budget, lambda: info.compress_size))

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()


def vet_book(path: Path, limits: Limits) -> None:
    """Refuse a workbook that unpacks to more than can be held; its reader stops at the sizes that are declared.

    Raises:
        RefusedArchive: naming the file.
    """
    try:
        with zipfile.ZipFile(path) as book:
            size = sum(info.file_size for info in book.infolist())
    except (*DAMAGE, struct.error) as error:
        raise _damaged(path) from error
    if size > limits.book:
        raise RefusedArchive("{file} unpacks to more than {limit} bytes", file=path.name, limit=limits.book)


def _damaged(path: Path) -> RefusedArchive:
    size = path.stat().st_size
    if size in _CUTS:
        message = N_(
            "{file} ends at exactly {size} bytes, where some programs cut what they download; download it again "
            "with another program, or ask for the archive in smaller parts"
        )
        return RefusedArchive(message, file=path.name, size=size)
    return RefusedArchive(N_("{file} is damaged or ends in the middle; download it again"), file=path.name)


def _vet_directory(path: Path, limits: Limits) -> None:
    """Refuse a list of members that would not fit in memory, before it is read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    if size > limits.archive:
        raise RefusedArchive(
            "{file} is larger than {limit} bytes; unpack it and give the folder", file=path.name, limit=limits.archive
        )
    declared = 0
    if (end := tail.rfind(b"PK\x05\x06")) >= 0 and len(tail) >= end + 22:
        declared = struct.unpack_from("<L", tail, end + 12)[0]
    if (end := tail.rfind(b"PK\x06\x06")) >= 0 and len(tail) >= end + 56 and declared == 0xFFFFFFFF:  # noqa: PLR2004 - "see the 64-bit record"
        declared = struct.unpack_from("<Q", tail, end + 40)[0]
    if declared > limits.directory:
        raise RefusedArchive("{file} lists too many files", file=path.name)


def _vetted(archive: zipfile.ZipFile, name: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """Return the regular members by name, or refuse the whole archive."""
    infos = archive.infolist()
    if len(infos) > limits.members:
        raise RefusedArchive("{file} lists too many files", file=name)
    named = [(vetted(i.filename, name, limits), i) for i in infos]
    for member, info in named:
        _vet(member, info, name)
    _vet_spans(infos, archive.start_dir, name)
    files = {member: info for member, info in named if not member.endswith("/")}
    distinct((member for member, _ in named), name)
    return files


def _vet(member: str, info: zipfile.ZipInfo, archive: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise RefusedArchive("{file} is encrypted; unpack it with its password and give the folder", file=archive)
    if info.compress_type not in _METHODS:
        raise RefusedArchive("{file}: '{member}' is packed in a way that is not read", file=archive, member=member)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise RefusedArchive("{file}: '{member}' is a link or a device", file=archive, member=member)


def _vet_spans(infos: list[zipfile.ZipInfo], directory: int, archive: str) -> None:
    """Refuse members that share bytes, which is how a small archive pretends to be a huge one."""
    ordered = sorted(infos, key=lambda i: i.header_offset)
    borders = [i.header_offset for i in ordered[1:]] + [directory]
    for info, border in zip(ordered, borders, strict=False):
        if info.header_offset + _HEADER + info.compress_size > border:
            raise RefusedArchive("{file}: its members overlap", file=archive)


def _modified(info: zipfile.ZipInfo) -> Instant | None:
    try:
        return int(datetime(*info.date_time, tzinfo=UTC).timestamp()) * 1_000_000
    except (ValueError, OverflowError):
        return None
