"""Polarity for the subject."""

import pyarrow as pa

from valore.enrich import enrichers


def p(texts: list[str], language: str = "en") -> list[float]:
    batch = pa.record_batch({"text": texts, "language": [language] * len(texts), "subject": ["Lume"] * len(texts)})
    found = enrichers()["reputation"].enrich(batch)
    return [r["reputation_p_positive"] - r["reputation_p_negative"] for r in found.to_pylist()]


def test_praise_is_better_for_a_name_than_blame() -> None:
    good, bad = p(["I love Lume, best lamps ever!", "Lume is a disgrace: they cheated their customers and lied."])
    assert good > 0.2 > bad


def test_the_same_holds_in_italian_which_was_not_in_the_training() -> None:
    good, bad = p(["Adoro Lume, le lampade più belle!", "Lume indagata per frode, una vergogna per i clienti."], "it")
    assert good > bad


def test_the_words_that_spoke_are_named_and_the_subject_is_not_one_of_them() -> None:
    batch = pa.record_batch({"text": ["Lume scandal, shame on Lume"], "language": ["en"], "subject": ["Lume"]})
    reason = enrichers()["reputation"].enrich(batch).to_pylist()[0]["reputation_reason"]
    assert reason is None or "subjectname" not in reason
