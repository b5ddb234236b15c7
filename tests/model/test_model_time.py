"""One instant has one number, however a place writes it."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.model.time import Moment, from_epoch, instant, iso, moment, rfc822, x_date, x_dates

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
_DATES = st.datetimes(datetime(1902, 1, 1), datetime(2190, 1, 1), timezones=_OFFSETS)  # noqa: DTZ001 - zones follow


def _number(date: datetime) -> int:
    return (date - _EPOCH) // timedelta(microseconds=1)


def _minutes(date: datetime) -> int:
    return int((date.utcoffset() or timedelta()).total_seconds()) // 60


@given(_DATES)
def test_every_writing_of_an_instant_is_the_same_number(date: datetime) -> None:
    whole = date.replace(microsecond=0)
    expected = Moment(_number(whole), _minutes(whole))
    assert iso(date.isoformat()) == Moment(_number(date), _minutes(date))
    assert iso(whole.strftime("%Y-%m-%d %H:%M:%S %z")) == expected or whole.year < 1000
    assert rfc822(format_datetime(whole)) == expected
    assert moment(format_datetime(whole)) == expected
    assert x_date(whole.astimezone(UTC).strftime("%a %b %d %H:%M:%S +0000 %Y")) == expected.at
    assert from_epoch(expected.at // 1_000_000) == expected.at


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2015-02-22", "2015-02-22T00:00:00Z"),
        ("2015-02-22T10:00Z", "2015-02-22T10:00:00Z"),
        ("2015-02-22 10:00:00 UTC", "2015-02-22T10:00:00Z"),
        ("2015-02-22T10:00:00.1234567+01:00", "2015-02-22T09:00:00.123456Z"),
        ("22 Feb 2015 10:00:00 EST", "2015-02-22T15:00:00Z"),
        ("1424595600", "2015-02-22T09:00:00Z"),
        (1424595600.5, "2015-02-22T09:00:00.5Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
    ],
)
def test_the_relatives_are_read(text: object, at: str) -> None:
    assert instant(text) == instant(at) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        *(None, "", "ieri", "2015-13-01", "2015-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31", True, [], {}),
        *("2015-02-22T25:00:00Z", "Wed Foo 10 20:19:24 +0000 2018", 1e30, float("nan"), float("inf"), "9" * 19),
        *("٢٠١٥-٠٢-٢٢", "2015-02-22T10:00:00+99:99", "Mon, 99 Foo 2015 99:99:99"),
    ],
)
def test_what_is_no_date_is_none(wrong: object) -> None:
    assert instant(wrong) is None


@given(st.text(max_size=40))
def test_no_text_stumbles(text: str) -> None:
    assert instant(text) is None or isinstance(instant(text), int)


_CLOCKS = st.tuples(*(st.integers(0, 99) for _ in range(3))).map(lambda c: "{:02}:{:02}:{:02}".format(*c))
_LIKE_X = st.builds(
    "Wed {} {:02} {} {} {}".format,
    st.sampled_from(["Jan", "Feb", "Sep", "Dec", "Foo"]),
    st.integers(0, 32),
    _CLOCKS,
    st.sampled_from(["+0000", "+0100"]),
    st.integers(1890, 2210),
)


@given(st.lists(st.one_of(_LIKE_X, st.none(), st.text(max_size=31)), max_size=6))
def test_dates_of_x_are_read_together_as_alone(texts: list[str | None]) -> None:
    for column in (texts, [text for text in texts if text is not None and x_date(text) is not None]):
        read = x_dates(pa.array(column, pa.string())).cast(pa.int64()).to_pylist()
        assert read == [None if text is None else x_date(text) for text in column]
