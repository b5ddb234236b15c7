"""Instants out of the dates that places write: RFC 822, RFC 3339 and its relatives, X, Unix numbers.

Everything becomes a whole number of microseconds since 1970-01-01T00:00:00Z. What cannot be read,
or lies outside the years 1900 to 2199 (where platforms write "unknown" as a date), is None.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa

from valore.model.records import Instant

Unit = Literal["s", "ms", "us"]

SECOND = 1_000_000
"""Microseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = -2_208_988_800 * SECOND
_LAST = 7_258_118_400 * SECOND
_SCALE = {"s": SECOND, "ms": 1_000, "us": 1}
_MONTHS = {
    "Jan": 1,
    "Feb": 2,
    "Mar": 3,
    "Apr": 4,
    "May": 5,
    "Jun": 6,
    "Jul": 7,
    "Aug": 8,
    "Sep": 9,
    "Oct": 10,
    "Nov": 11,
    "Dec": 12,
}
_X_PLAIN = "Wed Oct 10 20:19:24 +0000 2018"
_X_DIGITS = [8, 9, 11, 12, 14, 15, 17, 18, 26, 27, 28, 29]
_X_ZONE = np.frombuffer(b" +0000 ", np.uint8)
_X_NAME = np.array([65_536, 256, 1])
_X_NAMES, _X_ORDER = (
    np.array(c) for c in zip(*sorted((int.from_bytes(n.encode()), m - 1) for n, m in _MONTHS.items()), strict=True)
)
"""Months by their names as numbers, in order, and which of the year each is."""
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*"
    r"(?:(Z|z|UTC|GMT)|([+-])(\d\d):?(\d\d)?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"-?\d{1,20}(?:\.\d{1,9})?", re.ASCII)
_MINUTES_A_DAY = 1440


class Moment(NamedTuple):
    """An instant and the offset from UTC in minutes that it was written with (None: not said)."""

    at: Instant
    offset: int | None = None


def instant(value: object, unit: Unit = "s") -> Instant | None:
    """Read any date that a place may write; None when it is missing or cannot be read.

    A text without an offset is read as UTC. A number (also as text) counts `unit`s since 1970.

    >>> instant("2015-02-22T09:00:00Z") == instant("Sun, 22 Feb 2015 09:00:00 GMT") == instant(1424595600)
    True
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return from_epoch(value, unit)
    if not isinstance(value, str):
        return None
    if _NUMBER.fullmatch(value.strip()):
        return from_epoch(value, unit)
    read = moment(value)
    return None if read is None else read.at


def moment(text: str) -> Moment | None:
    """Read a date in words or figures together with its offset; None when it cannot be read."""
    return iso(text) or x_moment(text) or rfc822(text)


def from_epoch(value: float | str, unit: Unit = "s") -> Instant | None:
    """Read a count of `unit`s since 1970-01-01T00:00:00Z; whole numbers are kept exactly.

    >>> from_epoch(1424595600), from_epoch("1424595600123", "ms"), from_epoch("soon")
    (1424595600000000, 1424595600123000, None)
    """
    try:
        if isinstance(value, str):
            value = float(value) if "." in value else int(value)
        return bounded(round(value * _SCALE[unit]))
    except (ValueError, OverflowError):
        return None


def iso(text: str) -> Moment | None:
    """Read RFC 3339 and its relatives: a blank for the T, `+0000`, no seconds, a date alone.

    >>> iso("2015-01-24 02:02:37 +0000")
    Moment(at=1422064957000000, offset=0)
    """
    found = _ISO.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zulu, sign, hours, minutes = found.groups()
    offset = 0 if zulu else None
    if sign:
        offset = (60 * int(hours) + int(minutes or 0)) * (-1 if sign == "-" else 1)
    clock = int(hour or 0), int(minute or 0), int(second or 0)
    at = _utc((int(year), int(month), int(day)), clock, offset or 0)
    return None if at is None else _moment(at + int(f"{fraction or 0:0<6}"[:6]), offset)


def rfc822(text: str) -> Moment | None:
    """Read the dates of mail and RSS 2.0, with all the liberties that feeds take.

    >>> rfc822("Sun, 22 Feb 2015 10:00:00 +0100")
    Moment(at=1424595600000000, offset=60)
    """
    try:
        parsed = parsedate_tz(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if parsed is None:
        return None
    offset = None if parsed[9] is None else parsed[9] // 60
    at = _utc(parsed[:3], parsed[3:6], offset or 0)
    return None if at is None else _moment(at, offset)


def x_moment(text: str) -> Moment | None:
    """Read the date of X as a `Moment`; see `x_date`."""
    at = x_date(text)
    return None if at is None else Moment(at, 0)


def x_date(text: str) -> Instant | None:
    """Read the date that X writes, always in UTC.

    The day is remembered, because posts come in runs of days.

    >>> x_date("Wed Oct 10 20:19:24 +0000 2018")
    1539202764000000
    """
    if len(text) != 30 or text[19:26] != " +0000 ":  # noqa: PLR2004 - the length of the pattern above
        return None
    try:
        seconds = int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19])
        return _x_day(text[4:10], text[26:]) + seconds * SECOND
    except (ValueError, KeyError):
        return None


def x_dates(texts: pa.Array) -> pa.Array:
    """Read many dates as `x_date` does; timestamp[us, UTC], null for what cannot be read."""
    at = _quick_x_dates(texts)
    if at is None:
        at = pa.array([None if text is None else x_date(text) for text in texts.to_pylist()], pa.int64())
    return at.view(pa.timestamp("us", tz="UTC"))


def _quick_x_dates(texts: pa.Array) -> pa.Array | None:
    """Return instants out of the signs of all dates at once; None where one of them is not in the plain form."""
    if not len(texts) or texts.null_count:
        return None
    ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if (np.diff(ends) != len(_X_PLAIN)).any():
        return None
    signs = np.frombuffer(texts.buffers()[2], np.uint8)[ends[0] : ends[-1]].reshape(len(texts), -1)
    digits = signs[:, _X_DIGITS] - np.uint8(ord("0"))
    name = signs[:, 4:7].astype(np.int64) @ _X_NAME
    month = np.searchsorted(_X_NAMES, name).clip(max=len(_X_NAMES) - 1)
    if (digits > 9).any() or (signs[:, 19:26] != _X_ZONE).any() or (_X_NAMES[month] != name).any():  # noqa: PLR2004
        return None
    day, hour, minute, second, century, year = (digits[:, ::2].astype(np.int64) * 10 + digits[:, 1::2]).T
    months = (century * 100 + year - 1970) * 12 + _X_ORDER[month]
    first, after = (m.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) for m in (months, months + 1))
    at = ((first + day - 1) * 86_400 + hour * 3600 + minute * 60 + second) * SECOND
    sound = (day > 0) & (first + day <= after) & (first * 86_400 * SECOND >= _FIRST) & (at < _LAST)
    return pa.array(at) if sound.all() else None


def bounded(at: int) -> Instant | None:
    """Return the instant when it lies in the years 1900 to 2199, else None."""
    return at if _FIRST <= at < _LAST else None


@lru_cache(maxsize=4096)
def _x_day(day: str, year: str) -> Instant:
    start = datetime(int(year), _MONTHS[day[:3]], int(day[4:]), tzinfo=UTC)
    at = bounded((start - _EPOCH) // _MICROSECOND)
    if at is None:
        raise ValueError(year)
    return at


def _utc(date: tuple[int, ...], clock: tuple[int, ...], offset: int) -> Instant | None:
    """Return the instant of a local date and clock; a leap second counts as the second before it."""
    hour, minute, second = clock
    if abs(offset) >= _MINUTES_A_DAY:
        return None
    try:
        zone = timezone(timedelta(minutes=offset))
        local = datetime(date[0], date[1], date[2], hour, minute, min(second, 59), tzinfo=zone)
    except (ValueError, OverflowError):
        return None
    return bounded((local - _EPOCH) // _MICROSECOND)


def _moment(at: Instant, offset: int | None) -> Moment | None:
    return None if bounded(at) is None else Moment(at, offset)
