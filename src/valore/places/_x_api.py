"""What an answer of X means, told apart by its shape: v2 with `data`, v1.1 with its things as they are."""

from collections.abc import Iterator
from typing import Any

from valore.model.records import Fault, Observation, Post, Record, Where
from valore.places import _x_v1 as v1
from valore.places import _x_v2 as v2
from valore.places._answer import SLIPS, Answer, things, whole

_V2 = frozenset(("data", "includes", "errors", "meta"))
_MESSAGE = frozenset(("dm_conversation_id", "sender_id", "event_type", "message_create"))


def records(answer: Answer, where: Where) -> Iterator[Record | Fault]:
    """Yield what an answer says; what protected accounts wrote only when they asked themselves."""
    if _second(answer.value):
        return iter(_public(answer, where))
    return v1.records(answer, where)


def _second(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return False
    return bool(_V2 & first.keys()) or "author_id" in first or ("username" in first and "screen_name" not in first)


def _public(answer: Answer, where: Where) -> list[Record | Fault]:
    found: list[Record | Fault] = []
    for pointer, page in things(answer.value, where.pointer):
        inner = where._replace(pointer=pointer)
        if not isinstance(page, dict):
            found.append(Fault(inner, "bad_shape"))
            continue
        if _private(page.get("data")):
            continue
        try:
            found += whole(v2.records(page, inner, answer.seen))
        except SLIPS:
            found.append(Fault(inner, "bad_shape"))
    hidden = {r.id for r in found if isinstance(r, Post) and r.visibility == "followers" and r.author != answer.owner}
    return [r for r in found if not (isinstance(r, Post | Observation) and r.id in hidden)]


def _private(data: Any) -> bool:
    first = data[0] if isinstance(data, list) and data else data
    return isinstance(first, dict) and bool(_MESSAGE & first.keys())
