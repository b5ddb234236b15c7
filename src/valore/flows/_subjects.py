"""A table of subjects (name, aliases, homepage, category), laid beside rows that each name one."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import orjson
import pyarrow as pa

from valore.errors import N_, MappingError

COLUMNS = ("subject", "subject_aliases", "subject_homepage", "subject_category")
"""What enrichers that read a post for somebody are told; aliases stand with `; ` between them."""
_HEADS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "subject", "entity_name"),
    "slug": ("id", "slug", "entity_id"),
    "aliases": ("aliases", "alias", "names"),
    "homepage": ("homepage", "statement", "description"),
    "category": ("category", "kind"),
}
"""What columns of such a table may be called, whatever their case."""


class Told(NamedTuple):
    """What a table says of one subject; None where it says nothing."""

    subject: str
    subject_aliases: str | None
    subject_homepage: str | None
    subject_category: str | None


def known(file: str, batches: Iterable[pa.RecordBatch]) -> dict[str, Told]:
    """Return what a table of subjects says, by name, short name and alias in small letters; the first bearer counts.

    Args:
        file: What the table is called.
        batches: Its rows as text; `name` is needed, the other columns of `_HEADS` may be there.

    Raises:
        MappingError: it has no column of names.
    """
    found: dict[str, Told] = {}
    later: list[tuple[str, Told]] = []
    for rows in batches:
        at = _places(file, rows.schema.names)
        for row in rows.to_pylist():
            cells = {name: (row[column] or "").strip() or None for name, column in at.items()}
            if cells["name"]:
                told = _told(cells)
                found.setdefault(_folded(told.subject), told)
                later += [(_folded(n), told) for n in (cells.get("slug"), *_split(told.subject_aliases)) if n]
    for name, told in later:
        found.setdefault(name, told)
    return found


def beside(named: pa.Array, subjects: Mapping[str, Told]) -> dict[str, pa.Array]:
    """Return the columns of `COLUMNS` for rows that name a subject; what is not in the table stays as it is named.

    Args:
        named: One name a row; null where there is none.
        subjects: As `known` returns them.
    """
    coded = named.dictionary_encode()
    told = [subjects.get(_folded(name), Told(name, None, None, None)) for name in coded.dictionary.to_pylist()]
    columns = {column: pa.array([t[i] for t in told], pa.string()) for i, column in enumerate(COLUMNS)}
    return {name: column.take(coded.indices) for name, column in columns.items()}


def _places(file: str, present: list[str]) -> dict[str, str]:
    small = {name.strip().lower(): name for name in reversed(present)}
    at = {what: small[head] for what, heads in _HEADS.items() for head in reversed(heads) if head in small}
    if "name" not in at:
        known_ = ", ".join(present)
        message = N_("{file} has no column 'name' for the names of subjects; there are: {known}")
        raise MappingError(message, file=file, known=known_)
    return at


def _told(cells: Mapping[str, str | None]) -> Told:
    aliases = "; ".join(_split(cells.get("aliases"))) or None
    return Told(cells["name"] or "", aliases, cells.get("homepage"), cells.get("category"))


def _split(written: str | None) -> list[str]:
    """Return names that stand in one cell, with semicolons or bars between them or as a list of JSON."""
    if written and written.startswith("["):
        try:
            return [str(name).strip() for name in orjson.loads(written) if name]
        except (orjson.JSONDecodeError, TypeError):
            pass
    return [name.strip() for name in re.split(r"[;|]", written or "") if name.strip()]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
