"""Answers of real servers, recorded by other projects, where they lie beside this one."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from valore.model.records import Account, Fault, Post, Raw, Record
from valore.places import feed
from valore.trust.archive import open_export

LENT = "2024-03-01T08:00:00Z"
"""The date of what has none."""
_HOME = "https://lent.example/"
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


class Read(NamedTuple):
    """What the reader of feeds made of a file."""

    posts: list[Post]
    names: dict[str, str | None]
    """Of accounts, by id."""
    faults: list[Fault]


def read(path: Path) -> Read:
    """Read a feed, entries without a date as if they had one."""
    found: list[Record | Fault] = []
    with open_export(path) as export:
        match = feed.PLUGIN.sniff(export)
        for raw in feed.PLUGIN.read(export, match) if match else ():
            if isinstance(raw, Raw):
                found += _lent(raw)
            elif isinstance(raw, Fault):
                found.append(raw)
    return Read(
        [r for r in found if isinstance(r, Post)],
        {r.id: r.name for r in found if isinstance(r, Account)},
        [r for r in found if isinstance(r, Fault)],
    )


def _lent(raw: Raw) -> list[Record | Fault]:
    """Lend a date, an address to a feed without one, for who wrote an entry is else nobody, and one to an entry."""
    found = list(feed.PLUGIN.normalise(raw))
    for _ in range(3):
        lacking = {f.reason for f in found if isinstance(f, Fault)} if raw.kind != "feed" else set()
        if "no_date" in lacking:
            raw = raw._replace(value=(raw.value[0], {**raw.value[1], "published": LENT, "date_published": LENT}))
        elif "no_author" in lacking:
            raw = raw._replace(value=(raw.value[0]._replace(home=_HOME), raw.value[1]))
        elif "no_content" in lacking:
            raw = raw._replace(value=(raw.value[0], {**raw.value[1], "link": f"{_HOME}1", "url": f"{_HOME}1"}))
        found = list(feed.PLUGIN.normalise(raw))
    return found
