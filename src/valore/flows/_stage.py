"""Sets the facts up for one subject: whose accounts, who speaks, with what weight. Set-based, on the engine."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

import pyarrow as pa

from valore.engine import Engine
from valore.engine.dialect import Value
from valore.flows._copies import once
from valore.flows._holders import resolved, with_linked
from valore.flows._levels import level
from valore.flows._scene import Scene
from valore.model.schemas import INSTANT
from valore.model.settings import Method
from valore.model.subject import Face, Subject

Params = dict[str, Value]
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY = -1
_YES = {"spam": ("spam", "genuine"), "automation": ("automated", "human"), "actor": ("person", "organisation")}
_PRIOR = {"spam": 0.1, "automated": 0.1, "person": 0.8}
_STRENGTH = 10.0
"""Accounts that the prior of a base rate counts for."""
_STEP = timedelta(days=14)
_STEPS = 52
MOST = 200


def latest(engine: Engine) -> datetime | None:
    """Return the latest instant of the data, None when there is none."""
    found: datetime | None = engine.ask("latest")["moment"][0].as_py()
    return found


def stage(engine: Engine, scene: Scene, as_of: datetime, method: Method) -> Params:
    """Make the tables that the statistics read, and return the values that fill their places."""
    since = as_of - timedelta(days=method.window_days)
    slug = scene.subject.slug
    told = {s.slug: s for s in (scene.subject, *scene.peers, *(p for _, p in scene.faces), *scene.house)}
    values: Params = {"subject": slug, "since": since, "as_of": as_of, "most": MOST, "like": method.like_weight}
    accounts = with_linked(engine, scene.holders, scene.words, _accounts(engine, tuple(told.values())))
    copies = once(engine, scene.words)
    counted = {s.slug: s for s in (scene.subject, *scene.peers, *(p for _, p in scene.faces))}
    _put_accounts(engine, accounts, counted, {s.slug for s in scene.house}, slug)
    engine.keep("wall", "wall", **values)
    engine.join("names", "names", [_named(s, values, whole=n == slug) for n, s in counted.items()])
    own = tuple(sorted({a for n in counted for a in accounts[n]})) or (_NOBODY,)
    engine.keep("mentions", "mentions", **values, accounts=own)
    values |= _who(engine, scene)
    engine.keep("tones", "tones")
    level(engine, since)
    burst = method.burst_minutes * 60e6
    weights: Params = {"burst": burst, "many": method.burst_accounts, "half_life": method.half_life_days * 86400.0}
    engine.keep("heard", "heard", **values, **weights)
    engine.keep("voices", "voices")
    engine.keep("acts", "acts", **values)
    _put_small(engine, scene, since, as_of)
    engine.put("reviews", _of_posts(scene.reviews, copies))
    return values


def _accounts(engine: Engine, subjects: tuple[Subject, ...]) -> dict[str, set[int]]:
    """Return the keys of each subject's accounts, by native id and by handle, whichever the data uses."""
    found = resolved(engine, [(s.slug, a) for s in subjects for a in s.accounts])
    return {s.slug: found.get(s.slug, set()) for s in subjects}


def _put_accounts(
    engine: Engine, accounts: Mapping[str, set[int]], counted: Mapping[str, Subject], house: set[str], slug: str
) -> None:
    """`own`: accounts of those who are counted; `inside`: accounts that are no audience of each; `house`."""
    household = {a for s in {*house, slug} for a in accounts[s]}
    own = [(s, a) for s in counted for a in sorted(accounts[s])]
    inside = [(s, a) for s in counted for a in sorted(accounts[s] | (household if s in house or s == slug else set()))]
    for name, rows in (("own", own), ("inside", inside)):
        columns = [pa.array([r[0] for r in rows], pa.string()), pa.array([r[1] for r in rows], pa.int64())]
        engine.put(name, pa.Table.from_arrays(columns, names=["subject", "account"]))
    asked = [(s, q) for s in counted for q in counted[s].queries]
    columns = [pa.array([r[i] for r in asked], pa.string()) for i in (0, 1)]
    engine.put("asked", pa.Table.from_arrays(columns, names=["subject", "query"]))
    engine.put("house", pa.table({"account": pa.array(sorted(household), pa.int64())}))


def _named(subject: Subject, values: Params, *, whole: bool) -> Params:
    since = _BEGIN - timedelta(days=36500) if whole else values["since"]
    return {"subject": subject.slug, "pattern": pattern(subject), "since": since, "as_of": values["as_of"]}


def pattern(subject: Subject) -> str:
    r"""Return the expression that finds one of the subject's names as a whole word, in any case.

    >>> from valore.model.subject import Kind
    >>> pattern(Subject(slug="anna", kind=Kind.PERSON, name="Anna", aliases=("A+A",)))
    '(?i)(^|[^\\p{L}\\p{N}_])(Anna|A\\+A)($|[^\\p{L}\\p{N}_])'
    """
    names = dict.fromkeys(n.strip() for n in (subject.name, *subject.aliases) if n.strip())
    words = "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in sorted(names, key=lambda n: (-len(n), n)))
    return rf"(?i)(^|[^\p{{L}}\p{{N}}_])({words})($|[^\p{{L}}\p{{N}}_])"


def _who(engine: Engine, scene: Scene) -> Params:
    """Look at every account, and return the base rates for those that nobody has looked at."""
    for enricher, (yes, no) in _YES.items():
        order = scene.classes.get(enricher, (yes, no))
        place = order.index(yes) + 1 if yes in order else 1
        engine.keep(f"label_{enricher}", "labels", enricher=enricher, yes=yes, no=no, place=place, subject="")
    engine.keep("who", "who")
    seen = engine.ask("rates").to_pylist()[0]
    return {
        name: (seen[f"{name}_sum"] + _STRENGTH * prior) / (seen[f"{name}_n"] + _STRENGTH)
        for name, prior in _PRIOR.items()
    }


def _put_small(engine: Engine, scene: Scene, since: datetime, as_of: datetime) -> None:
    """Peers, plan, reviews, earlier windows, players, themes."""
    peers = [p.slug for p in scene.peers]
    engine.put("peers", pa.table({"slug": pa.array(peers, pa.string())}))
    engine.put("known", pa.table({"slug": pa.array([scene.subject.slug, *peers], pa.string())}))
    slots = pa.array([p.at for p in scene.plan], INSTANT)
    engine.put("plan", pa.table({"slot": pa.array(range(len(scene.plan)), pa.int64()), "moment": slots}))
    ends = [as_of - _STEP * back for back in range(_STEPS)]
    steps = {
        "back": pa.array(range(_STEPS), pa.int64()),
        "since": pa.array([e - (as_of - since) for e in ends], INSTANT),
        "until": pa.array(ends, INSTANT),
    }
    engine.put("steps", pa.table(steps))
    engine.put("players", players(scene))


def _of_posts(reviews: pa.Table, copies: Mapping[int, int]) -> pa.Table:
    """Return reviews, those of a copy told of the post that counts."""
    posts = pa.array([copies.get(post, post) for post in reviews["post"].to_pylist()], pa.int64())
    return reviews.set_column(0, reviews.schema.field("post"), posts) if copies else reviews


def players(scene: Scene) -> pa.Table:
    """Return the brand's own account as the first player, then the consenting faces, with their dates."""
    ever = Face(brand=scene.subject.slug, person=scene.subject.slug)
    told = [(ever, scene.subject), *scene.faces]
    return pa.table(
        {
            "subject": pa.array([s.slug for _, s in told], pa.string()),
            "bit": pa.array([1 << i for i in range(len(told))], pa.int64()),
            "since": pa.array([_instant(f.since, _BEGIN - timedelta(days=36500)) for f, _ in told], INSTANT),
            "until": pa.array([_instant(f.until, datetime(9999, 1, 1, tzinfo=UTC)) for f, _ in told], INSTANT),
        }
    )


def _instant(day: date | None, otherwise: datetime) -> datetime:
    return datetime.combine(day, time(), UTC) if day else otherwise
