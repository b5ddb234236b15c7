"""An answer of an API, as a reader hands it to `normalise` under the kind `api`."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from valore.model.records import Fault, Instant, Record

KIND = "api"
"""Of a `Raw` whose value is a decoded JSON answer (or one thing of it), bare or as an `Answer`."""
SLIPS = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
"""What a thing of another shape makes a reader stumble over: it is a fault, the rest is read."""

_LARGEST = 2**63 - 1
"""What a count may be; a larger one is none."""


class Answer(NamedTuple):
    """One decoded JSON answer, with what it does not say of itself."""

    value: Any
    """An object, or a list of them."""
    seen: Instant | None = None
    """When it was given: counts and profiles are of that moment; None when not known."""
    owner: str | None = None
    """Native id of the account that asked: what it wrote for its followers is kept, other people's is not."""


def opened(value: Any) -> Answer:
    """Return a bare answer as an `Answer` that says nothing more."""
    return value if isinstance(value, Answer) else Answer(value)


def things(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Yield what stands in an answer with its JSON pointer: the elements of a list, else the value itself."""
    if isinstance(value, list):
        for number, element in enumerate(value):
            yield f"{pointer}/{number}", element
    else:
        yield pointer, value


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a value, the outer before the inner, in no other order."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            yield one
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)


def whole(records: Iterable[Record | Fault]) -> list[Record | Fault]:
    """Return the records of one thing when every text in them can be stored.

    Raises:
        UnicodeEncodeError: there is half of a character in an id or an address; a slip like any other.
    """
    found = list(records)
    for record in found:
        for value in record:
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str) and not text.isascii():
                    text.encode()
    return found


def count(value: Any) -> int | None:
    """Return a count; None when it is none, or none that can be.

    >>> count(0), count(-1), count(True), count("3"), count(2**63)
    (0, None, None, None, None)
    """
    return value if type(value) is int and 0 <= value <= _LARGEST else None
