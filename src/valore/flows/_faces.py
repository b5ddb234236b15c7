"""The brand and its faces, as the brand may see them."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from valore.engine import Engine
from valore.flows._scene import Scene
from valore.flows._stage import Params
from valore.measure.faces import Shares, shares
from valore.model.estimate import Estimate, Result
from valore.model.reading import Faces, FaceShare
from valore.model.settings import Method


def faces(engine: Engine, setting: Scene, values: Params, method: Method) -> Faces | None:
    """Return what the brand's own account and each consenting face contribute.

    None without a consenting face, or where too few people are engaged.
    """
    told = carried(engine, setting, values, method)
    if told is None or not isinstance(told.people, Estimate):
        return None
    voices = _voices(engine.ask("faces_copies", **values), setting)
    shown = tuple(_shown(setting, i, r, voices) for i, r in enumerate(told.shares) if isinstance(r, Estimate))
    return Faces(
        shares=shown,
        left_out=setting.left_out,
        people=told.people,
        overlap=told.overlap,
        key_person_risk=told.key_person_risk,
        concentration=told.concentration,
    )


def carried(engine: Engine, setting: Scene, values: Params, method: Method) -> Shares | None:
    """Return the shares of all players in the order of `_stage.players`, the brand first."""
    if not setting.faces:
        return None
    groups = engine.ask("faces_groups", **values)
    names = [setting.subject.slug, *(s.slug for _, s in setting.faces)]
    seen = _evidence(engine.ask("faces_evidence", **values), setting)
    return shares(groups, seen, names, method) if groups.num_rows else None


def posts(told: Faces | None) -> Iterator[int]:
    """Return the posts that the shares rest on."""
    if told is not None:
        yield from told.people.evidence
        yield from (post for face in told.shares for post in face.share.evidence)


def _evidence(found: pa.Table, setting: Scene) -> dict[str, tuple[int, ...]]:
    """Return each player's posts; a face that does not show itself to the brand shows no posts either."""
    hidden = {s.slug for f, s in setting.faces if not f.visible}
    seen: dict[str, list[int]] = {}
    for row in found.to_pylist():
        seen.setdefault(row["player"], []).append(row["post"])
    open_ = {slug: tuple(p) for slug, p in seen.items() if slug not in hidden}
    return open_ or {slug: tuple(p) for slug, p in seen.items()}


def _shown(setting: Scene, number: int, share: Result, voices: dict[str, float | None]) -> FaceShare:
    assert isinstance(share, Estimate)
    if not number:
        return FaceShare(slug=setting.subject.slug, name=setting.subject.name, share=share)
    face, person = setting.faces[number - 1]
    if not face.visible:
        return FaceShare(slug=f"face-{number}", name=f"#{number}", share=_unnamed(share, number))
    return FaceShare(slug=person.slug, name=person.name, share=share, own_voice=voices.get(person.slug))


def _unnamed(share: Estimate, number: int) -> Estimate:
    return replace(share, name=f"face:{number}")


def _voices(copies: pa.Table, setting: Scene) -> dict[str, float | None]:
    """Return 1 − the share of a face's posts that copy the brand within a week."""
    rows = {r["player"]: r for r in copies.to_pylist()}
    return {s.slug: 1 - rows[s.slug]["copied"] / rows[s.slug]["posts"] for _, s in setting.faces if s.slug in rows}
