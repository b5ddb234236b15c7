"""How answers of Meta's Graph API are built, whether Facebook's, Instagram's or Threads'.

A page of things stands under `data`, things asked by number stand under their numbers, what hangs on a
thing stands under the name of the edge, with `summary.total_count` where that was asked. Source:
developers.facebook.com/docs/graph-api, versions 4 to 25.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Fault, Instant, Observation, Where
from valore.model.text import repair
from valore.model.time import Moment, moment
from valore.places._answer import count, things

_NUMBER = re.compile(r"[\d_]{3,}")
_METRICS = {
    "likes": "likes",
    "comments": "replies",
    "replies": "replies",
    "shares": "reposts",
    "reposts": "reposts",
    "quotes": "quotes",
    "views": "views",
    "impressions": "views",
    "plays": "views",
    "reach": "reach",
    "saved": "saves",
    "post_impressions": "views",
    "post_media_view": "views",
    "post_impressions_unique": "reach",
    "post_total_media_view_unique": "reach",
    "post_clicks": "clicks",
}
"""The count that an insight is; newer names of one count first, so that they win."""
_ORDER = ("views", "post_media_view", "post_total_media_view_unique")
"""Names that win over older ones of the same count."""


def unwrapped(value: Any, where: Where) -> Iterator[tuple[Where, dict[str, Any]] | Fault]:
    """Yield the things of an answer; a refusal is a fault, which says its number."""
    for pointer, thing in things(value, where.pointer):
        inner = where._replace(pointer=pointer)
        if not isinstance(thing, dict):
            yield Fault(inner, "bad_shape")
        elif "error" in thing:
            yield refusal(thing["error"], inner)
        elif isinstance(thing.get("data"), list) and "id" not in thing:
            yield from unwrapped(thing["data"], under(inner, "data"))
        elif thing and all(_NUMBER.fullmatch(k) and isinstance(v, dict) for k, v in thing.items()):
            for number, one in thing.items():
                yield under(inner, number), one
        else:
            yield inner, thing


def refusal(error: Any, where: Where) -> Fault:
    """Return the fault of an error: its number alone, for its message may repeat what was asked."""
    code = error.get("code") if isinstance(error, dict) else None
    return Fault(where, "no_content", f"error {code}" if isinstance(code, int) else "error")


def under(where: Where, name: str) -> Where:
    """Return where a part of a thing stands."""
    return where._replace(pointer=f"{where.pointer}/{name}")


def edge(thing: Mapping[str, Any], name: str, where: Where) -> Iterator[tuple[Where, dict[str, Any]]]:
    """Yield the objects that hang on a thing under a name."""
    found = mapping(thing.get(name)).get("data")
    for number, one in enumerate(found if isinstance(found, list) else ()):
        if isinstance(one, dict):
            yield under(where, f"{name}/data/{number}"), one


def total(thing: Mapping[str, Any], name: str) -> int | None:
    """Return how many hang on a thing under a name, where that was asked."""
    return count(mapping(mapping(thing.get(name)).get("summary")).get("total_count"))


def insights(thing: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts among the insights of a post: those of its whole life, by the field of an `Observation`."""
    return counted([one for _, one in edge(thing, "insights", Where("", ""))])


def counted(metrics: list[dict[str, Any]]) -> dict[str, int]:
    """Return the counts that insights are, by the field of an `Observation`."""
    found: dict[str, int] = {}
    for metric in sorted(metrics, key=lambda m: m.get("name") in _ORDER):
        values = metric.get("values")
        first = values[0] if isinstance(values, list) and values else metric.get("total_value")
        value, field = count(mapping(first).get("value")), _METRICS.get(str(metric.get("name")))
        if field and value is not None and metric.get("period", "lifetime") == "lifetime":
            found[field] = value
    return found


def subject(metric: Mapping[str, Any]) -> str | None:
    """Return the number of what an insight is about; None for what is no insight.

    >>> subject({"id": "1001/insights/reach/lifetime", "name": "reach"})
    '1001'
    """
    native, part, _ = str(metric.get("id")).partition("/insights/")
    return native if part and _NUMBER.fullmatch(native) else None


def observed(
    place: str, native: str, pointer: str, seen: Instant | None, counts: Mapping[str, int | None]
) -> Iterator[Observation]:
    """Yield the counts of a post where there are any."""
    if any(count is not None for count in counts.values()):
        yield Observation(place, native, pointer, seen, **counts)


def written(thing: Mapping[str, Any], name: str) -> Moment | None:
    """Return when a thing was made."""
    date = thing.get(name)
    return moment(date) if isinstance(date, str) else None


def identity(value: Any) -> str | None:
    """Return a number that names a thing, as text."""
    return repair(str(value)) or None if isinstance(value, str | int) and not isinstance(value, bool) else None


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def lacking(native: str | None, author: str | None, date: Any) -> str:
    """Return the reason why a thing is no record."""
    return "no_id" if native is None else "no_author" if author is None else "bad_date" if date else "no_date"
