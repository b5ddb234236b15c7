"""Themes: what a subject declares, and which of its own and others' posts speak of each."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.engine import Engine
from valore.enrich import enrichers
from valore.enrich._sentences import unpack
from valore.flows._stage import Params
from valore.measure._made import Floats
from valore.measure.identity import OTHER
from valore.measure.themes import NOTHING, assigned
from valore.model.subject import Subject

_THEMES = 40
_POSTS = 20_000
"""Posts of each side that are looked at, at most."""
_LEAST = 5
"""Letters of a word of the statement that may be a theme."""


def put_themes(engine: Engine, subject: Subject, peers: tuple[Subject, ...], values: Params) -> pa.Table:
    """Make `spoken` known to the engine, and return what is declared: theme and weight.

    Pillars are themes, those of the peers among them; without pillars the longer words of the
    statement that the subject also uses. Where that makes fewer than two, the tags in use are themes.
    """
    spoken = engine.ask("spoken", **{**values, "most": _POSTS})
    declared = _declared(subject, spoken)
    names = list(dict.fromkeys((*declared, *(p.lower() for s in peers for p in s.pillars))))
    if len(names) < 2:  # noqa: PLR2004 - one theme alone divides nothing
        tags = engine.ask("tags", **{**values, "most": _THEMES})["tag"].to_pylist()
        names = list(dict.fromkeys((*names, *tags)))
    names = names[: 2 * _THEMES]
    engine.put("spoken", _with_themes(spoken, names))
    weight = pa.array([1.0] * len(declared), pa.float64())
    return pa.table({"theme": pa.array(declared, pa.string()), "weight": weight})


def _with_themes(spoken: pa.Table, names: list[str]) -> pa.Table:
    """Return the posts with the theme that each speaks of in place of text and meaning."""
    theme = pa.array([OTHER] * spoken.num_rows, pa.string())
    if names and spoken.num_rows:
        named = np.column_stack([_holds(spoken["text"], name) for name in names])
        found = assigned(named, unpack(spoken["vector"]).astype(np.float64), _meanings(names))
        theme = pa.array([*names, OTHER]).take(pa.array(np.where(found == NOTHING, len(names), found)))
    return spoken.drop_columns(["text", "vector"]).append_column("theme", theme)


def _holds(texts: pa.ChunkedArray, name: str) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    held = pc.fill_null(pc.match_substring(texts, name), fill_value=False)
    return np.asarray(held.to_numpy(zero_copy_only=False), dtype=np.bool_)


def _meanings(names: list[str]) -> Floats:
    """Return a unit vector for each name."""
    read = enrichers()["embedding"].enrich(pa.RecordBatch.from_pydict({"text": pa.array(names, pa.string())}))
    return np.asarray(unpack(read.column(0)), dtype=np.float64)


def _declared(subject: Subject, spoken: pa.Table) -> list[str]:
    if subject.pillars:
        return [p.lower() for p in subject.pillars]
    words = "".join(c if c.isalnum() else " " for c in subject.statement.lower()).split()
    own = spoken.filter(pc.equal(spoken["side"], "practised"))["text"]
    return [w for w in dict.fromkeys(words) if len(w) >= _LEAST and _holds(own, w).any()]
