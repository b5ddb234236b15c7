"""Labelled texts for `polarity`: which rows are fitted, which choose, which report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich._text import words
from valore.enrich.training import Order
from valore.enrich.training._data import folds, parts, table

CLASSES = ("negative", "neutral", "positive")
LANGUAGES = {
    "arabic": "ar", "english": "en", "french": "fr", "german": "de",
    "hindi": "hi", "italian": "it", "portuguese": "pt", "spanish": "es",
}  # fmt: skip
"""The set's eight languages; its Hindi is romanised and mixed with English."""
FIT, CHOOSE, REPORT = range(3)
_CHOOSING = 0.1
_ITALIAN = "sentipolc16-train/train.csv.gz"


@dataclass(frozen=True, slots=True)
class Rows:
    """Bare texts with what is known of them, one element a text."""

    text: list[str]
    label: Any
    """Number of the class."""
    language: Any
    part: Any
    """FIT, CHOOSE or REPORT."""
    source: Any
    """Name of the set."""

    def only(self, keep: Any) -> "Rows":
        """Return the rows where `keep` is true."""
        at = np.flatnonzero(keep)
        fields = (self.label, self.language, self.part, self.source)
        return Rows([self.text[i] for i in at], *(f[at] for f in fields))

    def __len__(self) -> int:
        """Return how many."""
        return len(self.text)


def rows(order: Order) -> Rows:
    """Return all rows that may be used: `umsab`, `semeval-en`, and with `noncommercial` the Italian set.

    The official validation rows of `umsab` report; a tenth of its training rows chooses. Rows that are
    fitted never equal a row that chooses or reports (letters and digits, lower case). Italian rows of
    `umsab` (NonCommercial) are fitted only with `noncommercial`.
    """
    many = _multilingual(order)
    held = set(_folded(many.only(many.part != FIT)))
    lots = [many.only((many.part == FIT) & ((many.language != "it") | order.noncommercial)), _english(order)]
    if order.noncommercial:
        lots.append(_italian(order))
    fitted = [lot.only([t not in held for t in _folded(lot)]) for lot in lots]
    return _joined([*fitted, many.only(many.part != FIT)])


def weights(seen: Rows) -> Any:
    """Return how often each row is drawn: half of all are multilingual, classes of other sets are balanced.

    Romanised Hindi counts half; of Italian, where it may be read, both sets count as one language and a half.
    """
    weight = np.zeros(len(seen))
    for source, share in (("umsab", 1.0), ("semeval-en", 7.0), ("sentipolc16-train", 1.5)):
        for label in range(len(CLASSES)):
            at = (seen.source == source) & (seen.label == label)
            if at.any():
                each = seen.language[at] == "hi"
                whole = 7.0 if source == "umsab" else share
                weight[at] = whole / 3 / at.sum() * np.where(each, 0.5, 1.0)
    return weight


def _multilingual(order: Order) -> Rows:
    found = table(order.data, "umsab/umsab_train_val.csv.gz")
    drawn = parts(found.num_rows, (1 - _CHOOSING, _CHOOSING), order.seed)
    last = pc.equal(found["split"], "val").to_numpy()
    languages = np.array([LANGUAGES[name] for name in found["lang"].to_pylist()])
    labels = found["label"].cast(pa.int64()).to_numpy()
    return _rows("umsab", found["text"], labels, languages, np.where(last, REPORT, drawn))


def _english(order: Order) -> Rows:
    found = table(order.data, "semeval-en/message_polarity_2013_2016.csv.gz")
    text = pa.array([_unescaped(t or "") for t in found["text"].to_pylist()])
    labels = np.array([CLASSES.index(label) for label in found["label"].to_pylist()])
    return _rows("semeval-en", text, labels, np.full(len(labels), "en"), np.full(len(labels), FIT))


def _italian(order: Order) -> Rows:
    found = table(order.data, _ITALIAN)
    good, bad = (found[c].to_numpy() == "1" for c in ("opos", "oneg"))
    labels = np.where(good, 2, np.where(bad, 0, 1))
    lot = _rows("sentipolc16-train", found["text"], labels, np.full(len(labels), "it"), np.full(len(labels), FIT))
    return lot.only(~(good & bad))


def _rows(source: str, text: Any, label: Any, language: Any, part: Any) -> Rows:
    return Rows(words(text).to_pylist(), label, language, part, np.full(len(label), source))


def _joined(lots: Sequence[Rows]) -> Rows:
    stacked = (np.concatenate([getattr(r, f) for r in lots]) for f in ("label", "language", "part", "source"))
    return Rows([t for r in lots for t in r.text], *stacked)


def _folded(lot: Rows) -> list[str]:
    return list(folds(pa.array(lot.text, pa.string())).to_pylist())


def _unescaped(text: str) -> str:
    """Undo the escapes that the English set keeps in its texts."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text).replace('\\"', '"').strip('"')
