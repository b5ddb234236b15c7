"""A goal is a ratio between two things run alternately in one process, in CPU seconds, minimum of k."""

import resource
from collections.abc import Callable
from typing import NamedTuple


class Goal(NamedTuple):
    """One measured goal."""

    id: str
    what: str
    rows: int
    ours: float
    """CPU seconds (or MiB, as `unit` says)."""
    reference: float
    """The same unit; what we compare with."""
    ratio: float
    bound: float
    at_least: bool
    """True: the ratio must reach the bound; False: it must stay below."""
    unit: str = "CPU s"

    @property
    def met(self) -> bool:
        """Whether the bound holds."""
        return self.ratio >= self.bound if self.at_least else self.ratio <= self.bound


def cpu() -> float:
    """CPU seconds of this process and its finished children."""
    times = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(t.ru_utime + t.ru_stime for t in times)


def alternately(ours: Callable[[], object], reference: Callable[[], object], k: int = 3) -> tuple[float, float]:
    """Return the least CPU seconds of each of two things, run in turn `k` times."""
    seen: tuple[list[float], list[float]] = ([], [])
    for _ in range(k):
        for times, thing in zip(seen, (ours, reference), strict=True):
            start = cpu()
            thing()
            times.append(cpu() - start)
    return min(seen[0]), min(seen[1])
