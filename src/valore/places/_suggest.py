"""A mapping for a table that nobody has described: by the names of its columns, then by their values.

A name proposes, the values decide: a column called `retweeted` that holds true and false is no id.
Among columns of times the one that says its offset from UTC is preferred to a bare wall clock.
"""

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from valore.places import _times
from valore.places._mapping import COUNT_FIELDS, TIME_FIELDS, Mapping
from valore.places._names import NAMES, PLACES, SITES, fold

_HANDLE = r"^@?[\w.\-]{1,40}(@[\w.\-]+\.\w+)?$"
_NATIVE = r"^(\d+|did:[a-z]+:.+|https?://.+|[0-9a-f-]{32,36})$"
_LOSSY = r"^\d(\.\d+)?[eE]\+?\d+$"
_ZONED = 0.5
"""What saying its offset adds to the certainty of a column of times."""
_ENOUGH = 0.3
_MOST, _MUCH, _NEARLY, _ALL = 0.5, 0.8, 0.9, 0.95
"""Shares of values that must agree."""
_FEW = 60
"""Different values that a column of queries or brands may have."""
_SHORT = 3
"""Letters of a word that stands everywhere."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of the sample, blanks taken for nothing."""

    name: str
    values: pa.Array
    """Non-null text."""
    rows: int

    def share(self, pattern: str) -> float:
        """Return the share of values that match, 0 when there are none."""
        return _mean(pc.match_substring_regex(self.values, pattern))

    @property
    def present(self) -> float:
        return len(self.values) / max(self.rows, 1)

    @property
    def distinct(self) -> float:
        return int(pc.count_distinct(self.values).as_py()) / max(len(self.values), 1)

    @property
    def length(self) -> float:
        return float(pc.mean(pc.utf8_length(self.values)).as_py() or 0)


class _Choice(NamedTuple):
    score: float
    field: str
    column: str


def suggest(sample: pa.Table) -> Mapping:
    """Return the likeliest mapping of a table.

    Args:
        sample: Some thousand rows of text, nested values as columns with dotted names.
    """
    columns = {name: _column(name, sample) for name in sample.column_names}
    chosen = _assign(_by_name(columns))
    for find in (_who, _time_by_shape, _text_by_shape, _id_by_shape, _query_by_shape):
        chosen |= find(columns, chosen)
    if (name := chosen.get("author_name")) and any(
        chosen[f].column == name.column for f in chosen if f != "author_name"
    ):
        del chosen["author_name"]
    fields = {c.field: c.column for c in chosen.values()}
    return Mapping(
        columns=MappingProxyType(fields),
        place=_place(columns, fields),
        time_format=_form(columns, fields),
        escaped=_escaped(columns, fields),
        certainty=MappingProxyType({c.field: round(min(c.score, 1), 2) for c in chosen.values()}),
    )


def _column(name: str, sample: pa.Table) -> _Column:
    values = sample.column(name).combine_chunks().cast(pa.string())
    trimmed = pc.utf8_trim_whitespace(values).drop_null()
    blank = pc.is_in(trimmed, value_set=pa.array(["", "[]", "{}", "None", "none", "null", "nan", "NaN", "N/A"]))
    return _Column(name, trimmed.filter(pc.invert(blank)), sample.num_rows)


def _mean(flags: pa.Array) -> float:
    return float(pc.mean(flags.cast(pa.float64())).as_py() or 0)


def _by_name(columns: Dict[str, _Column]) -> Iterator[_Choice]:
    for name, column in columns.items():
        folded, last = fold(name), fold(name.rsplit(".", 1)[-1])
        for field, known in NAMES.items():
            if field == "who":
                continue
            score = _rank(folded, known) or (0.65 * _rank(last, known) if field in _INNER else 0)
            if score and (fit := _fit(field, column)):
                yield _Choice(score * fit, field, name)


_INNER = frozenset(("text", *COUNT_FIELDS))
"""Fields whose names mean the same however deep they stand (`data.legacy.full_text`)."""


def _rank(name: str, known: tuple[str, ...]) -> float:
    return 0.95 - 0.3 * known.index(name) / len(known) if name in known else 0.0


def _assign(choices: Iterator[_Choice]) -> dict[str, _Choice]:
    """Give each field one column and each column one field, the surest first."""
    chosen: dict[str, _Choice] = {}
    used: set[str] = set()
    for choice in sorted(choices, key=lambda c: (-c.score, c.field, c.column)):
        if choice.field not in chosen and choice.column not in used:
            chosen[choice.field] = choice
            used.add(choice.column)
    return chosen


def _fit(field: str, column: _Column) -> float:
    """Return how well the values suit a field: 0 not at all, 1 well, more when better than a name says."""
    if not len(column.values):
        return 0.0
    if field in TIME_FIELDS:
        return _time_fit(column)
    if field in COUNT_FIELDS or field in _NUMBERS:
        return float(column.share(r"^-?\d[\d.,\s]*[KkMm]?$") > _ALL)
    check = _FITS.get(field)
    return check(column) if check is not None else 1.0


def _time_fit(column: _Column) -> float:
    found = _times.form(column.values)
    return found.share + _ZONED * found.zoned if found is not None and found.share > _MUCH else 0.0


def _id_fit(column: _Column) -> float:
    if column.share(_LOSSY) > 0 or column.share(r"\s") > 1 - _ALL or column.present < _NEARLY:
        return 0.0
    return float(column.distinct > _MOST)


def _reference_fit(column: _Column) -> float:
    return float(column.share(r"^\[?['\"]?[^\s,]{3,}['\"]?\]?$") > _NEARLY and not column.share(r"(?i)^(true|false)$"))


def _text_fit(column: _Column) -> float:
    wordy = column.share(r"\pL{2}") > _MOST and (column.share(r"\s") > 0.3 or column.length > 12)  # noqa: PLR2004 - sentences
    return float(wordy and column.share(r"^https?://\S+$") < _MOST)


_FITS: Dict[str, Callable[[_Column], float]] = MappingProxyType(
    {
        "id": _id_fit,
        "text": _text_fit,
        "title": lambda c: float(c.share(r"\pL{2}") > _MOST),
        "author": lambda c: float(c.present > _MUCH and c.share(_LOSSY) == 0),
        "author_handle": lambda c: float(c.present > _MUCH and c.share(_HANDLE) > _NEARLY),
        "author_name": lambda c: float(c.present > _MOST),
        "author_url": lambda c: float(c.share(r"^https?://") > _NEARLY),
        "author_verified": lambda c: float(c.share(r"(?i)^(true|false|yes|no|0|1)$") > _ALL),
        "language": lambda c: float(c.share(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$") > _NEARLY),
        "url": lambda c: float(c.share(r"^https?://\S+$") > _MUCH),
        "links": lambda c: float(c.share(r"https?://") > _MOST),
        "place": lambda c: _mean(pc.is_in(pc.utf8_lower(c.values), value_set=pa.array(list(PLACES)))),
        "query": lambda c: float(c.distinct * len(c.values) <= max(_FEW, c.rows // 20)),
        "reply_to": _reference_fit,
        "reply_to_author": _reference_fit,
        "quote_of": _reference_fit,
        "repost_of": _reference_fit,
        "thread": _reference_fit,
    }
)
_NUMBERS = frozenset(("author_followers", "author_following", "author_posts", "author_listed", "author_likes_given"))


def _who(columns: Dict[str, _Column], chosen: Dict[str, _Choice]) -> dict[str, _Choice]:
    """Find what a column named `author` holds: an id, a handle or a name."""
    used = {c.column: f for f, c in chosen.items()}
    found: dict[str, _Choice] = {}
    for name, column in columns.items():
        score = _rank(fold(name), NAMES["who"])
        if used.get(name) == "author_name" and not chosen.keys() & {"author", "author_handle"}:
            score = 0.6
        elif name in used:
            score = 0
        if not score or column.present < _MOST:
            continue
        field = _kind_of_name(column)
        if field == used.get(name) or (field in chosen and field != "author_name") or _better(found, field, score):
            continue
        found[field] = _Choice(score, field, name)
    return found


def _better(found: Dict[str, _Choice], field: str, score: float) -> bool:
    return field in found and found[field].score >= score


def _kind_of_name(column: _Column) -> str:
    if column.share(_NATIVE) > _NEARLY:
        return "author"
    return "author_handle" if column.share(_HANDLE) > _ALL else "author_name"


def _free(columns: Dict[str, _Column], chosen: Dict[str, _Choice]) -> list[_Column]:
    used = {c.column for c in chosen.values()}
    return [c for n, c in columns.items() if n not in used and len(c.values)]


def _time_by_shape(columns: Dict[str, _Column], chosen: Dict[str, _Choice]) -> dict[str, _Choice]:
    """Prefer a column that says its offset over a wall clock that was chosen by name."""
    clock = chosen.get("published")
    if clock is not None and clock.score > 1:
        return {}
    scored = ((_time_fit(c) * _time_name(c), c.name) for c in _free(columns, chosen))
    score, name = max(scored, default=(0.0, ""))
    enough = clock.score if clock is not None else _ENOUGH
    return {"published": _Choice(score, "published", name)} if score > enough else {}


def _time_name(column: _Column) -> float:
    words = set(fold(column.name).split("_"))
    if words & {
        "scraped",
        "collected",
        "retrieved",
        "crawled",
        "seen",
        "updated",
        "modified",
        "ts",
        "import",
    }:
        return 0.0
    return 0.7 if words & {"created", "published", "posted", "utc", "date", "time", "data", "fecha"} else 0.4


def _text_by_shape(columns: Dict[str, _Column], chosen: Dict[str, _Choice]) -> dict[str, _Choice]:
    if "text" in chosen:
        return {}
    wordy = [c for c in _free(columns, chosen) if _text_fit(c) and c.length > 15]  # noqa: PLR2004 - a sentence
    best = max(wordy, key=lambda c: c.length * c.present, default=None)
    return {} if best is None else {"text": _Choice(0.45, "text", best.name)}


def _id_by_shape(columns: Dict[str, _Column], chosen: Dict[str, _Choice]) -> dict[str, _Choice]:
    if "id" in chosen:
        return {}
    alike = [c for c in _free(columns, chosen) if c.distinct == 1 and c.present == 1 and _id_fit(c) and c.rows > 1]
    best = max((c for c in alike if c.share(r"^\d{6,}$|^[0-9a-f-]{16,}$") == 1), key=lambda c: c.length, default=None)
    return {} if best is None else {"id": _Choice(0.5, "id", best.name)}


def _query_by_shape(columns: Dict[str, _Column], chosen: Dict[str, _Choice]) -> dict[str, _Choice]:
    """A column with few values that stand in the texts themselves is what was searched for."""
    if "query" in chosen or "text" not in chosen:
        return {}
    text = columns[chosen["text"].column]
    for column in _free(columns, chosen):
        few = pc.unique(column.values)
        if len(few) <= _FEW and column.present > _NEARLY and _spoken(few, text.values) > _MOST:
            return {"query": _Choice(0.6, "query", column.name)}
    return {}


def _spoken(words: pa.Array, texts: pa.Array) -> float:
    """Return the share of texts in which one of the words stands, blanks not counting."""
    bare = [w for w in pc.utf8_lower(pc.replace_substring_regex(words, r"[^\pL]", "")).to_pylist() if len(w) > _SHORT]
    if not bare:
        return 0.0
    compact = pc.utf8_lower(pc.replace_substring_regex(texts, r"\s", ""))
    return _mean(pc.match_substring_regex(compact, "|".join(bare)))


def _place(columns: Dict[str, _Column], fields: Dict[str, str]) -> str:
    """Name the network by its addresses, else by the names of the columns."""
    if "url" in fields:
        for pattern, place in SITES.items():
            if columns[fields["url"]].share(pattern) > _NEARLY:
                return place
    words = [set(fold(n).split("_")) for n in columns]
    if any(w & {"tweet", "tweets", "retweet", "retweets", "retweeted"} for w in words):
        return "x"
    return "facebook" if {"facebook", "id"} in words else "table"


def _form(columns: Dict[str, _Column], fields: Dict[str, str]) -> str | None:
    if "published" not in fields:
        return None
    found = _times.form(columns[fields["published"]].values)
    return found.name if found is not None and found.name != "ambiguous" else None


def _escaped(columns: Dict[str, _Column], fields: Dict[str, str]) -> bool:
    return "text" in fields and columns[fields["text"]].share(r"&(amp|lt|gt);") > 0
