"""What the data does not hold, said aloud."""

from datetime import date
from itertools import pairwise

from valore.engine import Engine
from valore.errors import N_
from valore.flows._scene import Scene
from valore.flows._stage import Params
from valore.model.reading import Gap

_MONTHS = 12
_TOLD = 5
"""Languages that are named, those with most posts first."""
_HOLE = 3
"""Months between two that hold something, from which on a hole is told."""


def gaps(engine: Engine, setting: Scene, values: Params) -> tuple[Gap, ...]:
    """Return months without anything, texts that nobody could read, counts that a place does not give."""
    return (*_months(engine, values), *_unscored(engine, values), *_views(engine, values), *_peers(setting))


def _months(engine: Engine, values: Params) -> list[Gap]:
    """Return spells of whole months between the first and the last of a place."""
    held: dict[str, list[int]] = {}
    for row in engine.ask("months", **values).to_pylist():
        year, month = map(int, row["month"].split("-"))
        held.setdefault(row["place"], []).append(_MONTHS * year + month - 1)
    return [
        Gap(
            place=place, since=_first(a + 1), until=_first(b),
            reason=N_("nothing for {months} months"), facts={"months": b - a - 1},
        )
        for place, months in held.items()
        for a, b in pairwise(months)
        if b - a > _HOLE
    ]  # fmt: skip


def _first(number: int) -> date:
    return date(number // _MONTHS, number % _MONTHS + 1, 1)


def _unscored(engine: Engine, values: Params) -> list[Gap]:
    reason = N_("{posts} mentions in the language '{language}' are unscored: no model here knows it")
    return [
        Gap(place="", since=None, until=None, reason=reason, facts={"posts": r["posts"], "language": r["language"]})
        for r in engine.ask("unscored", **values).to_pylist()[:_TOLD]
    ]


def _views(engine: Engine, values: Params) -> list[Gap]:
    reason = N_("this place does not say how often {posts} posts were seen")
    return [
        Gap(place=r["place"], since=None, until=None, reason=reason, facts={"posts": r["posts"]})
        for r in engine.ask("views", **values).to_pylist()
        if not r["told"]
    ]


def _peers(setting: Scene) -> list[Gap]:
    if not setting.refused_peers:
        return []
    reason = N_("{people} people of the reference set have not agreed and are left out")
    return [Gap(place="", since=None, until=None, reason=reason, facts={"people": setting.refused_peers})]
