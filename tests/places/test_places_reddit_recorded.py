"""Recorded answers of Reddit's API: every post, comment and account means something, or says why not."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Fault, Observation, Post, Raw, Record, Where
from valore.places.reddit import PLUGIN

FOLDER = Path(__file__).parents[3] / "shared" / "samples" / "reddit-api"
KINDS = {"t1": Post, "t3": Post, "t2": Account, "t5": Account}


@pytest.fixture(scope="module")
def answers() -> list[tuple[str, Any]]:
    """Every answer that is JSON, with the name of its file."""
    if not FOLDER.exists():
        pytest.skip("no recorded samples here: reddit-api")
    return list(_answers())


def _answers() -> Iterator[tuple[str, Any]]:
    for path in sorted(FOLDER.glob("*.json")):
        for number, each in enumerate(json.loads(path.read_text("utf-8"))["interactions"]):
            try:
                yield f"{path.name}#{number}", json.loads(each["response"]["body"]["string"])
            except ValueError:
                continue  # a redirect, or an empty answer


def _meant(name: str, answer: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where(name, ""), answer)))


def _things(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Yield all things of a kind, wherever they stand."""
    if isinstance(value, dict):
        if value.get("kind") == kind and isinstance(value.get("data"), dict):
            yield value["data"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _things(inner, kind)


def test_every_post_and_comment_is_read_or_says_why_not(answers: list[tuple[str, Any]]) -> None:
    read, refused = Counter[str](), Counter[str]()
    for name, answer in answers:
        found = _meant(name, answer)
        ids = {r.id for r in found if isinstance(r, Post)}
        lacking = [r for r in found if isinstance(r, Fault) and r.reason != "bad_shape"]
        wanted = {data["name"] for kind in ("t1", "t3") for data in _things(answer, kind)}
        assert len(wanted - ids) == len({f.where for f in lacking}), name
        read["posts"] += len(ids)
        refused.update(f.reason for f in lacking)
    assert read["posts"] > 250
    assert set(refused) == {"no_author"}, "only what was deleted"


def test_every_account_and_community_is_read(answers: list[tuple[str, Any]]) -> None:
    for name, answer in answers:
        found = [r for r in _meant(name, answer) if isinstance(r, Account)]
        wanted = [data for kind in ("t2", "t5") for data in _things(answer, kind)]
        assert len(found) >= len(wanted), name


def test_errors_are_faults_and_what_is_no_post_is_silent(answers: list[tuple[str, Any]]) -> None:
    errors = [r for name, a in answers for r in _meant(name, a) if isinstance(r, Fault) and r.reason == "bad_shape"]
    assert len(errors) > 15
    assert all(e.detail.startswith("error ") for e in errors)
    silent = [a for name, a in answers if not _meant(name, a)]
    assert len(silent) > 150
    assert not any(list(_things(a, kind)) for a in silent for kind in KINDS)


def test_what_is_read_is_whole(answers: list[tuple[str, Any]]) -> None:
    for name, answer in answers:
        for record in _meant(name, answer):
            if isinstance(record, Post):
                assert record.author.startswith("@"), name
                assert record.text or record.title, name
                assert record.id.startswith("t3_") or record.reply_to is not None, name
            elif isinstance(record, Observation):
                assert record.likes is None or record.likes >= 0, name


def test_messages_are_never_read(answers: list[tuple[str, Any]]) -> None:
    for name, answer in answers:
        bodies = {data["body"] for data in _things(answer, "t4")}
        assert not {r.text for r in _meant(name, answer) if isinstance(r, Post)} & bodies, name
