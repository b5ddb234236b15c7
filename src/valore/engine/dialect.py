"""Renders a statistic's text for one engine: `{{name}}` is a value, `{{macro(a, b)}}` what engines say differently."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from valore.errors import UnknownName

Value = str | int | float | bool | datetime | date | tuple["Value", ...]
_PLACE = re.compile(r"\{\{\s*(\w+)\s*(?:\((.*?)\))?\s*\}\}")
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)

DUCKDB: Mapping[str, str] = {
    "seconds": "(epoch_us({1}) - epoch_us({0})) / 1000000.0",
    "us": "epoch_us({0})",
    "day": "date '1970-01-01' + cast(epoch_us({0}) // 86400000000 as integer)",
    "week": (
        "date '1970-01-01' + cast(epoch_us({0}) // 86400000000 - (epoch_us({0}) // 86400000000 + 3) % 7 as integer)"
    ),
    "matches": "regexp_matches({0}, {1})",
    "overlaps": "list_has_any({0}, {1})",
    "item": "{0}[{1}]",
    "largest": "list_max({0})",
    "exploded": "unnest({0})",
    "month": "strftime({0}, '%Y-%m')",
    "plainly": "trim(regexp_replace({0}, '\\s+', ' ', 'g'))",
    "archived": (
        "((length({0}) = 32 and regexp_matches({0}, '^[0-9a-f]*$'))"
        " or ({1} = 'facebook' and regexp_matches({0}, '^[0-9]+$')))"
    ),
}
"""Macros of DuckDB. `seconds` from a to b; `item` counts from one; weeks begin on Monday; `plainly` makes
one blank of every run of them; `archived` knows the ids (id, place) that only archives use: made of a post's
content, and Facebook's numbers without the page's before them.
Days and weeks are whole numbers since 1970, UTC: truncating an instant with a zone costs ten times as much."""


@cache
def text(name: str) -> str:
    """Return the statistic's text.

    Raises:
        UnknownName: there is no such statistic.
    """
    folder = files("valore.engine") / "sql"
    found = folder / f"{name}.sql"
    if not found.is_file():
        known = (f.name.removesuffix(".sql") for f in folder.iterdir() if f.name.endswith(".sql"))
        raise UnknownName("statistic", name, known)
    return _COMMENT.sub("", found.read_text(encoding="utf-8")).strip()


def render(source: str, values: Mapping[str, Value], dialect: Mapping[str, str] = DUCKDB) -> str:
    """Return the text with every place filled.

    Args:
        source: SQL with `{{name}}` and `{{macro(…)}}`; macros do not nest.
        values: Filled in as literals, quoted.
        dialect: Macros of the engine.

    Raises:
        UnknownName: a place has no value, or a macro is not there.

    >>> render("select {{a}} where x = {{b}}", {"a": 1, "b": "it's"})
    "select 1 where x = 'it''s'"
    """
    return _PLACE.sub(lambda found: _filled(found[1], found[2], values, dialect), source)


def _filled(name: str, inside: str | None, values: Mapping[str, Value], dialect: Mapping[str, str]) -> str:
    if inside is None:
        if name not in values:
            raise UnknownName("parameter", name, values)
        return literal(values[name])
    if name not in dialect:
        raise UnknownName("macro", name, dialect)
    return dialect[name].format(*(_argument(a.strip(), values) for a in inside.split(",")))


def _argument(text_: str, values: Mapping[str, Value]) -> str:
    return literal(values[text_[1:]]) if text_.startswith("$") else text_


def literal(value: Value) -> str:
    """Return a value as SQL text; a tuple as an array.

    >>> literal((1, 2)), literal(True)
    ('[1, 2]', 'true')
    """
    for kind, said in _SAID.items():
        if isinstance(value, kind):
            return said(value)
    raise TypeError(type(value).__name__)


_SAID: Mapping[type, Callable[..., str]] = {
    bool: lambda v: str(v).lower(),
    int: str,
    float: lambda v: f"cast({v!r} as double)",
    str: lambda v: "'" + v.replace("'", "''") + "'",
    datetime: lambda v: f"timestamptz '{v.isoformat(sep=' ')}'",
    date: lambda v: f"date '{v.isoformat()}'",
    tuple: lambda v: "[" + ", ".join(map(literal, v)) + "]",
}
