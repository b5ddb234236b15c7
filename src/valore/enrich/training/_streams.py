"""Figures of `polarity` over many posts: what matters more than the single one."""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich._text import words
from valore.enrich.prevalence import shares
from valore.enrich.training import Order
from valore.enrich.training._card import Tables
from valore.enrich.training._data import folds, table
from valore.enrich.training._score import Score
from valore.enrich.training._tone import Rows

_NET = np.array([-1.0, 0.0, 1.0])
STRENGTH = 10.0
"""Rows for which the shares of the whole stream count in each of its topics; chosen on half of the topics."""
_FEWEST = 20
"""Posts of a topic, those that were not trained on."""


def net_tone(last: Rows, said: Any, sample: Rows, known: Any, languages: tuple[str, ...]) -> Tables:
    """Return how far the mean of positive minus negative is from the truth, as read and with reviewed posts.

    Args:
        last: Rows to report, even in their classes.
        said: Their probabilities, (n, classes).
        sample: Other rows, taken as reviewed.
        known: Their probabilities.
        languages: To report.
    """
    read, corrected = [], []
    for one in languages:
        here, there = last.language == one, sample.language == one
        net, truth = said[here] @ _NET, float(np.mean(last.label[here] - 1))
        apart = (sample.label[there] - 1) - known[there] @ _NET
        doubt = net.var() / len(net)
        read.append(_gap(one, len(net), net.mean() - truth, doubt))
        corrected.append(_gap(one, len(net), net.mean() + apart.mean() - truth, doubt + apart.var() / len(apart)))
    return (
        ("Net tone (positive minus negative) as read", tuple(read)),
        ("Net tone corrected by about 180 reviewed posts of the language", tuple(corrected)),
    )


def topics(
    order: Order, held: set[str], read: Callable[[pa.RecordBatch], Any], plain: Callable[[list[str]], Any]
) -> Tables:
    """Return the mean absolute error of the share of positive posts, of those not neutral, in topics of `semeval-en`.

    Half of the topics (by hash) chose the strength; the other half reports. Posts that were trained on are left out.

    Args:
        order: Where the data stand.
        held: Folded texts that were trained on.
        read: Gives probabilities (n, classes) of a batch with `text` and `language`.
        plain: Gives those of a plain model for bare texts.
    """
    found = table(order.data, "semeval-en/topic_polarity_2point_2015_2016.csv.gz")
    found = found.filter(pc.is_in(found["label"], value_set=pa.array(["negative", "positive"])))
    bare = words(found["text"])
    fresh = ~np.isin(np.array(folds(bare).to_pylist()), list(held))
    found, bare = found.filter(pa.array(fresh)), bare.filter(pa.array(fresh))
    label = pc.equal(found["label"], "positive").to_numpy().astype(int)
    topic = np.array(found["topic"].to_pylist())
    english = pa.array(["en"] * found.num_rows)
    p = _two(read(pa.record_batch({"text": found["text"].combine_chunks(), "language": english})))
    counted = _two(plain(bare.to_pylist())).argmax(axis=1)
    whole = shares(p).value
    gaps: dict[str, list[float]] = {"labels counted": [], "probabilities added": [], "corrected": [], "plain": []}
    for one in sorted(set(topic)):
        here = topic == one
        if here.sum() < _FEWEST or zlib.crc32(one.encode()) % 2:
            continue
        truth = float(label[here].mean())
        ways = {
            "labels counted": p[here].argmax(axis=1).mean(),
            "probabilities added": p[here, 1].mean(),
            "corrected": shares(p[here], around=whole, strength=STRENGTH).value[1],
            "plain": counted[here].mean(),
        }
        for way, value in ways.items():
            gaps[way].append(abs(float(value) - truth))
    base = float(np.mean(gaps.pop("plain")))
    return (
        (
            "Share of positive in each topic: mean absolute error",
            tuple(_error(k, v, base, order.seed) for k, v in gaps.items()),
        ),
    )


def _two(p: Any) -> Any:
    """Return probabilities of negative and positive, given that it is one of them, (n, 2)."""
    return p[:, [0, 2]] / p[:, [0, 2]].sum(axis=1, keepdims=True)


def _error(way: str, gaps: list[float], base: float, seed: int) -> Score:
    rng = np.random.default_rng(seed)
    drawn = np.mean(rng.choice(gaps, size=(2000, len(gaps))), axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    aim = 0.08 if way == "corrected" else np.nan
    return Score(
        way, len(gaps), float(np.mean(gaps)), float(low), float(high), np.nan, base, "mean absolute error", aim
    )


def _gap(one: str, n: int, gap: float, doubt: float) -> Score:
    half = 1.96 * float(doubt) ** 0.5
    return Score(one, n, float(gap), float(gap) - half, float(gap) + half, np.nan, np.nan, "gap of net tone", 0.03)
