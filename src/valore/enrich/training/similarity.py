"""Measure `similarity`. `python -m valore.enrich.training.similarity --data DIR`."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from valore.enrich import _artefacts, enrichers
from valore.enrich.training import Order
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import main, table
from valore.enrich.training._score import precision


def train(order: Order) -> Path:
    """Write the card and the sheet of figures; return the path of the sheet."""
    tables = figures(order)
    card(tables).write(order.shelf)
    return _artefacts.save(order.out, "similarity", "1", {}, tables)


def figures(order: Order) -> Tables:
    """Measure the enricher in use; nothing is written."""
    found = table(order.data, "turl/pairs_dev.csv.gz")
    votes = np.array([int(v.strip("( ").split(",")[0]) for v in found["votes"].to_pylist()])
    clear = votes != 3  # noqa: PLR2004 - three of six votes say nothing, as the set's authors hold
    pairs = pa.record_batch({"text": found["sentence1"].combine_chunks(), "other": found["sentence2"].combine_chunks()})
    alike = enrichers()["similarity"].enrich(pairs).column("similarity").to_numpy(zero_copy_only=False)
    truth, guessed = votes[clear] > 3, np.nan_to_num(alike[clear])  # noqa: PLR2004 - as above
    ours = precision("average precision", truth, guessed, _cosines(found)[clear], order.seed)
    return (("English pairs from news links", (ours,)),)


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="similarity",
        version="similarity@1",
        purpose="How alike two texts are, in [0, 1]; whether one paraphrases the other; whether it copies it.",
        summary_it=(
            "Quanto due testi si somigliano, da 0 a 1, anche fra lingue diverse; se uno parafrasa o copia l'altro."
        ),
        how=(
            "0.6 of the cosine of multilingual sentence vectors and 0.4 of the overlap of words; the cosine and 0.1 "
            "where the languages differ. Paraphrase from 0.65, different below 0.55, else undecided. A copy has "
            "an exact overlap of letter groups of 0.5."
        ),
        sets=(("turl (half of its annotated test pairs)", "report only", "CC BY-NC-SA 3.0 and the platform's terms"),),
        split="Nothing was trained or chosen on these pairs.",
        tables=tables,
        failures=("Figures and names that differ change little: two posts on two matches of one team look alike.",),
    )


def _cosines(found: pa.Table) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    one, other = found["sentence1"].to_pylist(), found["sentence2"].to_pylist()
    plain_words = TfidfVectorizer(sublinear_tf=True).fit(one + other)
    return np.asarray(plain_words.transform(one).multiply(plain_words.transform(other)).sum(axis=1)).ravel()


if __name__ == "__main__":
    main(train, __doc__)
