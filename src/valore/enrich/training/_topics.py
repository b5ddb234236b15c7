"""Polarity towards a topic (`semeval-en`), split by topic: what `reputation` is also measured on."""

import hashlib
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from valore.enrich._sentences import vectors
from valore.enrich._subject import features, read
from valore.enrich.polarity import Polarity, Tier
from valore.enrich.training import Order
from valore.enrich.training._data import table
from valore.enrich.training._score import REPLICATES, Score, ece
from valore.enrich.training._subjects import Lot, Ours, answers, chances, macro, measured, plain, quietly

_FILES = ("topic_polarity_5point_2016.csv.gz", "topic_polarity_2point_2015_2016.csv.gz")
_LABELS = {"negative": 0, "-2": 0, "-1": 0, "neutral": 1, "0": 1, "positive": 2, "1": 2, "2": 2}
_MOST, _LEAST = 25, 20
"""Posts of a topic that are read, and posts from which its share of positive is measured."""
_REPORT = 0.3
_SCALE = 4.0
"""At which vectors are read without the topic: as `features` does."""
SET = (
    "semeval-en (topics)",
    "report only",
    "the repository says MIT of its code; the organisers ask not to redistribute; the platform's terms hold",
)


class Told(NamedTuple):
    """What one enricher says of the posts."""

    part: str
    p: Any


def figures(order: Order) -> tuple[Score, ...]:
    """Return macro-F1 and the error of the share of positive posts of a topic, of `reputation` and of `polarity`."""
    seen, last = topics(order)
    beside = plain(seen, last)
    told = [
        Told("reputation", chances("reputation", answers("reputation", last))),
        Told("polarity (fast)", chances("polarity", Polarity(Tier.FAST).enrich(last.batch))),
        *conditioned(seen, last),
    ]
    scores = [measured(Ours(t.part, last, t.p, beside), "macro-F1", macro, seed=order.seed) for t in told]
    given = [(f"{t.part}, counted", np.eye(3)[t.p.argmax(axis=1)]) for t in told]
    meant = [(f"{t.part}, mean probability", t.p) for t in told]
    shares = [_astray(Told(part, p), last, beside, order.seed) for part, p in (*given, *meant)]
    return (*scores, *shares)


def conditioned(seen: Lot, last: Lot) -> tuple[Told, Told]:
    """Return what a linear model fitted on other topics says: with signs and meaning of the topic, and without."""
    from sklearn.linear_model import LogisticRegression

    unit, other = vectors(seen.batch), vectors(last.batch)
    with_topic = (features(read(seen.batch), unit)[1], features(read(last.batch), other)[1])
    found = []
    for fitted_on, said_of in (with_topic, (unit * _SCALE, other * _SCALE)):
        model = quietly(LogisticRegression(C=0.3, max_iter=100), fitted_on, seen.label)
        found.append(model.predict_proba(said_of))
    return Told("fitted on other topics, with the topic", found[0]), Told("the same, without the topic", found[1])


def topics(order: Order) -> tuple[Lot, Lot]:
    """Return posts of topics that a plain model may be fitted on, and of topics to report on."""
    rows: dict[tuple[str, str], tuple[str, int]] = {}
    for name in _FILES:
        for row in table(order.data, f"semeval-en/{name}").to_pylist():
            if row["label"] in _LABELS and row["text"] != "Not Available":
                rows.setdefault((row["topic"], row["tweet_id"]), (row["text"], _LABELS[row["label"]]))
    kept = _some(rows)
    topic = np.array([k[0] for k in kept])
    batch = pa.record_batch(
        {
            "text": [rows[k][0] for k in kept],
            "language": ["en"] * len(kept),
            "subject": [k[0].lstrip("@#") for k in kept],
        }
    )
    whole = Lot(batch, np.array([rows[k][1] for k in kept]), topic)
    last = np.array([_hash(t) < _REPORT for t in topic])
    return whole.only(~last), whole.only(last)


def _some(rows: dict[tuple[str, str], Any]) -> list[tuple[str, str]]:
    """Return at most _MOST posts of each topic, the first in the order of a hash."""
    by: dict[str, list[tuple[str, str]]] = {}
    for key in sorted(rows, key=lambda k: _hash("/".join(k))):
        by.setdefault(key[0], []).append(key)
    return [key for topic in sorted(by) for key in by[topic][:_MOST]]


def _hash(text: str) -> float:
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) / 16**12


def _astray(told: Told, last: Lot, beside: Any, seed: int) -> Score:
    """Return the mean absolute error of the share of positive posts of a topic; the interval is over topics."""
    truth, ours, plain_ = (_shares(last, rows) for rows in (np.eye(3)[last.label], told.p, np.eye(3)[beside.argmax(1)]))
    rng = np.random.default_rng(seed)
    error = np.abs(ours - truth)
    low, high = np.quantile(error[rng.integers(0, len(error), (REPLICATES, len(error)))].mean(axis=1), [0.025, 0.975])
    metric = "mean absolute error of a topic's share of positive"
    return Score(
        told.part,
        len(error),
        float(error.mean()),
        float(low),
        float(high),
        ece(last.label, told.p) if told.p.max() < 1 else float("nan"),
        float(np.abs(plain_ - truth).mean()),
        metric,
    )


def _shares(last: Lot, rows: Any) -> Any:
    """Return the mean of the last column of each topic with enough posts."""
    names, row, count = np.unique(last.subject, return_inverse=True, return_counts=True)
    total = np.bincount(row, rows[:, 2], minlength=len(names))
    return (total / count)[count >= _LEAST]
