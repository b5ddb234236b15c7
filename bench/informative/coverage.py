"""How often 90% intervals hold the truth when the product's own models have read the posts.

`python -m bench.informative.coverage --worlds 12 --size 4000`: the facts of each world are enriched and measured
by the whole product; beside it stands the same with the true labels.
No goal hangs on it: a model's error is no sampling error, and only reviews correct it.
"""

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from valore.engine import Engine, Source
from valore.flows import _faces
from valore.flows._scene import CLASSES, Scene, scene
from valore.flows._stage import stage
from valore.flows.enriching import enrich
from valore.flows.measuring import estimates, sources
from valore.flows.space import Space, create
from valore.flows.subjects import load
from valore.measure.resonance import percentile
from valore.model.estimate import Estimate
from valore.model.settings import METHOD
from valore.world import World, simulate, write

Told = tuple[str, float, bool]
PEERS = 3


def main() -> None:
    """Print coverage and error of each number, with true and with predicted labels."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--worlds", type=int, default=12)
    asked.add_argument("--size", type=int, default=4000)
    given = asked.parse_args()
    seen: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for seed in range(1, given.worlds + 1):
        for labels, (name, error, hit) in _world(seed, given.size):
            seen[name, labels].append((error, hit))
    for (name, labels), rows in sorted(seen.items()):
        errors, hits = zip(*rows, strict=True)
        print(
            f"{name:<11} {labels:<10} n={len(rows):<4} covered {np.mean(hits):.3f}  mean error {np.mean(errors):+.3f}"
        )


def _world(seed: int, size: int) -> Iterator[tuple[str, Told]]:
    world = simulate(seed, size)
    with tempfile.TemporaryDirectory(prefix="valore-bench-") as name:
        folder = Path(name)
        write(seed, size, folder / "world")
        space = create(folder / "home", "world")
        load(space, folder / "world" / "workspace.toml")
        space.lake.commit(world.tables, source="world", number=0)
        enrich(space)
        yield from (("predicted", told) for told in _held(world, sources(space.lake.snapshot()), space, CLASSES))
        true = {n: Source(table=t) for n, t in {**world.tables, "annotations": world.annotations()}.items()}
        classes = {**CLASSES, "automation": ("automated", "human")}
        yield from (("true", told) for told in _held(world, true, space, classes))


def _held(
    world: World, facts: Mapping[str, Source], space: Space, classes: Mapping[str, tuple[str, ...]]
) -> Iterator[Told]:
    truth = {(r["name"], r["subject"], r["of"]): r["value"] for r in world.truth.to_pylist()}
    whole = scene(space, "lume", classes)
    setting = Scene(
        workspace="world", subject=whole.subject, peers=whole.peers[:PEERS], faces=whole.faces, house=whole.house,
        classes=classes,
    )  # fmt: skip
    with Engine(facts) as engine:
        values = stage(engine, setting, world.truth["as_of"][0].as_py(), METHOD)
        told = estimates(engine, setting, values, METHOD, only=("reputation", "resonance")).results
        shares = _faces.carried(engine, setting, values, METHOD)
    logs = np.log1p([[truth["resonance_d", s, ""] for s in ("lume", *(p.slug for p in setting.peers))]])
    wanted = {"reputation": 100 * truth["favourable", "lume", ""], "resonance": 100 * float(percentile(logs)[0])}
    for name, true in wanted.items():
        result = told[name]
        if isinstance(result, Estimate):
            yield name, result.value - true, result.low <= true <= result.high
    for player, share in zip(
        ("lume", *(p.slug for _, p in setting.faces)), shares.shares if shares else (), strict=False
    ):
        if isinstance(share, Estimate):
            true = truth["face_share", "lume", player]
            yield "faces", share.value - true, share.low <= true <= share.high


if __name__ == "__main__":
    main()
