"""Contribution: what the subject's statements add to what had been said.

Each statement earns its novelty (0: it repeats what stood before; 1: new), times a credit: half for
saying it, a quarter for a stance of one's own, a quarter for the percentile of uptake. A rehash with
a point of view keeps a fifth of the stance's part; an exact copy earns nothing. Nearest-neighbour
novelty: windowed divergences would reward an exact rehash. Source: metrics.md §2;
Barron et al. (2018), PNAS 115.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from valore.measure._made import Floats, estimate, generator, missing, numbers
from valore.measure.grade import Ground
from valore.model.estimate import Reason, Result
from valore.model.settings import Method

_FEW = 3
STANCES: Mapping[str, float] = {"opinion": 1.0, "provocation": 1.0, "question": 0.8, "report": 0.2}
_SAID, _STANCE, _UPTAKE, _KEPT = 0.5, 0.25, 0.25, 0.2


class Contribution:
    """What a post adds."""

    name = "contribution"
    version = "contribution@1"
    statistics = ("contribution_posts",)

    def estimate(self, stats: Mapping[str, pa.Table], reviews: pa.Table, method: Method) -> Result:  # noqa: ARG002 - every component is given the reviews
        """Return the estimate."""
        posts = stats["contribution_posts"]
        if not posts.num_rows:
            return missing(self.name, self.version, Reason.NO_POSTS)
        told = posts.filter(pa.array(~np.isnan(numbers(posts, "novelty"))))
        if told.num_rows < _FEW:
            reason = Reason.FEW_POSTS if told.num_rows else Reason.UNSCORED
            return missing(self.name, self.version, reason, authors=float(told.num_rows))
        earned = credit(told)
        rng = generator(method, self.name)
        luck = rng.standard_exponential((method.replicates, len(earned)))
        draws = 100 * (luck @ earned) / luck.sum(axis=1)
        places = len(set(told["place"].to_pylist()))
        ground = Ground(float(len(earned)), places, float(len(set(told["week"].to_pylist()))))
        order = np.argsort(-earned, kind="stable")
        novelty = numbers(told, "novelty")
        details = {
            "posts": float(posts.num_rows), "compared": float(told.num_rows), "novelty": float(novelty.mean()),
            "rehashes": float((novelty < 1 - method.novelty_threshold).sum()),
            "copies": float(numbers(told, "copy").sum()), "with_stance": float(_stances(told)[1].sum()),
            "people": float(numbers(told, "people").sum()),
        }  # fmt: skip
        return estimate(
            self.name, float(100 * earned.mean()), draws, ground, method, version=self.version, details=details,
            evidence=tuple(told["post"].take(pa.array(order)).to_pylist()),
        )  # fmt: skip


def credit(posts: pa.Table) -> Floats:
    """Return what each post earns, in [0, 1]; an unknown stance earns the middle, not nothing."""
    novelty, uptake = numbers(posts, "novelty"), numbers(posts, "uptake")
    stance, known = _stances(posts)
    stance = np.where(known, stance, 0.5)
    fresh = novelty * (_SAID + _STANCE * stance + _UPTAKE * uptake)
    kept = (1 - novelty) * _KEPT * _STANCE * stance * (numbers(posts, "copy") == 0) * known
    return np.asarray(fresh + kept, dtype=np.float64)


def _stances(posts: pa.Table) -> tuple[Floats, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    labels = posts["stance"].to_pylist()
    credit_ = np.array([STANCES.get(label or "", 0.0) for label in labels])
    return credit_, np.array([label in STANCES for label in labels])


PLUGIN: Contribution = Contribution()
