"""Telegram: an export of another project's tests gives nothing private, and made public, everything."""

import json
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Cursor, Fault, Interaction, Post, Raw, Record
from valore.places.telegram import PLUGIN
from valore.trust.archive import open_export

SHARED = Path(__file__).parents[3] / "shared" / "samples"


def _shared() -> Path:
    path = SHARED / "telegram-export" / "result.json"
    if not path.exists():
        pytest.skip("no recorded samples here: telegram-export")
    return path


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        raws = [r for r in PLUGIN.read(export, match) if not isinstance(r, Cursor)]
    return [r for raw in raws for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]


def _public(folder: Path) -> tuple[Path, list[dict[str, Any]]]:
    """Return the same export as if its group were open to everybody, and the messages of that group."""
    text = _shared().read_text(encoding="utf-8").replace("private_supergroup", "public_supergroup")
    path = folder / "result.json"
    path.write_text(text, encoding="utf-8")
    return path, json.loads(text)["chats"][0]["messages"]


def test_a_private_group_and_saved_messages_give_nothing() -> None:
    assert _read(_shared()) == []


def test_every_message_of_a_public_group_is_a_post_an_act_or_a_fault(tmp_path: Path) -> None:
    path, messages = _public(tmp_path)
    found = _read(path)
    said = {r.pointer for r in found if isinstance(r, Post | Interaction)}
    refused = {f.where.pointer: f.reason for f in found if isinstance(f, Fault)}
    wanted = {f"/chats/0/messages/{n}" for n, m in enumerate(messages) if m["type"] == "message"}
    assert said | set(refused) == wanted
    assert not said & set(refused)
    assert refused == {"/chats/0/messages/7": "no_author"}


def test_the_whole_text_comes_from_its_parts(tmp_path: Path) -> None:
    texts = [r.text for r in _read(_public(tmp_path)[0]) if isinstance(r, Post)]
    assert texts[:2] == ["hello everyone?", "check this link"]
