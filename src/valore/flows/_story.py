"""What happened: series, events, crowds, gaps, what was new."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats as laws

from valore.engine import Engine
from valore.errors import N_
from valore.flows._gaps import gaps
from valore.flows._scene import Scene
from valore.flows._stage import Params
from valore.measure.baseline import Alarm, alarms
from valore.measure.contribution import credit
from valore.measure.halflife import half_life
from valore.measure.reputation import prior
from valore.model.reading import Crowd, Event, Gap, Point, Series
from valore.model.settings import Method

Floats = npt.NDArray[np.float64]
_CRISIS = 10.0
"""Unfavourable people on one day below which unusual is not yet a crisis."""
_SILENCE = 28
_REMEMBERED = 546
"""Days: what was silent before is history."""
_FRESH = 10
_OF_CROWD = 3
"""Posts shown of each kind of account."""
_ACTORS = ("person", "organisation", "automated", "unknown")


class Story(NamedTuple):
    """Everything that is told beside the values."""

    series: tuple[Series, ...]
    events: tuple[Event, ...]
    crowds: tuple[Crowd, ...]
    gaps: tuple[Gap, ...]


class Days(NamedTuple):
    """Days without a hole, from the first mention to the reading."""

    first: date
    authors: Floats
    negative: Floats
    scored: Floats
    doubtful: Floats

    def day(self, number: int) -> date:
        """Return the date of a day."""
        return self.first + timedelta(days=number)


def story(engine: Engine, setting: Scene, stats: Mapping[str, pa.Table], values: Params, method: Method) -> Story:
    """Tell what happened to the subject."""
    until = values["as_of"]
    assert isinstance(until, datetime)
    days = _days(engine.ask("series_days", **values), until.date())
    own = engine.ask("series_own", **values)
    series = (
        Series(name="mentions", step="day", points=_daily(days)),
        Series(name="reputation", step="week", points=_weekly(stats, method)),
        Series(name="posts", step="week", points=_weeks(own, until.date())),
    )
    events = sorted((*_noise(engine, days, values), *_silences(own, until.date())), key=lambda e: e.day)
    seen = engine.ask("crowd_posts", **{**values, "most": _OF_CROWD})
    around = crowds(engine.ask("crowds", **values), seen)
    return Story(series, tuple(events), around, gaps(engine, setting, values))


def _days(table: pa.Table, until: date) -> Days | None:
    if not table.num_rows:
        return None
    days = table["day"].to_pylist()
    first = days[0]
    place = np.array([(d - first).days for d in days])
    columns = []
    for name in ("authors", "negative", "scored", "doubtful"):
        filled = np.zeros(max((until - first).days, int(place[-1])) + 1)
        filled[place] = table[name].to_numpy()
        columns.append(filled)
    return Days(first, *columns)


def _daily(days: Days | None) -> tuple[Point, ...]:
    if days is None:
        return ()
    return tuple(Point(day=days.day(i), value=float(n)) for i, n in enumerate(days.authors))


def _weeks(own: pa.Table, until: date) -> tuple[Point, ...]:
    if not own.num_rows:
        return ()
    said = dict(zip(own["week"].to_pylist(), own["posts"].to_pylist(), strict=True))
    first = min(said)
    steps = (first + timedelta(days=n) for n in range(0, (until - first).days + 1, 7))
    return tuple(Point(day=d, value=float(said.get(d, 0))) for d in steps)


def _weekly(stats: Mapping[str, pa.Table], method: Method) -> tuple[Point, ...]:
    """Return reputation week by week, each with the prior of the whole and its interval."""
    weeks = stats["solidity_weeks"]
    if not weeks.num_rows:
        return ()
    a0, b0 = prior(stats["reputation_reference"], method)
    up, down = (weeks[c].to_numpy() for c in ("favourable", "unfavourable"))
    tail = (1 - method.level) / 2
    low, high = (100 * laws.beta.ppf(q, a0 + up, b0 + down) for q in (tail, 1 - tail))
    value = 100 * (a0 + up) / (a0 + b0 + up + down)
    rows = zip(weeks["week"].to_pylist(), value, low, high, strict=True)
    return tuple(Point(day=day, value=float(v), low=float(a), high=float(b)) for day, v, a, b in rows)


def _noise(engine: Engine, days: Days | None, values: Params) -> list[Event]:
    """Return crises (more unfavourable people than usual) and, apart from them, peaks."""
    if days is None:
        return []
    bad = alarms(days.negative, of=days.scored, least=_CRISIS)
    loud = [a for a in alarms(days.authors) if not any(a.first <= b.last and b.first <= a.last for b in bad)]
    return [_event(engine, days, a, "crisis", values) for a in bad] + [
        _event(engine, days, a, "peak", values) for a in loud
    ]


def _event(engine: Engine, days: Days, alarm: Alarm, kind: str, values: Params) -> Event:
    crisis = kind == "crisis"
    title = (
        N_("{negative} of {people} people spoke unfavourably on the worst day, usually {usual}")
        if crisis
        else N_("{people} people spoke on the loudest day, usually {usual}")
    )
    top = alarm.top
    facts: dict[str, float | str] = {"people": int(days.authors[top]), "usual": round(alarm.usual, 1)}
    if crisis:
        facts |= {"negative": int(days.negative[top])}
    facts |= {"doubtful": round(float(days.doubtful[top] / max(days.authors[top], 1)), 2)}
    fitted = half_life((days.negative if crisis else days.authors)[top : top + 60], alarm.usual)
    if fitted is not None:
        facts |= {"half_life": round(fitted.days, 1), "low": round(fitted.low, 1), "high": round(fitted.high, 1)}
    first, last = days.day(alarm.first), days.day(alarm.last)
    posts = engine.ask("event_posts", **{**values, "first_day": first, "last_day": last, "most": 12})
    return Event(day=first, kind=kind, title=title, facts=facts, until=last, posts=tuple(posts["post"].to_pylist()))


def _silences(own: pa.Table, until: date) -> list[Event]:
    """Return spells of four weeks and more without a post of one's own."""
    weeks = [*own["week"].to_pylist(), until] if own.num_rows else []
    found = []
    for before, after in pairwise(weeks):
        first = before + timedelta(days=7)
        if (after - first).days >= _SILENCE and (until - after).days < _REMEMBERED:
            facts: dict[str, float | str] = {"days": (after - first).days}
            title = N_("{days} days without a post")
            found.append(Event(day=first, kind="silence", title=title, facts=facts, until=after))
    return found


def crowds(table: pa.Table, seen: pa.Table, level: float = 0.90) -> tuple[Crowd, ...]:
    """Return who acts around the subject; the interval holds the sample's and the classifier's uncertainty.

    Args:
        table: actor, accounts, acts, spam, sure.
        seen: actor and post: a few of each kind's.
        level: Of the interval.
    """
    posts: dict[str, list[int]] = {}
    for row in seen.to_pylist():
        posts.setdefault(row["actor"], []).append(row["post"])
    rows = {r["actor"]: r for r in table.to_pylist()}
    total = sum(r["accounts"] for r in rows.values())
    wide = float(laws.norm.ppf((1 + level) / 2))
    return tuple(_crowd(rows[a], total, wide, posts.get(a, [])) for a in _ACTORS if a in rows)


def _crowd(row: Mapping[str, float], total: int, wide: float, posts: Sequence[int]) -> Crowd:
    share = row["accounts"] / total
    wrong = max(row["accounts"] - row["sure"], 0.0) / total
    spread = wide * ((share * (1 - share) + wrong) / total) ** 0.5
    return Crowd(
        actor=str(row["actor"]),
        accounts=int(row["accounts"]),
        acts=int(row["acts"]),
        share=share,
        low=max(0.0, share - spread - wrong),
        high=min(1.0, share + spread + wrong),
        spam=int(row["spam"]),
        posts=tuple(posts),
    )


def themes(stats: Mapping[str, pa.Table]) -> dict[str, dict[str, float]]:
    """Return the shares of themes as declared, practised and perceived, the largest first."""
    declared = {r["theme"]: r["weight"] for r in stats["declared"].to_pylist()}
    sides: dict[str, dict[str, float]] = {"declared": declared, "practised": {}, "perceived": {}}
    for row in stats["themes"].to_pylist():
        if row["side"] in sides and row["theme"] != "-":
            side = sides[row["side"]]
            side[row["theme"]] = side.get(row["theme"], 0.0) + row["posts"]
    return {side: _shares(counts) for side, counts in sides.items()}


def theme_posts(stats: Mapping[str, pa.Table]) -> dict[str, dict[str, int]]:
    """Return for each theme, practised and perceived, a post that speaks of it: the first key of its months."""
    sides: dict[str, dict[str, int]] = {"practised": {}, "perceived": {}}
    for row in stats["themes"].to_pylist():
        if row["side"] in sides and row["theme"] != "-":
            side = sides[row["side"]]
            side[row["theme"]] = min(side.get(row["theme"], row["example"]), row["example"])
    return sides


def _shares(counts: Mapping[str, float]) -> dict[str, float]:
    total = sum(counts.values())
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {theme: n / total for theme, n in order}


def novelty(posts: pa.Table, method: Method) -> tuple[tuple[int, ...], tuple[tuple[int, int, float], ...]]:
    """Return the posts that added most, and those that repeat an earlier one with their similarity."""
    told = posts.filter(pa.array(~np.isnan(posts["novelty"].to_numpy().astype(float))))
    new, keys = told["novelty"].to_numpy().astype(float), told["post"].to_pylist()
    order: Sequence[int] = np.argsort(-credit(told), kind="stable").tolist()
    fresh = tuple(keys[i] for i in order if new[i] >= 0.5)[:_FRESH]  # noqa: PLR2004 - more new than not
    nearest = told["nearest"].to_pylist()
    repeats = [
        (keys[i], nearest[i], float(1 - new[i]))
        for i in np.argsort(new, kind="stable")
        if nearest[i] is not None and 1 - new[i] >= method.novelty_threshold
    ]
    return fresh, tuple(repeats)
