"""Files as the places write them, each with its own layout and its own oddities."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from valore.world.exports.own import Profile, Written

Writer = Callable[[Path, Profile, Iterable[Written]], Path]
"""Writes the posts of one account into a folder, and returns the file."""


def formats() -> Mapping[str, Writer]:
    """Return the writers of every place and tool that is not among the archives of a world, by name."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return {form: writer for m in modules for form, writer in getattr(m, "FORMATS", {}).items()}
