"""A row of JSON elements at once, made into what is asked for."""

from typing import Any, NamedTuple

import msgspec
import orjson


class Parsed(NamedTuple):
    """Elements of a row."""

    values: list[Any]
    shaped: bool


class Parser:
    """Parses rows of elements: into a shape where all of them fit it, else into plain values.

    What a shape does not name is passed over, not made into objects; there, bytes that are no UTF-8 and
    numbers beyond floating point go unnoticed.
    """

    def __init__(self, shape: type | None) -> None:
        """Take a `msgspec.Struct`, or None for plain values."""
        self.shaped = shape is not None
        self._shape = None if shape is None else msgspec.json.Decoder(list[shape])  # type: ignore[valid-type]

    def row(self, data: bytes) -> Parsed | None:
        """Return the elements of an array; None when it is not sound."""
        if self._shape is not None:
            try:
                return Parsed(self._shape.decode(data), shaped=True)
            except (ValueError, RecursionError):
                pass  # another shape, or damage: plain values tell which
        try:
            return Parsed(orjson.loads(data), shaped=False)
        except orjson.JSONDecodeError:
            return None
