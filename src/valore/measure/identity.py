"""Identity: declared, practised and perceived themes compared.

100·(clarity·consistency·distinctiveness)^⅓, all from Jensen–Shannon divergences in base 2: clarity =
1 − JSD(declared, practised); consistency = 1 − mean JSD between places and between months;
distinctiveness = JSD(own, peers). Beside it the identity–image gap. Source: metrics.md §2;
Erdem & Swait (1998); Campbell et al. (1996); Roy & Banerjee (2014).
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from valore.measure._made import Floats, estimate, generator, missing
from valore.measure.divergence import facets, jsd
from valore.measure.grade import Ground
from valore.model.estimate import Reason, Result
from valore.model.settings import Method

_FEW = 5
OTHER = "-"
_FLOOR = 0.01
"""Below which a part counts as this much: one part at zero must not hide the others."""


class Counted(NamedTuple):
    """Posts by theme."""

    themes: tuple[str, ...]
    declared: Floats
    """Weight of each theme."""
    cells: Floats
    """Own posts by (place, month) and theme, shape (cells, themes)."""
    place: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    """Of each cell."""
    month: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    peers: Floats
    perceived: Floats


class Identity:
    """How clear, consistent and distinct the themes are."""

    name = "identity"
    version = "identity@1"
    statistics = ("themes", "declared")

    def estimate(self, stats: Mapping[str, pa.Table], reviews: pa.Table, method: Method) -> Result:  # noqa: ARG002 - every component is given the reviews
        """Return the estimate; `declared` holds theme and weight."""
        if not stats["declared"].num_rows:
            return missing(self.name, self.version, Reason.NO_IDENTITY)
        counts = counted(stats["themes"], stats["declared"])
        posts = float(counts.cells.sum())
        if not posts:
            return missing(self.name, self.version, Reason.NO_POSTS)
        if posts < _FEW:
            return missing(self.name, self.version, Reason.FEW_POSTS, authors=posts)
        rng = generator(method, self.name)
        here = parts(counts, counts.cells)
        drawn = np.array([whole(parts(counts, _resampled(counts.cells, rng))) for _ in range(method.replicates)])
        value = whole(here)
        drawn = drawn - np.median(drawn) + value
        ground = Ground(posts, len(set(counts.place.tolist())), 4.0 * len(set(counts.month.tolist())))
        return estimate(
            self.name, value, np.clip(drawn, 0, 100), ground, method, version=self.version,
            evidence=_evidence(stats["themes"]), details={**here, **gap(counts)},
        )  # fmt: skip


def counted(themes: pa.Table, declared: pa.Table) -> Counted:
    """Return the counts as arrays."""
    names = tuple(sorted({*themes["theme"].to_pylist(), *declared["theme"].to_pylist()}))
    rows = themes.to_pylist()
    keys = sorted({(r["place"], r["month"]) for r in rows if r["side"] == "practised"})
    places, months = sorted({k[0] for k in keys}), sorted({k[1] for k in keys})
    cells, peers, perceived = np.zeros((len(keys), len(names))), np.zeros(len(names)), np.zeros(len(names))
    for r in rows:
        at = names.index(r["theme"])
        if r["side"] == "practised":
            cells[keys.index((r["place"], r["month"])), at] += r["posts"]
        else:
            (peers if r["side"] == "peers" else perceived)[at] += r["posts"]
    weight = dict(zip(declared["theme"].to_pylist(), declared["weight"].to_pylist(), strict=True))
    return Counted(
        names,
        np.array([weight.get(n, 0.0) for n in names]),
        cells,
        np.array([places.index(k[0]) for k in keys], dtype=np.int64),
        np.array([months.index(k[1]) for k in keys], dtype=np.int64),
        peers,
        perceived,
    )


def parts(counts: Counted, cells: Floats) -> dict[str, float | str | None]:
    """Return clarity, consistency and distinctiveness, in [0, 1]; None where they cannot be said."""
    own = cells.sum(axis=0)
    named = np.array([n != OTHER for n in counts.themes])
    clarity = 1 - float(jsd(counts.declared[named], own[named])) if own[named].sum() else 0.0
    apart = [*_apart(cells, counts.place), *_steps(cells, counts.month)]
    return {
        "clarity": clarity,
        "consistency": 1 - float(np.mean(apart)) if apart else None,
        "distinctiveness": float(jsd(own[named], counts.peers[named])) ** 0.5 if counts.peers[named].sum() else None,
    }


def whole(known: Mapping[str, float | str | None]) -> float:
    """Return the geometric mean of the parts that are known, in [0, 100]."""
    values = [max(v, _FLOOR) for v in known.values() if isinstance(v, float)]
    return float(100 * np.exp(np.mean(np.log(values))))


def gap(counts: Counted) -> dict[str, float | str | None]:
    """Return the identity–image gap, its two halves, and the theme that widens each most."""
    named = np.array([n != OTHER for n in counts.themes])
    own, seen, said = counts.cells.sum(axis=0)[named], counts.perceived[named], counts.declared[named]
    names = [n for n in counts.themes if n != OTHER]
    if not own.sum() or not seen.sum():
        return {"gap": None}
    first, second = facets(said, own), facets(own, seen)
    return {
        "gap": float(jsd(said, seen)),
        "gap_stated_practised": float(first.sum()),
        "gap_stated_practised_theme": names[int(first.argmax())],
        "gap_practised_perceived": float(second.sum()),
        "gap_practised_perceived_theme": names[int(second.argmax())],
    }


def _apart(cells: Floats, group: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[float]:
    """Return how far each place is from the others together."""
    sums = _summed(cells, group)
    whole_ = sums.sum(axis=0)
    return [float(jsd(row, whole_ - row)) for row in sums if row.sum() and (whole_ - row).sum()]


def _steps(cells: Floats, group: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> list[float]:
    """Return how far each month is from the next."""
    sums = _summed(cells, group)
    return [float(jsd(a, b)) for a, b in pairwise(sums) if a.sum() and b.sum()]


def _summed(cells: Floats, group: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Floats:
    sums = np.zeros((int(group.max(initial=-1)) + 1, cells.shape[1]))
    np.add.at(sums, group, cells)
    return sums


def _resampled(cells: Floats, rng: np.random.Generator) -> Floats:
    return np.asarray(rng.poisson(cells), dtype=np.float64)


def _evidence(themes: pa.Table) -> tuple[int, ...]:
    rows = [r for r in themes.to_pylist() if r["side"] == "practised"]
    return tuple(dict.fromkeys(r["example"] for r in sorted(rows, key=lambda r: (r["theme"] == OTHER, -r["posts"]))))


PLUGIN: Identity = Identity()
