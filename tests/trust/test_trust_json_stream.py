"""JSON of any length, whole or broken, gives its elements and faults: never an exception, never silence."""

import io
import json
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.model.records import Fault
from valore.trust._json_digits import lengthy
from valore.trust.json_stream import items

_SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=12)
_VALUES = st.recursive(
    _SCALARS, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(max_size=5), v, max_size=4), max_leaves=12
)
_RECORDS = st.fixed_dictionaries({"id": st.text(max_size=6), "text": st.text(max_size=40), "more": _VALUES})
_STYLES = st.sampled_from([{"indent": 2}, {"separators": (",", ":")}, {}, {"ensure_ascii": False}])


def _read(data: bytes, block: int = 256, file: str = "a.json", element: int = 1 << 20) -> list[Any]:
    return list(items(io.BytesIO(data), file, block=block, element=element))


def _values(found: list[Any]) -> list[Any]:
    return [item[1] for item in found if not isinstance(item, Fault)]


def _faults(found: list[Any]) -> list[str]:
    return [item.reason for item in found if isinstance(item, Fault)]


@given(st.lists(_RECORDS | _VALUES, max_size=30), _STYLES, st.integers(16, 700))
def test_an_array_gives_its_elements_whatever_the_block_and_the_style(
    values: list[Any], style: dict[str, Any], block: int
) -> None:
    found = _read(json.dumps(values, **style).encode(), block)
    assert _values(found) == values
    assert [item[0] for item in found] == [f"/{n}" for n in range(len(values))]


@given(st.lists(_RECORDS, max_size=20), _STYLES, st.integers(16, 700), _VALUES)
def test_an_object_gives_the_elements_of_its_arrays_and_its_other_values(
    values: list[Any], style: dict[str, Any], block: int, other: Any
) -> None:
    other = {"is": other}
    whole = {"type": "x", "a/b~c": other, "items": values, "end": None}
    found = _read(json.dumps(whole, **style).encode(), block)
    assert [i for i in found if not i[0].startswith("/items")] == [
        ("/type", "x"),
        ("/a~1b~0c", other),
        ("/end", None),
    ]
    assert [i[1] for i in found if i[0].startswith("/items")] == values


@given(st.lists(_RECORDS, min_size=2, max_size=20), st.integers(16, 700))
def test_lines_are_read_one_value_each(values: list[Any], block: int) -> None:
    data = "\n".join(json.dumps(v) for v in values).encode()
    assert _read(data, max(block, data.find(b"\n") + 2)) == [(f"L{n}", v) for n, v in enumerate(values, 1)]
    assert _read(data, block, "a.jsonl") == [(f"L{n}", v) for n, v in enumerate(values, 1)]


@given(st.lists(_RECORDS, min_size=1, max_size=12), _STYLES, st.integers(16, 300), st.data())
def test_a_cut_document_gives_all_complete_elements_and_then_a_fault(
    values: list[Any], style: dict[str, Any], block: int, data: st.DataObject
) -> None:
    whole = b"window.YTD.tweets.part0 = " + json.dumps(values, **style).encode()
    cut = data.draw(st.integers(27, len(whole) - 1))
    found = _read(whole[:cut], block)
    got = _values(found)
    assert got == values[: len(got)]
    assert _faults(found) == ["truncated"]
    complete = sum(
        json.dumps(values[: n + 1], **style).encode().rstrip(b"]\n") in whole[:cut] for n in range(len(values))
    )
    assert len(got) >= complete - 1


@settings(max_examples=300)
@given(st.lists(_RECORDS, min_size=1, max_size=12), _STYLES, st.randoms(use_true_random=False))
def test_flipped_bits_give_faults_or_other_values_but_no_exception(
    values: list[Any], style: dict[str, Any], chance: random.Random
) -> None:
    data = bytearray(json.dumps({"items": values} if chance.random() < 0.5 else values, **style).encode())
    for _ in range(chance.randint(1, 5)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    found = _read(bytes(data), chance.randint(16, 500))
    assert len(found) <= len(data)


@pytest.mark.parametrize("broken", ['{"id":"7","text":"a}', '{"id":"7",,}', '{"id":"7","more":[[}', '{"id":"7"'])
def test_a_broken_element_costs_at_most_itself_and_the_next(broken: str) -> None:
    rows = [f'{{"id":"{n}","text":"{"parola " * 9}"}}' for n in range(40)]
    rows[7] = broken
    found = _read(("[" + ",".join(rows) + "]").encode())
    kept = {v["id"] for v in _values(found)}
    assert {str(n) for n in range(40)} - {"7", "8"} <= kept <= {str(n) for n in range(40)} - {"7"}
    assert _faults(found) == ["bad_json"]


@pytest.mark.parametrize("prefix", ["window.YTD.tweet.part0 = ", "Grailbird.data.tweets_2015_01 =\n", "\n", ""])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("block", [16, 4096])
def test_prefixes_and_encodings_are_understood(prefix: str, encoding: str, block: int) -> None:
    values = [{"id": str(n), "text": "perché 😀"} for n in range(30)]
    if encoding.startswith("utf-16") and block == 16:
        block = 48
    found = _read((prefix + json.dumps(values, ensure_ascii=False)).encode(encoding), max(block, 128))
    assert _values(found) == values


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ('{"n": NaN}', "bad_number"),
        ('{"n": -Infinity}', "bad_number"),
        ('{"n": 1e999}', "bad_number"),
        ('{"n": ' + "9" * 5000 + "}", "bad_number"),
        ('{"n": ' + "9" * 41 + "}", "bad_number"),
        ('{"n": 0.' + "3" * 41 + ', "m": "' + "3" * 41 + '"}', "bad_number"),
        ("[" * 100_000 + "]" * 100_000, "too_deep"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "too_deep"),
        ('{"a" 1}', "bad_json"),
        ("{'a': 1}", "bad_json"),
        ('{"a": "\x01"}', "bad_json"),
    ],
)
def test_one_policy_for_what_no_record_may_hold(element: str, reason: str) -> None:
    found = _read(f'[{{"id":1}},{element},{{"id":2}}]'.encode())
    assert _faults(found) == [reason]
    assert _values(found) == [{"id": 1}, {"id": 2}]


def test_forty_digits_are_a_number_and_a_text_may_hold_any() -> None:
    values = [{"n": float(10**39), "text": "7" * 60}, {"n": 1, "text": "\\" + '"' + "7" * 60}]
    written = json.dumps(values).replace("1e+39", "1" + "0" * 39)
    assert _values(_read(written.encode())) == values
    assert _values(_read("\n".join(json.dumps(v) for v in values).encode(), 64, "a.jsonl")) == values


@given(
    st.lists(st.tuples(st.sampled_from([b"1", b"0", b"9", b"a", b'"', b"/", b":"]), st.integers(1, 90)), max_size=12),
    st.binary(max_size=60),
)
def test_many_digits_in_a_row_are_found_wherever_they_stand(runs: list[tuple[bytes, int]], before: bytes) -> None:
    data = before + b"".join(sign * count for sign, count in runs)
    assert lengthy(data) == bool(re.search(rb"[0-9]{41}", data))


@pytest.mark.parametrize("beside", ["", ',"\\ud83d"'])
def test_numbers_and_repeated_keys_mean_the_same_to_both_parsers(beside: str) -> None:
    found = _read(
        f'[[18446744073709551615,18446744073709551616,-9223372036854775809,{{"a":1,"a":2}}{beside}]]'.encode()
    )
    assert found[0][1][:4] == [2**64 - 1, float(2**64), float(-(2**63)), {"a": 2}]


def test_lone_surrogates_are_kept_for_the_repair_of_text() -> None:
    assert _values(_read(b'[{"t":"\\ud83d"},{"t":"ok"}]')) == [{"t": "\ud83d"}, {"t": "ok"}]


def test_an_element_over_the_limit_is_a_fault_and_memory_stays_bounded() -> None:
    data = b'[{"id":1},{"t":"' + b"x" * 100_000 + b'"},{"id":2}]'
    found = _read(data, element=10_000)
    assert _values(found)[0] == {"id": 1}
    assert "too_large" in _faults(found)


@pytest.mark.parametrize(
    "data", [b"", b" ", b"\xef\xbb\xbf", b"hello", b"<html>", b"\xff\xfe", b"\0\0\0", b"[", b"{", b'"']
)
def test_what_is_no_document_is_one_fault(data: bytes) -> None:
    assert len(_faults(_read(data))) == 1
