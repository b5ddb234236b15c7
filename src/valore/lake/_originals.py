"""Originals: the files that were given, kept by the SHA-256 of their bytes."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from valore.errors import StoreError
from valore.lake._write import sync

PIECE = 1 << 20
TEMPORARY = "tmp-"
"""Beginning of the names of files that are not whole yet."""


def keep(folder: Path, path: Path) -> str:
    """Copy a file to its content's address, and return the SHA-256; twice is once."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = hashlib.sha256()
    with path.open("rb") as given, temporary(folder) as (name, kept):
        while piece := given.read(PIECE):
            seen.update(piece)
            kept.write(piece)
        place(name, kept, address(folder, seen.hexdigest()))
    return seen.hexdigest()


def original(folder: Path, sha: str) -> Path:
    """Return where an original is.

    Raises:
        StoreError: it is not kept here.
    """
    path = address(folder, sha)
    if not path.is_file():
        raise StoreError("no original with the digest {digest} is kept here", digest=sha)
    return path


def address(folder: Path, sha: str) -> Path:
    """Return the path of a digest: a folder for its first two letters."""
    return folder / sha[:2] / sha


@contextmanager
def temporary(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a new file that is locked while its writer lives, so that `sweep` can tell orphans."""
    handle, name = tempfile.mkstemp(prefix=TEMPORARY, dir=folder)
    path = Path(name)
    with os.fdopen(handle, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield path, file
        finally:
            path.unlink(missing_ok=True)


def place(temporary_path: Path, file: BinaryIO, target: Path) -> None:
    """Give a finished temporary its name, all at once, and have it reach the disk."""
    file.flush()
    os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary_path.replace(target)
    sync(target.parent)


def sweep(folder: Path) -> int:
    """Remove what writers left that died in the middle; return how many."""
    return sum(_orphan(path) for path in folder.glob(f"{TEMPORARY}*")) if folder.is_dir() else 0


def _orphan(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True
