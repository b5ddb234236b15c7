"""Readings and pages for machines: stable English names, raw values, the same in every language.

The documents are described by `schema/value.json`, `schema/why.json` and `schema/page.json`.
"""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any

import orjson

from valore.errors import UnknownName
from valore.model.estimate import Estimate, Grade, NotEnough, Result
from valore.model.reading import Card, Effect, Reading
from valore.present.page import Page, Table, tables

INTERVAL_ONLY = "interval_only"
"""Reason of a value that is left out because its evidence is thin (grade D): low and high stand alone."""


def value(reading: Reading, lens: str | None = None) -> dict[str, Any]:
    """Return the Value through one lens (or all) and every component.

    Raises:
        UnknownName: when the lens was not read for this subject.
    """
    if lens is not None and lens not in reading.values:
        raise UnknownName("lens", lens, reading.values)
    chosen = [lens] if lens else list(reading.values)
    values = {name: {"lens": reading.values[name][0].id, **result(reading.values[name][1])} for name in chosen}
    return head(reading) | {
        "lens": lens,
        "value": values[lens]["value"] if lens else None,
        "values": values,
        "components": {name: result(r) for name, r in reading.components.items()},
        "models": dict(reading.models),
    }


def head(reading: Reading) -> dict[str, Any]:
    """Return of whom, when and by which method."""
    return {
        "workspace": reading.workspace,
        "subject": reading.subject.slug,
        "kind": str(reading.subject.kind),
        "since": reading.since.isoformat(),
        "as_of": reading.as_of.isoformat(),
        "method": reading.method.version,
        "level": reading.method.level,
    }


def result(of: Result) -> dict[str, Any]:
    """Return one number, or null with its reason."""
    common = {
        "effective_authors": round(of.effective_authors, 3),
        "evidence": [str(e) for e in of.evidence],
        **({"withheld": str(of.withheld)} if isinstance(of, Estimate) and of.withheld else {}),
        "method": of.method,
        "details": dict(of.details),
    }
    match of:
        case Estimate(grade=Grade.D):
            shown = {"value": None, "reason": INTERVAL_ONLY, "low": of.low, "high": of.high, "grade": "D"}
            return shown | {"unit": str(of.unit)} | common
        case Estimate():
            shown = {
                "value": of.value,
                "reason": None,
                "low": of.low,
                "high": of.high,
                "grade": str(of.grade),
            }
            return shown | {"unit": str(of.unit)} | common
        case NotEnough():
            shown = {"value": None, "reason": str(of.reason), "low": None, "high": None, "grade": "E"}
            return shown | {"unit": None} | common


def why(reading: Reading, component: str) -> dict[str, Any]:
    """Return one component with what moved it and what would change it.

    Raises:
        UnknownName: when no component is called so.
    """
    if component not in reading.components:
        raise UnknownName("component", component, reading.components)
    known = reading.explanations.get(component)
    effects = {"raises": known.raises, "lowers": known.lowers} if known else {"raises": (), "lowers": ()}
    changes = known.what_if if known else ()
    return head(reading) | {
        "component": component,
        **result(reading.components[component]),
        **{name: [_effect(e, reading.cards) for e in some] for name, some in effects.items()},
        "what_if": [{"message": m, "facts": dict(f), "value": v} for m, f, v in changes],
    }


def _effect(effect: Effect, cards: Mapping[int, Card]) -> dict[str, Any]:
    card = cards.get(effect.post)
    return {"post": str(effect.post), "effect": effect.effect, "card": _card(card) if card else None}


def _card(card: Card) -> dict[str, Any]:
    return {
        "place": card.place,
        "author": card.author,
        "actor": card.actor,
        "published": card.published.isoformat(),
        "text": card.text,
        "url": card.url,
        "language": card.language,
        "polarity": card.polarity,
        "novelty": card.novelty,
        "likes": card.likes,
        "replies": card.replies,
        "reposts": card.reposts,
    }


def rows(reading: Reading) -> list[dict[str, Any]]:
    """Return components and lenses as rows of one table: kind, name, value, low, high, grade, reason, method."""
    both = [("component", n, r) for n, r in reading.components.items()]
    both += [("lens", n, r) for n, (_, r) in reading.values.items()]
    kept = ("value", "low", "high", "grade", "reason", "effective_authors", "method")
    return [{"kind": kind, "name": name} | {k: result(r)[k] for k in kept} for kind, name, r in both]


def page(shown: Page) -> dict[str, Any]:
    """Return the tables of any page: named columns, raw values."""
    return {
        "page": shown.name,
        "title": shown.title,
        "language": shown.language,
        "tables": {t.name or f"table-{i}": _rows(t) for i, t in enumerate(tables(shown), 1)},
    }


def _rows(table: Table) -> list[dict[str, Any]]:
    return [
        {
            c.name: _plain(cell.value if cell.value is not None else None)
            for c, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]


def _plain(raw: object) -> object:
    return raw.isoformat() if isinstance(raw, date) else raw


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a document: value, why or page."""
    loaded: dict[str, Any] = orjson.loads((files("valore.present.render") / "schema" / f"{name}.json").read_bytes())
    return loaded
