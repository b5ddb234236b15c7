"""A space: one client's state, lake and folder, opened together."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pyarrow as pa

from valore.errors import SettingsError
from valore.lake import Lake
from valore.model.subject import Consent, Face, PlanItem, Subject
from valore.state import ImportRecord, open_state, sqlite_url

if TYPE_CHECKING:
    from valore.state.desk import Desk, State

DATABASE = "DATABASE_URL"
"""Environment variable with the address of a PostgreSQL database; without it state.db in the home."""
LABELS = ".labels"
"""Lock in the lake: held together by those who read posts to label them, alone by who erases."""
SLUG = re.compile(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?")

REVIEWS = pa.schema(
    [
        pa.field("post", pa.int64(), nullable=False),
        pa.field("author", pa.int64(), nullable=False),
        pa.field("label", pa.string(), nullable=False),
        pa.field("probability", pa.float64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Space:
    """One workspace of a home."""

    home: Path
    name: str
    title: str
    language: str
    timezone: str
    desk: "Desk" = field(repr=False, compare=False)
    """Its state."""
    lake: Lake = field(repr=False, compare=False)
    """Its facts."""

    @property
    def folder(self) -> Path:
        """Where its lake, originals and reports are."""
        return self.home / "workspaces" / self.name

    def subjects(self) -> tuple[Subject, ...]:
        """Return every subject, in the order in which they were declared."""
        return self.desk.subjects.all()

    def subject(self, slug: str) -> Subject:
        """Return one subject.

        Raises:
            UnknownName: nobody is called so.
        """
        return self.desk.subjects.get(slug)

    def faces(self, brand: str) -> tuple[Face, ...]:
        """Return the people linked to a brand, whether or not they consent."""
        return self.desk.subjects.faces(brand)

    def consent(self, slug: str) -> Consent | None:
        """Return the last word of a person, None when nothing was ever said."""
        said = self.desk.subjects.consents(slug)
        return said[-1] if said else None

    def plan(self, slug: str) -> tuple[PlanItem, ...]:
        """Return what a subject means to publish, in order of time."""
        return self.desk.subjects.plan(slug)

    def reviews(self, slug: str) -> pa.Table:
        """Return the last judgement on each post for a subject: post, author, label, probability."""
        rows = self.desk.reviews.latest(slug)
        columns = zip(*((r.post, r.author, r.label, r.probability) for r in rows), strict=True)
        return pa.table([*columns], schema=REVIEWS) if rows else REVIEWS.empty_table()

    def imports(self) -> tuple[ImportRecord, ...]:
        """Return what was read, the oldest first."""
        return self.desk.imports.all()


def create(home: Path, name: str, *, title: str = "", language: str = "it", timezone: str = "Europe/Rome") -> Space:
    """Make a workspace; one that is there is opened as it is.

    Raises:
        SettingsError: the name, language or time zone cannot be used.
    """
    check_slug(name, "workspace")
    check_language(language)
    check_timezone(timezone)
    desk = _state(home).create(name, title=title or name, language=language, timezone=timezone)
    return _space(home, desk)


def open_space(home: Path, name: str | None = None) -> Space:
    """Open a workspace; the only one of the home when none is named.

    Raises:
        UnknownName: no workspace is called so, or there is none.
        SettingsError: there are several and none was named.
    """
    if not (home / "state.db").is_file() and DATABASE not in os.environ:
        raise _none(home)
    state = _state(home)
    return _space(home, state.desk(name if name is not None else _only(state)))


def workspaces(home: Path) -> tuple[str, ...]:
    """Return the names of the workspaces of a home."""
    if not (home / "state.db").is_file() and DATABASE not in os.environ:
        return ()
    return tuple(row.name for row in _state(home).workspaces())


def address(home: Path) -> str:
    """Return where the state of a home is kept."""
    return os.environ.get(DATABASE) or sqlite_url(home / "state.db")


def check_slug(slug: str, what: str) -> None:
    """Refuse a name that is no plain folder name or that could lead out of one.

    Raises:
        SettingsError: it is not lower-case letters, digits, '-' and '_'.
    """
    if not SLUG.fullmatch(slug):
        raise SettingsError(
            "'{name}' cannot be a {what}'s short name: lower-case letters, digits, hyphens",
            name=slug,
            what=what,
        )


def check_language(language: str) -> None:
    """Refuse what is no ISO 639-1 code.

    Raises:
        SettingsError: it is not two lower-case letters.
    """
    if not re.fullmatch(r"[a-z]{2}", language):
        raise SettingsError("'{language}' is no language; write it as it or en", language=language)


def check_timezone(timezone: str) -> None:
    """Refuse an unknown time zone.

    Raises:
        SettingsError: the zone is not there.
    """
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError("no time zone called '{zone}'; write it as Europe/Rome", zone=timezone) from error


def _none(home: Path) -> SettingsError:
    return SettingsError("there is no workspace in {home} yet; make one with `valore init`", home=home)


def _state(home: Path) -> "State":
    return open_state(address(home))


def _only(state: "State") -> str:
    names = [row.name for row in state.workspaces()]
    if not names:
        raise SettingsError("there is no workspace yet; make one with `valore init`")
    if len(names) > 1:
        raise SettingsError("there are several workspaces, say which: {known}", known=", ".join(names))
    return names[0]


def _space(home: Path, desk: "Desk") -> Space:
    row = desk.row
    folder = home / "workspaces" / row.name
    lake = Lake(folder / "lake", folder / "originals")
    return Space(home, row.name, row.title, row.language, row.timezone, desk, lake)
