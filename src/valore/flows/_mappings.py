"""How a table is to be read: as somebody said, as it was read before, or as its columns suggest."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from valore.errors import MappingError
from valore.flows import _declared
from valore.flows._reader import Reader
from valore.flows._sources import WORKSPACE_FILE, Parts
from valore.flows.space import Space
from valore.flows.subjects import MAPPINGS
from valore.model.source import Match
from valore.places.table import Mapping, Table, from_dict, from_toml


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of tables: for this import, and in workspace files."""

    given: Mapping | None
    declared: Sequence[Dict[str, Any]]
    """Each with a key `file`: a name or a pattern."""

    def of(self, path: Path) -> Mapping | None:
        """Return the mapping for a file, None when nobody spoke of it."""
        if self.given is not None:
            return self.given
        for values in self.declared:
            if fnmatchcase(path.name, str(values["file"])) or path.as_posix().endswith(f"/{values['file']}"):
                return from_dict(values)
        return None


def said(space: Space, paths: Sequence[Path], given: Mapping | Path | None) -> Said:
    """Gather what was said, the nearest first: this call, the folder's own workspace file, the workspace's.

    Raises:
        MappingError: the file of a mapping cannot be read.
    """
    declared = [m for path in paths for m in _beside(path)]
    return Said(_given(given), [*declared, *(space.desk.setting(MAPPINGS) or ())])


def _given(given: Mapping | Path | None) -> Mapping | None:
    if not isinstance(given, Path):
        return given
    try:
        return from_toml(given.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError("the mapping {file} cannot be read", file=given.name) from error


def _beside(path: Path) -> Sequence[Dict[str, Any]]:
    file = (path if path.is_dir() else path.parent) / WORKSPACE_FILE
    return _declared.mappings(file) if file.is_file() else ()


def settled(space: Space, table: Table, mapping: Mapping | None, reader: Reader, parts: Parts, match: Match) -> Table:
    """Return the table's reader with the mapping that is to be used.

    Raises:
        MappingError: nobody said what the columns mean and they do not show it surely.
    """
    if mapping is not None:
        return table.with_mapping(mapping)
    profile = space.desk.imports.profile(reader.columns(parts.paths, match))
    if profile is not None:
        return table.with_mapping(from_toml(profile))
    suggested = reader.suggested(parts.paths, match, table)
    return table if suggested is None else table.with_mapping(suggested)
