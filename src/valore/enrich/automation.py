"""Whether an account acts by itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Over, _artefacts
from valore.enrich._account import Evidence, Profiled, declared
from valore.enrich._acts import ACTS, RHYTHMS, acts, rhythm, spoken
from valore.enrich._columns import column
from valore.enrich._profile import truth

CLASSES = ("automated", "human")
_KINDS = dict.fromkeys(("Service", "Application"), (0, "declares itself a bot"))
_SAYS = (
    r"(?i)\b(i am|i'm|i’m|this is|sono|je suis|ich bin|soy|sou) (\w+ )?"
    r"(an?|uno?|une|ein|una|um|uma) (\w+ )?(ro)?b[oô]t\b|"
    r"^\W*(an? )?(\w+ )?bot (that|which|who|by|made by|run by|created by|che|di|creato|gestito|qui|que|der|die)\b|"
    r"\bbot[ -]account\b|"
    r"\b(automated|automatic|automatischer) (account|bot|profile|kanal|feed)\b|"
    r"\b(account|profilo|bot|compte|cuenta|conta|konto) "
    r"(automatizzato|automatico|automatique|automatisé|automática|automatizada)\b"
)
_DENIES = r"(?i)\b(not|non|no|never|nicht|kein|keine|pas|não|isn't|ain't)\W+(\w+\W+){0,3}(ro)?b[oô]t"


class Automation:
    """A model of the profile and of the newest post, what is done, and when.

    An account that says it is automated is believed. Automated is not spam: a weather service is automated
    and genuine.
    """

    name = "automation"
    over = Over.ACCOUNTS
    requires: tuple[str, ...] = ()
    classes = CLASSES
    languages: frozenset[str] | None = None
    whole = False

    def __init__(self) -> None:
        """Prepare; the artefact is read at the first batch."""
        self._profiled = Profiled("automation", CLASSES, high=0, sure=0.70)
        self.provides = self._profiled.provides

    @property
    def version(self) -> str:
        """`automation@N`, of the artefact in use."""
        return _artefacts.version("automation")

    def enrich(self, batch: pa.RecordBatch, model: Mapping[str, Any] | None = None) -> pa.RecordBatch:
        """Return label, probabilities and what spoke; any subset of an account's fields will do.

        Args:
            batch: Accounts, with what their posts say of them where it is known (see `_acts`).
            model: The arrays; those in use when None.
        """
        model = _artefacts.load("automation") if model is None else model
        told = declared(batch, "kind", _KINDS) | dict.fromkeys(_said(batch), (0, "declares itself a bot"))
        return self._profiled.answer(batch, told, behaviour(batch, model), model)


def behaviour(batch: pa.RecordBatch, model: Mapping[str, Any]) -> Evidence:
    """Return what posts and their times say of automation; an unknown share counts as an ordinary one."""
    done, called = spoken(batch, ACTS, model)
    beat = rhythm(batch) * np.array(list(RHYTHMS.values()))
    acted = ~np.isnan(acts(batch)).all(axis=1)
    enough = acted | (beat > 0).any(axis=1)
    score = done.sum(axis=1) + beat.sum(axis=1) + np.where(acted, float(model["acts_bias"]), 0.0)
    weights, names = np.hstack([done, beat]).tolist(), [[*row, *RHYTHMS] for row in called]
    return Evidence(score, enough, [[*zip(w, n, strict=True)] for w, n in zip(weights, names, strict=True)])


def _said(batch: pa.RecordBatch) -> list[int]:
    """Return the rows that say themselves that they are automated, in a field made for it or in the bio."""
    bio = column(batch, "bio")
    says = pc.and_(pc.match_substring_regex(bio, _SAYS), pc.invert(pc.match_substring_regex(bio, _DENIES)))
    said = pc.fill_null(says, False).to_numpy(zero_copy_only=False) | (truth(batch, "automated") == 1)
    return [int(i) for i in np.flatnonzero(said)]


PLUGIN = Automation()
