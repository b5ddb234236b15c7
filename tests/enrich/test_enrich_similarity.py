"""Two texts that say the same: pairs, their probabilities, and what is shared word by word."""

import numpy as np
import pyarrow as pa
import pytest

from valore.enrich import enrichers
from valore.enrich._pairs import features, rarity

ONE = "Lume opens its first shop in Turin on 12 March"
SAME = "Turin gets its first Lume shop on March 12"
OTHER = "Why does Lume need a shop in Turin when everybody buys online?"


def pairs(*rows: tuple[str | None, str | None]) -> list[dict[str, object]]:
    batch = pa.record_batch({"text": [a for a, _ in rows], "other": [b for _, b in rows]})
    return list(enrichers()["similarity"].enrich(batch).to_pylist())


def test_the_same_in_other_words_stands_above_another_remark_on_the_same_story() -> None:
    same, other = pairs((ONE, SAME), (ONE, OTHER))
    assert same["paraphrase"] == "paraphrase"
    assert other["paraphrase"] == "different"
    assert same["similarity"] > other["similarity"]  # type: ignore[operator]


def test_the_probabilities_of_a_pair_sum_to_one_and_name_the_best() -> None:
    for row in pairs((ONE, SAME), (ONE, OTHER), (OTHER, SAME)):
        p = {c: float(row[f"paraphrase_p_{c}"]) for c in ("paraphrase", "different")}  # type: ignore[arg-type]
        assert sum(p.values()) == pytest.approx(1, abs=1e-6)
        assert row["paraphrase_best"] == max(p, key=lambda c: p[c])


def test_the_order_of_two_texts_does_not_matter_nor_their_neighbours() -> None:
    alone, back = pairs((ONE, SAME))[0], pairs((OTHER, ONE), (SAME, ONE))[1]
    assert alone["similarity"] == pytest.approx(back["similarity"], abs=1e-4)


def test_no_pairs_are_no_trouble_and_an_empty_side_is_null() -> None:
    assert pairs() == []
    assert set(pairs((ONE, "😀"), (None, SAME))[0].values()) == {None}


def test_a_text_shares_everything_with_itself_and_nothing_with_silence() -> None:
    found = features([ONE, ONE], [ONE.upper(), "!"], np.array([1.0, 0.0]))
    assert found[0].tolist() == pytest.approx([1, 1, 1], abs=1e-5)
    assert found[1][2] == 0


def test_rare_pieces_weigh_more_than_frequent_ones() -> None:
    weight = rarity(np.array([0, 6, 100, 100_000]))
    assert (np.diff(weight) >= 0).all()
    assert weight[-1] > 5 * weight[0]
