"""Measure `near_duplicate`. `python -m valore.enrich.training.near_duplicate --data DIR`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from valore.enrich import _artefacts, enrichers
from valore.enrich._copies import overlaps, plain
from valore.enrich._text import words
from valore.enrich.training import Order
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import main, table
from valore.enrich.training._score import Score, share


def train(order: Order) -> Path:
    """Write the card and the sheet of figures; return the path of the sheet."""
    tables = figures(order)
    card(tables).write(order.shelf)
    return _artefacts.save(order.out, "near_duplicate", "1", {}, tables)


def figures(order: Order) -> Tables:
    """Measure the enricher in use; nothing is written."""
    found = table(order.data, "semeval-en/message_polarity_2013_2016.csv.gz")["text"].drop_null().combine_chunks()
    base = [t for t in dict.fromkeys(plain(words(found)).to_pylist()) if len(t) >= 40][:3000]  # noqa: PLR2004 - long enough to be edited
    rows = [_recall(name, base, edit, order.seed) for name, edit in _EDITS.items()]
    return (("Recall by edit", tuple(rows)),)


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="near_duplicate",
        version="near_duplicate@1",
        purpose="Whether a post copies an earlier one, and which one first.",
        summary_it="Dice se un post ricopia uno precedente, e quale: impronte MinHash, poi verifica esatta.",
        how=(
            "MinHash of 30 values in 10 bands of 3 over groups of four letters; a row is paired with the first of "
            "its bucket and the one before it, and each pair is verified by its exact overlap (0.5 or more)."
        ),
        sets=(
            (
                "semeval-en (texts only)",
                "3,000 posts, each edited once by a script",
                "the organisers ask not to redistribute",
            ),
        ),
        split=(
            "Recall of pairs whose exact overlap is 0.5 or more. Precision is 1 by construction: every link is "
            "verified."
        ),
        tables=tables,
        failures=(
            "Translations and paraphrases are no copies; `novelty` finds those.",
            "Texts under 20 letters are not judged.",
        ),
    )


def _recall(name: str, base: list[str], edit: Callable[[str, Any], str], seed: int) -> Score:
    rng = np.random.default_rng(seed)
    both = pa.array([*base, *(edit(text, rng) for text in base)])
    n = len(base)
    alike = overlaps(plain(both), np.stack([np.arange(n), n + np.arange(n)], axis=1))
    said = enrichers()["near_duplicate"].enrich(pa.record_batch({"text": both}))
    copied = said.column("near_duplicate_other").is_valid().to_numpy(zero_copy_only=False)[n:]
    return share(name, copied[alike >= 0.5], "recall")  # noqa: PLR2004 - the bound of a copy


def _cut(text: str, rng: Any) -> str:
    del rng
    return text[: int(len(text) * 0.7)]


def _typed(text: str, rng: Any) -> str:
    letters = list(text)
    for at in rng.integers(0, len(letters), 3):
        letters[at] = "e"
    return "".join(letters)


def _dropped(text: str, rng: Any) -> str:
    said = text.split()
    gone = set(rng.choice(len(said), min(2, len(said) - 1), replace=False).tolist())
    return " ".join(w for i, w in enumerate(said) if i not in gone)


def _tagged(text: str, rng: Any) -> str:
    del rng
    return f"RT @somebody: {text} #brand #news https://example.org/1"


_EDITS: dict[str, Callable[[str, Any], str]] = {
    "cut at 70%": _cut,
    "three typing errors": _typed,
    "two words left out": _dropped,
    "reposted with tags and a link": _tagged,
}


if __name__ == "__main__":
    main(train, __doc__)
