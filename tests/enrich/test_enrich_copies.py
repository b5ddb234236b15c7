"""Copies, novelty and pairs: a copy adds nothing, whatever it is dressed in."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.enrich import enrichers
from valore.enrich._copies import overlaps, shingles, signatures

SAID = [
    "La carta riciclata assorbe l'inchiostro meglio di quella patinata.",
    "Domani apriamo la mostra dei caratteri mobili in via Po.",
    "Un buon contrasto serve a chi legge di sera sul telefono.",
]


def rows(name: str, texts: list[str | None], **columns: list[object]) -> list[dict[str, object]]:
    batch = pa.record_batch({"text": pa.array(texts, pa.string()), **columns})
    return list(enrichers()[name].enrich(batch).to_pylist())


def exact(one: str, other: str) -> float:
    a, b = ({t.ljust(4)[i : i + 4] for i in range(max(len(t) - 3, 1))} for t in (one, other))
    return len(a & b) / len(a | b)


@settings(max_examples=60, deadline=None)
@given(one=st.text(max_size=30), other=st.text(max_size=30))
def test_the_overlap_of_letter_groups_is_the_one_counted_by_hand(one: str, other: str) -> None:
    found = overlaps(pa.array([one, other]), np.array([[1, 0]]))
    assert found[0] == pytest.approx(exact(one, other))


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=8))
def test_a_text_is_signed_the_same_alone_and_in_company(texts: list[str]) -> None:
    together = signatures(pa.array(texts))
    for text, signed in zip(texts, together, strict=True):
        assert (signatures(pa.array([text]))[0] == signed).all()
    assert len(shingles(pa.array(texts)).starts) == len(texts)


def test_agreement_of_signatures_estimates_the_overlap() -> None:
    one = "la carta riciclata assorbe bene e costa poco, ma va provata prima di stampare " * 2
    other = one.replace("costa poco", "pesa molto")
    signed = signatures(pa.array([one, other]), values=512)
    assert (signed[0] == signed[1]).mean() == pytest.approx(exact(one, other), abs=0.08)


@pytest.mark.parametrize(
    "dress",
    [
        "RT @anna: {} https://lume.example #carta",
        "{} 👏👏",
        "  {}  ",
        "{} Da leggere!",
    ],
)
def test_a_copy_is_linked_to_the_first_whatever_it_is_dressed_in(dress: str) -> None:
    texts = [*SAID, *(dress.format(t) for t in SAID), *(t.upper() for t in SAID)]
    found = rows("near_duplicate", list(texts))
    assert [r["near_duplicate"] for r in found] == ["original"] * 3 + ["copy"] * 6
    assert [r["near_duplicate_other"] for r in found] == [None] * 3 + [0, 1, 2, 0, 1, 2]


def test_short_thanks_are_no_copies() -> None:
    assert [r["near_duplicate"] for r in rows("near_duplicate", ["Grazie mille!", "Grazie mille!"])] == [None, None]


def test_copies_are_named_by_key_where_there_is_one() -> None:
    found = rows("near_duplicate", [SAID[0], SAID[0]], key=[700, 701])
    assert found[1]["near_duplicate_other"] == 700


def test_an_exact_rehash_adds_exactly_nothing() -> None:
    found = rows("novelty", [*SAID, *SAID])
    assert found[0]["novelty"] == 1
    assert all(r["novelty"] > 0.3 for r in found[1:3])  # type: ignore[operator]
    assert [r["novelty"] for r in found[3:]] == [0, 0, 0]
    assert [r["novelty_other"] for r in found[3:]] == [0, 1, 2]


def test_a_copy_added_at_the_end_changes_no_earlier_post() -> None:
    before = rows("novelty", list(SAID))
    assert rows("novelty", [*SAID, SAID[1]])[:3] == before


def test_a_translation_is_nearly_a_rehash() -> None:
    english = "Recycled paper absorbs ink better than coated paper."
    new = "The mayor will present the city budget on Thursday evening."
    texts: list[str | None] = [SAID[0], english, new]
    found = rows("novelty", texts, language=["it", "en", "en"])
    assert found[1]["novelty"] < 0.25  # type: ignore[operator]
    assert found[2]["novelty"] > 0.4  # type: ignore[operator]


def test_half_a_rehash_adds_half() -> None:
    mixed = f"{SAID[0]} Il gatto del tipografo dorme sempre accanto alla pressa grande."
    value = rows("novelty", [SAID[0], mixed])[1]["novelty"]
    assert 0.2 < value < 0.6  # type: ignore[operator]


def test_gibberish_is_not_rewarded() -> None:
    assert (
        rows("novelty", [SAID[0], "asdkjh qwxzp zxmnbv lkjhgfd pqwrt mnbvcx", "😀", None])[1:]
        == [{"novelty": None, "novelty_other": None}] * 3
    )


def test_pairs_are_alike_in_meaning_in_words_or_not_at_all() -> None:
    batch = pa.record_batch(
        {
            "text": [SAID[0], SAID[0], SAID[0], None],
            "other": [SAID[0], "Recycled paper absorbs ink better than coated paper.", SAID[1], SAID[1]],
        }
    )
    same, translated, different, missing = enrichers()["similarity"].enrich(batch).to_pylist()
    assert same["similarity"] == pytest.approx(1)
    assert (same["paraphrase"], same["near_duplicate"]) == ("paraphrase", True)
    assert same["similarity"] > translated["similarity"] > different["similarity"]
    assert (translated["paraphrase"], translated["near_duplicate"]) == ("paraphrase", False)
    assert different["paraphrase"] == "different"
    assert set(missing.values()) == {None}
