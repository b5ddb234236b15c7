"""Train `actor`: person or organisation. `python -m valore.enrich.training.actor --data DIR`."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from valore.enrich import _artefacts
from valore.enrich._account import probabilities
from valore.enrich.training import Order
from valore.enrich.training._accounts import FIT, REPORT, fit, people
from valore.enrich.training._card import Card
from valore.enrich.training._data import main, parts
from valore.enrich.training._score import Score, score

_VIEWS = {
    "whole profile": (
        "name",
        "handle",
        "bio",
        "location",
        "url",
        "followers",
        "following",
        "posts",
        "protected",
    ),
    "words only (name, handle, bio)": ("name", "handle", "bio"),
    "name and handle only": ("name", "handle"),
    "numbers only": ("followers", "following", "posts"),
}


def train(order: Order) -> Path:
    """Write the artefact `actor` and its card; return the artefact's path."""
    batch, label = people(order)
    part = parts(len(label), (0.70, 0.15, 0.15), order.seed)
    model = fit(batch, label, part, np.ones(len(label)), (), order.seed)
    card((("Own split of humanizr", report(model, batch, label, part, order.seed)),)).write(order.shelf)
    return _artefacts.save(order.out, "actor", "1", model)


def report(model: Any, batch: pa.RecordBatch, label: Any, part: Any, seed: int) -> tuple[Score, ...]:
    """Return the figures on the last part, also with less of the profile."""
    at = np.flatnonzero(part == REPORT)
    last = batch.take(pa.array(at))
    plain = words_only(batch, label, part == FIT, at)
    views = ((view, last.select(list(fields))) for view, fields in _VIEWS.items())
    return tuple(score(view, label[at], probabilities(model, seen), plain, seed) for view, seen in views)


def words_only(batch: pa.RecordBatch, label: Any, seen: Any, at: Any) -> Any:
    """Return probabilities of a plain TF-IDF logistic regression on name, handle and bio."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    columns = (batch.column(c).to_pylist() for c in ("name", "handle", "bio"))
    texts = np.array([" ".join(filter(None, row)) for row in zip(*columns, strict=True)], dtype=object)
    plain = make_pipeline(TfidfVectorizer(min_df=2, sublinear_tf=True), LogisticRegression(C=2, max_iter=300))
    return plain.fit(texts[seen], label[seen]).predict_proba(texts[at])


def card(tables: tuple[tuple[str, tuple[Score, ...]], ...]) -> Card:
    """Return the card."""
    return Card(
        name="actor",
        version="actor@1",
        purpose=(
            "Whether an account is a person or an organisation; `undecided` below 0.65 or when fewer than two of "
            "name, handle, bio, followers, following, posts are known."
        ),
        summary_it=(
            "Dice se un account è una persona o un'organizzazione, con probabilità calibrate; «indeciso» quando "
            "il profilo dice poco. Usa nome, biografia e numeri che quasi ogni rete dà; ciò che manca non conta. "
            "I dati sono profili soprattutto inglesi: in italiano vale meno, e non è stato misurato."
        ),
        how=(
            "Logistic regression on numbers in quantile bins (an unknown number falls in none), hashed words of "
            "name and bio, letter groups of handle and name, and the multilingual sentence vector of the bio. "
            "Every row is seen three times, twice with features hidden at random. `verified` is not used. An "
            "account whose type is declared as an organisation is believed."
        ),
        sets=(("humanizr", "fit 70%, choose the temperature 15%, report 15%", "Apache-2.0 (repository)"),),
        split=(
            "Rows are parted at random by seed; the last part was looked at once for this table. TF-IDF reads "
            "name, handle and bio."
        ),
        tables=tables,
        failures=(
            (
                "Profiles are mostly English and from one network; other languages go through the sentence vector of "
                "the bio alone and are not measured."
            ),
            (
                "A professional who writes the bio like a firm reads as an organisation, and a shop run by one person"
                " under their name as a person."
            ),
        ),
    )


if __name__ == "__main__":
    main(train, __doc__)
