"""How plugins are found: a file in its folder, or an entry point. Nothing registers itself."""

import importlib
import pkgutil
from collections.abc import Mapping
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any


def found(package: str) -> Mapping[str, Any]:
    """Return the plugins of a room by name, ours first, then strangers' (`valore.<room>` entry points).

    A module of the folder is a plugin when it ends with `PLUGIN = …`; the plugin's `name` is its key.
    Modules that begin with an underscore are not looked at.

    Args:
        package: Full name of the room, for example `valore.places`.
    """
    room = importlib.import_module(package)
    modules = (m.name for m in pkgutil.iter_modules(room.__path__) if not m.name.startswith("_"))
    own = (getattr(importlib.import_module(f"{package}.{m}"), "PLUGIN", None) for m in sorted(modules))
    theirs = (point.load() for point in entry_points(group=package))
    plugins = {p.name: p for p in (*theirs, *(p for p in own if p is not None))}
    return MappingProxyType(plugins)
