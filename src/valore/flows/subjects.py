"""Declaring who is measured: from a workspace file, or one at a time."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from valore.errors import SettingsError
from valore.flows import _declared
from valore.flows._declared import Declared
from valore.flows.space import Space, check_slug, open_space
from valore.model.settings import METHOD
from valore.model.subject import Consent, Kind, Subject

Text = TypeVar("Text", bound=str)

MAPPINGS = "mappings"
"""Name of the setting that keeps a workspace file's `[[mapping]]`."""


def load(space: Space, path: Path) -> Space:
    """Bring a workspace up to date with its file; return it as it is then.

    All of the file is taken or nothing. Loading it again changes nothing; what the file no longer
    names stays as it is.

    Raises:
        SettingsError: something in it is wrong; names the file and the key.
    """
    declared = _declared.read(path)
    _check_names(declared, {s.slug: s.kind for s in space.subjects()}, path.name)
    with space.desk.writing():
        _describe(space, declared)
        for subject in declared.subjects:
            space.desk.subjects.put(subject, evidence=path.name)
        for subject in declared.subjects:
            space.desk.subjects.compare(subject.slug, subject.peers)
        for face in declared.faces:
            space.desk.subjects.stand(face)
        for consent_given in declared.consents:
            space.desk.subjects.agree(consent_given)
        for item in declared.plan:
            space.desk.subjects.intend(item)
        if declared.mappings:
            space.desk.set(MAPPINGS, [dict(m) for m in declared.mappings])
    return open_space(space.home, space.name)


def declare(
    space: Space,
    slug: str,
    *,
    kind: str | None = None,
    name: str | None = None,
    accounts: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    queries: tuple[str, ...] = (),
    statement: str | None = None,
    pillars: tuple[str, ...] = (),
    peers: tuple[str, ...] = (),
) -> Subject:
    """Declare one subject; what is given is added to what is known of it.

    Args:
        space: Where.
        slug: Short name; a new one makes a new subject, a person unless `kind` says brand.
        kind: person or brand.
        name: Full name; the short name when nothing was ever said.
        accounts: `place:id` or `place:@handle`.
        aliases: Names that count as a mention.
        queries: Queries whose posts are about the subject.
        statement: Declared identity; replaces the former one.
        pillars: Declared themes.
        peers: Short names of subjects.

    Raises:
        SettingsError: something cannot be used, or an account is somebody else's.
        UnknownName: a peer is not there.
    """
    check_slug(slug, "subject")
    known = {s.slug: s for s in space.subjects()}
    before = known.get(slug) or Subject(slug=slug, kind=Kind.PERSON, name=name or slug)
    after = replace(
        before,
        kind=_declared.kind(kind) if kind else before.kind,
        name=name or before.name,
        accounts=_joined(before.accounts, tuple(_declared.account(a) for a in accounts)),
        aliases=_joined(before.aliases, aliases),
        queries=_joined(before.queries, queries),
        statement=before.statement if statement is None else statement,
        pillars=_joined(before.pillars, pillars),
        peers=_joined(before.peers, peers),
    )
    with space.desk.writing():
        space.desk.subjects.put(after)
        space.desk.subjects.compare(slug, after.peers)
    return space.subject(slug)


def consent(
    space: Space,
    slug: str,
    *,
    given: bool,
    by: str,
    method: str = METHOD.version,
    proof: str = "",
    purposes: tuple[str, ...] = ("value",),
    at: datetime | None = None,
) -> Consent:
    """Record what a person says; nothing earlier is overwritten.

    Args:
        space: Where.
        slug: Who.
        given: False withdraws.
        by: Who speaks, as they sign.
        method: Version of the method that was explained.
        proof: Where the signed word is kept.
        purposes: What for.
        at: When it was said; now when None.

    Raises:
        UnknownName: nobody is called so.
    """
    when = at or datetime.now(UTC)
    word = Consent(subject=slug, given=given, at=when, method=method, by=by, purposes=purposes, proof=proof)
    space.desk.subjects.agree(word)
    return word


def _joined(before: tuple[Text, ...], more: tuple[Text, ...]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys((*before, *more)))


def _describe(space: Space, declared: Declared) -> None:
    told = {"title": declared.title, "language": declared.language, "timezone": declared.timezone}
    fields = {key: value for key, value in told.items() if value is not None}
    if fields:
        space.desk.describe(**fields)


def _check_names(declared: Declared, kinds: dict[str, Kind], file: str) -> None:
    """Refuse names that nobody has, and faces that stand the wrong way round."""
    kinds = kinds | {s.slug: s.kind for s in declared.subjects}
    named = [(f"subject {s.slug}: peers", peer) for s in declared.subjects for peer in s.peers]
    named += [("consent: subject", c.subject) for c in declared.consents]
    named += [("plan: subject", p.subject) for p in declared.plan]
    named += [(f"face: {w}", slug) for f in declared.faces for w, slug in (("brand", f.brand), ("person", f.person))]
    for key, slug in named:
        if slug not in kinds:
            raise SettingsError(
                "{file}: {key}: no subject called '{slug}'; there are: {known}",
                file=file,
                key=key,
                slug=slug,
                known=", ".join(sorted(kinds)) or "-",
            )
    for face in declared.faces:
        if (kinds[face.brand], kinds[face.person]) != (Kind.BRAND, Kind.PERSON):
            raise SettingsError(
                "{file}: a face is a person of a brand; '{person}' of '{brand}' is not",
                file=file,
                person=face.person,
                brand=face.brand,
            )
