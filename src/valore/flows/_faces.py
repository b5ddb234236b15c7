"""The brand and its faces, as the brand may see them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pyarrow as pa

from valore.engine import Engine
from valore.flows._scene import Scene
from valore.flows._stage import Params
from valore.measure.faces import Shares, shares
from valore.model.estimate import Estimate, Reason
from valore.model.reading import Faces, FaceShare
from valore.model.settings import Method


def faces(engine: Engine, setting: Scene, values: Params, method: Method) -> Faces | None:
    """Return what the brand's own account and each consenting face contribute.

    None without a consenting face, or where too few people are engaged.
    """
    seen = _evidence(engine, values) if setting.faces else {}
    told = _carried(engine, setting, values, method, seen)
    if told is None or not isinstance(told.people, Estimate):
        return None
    voices = _voices(engine.ask("faces_copies", **values), setting)
    hidden = frozenset(post for face, person in setting.faces if not face.visible for post in seen.get(person.slug, ()))
    return Faces(
        shares=tuple(
            _shown(setting, i, r, voices, hidden) for i, r in enumerate(told.shares) if isinstance(r, Estimate)
        ),
        left_out=setting.left_out,
        people=_without(told.people, hidden),
        overlap=told.overlap,
        key_person_risk=told.key_person_risk,
        concentration=told.concentration,
    )


def carried(engine: Engine, setting: Scene, values: Params, method: Method) -> Shares | None:
    """Return the shares of all players in the order of `_stage.players`, the brand first, with all their posts."""
    return _carried(engine, setting, values, method, _evidence(engine, values)) if setting.faces else None


def _carried(
    engine: Engine, setting: Scene, values: Params, method: Method, seen: Mapping[str, tuple[int, ...]]
) -> Shares | None:
    groups = engine.ask("faces_groups", **values) if setting.faces else None
    if groups is None or not groups.num_rows:
        return None
    return shares(groups, seen, [setting.subject.slug, *(s.slug for _, s in setting.faces)], method)


def posts(told: Faces | None) -> Iterator[int]:
    """Return the posts that the shares rest on."""
    if told is not None:
        yield from told.people.evidence
        yield from (post for face in told.shares for post in face.share.evidence)


def _evidence(engine: Engine, values: Params) -> dict[str, tuple[int, ...]]:
    """Return each player's posts."""
    seen: dict[str, list[int]] = {}
    for row in engine.ask("faces_evidence", **values).to_pylist():
        seen.setdefault(row["player"], []).append(row["post"])
    return {slug: tuple(posts) for slug, posts in seen.items()}


def _shown(
    setting: Scene, number: int, share: Estimate, voices: Mapping[str, float | None], hidden: frozenset[int]
) -> FaceShare:
    if not number:
        return FaceShare(slug=setting.subject.slug, name=setting.subject.name, share=_without(share, hidden))
    face, person = setting.faces[number - 1]
    if not face.visible:
        return FaceShare(slug=f"face-{number}", name=f"#{number}", share=_unnamed(share, number))
    share = _without(share, hidden)
    return FaceShare(slug=person.slug, name=person.name, share=share, own_voice=voices.get(person.slug))


def _unnamed(share: Estimate, number: int) -> Estimate:
    """Return the share of a face that does not show itself to the brand: its posts would name it."""
    return replace(share, name=f"face:{number}", evidence=(), withheld=Reason.HIDDEN)


def _without(share: Estimate, hidden: frozenset[int]) -> Estimate:
    """Return an estimate that does not name the posts of faces which do not show themselves to the brand."""
    open_ = tuple(post for post in share.evidence if post not in hidden)
    return replace(share, evidence=open_, withheld=None if open_ else Reason.HIDDEN)


def _voices(copies: pa.Table, setting: Scene) -> dict[str, float | None]:
    """Return 1 − the share of a face's posts that copy the brand within a week."""
    rows = {r["player"]: r for r in copies.to_pylist()}
    return {s.slug: 1 - rows[s.slug]["copied"] / rows[s.slug]["posts"] for _, s in setting.faces if s.slug in rows}
