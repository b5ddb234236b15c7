"""Copies of one post count once: what an archive holds without ids of its own, and what the network's API says.

Which posts are copies is asked of the facts each time and stored nowhere; a person's word on two
posts (`post:key`) goes before it: *different* parts them, *same* joins them. So there is nothing to
undo but words.
"""

from collections.abc import Iterable

import pyarrow as pa

from valore.engine import Engine
from valore.engine.dialect import render
from valore.flows._holders import POST
from valore.model.links import Said, Word

_PAIRS = pa.schema([pa.field("post", pa.int64()), pa.field("other", pa.int64())])
_SEEN = ("posts", "observations", "interactions", "annotations")
_PLACES = """
select key, place, case when {{archived(id, place)}} then 1 else 0 end as made
from stored_posts where list_contains({{keys}}, key)
"""


def once(engine: Engine, words: Iterable[Word]) -> dict[int, int]:
    """Hide the copies of posts, tell what was said of them of the post that counts; return copy → post.

    Reads the table `linked`: archives and APIs may name the author differently.
    """
    told = [w for w in words if w.first.startswith(POST)]
    parted = [_keys(w) for w in told if w.said is Said.DIFFERENT]
    engine.put("parted", _table([*parted, *((b, a) for a, b in parted)]))
    found = {r["post"]: r["other"] for r in engine.ask("twins").to_pylist()}
    for copy, post in _joined(engine, [_keys(w) for w in told if w.said is Said.SAME]):
        if not {copy, post} & {*found, *found.values()}:
            found[copy] = post
    engine.put("twins", _table(found.items()))
    for name in _SEEN:
        engine.see(name, f"once_{name}" if found else None)
    return found


def _keys(word: Word) -> tuple[int, int]:
    one, other = word.pair
    return int(one.removeprefix(POST)), int(other.removeprefix(POST))


def _joined(engine: Engine, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pairs that people call one, the copy first; posts of two places are two posts."""
    if not pairs:
        return []
    asked = render(_PLACES, {"keys": tuple(key for pair in pairs for key in pair)})
    rows = {r["key"]: r for r in engine.query(asked).to_pylist()}
    known = [(a, b) for a, b in pairs if a in rows and b in rows and rows[a]["place"] == rows[b]["place"]]
    return [(a, b) if (rows[a]["made"], a) > (rows[b]["made"], b) else (b, a) for a, b in known]


def _table(pairs: Iterable[tuple[int, int]]) -> pa.Table:
    listed = list(pairs)
    return pa.Table.from_arrays([pa.array([p[i] for p in listed], pa.int64()) for i in (0, 1)], schema=_PAIRS)
