"""Train `polarity`: heads on sentence vectors and hashed words, blended and calibrated.

`python -m valore.enrich.training.polarity --data DIR [--noncommercial]`
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import _artefacts
from valore.enrich._sentences import encode
from valore.enrich._text import words
from valore.enrich._words import grams, large, small
from valore.enrich.polarity import CLASSES, blend, meaning
from valore.enrich.training import Order
from valore.enrich.training._card import Card
from valore.enrich.training._data import folds, main, parts, table
from valore.enrich.training._score import Score, score, temperature

LANGUAGES = {
    "arabic": "ar", "english": "en", "french": "fr", "german": "de",
    "italian": "it", "portuguese": "pt", "spanish": "es",
}  # fmt: skip
_ITALIAN = "sentipolc16-train/train.csv.gz"
FIT, CHOOSE, REPORT = range(3)
SHARES = (0.45, 0.20)
"""Of the words in the blend, in languages that were trained and in others."""
HEADS = 3
ENGLISH = 0.3
"""Weight of a class of the large English set, beside 1 of the multilingual one."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts ready for the model."""

    text: list[str]
    vector: Any
    label: Any
    weight: Any
    language: Any
    part: Any

    def only(self, keep: Any) -> "Rows":
        """Return the rows where `keep` is true."""
        at = np.flatnonzero(keep)
        return Rows(
            [self.text[i] for i in at],
            *(a[at] for a in (self.vector, self.label, self.weight, self.language, self.part)),
        )


def train(order: Order) -> Path:
    """Write the artefact `polarity` and its card; return the artefact's path.

    Where the NonCommercial sets are at hand, both paths are measured, whichever is written.
    """
    lots = Lots(_multilingual(order), _english(order), _italian(order))
    able = (False, True) if lots.italian is not None else (False,)
    models, tables = {}, []
    for noncommercial in able:
        rows = joined(lots, noncommercial=noncommercial)
        models[noncommercial] = fit(rows, order.seed)
        tables.append((_TITLES[noncommercial], report(models[noncommercial], rows, order.seed)))
    mark = "1+italian" if order.noncommercial else "1"
    card(f"polarity@{mark}", tuple(tables)).write(order.shelf)
    return _artefacts.save(order.out, "polarity", mark, models[order.noncommercial])


class Lots(NamedTuple):
    """The sets, read and encoded once."""

    many: Rows
    english: Rows
    italian: Rows | None
    """None where it is not at hand."""


def joined(lots: Lots, *, noncommercial: bool) -> Rows:
    """Return every row with its part; Italian is only fitted on when `noncommercial`."""
    many, english, italian = lots
    kept = many.only((many.language != "it") | (many.part == REPORT) | noncommercial)
    more = [english, *([italian] if noncommercial and italian is not None else [])]
    held = set(_folded(kept.only(kept.part != FIT)))
    return _joined([kept, *(rows.only([t not in held for t in _folded(rows)]) for rows in more)])


def fit(rows: Rows, seed: int) -> dict[str, Any]:
    """Return the arrays of the artefact."""
    from sklearn.linear_model import LogisticRegression

    seen = rows.only(rows.part == FIT)
    by_word = LogisticRegression(C=2, max_iter=60).fit(grams(seen.text), seen.label, seen.weight)
    linear = LogisticRegression(C=10, max_iter=200).fit(seen.vector, seen.label, seen.weight)
    model = {
        **small(by_word.coef_.T, floor=0.02),
        "gram_bias": by_word.intercept_.astype(np.float32),
        "linear": linear.coef_.T.astype(np.float16),
        "linear_bias": linear.intercept_.astype(np.float32),
        **_heads(seen, seed),
        "trained": np.unique(seen.language),
        "shares": np.array(SHARES),
    }
    chosen = rows.only(rows.part == CHOOSE)
    return {**model, "temperature": np.array(temperature(chosen.label, np.log(predict(model, chosen))))}


def predict(model: Any, rows: Rows) -> Any:
    """Return probabilities as the enricher would, with the model's temperature (1 while there is none)."""
    share = np.where(np.isin(rows.language, model["trained"]), *model["shares"])[:, None]
    by_word = np.asarray(grams(rows.text) @ large(model)) + model["gram_bias"]
    return blend(by_word, meaning(model, rows.vector), share, float(model.get("temperature", 1.0)))


def report(model: Any, rows: Rows, seed: int) -> tuple[Score, ...]:
    """Return the figures on the part that nothing was chosen on."""
    last, seen = rows.only(rows.part == REPORT), rows.only(rows.part == FIT)
    p, plain = predict(model, last), _baseline(seen, last)
    found = []
    for language in sorted(set(last.language)):
        at = last.language == language
        found.append(score(language, last.label[at], p[at], plain[at], seed))
    mean = score("all rows", last.label, p, plain, seed)
    return (*found, mean)


def _heads(seen: Rows, seed: int) -> dict[str, Any]:
    from sklearn.neural_network import MLPClassifier

    heads = []
    for i in range(HEADS):
        head = MLPClassifier((192,), alpha=1e-3, batch_size=256, max_iter=12, random_state=seed + i)
        heads.append(_quietly(head, seen))
    return {
        "w1": np.stack([h.coefs_[0] for h in heads]).astype(np.float16),
        "b1": np.stack([h.intercepts_[0] for h in heads]).astype(np.float32),
        "w2": np.stack([h.coefs_[1] for h in heads]).astype(np.float16),
        "b2": np.stack([h.intercepts_[1] for h in heads]).astype(np.float32),
    }


def _quietly(head: Any, seen: Rows) -> Any:
    """Fit for a set number of rounds; that it has not converged is meant."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return head.fit(seen.vector, seen.label, sample_weight=seen.weight)


def _baseline(seen: Rows, last: Rows) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    plain = make_pipeline(TfidfVectorizer(min_df=2, sublinear_tf=True), LogisticRegression(C=2, max_iter=200))
    return plain.fit(seen.text, seen.label, logisticregression__sample_weight=seen.weight).predict_proba(last.text)


def _multilingual(order: Order) -> Rows:
    found = table(order.data, "umsab/umsab_train_val.csv.gz")
    found = found.filter(pc.is_in(found["lang"], value_set=pa.array(list(LANGUAGES))))
    languages = np.array([LANGUAGES[name] for name in found["lang"].to_pylist()])
    labels = found["label"].cast(pa.int64()).to_numpy()
    part = parts(len(labels), (0.70, 0.15, 0.15), order.seed)
    return _rows(found["text"], labels, np.ones(len(labels)), languages, part)


def _english(order: Order) -> Rows:
    found = table(order.data, "semeval-en/message_polarity_2013_2016.csv.gz")
    text = pa.array([_unescaped(t or "") for t in found["text"].to_pylist()])
    labels = np.array([CLASSES.index(label) for label in found["label"].to_pylist()])
    weight = ENGLISH / 3 / (np.bincount(labels) / len(labels))[labels]
    return _rows(text, labels, weight, np.full(len(labels), "en"), np.full(len(labels), FIT))


def _italian(order: Order) -> Rows | None:
    if not (order.data / _ITALIAN).is_file() and not order.noncommercial:
        return None
    found = table(order.data, _ITALIAN)
    good, bad = (found[c].to_numpy() == "1" for c in ("opos", "oneg"))
    clear = ~(good & bad)
    rows = _rows(
        found["text"],
        np.where(good, 2, np.where(bad, 0, 1)),
        np.full(len(good), 0.5),
        np.full(len(good), "it"),
        np.full(len(good), FIT),
    )
    return rows.only(clear)


def _rows(text: Any, label: Any, weight: Any, language: Any, part: Any) -> Rows:
    bare = words(text)
    return Rows(bare.to_pylist(), encode(bare), label, weight, language, part)


def _joined(lots: list[Rows]) -> Rows:
    stacked = (np.concatenate([getattr(r, f) for r in lots]) for f in ("vector", "label", "weight", "language", "part"))
    return Rows([t for r in lots for t in r.text], *stacked)


def _folded(rows: Rows) -> list[str]:
    return list(folds(pa.array(rows.text, pa.string())).to_pylist())


def _unescaped(text: str) -> str:
    """Undo the escapes that the English set keeps in its texts."""
    import re

    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text).replace('\\"', '"').strip('"')


_TITLES = {
    False: "Shipped model: no NonCommercial text, no Italian at all in the training",
    True: "Trained by a user who may use the NonCommercial Italian sets (`--noncommercial`)",
}


def card(version: str, tables: tuple[tuple[str, tuple[Score, ...]], ...]) -> Card:
    """Return the card."""
    return Card(
        name="polarity",
        version=version,
        purpose=(
            "The tone of a text: negative, neutral or positive; `undecided` when the likeliest class has less "
            "than 0.45. Languages: ar, de, en, es, fr, it, pt."
        ),
        summary_it=(
            "Il tono di un testo: negativo, neutro o positivo; «indeciso» sotto 0,45. Il modello distribuito non "
            "ha letto alcun testo italiano etichettato: l'italiano passa per i vettori multilingui. Chi può usare"
            " i dati italiani non commerciali può addestrarne uno migliore con un comando; le due tabelle stanno "
            "a fianco."
        ),
        how=(
            "Logistic regression on 2×2^18 hashed words (1–2) and letter groups (2–5), blended in log space with "
            "three small networks and one linear head on frozen multilingual sentence vectors (Universal Sentence"
            " Encoder). The words weigh 0.45 in trained languages and 0.20 in others. One temperature, set on a "
            "part of its own. Weights are kept in 8 and 16 bits."
        ),
        sets=(
            (
                "umsab (7 languages, without its romanised Hindi)",
                "fit 70%, choose 15%, report 15%; its Italian part only to report (shipped model)",
                "repository Apache-2.0; the underlying sets have their own terms; Italian CC BY-NC-SA",
            ),
            ("semeval-en", "fit", "repository MIT (code); the organisers ask not to redistribute the texts"),
            ("sentipolc16-train", "fit, only with `--noncommercial`", "CC BY-NC-SA 3.0 IT"),
        ),
        split=(
            "Rows are parted at random by seed; rows of other sets that equal a held row (letters and digits, "
            "lower case) are left out. The last part chose nothing, but was seen twice: a repair of how "
            "mentions are cut came between. The published test part"
            " of umsab was not at hand."
        ),
        tables=tables,
        failures=(
            (
                "All training text is short posts of 2010–2017 from one network: long posts and captions are out of "
                "its domain."
            ),
            (
                "Classes were balanced in training; in a stream where most posts are neutral the shares must be "
                "corrected by reviewed posts."
            ),
            "Tone is not reputation: a sad post about a loss is negative without saying anything bad of anybody.",
            "Irony is read literally.",
            "Emoji alone are unscored, because no language can be told.",
        ),
    )


if __name__ == "__main__":
    main(train, __doc__)
