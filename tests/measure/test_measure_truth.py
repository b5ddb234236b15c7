"""On two hundred worlds whose truth is known, the intervals hold it about as often as they say.

The true labels are given: what is tried here is the inference, not the models.
"""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from valore.engine import Engine, Source
from valore.flows import _faces
from valore.flows._scene import CLASSES, Scene
from valore.flows._stage import stage
from valore.flows.measuring import estimates
from valore.measure.resonance import percentile
from valore.model.estimate import Estimate, Result
from valore.model.settings import METHOD
from valore.world import World, simulate

WORLDS, SIZE = 200, 5000
PEERS = ("nitida", "chiarore", "bottega-solstizio")
Told = tuple[str, bool]


def scene(world: World) -> Scene:
    """Return Lume among three of its peers, with its consenting faces."""
    known = {s.slug: s for s in world.subjects}
    agreed = {c.subject for c in world.consents if c.given}
    faces = [f for f in world.faces if f.brand == "lume"]
    return Scene(
        workspace="world",
        subject=known["lume"],
        peers=tuple(known[p] for p in PEERS),
        faces=tuple((f, known[f.person]) for f in faces if f.person in agreed),
        house=(known["lume"], *(known[f.person] for f in faces)),
        classes={**CLASSES, "automation": ("automated", "human")},
    )


def held(seed: int) -> list[Told]:
    """Return for each number of one world whether its interval holds the truth."""
    world = simulate(seed, SIZE)
    truth = {(r["name"], r["subject"], r["of"]): r["value"] for r in world.truth.to_pylist()}
    tables = {**world.tables, "annotations": world.annotations()}
    setting = scene(world)
    with Engine({n: Source(table=t) for n, t in tables.items()}, threads=1) as engine:
        values = stage(engine, setting, world.truth["as_of"][0].as_py(), METHOD)
        found: list[Told] = []
        for slug in ("lume", *PEERS[:2]):
            asked = {**values, "subject": slug}
            told = estimates(engine, setting, asked, METHOD, only=("reputation", "resonance")).results
            found += _holds("reputation", told["reputation"], 100 * truth["favourable", slug, ""])
            found += _holds("resonance", told["resonance"], resonance(truth, slug))
        shares = _faces.carried(engine, setting, values, METHOD)
    assert shares is not None
    players = ("lume", *(person.slug for _, person in setting.faces))
    for player, share in zip(players, shares.shares, strict=True):
        found += _holds("faces", share, truth["face_share", "lume", player])
    return found


def resonance(truth: dict[tuple[str, str, str], float], slug: str) -> float:
    """Return where the subject truly stands among the others."""
    others = [s for s in ("lume", *PEERS) if s != slug]
    logs = np.log1p([[truth["resonance_d", s, ""] for s in (slug, *others)]])
    return float(100 * percentile(logs)[0])


def _holds(name: str, told: Result, true: float) -> Iterator[Told]:
    if isinstance(told, Estimate):
        yield name, told.low <= true <= told.high


@pytest.mark.slow
def test_ninety_percent_intervals_hold_the_truth_of_two_hundred_worlds() -> None:
    workers = min(2, os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("forkserver")) as pool:
        told = [t for world in pool.map(held, range(1, WORLDS + 1), chunksize=10) for t in world]
    cover = {name: np.mean([hit for n, hit in told if n == name]) for name in ("reputation", "resonance", "faces")}
    assert len(told) > 9 * WORLDS
    assert all(0.88 <= share <= 0.94 for share in cover.values()), cover
