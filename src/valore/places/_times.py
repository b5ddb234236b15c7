"""Columns of times: which form they have, and their instants, a whole column at once.

A form is a family and, for numeric dates, an order of day and month. Which of the two it is
stands in the column itself when one number is above 12; when it does not, a person must say.
"""

import datetime as dt
import re
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

INSTANT = pa.timestamp("us", tz="UTC")

_CLOCK = (
    r"(?P<h>\d{1,2})[:.](?P<mi>\d{2})(?:[:.](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r"(?:[\s\x{a0}\x{202f}]*(?P<p>[AaPp])\.?[Mm]\.?)?"
)
_ZONE = r"(?:\s*(?P<z>Z|z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
PATTERNS = {
    "iso": (rf"^\s*(?P<y>\d{{4}})[-/.](?P<mo>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:(?:T|t|,?\s+){_CLOCK})?{_ZONE}\s*$"),
    "numeric": (
        rf"^\s*(?P<d>\d{{1,2}})[-/.](?P<mo>\d{{1,2}})[-/.](?P<y>\d{{4}}|\d{{2}})"
        rf"(?:(?:T|t|,?\s+){_CLOCK})?{_ZONE}\s*$"
    ),
    "x": (
        r"^\s*[A-Za-z]{3} (?P<mo>[A-Za-z]{3}) (?P<d>\d{1,2}) (?P<h>\d{2}):(?P<mi>\d{2}):(?P<s>\d{2})"
        r" (?P<z>[+-]\d{4}) (?P<y>\d{4})\s*$"
    ),
    "words": (
        r"^\s*(?:\p{L}+\.?,?\s+)?(?P<d>\d{1,2})\.?\s+(?:de\s+)?(?P<mo>\p{L}{3})\p{L}*\.?\s+(?:de\s+)?"
        rf"(?P<y>\d{{4}}|\d{{2}})(?:,?\s+(?:at\s+|alle\s+)?{_CLOCK})?{_ZONE}\s*$"
    ),
}
_EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}
_YEAR = 12
"""Months."""
_MONTHS = (
    ("jan", "gen", "ene"),
    ("feb", "fev", "fév"),
    ("mar", "mär", "mrz"),
    ("apr", "avr", "abr"),
    ("may", "mag", "mai"),
    ("jun", "giu"),
    ("jul", "lug"),
    ("aug", "ago", "aoû"),
    ("sep", "set"),
    ("oct", "ott", "okt", "out"),
    ("nov",),
    ("dec", "dic", "dez", "déc"),
)
_FIRST, _LAST = 631_152_000_000_000, 4_102_444_800_000_000
"""1990 and 2100: what lies outside is not the time of a post."""

FORMS = ("iso", "epoch_s", "epoch_ms", "epoch_us", "x", "words", "day_first", "month_first")
"""Names that a mapping's `time_format` may have; anything with a '%' is a strptime format."""


class Form(NamedTuple):
    """How the times of one column are written."""

    name: str
    """One of `FORMS`, a strptime format, or `ambiguous`: day or month first, the column does not say."""
    zoned: bool
    """Every value says its offset from UTC (an epoch does by its nature)."""
    share: float
    """Share of the non-null values that have this form, in [0, 1]."""


class Times(NamedTuple):
    """A column of times, understood."""

    instants: pa.Array
    """timestamp[us, UTC]; null where missing or unreadable."""
    offsets: pa.Array | None
    """Minutes from UTC where the text said an offset (int32), None when none did."""


def form(values: pa.Array) -> Form | None:
    """Return the form that most values have, or None when fewer than half look like times."""
    present = _trim(values).drop_null()
    if not len(present):
        return None
    forms = [f for f in (_epoch(present), *(_written(present, n) for n in PATTERNS)) if f is not None]
    best = max(forms, key=lambda f: f.share, default=None)
    return best if best is not None and best.share >= 0.5 else None  # noqa: PLR2004 - half, as the docstring says


def order(values: pa.Array) -> str:
    """Return `day_first`, `month_first` or `ambiguous` for a column of numeric dates, by its largest numbers.

    A column where both numbers pass 12 (two people's habits in one file) is `ambiguous`.
    """
    parts = pc.extract_regex(_trim(values), PATTERNS["numeric"]).drop_null()
    if not len(parts):
        return "ambiguous"
    first, second = (_largest(pc.struct_field(parts, name)) for name in ("d", "mo"))
    dotted = pc.all(pc.match_substring_regex(_trim(values).drop_null(), r"^\d+\.\d+\.\d")).as_py()
    if dotted and second <= _YEAR:
        return "day_first"
    return {(True, False): "day_first", (False, True): "month_first"}.get((first > _YEAR, second > _YEAR), "ambiguous")


def parse(values: pa.Array, name: str, zone: str) -> Times:
    """Return the instants of a column.

    Args:
        values: Text.
        name: One of `FORMS` or a strptime format.
        zone: IANA name of the zone of times that do not say theirs.
    """
    if name == "iso" and (quick := _quick(values)) is not None:
        return Times(_plausible(quick), pa.repeat(pa.scalar(0, pa.int32()), len(quick)))
    if name in _EPOCHS:
        return Times(_plausible(_from_epoch(values, _EPOCHS[name])), None)
    if "%" in name:
        return Times(_plausible(_utc(_micros(_strptime(values, name)), None, zone)), None)
    pattern = PATTERNS["numeric" if name in {"day_first", "month_first"} else name]
    return _assembled(pc.extract_regex(_trim(values), pattern), zone, swapped=name == "month_first")


def _quick(values: pa.Array) -> pa.Array | None:
    """Parse RFC 3339 with 'Z' throughout, which is most files; None sends the column the longer way."""
    if not pc.all(pc.ends_with(values, "Z")).as_py():
        return None
    try:
        return values.cast(INSTANT)
    except pa.ArrowInvalid:
        return None


def _trim(values: pa.Array) -> pa.Array:
    return pc.utf8_trim_whitespace(values)


def _epoch(present: pa.Array) -> Form | None:
    digits = pc.replace_substring_regex(present, r"\.\d*$", "")
    numbers = pc.match_substring_regex(digits, r"^\d{9,17}$")
    share = pc.mean(pc.cast(numbers, pa.float64())).as_py()
    if not share:
        return None
    lengths = pc.mode(pc.utf8_length(digits.filter(numbers)))[0].as_py()["mode"]
    name = "epoch_s" if lengths <= 11 else "epoch_ms" if lengths <= 14 else "epoch_us"  # noqa: PLR2004 - digits until year 5138
    ours = digits.filter(numbers)
    instants = _plausible(_from_epoch(ours, _EPOCHS[name]))
    return Form(name, zoned=True, share=share * (1 - instants.null_count / len(ours)))


def _written(present: pa.Array, family: str) -> Form | None:
    parts = pc.extract_regex(present, PATTERNS[family])
    share = 1 - parts.null_count / len(present)
    if not share:
        return None
    zones = pc.struct_field(parts.drop_null(), "z")
    zoned = pc.all(pc.not_equal(zones, "")).as_py()
    return Form(order(present) if family == "numeric" else family, zoned=bool(zoned), share=share)


def _largest(numbers: pa.Array) -> int:
    return int(pc.max(numbers.cast(pa.int64())).as_py())


def _from_epoch(values: pa.Array, factor: int) -> pa.Array:
    try:
        whole = values.cast(pa.int64())
    except pa.ArrowInvalid:
        whole = _decimal(values, factor)
        factor = 1
    numbers = np.asarray(whole.fill_null(0).to_numpy(zero_copy_only=False), dtype=np.float64) * factor
    mask = pc.is_null(whole).to_numpy(zero_copy_only=False) | (numbers > _LAST)
    micros = np.where(mask, 0, whole.fill_null(0).to_numpy(zero_copy_only=False)).astype(np.int64) * factor
    return pa.array(micros, mask=mask).cast(INSTANT)


def _decimal(values: pa.Array, factor: int) -> pa.Array:
    """Return microseconds of epochs with a fraction, exactly; text that is no number is null."""
    parts = pc.extract_regex(_trim(values), r"^(?P<w>\d{1,17})(?:\.(?P<f>\d*))?$")
    whole = pc.struct_field(parts, "w").cast(pa.int64())
    places = len(str(factor)) - 1
    fraction = pc.utf8_rpad(pc.struct_field(parts, "f"), places, "0")
    fraction = pc.utf8_slice_codeunits(fraction, 0, places) if places else pc.if_else(parts.is_null(), None, "0")
    small = pc.if_else(pc.less(whole, _LAST // factor), whole, pa.scalar(None, pa.int64()))
    return pc.add(pc.multiply(small, factor), fraction.cast(pa.int64()))


def _strptime(values: pa.Array, pattern: str) -> pa.Array:
    return pc.strptime(_trim(values), format=pattern, unit="us", error_is_null=True)


def _micros(stamps: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    mask = stamps.is_null().to_numpy(zero_copy_only=False)
    return stamps.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False), mask


def _assembled(parts: pa.Array, zone: str, *, swapped: bool) -> Times:
    """Build instants of the parts that a pattern found."""
    year, month, day = _number(parts, "y"), _month(parts), _number(parts, "d")
    if swapped:
        month, day = day, month
    year = np.where(year < 100, year + 2000, year)  # noqa: PLR2004 - two digits
    days, wrong = _days(year, month, day)
    clock, off = _clock(parts)
    mask = parts.is_null().to_numpy(zero_copy_only=False) | wrong | off
    local = np.where(mask, 0, days * 86_400_000_000 + clock)
    offsets = _offsets(parts)
    instants = _plausible(_utc((local, mask), offsets, zone))
    said = pc.not_equal(_filled(parts, "z"), "")
    if not pc.any(said).as_py():
        return Times(instants, None)
    return Times(instants, pc.if_else(said, pa.array(np.nan_to_num(offsets).astype(np.int32)), None))


def _filled(parts: pa.Array, name: str) -> pa.Array:
    if parts.type.get_field_index(name) < 0:
        return pa.repeat(pa.scalar(""), len(parts))
    return pc.fill_null(pc.struct_field(parts, name), "")


def _number(parts: pa.Array, name: str) -> npt.NDArray[np.int64]:
    text = _filled(parts, name)
    whole = pc.if_else(pc.equal(text, ""), "0", text).cast(pa.int64())
    return np.asarray(whole.to_numpy(zero_copy_only=False), dtype=np.int64)


def _month(parts: pa.Array) -> npt.NDArray[np.int64]:
    text = _filled(parts, "mo")
    if not len(text) or pc.all(pc.match_substring_regex(text, r"^\d*$")).as_py():
        return _number(parts, "mo")
    names = {name: n for n, names in enumerate(_MONTHS, 1) for name in names}
    found = pc.index_in(pc.utf8_lower(text), value_set=pa.array(list(names)))
    numbers = np.array([*names.values(), 0], dtype=np.int64)
    return np.asarray(numbers[found.fill_null(len(names)).to_numpy(zero_copy_only=False)], dtype=np.int64)


def _days(
    year: npt.NDArray[np.int64], month: npt.NDArray[np.int64], day: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return days since 1970-01-01, and where there is no such day (31 April)."""
    months = (np.clip(year, 1, 9999) - 1970) * 12 + np.clip(month, 1, 12) - 1
    start = months.astype("datetime64[M]")
    days = start.astype("datetime64[D]").astype(np.int64) + day - 1
    same = days.astype("datetime64[D]").astype("datetime64[M]") == start
    return days, ~same | (month < 1) | (month > _YEAR) | (day < 1)


def _clock(parts: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return microseconds since midnight, and where the clock shows no such time."""
    hour, minute, second = (_number(parts, n) for n in ("h", "mi", "s"))
    half = pc.utf8_lower(_filled(parts, "p"))
    noon, late = (np.asarray(pc.not_equal(half, "").to_numpy(zero_copy_only=False)), pc.equal(half, "p"))
    hour = np.where(noon, hour % 12 + 12 * late.to_numpy(zero_copy_only=False), hour)
    fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(_filled(parts, "f"), 6, "0"), 0, 6).cast(pa.int64())
    micros = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction.to_numpy(zero_copy_only=False)
    return micros, (hour > 23) | (minute > 59) | (second > 60)  # noqa: PLR2004 - a clock, with its leap second


def _offsets(parts: pa.Array) -> npt.NDArray[np.float64]:
    """Return minutes from UTC; NaN where the text says none."""
    zone = pc.utf8_lower(_filled(parts, "z"))
    found = pc.extract_regex(zone, r"^(?P<sign>[+-])(?P<h>\d{2}):?(?P<m>\d{2})$")
    minutes = (_number(found, "h") * 60 + _number(found, "m")).astype(np.float64)
    minutes = np.where(pc.equal(_filled(found, "sign"), "-").to_numpy(zero_copy_only=False), -minutes, minutes)
    return np.where(pc.equal(zone, "").to_numpy(zero_copy_only=False), np.nan, minutes)


def _utc(
    local: tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]],
    offsets: npt.NDArray[np.float64] | None,
    zone: str,
) -> pa.Array:
    """Return instants of wall-clock times: by their own offset, else by the zone."""
    micros, mask = local
    naive = np.full(len(micros), fill_value=True) if offsets is None else np.isnan(offsets)
    shift = np.zeros(len(micros)) if offsets is None else np.nan_to_num(offsets) * 60_000_000
    if zone != "UTC" and naive.any():
        shift = np.where(naive, _zone_shift(micros, zone), shift)
    return pa.array(micros - shift.astype(np.int64), mask=mask).cast(INSTANT)


def _zone_shift(micros: npt.NDArray[np.int64], zone: str) -> npt.NDArray[np.int64]:
    """Return microseconds to take off; offsets change on quarter hours, so few need looking up.

    A time that the clocks show twice is read as the first one.
    """
    quarters, where = np.unique(micros // 900_000_000, return_inverse=True)
    place, epoch = ZoneInfo(zone), dt.datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock has no zone yet
    walls = (epoch + dt.timedelta(minutes=15 * int(q)) for q in quarters)
    shifts = [w.replace(tzinfo=place).utcoffset() or dt.timedelta() for w in walls]
    return np.array([s // dt.timedelta(microseconds=1) for s in shifts], dtype=np.int64)[where]


def _plausible(instants: pa.Array) -> pa.Array:
    """Null what lies outside 1990-2100."""
    numbers = instants.cast(pa.int64())
    span = pc.min_max(numbers).as_py()
    if span["min"] is None or (span["min"] >= _FIRST and span["max"] < _LAST):
        return instants
    inside = pc.and_(pc.greater_equal(numbers, _FIRST), pc.less(numbers, _LAST))
    return pc.if_else(inside, instants, pa.scalar(None, INSTANT))


def known(name: str) -> bool:
    """Say whether a mapping may name this form."""
    return name in FORMS or bool(re.search(r"%[A-Za-z]", name))
