"""Measure `near_duplicate`. `python -m valore.enrich.training.near_duplicate --data DIR`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import _artefacts, enrichers
from valore.enrich._copies import overlaps, plain
from valore.enrich._text import letters, words
from valore.enrich.near_duplicate import ALIKE
from valore.enrich.training import Order
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import main, table
from valore.enrich.training._score import Score, share

_AIM_RECALL, _AIM_PRECISION = 0.998, 0.99
_SHORT = 20
"""Letters below which no text is judged."""


def train(order: Order) -> Path:
    """Write the card and the sheet of figures; return the path of the sheet."""
    tables = figures(order)
    card(tables).write(order.shelf)
    return _artefacts.save(order.out, "near_duplicate", "2", {}, tables)


def figures(order: Order) -> Tables:
    """Measure the enricher in use; nothing is written."""
    found = table(order.data, "semeval-en/message_polarity_2013_2016.csv.gz")["text"].drop_null().combine_chunks()
    base = [t for t in dict.fromkeys(plain(words(found)).to_pylist()) if len(t) >= 40][:3000]  # noqa: PLR2004 - long enough to be edited
    rows = [_recall(name, base, edit, order.seed) for name, edit in _EDITS.items()]
    return (
        ("Recall by edit", tuple(rows)),
        ("Near-duplicates that the organisers of replab13 name", _named(order.data)),
    )


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="near_duplicate",
        version="near_duplicate@2",
        purpose="Whether a post copies an earlier one, and which one first.",
        summary_it="Dice se un post ricopia uno precedente, e quale: impronte MinHash, poi verifica esatta.",
        how=(
            "MinHash of 72 values in 24 bands of 3 over groups of four letters; a row is paired with the first of "
            "its bucket and the one before it, and each pair is verified by its exact overlap (0.5 or more). Signing "
            "290,000 posts takes a second of one core; rensa 0.5.0, which was tried, signs as fast once the letter "
            "groups are made, but wants them as lists of Python, which takes seven times as long, and finds no more."
        ),
        sets=(
            (
                "semeval-en (texts only)",
                "3,000 posts, each edited once by a script",
                "the organisers ask not to redistribute",
            ),
            ("replab13", "525 links whose two texts are both at hand", "third-party texts: internal evaluation only"),
        ),
        split=(
            "Recall of pairs whose exact overlap is 0.5 or more, by edit. The organisers' links join posts of one "
            "subject whose words are the same but for addresses, names and order: all 525 have an overlap of 0.65 or "
            "more, 94% of 1. Recall counts a link when both posts are told to copy the same first one. Precision: "
            "every copy told is counted against its first one again, set by set, by other code than that which told it."
        ),
        tables=tables,
        failures=(
            "Translations and paraphrases are no copies; `novelty` finds those.",
            "Texts under 20 letters are not judged («thank you» copies nobody), nor are 2% of the organisers' links.",
        ),
    )


def _named(data: Path) -> tuple[Score, ...]:
    """Return recall on the organisers' links, and precision of all copies told, each counted by hand."""
    found = table(data, "replab13/tweets_labeled.csv.gz").sort_by([("unix", "ascending"), ("tweet_id", "ascending")])
    texts = pc.fill_null(found["text"].combine_chunks(), "")
    bare = plain(words(texts))
    other = enrichers()["near_duplicate"].enrich(pa.record_batch({"text": texts})).column("near_duplicate_other")
    rows = np.arange(len(texts))
    first = pc.coalesce(other, pa.array(rows)).to_numpy(zero_copy_only=False)
    links = _links(found)
    joined, long = first[links[:, 0]] == first[links[:, 1]], (letters(bare)[links] >= _SHORT).all(axis=1)
    said = bare.to_pylist()
    verified = np.array([_overlap(said[i], said[first[i]]) >= ALIKE for i in rows[first < rows]])
    return (
        share("all links", joined, "recall", _AIM_RECALL),
        share("links of 20 letters or more", joined[long], "recall", _AIM_RECALL),
        share("copies told", verified, "precision", _AIM_PRECISION),
    )


def _links(found: pa.Table) -> Any:
    """Return the rows of the two posts of each link, (n, 2), where both are at hand."""
    subject, own, other = (found[c].to_pylist() for c in ("entity_id", "tweet_id", "is_near_duplicate_of"))
    at = {pair: row for row, pair in enumerate(zip(subject, own, strict=True))}
    told = ((row, at.get(pair)) for row, pair in enumerate(zip(subject, other, strict=True)))
    return np.array([pair for pair in told if pair[1] is not None])


def _overlap(one: str, other: str) -> float:
    """Return the overlap of letter groups, set by set."""
    a, b = ({t.ljust(4)[i : i + 4] for i in range(max(len(t) - 3, 1))} for t in (one, other))
    return len(a & b) / len(a | b)


def _recall(name: str, base: list[str], edit: Callable[[str, Any], str], seed: int) -> Score:
    rng = np.random.default_rng(seed)
    both = pa.array([*base, *(edit(text, rng) for text in base)])
    n = len(base)
    alike = overlaps(plain(both), np.stack([np.arange(n), n + np.arange(n)], axis=1))
    said = enrichers()["near_duplicate"].enrich(pa.record_batch({"text": both}))
    copied = said.column("near_duplicate_other").is_valid().to_numpy(zero_copy_only=False)[n:]
    return share(name, copied[alike >= ALIKE], "recall", _AIM_RECALL)


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
