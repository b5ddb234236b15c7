"""One JSON value out of its bytes, under one policy whichever parser reads it."""

import json
import math
from typing import Any, NoReturn

import orjson

from valore.trust._json_digits import endless

_SMALLEST, _LARGEST = -(2**63), 2**64 - 1


class Unreadable(Exception):
    """This is no JSON value; `reason` is a code of `valore.model.records.REASONS`."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        self.reason = reason
        super().__init__(reason)


def value_of(data: bytes, *, lengthy: bool = True) -> Any:
    """Return the value. Lone surrogates are kept as written, which the quick parser refuses.

    Args:
        data: Its bytes.
        lengthy: They may hold more than 40 digits in a row.

    Raises:
        Unreadable: with the reason.
    """
    if lengthy and endless(data):
        raise Unreadable("bad_number")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return _slowly(data)


def _slowly(data: bytes) -> Any:
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise Unreadable("bad_encoding") from error
    try:
        return json.loads(text, parse_constant=_constant, parse_int=_whole, parse_float=_real)
    except RecursionError as error:
        raise Unreadable("too_deep") from error
    except ValueError as error:
        raise Unreadable("bad_json") from error


def _constant(_name: str) -> NoReturn:
    raise Unreadable("bad_number")


def _whole(digits: str) -> int | float:
    """Read a whole number; one beyond 64 bits becomes floating point, as the quick parser does."""
    if len(digits) <= len(str(_SMALLEST)) and _SMALLEST <= (number := int(digits)) <= _LARGEST:
        return number
    return _real(digits)


def _real(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Unreadable("bad_number")
    return number
