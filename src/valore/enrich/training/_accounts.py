"""What the trainings of `actor` and `automation` share: the account sets and the fit."""

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import scipy.sparse as sp

from valore.enrich._account import probabilities
from valore.enrich._profile import NUMBERS, binned, bio_vectors, edges, hashed, numbers
from valore.enrich.training import Order
from valore.enrich.training._data import table
from valore.enrich.training._score import temperature

FIT, CHOOSE, REPORT = range(3)
_FORMATS = ("%a %b %d %H:%M:%S %z %Y", "%m/%d/%Y %H:%M", "%d-%m-%Y %H:%M", "%d %b %Y", "%Y-%m-%d %H:%M:%S")
_HUMANIZR = {
    "name": "name", "handle": "username", "bio": "bio", "location": "location", "url": "url",
    "followers": "followers", "following": "following", "posts": "tweets", "protected": "private",
}  # fmt: skip
_NYU = {
    "name": "name", "handle": "screen_name", "bio": "description", "location": "location", "url": "url",
    "followers": "followers_count", "following": "friends_count", "posts": "statuses_count",
    "listed": "listedcount", "likes_given": "favourites_count", "default_picture": "default_profile_image",
}  # fmt: skip
_FAINT = 0.02
"""Weights of words below it are left out."""
_SEEN = "2017-03-20"
"""About when the bot set was collected, read from its newest posts."""


def people(order: Order) -> tuple[pa.RecordBatch, Any]:
    """Return the profiles of `humanizr` and whether each is an organisation (1) or a person (0)."""
    found = table(order.data, "humanizr/accounts_dev.csv.gz")
    return _renamed(found, _HUMANIZR), (found["label"].to_numpy() == "organization").astype(int)


def invented() -> tuple[pa.RecordBatch, Any]:
    """Return the invented profiles of `actor.toml` and whether each is an organisation (1) or a person (0)."""
    told = tomllib.loads((Path(__file__).parent / "actor.toml").read_text("utf-8"))
    rows = [[part.strip() for part in line.split("|")] for name in ("person", "organisation") for line in told[name]]
    names, handles, bios = zip(*rows, strict=True)
    label = np.repeat([0, 1], [len(told["person"]), len(told["organisation"])])
    return pa.record_batch({"name": names, "handle": handles, "bio": bios}), label


def bots(order: Order) -> tuple[pa.RecordBatch, Any]:
    """Return the profiles of `nyu-bots` and whether each is automated (1) or not (0). `verified` is left out."""
    found = table(order.data, "nyu-bots/bots.csv.gz", "nyu-bots/nonbots.csv.gz")
    batch = _renamed(found, _NYU)
    batch = batch.append_column("created", pa.array([_day(c) for c in found["created_at"].to_pylist()], pa.string()))
    batch = batch.append_column("seen", pa.array([_SEEN] * len(found), pa.string()))
    return batch, found["bot"].to_numpy().astype(int)


def fit(
    batch: pa.RecordBatch, label: Any, part: Any, weight: Any, unused: tuple[str, ...], seed: int
) -> dict[str, Any]:
    """Return the arrays of an account model.

    Every row is seen three times, twice with some features hidden at random, so that the model
    serves places that give less.
    """
    from sklearn.linear_model import LogisticRegression

    used = np.array([name not in unused for name in NUMBERS])
    at = np.flatnonzero(part == FIT)
    values, words, bio = np.where(used, numbers(batch), np.nan)[at], hashed(batch)[at], bio_vectors(batch)[at]
    cuts = edges(values)
    rng = np.random.default_rng(seed)
    stacked = [_masked(values, words, bio, cuts, rng, hide) for hide in (0.0, 0.3, 0.7)]
    model = LogisticRegression(C=1.0, max_iter=300).fit(
        sp.vstack(stacked).tocsr(), np.tile(label[at], 3), sample_weight=np.tile(weight[at], 3)
    )
    width = len(NUMBERS) * (cuts.shape[1] + 1)
    found = _arrays(model.coef_[0], float(model.intercept_[0]), width, words.shape[1], cuts, used)
    return {**found, "temperature": np.array(_warmth(found, batch, label, np.flatnonzero(part == CHOOSE)))}


def _masked(values: Any, words: Any, bio: Any, cuts: Any, rng: Any, hide: float) -> Any:
    shown = np.where(rng.random(values.shape) < hide, np.nan, values)
    spoken = sp.diags((rng.random(len(values)) >= hide / 2).astype(np.float32))
    return sp.hstack([binned(shown, cuts), spoken @ words, spoken @ sp.csr_matrix(bio)]).tocsr()


def _arrays(weights: Any, bias: float, width: int, words: int, cuts: Any, used: Any) -> dict[str, Any]:
    spoken = weights[width : width + words]
    scale = np.abs(spoken).max() / 127
    return {
        "bins": weights[:width].astype(np.float32),
        "hashed": np.rint(np.where(np.abs(spoken) < _FAINT, 0, spoken) / scale).astype(np.int8),
        "hashed_scale": np.array(scale, np.float32),
        "bio": weights[width + words :].astype(np.float16),
        "bias": np.array(bias),
        "edges": cuts,
        "used": used,
        "temperature": np.array(1.0),
    }


def _warmth(model: dict[str, Any], batch: pa.RecordBatch, label: Any, at: Any) -> float:
    return temperature(label[at], np.log(probabilities(model, batch.take(pa.array(at)))))


def _renamed(found: pa.Table, names: dict[str, str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([found[c].combine_chunks() for c in names.values()], names=list(names))


def _day(written: str) -> str | None:
    """Return a date in one of the set's several ways of writing, as ISO 8601; None when broken."""
    for form in _FORMATS:
        try:
            return datetime.strptime(written, form).date().isoformat()  # noqa: DTZ007 - only the day is kept
        except ValueError:
            continue
    year = re.search(r"\b(20[01]\d)\b", written)
    return f"{year[1]}-07-01" if year else None
