"""Resonance: how many distinct people act, among others of the same kind.

D = Σ over distinct people of P(person)·g(n), n their replies, quotes, reposts and mentions (a like
weighs ¼), g(n) = log2(1+n), over the window and without decay. The value is the percentile of
log(1+D) in the reference set, smoothed by a Gaussian kernel so that it neither jumps nor hangs on
one peer; without a reference set, in the subject's own earlier windows. Source: metrics.md §2;
Cha et al. (2010), ICWSM; kernel distribution function: Nadaraya (1964).
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from scipy.special import ndtr

from valore.measure._made import Floats, estimate, first, generator, missing, numbers
from valore.measure.bootstrap import totals
from valore.measure.grade import LEAST, Ground
from valore.model.estimate import Reason, Result
from valore.model.settings import Method

_NARROWEST = 0.25
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
        own = [r for r in reached.to_pylist() if r["subject"] == counts["subject"]]
        if not own or not own[0]["accounts"]:
            return missing(self.name, self.version, Reason.NO_MENTIONS)
        me, people = own[0], own[0]["d"] ** 2 / max(own[0]["noise"], 1e-12)
        if people < LEAST:
            return missing(self.name, self.version, Reason.FEW_AUTHORS, authors=people)
        others, against = reference(stats, str(counts["subject"]), method)
        if len(others) == 0:
            return missing(self.name, self.version, Reason.NO_REFERENCE, authors=people)
        rng = generator(method, self.name)
        mean, noise = np.array([me["d"], *others[:, 0]]), np.array([me["noise"], *others[:, 1]])
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

    The kernel is Gaussian, as wide as Silverman (1986) advises for the others, at least 0.25.
    """
    others = logs[:, 1:]
    wide = 0.9 * others.std(axis=1, ddof=1 if others.shape[1] > 1 else 0) * others.shape[1] ** -0.2
    width = np.maximum(wide, _NARROWEST)[:, None]
    return np.asarray(ndtr((logs[:, :1] - others) / width).mean(axis=1), dtype=np.float64)


def reference(stats: Mapping[str, pa.Table], subject: str, method: Method) -> tuple[Floats, str]:
    """Return (D, its variance) of what the subject is compared with, and what that is."""
    peers = [r for r in stats["resonance_reached"].to_pylist() if r["subject"] != subject and r["accounts"]]
    before = stats["resonance_history"]
    past = np.column_stack([numbers(before, "d"), numbers(before, "noise")])[numbers(before, "back") > 0]
    if len(peers) < method.few_peers and len(past) >= _FEW_WINDOWS:
        return past, "history"
    return np.array([[r["d"], r["noise"]] for r in peers]).reshape(-1, 2), "peers"


PLUGIN: Resonance = Resonance()
