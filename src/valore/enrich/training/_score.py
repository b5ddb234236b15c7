"""How good a model is: macro-F1 with its interval, calibration, temperature."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

REPLICATES = 2000


class Score(NamedTuple):
    """A metric on one part of the test rows."""

    part: str
    n: int
    value: float
    low: float
    high: float
    """95% bootstrap interval."""
    ece: float
    """Expected calibration error, 15 bins."""
    baseline: float
    """The same metric of a plain TF-IDF logistic regression; NaN where there is none."""
    metric: str = "macro-F1"
    aim: float = math.nan
    """What was set as the goal before; NaN where nothing was."""


def score(part: str, truth: Any, p: Any, baseline: Any | None = None, seed: int = 1, aim: float = math.nan) -> Score:
    """Return macro-F1, interval and calibration of probabilities `p` (n, classes) against class numbers."""
    classes = p.shape[1]
    cells = np.bincount(truth * classes + p.argmax(axis=1), minlength=classes * classes)
    drawn = np.random.default_rng(seed).multinomial(len(truth), cells / len(truth), size=REPLICATES)
    low, high = np.quantile(macro_f1(drawn), [0.025, 0.975])
    plain = np.nan
    if baseline is not None:
        guessed = np.bincount(truth * classes + baseline.argmax(axis=1), minlength=classes * classes)
        plain = float(macro_f1(guessed[None])[0])
    ours = float(macro_f1(cells[None])[0])
    return Score(part, len(truth), ours, float(low), float(high), ece(truth, p), plain, "macro-F1", aim)


def macro_f1(cells: Any) -> Any:
    """Return the macro-F1 of confusion counts, shape (m, classes²), rows by truth."""
    k = round(cells.shape[1] ** 0.5)
    table = cells.reshape(-1, k, k).astype(float)
    hits = table.diagonal(axis1=1, axis2=2)
    return (2 * hits / np.maximum(table.sum(1) + table.sum(2), 1)).mean(axis=1)


def ece(truth: Any, p: Any, bins: int = 15) -> float:
    """Return the expected calibration error of the likeliest class. Source: Guo et al. (2017), ICML."""
    sure, right = p.max(axis=1), p.argmax(axis=1) == truth
    which = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(sure[which == b].sum() - right[which == b].sum()) for b in range(bins)]
    return float(np.sum(gaps) / len(truth))


def temperature(truth: Any, scores: Any) -> float:
    """Return the T for which softmax(scores / T) has the least log loss. Source: Guo et al. (2017)."""
    grid = np.geomspace(0.05, 5, 120)
    return float(min(grid, key=lambda t: _loss(truth, scores / t)))


def _loss(truth: Any, scores: Any) -> float:
    top = scores.max(axis=1)
    total = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    return float(np.mean(total - scores[np.arange(len(truth)), truth]))


def share(part: str, hits: Any, metric: str = "share", aim: float = math.nan) -> Score:
    """Return the share of `hits` (booleans) with Wilson's 95% interval."""
    p, n, z = float(hits.mean()), len(hits), 1.96
    middle = (p + z * z / 2 / n) / (1 + z * z / n)
    half = z * (p * (1 - p) / n + z * z / 4 / n / n) ** 0.5 / (1 + z * z / n)
    return Score(part, n, p, max(0.0, middle - half), min(1.0, middle + half), math.nan, math.nan, metric, aim)


def mean_share(part: str, groups: Sequence[Any], seed: int, metric: str = "share", aim: float = math.nan) -> Score:
    """Return the mean of the shares of several groups of `hits`, with its 95% bootstrap interval."""
    rng = np.random.default_rng(seed)
    drawn = np.mean([rng.binomial(len(g), g.mean(), REPLICATES) / len(g) for g in groups], axis=0)
    low, high = np.quantile(drawn, [0.025, 0.975])
    value = float(np.mean([g.mean() for g in groups]))
    return Score(part, sum(map(len, groups)), value, float(low), float(high), math.nan, math.nan, metric, aim)


def precision(
    part: str, truth: Any, value: Any, baseline: Any | None = None, seed: int = 1, aim: float = math.nan
) -> Score:
    """Return the average precision of `value` for booleans `truth`, with its 95% bootstrap interval."""
    from sklearn.metrics import average_precision_score as measured

    rng = np.random.default_rng(seed)
    drawn = (rng.integers(0, len(truth), len(truth)) for _ in range(200))
    low, high = np.quantile([measured(truth[i], value[i]) for i in drawn], [0.025, 0.975])
    plain = math.nan if baseline is None else float(measured(truth, baseline))
    ours = float(measured(truth, value))
    return Score(part, len(truth), ours, float(low), float(high), math.nan, plain, "average precision", aim)
