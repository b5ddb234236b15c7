"""Long lists deep inside a document are walked in bounded memory, whatever the size of its blocks."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.places import _nested
from valore.places._nested import Broken, Walk, value

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def _walk(text: str | bytes) -> Walk:
    return Walk(io.BytesIO(text.encode() if isinstance(text, str) else text))


def _whole(walk: Walk) -> Any:
    """Build a value by walking all of it."""
    if walk.peek() == b"{":
        return {key: _whole(walk) for key in walk.keys()}  # noqa: SIM118 - it walks
    if walk.peek() == b"[":
        return [_whole(walk) for _ in walk.elements()]
    return value(walk.take() or b"")


@given(_JSON, st.integers(1, 9), st.sampled_from([None, 1]))
def test_walking_gives_what_parsing_gives_whatever_the_blocks(document: Any, block: int, indent: int | None) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_nested, "_BLOCK", block)
        assert _whole(_walk(text)) == document
        assert value(_walk(text).take() or b"") == document


@given(_JSON, st.integers(1, 9))
def test_what_is_passed_over_leaves_the_rest(document: Any, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_nested, "_BLOCK", block)
        walk = _walk(json.dumps([document, "after"], ensure_ascii=False))
        found = []
        for number in walk.elements():
            if number == 0:
                walk.skip()
            else:
                found.append(value(walk.take() or b""))
        assert found == ["after"]


@given(_JSON, st.data())
def test_a_document_cut_anywhere_is_told(document: Any, chance: st.DataObject) -> None:
    text = json.dumps({"x": document, "y": 1}, ensure_ascii=False).encode()
    with pytest.raises(Broken, match="truncated"):
        _whole(_walk(text[: chance.draw(st.integers(0, len(text) - 1))]) if text else _walk(b""))


def test_an_element_that_is_too_large_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_nested, "_ELEMENT", 100)
    monkeypatch.setattr(_nested, "_BLOCK", 16)
    walk = _walk(json.dumps([[7] * 200, 8]))
    assert [walk.take() for _ in walk.elements()] == [None, b"8"]


def test_a_string_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_nested, "_ELEMENT", 100)
    monkeypatch.setattr(_nested, "_BLOCK", 16)
    with pytest.raises(Broken, match="too_large"):
        _walk('["' + "a" * 1000).skip()


@pytest.mark.parametrize("text", ['{"a" 1}', "[1 2]", "[,]", '{"a": }', "{1: 2}"])
def test_what_is_no_json_is_told(text: str) -> None:
    with pytest.raises(Broken, match="bad_json"):
        _whole(_walk(text))


def test_a_mark_of_byte_order_is_passed() -> None:
    assert _whole(_walk(b"\xef\xbb\xbf[1]")) == [1]


def test_control_characters_are_read_as_telegram_writes_them() -> None:
    assert value(rb'"a\x0Bb\\x0B\u00e8"') == "a\x0bb\\x0Bè"


def test_nesting_without_end_is_told() -> None:
    with pytest.raises(Broken, match=r"too_deep|bad_json"):
        value(b"[" * 100_000 + b"]" * 100_000)
