"""What the trainings of `actor`, `automation` and `spam` share: the account sets, the split and the fit."""

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from valore.enrich import _trees
from valore.enrich._account import PATTERN, scores
from valore.enrich._profile import GROUPS, NUMBERS, READERS, numbers, readable, texts
from valore.enrich.training import Order
from valore.enrich.training._data import folds, table
from valore.enrich.training._score import Score, ece

REPORTED = 20
"""Accounts in a hundred that are kept apart for the figures."""
_STRENGTH = {"names_say": 4.0, "bio_says": 6.0, "bio_means": 6.0, "latest_says": 4.0}
_INNER, _OUTER, _BAGS = 4, 4, 3
_TREES: Mapping[str, Any] = {
    "max_iter": 300,
    "learning_rate": 0.04,
    "max_leaf_nodes": 10,
    "min_samples_leaf": 25,
    "l2_regularization": 2.0,
    "max_features": 0.3,
    "early_stopping": False,
}
_COPIES, _HIDDEN, _LOST, _LIGHT = 2, 0.4, 0.1, 0.5
"""Copies of each row with less of the profile, chance that a group of numbers is hidden in them, that one
number is, and the weight of a copy."""
_SEVERAL = 20
"""Letters of a bio from which two equal ones are no chance."""
_FORMATS = ("%a %b %d %H:%M:%S %z %Y", "%m/%d/%Y %H:%M", "%d-%m-%Y %H:%M", "%d %b %Y", "%Y-%m-%d %H:%M:%S")
_HUMANIZR = {
    "name": "name", "handle": "username", "bio": "bio", "location": "location", "url": "url",
    "followers": "followers", "following": "following", "posts": "tweets", "likes_given": "likes",
    "protected": "private",
}  # fmt: skip
_NYU = {
    "name": "name", "handle": "screen_name", "bio": "description", "location": "location", "url": "url",
    "followers": "followers_count", "following": "friends_count", "posts": "statuses_count",
    "likes_given": "favourites_count", "default_picture": "default_profile_image",
}  # fmt: skip
_SEEN, _SEEN_PEOPLE = "2017-03-20", "2020-05-01"
"""About when the sets were collected, read from the newest posts and pictures in them."""
_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_TEXT = re.compile(rf"""(?:["']text["']\s*:\s*|\btext=)u?({_QUOTED})""", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_NOTHING = ("", "null", "none")


class Accounts(NamedTuple):
    """Labelled accounts."""

    batch: pa.RecordBatch
    label: Any
    """1 for the class that a high score means, else 0; (n,)."""
    reported: Any
    """Where the row is kept for the figures; (n,) booleans."""

    def part(self, rows: Any) -> "Accounts":
        """Return some of the rows."""
        at = np.flatnonzero(rows)
        return Accounts(self.batch.take(pa.array(at)), self.label[at], self.reported[at])


def people(order: Order) -> Accounts:
    """Return `humanizr`: whether each account is an organisation (1) or a person (0)."""
    found = table(order.data, "humanizr/accounts_dev.csv.gz")
    batch = _dated(_renamed(found, _HUMANIZR), found["join_date"], _SEEN_PEOPLE)
    plain = pc.match_substring(found["profile_image_url"], "default_profile").combine_chunks()
    batch = batch.append_column("default_picture", plain)
    return _parted(batch, (found["label"].to_numpy() == "organization").astype(int))


def bots(order: Order) -> Accounts:
    """Return `nyu-bots`: whether each account is automated (1) or not (0); `verified` is left out."""
    found = table(order.data, "nyu-bots/bots.csv.gz", "nyu-bots/nonbots.csv.gz")
    batch = _dated(_renamed(found, _NYU), found["created_at"], _SEEN)
    latest = pa.array(map(_said, found["status"].to_pylist()), pa.string())
    return _parted(batch.append_column("latest", latest), found["bot"].to_numpy().astype(int))


def invented(name: str) -> Accounts:
    """Return the invented profiles of `NAME.toml`: organisations 1, persons 0; those to report stand apart."""
    told = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    titles = ("person", "organisation", "person_reported", "organisation_reported")
    rows = [[*(part.strip() for part in line.split("|")), title] for title in titles for line in told[title]]
    names, handles, bios, kinds = zip(*rows, strict=True)
    label = np.array([k.startswith("organisation") for k in kinds]).astype(int)
    batch = pa.record_batch({"name": names, "handle": handles, "bio": bios})
    return Accounts(batch, label, np.array([k.endswith("reported") for k in kinds]))


def streams(order: Order, least: int) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield the authors of `replab13` with `least` posts, by name: the time and text of each post, in order."""
    by: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for row in table(order.data, "replab13/tweets_labeled.csv.gz").to_pylist():
        if row["author"]:
            by[row["author"]][row["tweet_id"]] = (int(float(row["unix"])), row["text"] or "")
    return ((name, sorted(by[name].values())) for name in sorted(by) if len(by[name]) >= least)


def acted(found: Sequence[tuple[str, list[tuple[int, str]]]]) -> pa.RecordBatch:
    """Return the columns of behaviour of streams, as `flows` computes them; nothing of the profile."""
    rows = [_acted([text for _, text in posts]) | {"times": [at for at, _ in posts]} for _, posts in found]
    return pa.RecordBatch.from_pylist(rows)


def fit(seen: Accounts, weight: Any, seed: int) -> dict[str, Any]:
    """Return the arrays of an account model, fitted on all rows of `seen` and calibrated by cross-fitting."""
    found = _material(seen.batch)
    rows = np.arange(len(seen.label))
    model = _core(found, seen.label, weight, rows, seed)
    return model | {"calibration": _calibration(found, seen.label, weight, seed)}


def f1_score(part: str, truth: Any, p: Any, plain: Any | None, seed: int, aim: float = np.nan) -> Score:
    """Return the F1 of the class that a high score means, with its 95% bootstrap interval."""
    drawn = np.random.default_rng(seed).integers(0, len(truth), (500, len(truth)))
    guess = p.argmax(axis=1)
    low, high = np.quantile([_f1(truth[i], guess[i]) for i in drawn], [0.025, 0.975])
    baseline = np.nan if plain is None else _f1(truth, plain.argmax(axis=1))
    found = (_f1(truth, guess), float(low), float(high), ece(truth, p), baseline)
    return Score(part, len(truth), *found, "F1 of that class", aim)


def words_only(seen: Accounts, batch: pa.RecordBatch) -> Any:
    """Return probabilities for `batch` of a plain TF-IDF logistic regression on name, handle and bio of `seen`."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    plain = make_pipeline(TfidfVectorizer(min_df=2, sublinear_tf=True), LogisticRegression(C=2, max_iter=300))
    return plain.fit(_joined(seen.batch), seen.label).predict_proba(_joined(batch))


class _Material(NamedTuple):
    """What a model reads of accounts."""

    values: Any
    texts: Mapping[str, Any]
    there: Any


def _material(batch: pa.RecordBatch) -> _Material:
    return _Material(numbers(batch), texts(batch), readable(batch))


def _core(found: _Material, label: Any, weight: Any, rows: Any, seed: int) -> dict[str, Any]:
    """Return readers and trees fitted on some rows."""
    held = np.full((len(rows), len(READERS)), np.nan)
    fold = np.random.default_rng(seed).integers(0, _INNER, len(rows))
    for k in range(_INNER):
        at = fold == k
        readers = _readers(found, label, weight, rows[~at])
        held[at] = _scores(readers, found, rows[at])
    readers = _readers(found, label, weight, rows)
    values = found.values[rows]
    used = np.nanmax(values, axis=0, initial=-1) > np.nanmin(values, axis=0, initial=np.inf)
    known = np.hstack([np.where(used, values, np.nan), held])
    return readers | _grown(known, label[rows], weight[rows], seed) | {"used": used}


def _readers(found: _Material, label: Any, weight: Any, rows: Any) -> dict[str, Any]:
    from sklearn.linear_model import LogisticRegression

    arrays: dict[str, Any] = {}
    for k, name in enumerate(READERS):
        at = rows[found.there[rows, k]]
        width = found.texts[name].shape[1]
        if not len(at):
            arrays |= {name: np.zeros(width, np.int8), f"{name}_scale": np.float32(1), f"{name}_bias": np.float32(0)}
            continue
        fitted = LogisticRegression(C=_STRENGTH[name], solver="liblinear", random_state=1)
        fitted.fit(found.texts[name][at], label[at], sample_weight=weight[at])
        small, scale = _rounded(fitted.coef_[0], sparse=sp.issparse(found.texts[name]))
        arrays |= {name: small, f"{name}_scale": scale, f"{name}_bias": np.float32(fitted.intercept_[0])}
    return arrays


def _rounded(weights: Any, *, sparse: bool) -> tuple[Any, Any]:
    """Return weights in a small form, and the number to multiply them by."""
    if not sparse:
        return weights.astype(np.float16), np.float32(1)
    scale = np.float32(np.abs(weights).max() / 127)
    return np.rint(weights / scale).astype(np.int8), scale


def _scores(readers: Mapping[str, Any], found: _Material, rows: Any) -> Any:
    return scores(readers, {name: part[rows] for name, part in found.texts.items()}, found.there[rows])


def _grown(known: Any, label: Any, weight: Any, seed: int) -> dict[str, Any]:
    """Return trees that have seen each row as it is and, lighter, with parts hidden."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng = np.random.default_rng(seed)
    rows = np.vstack([known, *(_less(known, rng) for _ in range(_COPIES))])
    rows = np.where(np.isnan(rows).all(axis=0), 0.0, rows).astype(np.float32)
    weights = np.concatenate([weight, *[weight * _LIGHT] * _COPIES])
    labels = np.tile(label, _COPIES + 1)
    grown = [
        HistGradientBoostingClassifier(**_TREES, random_state=seed + k).fit(rows, labels, sample_weight=weights)
        for k in range(_BAGS)
    ]
    return _trees.packed(grown)


def _less(known: Any, rng: Any) -> Any:
    shown, columns = known.copy(), _columns()
    for groups in (*PATTERN, ("likes",), ("rest",)):
        hidden = np.flatnonzero(rng.random(len(shown)) < _HIDDEN)
        for group in groups:
            shown[hidden[:, None], np.array(columns[group])] = np.nan
    shown[rng.random(shown.shape) < _LOST] = np.nan
    return shown


def _columns() -> dict[str, list[int]]:
    """Return the columns of numbers and readers of each group."""
    names = (*NUMBERS, *READERS)
    spoken = {"names": ("names_say",), "bio": ("bio_says", "bio_means"), "latest": ("latest_says",)}
    return {g: [names.index(n) for n in (*members, *spoken.get(g, ()))] for g, members in GROUPS.items()}


def _calibration(found: _Material, label: Any, weight: Any, seed: int) -> Any:
    """Return slope and shift of the score for each of the patterns of `_account.pattern`, float (32, 2)."""
    patterns = 2 ** len(PATTERN)
    held = np.zeros((len(label), patterns))
    fold = np.random.default_rng(seed + 1).integers(0, _OUTER, len(label))
    for k in range(_OUTER):
        at = np.flatnonzero(fold == k)
        model = _core(found, label, weight, np.flatnonzero(fold != k), seed)
        known = np.hstack([np.where(model["used"], found.values[at], np.nan), _scores(model, found, at)])
        for pattern in range(patterns):
            held[at, pattern] = _trees.said(model, _shown(known, pattern)).score
    return np.array([_line(held[:, k], label, weight) for k in range(patterns)])


def _shown(known: Any, pattern: int) -> Any:
    """Return numbers and scores with all hidden that a pattern lacks."""
    shown, columns = known.copy(), _columns()
    for bit, groups in enumerate(PATTERN):
        if not pattern & 2**bit:
            for group in groups:
                shown[:, columns[group]] = np.nan
    return shown


def _line(score: Any, label: Any, weight: Any) -> tuple[float, float]:
    """Return slope and shift that calibrate a score. Source: Platt (1999)."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=10).fit(score[:, None], label, sample_weight=weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _parted(batch: pa.RecordBatch, label: Any) -> Accounts:
    """Return a set in two parts, by handle; a row whose bio stands in the reported part is fitted nowhere."""
    bio, handle = (folds(batch.column(c)) for c in ("bio", "handle"))
    lots = [int(hashlib.sha256(f"account 2 {h.replace(' ', '')}".encode()).hexdigest(), 16) for h in handle.to_pylist()]
    reported = np.array([lot % 100 < REPORTED for lot in lots])
    told = pc.if_else(pc.greater_equal(pc.utf8_length(bio), _SEVERAL), bio, None)
    twin = pc.is_in(told, value_set=told.filter(pa.array(reported)).drop_null()).to_numpy(zero_copy_only=False)
    return Accounts(batch, label, reported).part(reported | ~twin)


def _joined(batch: pa.RecordBatch) -> list[str]:
    columns = (batch.column(c).to_pylist() for c in ("name", "handle", "bio"))
    return [" ".join(filter(None, row)) for row in zip(*columns, strict=True)]


def _f1(truth: Any, guess: Any) -> float:
    return float(2 * (truth * guess).sum() / max((truth + guess).sum(), 1))


def _renamed(found: pa.Table, names: Mapping[str, str]) -> pa.RecordBatch:
    columns = [pa.array(map(_plain, found[c].to_pylist()), pa.string()) for c in names.values()]
    return pa.RecordBatch.from_arrays(columns, names=list(names))


def _plain(cell: str | None) -> str | None:
    """Return a cell without the marks that several exports have left in it."""
    bare = (cell or "").strip().strip('"').strip()
    return None if bare.lower() in _NOTHING else bare


def _dated(batch: pa.RecordBatch, created: pa.ChunkedArray, seen: str) -> pa.RecordBatch:
    days = pa.array([_day((c or "").strip('"')) for c in created.to_pylist()], pa.string())
    return batch.append_column("created", days).append_column("seen", pa.array([seen] * len(days), pa.string()))


def _day(written: str) -> str | None:
    """Return a date in one of the sets' several ways of writing, as ISO 8601; None when broken."""
    for form in _FORMATS:
        try:
            return datetime.strptime(written, form).date().isoformat()  # noqa: DTZ007 - only the day is kept
        except ValueError:
            continue
    year = re.search(r"\b(20[01]\d)\b", written)
    return f"{year[1]}-07-01" if year else None


def _said(status: str | None) -> str | None:
    """Return the text of a newest post, which the set keeps as a printed object, or bare."""
    if (status or "").strip().lower() in _NOTHING:
        return None
    found = _TEXT.search(status or "")
    if found:
        return _ESCAPE.sub(_unescaped, found[1][1:-1]).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return None if re.match(r"\s*(\{|Status\()", status or "") else status


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else {"n": "\n", "r": "", "t": " "}.get(code, code)


def _acted(said: Sequence[str]) -> dict[str, float]:
    bare = [re.sub(r"https?://\S+|@\w+|\s+", "", text).lower() for text in said]
    first = [(text.split() or [""])[0].lower() for text in said]
    count: Callable[[Any], float] = lambda hits: float(np.mean([*hits]))  # noqa: E731 - one line, eight uses
    return {
        "posts_seen": float(len(said)),
        "repeated_share": count(len(b) >= 20 and b in bare[:i] for i, b in enumerate(bare)),  # noqa: PLR2004 - as flows
        "linked_share": count("http" in text for text in said),
        "addressed_share": count(bool(re.search(r"@\w", text)) for text in said),
        "marked_share": count(bool(re.search("[!?]", text)) for text in said),
        "alike_share": count(first.count(word) > 1 for word in first),
        "tags_each": count(text.count("#") for text in said),
    }
