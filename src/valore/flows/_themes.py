"""Themes: what a subject declares, and the words by which each is found."""

import pyarrow as pa

from valore.engine import Engine
from valore.flows._stage import Params
from valore.model.subject import Subject

_THEMES = 40
_LEAST = 5
"""Letters of a word of the statement that may be a theme."""


def put_themes(engine: Engine, subject: Subject, peers: tuple[Subject, ...], values: Params) -> pa.Table:
    """Make `themes` known to the engine, and return what is declared: theme and weight.

    Pillars are themes; without pillars the longer words of the statement that the subject also uses.
    The tags that the subject and its peers use are themes beside them.
    """
    tags = engine.ask("tags", **{**values, "most": _THEMES})["tag"].to_pylist()
    declared = _declared(subject, engine, values)
    others = [p.lower() for s in peers for p in s.pillars]
    names = list(dict.fromkeys((*declared, *others, *tags)))[: 2 * _THEMES]
    engine.put("themes", pa.table({"theme": pa.array(names, pa.string()), "needle": pa.array(names, pa.string())}))
    weight = pa.array([1.0] * len(declared), pa.float64())
    return pa.table({"theme": pa.array(declared, pa.string()), "weight": weight})


def _declared(subject: Subject, engine: Engine, values: Params) -> list[str]:
    if subject.pillars:
        return [p.lower() for p in subject.pillars]
    words = "".join(c if c.isalnum() else " " for c in subject.statement.lower()).split()
    long = list(dict.fromkeys(w for w in words if len(w) >= _LEAST))
    if not long:
        return []
    engine.put("themes", pa.table({"theme": pa.array(long, pa.string()), "needle": pa.array(long, pa.string())}))
    used = engine.ask("themes", **values)
    return [w for w in long if w in set(used["theme"].to_pylist())]
