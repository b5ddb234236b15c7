"""Answers of real servers, recorded by other projects, where they lie beside this one."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "samples"


class Recorded(NamedTuple):
    """One answer of a cassette."""

    file: str
    address: str
    value: Any


def folder(name: str) -> Path:
    """Return a folder of recorded material; the test is skipped by name where there is none."""
    found = SHARED / name
    if not found.exists():
        pytest.skip(f"no recorded samples here: {name}")
    return found


def cassettes(path: Path) -> Iterator[Recorded]:
    """Yield every answer of the cassettes in a folder that is JSON, also the pieces of streams."""
    for file in sorted(path.rglob("*")):
        if file.suffix in (".yaml", ".json"):
            for tape in _tape(file):
                yield from _answers(file.name, tape)


def _tape(file: Path) -> list[dict[str, Any]]:
    text = file.read_text("utf-8")
    if file.suffix == ".json":
        return list(json.loads(text)["interactions"])
    yaml = pytest.importorskip("yaml")
    return list(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["interactions"])


def _answers(file: str, tape: dict[str, Any]) -> Iterator[Recorded]:
    body = tape["response"]["body"]
    text = _decoded(body.get("string") if isinstance(body, dict) else body)
    pieces = [p[6:] for p in text.splitlines() if p.startswith("data: ")] or [text]
    for piece in pieces:
        try:
            yield Recorded(file, tape["request"]["uri"], json.loads(piece))
        except ValueError:
            continue


def _decoded(body: Any) -> str:
    if isinstance(body, bytes):
        return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode("utf-8", "replace")
    return body if isinstance(body, str) else ""


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a value."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)
