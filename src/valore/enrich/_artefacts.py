"""Trained models as files: versioned, with checksums, loaded once for each process, read-only.

A folder of artefacts holds for each model `NAME.npz` and `NAME.json`, which gives its version, the
SHA-256 of the file, and the figures that its card shows. A model that needs no arrays has only the
second. The folder of the package is read unless VALORE_MODELS names another, in which a model trained
by the user stands; what is missing there is taken from the package.
"""

import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from valore.errors import N_, SettingsError

PACKAGED = Path(__file__).parent / "artefacts"
FOLDER = "VALORE_MODELS"


def load(name: str) -> Mapping[str, Any]:
    """Return the arrays of an artefact by name.

    Raises:
        SettingsError: it is not there, or its bytes are not the ones that the manifest names.
    """
    return _load(_folder(name), name)


def version(name: str) -> str:
    """Return `NAME@VERSION` of the artefact that `load` would read."""
    return f"{name}@{sheet(name)['version']}"


def sheet(name: str) -> Mapping[str, Any]:
    """Return what `NAME.json` says: `version`, `sha256` (None without arrays), `figures` (a list of tables)."""
    return _sheet(_folder(name), name)


def save(folder: Path, name: str, version: str, arrays: Mapping[str, Any], figures: Sequence[Any] = ()) -> Path:
    """Write an artefact and its sheet, and return the artefact's path; the same arrays give the same bytes.

    Args:
        folder: Where; made when it is not there.
        name: Of the model.
        version: What stands after the `@`.
        arrays: By name; empty for a model without arrays, which has only a sheet (whose path is returned).
        figures: Tables of its card, as `Card` has them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, written = folder / f"{name}.npz", io.BytesIO()
    if arrays:
        np.savez_compressed(written, **dict(sorted(arrays.items())))
        path.write_bytes(written.getvalue())
    told = {"version": version, "sha256": _sha256(written.getvalue()) if arrays else None, "figures": figures}
    noted = folder / f"{name}.json"
    layout = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    noted.write_bytes(orjson.dumps(told, default=lambda score: score._asdict(), option=layout))
    return path if arrays else noted


@contextmanager
def standing(folder: Path) -> Iterator[None]:
    """Read artefacts from a folder first while this holds, as VALORE_MODELS does; nothing is kept from before."""
    before = os.environ.get(FOLDER)
    os.environ[FOLDER] = str(folder)
    _sheet.cache_clear()
    _load.cache_clear()
    try:
        yield
    finally:
        if before is None:
            del os.environ[FOLDER]
        else:
            os.environ[FOLDER] = before
        _sheet.cache_clear()
        _load.cache_clear()


def _folder(name: str) -> Path:
    given = os.environ.get(FOLDER)
    return Path(given) if given and (Path(given) / f"{name}.json").is_file() else PACKAGED


@cache
def _sheet(folder: Path, name: str) -> Mapping[str, Any]:
    path = folder / f"{name}.json"
    if not path.is_file():
        raise SettingsError(N_("the model '{name}' is not in {folder}"), name=name, folder=str(folder))
    return dict(orjson.loads(path.read_bytes()))


@cache
def _load(folder: Path, name: str) -> Mapping[str, Any]:
    said, path = _sheet(folder, name)["sha256"], folder / f"{name}.npz"
    if said is None or not path.is_file():
        raise SettingsError(N_("the model '{name}' is not in {folder}"), name=name, folder=str(folder))
    written = path.read_bytes()
    if _sha256(written) != said:
        raise SettingsError(
            N_("the model file {file} is damaged: its checksum is not the one in {sheet}"),
            file=path.name,
            sheet=f"{name}.json",
        )
    with np.load(io.BytesIO(written), allow_pickle=False) as opened:
        arrays = {key: opened[key] for key in opened.files}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
