"""Imported first in a child: what it has no use for stays out, even where it is installed.

pyarrow loads pandas as soon as it is there: 35 MiB and a fifth of a second, for nothing.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

UNUSED = frozenset({"pandas"})


class _Absent(MetaPathFinder):
    """Finds that what is not used is not there."""

    def find_spec(self, fullname: str, _path: Sequence[str] | None, _target: object = None) -> ModuleSpec | None:
        if fullname in UNUSED:
            raise ModuleNotFoundError(fullname, name=fullname)
        return None


sys.meta_path.insert(0, _Absent())
