"""Columns of text turned into columns of what they mean, without touching single rows."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from valore.model.text import mojibake, repair
from valore.places._names import PLACES

_STRINGS = pa.list_(pa.string())
_ODD = (
    r"\x00|\p{Mn}|[\x{c2}\x{c3}\x{e2}][\x{80}-\x{bf}\x{20ac}\x{201a}\x{192}\x{201e}\x{2026}\x{2020}\x{2021}\x{2c6}"
    r"\x{2030}\x{160}\x{2039}\x{152}\x{17d}\x{2018}\x{2019}\x{201c}\x{201d}\x{2022}\x{2013}\x{2014}\x{2dc}\x{2122}"
    r"\x{161}\x{203a}\x{153}\x{17e}\x{178}]"
)
"""What a text that may need repair shows: NUL, marks that may compose, UTF-8 read as cp1252."""
_SIGNS = tuple(bytes.fromhex(s) for s in ("00", "cc", "cd", "d9", "e0", "e1"))
"""First bytes without which no text can need composing; NUL."""
_BLOCK = 1 << 17
"""Bytes looked at together: they stay in the processor's cache."""
_LATIN = 0xC3
"""First byte of letters with accents."""
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))
_HYPHENS = r"^(\d{1,2})-(\pL{3,9})-(\d{2,4})"
_MONTH_FIRST = r"^(\pL{3,9})\.? (\d{1,2}), (\d{4})"
_LOOK = 1000
"""Values by which it is told how a column of times is written."""
_ZONES = {
    "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600",
    "PST": "-0800", "PDT": "-0700", "CET": "+0100", "CEST": "+0200", "BST": "+0100",
}  # fmt: skip
"""Zones that tools write as letters. Source: RFC 822, section 5.1; the European ones by use."""
_TONES = {
    "positive": "positive", "positivo": "positive", "positiva": "positive", "positif": "positive",
    "positiv": "positive", "neutral": "neutral", "neutro": "neutral", "neutrale": "neutral", "neutra": "neutral",
    "neutre": "neutral", "negative": "negative", "negativo": "negative", "negativa": "negative",
    "negatif": "negative", "négatif": "negative", "negativ": "negative",
}  # fmt: skip
_NETWORKS = {
    **PLACES, "onlinenews": "feed", "online news": "feed", "newspaper": "feed", "magazine": "feed", "print": "feed",
    "press": "feed", "blogs": "feed", "rss": "feed", "x (formerly twitter)": "x", "messageboard": "forum",
    "message board": "forum", "forums": "forum", "forum": "forum", "reviews": "review", "review": "review",
    "podcast": "broadcast", "broadcast": "broadcast", "tv": "broadcast", "radio": "broadcast",
}  # fmt: skip
"""What tools call networks and kinds of sites, in our names."""
_TRUE = pa.array(["true", "yes", "1", "si", "sì", "t", "y", "ja", "oui", "sim", "sí"])
_FALSE = pa.array(["false", "no", "0", "f", "n", "nein", "non", "não"])


def filled(values: pa.Array) -> pa.Array:
    """Return the values with empty text as null."""
    blank = len(values) - np.count_nonzero(np.diff(_bytes_of(values)[0]))
    return values if blank == values.null_count else pc.if_else(pc.equal(values, ""), None, values)


def texts(values: pa.Array, *, escaped: bool) -> pa.Array:
    """Return repaired text: entities undone where they are used, NUL away, NFC, no mojibake."""
    if escaped and pc.any(pc.match_substring(values, "&")).as_py():
        for entity, mark in _ENTITIES:
            values = pc.replace_substring(values, entity, mark)
    if _may_be_blank(values):
        values = pc.if_else(pc.utf8_is_space(values), None, values)
    if not _suspicious(values):
        return filled(values)
    odd = pc.fill_null(pc.match_substring_regex(values, _ODD), fill_value=False)
    if not pc.any(odd).as_py():
        return filled(values)
    mended = pa.array([_mended(t) for t in values.filter(odd).to_pylist()], pa.string())
    return filled(pc.replace_with_mask(values, odd, mended))


def _may_be_blank(values: pa.Array) -> bool:
    """Say whether some text begins as blanks do: with a sign up to the space, or one beyond ASCII."""
    ends, view = _bytes_of(values)
    firsts = view[ends[:-1][np.diff(ends) > 0] - ends[0]]
    return bool(((firsts <= 0x20) | (firsts > 0x7E)).any())  # noqa: PLR2004 - the space, the last sign of ASCII


def _suspicious(values: pa.Array) -> bool:
    """Look for the signs of damage in the bytes of all texts at once."""
    _, view = _bytes_of(values)
    return any(_odd_bytes(view[at : at + _BLOCK + 1]) for at in range(0, len(view), _BLOCK))


def _bytes_of(values: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Return where each text begins and ends, and the bytes of all of them."""
    if not len(values):
        return np.zeros(1, np.int32), np.empty(0, np.uint8)
    _, ends, data = values.buffers()
    offsets = np.frombuffer(ends, np.int32)[values.offset : values.offset + len(values) + 1]
    return offsets, np.frombuffer(data or b"", np.uint8)[offsets[0] : offsets[-1]]


def _odd_bytes(view: npt.NDArray[np.uint8]) -> bool:
    if view.max() < 128:  # noqa: PLR2004 - ASCII
        return bool(view.min() == 0)
    data = view.tobytes()
    if any(sign in data for sign in _SIGNS):
        return True
    after = view[1:]
    return bool(((view[:-1] == _LATIN) & ((after <= 0x83) | (after == 0xA2))).any())  # noqa: PLR2004 - À to Ã, â


def _mended(text: str) -> str:
    """Repair one text; UTF-8 read as cp1252 is tried where Latin-1 is not the answer."""
    undone = mojibake(text)
    if undone == text:
        try:
            undone = text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            undone = text
    return repair(undone)


def ids(values: pa.Array) -> pa.Array:
    """Return native ids: out of a list of one, without the `.0` of a spreadsheet; damaged ones are null.

    A number in scientific notation, or one of more than 15 digits with a `.0`, has lost its last digits.
    """
    if _digits(values):
        return values
    if _any(values, r"^\s|\s$|^\[|\.0$|[eE]\+"):
        values = pc.replace_substring_regex(values, r"^[\s\['\"]+|[\s\]'\"]+$", "")
        values = pc.replace_substring_regex(values, r"^(\d{1,15})\.0$", r"\1")
        lost = pc.match_substring_regex(values, r"^\d{16,}\.0$|^\d(\.\d+)?[eE]\+?\d+$|,")
        values = pc.if_else(lost, None, values)
    blank = pc.is_in(values, value_set=pa.array(["", "None", "null", "nan", "NaN", "-1"]))
    values = pc.if_else(blank, None, values) if pc.any(blank).as_py() else values
    return accounts(values) if _any(values, "^@") else values


def _digits(values: pa.Array) -> bool:
    """Say whether all are written in digits alone, as most ids are: then there is nothing to mend."""
    ends, signs = _bytes_of(values)
    blank = len(values) - np.count_nonzero(np.diff(ends))
    return bool(blank == values.null_count and (signs - np.uint8(ord("0")) <= 9).all())  # noqa: PLR2004 - a digit


def accounts(values: pa.Array) -> pa.Array:
    """Return ids of accounts: '@handle' in lower case, native ids as they are."""
    return pc.if_else(pc.starts_with(values, "@"), pc.utf8_lower(values), values)


def handles(values: pa.Array) -> pa.Array:
    """Return handles without '@', blanks as null."""
    return filled(pc.utf8_ltrim(pc.utf8_trim_whitespace(values), "@"))


def _any(values: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern)).as_py())


def whole(values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return counts as int64 (negative ones, which mean absent, as null), and which texts are no numbers.

    Understands `1,234`, `1.234`, `12.0`, `1.2K` and `3M`.
    """
    try:
        numbers = values.cast(pa.int64())
        wrong = pa.repeat(pa.scalar(value=False), len(values))
    except pa.ArrowInvalid:
        numbers = _written(pc.utf8_trim_whitespace(values))
        wrong = pc.and_(
            pc.is_null(numbers),
            pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(values), ""), fill_value=False),
        )
    negative = pc.less(numbers, 0)
    return (pc.if_else(negative, None, numbers) if pc.any(negative).as_py() else numbers), wrong


def _written(values: pa.Array) -> pa.Array:
    grouped = pc.match_substring_regex(values, r"^-?\d{1,3}([.,\s\x{a0}\x{202f}']\d{3})+$")
    plain = pc.if_else(grouped, pc.replace_substring_regex(values, r"[^\d-]", ""), values)
    parts = pc.extract_regex(plain, r"^(?P<n>-?\d{1,15})(?:[.,](?P<f>\d+))?\s*(?P<u>[KkMm]?)$")
    unit = pc.utf8_lower(pc.struct_field(parts, "u"))
    scale = pc.if_else(pc.equal(unit, "k"), 1e3, pc.if_else(pc.equal(unit, "m"), 1e6, 1.0))
    number = pc.binary_join_element_wise(
        pc.struct_field(parts, "n"), pc.binary_join_element_wise(pc.struct_field(parts, "f"), "0", ""), "."
    )
    return pc.round(pc.multiply(number.cast(pa.float64()), scale)).cast(pa.int64())


def flags(values: pa.Array) -> pa.Array:
    """Return yes and no, in words or figures, as booleans; anything else is null."""
    lower = pc.utf8_lower(pc.utf8_trim_whitespace(values))
    no = pc.if_else(pc.is_in(lower, value_set=_FALSE), pa.scalar(value=False), pa.scalar(None, pa.bool_()))
    return pc.if_else(pc.is_in(lower, value_set=_TRUE), pa.scalar(value=True), no)


def lists(values: pa.Array, strip: str = "") -> pa.Array:
    """Return lists out of `['a', 'b']`, `["a"]`, `a,b`, `a b`; blanks are null.

    Args:
        values: Text.
        strip: Characters to take off the beginning of each item.
    """
    marks = f"[\\[\\]'\"{{}}{re.escape(strip)}]"
    bare = filled(pc.utf8_trim(pc.replace_substring_regex(values, marks, ""), " ,;|\n\t"))
    return pc.split_pattern_regex(bare, r"\s*[,;|]\s*|\s+").cast(_STRINGS)


def named(lists_of_names: pa.Array) -> pa.Array:
    """Return lists of accounts: native ids as they are, handles as '@handle' in lower case."""
    flat = lists_of_names.flatten()
    native = pc.match_substring_regex(flat, r"^\d+$|^did:|/")
    handle = pc.binary_join_element_wise("@", pc.utf8_lower(pc.utf8_ltrim(flat, "@")), "")
    offsets = np.concatenate([[0], np.cumsum(pc.fill_null(pc.list_value_length(lists_of_names), 0).to_numpy())])
    rebuilt = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pc.if_else(native, flat, handle))
    return pc.if_else(pc.is_null(lists_of_names), pa.scalar(None, _STRINGS), rebuilt)


def plain_times(values: pa.Array) -> pa.Array:
    """Return times with letters of a zone as an offset, `27-Dec-2020` and `Dec 27, 2020` as `27 Dec 2020`.

    Whether there is anything to do is told by the first values: a column is written in one way.
    """
    if pc.all(pc.ends_with(values.slice(0, _LOOK), "Z")).as_py():
        return values
    if _begins(values, rf"\s(?:{'|'.join(_ZONES)})$"):
        for zone, offset in _ZONES.items():
            values = pc.replace_substring_regex(values, rf"\s{zone}$", f" {offset}")
    if _begins(values, _HYPHENS):
        values = pc.replace_substring_regex(values, _HYPHENS, r"\1 \2 \3")
    if _begins(values, _MONTH_FIRST):
        values = pc.replace_substring_regex(values, _MONTH_FIRST, r"\2 \1 \3")
    return values


def _begins(values: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values.slice(0, _LOOK), pattern)).as_py())


def with_clock(dates: pa.Array, clock: pa.Array) -> pa.Array:
    """Return dates with the time of day that stands in another column, where they say none themselves."""
    bare = pc.and_(pc.invert(pc.match_substring(dates, ":")), pc.is_valid(clock))
    whole = pc.binary_join_element_wise(dates, pc.coalesce(clock, pa.scalar("")), " ")
    return pc.if_else(pc.fill_null(bare, fill_value=False), whole, dates)


def tones(values: pa.Array) -> pa.Array:
    """Return positive, neutral or negative out of words in six languages or a number; else null."""
    once = values.dictionary_encode()
    lower = pc.utf8_lower(pc.utf8_trim_whitespace(once.dictionary))
    worded = pc.take(pa.array(list(_TONES.values())), pc.index_in(lower, value_set=pa.array(list(_TONES))))
    number = pc.if_else(pc.match_substring_regex(lower, r"^-?\d{1,3}(\.\d+)?$"), lower, None).cast(pa.float64())
    signed = pc.if_else(pc.greater(number, 0), "positive", pc.if_else(pc.less(number, 0), "negative", "neutral"))
    return pc.coalesce(worded, signed).take(once.indices)


def networks(values: pa.Array) -> pa.Array:
    """Return our names of networks and kinds of sites out of a tool's: `SOCIALMEDIA,SOCIALMEDIA_TWITTER` is x.

    What is not known is null.
    """
    once = values.dictionary_encode()
    bare = pc.replace_substring_regex(pc.utf8_lower(once.dictionary), r"""[\[\]"'\s]+$|^[\[\]"'\s]+|^.*,\s*["']?""", "")
    bare = pc.replace_substring_regex(bare, r"^socialmedia_", "")
    known = pa.array(list(_NETWORKS))
    which = pc.coalesce(
        pc.index_in(bare, value_set=known),
        pc.index_in(pc.replace_substring_regex(bare, r"_.*$", ""), value_set=known),
    )
    return pc.take(pa.array(list(_NETWORKS.values())), which).take(once.indices)
