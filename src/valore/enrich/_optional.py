"""Bigger models in the place of the shipped ones, when the user wants: off unless a setting names one.

`VALORE_POLARITY=hub:/models/tone` reads a classifier from a folder (or by its hub name, where `transformers`
is installed); `VALORE_POLARITY=endpoint:http://127.0.0.1:11434/v1#gemma3` asks a server that speaks the
protocol of OpenAI's chat completions. The same holds for every enricher with classes over posts. The columns
stay the same; the version names the model, and says `uncalibrated` until labelled rows have set its temperature.
"""

import os
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Enricher, Over, _artefacts, _endpoint, _hub
from valore.enrich._classes import answer, schema, softmax
from valore.enrich._columns import column, once
from valore.enrich._languages import known
from valore.enrich._text import words
from valore.errors import N_, SettingsError
from valore.model.plugins import found

HUB, ENDPOINT = "hub:", "endpoint:"
_MUCH = 1.35
"""Times an even share that the likeliest class must reach; less is `undecided` (three classes: 0.45)."""


class Reader(Protocol):
    """A model of somebody else that reads texts."""

    @property
    def mark(self) -> str:
        """Which model it is, as the version says it."""

    def scores(self, texts: Sequence[str]) -> Any:
        """Return log-probabilities (n, classes); NaN in a row that it could not read."""


class Replacement:
    """A model of the user's behind the columns of a shipped enricher; it gets bare words, never names or links."""

    def __init__(self, shipped: Enricher, reader: Reader) -> None:
        """Stand for `shipped` by what `reader` says."""
        self.name, self.over, self.whole = shipped.name, shipped.over, False
        self.classes, self.languages, self.provides = shipped.classes, shipped.languages, shipped.provides
        self.requires: tuple[str, ...] = ("text",) if shipped.languages is None else ("text", "language")
        self.reader = reader

    @property
    def version(self) -> str:
        """`NAME@MARK`, then the temperature that was set on labelled rows, else `uncalibrated`."""
        warmth = temperature(self.name, self.reader.mark)
        return f"{self.name}@{self.reader.mark}-" + ("uncalibrated" if warmth is None else f"t{warmth:.2f}")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the columns of the enricher; null in a language that it does not know, and where no answer came."""
        read = np.flatnonzero(_worded(batch) & (self.languages is None or known(batch, self.languages)))
        p = np.full((batch.num_rows, len(self.classes)), np.nan)
        if len(read):
            scores = once(words(batch.column("text").take(pa.array(read))), lambda t: self.reader.scores(t.to_pylist()))
            p[read] = softmax(scores / (temperature(self.name, self.reader.mark) or 1.0))
        seen = np.asarray(~np.isnan(p).any(axis=1))
        p = np.where(seen[:, None], p, 1 / len(self.classes))
        sure = p.max(axis=1) * len(self.classes) >= _MUCH
        said = answer(schema(self.name, self.classes, reason=False), self.classes, p, seen, sure)
        return _widened(said, self.provides)


def replacement(name: str, setting: str | None = None) -> Enricher | None:
    """Return the model that the user has set in the place of an enricher; None where none is set.

    Args:
        name: Of the enricher.
        setting: `hub:…` or `endpoint:…`; None: what `VALORE_NAME` says. Anything else is not meant for us.

    Raises:
        SettingsError: the setting cannot be understood, what it names is not there, or posts would leave
            this machine without a word that this is wanted.
    """
    said = os.environ.get(f"VALORE_{name.upper()}", "") if setting is None else setting
    allowed = os.environ.get(_endpoint.HOSTS, "")
    return _made(name, said, allowed) if said.startswith((HUB, ENDPOINT)) else None


class Destination(NamedTuple):
    """Where the texts of posts go when they leave this machine."""

    host: str
    model: str


def destination(name: str, setting: str | None = None) -> Destination | None:
    """Return where an enricher's posts go, for a warning; None where they stay on this machine.

    Raises:
        SettingsError: as `replacement` does.
    """
    chosen: Any = replacement(name, setting)
    reader = chosen.reader if isinstance(chosen, Replacement) else None
    if not isinstance(reader, _endpoint.Endpoint) or _endpoint.near(reader.address):
        return None
    return Destination(_endpoint.host(reader.address), reader.model)


def replaceable() -> tuple[str, ...]:
    """Return the enrichers in whose place a bigger model can stand, by name: classifiers of single posts."""
    return tuple(sorted(name for name, shipped in found("valore.enrich").items() if _can_stand_aside(shipped)))


def temperature(name: str, mark: str) -> float | None:
    """Return the temperature that labelled rows have set for this model (see `training/_optional.py`); else None."""
    try:
        kept = _artefacts.sheet(f"{name}_optional")["version"] == mark
    except SettingsError:
        return None
    return float(_artefacts.load(f"{name}_optional")["temperature"]) if kept else None


@cache
def _made(name: str, setting: str, _allowed: str) -> Enricher:
    """Return a model, made once; `_allowed` is a part of the key, so that a host no longer allowed is refused."""
    shipped = found("valore.enrich").get(name)
    if shipped is None or not _can_stand_aside(shipped):
        raise SettingsError(N_("'{name}' is no classifier of posts: no other model can stand for it"), name=name)
    reader: Reader
    if setting.startswith(HUB):
        reader = _hub.opened(setting.removeprefix(HUB), shipped.classes)
    else:
        reader = _endpoint.opened(setting.removeprefix(ENDPOINT), name, shipped.classes)
    made: Any = Replacement(shipped, reader)  # the protocol's `version` is an attribute, here it is computed
    return cast("Enricher", made)


def _can_stand_aside(shipped: Enricher) -> bool:
    return shipped.over is Over.POSTS and bool(shipped.classes) and not shipped.whole


def _worded(batch: pa.RecordBatch) -> Any:
    found_letters = pc.match_substring_regex(pc.fill_null(column(batch, "text"), ""), r"\pL")
    return found_letters.to_numpy(zero_copy_only=False)


def _widened(said: pa.RecordBatch, provides: pa.Schema) -> pa.RecordBatch:
    """Return the columns of `provides`, null where the model does not say them (a reason)."""
    n = said.num_rows
    columns = [said.column(f.name) if f.name in said.schema.names else pa.nulls(n, f.type) for f in provides]
    return pa.RecordBatch.from_arrays(columns, schema=provides)
