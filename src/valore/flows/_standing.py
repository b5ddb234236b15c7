"""Where a brand stands in the conversation: PageRank over who turns to whom. Brands only, beside Resonance."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from valore.engine import Engine
from valore.flows._scene import Scene
from valore.flows._stage import Params
from valore.measure.pagerank import pagerank
from valore.model.estimate import Estimate, Result
from valore.model.subject import Kind


def with_standing(
    engine: Engine, setting: Scene, values: Params, results: Mapping[str, Result]
) -> Mapping[str, Result]:
    """Return the results with the brand's standing among Resonance's details; a person is not ranked."""
    told = results.get("resonance")
    if setting.subject.kind is not Kind.BRAND or not isinstance(told, Estimate):
        return results
    details = {**told.details, **standing(engine.ask("standing_edges", **values), _own(engine, values))}
    return {**results, "resonance": replace(told, details=details)}


def standing(edges: pa.Table, own: set[int]) -> dict[str, float]:
    """Return the brand's share of all ranks, in [0, 1], and its place among the accounts (1 is the first).

    Nothing when none of its accounts is turned to.
    """
    if not edges.num_rows:
        return {}
    nodes, rank = pagerank(*(edges[c].to_numpy() for c in ("source", "target", "weight")))
    mine = rank[np.isin(nodes, list(own))].sum()
    others = rank[~np.isin(nodes, list(own))]
    return {"standing": float(mine), "standing_place": float((others > mine).sum() + 1)} if mine else {}


def _own(engine: Engine, values: Params) -> set[int]:
    rows = engine.ask("accounts_of", **values)
    return set(rows["account"].to_pylist())
