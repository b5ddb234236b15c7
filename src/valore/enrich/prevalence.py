"""Shares of classes in a stream, corrected: a model's probabilities hold for the mixture it was trained on.

Counting labels, or adding up probabilities, carries the training's mixture into every stream. Two ways
out: expectation-maximisation on the stream itself, and a sample that people have reviewed.
Sources: Saerens, Latinne & Decaestecker (2002), Neural Computation 14; Angelopoulos et al. (2023), Science 382.
"""

from typing import Any, NamedTuple

import numpy as np

ROUNDS, NEAR = 300, 1e-5
REPLICATES = 200


class Shares(NamedTuple):
    """Shares of classes with 95% intervals, each (classes,)."""

    value: Any
    low: Any
    high: Any


def shares(p: Any, *, trained: Any = None, around: Any = None, strength: float = 0.0, seed: int = 1) -> Shares:
    """Return the shares of classes in a stream by expectation-maximisation, with bootstrap intervals over its rows.

    Args:
        p: Calibrated probabilities, (n, classes).
        trained: Shares in the training, (classes,); None: all alike.
        around: Shares that are likely before anything is seen; used with `strength`.
        strength: How many rows they count for; 0: none.
        seed: Of the bootstrap.

    Raises:
        ValueError: there is no row.
    """
    p = np.asarray(p, float)
    if not len(p):
        raise ValueError("shares of nothing")
    k = p.shape[1]
    ratio = p / (np.full(k, 1 / k) if trained is None else np.asarray(trained))
    held = strength * (np.full(k, 1 / k) if around is None else np.asarray(around))
    value = _maximised(ratio, np.ones((1, len(p))), held)[0]
    drawn = np.random.default_rng(seed).multinomial(len(p), np.full(len(p), 1 / len(p)), size=REPLICATES)
    low, high = np.quantile(_maximised(ratio, drawn, held), [0.025, 0.975], axis=0)
    return Shares(value, low, high)


def adapted(p: Any, found: Any, *, trained: Any = None) -> Any:
    """Return probabilities (n, classes) for a stream whose shares were `found`."""
    moved = np.asarray(p) * np.asarray(found) / (1 / p.shape[1] if trained is None else np.asarray(trained))
    return moved / moved.sum(axis=1, keepdims=True)


def reviewed(value: Any, judged: Any, rows: Any) -> tuple[float, float, float]:
    """Return the mean of a number over a stream as people would judge it, with its 95% interval.

    What the model says of all rows, plus by how much people differ from it on a random sample.

    Args:
        value: What the model says, (n,).
        judged: What people say of the sample, (m,).
        rows: Rows of the sample, (m,), drawn at random.

    Raises:
        ValueError: fewer than two rows were reviewed.
    """
    value, apart = np.asarray(value, float), np.asarray(judged, float) - np.asarray(value, float)[rows]
    if len(apart) < 2:  # noqa: PLR2004 - one row has no spread
        raise ValueError("a correction needs two reviewed rows")
    mean = float(value.mean() + apart.mean())
    half = 1.96 * float(np.sqrt(apart.var(ddof=1) / len(apart) + value.var() / len(value)))
    return mean, mean - half, mean + half


def _maximised(ratio: Any, counts: Any, held: Any) -> Any:
    """Return shares (m, classes) that make rows counted `counts` (m, n) likeliest; all m samples at once."""
    found = np.full((len(counts), ratio.shape[1]), 1 / ratio.shape[1])
    total = counts.sum(axis=1, keepdims=True) + held.sum()
    for _ in range(ROUNDS):
        seen = ratio @ found.T
        now = found * ((counts / np.maximum(seen.T, 1e-12)) @ ratio) + held
        now /= total
        apart, found = np.abs(now - found).max(), now
        if apart < NEAR:
            break
    return found
