"""Boosted trees as plain arrays: what they say of a row, and which features said it.

An unknown number (NaN) goes, at each question, the way that the training found best for unknown ones.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np


class Said(NamedTuple):
    """What trees say of rows."""

    score: Any
    """Log-odds, (n,)."""
    share: Any
    """What each feature added to it, (n, features). Source: Saabas (2014), decision path by decision path."""


def packed(models: Any) -> dict[str, Any]:
    """Return fitted HistGradientBoostingClassifiers as arrays; their scores are averaged."""
    trees = [t[0].nodes for m in models for t in m._predictors]  # noqa: SLF001 - scikit-learn gives them in no other way
    start = np.cumsum([0, *(len(t) for t in trees)])[:-1]
    one = np.concatenate(trees)
    shift = np.repeat(start, [len(t) for t in trees])
    leaf = one["is_leaf"].astype(bool)
    own = np.arange(len(one))
    value = np.where(leaf, one["value"], 0.0) / len(models)
    left, right = (np.where(leaf, own, one[side].astype(np.int64) + shift) for side in ("left", "right"))
    return {
        "trees_roots": start.astype(np.int32),
        "trees_feature": np.where(leaf, 0, one["feature_idx"]).astype(np.int16),
        "trees_threshold": np.where(leaf, np.inf, one["num_threshold"]).astype(np.float32),
        "trees_unknown_left": one["missing_go_to_left"].astype(bool),
        "trees_left": left.astype(np.int32),
        "trees_right": right.astype(np.int32),
        "trees_value": _inner(value, left, right, one["count"].astype(float), leaf).astype(np.float32),
        "trees_base": np.array(np.mean([m._baseline_prediction for m in models]), np.float32),  # noqa: SLF001
    }


def said(model: Mapping[str, Any], values: Any) -> Said:
    """Return what the trees of `packed` say of `values`, (n, features), NaN where unknown."""
    n, features = values.shape
    values = values.astype(np.float32)
    row, at = (part.ravel() for part in np.meshgrid(np.arange(n), model["trees_roots"], indexing="ij"))
    share = np.zeros(n * features)
    while len(at):
        moving = model["trees_left"][at] != at
        row, at = row[moving], at[moving]
        asked = model["trees_feature"][at]
        seen = values[row, asked]
        left = np.where(np.isnan(seen), model["trees_unknown_left"][at], seen <= model["trees_threshold"][at])
        to = np.where(left, model["trees_left"][at], model["trees_right"][at])
        step = model["trees_value"][to] - model["trees_value"][at]
        share += np.bincount(row * features + asked, weights=step, minlength=n * features)
        at = to
    share = share.reshape(n, features)
    rest = float(model["trees_base"]) + float(model["trees_value"][model["trees_roots"]].sum())
    return Said(share.sum(axis=1) + rest, share)


def _inner(value: Any, left: Any, right: Any, count: Any, leaf: Any) -> Any:
    """Return the values with those of inner nodes: the mean of what lies below."""
    for node in np.flatnonzero(~leaf)[::-1]:
        below = [left[node], right[node]]
        value[node] = np.average(value[below], weights=count[below])
    return value
