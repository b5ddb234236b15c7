"""Runs a world: first what is small (subjects, own posts, accounts), then month by month what others say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from valore.errors import SettingsError
from valore.model.subject import Consent, Face, PlanItem, Subject
from valore.world import cast, clock, crowd, tables
from valore.world.laws import ASKED, CRISIS, CROWDED, Bools, Floats, Laws, laws
from valore.world.lines import Lines, joined
from valore.world.own import wall
from valore.world.past import past
from valore.world.people import People, populate
from valore.world.speech import Ints
from valore.world.truth import recent_acts, truth

SMALLEST = 2000
_PASSING = 100_000
"""At most so many strangers speak in the crisis."""
_BLOCK = 100_000
"""Posts made at once: what bounds memory at ten million."""


@dataclass(frozen=True, slots=True)
class World:
    """A world in memory, with everything that is true of it."""

    tables: dict[str, pa.Table]
    """posts, accounts, interactions, observations in the schemas of the lake."""
    subjects: tuple[Subject, ...]
    faces: tuple[Face, ...]
    consents: tuple[Consent, ...]
    plan: tuple[PlanItem, ...]
    labels: pa.Table
    """Of posts: see `tables._LABELS`."""
    people: pa.Table
    """Of accounts: account, actor, automation, spam, clique, subject, circle."""
    truth: pa.Table
    """name, subject, value, of, as_of, window_days: see `truth`."""

    def annotations(self) -> pa.Table:
        """Return the labels as perfect models would give them, in the schema of annotations."""
        return tables.annotations(self.labels, self.people)


@dataclass(frozen=True, slots=True)
class Stage:
    """What the months stand on."""

    seed: int
    size: int
    laws: Laws
    people: People
    wall: Lines
    """Subjects' posts, in order of time; acts point at its rows."""
    fixed: tuple[Lines, ...]
    """The wall, Anna's past, the clique and the robots."""
    acts: crowd.Acts
    """All likes and reposts: a hundred thousand at most, whatever the size."""
    shelf: crowd.Shelf
    crowd: Ints
    crisis: int
    spam: int
    audience: int


def stage(seed: int, size: int) -> Stage:
    """Make laws, accounts and own posts.

    Raises:
        SettingsError: when `size` is below `SMALLEST`.
    """
    if size < SMALLEST:
        raise SettingsError("a world needs at least {least} posts, not {size}", least=SMALLEST, size=size)
    rng, ruled = np.random.default_rng([seed, 2]), laws(seed, size)
    crisis, spam = round(CRISIS * size), size // 25
    audience = _audience(ruled, size, crisis + spam)
    many = _crowd(ruled, audience, size)
    people = populate(rng, ruled, many, min(max(50, crisis), _PASSING), max(10, size // 400))
    own = wall(rng, ruled, people, size)
    shelf = crowd.shelve(own)
    old = past(rng, ruled, people, len(own))
    shills, pushed = crowd.clique(rng, ruled, people, shelf, len(own) + len(old))
    days = rng.choice(cast.DAYS, p=clock.steady(), size=round(audience * ruled.wordless))
    acts = crowd.together([crowd.acts(rng, ruled, people, shelf, days), pushed])
    robots = crowd.digests(rng, people, len(own) + len(old) + len(shills))
    fixed = (own, old, shills, robots)
    return Stage(seed, size, ruled, people, own, fixed, acts, shelf, many, crisis, spam, audience)


def _audience(ruled: Laws, size: int, other: int) -> int:
    """Return how many posts the audience writes, so that answers and some chatter complete the size."""
    busier = 1 + 2 * np.log10(max(1.0, size / 3000))
    own = sum(78 * r.weekly * (1 + r.extra * busier) for r in ruled.roles)
    left = size - other - own - 400 - 0.03 * size
    return int(max(left, 0.05 * size) / (1 + ASKED * float(ruled.answered.mean())))


def _crowd(ruled: Laws, audience: int, size: int) -> Ints:
    """Return the people of each circle: as many as make about one act a person in the last window."""
    each = max(1.0, size / CROWDED)
    many = np.round(recent_acts(ruled, audience) / each).astype(np.int64)
    return np.asarray(np.maximum(many, 3))


def blocks(made: Stage) -> Iterator[Lines]:
    """Yield the posts of each month, in blocks; what was made before the months comes first.

    The last block completes the size with chatter.
    """
    yield joined(made.fixed)
    count = sum(map(len, made.fixed))
    quotas, place = _quotas(made), clock.month_of_days()
    for month in range(len(clock.months())):
        days = place == month
        for part, plan in enumerate(_parts(quotas[:, month])):
            rng = np.random.default_rng([made.seed, 3, month, part])
            said = _month(rng, made, days, plan, count)
            count += len(said)
            yield said
    rng = np.random.default_rng([made.seed, 4])
    yield from _rest(rng, made, count)


def _quotas(made: Stage) -> Ints:
    """Return for each month: audience posts, crisis posts, spam, chatter; shape (4, months)."""
    rng, place = np.random.default_rng([made.seed, 5]), clock.month_of_days()
    even = np.full(cast.DAYS, 1 / cast.DAYS)
    plans = (
        (made.audience, clock.steady()),
        (made.crisis, clock.crisis(made.laws)),
        (made.spam, even),
        (made.size // 50, even),
    )
    return np.array([rng.multinomial(many, np.bincount(place, mass)) for many, mass in plans])


def _parts(quota: Ints) -> Iterator[Ints]:
    """Cut a month's quota into blocks of bounded size."""
    parts = max(1, -(-int(quota.max()) // _BLOCK))
    for part in range(parts):
        yield quota * (part + 1) // parts - quota * part // parts


def _days(rng: np.random.Generator, mass: Floats, days: Bools, many: int) -> Ints:
    chance = np.where(days, mass, 0.0)
    if not many:
        return np.zeros(0, dtype=np.int64)
    return rng.choice(cast.DAYS, p=chance / chance.sum(), size=many)


def _month(rng: np.random.Generator, made: Stage, days: Bools, quota: Ints, number: int) -> Lines:
    ruled, people, shelf = made.laws, made.people, made.shelf
    even, steady = np.ones(cast.DAYS), clock.steady()
    talk = _days(rng, steady, days, quota[0])
    said, answered = crowd.audience(rng, ruled, people, shelf, talk, number)
    number += len(said) + len(answered)
    hurt = _days(rng, clock.crisis(ruled), days, quota[1])
    rage = crowd.storming(rng, ruled, people, shelf, hurt, number)
    number += len(rage)
    junk = crowd.spam(rng, ruled, people, _days(rng, even, days, quota[2]), number)
    small = crowd.chatter(rng, ruled, people, _days(rng, even, days, quota[3]), number + len(junk))
    return joined([said, answered, rage, junk, small])


def _rest(rng: np.random.Generator, made: Stage, count: int) -> Iterator[Lines]:
    """Complete the size with chatter of the last days."""
    days = np.zeros(cast.DAYS, dtype=bool)
    days[-120:] = True
    while count < made.size:
        many = min(made.size - count, _BLOCK)
        said = crowd.chatter(rng, made.laws, made.people, _days(rng, np.ones(cast.DAYS), days, many), count)
        count += len(said)
        yield said


def planned(made: Stage) -> tuple[PlanItem, ...]:
    """Return the plan of this world, most of which was kept."""
    wrote, slugs = made.people.subject[made.wall.author], [role.subject.slug for role in made.laws.roles]
    own = (made.wall.reply < 0) & (wrote >= 0)
    written = {
        slug: [datetime.fromtimestamp(at / 1e6, UTC) for at in np.sort(made.wall.at[own & (wrote == row)]).tolist()]
        for row, slug in enumerate(slugs)
    }
    return cast.plan(written)


class Tally:
    """Counts of what came back for each post of the wall, block after block."""

    def __init__(self, made: Stage) -> None:
        """Begin with the likes and reposts."""
        self._keys, many = made.wall.key, len(made.wall)
        self._order = np.argsort(self._keys)
        liked, shared = made.acts.post[made.acts.like], made.acts.post[~made.acts.like]
        self.counts: dict[str, Ints] = {
            "likes": np.bincount(liked, minlength=many),
            "reposts": np.bincount(shared, minlength=many),
            "replies": np.zeros(many, dtype=np.int64),
            "quotes": np.zeros(many, dtype=np.int64),
        }

    def add(self, said: Lines) -> None:
        """Count the replies and quotes of a block."""
        many = len(self._keys)
        for name, keys in (("replies", said.reply), ("quotes", said.quote)):
            spot = np.minimum(np.searchsorted(self._keys, keys, sorter=self._order), many - 1)
            found = self._keys[self._order[spot]] == keys
            self.counts[name] += np.bincount(self._order[spot[found]], minlength=many)


def simulate(seed: int, size: int) -> World:
    """Run a world of `size` posts and return it whole.

    Args:
        seed: The same seed and size give the same world.
        size: Posts, at least 2,000; for more than about a million, `write` streams.

    Raises:
        SettingsError: when `size` is too small.
    """
    made = stage(seed, size)
    said, tally = joined(list(blocks(made))), Tally(made)
    tally.add(said)
    rng = np.random.default_rng([seed, 6])
    facts = {
        "posts": tables.posts(made.people, said),
        "accounts": tables.accounts(rng, made.laws, made.people),
        "interactions": tables.interactions(made.people, made.wall, made.acts),
        "observations": tables.observations(made.people, made.wall, tally.counts),
    }
    return World(
        tables=facts,
        subjects=tuple(role.subject for role in made.laws.roles),
        faces=cast.faces(),
        consents=cast.consents(),
        plan=planned(made),
        labels=tables.labels(made.people, made.laws, said),
        people=tables.actors(made.people, made.laws),
        truth=truth(made.laws, made.crowd, made.crisis, made.audience),
    )
