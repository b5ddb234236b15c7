"""What people read, in their language: gettext catalogues for words, CLDR for numbers and dates.

Catalogues are `locale/<language>/LC_MESSAGES/valore.po`, read when first needed; no compiled file is kept.
"""

import gettext
import io
import locale
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from babel import Locale
from babel.dates import format_date, format_datetime, format_interval
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from valore.errors import TooLittleEvidence, UnknownName, ValoreError
from valore.model.estimate import REASONS, Reason

LANGUAGES = ("it", "en")
"""Languages in which every text is told; equals."""


def catalogue(language: str) -> Traversable:
    """Return the file with the translations of a language."""
    return files("valore") / "locale" / language / "LC_MESSAGES" / "valore.po"


def chosen(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> str:
    """Return the language to speak: what is `asked`, else what the machine is set to, else English.

    Raises:
        UnknownName: when a language is asked for that Valore does not speak.
    """
    if asked is not None:
        return _known(asked)
    names = (environment.get(n) for n in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    named = next((n for n in names if n), None) or locale.getlocale()[0] or "en"
    return named[:2].lower() if named[:2].lower() in LANGUAGES else "en"


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    return language


@cache
def _translations(language: str) -> gettext.NullTranslations:
    with catalogue(language).open("rb") as po:
        catalog = read_po(po, locale=language, domain="valore")
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def read_catalogue(language: str) -> Catalog:
    """Return the translations of a language with all their flags, for checks."""
    with catalogue(language).open("rb") as po:
        return read_po(po, locale=language, domain="valore")


@dataclass(frozen=True, slots=True)
class Words:
    """One language: its words, numbers and dates.

    >>> Words("it").number(1234.5, 1)
    '1.234,5'
    """

    language: str = "en"
    locale: Locale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a language that Valore does not speak."""
        object.__setattr__(self, "locale", Locale.parse(_known(self.language)))

    def say(self, message: str, /, **facts: object) -> str:
        """Translate a message and fill its named places; numbers and dates are written as in the language."""
        text = _translations(self.language).gettext(message) if message else ""
        return text.format_map({k: self.fact(v) for k, v in facts.items()}) if facts else text

    def many(self, one: str, more: str, count: float, /, **facts: object) -> str:
        """Translate a message that counts something; `{count}` is filled by itself."""
        whole = round(count)
        text = _translations(self.language).ngettext(one, more, whole)
        return text.format_map({"count": self.number(whole)} | {k: self.fact(v) for k, v in facts.items()})

    def error(self, error: ValoreError) -> str:
        """Translate an error's message and those of its facts that are words of ours."""
        facts = dict(error.facts)
        if "what" in facts:
            facts["what"] = self.say(str(facts["what"]))
        if isinstance(error, TooLittleEvidence):
            facts["reason"] = self.reason(error.reason)
            facts["detail"] = self.say(error.detail)
        return self.say(error.message, **facts).strip() if facts else self.say(error.message)

    def reason(self, code: Reason | str) -> str:
        """Say why there is no number."""
        return self.say(REASONS.get(code, str(code)))

    def fact(self, value: object) -> str:
        """Write one value inside a sentence."""
        match value:
            case bool() | str() | None:
                return str(value)
            case int():
                return self.number(value)
            case float():
                return self.number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2)  # noqa: PLR2004 - three figures are enough in a sentence
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case _:
                return str(value)

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with at most `digits` decimals."""
        shown = round(value, digits) + 0.0
        return str(format_decimal(shown, format="#,##0." + "#" * digits, locale=self.locale))

    def signed(self, value: float, digits: int = 1) -> str:
        """Write a difference with its sign (a true minus)."""
        size = self.number(abs(value), digits)
        return size if not round(value, digits) else ("+" if value > 0 else "\N{MINUS SIGN}") + size

    def percent(self, share: float, digits: int = 0) -> str:
        """Write a share in [0, 1] as a percentage."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "") + "%"
        return str(format_percent(share, format=pattern, locale=self.locale))

    def day(self, day: date, style: str = "medium") -> str:
        """Write a day: `7 nov 2025` in Italian."""
        return str(format_date(day, style, locale=self.locale))

    def month(self, day: date, *, year: bool = True) -> str:
        """Write a month, short: `nov 2025`."""
        return str(format_date(day, "LLL y" if year else "LLL", locale=self.locale))

    def moment(self, at: datetime) -> str:
        """Write a day and its time (as the instant has it; the lake keeps UTC)."""
        return (
            str(format_datetime(at, "medium", locale=self.locale)).rpartition(":")[0]
            if (self.language == "it")
            else str(format_datetime(at, "d MMM y, HH:mm", locale=self.locale))
        )

    def dates(self, first: date, last: date) -> str:
        """Write a range of days: `3 – 9 nov 2025`."""
        if first == last:
            return self.day(first)
        return re.sub(r"\b0(\d)\b", r"\1", str(format_interval(first, last, "yMMMd", locale=self.locale)))
