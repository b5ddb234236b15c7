"""A workspace file as it stands: TOML, checked key by key before anything is written."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from valore.errors import SettingsError
from valore.flows.space import check_language, check_slug, check_timezone
from valore.model.subject import AccountRef, Consent, Face, Kind, PlanItem, Subject

_ACCOUNT = re.compile(r"[a-z0-9_]+:\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """Everything that a workspace file says."""

    title: str | None
    language: str | None
    timezone: str | None
    subjects: tuple[Subject, ...]
    consents: tuple[Consent, ...]
    faces: tuple[Face, ...]
    plan: tuple[PlanItem, ...]
    mappings: tuple[Mapping[str, Any], ...]
    """Each with a key `file`."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A table of the file, its keys taken one by one; what is left over is a mistake."""

    file: str
    key: str
    values: dict[str, Any]
    zone: ZoneInfo

    def fail(self, key: str, wanted: str) -> NoReturn:
        raise SettingsError("{file}: {key} must be {wanted}", file=self.file, key=f"{self.key}{key}", wanted=wanted)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.pop(key, default)
        return value if isinstance(value, str) else self.fail(key, "a text")

    def maybe(self, key: str) -> str | None:
        return self.text(key) if key in self.values else None

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fail(key, "a list of texts")
        return tuple(dict.fromkeys(value))

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self.values.pop(key, default)
        return value if isinstance(value, bool) else self.fail(key, "true or false")

    def day(self, key: str) -> date | None:
        value = self.values.pop(key, None)
        if isinstance(value, datetime):
            return value.date()
        return value if value is None or isinstance(value, date) else self.fail(key, "a date")

    def instant(self, key: str) -> datetime:
        value = self.values.pop(key, None)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime.combine(value, time(), self.zone)
        if not isinstance(value, datetime):
            self.fail(key, "a date with its time")
        return (value if value.tzinfo else value.replace(tzinfo=self.zone)).astimezone(UTC)

    def slug(self, key: str) -> str:
        value = self.text(key)
        check_slug(value, key)
        return value

    def parts(self, key: str) -> Iterator["_Part"]:
        value = self.values.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.fail(key, f"[[{key}]]")
        for number, part in enumerate(value, 1):
            yield _Part(self.file, f"{key} {number}: ", dict(part), self.zone)

    def end(self) -> None:
        for key in self.values:
            raise SettingsError("{file}: nothing is called '{key}' here", file=self.file, key=f"{self.key}{key}")


def read(path: Path) -> Declared:
    """Read a workspace file.

    Raises:
        SettingsError: it cannot be read; names the file and the key.
    """
    values = _toml(path)
    zone = values.get("timezone", "Europe/Rome")
    if not isinstance(zone, str):
        raise SettingsError("{file}: {key} must be {wanted}", file=path.name, key="timezone", wanted="a text")
    check_timezone(zone)
    return _declared(_Part(path.name, "", values, ZoneInfo(zone)))


def mappings(path: Path) -> tuple[Mapping[str, Any], ...]:
    """Return only what a workspace file says of tables."""
    part = _Part(path.name, "", _toml(path), ZoneInfo("UTC"))
    return tuple(_mapping(p) for p in part.parts("mapping"))


def account(text: str) -> AccountRef:
    """Return the account that a text names; handles in lower case.

    Raises:
        SettingsError: it is not written as `place:id` or `place:@handle`.
    """
    if not _ACCOUNT.fullmatch(text):
        raise SettingsError("'{account}' is no account; write it as x:@handle or x:1001", account=text)
    place, _, name = text.partition(":")
    return AccountRef(f"{place}:{name.lower() if name.startswith('@') else name}")


def kind(text: str) -> Kind:
    """Return the kind of a subject.

    Raises:
        SettingsError: it is neither person nor brand.
    """
    if text not in set(Kind):
        raise SettingsError("a subject is a person or a brand, not '{kind}'", kind=text)
    return Kind(text)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError("{file} cannot be read", file=path.name) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError("{file} is not valid TOML: {detail}", file=path.name, detail=str(error)) from error


def _declared(part: _Part) -> Declared:
    declared = Declared(
        title=part.maybe("title"),
        language=part.maybe("language"),
        timezone=part.maybe("timezone"),
        subjects=tuple(_subject(p) for p in part.parts("subject")),
        consents=tuple(_consent(p) for p in part.parts("consent")),
        faces=tuple(_face(p) for p in part.parts("face")),
        plan=tuple(_plan(p) for p in part.parts("plan")),
        mappings=tuple(_mapping(p) for p in part.parts("mapping")),
    )
    part.end()
    if declared.language is not None:
        check_language(declared.language)
    _once(part, "subject", [s.slug for s in declared.subjects])
    return declared


def _subject(part: _Part) -> Subject:
    slug = part.slug("slug")
    subject = Subject(
        slug=slug,
        kind=kind(part.text("kind")),
        name=part.text("name", slug),
        aliases=part.texts("aliases"),
        accounts=tuple(account(a) for a in part.texts("accounts")),
        queries=part.texts("queries"),
        statement=part.text("statement", ""),
        pillars=part.texts("pillars"),
        peers=part.texts("peers"),
    )
    part.end()
    return subject


def _consent(part: _Part) -> Consent:
    consent = Consent(
        subject=part.slug("subject"),
        given=part.flag("given"),
        at=part.instant("at"),
        method=part.text("method"),
        by=part.text("by"),
        purposes=part.texts("purposes") or ("value",),
        proof=part.text("proof", ""),
    )
    part.end()
    return consent


def _face(part: _Part) -> Face:
    face = Face(
        brand=part.slug("brand"),
        person=part.slug("person"),
        role=part.text("role", ""),
        since=part.day("since"),
        until=part.day("until"),
        visible=part.flag("visible", default=False),
    )
    part.end()
    return face


def _plan(part: _Part) -> PlanItem:
    item = PlanItem(
        subject=part.slug("subject"),
        at=part.instant("at"),
        pillar=part.text("pillar", ""),
        title=part.text("title", ""),
    )
    part.end()
    return item


def _mapping(part: _Part) -> Mapping[str, Any]:
    return {"file": part.text("file"), **part.values}


def _once(part: _Part, what: str, slugs: Sequence[str]) -> None:
    for slug in slugs:
        if slugs.count(slug) > 1:
            raise SettingsError("{file}: {what} '{slug}' stands there twice", file=part.file, what=what, slug=slug)
