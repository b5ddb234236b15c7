"""A child process with narrow limits: everything that parses bytes from outside runs in one.

The parent asks, the child reads and tells: plain values and tables, which the parent takes as data.
A child that takes too much, falls silent or dies is one typed error in the parent, whatever it was
that broke it; the next question starts another one. Its program is a module with a function `main`
that calls `trust.inside.serve`.
"""

import io
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import msgspec

from valore import errors
from valore.errors import N_, BadInput, ReaderStopped, SourceError, UnknownName, ValoreError
from valore.trust._wire import Ear, Garbled, Gone, Silent, Told, send
from valore.trust.limits import Bounds

_BOUNDS = Bounds()
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
"""What the child learns of its surroundings: no keys, no addresses of databases."""
_FRUGAL = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve addresses by the gigabyte, which no limit survives
    "MALLOC_ARENA_MAX": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
_BROKEN = N_("{file}: the reader broke down at {where}; what came before is kept")
_LARGE = 2
"""A child whose memory came to more than this part of the limit is not asked again: 2 is one half."""


class _Trouble(msgspec.Struct):
    """An error as the child tells it."""

    name: str
    message: str
    facts: dict[str, str | int | float | None]
    retry: bool = False


@dataclass(slots=True)
class Child:
    """One child at a time, started when it is needed."""

    program: str
    """Module whose `main` it runs."""
    bounds: Bounds = _BOUNDS
    peak: int = field(default=0, init=False)
    """Most memory that the last child took, in bytes, as it says itself."""
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    _ear: Ear | None = field(default=None, init=False)
    _where: str = field(default="", init=False)

    def ask(self, request: object, name: str) -> Iterator[Told]:
        """Send a request and yield what the child tells, to the end.

        Args:
            request: For the program; crosses by pickle, which only goes down to the child.
            name: Of the file, for errors.

        Raises:
            ReaderStopped: the child took too much, fell silent or died.
            ValoreError: what the child raised: a branch of `BadInput`, or `UnknownName`.
        """
        ear, finished = self._started(), False
        self._where = ""
        try:
            self._send(request)
            while (told := ear.hear()).kind not in ("end", "error"):
                self._where = _place(told) or self._where
                yield told
            finished = True
        except (Gone, Silent, Garbled, BrokenPipeError) as error:
            raise self._buried(name, error) from error
        finally:
            if not finished:
                self.close()
        self.peak = _memory(told)
        if self.peak > self.bounds.memory // _LARGE:
            self.close()
        if told.kind == "error":
            raise _raised(told.value, name, self._where)

    def close(self) -> None:
        """End the child, at once."""
        process, self._process, self._ear = self._process, None, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        process.wait()

    def _started(self) -> Ear:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None or self._ear is None:
            told = msgspec.json.encode(self.bounds).decode()
            command = (
                f"import sys; sys.path[:] = {sys.path!r}; import valore.trust._bare; "
                f"from {self.program} import main; main()"
            )
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, our own program
                [sys.executable, "-P", "-c", command, told],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_FRUGAL | {name: os.environ[name] for name in _KEPT if name in os.environ},
            )
            assert self._process.stdout is not None
            self._ear = Ear(self._process.stdout, self.bounds.silence, self.bounds.told)  # type: ignore[arg-type]
        return self._ear

    def _send(self, request: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        send(self._process.stdin, _pickled(request))  # type: ignore[arg-type]

    def _buried(self, name: str, why: Exception) -> ReaderStopped:
        """Return what a child died of."""
        process, where = self._process, self._where or name
        if isinstance(why, Silent):
            message = N_("{file}: reading was stopped at {where}: nothing more came for {limit} seconds")
            return ReaderStopped(message, file=name, where=where, limit=round(self.bounds.silence))
        code = 0
        if isinstance(why, Garbled):
            return ReaderStopped(_BROKEN, file=name, where=where)
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(5) if process is not None else 0
        if code == -signal.SIGXCPU:
            message = N_("{file}: reading was stopped at {where}: it takes more computing than a file of its size may")
            return ReaderStopped(message, file=name, where=where)
        if code == -signal.SIGKILL:
            message = N_("{file}: reading was ended from outside at {where}; give it again to go on")
            return ReaderStopped(message, retry=True, file=name, where=where)
        return ReaderStopped(_BROKEN, file=name, where=where)


def _place(told: Told) -> str:
    """Return where the child stands, when it says so."""
    where = told.value.get("where") if isinstance(told.value, dict) else None
    return where if isinstance(where, str) else ""


def _memory(told: Told) -> int:
    """Return how much memory the child took, as it says with its last word."""
    said = told.value.get("peak") if isinstance(told.value, dict) else None
    return said if isinstance(said, int) else 0


def _raised(value: Any, name: str, where: str) -> ValoreError:
    """Build the error that the child tells of; a kind that it may not raise becomes the nearest that it may."""
    try:
        told = msgspec.convert(value, _Trouble)
    except msgspec.ValidationError:
        told = _Trouble("ReaderStopped", _BROKEN, {})
    kind = getattr(errors, told.name, None)
    if not (isinstance(kind, type) and issubclass(kind, BadInput | UnknownName)):
        kind = SourceError
    facts: dict[str, Any] = {"file": name, **told.facts}
    facts["where"] = told.facts.get("where") or where or name
    error = kind.__new__(kind)
    ValoreError.__init__(error, told.message, **facts)
    if isinstance(error, SourceError):
        error.retry = told.retry
    return error


class _Pickler(pickle.Pickler):
    """Takes read-only dictionaries too."""

    def reducer_override(self, value: Any) -> Any:
        return (_read_only, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


def _pickled(request: object) -> bytes:
    out = io.BytesIO()
    _Pickler(out).dump(request)
    return out.getvalue()
