"""Anna before the eighteen months: short posts of 2012 to 2018, a Google+ page, and a blog that goes on."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from valore.world.clock import DAY, HOUR
from valore.world.laws import Laws
from valore.world.lines import Lines, joined, lines
from valore.world.own import chosen, statements
from valore.world.people import PLACES, People
from valore.world.speech import STANCES, Ints, draw

TWEETS, PLUSES, ARTICLES = 40, 30, 10
_SPANS = (
    ("x", TWEETS, datetime(2012, 3, 1, tzinfo=UTC), datetime(2018, 11, 1, tzinfo=UTC)),
    ("googleplus", PLUSES, datetime(2012, 6, 1, tzinfo=UTC), datetime(2018, 10, 1, tzinfo=UTC)),
    ("feed", ARTICLES, datetime(2025, 2, 1, tzinfo=UTC), datetime(2026, 6, 20, tzinfo=UTC)),
)


def past(rng: np.random.Generator, laws: Laws, people: People, number: int) -> Lines:
    """Return Anna's older posts and her blog."""
    parts: list[Lines] = []
    for place, many, first, last in _SPANS:
        days = np.sort(rng.integers(0, (last - first).days, many))
        at = int(first.timestamp()) * 1_000_000 + days * DAY + rng.integers(8 * 3600, 20 * 3600, many) * HOUR // 3600
        parts.append(_told(rng, laws, people, place, at, number + sum(len(p) for p in parts)))
    return joined(parts)


def _told(rng: np.random.Generator, laws: Laws, people: People, place: str, at: Ints, number: int) -> Lines:
    anna, many = laws.index("anna"), len(at)
    theme = chosen(rng, laws.practised, np.full(many, anna))
    stance = rng.choice(len(STANCES), size=many)
    italian = np.zeros(many, dtype=np.int64)
    text = statements(draw(rng, many), draw(rng, many), italian, theme, stance)
    author = np.full(many, people.home[anna, PLACES.index(place)])
    known = {"id": _addresses(place, number, many)} if place != "x" else {}
    return lines(
        people, number, author=author, at=at, text=text, language=italian, theme=theme, stance=stance,
        novelty=np.zeros(many, dtype=np.int64), **known,
    )  # fmt: skip


def _addresses(place: str, number: int, many: int) -> pa.Array:
    """Return ids as Google+ and a blog have them: their addresses."""
    count = range(number, number + many)
    if place == "feed":
        return pa.array([f"https://annaferri.example/blog/{n}" for n in count])
    return pa.array([f"https://plus.google.com/+AnnaFerri/posts/Va{n:09d}" for n in count])
