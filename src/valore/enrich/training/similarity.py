"""Train `similarity` from invented stories. `python -m valore.enrich.training.similarity --data DIR`."""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from valore.enrich import _artefacts
from valore.enrich._text import words
from valore.enrich.similarity import CLASSES, probability, seen
from valore.enrich.training import Order
from valore.enrich.training._card import Card, Tables
from valore.enrich.training._data import folds, main, table
from valore.enrich.training._score import Score, precision, score

_NEWS = "turl/pairs_dev.csv.gz"
_VERSION = "2"
_STRENGTH = 1.0
_DISPUTED = 3
"""Votes of six that say nothing, as the set's authors hold; more: a paraphrase, fewer: none."""
_FOLDS = 6
_REPLICATES = 200


class Pairs(NamedTuple):
    """Pairs of texts with what is true of them."""

    one: pa.Array
    other: pa.Array
    same: Any
    """Booleans: a paraphrase."""
    group: Any
    """Numbers: pairs of one story, or of one link, share one."""
    apart: Any
    """Booleans: in two languages."""

    def only(self, where: Any) -> "Pairs":
        """Return the pairs at `where` (booleans)."""
        at = pa.array(where)
        return Pairs(self.one.filter(at), self.other.filter(at), self.same[where], self.group[where], self.apart[where])


def train(order: Order) -> Path:
    """Write the artefact, its sheet and card; return the path of the artefact."""
    model, mark = _fitted(order), f"{_VERSION}+turl" if order.noncommercial else _VERSION
    tables = _tables(model, order)
    replace(card(tables), version=f"similarity@{mark}").write(order.shelf)
    return _artefacts.save(order.out, "similarity", mark, model, tables)


def figures(order: Order) -> Tables:
    """Measure the model in use on the reported half; the second path's combiner is fitted in passing."""
    return _tables(_artefacts.load("similarity"), order)


def _fitted(order: Order) -> dict[str, Any]:
    """Return the arrays of the artefact: from invented stories, and with `noncommercial` from turl's other half too."""
    told = stories()
    near, across = told.only(~told.apart), told.only(told.apart)
    made = _combiner(_near(seen(near.one, near.other), near.same, order))
    weight, bias = _plane(seen(across.one, across.other)[:, :1], across.same)
    return {**made, "across_weight": np.float32(weight[0]), "across_bias": np.float32(bias)}


def _near(found: Any, same: Any, order: Order) -> tuple[Any, Any]:
    if not order.noncommercial:
        return found, same
    more = news(order)[0]
    return np.concatenate([found, seen(more.one, more.other)]), np.concatenate([same, more.same])


def _combiner(lot: tuple[Any, Any]) -> dict[str, Any]:
    weights, bias = _plane(*lot)
    return {"weights": weights.astype(np.float32), "bias": np.float32(bias)}


def _plane(found: Any, same: Any) -> tuple[Any, float]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(found, same)
    return fitted.coef_[0], float(fitted.intercept_[0])


def stories() -> Pairs:
    """Return the pairs of the invented stories, those of one event in two languages among them."""
    told = tomllib.loads((Path(__file__).parent / "similarity.toml").read_text("utf-8"))["story"]
    rows = [*_within(told), *_between(told)]
    one, other, same, group, apart = zip(*rows, strict=True)
    return Pairs(pa.array(one), pa.array(other), np.array(same), np.array(group), np.array(apart))


def _within(told: list[dict[str, Any]]) -> Iterator[tuple[str, str, bool, int, bool]]:
    for i, story in enumerate(told):
        for a, b in combinations([*story["same"], *story["other"]], 2):
            yield a, b, a in story["same"] and b in story["same"], i, False


def _between(told: list[dict[str, Any]]) -> Iterator[tuple[str, str, bool, int, bool]]:
    for (i, one), (_, other) in combinations(enumerate(told), 2):
        if one.get("event") is None or one.get("event") != other.get("event"):
            continue
        for a, b in product([*one["same"], *one["other"]], [*other["same"], *other["other"]]):
            if a in one["same"] or b in other["same"]:
                yield a, b, a in one["same"] and b in other["same"], i, True


def news(order: Order) -> tuple[Pairs, Pairs]:
    """Return the pairs of turl that its judges agreed on: the half to choose on and the half to report.

    Pairs that share a sentence or a link are one group, and a group falls into one half by its hash.
    """
    found = table(order.data, _NEWS)
    votes = np.array([int(v.strip("( ").split(",")[0]) for v in found["votes"].to_pylist()])
    raw = [found[c].combine_chunks() for c in ("sentence1", "sentence2")]
    folded = [folds(side).to_pylist() for side in raw]
    group = _groups(folded, found["url"])
    every = Pairs(words(raw[0]), words(raw[1]), votes > _DISPUTED, group, np.zeros(len(votes), bool))
    half = _half(group.tolist(), folded[0])
    chosen, reported = (every.only((half == h) & (votes != _DISPUTED)) for h in (0, 1))
    return chosen, reported


def _groups(sides: list[list[str]], links: Any) -> Any:
    known = dict[str, int]()
    keys = [*sides, [f"\0{link}" for link in links.to_pylist()]]
    ends = [[known.setdefault(k, len(known)) for k in column] for column in keys]
    edges = (np.array(ends[0] * 2), np.array(ends[1] + ends[2]))
    found = coo_matrix((np.ones(len(edges[0])), edges), shape=(len(known), len(known)))
    return connected_components(found, directed=False)[1][ends[0]]


def _half(group: list[int], text: list[str]) -> Any:
    """Return 0 or 1 for each pair by a hash of the first text of its group."""
    first = dict[int, str]()
    for g, t in zip(group, text, strict=True):
        first[g] = min(first.get(g, "~"), t)
    drawn = {g: hashlib.sha256(t.encode()).digest()[0] & 1 for g, t in first.items()}
    return np.array([drawn[g] for g in group])


def _tables(model: Any, order: Order) -> Tables:
    held = _held_out()
    if not (order.data / _NEWS).is_file():
        return (("Invented stories, each left out in turn", held),)
    rest, last = news(order)
    found, plain = seen(last.one, last.other), _plain(last)
    second = {**model, **_combiner((seen(rest.one, rest.other), rest.same))}
    title = "English pairs from news links, half of turl"
    return (
        (title, _rows(last, found, model, plain, order.seed)),
        (f"{title}, weights fitted on its other half (NonCommercial, not shipped)",
         _rows(last, found, second, plain, order.seed)),
        ("Invented stories, each left out in turn", held),
    )  # fmt: skip


def _rows(last: Pairs, found: Any, model: Any, plain: Any, seed: int) -> tuple[Score, ...]:
    p = probability(model, found, last.apart)
    both = np.stack([p, 1 - p], axis=1)
    return (
        precision("rank", last.same, p, plain, seed, aim=0.78),
        best("best threshold", last.same, p, plain, seed, aim=0.72),
        score("threshold in use", (~last.same).astype(int), both, None, seed),
    )


def best(part: str, truth: Any, value: Any, baseline: Any, seed: int, aim: float) -> Score:
    """Return the best F1 that any threshold on `value` reaches, with its 95% bootstrap interval."""
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(0, len(truth), len(truth)) for _ in range(_REPLICATES))
    low, high = np.quantile([_f1(truth[i], value[i]) for i in drawn], [0.025, 0.975])
    ours, plain = _f1(truth, value), _f1(truth, baseline)
    return Score(part, len(truth), ours, float(low), float(high), float("nan"), plain, "best F1", aim)


def _f1(truth: Any, value: Any) -> float:
    hits = np.cumsum(truth[np.argsort(-value, kind="stable")])
    return float((2 * hits / (np.arange(1, len(truth) + 1) + truth.sum())).max())


def _held_out() -> tuple[Score, ...]:
    """Return the figures of stories of which no sentence was fitted on."""
    told = stories()
    found = seen(told.one, told.other)
    p, fold = np.zeros(len(told.same)), told.group % _FOLDS
    for at in ((told.apart == apart) & (fold == k) for apart in (False, True) for k in range(_FOLDS)):
        if at.any():
            like = (told.apart == told.apart[at][0]) & (fold != fold[at][0])
            weight, bias = _plane(found[like], told.same[like])
            p[at] = 1 / (1 + np.exp(-(found[at] @ weight + bias)))
    parts = (("one language", ~told.apart), ("two languages", told.apart))
    return tuple(precision(name, told.same[at], p[at], _plain(told.only(at))) for name, at in parts)


def _plain(pairs: Pairs) -> Any:
    """Return the cosines of plain TF-IDF vectors."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    one, other = pairs.one.to_pylist(), pairs.other.to_pylist()
    plain_words = TfidfVectorizer(sublinear_tf=True).fit(one + other)
    return np.asarray(plain_words.transform(one).multiply(plain_words.transform(other)).sum(axis=1)).ravel()


def card(tables: Tables) -> Card:
    """Return the card."""
    return Card(
        name="similarity",
        version=f"similarity@{_VERSION}",
        purpose=(
            "How alike two texts are, in [0, 1]; whether one paraphrases the other, with its probability; "
            f"whether it copies it. Labels: {', '.join(CLASSES)}, undecided."
        ),
        summary_it=(
            "Quanto due testi si somigliano, da 0 a 1, anche fra lingue diverse; se uno parafrasa o copia l'altro. "
            "Pesa il significato, le parole che si corrispondono e quelle in comune. I pesi vengono da storie "
            "inventate, non da post veri; su coppie vere la precisione resta sotto l'obiettivo."
        ),
        how=(
            "Three features: the cosine of multilingual sentence vectors; how well each piece of a word finds a "
            "near one in the other text (both directions, weighed by rarity); the weight of shared words over the "
            "heavier text's. A logistic regression on pairs of invented stories weighs them; two texts in different "
            "languages are judged by the cosine alone, with a regression of its own. Undecided below 0.65. "
            "`similarity` is the same weighing without the curve; across languages the cosine and 0.1. "
            "A copy has an exact overlap of letter groups of 0.5. One pair of five is a paraphrase in the stories "
            "and in the news pairs; where fewer are, the probabilities are too high."
        ),
        sets=(
            ("invented stories (`training/similarity.toml`)", "fit", "Apache-2.0, written for Valore"),
            (
                "turl (half of its annotated test pairs)",
                "one half to choose, one to report; fitted on only with --noncommercial",
                "CC BY-NC-SA 3.0 and the platform's terms",
            ),
        ),
        split=(
            "Pairs that share a sentence or a link are one group; a hash of the group draws the half. The reported "
            "half was looked at once with this model (and two thirds of it once more, under a split that was wrong and "
            "was mended; nothing was changed for it); version 1 had been reported on both halves. "
            "On the half to choose: cosine alone .711, TF-IDF "
            "between, these three .734, and no more with numbers, names, word pairs, letter groups or length; "
            "multilingual-e5-small in place of the cosine .742 alone and .743 with the words, at a fifth of the "
            "speed: not taken. Trees and a regression on twenty features fitted on that half itself "
            "stay below .73 in cross-validation: what is missing is knowledge of the story, not weights."
        ),
        tables=tables,
        failures=(
            "Figures and names that differ change little: two posts on two matches of one team look alike.",
            "A post that says the same and adds a remark is a paraphrase to some judges and not to others.",
            "A denial shares nearly all its words with what it denies.",
        ),
    )


if __name__ == "__main__":
    main(train, __doc__)
