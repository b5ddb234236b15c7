"""How a table is to be read: as somebody said, as it was read before, or as its columns suggest."""

import hashlib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from valore.errors import MappingError
from valore.flows import _declared
from valore.flows._sources import WORKSPACE_FILE
from valore.flows.space import Space
from valore.flows.subjects import MAPPINGS
from valore.model.source import Export, Match
from valore.places._frames import columns
from valore.places._layout import layout
from valore.places.table import Mapping, Table, from_dict, from_toml, to_toml

SURE = 0.5
"""Certainty below which a suggestion is not followed without being asked."""
_DECISIVE = ("published", "text", "title", "author", "author_handle", "author_name")


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


def reader(space: Space, table: Table, export: Export, match: Match, mapping: Mapping | None) -> Table:
    """Return the table's reader with the mapping that is to be used.

    Raises:
        MappingError: nobody said what the columns mean and they do not show it surely.
    """
    if mapping is not None:
        return table.with_mapping(mapping)
    profile = space.desk.imports.profile(fingerprint(export, match))
    if profile is not None:
        return table.with_mapping(from_toml(profile))
    for member in match.members:
        _check(table.suggest(export, member), member)
    if len(match.members) > 1:
        return table
    return table.with_mapping(table.suggest(export, match.members[0]))


def fingerprint(export: Export, match: Match) -> str:
    """Return a digest of the names of all columns, whatever their order."""
    names = (name for member in match.members for name in _columns(export, member))
    return hashlib.sha256("\x1f".join(sorted(set(names))).encode()).hexdigest()


def _columns(export: Export, member: str) -> Sequence[str]:
    shape = layout(export, member)
    return columns(export, member, shape) if shape is not None else ()


def _check(mapping: Mapping, member: str) -> None:
    doubtful = [f for f in _DECISIVE if f in mapping.columns and mapping.certainty.get(f, 1.0) < SURE]
    missing = mapping.missing()
    if doubtful or missing:
        raise MappingError(
            "it is not clear what the columns of {file} mean ({fields}); say it in a mapping file "
            "and give it with --mapping, for example:\n{example}",
            file=member,
            fields=", ".join((*missing, *doubtful)),
            example=_example(mapping, missing),
        )


def _example(mapping: Mapping, missing: Sequence[str]) -> str:
    head = to_toml(mapping).rstrip() + ("" if mapping.columns else "\n\n[columns]")
    return head + "".join(f'\n{field} = "…"' for field in missing)
