"""Every post that a reading names, with how it was read."""

from collections.abc import Iterable

import pyarrow as pa

from valore.engine import Engine
from valore.flows._scene import Scene
from valore.flows._stage import Params
from valore.model.reading import Card
from valore.model.subject import Kind


def cards(engine: Engine, setting: Scene, values: Params, posts: Iterable[int]) -> dict[int, Card]:
    """Return the posts as cards; one that has been deleted since is not among them."""
    engine.put("wanted", pa.table({"post": pa.array(sorted(set(posts)), pa.int64())}))
    own = "person" if setting.subject.kind is Kind.PERSON else "organisation"
    return {row["post"]: Card(**row) for row in engine.ask("cards", **values, own_actor=own).to_pylist()}
