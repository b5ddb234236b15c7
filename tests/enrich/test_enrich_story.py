"""Stories: posts that tell of one thing stand together, however many things there are."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from valore.enrich import enrichers
from valore.enrich._groups import grouped

PAPER = [
    "Lume presenta la carta riciclata per i quaderni di scuola.",
    "La carta riciclata di Lume arriva nei quaderni di scuola a settembre.",
    "Quaderni di scuola in carta riciclata: la novità di Lume.",
]
STRIKE = [
    "Sciopero dei treni venerdì, ferme le linee regionali.",
    "Venerdì sciopero dei treni: ferme le linee regionali per otto ore.",
]
ALONE = "Il gatto del tipografo dorme accanto alla pressa."


def stories(texts: list[str | None], **columns: list[object]) -> list[dict[str, object]]:
    batch = pa.record_batch({"text": pa.array(texts, pa.string()), **columns})
    return list(enrichers()["story"].enrich(batch).to_pylist())


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 60), least=st.floats(0.05, 0.95))
def test_groups_are_those_of_average_link_with_a_table_of_all_pairs(seed: int, n: int, least: float) -> None:
    rng = np.random.default_rng(seed)
    unit = (rng.normal(size=(n, 8)) + 3 * rng.normal(size=(4, 8))[rng.integers(0, 4, n)]).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    apart = np.maximum(1 - (unit @ unit.T)[np.triu_indices(n, 1)].astype(float), 0)
    table = fcluster(linkage(apart, "average"), 1 - least, "distance")
    found = grouped(unit, np.ones(n), least)
    assert ((found[:, None] == found) == (table[:, None] == table)).all()


def test_a_vector_that_stands_there_often_weighs_as_its_copies_would() -> None:
    rng = np.random.default_rng(3)
    unit = rng.normal(size=(12, 4)).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    sizes = rng.integers(1, 5, 12)
    copied = np.repeat(np.arange(12), sizes)
    found, whole = grouped(unit, sizes, 0.4), grouped(unit[copied], np.ones(len(copied)), 0.4)
    assert ((found[copied][:, None] == found[copied]) == (whole[:, None] == whole)).all()


def test_a_group_is_called_by_its_first_row() -> None:
    unit = np.eye(3, dtype=np.float32)[[0, 1, 0, 2, 1]]
    assert grouped(unit, np.ones(5), 0.5).tolist() == [0, 1, 0, 3, 1]


def test_posts_of_one_story_stand_together() -> None:
    found = stories([PAPER[0], STRIKE[0], ALONE, *PAPER[1:], STRIKE[1]])
    assert [r["story"] for r in found] == [0, 1, 2, 0, 0, 1]
    assert [r["story_size"] for r in found] == [3, 2, 1, 3, 3, 2]


def test_the_order_of_posts_changes_no_story() -> None:
    texts: list[str | None] = [*PAPER, *STRIKE, ALONE]
    back = [r["story_size"] for r in stories(texts[::-1])][::-1]
    assert back == [r["story_size"] for r in stories(texts)]


def test_a_story_is_named_by_key_where_there_is_one() -> None:
    found = stories([ALONE, PAPER[0], PAPER[1]], key=[700, 701, 702])
    assert [r["story"] for r in found] == [700, 701, 701]


@pytest.mark.parametrize("texts", [[], [None], ["😀 123"], [None, "https://lume.example"]])
def test_what_has_no_words_has_no_story(texts: list[str | None]) -> None:
    assert stories(texts) == [{"story": None, "story_size": None}] * len(texts)
