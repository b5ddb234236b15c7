"""What `automation` and `spam` learn from how accounts act: authors of real posts, marked by one reader."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from valore.enrich._acts import ACTS, acts
from valore.enrich.training import Order
from valore.enrich.training._accounts import acted, streams
from valore.enrich.training._data import table

_STRENGTH = 0.3
_OF, _FITTED = 5, 3
"""Of five authors three are fitted."""
PROTOCOL = (
    "the authors of replab13 with six posts or more, marked by one reader, in one pass, from four posts and the "
    "name (`training/marked.toml` has the protocol); those that were unclear are left out"
)


class Marked(NamedTuple):
    """Marked authors."""

    batch: pa.RecordBatch
    """Columns of behaviour and the handle."""
    label: Any
    """1 for automated or spam."""
    reported: Any


def marked(order: Order, name: str, letter: str) -> Marked:
    """Return the authors marked clearly in `name` (automation, spam); `letter` is the one that means 1."""
    told = tomllib.loads((Path(__file__).parent / "marked.toml").read_text("utf-8"))
    marks = np.array(list("".join(told[name].split())))
    found = list(streams(order, told["least"]))
    batch = acted(found).append_column("handle", pa.array([author for author, _ in found]))
    clear = np.flatnonzero(marks != "?")
    reported = np.arange(len(marks))[clear] % _OF >= _FITTED
    return Marked(batch.take(pa.array(clear)), (marks[clear] == letter).astype(int), reported)


def learnt(seen: Marked, names: tuple[str, ...]) -> dict[str, Any]:
    """Return weights of some of ACTS, as log-odds between classes that are equally frequent."""
    from sklearn.linear_model import LogisticRegression

    found = acts(seen.batch)[~seen.reported][:, [ACTS.index(n) for n in names]]
    mean, scale = np.nanmean(found, axis=0), np.nanstd(found, axis=0).clip(0.05)
    fitted = LogisticRegression(C=_STRENGTH, class_weight="balanced")
    fitted.fit(np.nan_to_num((found - mean) / scale), seen.label[~seen.reported])
    arrays = {"acts": fitted.coef_[0], "acts_mean": mean, "acts_scale": scale, "acts_bias": fitted.intercept_[0]}
    return {k: np.asarray(v, np.float32) for k, v in arrays.items()}


def customers(order: Order, least: int) -> pa.RecordBatch:
    """Return how the authors of `airline-brand-stream` with `least` posts act: people who turn to an airline."""
    by: dict[str, dict[str, tuple[int, str]]] = {}
    for row in table(order.data, "airline-brand-stream/tweets.csv.gz").to_pylist():
        at = int(np.datetime64(row["created_utc_from_id"][:19].replace(" ", "T"), "s").astype(int))
        by.setdefault(row["name"], {})[row["tweet_id"]] = (at, row["text"] or "")
    return acted([(name, sorted(posts.values())) for name, posts in sorted(by.items()) if len(posts) >= least])
