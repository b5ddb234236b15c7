"""`workspace.toml`: who is measured, who agreed, the plan, and how the tables are read."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from valore.model.subject import PlanItem
from valore.world import cast
from valore.world.exports.listening import mappings


def text(plan: Iterable[PlanItem]) -> str:
    """Return the workspace file of a world with this plan; all else is the same in every world."""
    parts = ['title = "Studio Ponte: Lume"', 'language = "it"', 'timezone = "Europe/Rome"', ""]
    for kind, tables in (
        ("subject", _subjects()),
        ("consent", _consents()),
        ("face", _faces()),
        ("plan", map(_item, plan)),
        ("mapping", iter(mappings())),
    ):
        for table in tables:
            parts += [f"[[{kind}]]", *(f"{key} = {_value(value)}" for key, value in table.items()), ""]
    return "\n".join(parts)


def _subjects() -> Iterator[dict[str, Any]]:
    for role in cast.roles():
        who = role.subject
        yield {
            "slug": who.slug,
            "kind": who.kind.value,
            "name": who.name,
            "aliases": who.aliases,
            "accounts": who.accounts,
            "queries": who.queries,
            "statement": who.statement,
            "pillars": who.pillars,
            "peers": who.peers,
        }


def _consents() -> Iterator[dict[str, Any]]:
    for given in cast.consents():
        yield {
            "subject": given.subject,
            "given": given.given,
            "at": given.at,
            "method": given.method,
            "by": given.by,
            "purposes": given.purposes,
        }


def _faces() -> Iterator[dict[str, Any]]:
    for face in cast.faces():
        facts = {"brand": face.brand, "person": face.person, "role": face.role}
        yield facts | {"since": face.since, "visible": face.visible}


def _item(item: PlanItem) -> dict[str, Any]:
    return {"subject": item.subject, "at": item.at, "pillar": item.pillar, "title": item.title}


def _value(value: object) -> str:
    """Return a value as TOML writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Mapping():
            return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
        case tuple():
            return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False)
