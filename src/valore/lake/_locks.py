"""Locks that die with their process: `flock` on a file, freed by the kernel however a process ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valore.errors import LeaseTaken

PAUSE = 0.005
"""Seconds between two tries."""


@contextmanager
def locked(path: Path, *, wait: float, shared: bool = False) -> Iterator[None]:
    """Hold a lock on a file, alone or together with other readers.

    Args:
        path: The file; made when it is not there, never removed.
        wait: Seconds to try for.
        shared: Others may hold it shared too.

    Raises:
        LeaseTaken: somebody else held it all that time.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, time.monotonic() + wait)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, kind: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise LeaseTaken("another process is writing to this workspace; try again in a moment") from None
            time.sleep(PAUSE)
        else:
            return
