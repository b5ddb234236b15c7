"""What machines are given holds to its documented schema."""

import json as std
import re
from typing import Any

import orjson
import pytest

from valore.errors import UnknownName
from valore.model.reading import Reading
from valore.present.language import Words
from valore.present.pages import report
from valore.present.render import json

KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "number": (int, float), "integer": (int,),
    "boolean": (bool,), "null": (type(None),),
}  # fmt: skip


def _faults(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "$") -> list[str]:
    """Check the part of JSON Schema that the documents use; a keyword that is not known here is a fault."""
    if "$ref" in schema:
        return _faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, at)
    unknown = set(schema) - {
        "$schema", "$defs", "title", "description", "format", "type", "enum", "required", "properties",
        "additionalProperties", "items", "pattern", "minimum",
    }  # fmt: skip
    found = [f"{at}: keyword {k}" for k in unknown]
    kinds = schema.get("type", list(KINDS))
    allowed = tuple(t for k in ([kinds] if isinstance(kinds, str) else kinds) for t in KINDS[k])
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        return [*found, f"{at}: {type(value).__name__} is no {kinds}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{at}: {value!r} is not like {schema['pattern']}")
    if isinstance(value, dict):
        found += [f"{at}: no {k}" for k in schema.get("required", []) if k not in value]
        further = schema.get("additionalProperties", True)
        for key, item in value.items():
            inner = schema.get("properties", {}).get(key, further)
            if inner is False:
                found.append(f"{at}: {key} is not documented")
            elif isinstance(inner, dict):
                found += _faults(item, inner, root, f"{at}.{key}")
    if isinstance(value, list) and "items" in schema:
        found += [f for i, x in enumerate(value) for f in _faults(x, schema["items"], root, f"{at}[{i}]")]
    return found


def _plain(document: object) -> Any:
    return std.loads(orjson.dumps(document))


@pytest.mark.parametrize("lens", [None, "company", "sceptic"])
def test_the_value_holds_to_its_schema(brand: Reading, lens: str | None) -> None:
    document = _plain(json.value(brand, lens))
    schema = json.schema("value")
    assert not _faults(document, schema, schema)


@pytest.mark.parametrize("component", ["identity", "reputation", "presence", "contribution"])
def test_the_reasons_hold_to_their_schema(brand: Reading, component: str) -> None:
    document = _plain(json.why(brand, component))
    schema = json.schema("why")
    assert not _faults(document, schema, schema)


def test_the_tables_of_a_page_hold_to_their_schema(brand: Reading) -> None:
    document = _plain(json.page(report.page(brand, Words("it"))))
    schema = json.schema("page")
    assert not _faults(document, schema, schema)
    row = document["tables"]["components"][1]
    assert (row["name"], row["value"], row["grade"], row["reason"]) == ("reputation", 63.4, "A", None)
    assert (row["low"], row["high"]) == (pytest.approx(58.2), pytest.approx(68.6))


def test_the_check_itself_can_fail(brand: Reading) -> None:
    document = _plain(json.value(brand, "company"))
    schema = json.schema("value")
    del document["components"]["reputation"]["grade"]
    document["components"]["identity"]["value"] = "58"
    document["extra"] = 1
    assert len(_faults(document, schema, schema)) == 3


def test_a_number_is_given_whole_or_not_at_all(brand: Reading) -> None:
    components = json.value(brand)["components"]
    assert components["reputation"]["value"] == 63.4
    assert components["reputation"]["evidence"][0] == "4000000000000000001"
    assert (components["contribution"]["value"], components["contribution"]["reason"]) == (None, "interval_only")
    assert components["contribution"]["low"] == 25.0
    assert (components["presence"]["value"], components["presence"]["reason"]) == (None, "no_answers_seen")


def test_rows_hold_components_and_lenses(brand: Reading) -> None:
    rows = json.rows(brand)
    assert [r["name"] for r in rows if r["kind"] == "component"] == list(brand.components)
    assert [r["name"] for r in rows if r["kind"] == "lens"] == list(brand.values)


def test_an_unknown_lens_is_refused_by_name(brand: Reading) -> None:
    with pytest.raises(UnknownName):
        json.value(brand, "horoscope")
