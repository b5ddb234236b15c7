"""How favourable a subject's posts are: by tone, with its level put right, by reputation, by both pooled."""

import hashlib
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from valore.enrich.polarity import Polarity, Tier
from valore.enrich.prevalence import adapted, levels
from valore.enrich.training import Order, _topics
from valore.enrich.training._card import Tables
from valore.enrich.training._data import table
from valore.enrich.training._score import REPLICATES, Score
from valore.enrich.training._subjects import Lot, Ours, accuracy, answers, chances, macro, measured

SET = (
    "airline-brand-stream (a quarter of its posts)",
    "report only",
    "none stated; the original is CC BY-NC-SA 4.0 as recalled; no text is kept",
)
_LABELS = ("negative", "neutral", "positive")
_KEPT = 4
"""One post of so many is read, by a hash of its id."""
_LEAST = 20
"""Posts of a subject from which a share is measured."""


class _Said(NamedTuple):
    part: str
    p: Any


def figures(order: Order, last: Lot) -> Tables:
    """Return the error of a subject's favourable share, and how single complaints are read.

    Args:
        order: Where the sets are.
        last: Posts of replab13 about subjects that were not seen.
    """
    complaints = airlines(order)
    shares = [
        score
        for name, lot in (
            ("replab13", last),
            ("topics of semeval-en", _topics.topics(order)[1]),
            ("airlines", complaints),
        )
        for score in _shares(name, lot, order.seed)
    ]
    posts = [
        measured(Ours(said.part, complaints, said.p, None), metric, value, seed=order.seed)
        for said in _told(complaints)
        for metric, value in (("accuracy", accuracy), ("macro-F1", macro))
    ]
    return (
        ("Favourable among the posts of a subject that take sides", tuple(shares)),
        ("Customers of airlines, a trade that was not seen", tuple(posts)),
    )


def airlines(order: Order) -> Lot:
    """Return a quarter of the posts, each id once, with the names of the airlines alone."""
    found = table(order.data, "airline-brand-stream/tweets.csv.gz").to_pylist()
    rows = list({r["tweet_id"]: r for r in found if _hash(r["tweet_id"]) % _KEPT == 0}.values())
    columns = {"text": [r["text"] for r in rows], "subject": [r["airline"] for r in rows]}
    batch = pa.record_batch({**columns, "language": ["en"] * len(rows)})
    label = np.array([_LABELS.index(r["airline_sentiment"]) for r in rows])
    return Lot(batch, label, np.array(columns["subject"]))


def pooled(tone: Any, reputation: Any) -> Any:
    """Return the normalised square roots of the products of two readings, (n, classes)."""
    both = np.sqrt(tone.clip(1e-6) * reputation.clip(1e-6))
    return both / both.sum(axis=1, keepdims=True)


def _told(lot: Lot) -> tuple[_Said, ...]:
    """Return the readings of posts; of one that a reading left out, even chances."""
    tone = np.nan_to_num(chances("polarity", Polarity(Tier.CASCADE).enrich(lot.batch)), nan=1 / 3)
    reputation = np.nan_to_num(chances("reputation", answers("reputation", lot)), nan=1 / 3)
    return _Said("tone", tone), _Said("reputation", reputation), _Said("both pooled", pooled(tone, reputation))


def _shares(name: str, lot: Lot, seed: int) -> list[Score]:
    truth, rng = _favour(lot, np.eye(3)[lot.label]), np.random.default_rng(seed)
    found = []
    tone, *others = _told(lot)
    for said in (tone, _Said("tone, its level put right (in use)", _leveled(lot.subject, tone.p)), *others):
        error = np.abs(_favour(lot, said.p) - truth)
        error = error[~np.isnan(error)]
        drawn = error[rng.integers(0, len(error), (REPLICATES, len(error)))].mean(axis=1)
        low, high = np.quantile(drawn, [0.025, 0.975])
        part, none = f"{name}: {said.part}", float("nan")
        found.append(Score(part, len(error), float(error.mean()), float(low), float(high), none, none, "mean error"))
    return found


def _leveled(subject: Any, p: Any) -> Any:
    """Return probabilities moved to the shares of each subject's stream, as the measure does."""
    names, found = levels(subject, p, np.ones(len(p)))
    moved = p.copy()
    for name, shares in zip(names, found, strict=True):
        moved[subject == name] = adapted(p[subject == name], shares)
    return moved


def _favour(lot: Lot, p: Any) -> Any:
    """Return for each subject with enough posts the favourable share; NaN where none takes sides."""
    names, row, count = np.unique(lot.subject, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(row, p[:, k], minlength=len(names)) for k in range(p.shape[1])], axis=1)
    sided = sums[:, 0] + sums[:, 2]
    share = np.divide(sums[:, 2], sided, out=np.full(len(names), np.nan), where=sided > 0)
    return share[count >= _LEAST]


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)
