"""How much is read. Source: the project's measurements on hostile and honest archives."""

from dataclasses import dataclass

GIB = 1024**3
MIB = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds, all in bytes unless said otherwise; enforced on what is produced, never on what is declared."""

    archive: int = 4 * GIB
    """Size of the archive itself. A larger one can be unpacked by its owner and given as a folder."""
    total: int = 20 * GIB
    """Produced by all reads of one archive together."""
    member: int = 8 * GIB
    """Produced by one member."""
    ratio: int = 500
    """Produced for each byte read, once more than `free` was produced: honest exports reach 300."""
    free: int = 256 * MIB
    members: int = 100_000
    """Number of files inside."""
    name: int = 1_024
    """Of one name, as UTF-8."""
    book: int = 512 * MIB
    """Produced by a workbook, which is held in memory as a whole."""
    directory: int = 128 * MIB
    """Of the list of names, which must be held in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a child process may take; see `trust.child`. A *sign of life* is a step on in what is read."""

    memory: int = GIB
    """Bytes of addresses, beyond what the program itself and a stack for each processor take."""
    computing: int = 20
    """Seconds of processor time between two signs of life."""
    ready: int = 120
    """Seconds of processor time for one question, whatever its files are."""
    each: int = 30
    """The same, for each mebibyte on disk: an honest one that unpacks to three hundred takes a dozen."""
    silence: float = 120.0
    """Seconds of the clock between two signs of life."""
    files: int = 512
    """Open at once."""
    written: int = 20 * GIB
    """Bytes of one temporary file."""
    told: int = GIB
    """Bytes that one message may have."""
