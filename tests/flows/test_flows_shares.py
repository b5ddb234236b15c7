"""Shares of an annotated table: reviewed rows correct, few rows are left undecided."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from valore.enrich import enrichers
from valore.errors import SettingsError
from valore.flows.shares import MODEL, NOTHING, REVIEW, Mixture, classifiers, mixtures

CLASSES = ("negative", "neutral", "positive")
TRUTH = (0.6, 0.3, 0.1)


def annotated(path: Path, n: int = 400, reviewed: int = 0, brands: tuple[str, ...] = ("Lume",)) -> Path:
    """Write a table as `annotate` does, of a model that takes every third negative text for a positive one."""
    rng = np.random.default_rng(1)
    truth = rng.choice(3, n, p=TRUTH)
    said = np.where((truth == 0) & (rng.random(n) < 1 / 3), 2, truth)
    p = np.where(np.eye(3)[said] > 0, 0.9, 0.05)
    judged = np.full(n, "", object)
    at = rng.choice(n, reviewed, replace=False)
    judged[at] = np.array(CLASSES)[truth[at]]
    columns = {f"polarity_p_{c}": pa.array(p[:, i], pa.float32()) for i, c in enumerate(CLASSES)}
    columns |= {"polarity": pa.array(np.array(CLASSES)[said]), "polarity_reviewed": pa.array(judged.tolist())}
    columns["brand"] = pa.array([brands[i % len(brands)] for i in range(n)])
    pq.write_table(pa.table(columns), path)
    return path


def of(path: Path, subject: str | None = None) -> tuple[Mixture, ...]:
    return mixtures(path, [enrichers()["polarity"]], subject)


def test_reviewed_rows_find_the_shares_that_counting_misses(tmp_path: Path) -> None:
    (found,) = of(annotated(tmp_path / "a.parquet", reviewed=80))
    assert (found.by, found.reviewed, found.rows) == (REVIEW, 80, 400)
    negative = found.classes[0]
    assert negative.plain is not None
    assert negative.low is not None
    assert negative.high is not None
    assert negative.plain < 0.45
    assert negative.low <= TRUTH[0] <= negative.high
    assert sum(s.corrected or 0 for s in found.classes) == pytest.approx(1)


def test_counts_are_those_of_the_labels_and_undecided_is_no_class_of_the_posts(tmp_path: Path) -> None:
    (found,) = of(annotated(tmp_path / "a.parquet"))
    assert [s.name for s in found.classes] == [*CLASSES, "undecided"]
    assert sum(s.count for s in found.classes) == 400
    assert found.classes[-1].corrected is None
    assert found.by == MODEL


def test_few_rows_are_counted_and_nothing_more_is_said(tmp_path: Path) -> None:
    (found,) = of(annotated(tmp_path / "a.parquet", n=20, reviewed=20))
    assert found.by == NOTHING
    assert sum(s.count for s in found.classes) == 20
    assert {s.corrected for s in found.classes} == {s.low for s in found.classes} == {None}


def test_each_subject_stands_for_itself(tmp_path: Path) -> None:
    whole, *each = of(annotated(tmp_path / "a.parquet", brands=("Lume", "Lume", "Nitida")), "brand")
    assert whole.subject is None
    assert [m.subject for m in each] == ["Lume", "Nitida"]
    assert sum(m.rows for m in each) == whole.rows


def test_a_model_of_the_users_is_corrected_by_nothing_but_review(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows the mixture that it was trained on."""
    path = annotated(tmp_path / "a.parquet")
    monkeypatch.setenv("VALORE_POLARITY", "endpoint:http://127.0.0.1:9/v1#tiny")
    assert of(path)[0].by == NOTHING


def test_labels_that_are_no_class_are_left_out_and_counted(tmp_path: Path) -> None:
    path = annotated(tmp_path / "a.parquet", reviewed=40)
    table = pq.read_table(path)
    words = ["mood" if i < 5 else c for i, c in enumerate(table["polarity_reviewed"].to_pylist())]
    pq.write_table(table.set_column(4, "polarity_reviewed", pa.array(words)), path)
    assert table.column_names[4] == "polarity_reviewed"
    assert of(path)[0].left_out == 5


def test_an_empty_table_has_counts_of_nothing(tmp_path: Path) -> None:
    (found,) = of(annotated(tmp_path / "a.parquet", n=0))
    assert (found.rows, found.by) == (0, NOTHING)
    assert {s.plain for s in found.classes} == {None}


def test_a_measure_on_a_scale_has_no_shares() -> None:
    with pytest.raises(SettingsError, match="novelty has none"):
        classifiers([enrichers()["novelty"]])
