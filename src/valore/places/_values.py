"""Values of JSON whose shape nobody promised: what is not as hoped is absent, never an exception."""

from collections.abc import Mapping
from typing import Any

from valore.model.records import Instant
from valore.model.text import repair
from valore.model.time import from_epoch

_LARGEST = 2**63 - 1


def mapping(value: Any, *path: str) -> Mapping[str, Any]:
    """Return the object at a path of keys, empty where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def sequence(value: Any, *path: str) -> list[Any]:
    """Return the list at a path of keys, empty where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return repaired text without the blanks around it; None where there are no words."""
    return repair(value).strip() or None if isinstance(value, str) else None


def native(value: Any) -> str:
    """Return an id as text, empty where there is none; numbers are written out."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return "" if value in ("0", 0) else repair(str(value)).strip()


def count(*values: Any) -> int | None:
    """Return the first of the values that is a count; TikTok writes some as text, absent ones may be negative."""
    for value in values:
        number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
        if type(number) is int and 0 <= number <= _LARGEST:
            return number
    return None


def seconds(*values: Any) -> Instant | None:
    """Return the first of the values that is a count of seconds since 1970."""
    for value in values:
        if (number := count(value)) and (at := from_epoch(number)) is not None:
            return at
    return None


def flag(value: Any) -> bool | None:
    """Return yes or no, None for anything else."""
    return value if isinstance(value, bool) else None
