"""Whether an account is there to be a nuisance: what it says of itself, and what it does."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts
from valore.enrich._acts import FEW, acts, number, spoken
from valore.enrich._classes import answer, schema
from valore.enrich._columns import column
from valore.enrich._profile import NUMBERS, known, numbers

CLASSES = ("spam", "genuine")
_OFFERS = (
    r"(?i)(free|gratis|kostenlos|gratuit)[^.]{0,20}(followers?|likes?|bitcoin|crypto|iphone|gift)|"
    r"(buy|compra|acquista|kaufen|achetez|acheter|comprar?)[^.]{0,12}(followers?|likes?|seguaci|seguidores)|"
    r"(guadagna|earn|gagnez|gana|ganhe|verdien\w*)[^.]{0,20}(\d|\$|€|online|casa|home|money|soldi|dinero|dinheiro|argent|geld)|"
    r"\b(casino|viagra|forex signals?|onlyfans|payday loan|get rich|soldi facili|100% (free|gratis)|"
    r"click here|clicca qui)\b"
)
_RARE = -2.2
"""Log-odds of spam among accounts of which nothing is known: about one in ten. Set by hand."""
_WEIGHTS = MappingProxyType(
    {
        "offers": 2.5,
        "repeats itself": 3.0,
        "copies others": 2.5,
        "many tags": 1.0,
        "follows far more than follow it": 1.2,
        "digits in the handle": 0.8,
        "no picture of its own": 0.6,
        "posts without pause": 1.0,
    }
)
"""What each sign adds to the log-odds. Set by hand: too few labelled accounts show them."""
LEARNT = ("linked_share", "addressed_share", "marked_share", "alike_share")
"""Of ACTS, those whose weights are learnt from marked accounts."""
_SURE = 0.65
_PLAIN = 0.5
"""How far a sign must be there to be named."""
_HEARD = 0.4
"""How much an act must add to be named."""


class Spam:
    """Signs with weights set by hand, and acts whose weights are learnt; each is named in the reason.

    Nothing is deleted by it. That an account is automated is no sign: a useful bot is automated and genuine.
    """

    name = "spam"
    over = Over.ACCOUNTS
    requires: tuple[str, ...] = ()
    provides = schema("spam", CLASSES)
    classes = CLASSES
    languages: frozenset[str] | None = None
    whole = False

    @property
    def version(self) -> str:
        """`spam@N`, of the artefact in use."""
        return _artefacts.version("spam")

    def enrich(self, batch: pa.RecordBatch, model: Mapping[str, Any] | None = None) -> pa.RecordBatch:
        """Return label, probabilities and the signs that spoke.

        `undecided` when neither two fields of the profile nor FEW posts are known.

        Args:
            batch: Accounts, with what their posts say of them where it is known (see `_acts`).
            model: The arrays; those in use when None.
        """
        signs = np.stack([sign(batch) for sign in _signs().values()], axis=1) * np.array(list(_WEIGHTS.values()))
        model = _artefacts.load("spam") if model is None else model
        done, called = spoken(batch, LEARNT, model)
        acted = ~np.isnan(acts(batch)).all(axis=1)
        shift = np.where(acted, float(model["acts_bias"]), 0.0)
        p = 1 / (1 + np.exp(-(_RARE + signs.sum(axis=1) + done.sum(axis=1) + shift)))
        seen = np.nan_to_num(number(batch, "posts_seen"))
        enough = (known(batch) > 1) | (seen >= FEW)
        both = np.stack([p, 1 - p], axis=1)
        some = (known(batch) > 0) | (seen > 0)
        reasons = _reasons(np.hstack([signs, done]), called, both[:, 0])
        return answer(self.provides, CLASSES, both, some, enough & (both.max(axis=1) >= _SURE), reasons)


def _signs() -> dict[str, Callable[[pa.RecordBatch], Any]]:
    """Return, in the order of the weights, what says how far (0 to 1) each sign is there; unknown is 0."""
    return {
        "offers": _offers,
        "repeats itself": lambda b: _told(b, "repeated_share", 0.3, 0.8),
        "copies others": lambda b: _told(b, "copied_share", 0.3, 0.8),
        "many tags": lambda b: _told(b, "tags_each", 4, 8),
        "follows far more than follow it": _follows,
        "digits in the handle": lambda b: _ramp(_profile(b, "handle_digits"), 0.25, 0.5),
        "no picture of its own": lambda b: _ramp(_profile(b, "default_picture"), 0, 1),
        "posts without pause": lambda b: _ramp(_profile(b, "posts_per_day"), 60, 200),
    }


def _offers(batch: pa.RecordBatch) -> Any:
    said = pc.binary_join_element_wise(*(pc.fill_null(column(batch, c), "") for c in ("name", "bio")), " ")
    return pc.match_substring_regex(said, _OFFERS).to_numpy(zero_copy_only=False).astype(float)


def _follows(batch: pa.RecordBatch) -> Any:
    crowd = _ramp(_profile(batch, "following"), 500, 2000)
    return crowd * _ramp(-np.log10(_profile(batch, "followers_per_following").clip(1e-9)), 0.7, 1.3)


def _told(batch: pa.RecordBatch, name: str, low: float, high: float) -> Any:
    enough = np.nan_to_num(number(batch, "posts_seen")) >= FEW
    return enough * _ramp(number(batch, name), low, high)


def _ramp(values: Any, low: float, high: float) -> Any:
    """Return 0 up to `low`, 1 from `high` on, a line between; 0 where unknown."""
    return np.nan_to_num(((values - low) / (high - low)).clip(0, 1))


def _profile(batch: pa.RecordBatch, name: str) -> Any:
    return numbers(batch)[:, NUMBERS.index(name)]


def _reasons(said: Any, called: Any, p: Any) -> pa.Array:
    """Return for each row the signs that spoke for the likelier side; half of a sign's weight is too little."""
    least = np.array([*(w * _PLAIN for w in _WEIGHTS.values()), *[_HEARD] * len(LEARNT)])
    said = said * np.where(p >= _PLAIN, 1, -1)[:, None]
    order = np.argsort(-said, axis=1)
    named = []
    for spoke, row, names in zip(said, order, called, strict=True):
        every = [*_WEIGHTS, *names]
        named.append(", ".join([every[i] for i in row if spoke[i] >= least[i]][:3]) or None)
    return pa.array(named, pa.string())


PLUGIN = Spam()
