"""How an account acts: what its posts at hand say of it, and the rhythm of their times.

Columns of a table of accounts, all optional; `flows` fills them from the posts that it has:

- `posts_seen`: posts at hand. Below FEW the others say nothing.
- `repeated_share`, `copied_share`: of these, the share that repeats an own earlier one, or one by somebody else.
- `linked_share`, `addressed_share`, `marked_share`: that carries a link, names an account, asks or exclaims.
- `alike_share`: that begins with the same word as another own post.
- `tags_each`: mean number of tags.
- `times`: when they were published, in seconds since 1970: a list, or numbers in a text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich._columns import column, strings

ACTS = ("repeated_share", "linked_share", "addressed_share", "marked_share", "alike_share", "tags_each")
"""What is read of the posts, in order."""
SAID: Mapping[str, tuple[str, str]] = {
    "repeated_share": ("repeats itself", "does not repeat itself"),
    "linked_share": ("many links", "few links"),
    "addressed_share": ("often names others", "seldom names others"),
    "marked_share": ("often asks or exclaims", "seldom asks or exclaims"),
    "alike_share": ("posts that begin alike", "posts that begin differently"),
    "tags_each": ("many tags", "few tags"),
}
"""What more and less of each of ACTS than usual is called in a reason."""
BEHAVIOUR = ("posts_seen", *ACTS, "copied_share")
"""Columns of numbers; beside them `times` and `latest`, the text of the newest post."""
FEW = 5
"""Posts below which behaviour says nothing."""
RHYTHMS: Mapping[str, float] = {"keeps to the clock": 2.0, "pauses of equal length": 2.0, "never rests": 1.0}
"""Signs of a timer and what each adds to the log-odds. Set by hand.

People write at any minute of the hour, timers do not. Source: Zhang & Paxson (2011), PAM, 102-111.
"""
_ENOUGH, _GAPS, _DAYLONG = 12, 8, 100
"""Posts for a clock, pauses for equal ones, posts for the hours of rest."""
_REST = 6
"""Hours of the day in which somebody who sleeps writes little."""


def number(batch: pa.RecordBatch, name: str) -> Any:
    """Return a column of behaviour, float64 (n,), NaN where unknown."""
    return column(batch, name, pa.float64()).to_numpy(zero_copy_only=False).astype(float)


def acts(batch: pa.RecordBatch) -> Any:
    """Return ACTS, (n, 6); NaN where unknown or where fewer than FEW posts are at hand."""
    enough = np.nan_to_num(number(batch, "posts_seen")) >= FEW
    found = np.stack([number(batch, name) for name in ACTS], axis=1)
    found[:, -1] = np.log1p(found[:, -1].clip(0))
    return np.where(enough[:, None], found, np.nan)


def spoken(batch: pa.RecordBatch, names: Sequence[str], model: Mapping[str, Any]) -> tuple[Any, list[list[str]]]:
    """Return what some of ACTS add to the log-odds, (n, k), 0 where unknown, and what each is called in each row.

    Args:
        batch: Accounts.
        names: Of ACTS.
        model: `acts` (k weights), `acts_mean` and `acts_scale` of the values in `acts`.
    """
    found = acts(batch)[:, [ACTS.index(name) for name in names]]
    z = np.nan_to_num((found - model["acts_mean"]) / model["acts_scale"])
    called = np.array([SAID[name] for name in names])
    return z * model["acts"], called[np.arange(len(names)), (z < 0).astype(int)].tolist()


def rhythm(batch: pa.RecordBatch) -> Any:
    """Return how far (0 to 1) each sign of RHYTHMS is there, (n, 3); 0 where too few times are known."""
    row, seconds = times(batch)
    n = batch.num_rows
    return np.stack([_clock(n, row, seconds), _equal(n, row, seconds), _restless(n, row, seconds)], axis=1)


def times(batch: pa.RecordBatch) -> tuple[Any, Any]:
    """Return the rows and the times (seconds since 1970) of all posts, sorted by both."""
    if "times" not in batch.schema.names:
        return np.array([], np.int64), np.array([], np.int64)
    found = batch.column("times")
    if not (pa.types.is_list(found.type) or pa.types.is_large_list(found.type)):
        found = pc.split_pattern_regex(pc.utf8_trim(strings(found), " []"), r"[\s,;]+")
    row, seconds = pc.list_parent_indices(found).to_numpy(), _seconds(pc.list_flatten(found))
    row, seconds = row[~np.isnan(seconds)], seconds[~np.isnan(seconds)].astype(np.int64)
    order = np.lexsort((seconds, row))
    return row[order], seconds[order]


def _seconds(found: pa.Array) -> Any:
    if pa.types.is_timestamp(found.type):
        found = found.cast(pa.timestamp("s", tz=found.type.tz), safe=False).cast(pa.int64())
    elif pa.types.is_string(found.type):
        found = pc.if_else(pc.match_substring_regex(found, r"^\d{1,11}(\.0*)?$"), found, None).cast(pa.float64())
    return found.cast(pa.float64()).to_numpy(zero_copy_only=False)


def _clock(n: int, row: Any, seconds: Any) -> Any:
    """Return how far posts stand on few minutes of the hour: on one, or on those that five divides."""
    total = np.bincount(row, minlength=n)
    minute = np.bincount(row * 60 + seconds // 60 % 60, minlength=n * 60).reshape(n, 60)
    five, top = minute[:, ::5].sum(axis=1), minute.max(axis=1, initial=0)
    far = np.maximum(_ramp(_excess(five, total, 0.2), 4, 8), _ramp(_excess(top, total, 1 / 60), 7, 14))
    return np.where(total >= _ENOUGH, far, 0.0)


def _equal(n: int, row: Any, seconds: Any) -> Any:
    """Return how far the pauses between posts are the same, to the minute."""
    same = row[1:] == row[:-1]
    whose, pause = row[1:][same], np.rint(np.diff(seconds)[same] / 60).astype(np.int64)
    whose, pause = whose[pause > 1], pause[pause > 1]
    kinds, many = np.unique(np.stack([whose, pause]), axis=1, return_counts=True)
    top = np.zeros(n, np.int64)
    np.maximum.at(top, kinds[0], many)
    total = np.bincount(whose, minlength=n)
    return np.where(total >= _GAPS, _ramp(top / total.clip(1), 0.3, 0.7), 0.0)


def _restless(n: int, row: Any, seconds: Any) -> Any:
    """Return how far even the quietest six hours of the day are busy; a quarter of all posts is wholly even."""
    total = np.bincount(row, minlength=n)
    hour = np.bincount(row * 24 + seconds // 3600 % 24, minlength=n * 24).reshape(n, 24)
    quiet = np.min([np.roll(hour, -h, axis=1)[:, :_REST].sum(axis=1) for h in range(24)], axis=0)
    return np.where(total >= _DAYLONG, _ramp(quiet / total.clip(1), 0.12, 0.2), 0.0)


def _excess(hits: Any, total: Any, share: float) -> Any:
    """Return by how many standard deviations `hits` exceed what chance would give."""
    return (hits - total * share) / np.sqrt((total * share * (1 - share)).clip(1e-9))


def _ramp(values: Any, low: float, high: float) -> Any:
    return ((values - low) / (high - low)).clip(0, 1)
