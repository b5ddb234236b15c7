"""Who is on the scene when a subject is measured: peers, faces, consent, plan, reviews."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from valore.errors import N_, ConsentMissing
from valore.flows.space import Space
from valore.model.links import Word, standing
from valore.model.settings import METHOD, Method
from valore.model.subject import Consent, Face, Kind, PlanItem, Subject

REVIEWS = pa.schema(
    [("post", pa.int64()), ("author", pa.int64()), ("label", pa.string()), ("probability", pa.float64())]
)
CLASSES: Mapping[str, tuple[str, ...]] = {
    "spam": ("spam", "genuine"),
    "automation": ("human", "automated"),
    "actor": ("person", "organisation"),
}
"""Order of the class probabilities, where no model says otherwise."""
PURPOSE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A subject and everybody who matters to its Value."""

    workspace: str
    subject: Subject
    peers: tuple[Subject, ...] = ()
    """Of the reference set, those who may be measured."""
    refused_peers: int = 0
    """People of the reference set who have not agreed: left out."""
    faces: tuple[tuple[Face, Subject], ...] = ()
    """Faces with a live consent."""
    house: tuple[Subject, ...] = ()
    """Everybody whose accounts belong to the subject's house, consenting or not: never an audience."""
    left_out: int = 0
    """Faces without a live consent."""
    plan: tuple[PlanItem, ...] = ()
    reviews: pa.Table = field(default_factory=REVIEWS.empty_table)
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: CLASSES)
    holders: tuple[Subject, ...] = ()
    """Every subject of the workspace: the accounts of each count as one who acts."""
    words: tuple[Word, ...] = ()
    """What people say of accounts that may be one holder's."""


def agreed(consent: Consent | None, method: Method = METHOD) -> bool:
    """Return whether a person's last word lets this version of the method measure them."""
    return consent is not None and consent.given and consent.method == method.version and PURPOSE in consent.purposes


def scene(space: Space, slug: str, classes: Mapping[str, tuple[str, ...]], method: Method = METHOD) -> Scene:
    """Return the scene of a subject.

    Raises:
        UnknownName: nobody is called so.
        ConsentMissing: it is a person who has not agreed to this version of the method.
    """
    subject, known = space.subject(slug), {s.slug: s for s in space.subjects()}
    if not _may(space, subject, method):
        raise ConsentMissing(
            N_("{name} has not agreed to version {version} of the method; when they do: valore consent {slug}"),
            name=subject.name,
            slug=slug,
            version=method.version,
        )
    peers = tuple(known[p] for p in subject.peers if p in known and p != slug)
    may = tuple(p for p in peers if _may(space, p, method))
    faces = space.faces(slug) if subject.kind is Kind.BRAND else ()
    living = tuple((f, known[f.person]) for f in faces if f.person in known and _may(space, known[f.person], method))
    return Scene(
        workspace=space.name,
        subject=subject,
        peers=may,
        refused_peers=len(peers) - len(may),
        faces=living,
        house=(subject, *(known[f.person] for f in faces if f.person in known)),
        left_out=len({f.person for f in faces}) - len({f.person for f, _ in living}),
        plan=space.plan(slug),
        reviews=space.reviews(slug),
        classes=classes,
        holders=tuple(known.values()),
        words=standing(space.desk.links.all()),
    )


def _may(space: Space, subject: Subject, method: Method) -> bool:
    return subject.kind is not Kind.PERSON or agreed(space.consent(subject.slug), method)
