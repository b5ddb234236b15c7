"""The accounts of a world: subjects first, then audiences, passers-by of the crisis, spammers, clique, bots."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.model import keys
from valore.world.cast import HOST
from valore.world.laws import ORGANISATIONS, SHAPE, Floats, Laws
from valore.world.speech import LANGUAGES, Ints, speech

PLACES = ("x", "facebook", "instagram", "mastodon", "googleplus", "feed")
SUBJECT, PERSON, ORGANISATION, SPAMMER, SHILL, ROBOT = range(6)
"""Kinds of account; a shill belongs to the clique."""
SPOKEN = np.array([0.56, 0.15, 0.07, 0.07, 0.07, 0.05, 0.03])
"""Shares of `LANGUAGES` among the audience."""
CLIQUE = 50
ROBOTS = (("x", "mostre_bot", "Bollettino Mostre"), ("mastodon", "letturebot", "Letture del giorno"))
_WORDS = (
    "sole",
    "nord",
    "pixel",
    "mela",
    "carta",
    "luna",
    "gatto",
    "treno",
    "onda",
    "neve",
    "sasso",
    "foglia",
    "ponte",
    "vento",
    "radio",
    "lago",
)


@dataclass(frozen=True, slots=True)
class People:
    """Accounts as columns; an account is named by its row."""

    place: Ints
    """Index into `PLACES`."""
    id: pa.Array
    handle: pa.Array
    name: pa.Array
    key: Ints
    language: Ints
    kind: Ints
    circle: Ints
    """Index of its circle; -1 for those who are in none."""
    subject: Ints
    """Index of the subject that owns it; -1 for the others."""
    leaning: Floats
    """u in [0, 1): who is below CRITIC's share is a critic, and so on (see `crowd`)."""
    spans: dict[str, tuple[int, int]]
    """Rows of each group: subjects, circle:N, crisis, spam, clique, robots."""
    weights: dict[str, Floats]
    """Running sums of activity in each group of the audience, the last 1."""
    home: Ints
    """Row of the account of (subject, place), shape (subjects, places); -1 where there is none."""

    def pick(self, rng: np.random.Generator, group: str, many: int) -> Ints:
        """Return `many` rows of a group of the audience, busy people more often."""
        first, _ = self.spans[group]
        return first + np.searchsorted(self.weights[group], rng.random(many), side="right")


def populate(rng: np.random.Generator, laws: Laws, crowd: Ints, passing: int, spammers: int) -> People:
    """Make the accounts.

    Args:
        rng: Of this world.
        laws: Of this world.
        crowd: People in each circle.
        passing: People who speak only in the crisis.
        spammers: Accounts of spam.
    """
    owned = _owned(laws)
    groups = [("subjects", len(owned)), *((f"circle:{i}", int(n)) for i, n in enumerate(crowd))]
    groups += [("crisis", passing), ("spam", spammers), ("clique", CLIQUE), ("robots", len(ROBOTS))]
    ends = np.cumsum([n for _, n in groups])
    spans = {g: (int(e - n), int(e)) for (g, n), e in zip(groups, ends, strict=True)}
    total = int(ends[-1])
    place, kind, circle = _where(rng, laws, spans, total)
    subject = np.full(total, -1)
    subject[: len(owned)] = [s for s, _, _ in owned]
    place[: len(owned)] = [PLACES.index(p) for _, p, _ in owned]
    language = rng.choice(len(LANGUAGES), size=total, p=SPOKEN)
    language[: len(owned)] = 0
    ids, handles, names = _names(rng, laws, owned, place, language, spans)
    return People(
        place=place,
        id=ids,
        handle=handles,
        name=names,
        key=np.asarray(keys.keys(pa.array(PLACES).take(pa.array(place)), ids)),
        language=language,
        kind=kind,
        circle=circle,
        subject=subject,
        leaning=rng.random(total),
        spans=spans,
        weights={g: _running(rng, b - a) for g, (a, b) in spans.items() if g.startswith(("circle", "crisis"))},
        home=_home(laws, owned),
    )


def _owned(laws: Laws) -> list[tuple[int, str, str]]:
    """Return (subject, place, native id) of every account of a subject."""
    return [(i, ref.place, ref.id) for i, role in enumerate(laws.roles) for ref in role.subject.accounts]


def _home(laws: Laws, owned: list[tuple[int, str, str]]) -> Ints:
    home = np.full((len(laws.roles), len(PLACES)), -1)
    for row, (subject, place, _) in enumerate(owned):
        home[subject, PLACES.index(place)] = row
    return home


def _where(
    rng: np.random.Generator, laws: Laws, spans: dict[str, tuple[int, int]], total: int
) -> tuple[Ints, Ints, Ints]:
    place, kind, circle = (np.full(total, v) for v in (0, PERSON, -1))
    for number, ring in enumerate(laws.circles):
        first, last = spans[f"circle:{number}"]
        place[first:last] = PLACES.index(ring.place)
        circle[first:last] = number
        kind[first:last] = np.where(rng.random(last - first) < ORGANISATIONS, ORGANISATION, PERSON)
    for group, what in (("subjects", SUBJECT), ("spam", SPAMMER), ("clique", SHILL), ("robots", ROBOT)):
        kind[slice(*spans[group])] = what
    place[slice(*spans["robots"])] = [PLACES.index(p) for p, _, _ in ROBOTS]
    return place, kind, circle


def _running(rng: np.random.Generator, many: int) -> Floats:
    activity = np.maximum(rng.gamma(SHAPE, 1 / SHAPE, many), 1e-9)
    running = np.cumsum(activity)
    return np.asarray(running / running[-1])


def _names(
    rng: np.random.Generator,
    laws: Laws,
    owned: list[tuple[int, str, str]],
    place: Ints,
    language: Ints,
    spans: dict[str, tuple[int, int]],
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return native ids, handles and names of all accounts."""
    known = len(owned)
    rest = np.arange(known, len(place))
    words = pa.array(_WORDS)
    first, second = (words.take(pa.array(rng.integers(0, len(_WORDS), len(rest)))) for _ in range(2))
    number = pa.array(rest).cast(pa.string())
    handles = pc.binary_join_element_wise(first, pc.binary_join_element_wise(second, number, ""), "_")
    names = _called(rng, language[known:])
    own_handles = [laws.roles[s].handle for s, _, _ in owned]
    own_names = [laws.roles[s].subject.name for s, _, _ in owned]
    robots = spans["robots"][0] - known
    handles = pa.concat_arrays([pa.array(own_handles), handles[:robots], pa.array([h for _, h, _ in ROBOTS])])
    names = pa.concat_arrays([pa.array(own_names), names[:robots], pa.array([n for _, _, n in ROBOTS])])
    ids = _ids(place[known:], handles[known:], rest)
    return pa.concat_arrays([pa.array([i for _, _, i in owned]), ids]), handles, names


def _called(rng: np.random.Generator, language: Ints) -> pa.Array:
    tongue = speech()
    given = _entry(tongue.lists["people.given"], language, rng)
    family = _entry(tongue.lists["people.family"], language, rng)
    texts = tongue.literals[0]
    return pc.binary_join_element_wise(texts.take(pa.array(given)), texts.take(pa.array(family)), " ")


def _entry(where: Ints, language: Ints, rng: np.random.Generator) -> Ints:
    first, many = where[:, language]
    return np.asarray(first + rng.integers(0, 1 << 30, len(language)) % many)


def _ids(place: Ints, handles: pa.Array, rest: Ints) -> pa.Array:
    """X numbers its accounts, Mastodon names them by URI; Meta's archives know only the handle."""
    number = pa.array(10_000_000 + 7 * rest).cast(pa.string())
    uri = pc.binary_join_element_wise(f"https://{HOST}/users/", handles, "")
    at = pc.binary_join_element_wise("@", handles, "")
    mastodon = pa.array(place == PLACES.index("mastodon"))
    return pc.if_else(pa.array(place == 0), number, pc.if_else(mastodon, uri, at))
