"""Whether an account is there to be a nuisance: what it says of itself, and what it does."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over
from valore.enrich._classes import answer, schema
from valore.enrich._columns import column
from valore.enrich._profile import NUMBERS, known, numbers

CLASSES = ("spam", "genuine")
BEHAVIOUR = ("posts_seen", "repeated_share", "copied_share", "linked_share", "tags_each")
"""Optional columns: posts at hand, and of these the share that repeats an own earlier one, that copies an
earlier one by somebody else, that carries a link, and the mean number of tags."""
_OFFERS = (
    r"(?i)(free|gratis|kostenlos|gratuit)[^.]{0,20}(followers?|likes?|bitcoin|crypto|iphone|gift)|"
    r"(buy|compra|acquista|kaufen|achetez|acheter|comprar?)[^.]{0,12}(followers?|likes?|seguaci|seguidores)|"
    r"(guadagna|earn|gagnez|gana|ganhe|verdien\w*)[^.]{0,20}(\d|\$|€|online|casa|home|money|soldi|dinero|dinheiro|argent|geld)|"
    r"\b(casino|viagra|forex signals?|onlyfans|payday loan|get rich|soldi facili|100% (free|gratis)|"
    r"click here|clicca qui)\b"
)
_BIAS = -3.5
_WEIGHTS = MappingProxyType(
    {
        "offers": 2.5,
        "repeats itself": 3.5,
        "copies others": 3.0,
        "links in nearly every post": 1.5,
        "many tags": 1.0,
        "follows far more than follow it": 1.2,
        "digits in the handle": 0.8,
        "no picture of its own": 0.8,
        "no bio": 0.4,
        "posts without pause": 1.0,
    }
)
"""Set by hand: no labelled set of spam was at hand. Sums of log-odds over `_BIAS`, about 3% at rest."""
_SURE = 0.65
_PLAIN = 0.5
"""How far a sign must be there to be named."""
_FEW = 3
"""Posts below which behaviour says nothing."""


class Spam:
    """A sum of signs with weights set by hand, each named in the reason. Nothing is deleted by it.

    That an account is automated is no sign: a useful bot is automated and genuine.
    """

    name = "spam"
    version = "spam@1"
    over = Over.ACCOUNTS
    requires: tuple[str, ...] = ()
    provides = schema("spam", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = None
    whole = False

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, probabilities and the signs that spoke.

        `undecided` when neither two fields of the profile nor three posts are known.
        """
        signs = np.stack([sign(batch) for sign in _signs().values()], axis=1)
        p = 1 / (1 + np.exp(-(_BIAS + signs @ np.array(list(_WEIGHTS.values())))))
        seen = np.nan_to_num(_number(batch, "posts_seen"))
        enough = (known(batch) > 1) | (seen >= _FEW)
        both = np.stack([p, 1 - p], axis=1)
        some = (known(batch) > 0) | (seen > 0)
        return answer(self.provides, CLASSES, both, some, enough & (both.max(axis=1) >= _SURE), _reasons(signs))


def _signs() -> dict[str, Callable[[pa.RecordBatch], Any]]:
    """Return, in the order of the weights, what says how far (0 to 1) each sign is there; unknown is 0."""
    return {
        "offers": _offers,
        "repeats itself": lambda b: _acts(b, "repeated_share", 0.3, 0.8),
        "copies others": lambda b: _acts(b, "copied_share", 0.3, 0.8),
        "links in nearly every post": lambda b: _acts(b, "linked_share", 0.7, 1.0),
        "many tags": lambda b: _acts(b, "tags_each", 4, 8),
        "follows far more than follow it": _follows,
        "digits in the handle": lambda b: _ramp(_profile(b, "handle_digits"), 0.25, 0.5),
        "no picture of its own": lambda b: _ramp(_profile(b, "default_picture"), 0, 1),
        "no bio": lambda b: _ramp(-_profile(b, "bio_letters"), -1, 0),
        "posts without pause": lambda b: _ramp(_profile(b, "posts_per_day"), 60, 200),
    }


def _offers(batch: pa.RecordBatch) -> Any:
    said = pc.binary_join_element_wise(*(pc.fill_null(column(batch, c), "") for c in ("name", "bio")), " ")
    return pc.match_substring_regex(said, _OFFERS).to_numpy(zero_copy_only=False).astype(float)


def _follows(batch: pa.RecordBatch) -> Any:
    crowd = _ramp(_profile(batch, "following"), 500, 2000)
    return crowd * _ramp(-np.log10(_profile(batch, "followers_per_following").clip(1e-9)), 0.7, 1.3)


def _acts(batch: pa.RecordBatch, name: str, low: float, high: float) -> Any:
    enough = np.nan_to_num(_number(batch, "posts_seen")) >= _FEW
    return enough * _ramp(_number(batch, name), low, high)


def _ramp(values: Any, low: float, high: float) -> Any:
    """Return 0 up to `low`, 1 from `high` on, a line between; 0 where unknown."""
    return np.nan_to_num(((values - low) / (high - low)).clip(0, 1))


def _profile(batch: pa.RecordBatch, name: str) -> Any:
    return numbers(batch)[:, NUMBERS.index(name)]


def _number(batch: pa.RecordBatch, name: str) -> Any:
    return column(batch, name, pa.float64()).to_numpy(zero_copy_only=False).astype(float)


def _reasons(signs: Any) -> pa.Array:
    names = np.array(list(_WEIGHTS))
    order = np.argsort(-signs * np.array(list(_WEIGHTS.values())), axis=1)
    named = [
        ", ".join(names[[i for i in row if seen[i] >= _PLAIN][:3]]) or None
        for row, seen in zip(order, signs, strict=True)
    ]
    return pa.array(named, pa.string())


PLUGIN = Spam()
