"""Of which side of reputation a post speaks."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from valore.enrich import enrichers, training
from valore.enrich.dimension import CLASSES

LABELS = Path(training.__file__).parent / "dimension_labels.csv"


def best(text: str, language: str) -> object:
    batch = pa.record_batch({"text": [text], "language": [language], "subject": ["Lume"]})
    return enrichers()["dimension"].enrich(batch).to_pylist()[0]["dimension_best"]


@pytest.mark.parametrize(
    ("text", "language", "dimension"),
    [
        ("Lume's helpdesk never answers and my lamp arrived broken", "en", "products"),
        ("Il consiglio di Lume è sotto inchiesta per frode fiscale", "it", "governance"),
        ("Lume verdoppelt den Gewinn im dritten Quartal", "de", "performance"),
        ("Lume recherche une graphiste, contrat à durée indéterminée", "fr", "workplace"),
        ("Lume dona un millón a las víctimas del terremoto", "es", "citizenship"),
    ],
)
def test_plain_cases_are_read_in_five_languages(text: str, language: str, dimension: str) -> None:
    assert best(text, language) == dimension


def test_chatter_that_speaks_of_no_dimension_is_undecided() -> None:
    batch = pa.record_batch({"text": ["Haha, happy birthday Lume!"], "language": ["en"], "subject": ["Lume"]})
    assert enrichers()["dimension"].enrich(batch).to_pylist()[0]["dimension"] == "undecided"


def test_the_file_of_labels_holds_no_text_and_only_known_labels() -> None:
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {frozenset(r) for r in rows} == {frozenset(("set", "row", "first", "second"))}
    assert {r[w] for r in rows for w in ("first", "second")} == {*CLASSES, "none"}
    assert all(len(r["row"]) == 16 and int(r["row"], 16) >= 0 for r in rows)
