"""Resonance: how many distinct people act, among others of the same kind.

D = Σ over distinct people of P(person)·g(n), n their replies, quotes, reposts and mentions (a like
weighs ¼), g(n) = log2(1+n), over the window and without decay. The value is the percentile of
log(1+D) in the reference set, smoothed by a Gaussian kernel so that it neither jumps nor hangs on
one peer; without a reference set, in the subject's own earlier windows. Source: metrics.md §2;
Cha et al. (2010), ICWSM; kernel distribution function: Nadaraya (1964).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from scipy.special import ndtr

from valore.measure._made import Floats, estimate, first, generator, missing
from valore.measure.bootstrap import totals
from valore.measure.grade import LEAST, Ground
from valore.model.estimate import Reason, Result
from valore.model.settings import Method

_WIDTH = 0.5
"""Of the kernel, in natural logarithms: peers within a factor of about 1.6 are neighbours."""
_FEW_WINDOWS = 6


class Resonance:
    """Distinct people who act."""

    name = "resonance"
    version = "resonance@1"
    statistics = (
        "resonance_reached",
        "resonance_history",
        "resonance_evidence",
        "reputation_counts",
        "resonance_counts",
    )

    def estimate(self, stats: Mapping[str, pa.Table], reviews: pa.Table, method: Method) -> Result:  # noqa: ARG002 - every component is given the reviews
        """Return the estimate; nothing here is reviewed."""
        reached, counts = stats["resonance_reached"], first(stats["resonance_counts"])
        me = next((r for r in reached.to_pylist() if r["subject"] == counts["subject"] and r["accounts"]), None)
        if me is None:
            return missing(self.name, self.version, Reason.NO_MENTIONS)
        people = me["d"] ** 2 / max(me["noise"], 1e-12)
        if people < LEAST:
            return missing(self.name, self.version, Reason.FEW_AUTHORS, authors=people)
        others, against = reference(stats, str(counts["subject"]), method)
        if len(others) == 0:
            return missing(self.name, self.version, Reason.NO_REFERENCE, authors=people)
        rng = generator(method, self.name)
        mean, noise = np.vstack([_told([me]), others]).T
        drawn = totals(mean, noise, rng, method.replicates)
        value = float(100 * percentile(np.log1p(mean)[None])[0])
        draws = 100 * percentile(np.log1p(drawn))
        firm = against == "history" or len(others) >= method.few_peers
        ground = Ground(people, counts["places"], counts["weeks"], firm=firm)
        details: dict[str, float | str | None] = {
            "acting_people": float(me["people"]), "acts": float(me["acts"]), "accounts": float(me["accounts"]),
            "d": float(me["d"]), "against": against, "reference": float(len(others)),
        }  # fmt: skip
        return estimate(
            self.name, value, draws, ground, method, version=self.version, details=details,
            evidence=tuple(stats["resonance_evidence"]["post"].to_pylist()),
        )  # fmt: skip


def percentile(logs: Floats) -> Floats:
    """Return where the first stands among the others, in [0, 1].

    Args:
        logs: log(1+D), the subject first, shape (draws, 1 + others).

    The kernel is Gaussian and of one width for all: a width read from few peers would be noise.
    """
    return np.asarray(ndtr((logs[:, :1] - logs[:, 1:]) / _WIDTH).mean(axis=1), dtype=np.float64)


def reference(stats: Mapping[str, pa.Table], subject: str, method: Method) -> tuple[Floats, str]:
    """Return (D, its variance) of what the subject is compared with, and what that is."""
    peers = [r for r in stats["resonance_reached"].to_pylist() if r["subject"] != subject and r["accounts"]]
    past = [r for r in stats["resonance_history"].to_pylist() if r["back"] > 0]
    if len(peers) < method.few_peers and len(past) >= _FEW_WINDOWS:
        return _told(past), "history"
    return _told(peers), "peers"


def _told(rows: Sequence[Mapping[str, float]]) -> Floats:
    """Return D and its variance, shape (rows, 2).

    Who acted is a draw from those who might have: Σg² − (Σg)²/N. How many those are is told by how
    many acted once and twice: N = seen + f1²/f2, which holds where activity is exponential between
    people. Source: Niwitpong et al. (2013), Metrika 76.
    """
    told = np.array([[r["d"], r["noise"], r["people"], r["once"], r["twice"]] for r in rows]).reshape(-1, 5)
    d, noise, seen, once, twice = told.T
    might = seen + once**2 / np.maximum(twice, 1.0)
    return np.column_stack([d, np.maximum(noise - d**2 / np.maximum(might, 1.0), noise / 10)])


PLUGIN: Resonance = Resonance()
