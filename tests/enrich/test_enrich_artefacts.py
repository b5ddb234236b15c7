"""Trained models: whole, small, and what their cards say."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from valore.enrich import _artefacts, enrichers
from valore.enrich.training import Order, train
from valore.enrich.training._score import ece, score, temperature
from valore.errors import SettingsError, SourceError, UnknownName

DATA = Path(__file__).parents[3] / "shared" / "data"
CARDS = Path(__file__).parents[2] / "docs" / "models"


def test_every_artefact_has_a_sheet_and_is_whole() -> None:
    kept = {p.stem for p in _artefacts.PACKAGED.glob("*.npz")}
    assert kept <= {p.stem for p in _artefacts.PACKAGED.glob("*.json")}
    for name in kept:
        for array in _artefacts.load(name).values():
            assert not array.flags.writeable


def test_all_artefacts_together_are_small() -> None:
    assert sum(p.stat().st_size for p in _artefacts.PACKAGED.glob("*.npz")) < 15_000_000


@pytest.mark.parametrize("name", [p.stem for p in sorted(_artefacts.PACKAGED.glob("*.json"))])
def test_no_two_figures_of_a_card_bear_one_name(name: str) -> None:
    figures = _artefacts.sheet(name)["figures"]
    named = [(title, row["part"], row["metric"]) for title, rows in figures for row in rows]
    assert len(set(named)) == len(named)


def test_a_damaged_artefact_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(_artefacts.PACKAGED, tmp_path / "models")
    path = tmp_path / "models" / "stance.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    monkeypatch.setenv(_artefacts.FOLDER, str(tmp_path / "models"))
    with pytest.raises(SettingsError, match="damaged"):
        _artefacts.load("stance")


def test_a_model_of_the_user_comes_first_and_the_rest_from_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = _artefacts.load("theme")["bias"]
    train("theme", Order(data=tmp_path, out=tmp_path / "models", seed=1))
    monkeypatch.setenv(_artefacts.FOLDER, str(tmp_path / "models"))
    assert not np.shares_memory(_artefacts.load("theme")["bias"], shipped)
    assert len(_artefacts.load("stance")["bias"]) == 4


def test_the_same_seed_gives_the_same_model_as_the_one_that_is_shipped(tmp_path: Path) -> None:
    train("theme", Order(data=tmp_path, out=tmp_path, seed=1))
    made = (tmp_path / "theme.json").read_bytes()
    again = tmp_path / "again"
    train("theme", Order(data=tmp_path, out=again, seed=1))
    assert (again / "theme.json").read_bytes() == made


def test_training_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="stance"):
        train("mood", Order(data=tmp_path))
    with pytest.raises(SourceError, match="humanizr"):
        train("actor", Order(data=tmp_path, out=tmp_path))


@pytest.mark.parametrize("name", sorted(enrichers()))
def test_every_enricher_has_a_version_and_every_model_a_card(name: str) -> None:
    assert enrichers()[name].version.startswith(f"{name}@")
    if name not in ("embedding", "novelty"):
        text = (CARDS / f"{name}.md").read_text("utf-8")
        assert "In italiano" in text
        assert "Known failures" in text


def test_a_perfect_guess_scores_one_and_a_constant_one_does_not() -> None:
    truth = np.array([0, 1, 2] * 30)
    assert score("all", truth, np.eye(3)[truth]).value == 1
    same = score("all", truth, np.tile([0.4, 0.3, 0.3], (90, 1)))
    assert same.value == pytest.approx(1 / 6)
    assert same.low <= same.value <= same.high


def test_confidence_that_is_right_has_no_calibration_error() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.5, 1, 20_000)
    truth = (rng.random(20_000) > p).astype(int)
    assert ece(truth, np.stack([p, 1 - p], axis=1)) < 0.02
    overdone = np.log(np.stack([p, 1 - p], axis=1)) * 3
    assert temperature(truth, overdone) == pytest.approx(3, rel=0.1)


@pytest.mark.skipif(not DATA.is_dir(), reason="the labelled sets (../shared/data) are not on this machine")
def test_the_language_of_real_posts_is_found() -> None:
    from valore.enrich.training._data import table
    from valore.enrich.training._tone import LANGUAGES

    found = table(DATA, "umsab/umsab_train_val.csv.gz").to_pylist()
    rows = [(r["text"], LANGUAGES[r["lang"]]) for r in found[::23] if r["lang"] != "hindi"]
    said = (
        enrichers()["language"].enrich(pa.record_batch({"text": [t for t, _ in rows]})).column("language").to_pylist()
    )
    assert np.mean([a == b for a, (_, b) in zip(said, rows, strict=True)]) > 0.94
