"""The true values that the measures try to find: parameters and expectations of the generating process."""

from math import lgamma, log

import numpy as np
import pyarrow as pa

from valore.model.schemas import INSTANT
from valore.model.settings import METHOD
from valore.world.cast import END
from valore.world.clock import STOP, steady
from valore.world.laws import LIKES, ORGANISATIONS, SHAPE, Floats, Laws
from valore.world.speech import THEMES, Ints

WINDOW = METHOD.window_days
_MOST = 80
"""Acts of one person in a window beyond which the sum is cut (the rest weighs less than 1e-9)."""
TRUTH = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("of", pa.string(), nullable=False),  # the face, theme or place it is about; else ""
        pa.field("as_of", INSTANT, nullable=False),
        pa.field("window_days", pa.int64()),  # null where it does not hang on a window
    ]
)
_Row = tuple[str, str, float, str, int | None]


def recent_acts(laws: Laws, audience: int) -> Floats:
    """Return the expected acts in each circle in the last window, from the posts of the audience."""
    return np.asarray(audience * (1 + laws.wordless) * steady()[-WINDOW:].sum() * laws.shares)


def truth(laws: Laws, crowd: Ints, crisis_posts: int, audience: int) -> pa.Table:
    """Return every true value, one a row.

    Args:
        laws: Parameters of the world.
        crowd: People in each circle.
        crisis_posts: Posts of the crisis.
        audience: Posts of the audience.
    """
    each = recent_acts(laws, audience) / crowd
    rows = [
        *_reputation(laws),
        *_resonance(laws, crowd, each),
        *_faces(laws, crowd, each),
        *_crisis(laws, crisis_posts),
    ]
    rows += [*_identity(laws), *_presence(laws), *_own(laws)]
    name, subject, value, of, window = zip(*rows, strict=True)
    as_of = pa.repeat(pa.scalar(STOP, pa.int64()), len(rows)).cast(INSTANT)
    columns = [
        pa.array(name),
        pa.array(subject),
        pa.array(value),
        pa.array(of),
        as_of,
        pa.array(window, pa.int64()),
    ]
    return pa.Table.from_arrays(columns, schema=TRUTH)


def _reputation(laws: Laws) -> list[_Row]:
    """π: independent of how much and when an author speaks, so whatever weights authors carry."""
    return [("favourable", r.slug, float(p), "", WINDOW) for r, p in zip(laws.roles, laws.favour, strict=True)]


def counts(mean: float) -> Floats:
    """Return P(n acts), n = 0 … `_MOST`, of a person whose activity is Gamma(SHAPE): negative binomial."""
    n = np.arange(_MOST + 1)
    ways = np.array([lgamma(k + SHAPE) - lgamma(SHAPE) - lgamma(k + 1) for k in n])
    return np.asarray(np.exp(ways + n * log(mean / (mean + SHAPE)) + SHAPE * log(SHAPE / (mean + SHAPE))))


def _like_share(laws: Laws) -> float:
    return LIKES * laws.wordless / (1 + laws.wordless)


def saturation(laws: Laws) -> Floats:
    """Return E[log2(1 + posts + reposts + ¼ likes)] for n acts, n = 0 … `_MOST`."""
    share, expected = _like_share(laws), np.zeros(_MOST + 1)
    for n in range(1, _MOST + 1):
        likes = np.arange(n + 1)
        ways = np.array([lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) for k in likes])
        chance = np.exp(ways + likes * log(share) + (n - likes) * log(1 - share))
        expected[n] = chance @ np.log2(1 + (n - likes) + METHOD.like_weight * likes)
    return expected


def _resonance(laws: Laws, crowd: Ints, each: Floats) -> list[_Row]:
    """People who act in the window, and D without decay; percentiles among the reference set's true D."""
    persons = crowd * (1 - ORGANISATIONS)
    grow = saturation(laws)
    people, weighted = (np.zeros(len(laws.roles)) for _ in range(2))
    for ring, pulls, many, mean in zip(laws.circles, laws.pulls, persons, each, strict=True):
        for slug, pull in zip(ring.targets, pulls, strict=True):
            chance = counts(mean * pull)
            people[laws.index(slug)] += many * (1 - chance[0])
            weighted[laws.index(slug)] += many * (chance @ grow)
    rows: list[_Row] = []
    for number, role in enumerate(laws.roles):
        rows.append(("acting_people", role.slug, float(people[number]), "", WINDOW))
        rows.append(("resonance_d", role.slug, float(weighted[number]), "", WINDOW))
        if role.subject.peers:
            below = np.mean([weighted[laws.index(p)] < weighted[number] for p in role.subject.peers])
            rows.append(("resonance_percentile", role.slug, float(below), "", WINDOW))
    return rows


def _faces(laws: Laws, crowd: Ints, each: Floats) -> list[_Row]:
    """Expected Shapley shares of Lume and its consenting faces; and with log2(1+n) for a person's weight."""
    rows: list[_Row] = []
    for name, weight in (("face_share", np.ones(_MOST + 1)), ("face_share_saturated", saturation(laws))):
        phi = dict.fromkeys(("lume", "bruno", "carla", "dario"), 0.0)
        for ring, pulls, many, mean in zip(laws.circles, laws.pulls, crowd, each, strict=True):
            players = {t: float(p) for t, p in zip(ring.targets, pulls, strict=True) if t in phi}
            if not players:
                continue
            for who, share in _shapley(list(players.values()), mean, weight).items():
                phi[list(players)[who]] += many * share
        rows += [(name, "lume", value / sum(phi.values()), who, WINDOW) for who, value in phi.items()]
    return rows


def _shapley(pulls: list[float], mean: float, weight: Floats) -> dict[int, float]:
    """Return E[w(n)/k · 1(engages i)] for one person of a circle.

    n ~ counts(mean · Σ pulls) acts, each for player i with chance pull_i/Σ. The chance that
    exactly the set K is engaged by n acts is Σ_{J⊆K} (−1)^{|K|−|J|} (Σ_J q)^n.
    """
    total = sum(pulls)
    q, n, many = [p / total for p in pulls], np.arange(_MOST + 1), len(pulls)
    within = {s: sum(q[i] for i in range(many) if s >> i & 1) ** n for s in range(1 << many)}
    mass = counts(mean * total) * weight
    phi = dict.fromkeys(range(many), 0.0)
    for group in range(1, 1 << many):
        exact = sum((-1) ** ((group ^ s).bit_count()) * within[s] for s in range(group + 1) if s & group == s)
        share = float(mass @ np.asarray(exact)) / group.bit_count()
        for player in range(many):
            phi[player] += share if group >> player & 1 else 0.0
    return phi


def _crisis(laws: Laws, posts: int) -> list[_Row]:
    peak = posts * (1 - 2 ** (-1 / laws.half_life))
    begin = (END.timestamp() - (len(steady()) - laws.crisis_day) * 86_400) * 1e6
    rows: list[_Row] = [
        ("half_life", "lume", laws.half_life, "", None),
        ("crisis_peak", "lume", peak, "", None),
    ]
    return [*rows, ("crisis_begin", "lume", begin, "", None), ("lasting_damage", "lume", 0.0, "", None)]


def _identity(laws: Laws) -> list[_Row]:
    rows: list[_Row] = []
    for number, role in enumerate(laws.roles):
        pillars = role.subject.pillars
        for theme, name in enumerate(THEMES):
            rows.append(("theme_declared", role.slug, (name in pillars) / len(pillars), name, None))
            rows.append(("theme_practised", role.slug, float(laws.practised[number, theme]), name, None))
            rows.append(("theme_perceived", role.slug, float(laws.perceived[number, theme]), name, None))
    return rows


def _presence(laws: Laws) -> list[_Row]:
    """Share of weeks with a post of one's own; chance that a question is answered within 24 h by the clock."""
    rows: list[_Row] = []
    for role, share, mean in zip(laws.roles, laws.answered, laws.delay, strict=True):
        within = float(share * (1 - np.exp(-METHOD.answer_hours / mean)))
        rows += [
            ("regularity", role.slug, role.weekly, "", None),
            ("answered_24h", role.slug, within, "", None),
        ]
        rows += [
            ("answered", role.slug, float(share), "", None),
            ("answer_hours", role.slug, float(mean), "", None),
        ]
    return rows


def _own(laws: Laws) -> list[_Row]:
    """Chance that an own post is new (before copies of the brand); chance that a face does not copy."""
    rows: list[_Row] = [("fresh", r.slug, float(f), "", None) for r, f in zip(laws.roles, laws.fresh, strict=True)]
    faces = [r for r in laws.roles if r.slug in {"bruno", "carla", "dario"}]
    return [*rows, *(("own_voice", r.slug, 1 - r.copies, "", None) for r in faces)]
