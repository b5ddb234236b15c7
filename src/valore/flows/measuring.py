"""Measure one subject: facts through the engine, inference on the small result, one reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa

from valore.engine import Engine, Source
from valore.enrich import enrichers
from valore.errors import N_, TooLittleEvidence, UnknownName
from valore.flows import _faces, _story
from valore.flows._cards import cards
from valore.flows._scene import CLASSES, Scene, scene
from valore.flows._stage import Params, latest, stage
from valore.flows._standing import with_standing
from valore.flows._terms import unseen
from valore.flows._themes import put_themes
from valore.flows.explaining import explanations
from valore.flows.space import Space
from valore.lake import Snapshot
from valore.measure import Component, components
from valore.measure.lenses import lenses as known_lenses
from valore.measure.lenses import weigh
from valore.model.estimate import Reason, Result
from valore.model.lens import COMPONENTS, Lens
from valore.model.reading import Reading
from valore.model.schemas import TABLES
from valore.model.settings import METHOD, Method

_PYTHON = ("declared",)
"""Statistics that are not asked of the engine."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The statistics of one subject and what was made of them."""

    stats: Mapping[str, pa.Table]
    results: Mapping[str, Result]


def measure(
    space: Space,
    slug: str,
    *,
    as_of: datetime | None = None,
    lenses: Sequence[str] | None = None,
    apart: str | None = None,
) -> Reading:
    """Measure a subject of a workspace, by the places whose terms let them be measured together.

    Args:
        space: The workspace.
        slug: Of the subject.
        as_of: Moment of the reading; the latest instant of the data by default.
        lenses: Names; those made for this kind of subject by default.
        apart: A place that is measured by itself, as one must be whose terms forbid to combine it.

    Raises:
        UnknownName: no such subject or lens, or nothing comes from that place.
        SettingsError: the terms of that place allow no measures.
        ConsentMissing: a person has not agreed to be measured.
        TooLittleEvidence: the workspace holds no posts.
    """
    chosen = _lenses(lenses)
    classes = {name: e.classes for name, e in enrichers().items() if name in CLASSES}
    setting = scene(space, slug, {**CLASSES, **classes})
    shot = space.lake.snapshot()
    with Engine(sources(shot), without=unseen(shot, apart)) as engine:
        return read(engine, setting, as_of=as_of, lenses=chosen)


def sources(shot: Snapshot) -> dict[str, Source]:
    """Return the tables of a snapshot as the engine reads them."""
    return {name: Source(files=shot.files(name), edited=shot.edited(name)) for name in TABLES}


def read(
    engine: Engine,
    setting: Scene,
    *,
    as_of: datetime | None = None,
    lenses: Sequence[Lens] | None = None,
    method: Method = METHOD,
) -> Reading:
    """Make the reading of a scene from the facts that an engine holds.

    Raises:
        TooLittleEvidence: there are no posts at all.
    """
    moment = as_of or latest(engine)
    if moment is None:
        raise TooLittleEvidence(Reason.NO_POSTS)
    moment = moment.astimezone(UTC)
    values = stage(engine, setting, moment, method)
    measured = estimates(engine, setting, values, method)
    results = with_standing(engine, setting, values, measured.results)
    since = values["since"]
    assert isinstance(since, datetime)
    told = explanations(engine, results, measured.stats, values, method)
    faces = _faces.faces(engine, setting, values, method)
    story = _story.story(engine, setting, measured.stats, values, method)
    spoken = _story.theme_posts(measured.stats)
    fresh, rehashes = _story.novelty(measured.stats["contribution_posts"], method)
    mine = lenses if lenses is not None else [x for x in known_lenses().values() if setting.subject.kind in x.kinds]
    views = {lens.name: (lens, weigh(results, lens, method)) for lens in mine}
    shown = cards(
        engine, setting, values,
        [*_named(results), *_faces.posts(faces), *(p for e in story.events for p in e.posts), *fresh,
         *(p for c in story.crowds for p in c.posts), *(p for side in spoken.values() for p in side.values()),
         *(p for r in rehashes for p in r[:2]),
         *(x.post for e in told.values() for x in (*e.raises, *e.lowers)),
         *(p for _, r in views.values() for p in r.evidence)],
    )  # fmt: skip
    return Reading(
        workspace=setting.workspace, subject=setting.subject, as_of=moment, since=since, method=method,
        values=views, components=results, explanations=told, series=story.series, events=story.events,
        crowds=story.crowds, faces=faces, gaps=story.gaps, themes=_story.themes(measured.stats), theme_posts=spoken,
        fresh=fresh, rehashes=rehashes, cards=shown, places=_places(engine, values),
        models={r["enricher"]: r["version"] for r in engine.ask("models").to_pylist()},
    )  # fmt: skip


def estimates(
    engine: Engine, setting: Scene, values: Params, method: Method, only: Sequence[str] = COMPONENTS
) -> Measured:
    """Ask for the statistics of the components and estimate each."""
    every: Mapping[str, Component] = components()
    wanted = [every[name] for name in only]
    stats: dict[str, pa.Table] = {}
    if "identity" in only:
        stats["declared"] = put_themes(engine, setting.subject, setting.peers, values)
    for name in dict.fromkeys(s for c in wanted for s in c.statistics if s not in _PYTHON):
        stats[name] = engine.ask(name, **values)
    return Measured(stats, {c.name: c.estimate(stats, setting.reviews, method) for c in wanted})


def _lenses(names: Sequence[str] | None) -> list[Lens] | None:
    known = known_lenses()
    for name in names or ():
        if name not in known:
            raise UnknownName(N_("lens"), name, known)
    return [known[name] for name in names] if names is not None else None


def _named(results: Mapping[str, Result]) -> list[int]:
    return [post for result in results.values() for post in result.evidence]


def _places(engine: Engine, values: Params) -> dict[str, tuple[int, date, date]]:
    rows = engine.ask("span", **values).to_pylist()
    return {r["place"]: (r["posts"], r["first_day"], r["last_day"]) for r in rows}
