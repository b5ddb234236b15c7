"""Trained models as files: versioned, with checksums, loaded once for each process, read-only.

A folder of artefacts holds `NAME.npz` files and a `manifest.json` that gives each its version and
SHA-256. The folder of the package is read unless VALORE_MODELS names another, in which a model
trained by the user stands; what is missing there is taken from the package.
"""

import hashlib
import io
import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from valore.errors import N_, SettingsError

PACKAGED = Path(__file__).parent / "artefacts"
FOLDER = "VALORE_MODELS"
MANIFEST = "manifest.json"


def load(name: str) -> Mapping[str, Any]:
    """Return the arrays of an artefact by name.

    Raises:
        SettingsError: it is not there, or its bytes are not the ones that the manifest names.
    """
    return _load(_folder(name), name)


def version(name: str) -> str:
    """Return `NAME@VERSION` of the artefact that `load` would read."""
    return f"{name}@{manifest(_folder(name))[name]['version']}"


def manifest(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """Return version and sha256 of each artefact of a folder, by name; empty where there is no manifest."""
    path = folder / MANIFEST
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def save(folder: Path, name: str, version: str, arrays: Mapping[str, Any]) -> Path:
    """Write an artefact and its line in the manifest; the same arrays give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.npz"
    written = io.BytesIO()
    np.savez_compressed(written, **dict(sorted(arrays.items())))
    path.write_bytes(written.getvalue())
    listed = {**manifest(folder), name: {"version": version, "sha256": _sha256(written.getvalue())}}
    (folder / MANIFEST).write_text(json.dumps(dict(sorted(listed.items())), indent=1) + "\n", "utf-8")
    return path


def _folder(name: str) -> Path:
    given = os.environ.get(FOLDER)
    return Path(given) if given and name in manifest(Path(given)) else PACKAGED


@cache
def _load(folder: Path, name: str) -> Mapping[str, Any]:
    known = manifest(folder)
    path = folder / f"{name}.npz"
    if name not in known or not path.is_file():
        raise SettingsError(N_("the model '{name}' is not in {folder}"), name=name, folder=str(folder))
    written = path.read_bytes()
    if _sha256(written) != known[name]["sha256"]:
        raise SettingsError(
            N_("the model file {file} is damaged: its checksum is not the one in the manifest"),
            file=path.name,
        )
    with np.load(io.BytesIO(written), allow_pickle=False) as opened:
        arrays = {key: opened[key] for key in opened.files}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
