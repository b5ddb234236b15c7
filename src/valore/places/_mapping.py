"""What a table's columns mean: the mapping, its TOML, and the fields it can name."""

import json
import re
import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from valore.errors import MappingError
from valore.places import _times
from valore.places._names import PLACES

POST_FIELDS = (
    "id",
    "author",
    "published",
    "text",
    "updated",
    "deleted",
    "kind",
    "title",
    "language",
    "url",
    "links",
    "tags",
    "mentions",
    "reply_to",
    "reply_to_author",
    "quote_of",
    "quote_of_author",
    "thread",
    "visibility",
    "media",
    "query",
)
COUNT_FIELDS = ("likes", "replies", "reposts", "quotes", "views", "reach", "saves", "clicks")
ACCOUNT_FIELDS = (
    "author_handle",
    "author_name",
    "author_bio",
    "author_url",
    "author_kind",
    "author_created",
    "author_followers",
    "author_following",
    "author_posts",
    "author_listed",
    "author_likes_given",
    "author_verified",
    "author_location",
)
REPOST_FIELDS = ("repost_of", "repost_of_author")
TOOL_FIELDS = ("clock", "who", "publisher", "sentiment", "tool")
"""What exports of tools add: a time of day apart from the date, a handle or a name as the network has it, the
paper or site where no person signs, the tool's opinion of the tone, and the tool."""
FIELDS = frozenset((*POST_FIELDS, *COUNT_FIELDS, *ACCOUNT_FIELDS, *REPOST_FIELDS, *TOOL_FIELDS, "place", "seen"))
"""Everything a column can be. Accounts' fields begin with `author_`; `repost_of` makes a row an act.

A suffix names a part: `likes_x` speaks only of rows from X, `text_2` where `text` is empty, and
`likes__love` is added to `likes`.
"""
_PART = re.compile(rf"__[a-z]+|_\d|_(?:{'|'.join(sorted(set(PLACES.values())))})")
TIME_FIELDS = ("published", "updated", "deleted", "seen", "author_created")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What the columns of a table mean."""

    columns: Dict[str, str]
    """Field to column name; a dotted name looks inside a column of JSON (`user.screen_name`)."""
    place: str = "table"
    """Name of the network that the posts come from."""
    timezone: str = "UTC"
    """IANA name; of times that do not say theirs."""
    time_format: str | None = None
    """One of `_times.FORMS` or a strptime format, for `published`; None: as the column itself shows."""
    kind: str = "Note"
    """AS2 type of the posts."""
    escaped: bool = False
    """Texts hold `&amp;` for `&`, as X writes them."""
    foreign: bool = False
    """Ids and networks are a tool's own words for them: what an address tells goes first."""
    constants: Dict[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Field to one value for every row (`query = "lume"`)."""
    certainty: Dict[str, float] = field(default_factory=lambda: MappingProxyType({}), compare=False)
    """Field to how sure the suggestion is, in (0, 1]; empty for what a person wrote."""

    def __post_init__(self) -> None:
        """Refuse what no table could have.

        Raises:
            MappingError: an unknown field, form of time or zone.
        """
        for name in (*self.columns, *self.constants):
            if part(name) is None:
                raise MappingError(
                    "no field called '{field}'; there are: {known}",
                    field=name,
                    known=", ".join(sorted(FIELDS)),
                )
        if self.time_format is not None and not _times.known(self.time_format):
            raise MappingError(
                "no form of time called '{form}'; there are: {known}, or a pattern such as %d/%m/%Y %H:%M",
                form=self.time_format,
                known=", ".join(_times.FORMS),
            )
        _check_zone(self.timezone)

    def missing(self) -> tuple[str, ...]:
        """Return the fields without which no row can be read: author, published, text."""
        known = {*self.columns, *self.constants}
        author = known & {"author", "author_handle", "author_name", "who", "publisher"}
        absent = (n for n in ("published", "text") if n not in known and not (n == "text" and "title" in known))
        return (*(() if author else ("author",)), *absent)


def part(name: str) -> tuple[str, str] | None:
    """Return a field and the part of it that a name stands for (empty: the whole), None when there is no such field.

    >>> part("likes"), part("likes_x"), part("text_2"), part("likes__love"), part("lakes")
    (('likes', ''), ('likes', '_x'), ('text', '_2'), ('likes', '__love'), None)
    """
    if name in FIELDS:
        return name, ""
    for cut in (name.find("__"), name.rfind("_")):
        if cut > 0 and name[:cut] in FIELDS and _PART.fullmatch(name[cut:]):
            return name[:cut], name[cut:]
    return None


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise MappingError("no time zone called '{zone}'; write it as Europe/Rome", zone=name) from error


def to_toml(mapping: Mapping) -> str:
    """Return a mapping as TOML that `from_toml` reads back."""
    plain = {"place": mapping.place, "timezone": mapping.timezone, "kind": mapping.kind}
    if mapping.time_format is not None:
        plain["time_format"] = mapping.time_format
    lines = [f"{name} = {_quoted(value)}" for name, value in plain.items()]
    lines += ["escaped = true"] if mapping.escaped else []
    lines += ["foreign = true"] if mapping.foreign else []
    tables = {"columns": mapping.columns, "constants": mapping.constants}
    for name, pairs in tables.items():
        lines += ["", f"[{name}]", *(f"{k} = {_quoted(v)}" for k, v in pairs.items())] if pairs else []
    return "\n".join(lines) + "\n"


def from_toml(text: str) -> Mapping:
    """Read a mapping.

    Raises:
        MappingError: it is not TOML, or not a mapping.
    """
    try:
        return from_dict(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise MappingError("the mapping is not valid TOML: {detail}", detail=str(error)) from error


def from_dict(values: Dict[str, Any]) -> Mapping:
    """Read a mapping from a table of TOML, as it also stands in a workspace file (`[[mapping]]`).

    `file` is ignored: it says which file the mapping is for.

    Raises:
        MappingError: a key, or the type of a value, is not of a mapping.
    """
    rest = {k: v for k, v in values.items() if k != "file"}
    for name, value in rest.items():
        _check_value(name, value)
    rest["columns"] = MappingProxyType(dict(rest.get("columns", {})))
    rest["constants"] = MappingProxyType(dict(rest.get("constants", {})))
    return Mapping(**rest)


_SHAPES = MappingProxyType(
    {
        "columns": dict,
        "constants": dict,
        "place": str,
        "timezone": str,
        "time_format": str,
        "kind": str,
        "escaped": bool,
        "foreign": bool,
    }
)


def _check_value(name: str, value: object) -> None:
    shape = _SHAPES.get(name)
    if shape is None:
        raise MappingError(
            "a mapping has no '{name}'; it may have: {known}", name=name, known=", ".join(sorted(_SHAPES))
        )
    inside = value.values() if isinstance(value, dict) else ()
    if not isinstance(value, shape) or not all(isinstance(v, str) for v in inside):
        raise MappingError("'{name}' of the mapping is not written as it should be", name=name)


def _quoted(text: str) -> str:
    """Return a TOML basic string: JSON's escapes are a part of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
