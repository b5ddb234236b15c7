"""Whose accounts they are: who acts with several of them is one who acts.

A holder is known by what people say: a subject declares its accounts, and a person says of two
accounts that they are one holder's (`model.links`). In the engine the table `linked` gives the one
key under which the acts of all accounts of a holder are counted; taking a word back gives the same
table as before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import pyarrow as pa

from valore.engine import Engine
from valore.model.keys import key
from valore.model.links import Word, groups
from valore.model.subject import AccountRef, Subject

SUBJECT = "subject:"
POST = "post:"
LINKED = pa.schema([pa.field("account", pa.int64()), pa.field("actor", pa.int64())])


def resolved(engine: Engine, refs: Sequence[tuple[str, AccountRef]]) -> dict[str, set[int]]:
    """Return the keys of accounts by the name beside them, by native id and by handle, whichever the data uses."""
    rows = [(name, a.place, a.id, key(a.place, a.id)) for name, a in refs]
    kinds = {"subject": pa.string(), "place": pa.string(), "id": pa.string(), "key": pa.int64()}
    columns = [pa.array([r[i] for r in rows], kind) for i, kind in enumerate(kinds.values())]
    engine.put("refs", pa.Table.from_arrays(columns, names=list(kinds)))
    found: dict[str, set[int]] = {}
    for name, _, _, number in rows:
        found.setdefault(name, set()).add(number)
    for row in engine.ask("handles").to_pylist():
        found[row["subject"]].add(row["account"])
        if row["handle"]:
            found[row["subject"]].add(key(row["place"], "@" + row["handle"]))
    return found


def with_linked(
    engine: Engine, holders: Iterable[Subject], words: Iterable[Word], accounts: Mapping[str, set[int]]
) -> dict[str, set[int]]:
    """Make the table `linked`, and return the accounts of subjects with those that people link to them."""
    actors = _actors(engine, tuple(holders), tuple(words))
    columns = [pa.array(list(side), pa.int64()) for side in (actors.keys(), actors.values())]
    engine.put("linked", pa.Table.from_arrays(columns, schema=LINKED))
    of: dict[int, set[int]] = {}
    for account, actor in actors.items():
        of.setdefault(actor, set()).add(account)
    return {slug: own.union(*(of[actors[a]] for a in own if a in actors)) for slug, own in accounts.items()}


def _actors(engine: Engine, holders: Iterable[Subject], words: Iterable[Word]) -> dict[int, int]:
    """Return the key that stands for each account of a holder with several: the smallest of them."""
    told = [w for w in words if not w.first.startswith(POST)]
    own = {f"{SUBJECT}{s.slug}": s.accounts for s in holders if s.accounts}
    spoken = {name for w in told for name in w.pair if not name.startswith(SUBJECT)}
    named = sorted(spoken.union(*own.values()))
    keys = resolved(engine, [(name, AccountRef(name)) for name in named])
    node = {name: str(min(found)) for name, found in keys.items()}
    together = [[subject, *(node[a] for a in refs)] for subject, refs in own.items()]
    said = [w._replace(first=node.get(w.first, w.first), second=node.get(w.second, w.second)) for w in told]
    held = groups([*together, *([n] for n in node.values())], said, combinations(own, 2))
    return _smallest(held, node, keys)


def _smallest(held: Iterable[Sequence[str]], node: Mapping[str, str], keys: Mapping[str, set[int]]) -> dict[int, int]:
    members: dict[str, set[int]] = {}
    for name, found in keys.items():
        members.setdefault(node[name], set()).update(found)
    grouped = {n for group in held for n in group}
    clusters = [*held, *((n,) for n in members if n not in grouped)]
    accounts = [set[int]().union(*(members.get(n, ()) for n in cluster)) for cluster in clusters]
    return {account: min(found) for found in accounts if len(found) > 1 for account in sorted(found)}
