"""What was said before is not new: however many posts there are, in whatever language, and noise least of all."""

import numpy as np
import pyarrow as pa
import pytest

from valore.enrich import _prior
from valore.enrich.novelty import PLUGIN

SAID = [
    "La carta riciclata assorbe l'inchiostro meglio di quella patinata.",
    "Domani apriamo la mostra dei caratteri mobili in biblioteca.",
    "Un buon contrasto aiuta chi legge di sera sul telefono.",
    "Il treno delle otto è di nuovo in ritardo di quaranta minuti.",
]
AGAIN = [
    "Recycled paper absorbs ink better than coated paper.",
    "Demain nous ouvrons l'exposition de caractères mobiles à la bibliothèque.",
    "Un buen contraste ayuda a quien lee de noche en el móvil.",
    "Der Zug um acht hat schon wieder vierzig Minuten Verspätung.",
]


def novelty(texts: list[str | None], language: list[str]) -> list[float | None]:
    found: list[float | None] = (
        PLUGIN.enrich(pa.record_batch({"text": pa.array(texts, pa.string()), "language": language}))
        .column("novelty")
        .to_pylist()
    )
    return found


def cloud(n: int, seed: int = 1) -> tuple[_prior.Vectors, np.ndarray]:
    rng = np.random.default_rng(seed)
    centre = rng.normal(size=(n // 20, 64))
    unit = centre[rng.integers(0, len(centre), n)] + 0.6 * rng.normal(size=(n, 64))
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    return _prior.vectors(_prior.small(unit.astype(np.float32))), np.arange(n)


def test_a_translation_says_less_that_is_new_than_any_first_statement() -> None:
    worth = novelty([*SAID, *AGAIN], ["it"] * 4 + ["en", "fr", "es", "de"])
    assert max(w for w in worth[4:] if w is not None) < min(w for w in worth[:4] if w is not None)


def test_words_of_an_earlier_post_in_another_order_are_little_new() -> None:
    salad = " ".join(sorted(SAID[0].rstrip(".").split()))
    worth = novelty([*SAID, salad], ["it"] * 5)
    assert worth[4] is not None
    assert worth[4] < 0.25


@pytest.mark.parametrize(
    "noise", ["qzxv wkjq pfgh zzrt bnmv xcsd", "lkjhg fdsap oiuyt rewqm nbvcx", "😀😀😀", "1234 5678"]
)
def test_noise_is_worth_nothing_rather_than_much(noise: str) -> None:
    assert novelty([*SAID, noise], ["it"] * 5)[4] is None


def test_only_what_stands_earlier_counts() -> None:
    found, time = cloud(300)
    row, alike = _prior.nearest(found, time // 3, np.zeros(300, int), 0.0)
    earlier = np.where(row >= 0, row // 3, -1)
    assert (earlier < (np.arange(300) // 3)[:, None]).all()
    assert (row[:3] == -1).all()
    assert (alike[:3] == -1).all()


def test_the_nearest_are_those_found_by_comparing_every_pair() -> None:
    found, time = cloud(400)
    row, alike = _prior.nearest(found, time, np.zeros(400, int), 0.0)
    every = found.unit(slice(None)) @ found.unit(slice(None)).T
    for i in range(10, 400, 39):
        assert row[i, 0] == every[i, :i].argmax()
        assert alike[i, 0] == pytest.approx(every[i, :i].max(), abs=1e-5)


def test_cells_find_nearly_all_that_every_pair_finds() -> None:
    found, time = cloud(4000)
    exact, cells = (_prior.nearest(found, time, time % 2, 0.1, exact=n) for n in (4000, 0))
    lost = exact[1][1:, 0] - cells[1][1:, 0]
    assert (lost > 0.05).mean() < 0.03
    assert (lost > -1e-9).all()


def test_eight_bits_keep_the_direction_of_a_vector() -> None:
    rng = np.random.default_rng(3)
    unit = rng.normal(size=(50, 512)).astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    assert np.einsum("nd,nd->n", unit, _prior.vectors(_prior.small(unit)).unit(slice(None))).min() > 0.999
