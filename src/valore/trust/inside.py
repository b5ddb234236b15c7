"""What runs inside a child process: limits first, then one request after the other."""

import csv
import math
import os
import pickle
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import msgspec
import pyarrow as pa

from valore.errors import N_, ReaderStopped, SourceError, ValoreError
from valore.model.records import Where
from valore.model.text import repair
from valore.trust._wire import receive, say
from valore.trust.limits import MIB, Bounds

CELL = 16 * MIB
"""Characters of one cell of a table that Python's own reader takes."""
PACE = 0.2
"""Seconds between two signs of life."""
_STACK = 16 * MIB


class Line:
    """The way to the parent, and the signs of life on it."""

    def __init__(self, stream: BinaryIO, bounds: Bounds) -> None:
        """Write to `stream`."""
        self.stream, self.bounds = stream, bounds
        self.read = 0
        """Records read for the present request."""
        self.where: Where | None = None
        """The last of them."""
        self.pace = PACE
        """Seconds between two signs of life; 0 tells of each step."""
        self._until = math.inf
        self._last = 0.0

    def say(self, kind: str, value: Any = None, tables: Mapping[str, pa.Table] | None = None) -> None:
        """Tell the parent; what is told is a sign of life as well."""
        self._last = time.monotonic()
        allowed = math.ceil(min(time.process_time(), self._until)) + self.bounds.computing
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        say(self.stream, kind, value, tables or {})

    def begin(self) -> None:
        """Forget the request before."""
        self.read, self.where, self.pace, self._until = 0, None, PACE, math.inf

    def allow(self, size: int) -> None:
        """Take what may be computed for files of `size` bytes as the end of all patience."""
        self._until = time.process_time() + self.bounds.ready + self.bounds.each * size / MIB

    def beat(self) -> None:
        """Say, now and then, how far reading has come; called for every step on."""
        if time.monotonic() - self._last >= self.pace:
            self.tick()

    def tick(self) -> None:
        """Say how far reading has come."""
        self.say("tick", {"read": self.read, "where": self.at()})

    def at(self) -> str:
        """Return the place of the last record, "" where there is none."""
        return repair(f"{self.where.file} {self.where.pointer}".strip())[:500] if self.where else ""


def serve(perform: Callable[[Any, Line], None]) -> None:
    """Answer requests until the parent goes.

    Args:
        perform: Does what a request asks and tells what it finds; what it raises crosses as an error.
    """
    bounds = msgspec.json.decode(sys.argv[1], type=Bounds)
    line = Line(_own_output(), bounds)
    _limit(bounds)
    requests = sys.stdin.buffer
    while (request := receive(requests)) is not None:
        line.begin()
        try:
            _perform(perform, request, line)
        except BrokenPipeError:
            break
    _leave()


def _perform(perform: Callable[[Any, Line], None], request: bytes, line: Line) -> None:
    try:
        line.say("tick", {"read": 0, "where": ""})
        perform(pickle.loads(request), line)  # noqa: S301 - only the parent writes here
        line.say("end", {"peak": peak()})
    except BrokenPipeError:
        raise
    except ValoreError as error:
        line.say("error", _told(error))
    except MemoryError:
        message = N_("{file}: reading was stopped at {where}: it needs more than {limit} bytes of memory")
        line.say("error", _told(ReaderStopped(message, where=line.at(), limit=line.bounds.memory)))
    except Exception as error:  # noqa: BLE001 - whatever a reader stumbles over is one file's misfortune
        message = N_("{file}: the reader stumbled at {where} ({kind}); please report it")
        line.say("error", _told(SourceError(message, where=line.at(), kind=_kind(error))))


def peak() -> int:
    """Return the most memory that this process has taken, in bytes."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, LookupError):  # a system without it: there the number remembers the parent's own
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _told(error: ValoreError) -> dict[str, Any]:
    """Return an error as plain values: the nearest kind that everybody knows, its message, its facts."""
    kind = next(k for k in type(error).__mro__ if k.__module__ == ValoreError.__module__)
    facts = {name: v if isinstance(v, int | float) or v is None else repair(str(v)) for name, v in error.facts.items()}
    told = {"name": kind.__name__, "message": error.message, "facts": facts, "retry": getattr(error, "retry", False)}
    return told | {"peak": peak()}


def _kind(error: Exception) -> str:
    """Return what happened and where in our code; never what the file said."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, {Path(last.filename).name}:{last.lineno}"


def _own_output() -> BinaryIO:
    """Keep the pipe to the parent for messages; what a library prints goes nowhere."""
    pipe = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return os.fdopen(pipe, "wb", buffering=MIB)


def _limit(bounds: Bounds) -> None:
    """Narrow what this process may take, for good; only the processor's time grows with each sign of life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    csv.field_size_limit(CELL)
    addresses = _addresses() + bounds.memory + (os.cpu_count() or 1) * _STACK
    for what, amount in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, bounds.files),
        (resource.RLIMIT_FSIZE, bounds.written),
        (resource.RLIMIT_AS, addresses),
    ):
        hard = resource.getrlimit(what)[1]
        wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        with suppress(ValueError, OSError):  # macOS knows no limit of addresses; the others hold there too
            resource.setrlimit(what, (wanted, wanted))


def _addresses() -> int:
    """Return the bytes of addresses that the program has now."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 1024 * MIB
    return pages * resource.getpagesize()


def _leave() -> NoReturn:
    """End without the tidying up of libraries: the kernel does it at once."""
    os._exit(0)
