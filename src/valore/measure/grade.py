"""The evidence grade: how much ground a number stands on."""

from typing import NamedTuple

from valore.model.estimate import Grade
from valore.model.settings import Method

LEAST = 3.0
"""Effective authors below which nothing is said."""


class Ground(NamedTuple):
    """What an estimate rests on."""

    authors: float
    """Effective authors (or posts, or weeks, where a component counts those)."""
    places: int = 1
    weeks: float = 13.0
    reviewed: float = 0.0
    """Share of the evidence that a person has looked at, in [0, 1]."""
    firm: bool = True
    """False where something else makes the number shaky: it is then D at best."""


def grade(ground: Ground, method: Method) -> Grade | None:
    """Return the grade, None (the E of the method: abstain) below `LEAST` effective authors.

    More ground never lowers the grade. A asks for a reviewed sample and for more than one place.

    >>> from valore.model.settings import METHOD
    >>> grade(Ground(300, places=3, reviewed=0.05), METHOD), grade(Ground(10), METHOD)
    (<Grade.A: 'A'>, <Grade.D: 'D'>)
    """
    if ground.authors < LEAST:
        return None
    for given, authors, places, weeks, reviewed in (
        (Grade.A, 200.0, 2, 8.0, 0.01),
        (Grade.B, 100.0, 2, 4.0, 0.0),
        (Grade.B, 50.0, 2, 4.0, 0.01),
        (Grade.C, method.few_authors, 1, 2.0, 0.0),
    ):
        enough = ground.authors >= authors and ground.places >= places and ground.weeks >= weeks
        if ground.firm and enough and ground.reviewed >= reviewed:
            return given
    return Grade.D
