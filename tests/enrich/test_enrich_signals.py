"""Opportunity and irony: what a post offers or asks, and a doubt whether it means what it says."""

import csv
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from valore.enrich import enrichers
from valore.enrich.irony import flattened, widened
from valore.enrich.opportunity import CLASSES
from valore.enrich.training import opportunity as training
from valore.enrich.training._examples import examples

DATA = Path(__file__).parents[3] / "shared" / "data"


def said(name: str, texts: list[str], language: str) -> list[dict[str, object]]:
    batch = pa.record_batch({"text": texts, "language": [language] * len(texts)})
    return list(enrichers()[name].enrich(batch).to_pylist())


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("Lume assume: cerchiamo una grafica a tempo indeterminato, candidatevi.", "it", "job"),
        ("We are hiring a typesetter for our workshop, apply with your CV.", "en", "job"),
        ("Il pacco di Lume è arrivato rotto e nessuno risponde alle mie mail.", "it", "complaint"),
        ("My Lume parcel arrived broken and nobody answers my emails.", "en", "complaint"),
        ("Grazie di cuore ad Anna Ferri per l'aiuto, gentilissima!", "it", "thanks"),
        ("Thank you so much Anna, you were incredibly helpful!", "en", "thanks"),
        ("A che ora chiude il negozio di Torino il sabato?", "it", "question"),
        ("What time does your shop close on Saturdays?", "en", "question"),
        ("Wann schließt euer Geschäft am Samstag?", "de", "question"),
        ("Merci beaucoup Anna, vous avez été très gentille !", "fr", "thanks"),
    ],
)
def test_what_a_post_asks_is_told_in_several_languages(text: str, language: str, kind: str) -> None:
    assert said("opportunity", [text], language)[0]["opportunity_best"] == kind


def test_thanks_that_are_blame_are_a_complaint() -> None:
    text = "Grazie per avermi fatto aspettare due ore, bel servizio."
    assert said("opportunity", [text], "it")[0]["opportunity_best"] == "complaint"


def test_the_reason_is_an_invented_post_of_the_same_class_and_language() -> None:
    (row,) = said("opportunity", ["Che orari fate la domenica a Torino?"], "it")
    told = examples("opportunity", CLASSES, signs=False)
    at = told.text.index(str(row["opportunity_reason"]))
    assert CLASSES[told.label[at]] == row["opportunity_best"]
    assert told.language[at] == "it"


def test_languages_without_figures_are_left_alone() -> None:
    for name, language in (("opportunity", "fi"), ("irony", "fr")):
        assert set(said(name, ["Tämä on hieno lamppu."], language)[0].values()) == {None}


def test_irony_is_a_doubt_and_plain_posts_are_seldom_labelled() -> None:
    texts = ["Il negozio apre alle nove.", "Lume moves to Turin in May.", "La lampada pesa due chili."]
    rows = [row for text in texts for row in said("irony", [text], "en" if "May" in text else "it")]
    assert "ironic" not in [row["irony"] for row in rows]


def test_mocking_praise_is_doubted_more_than_a_plain_report() -> None:
    mocking, plain = said(
        "irony",
        ["Oh great, another Monday... I just love waiting two hours for a bus. Wonderful.", "The bus leaves at nine."],
        "en",
    )
    assert mocking["irony_p_ironic"] > plain["irony_p_ironic"]  # type: ignore[operator]


def test_more_doubt_makes_a_polarity_flatter_and_never_another() -> None:
    p = np.tile([0.1, 0.2, 0.7], (5, 1))
    wide = flattened(p, np.linspace(0, 1, 5), 0.3)
    assert np.all(np.diff(wide.max(axis=1)) < 0)
    assert np.allclose(wide.sum(axis=1), 1)
    assert set(wide.argmax(axis=1)) == {2}
    assert np.allclose(wide[0], p[0])


def test_an_unknown_irony_widens_nothing() -> None:
    p = np.array([[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]])
    assert np.allclose(widened(p, [np.nan, 0.0]), p)


def test_the_labels_hold_no_text_and_two_passes() -> None:
    path = Path(training.__file__).parent / "opportunity.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert all(len(row["row"]) == 16 and set(row["row"]) <= set("0123456789abcdef") for row in rows)
    assert {row["label"] for row in rows} <= set(CLASSES)
    assert len([row for row in rows if row["part"] == "report" and row["again"]]) >= 400


def test_every_class_has_enough_invented_posts_in_both_languages() -> None:
    told = examples("opportunity", CLASSES, signs=False)
    for k in range(len(CLASSES)):
        for language in ("it", "en"):
            assert ((told.label == k) & (told.language == language)).sum() >= 25


@pytest.mark.skipif(not DATA.is_dir(), reason="the labelled sets (../shared/data) are not on this machine")
def test_the_labelled_posts_are_found_again_in_their_sets() -> None:
    found = training._texts(DATA, "twcs")
    path = Path(training.__file__).parent / "opportunity.csv"
    with path.open(encoding="utf-8", newline="") as opened:
        rows = [row["row"] for row in csv.DictReader(opened) if row["set"] == "twcs"]
    assert len(rows) > 400
    assert set(rows) <= set(found)
