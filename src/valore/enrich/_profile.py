"""What can be read of a profile, in any place: numbers, the shape of a name, words, the newest post.

What a place does not give is NaN and stays so. Nothing here is peculiar to one network: each number is
given by several places. `verified` is left out because it is bought in some places and given to the
famous in others, and `listed` because one place alone has it.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from valore.enrich._columns import column, strings
from valore.enrich._sentences import encode, unpack
from valore.enrich._text import words

GROUPS: dict[str, tuple[str, ...]] = {
    "names": (
        "handle_length",
        "handle_digits",
        "handle_capitals",
        "handle_underscores",
        "name_words",
        "name_length",
        "name_capitals",
        "name_like_handle",
    ),
    "bio": (
        "bio_letters",
        "bio_length",
        "bio_links",
        "bio_tags",
        "bio_mentions",
        "bio_contacts",
        "bio_symbols",
        "bio_stops",
    ),
    "counts": (
        "followers",
        "following",
        "posts",
        "followers_per_following",
        "followers_per_post",
    ),
    "likes": ("likes_given", "likes_per_post"),
    "age": ("age_days",),
    "rates": ("posts_per_day", "followers_per_day", "following_per_day"),
    "rest": ("home_page", "has_location", "default_picture", "protected"),
    "latest": (
        "latest_length",
        "latest_links",
        "latest_tags",
        "latest_mentions",
        "latest_answers",
        "latest_reposts",
        "latest_marks",
        "latest_letters",
    ),
}
"""Numbers by what a place gives or does not give together."""
NUMBERS = tuple(name for names in GROUPS.values() for name in names)
"""Names of the numbers, in order."""
READERS = ("names_say", "bio_says", "bio_means", "latest_says")
"""What is read as text: each has a linear model of its own."""
WORDS = 2**16
"""Hashed features of a reader."""
_TRUE = r"(?i)^(1|1\.0|true|yes|t)$"
_FALSE = r"(?i)^(0|0\.0|false|no|f)$"
_NUMBER = r"^\s*-?\d+(\.\d+)?(e[+-]?\d+)?\s*$"
_WORD = r"(?u)\w+"
_CONTACT = r"\S@\S+\.\w|\d{3}.?\d{3}"
_DAY = 86_400_000_000


def numbers(batch: pa.RecordBatch) -> Any:
    """Return the numbers of a batch of accounts, float64 (n, len(NUMBERS)); NaN where unknown."""
    counts = {name: _floats(batch, name) for name in ("followers", "following", "posts", "likes_given")}
    age = (_days(batch, "seen") - _days(batch, "created")).clip(1)
    found = counts | _ratios(counts, age) | _names(batch) | _bios(batch) | _latest(batch)
    found |= {name: truth(batch, name) for name in ("default_picture", "protected")}
    found |= {"home_page": home_page(batch), "has_location": _told(batch, "location")}
    return np.stack([found[name] for name in NUMBERS], axis=1)


def texts(batch: pa.RecordBatch) -> dict[str, Any]:
    """Return for each of READERS its features, (n, k), with no row for a text that is not there.

    The vectors of the bios come from the column `embedding` where the batch has one.
    """
    name, handle, bio, latest = (pc.fill_null(column(batch, c), "") for c in ("name", "handle", "bio", "latest"))
    shaped = pc.binary_join_element_wise(handle, name, " ")
    bare = words(bio)
    return {
        "names_say": sp.hstack([hashed(name), lettered(shaped)]).tocsr(),
        "bio_says": sp.hstack([hashed(bare), lettered(bio)]).tocsr(),
        "bio_means": _meanings(batch, bare),
        "latest_says": sp.hstack([hashed(words(latest)), lettered(latest)]).tocsr(),
    }


def readable(batch: pa.RecordBatch) -> Any:
    """Return which texts are there, booleans (n, len(READERS))."""
    name, handle, bio, latest = (_present(column(batch, c)) for c in ("name", "handle", "bio", "latest"))
    return np.stack([name | handle, bio, bio, latest], axis=1)


def hashed(said: pa.Array) -> Any:
    """Return hashed words and pairs of words, (n, WORDS)."""
    return _hashers()[0].transform(said.to_pylist())


def lettered(said: pa.Array) -> Any:
    """Return hashed groups of letters, (n, WORDS)."""
    return _hashers()[1].transform(pc.utf8_lower(said).to_pylist())


def known(batch: pa.RecordBatch) -> Any:
    """Return how many of name, handle, bio, followers, following, posts are known, int (n,)."""
    seen = [column(batch, c).is_valid().to_numpy(zero_copy_only=False) for c in ("name", "handle", "bio")]
    return np.sum([*seen, *_counted(batch)], axis=0)


def counted(batch: pa.RecordBatch) -> Any:
    """Return where followers, following or posts are known, booleans (n,)."""
    return np.any(_counted(batch), axis=0)


def dated(batch: pa.RecordBatch) -> Any:
    """Return where the age of the account is known, booleans (n,)."""
    return ~np.isnan(_days(batch, "seen") - _days(batch, "created"))


def truth(batch: pa.RecordBatch, name: str) -> Any:
    """Return a yes-or-no column as 1, 0 or NaN, whatever way it is written."""
    if name in batch.schema.names and pa.types.is_boolean(batch.column(name).type):
        return pc.cast(batch.column(name), pa.float64()).to_numpy(zero_copy_only=False).astype(float)
    written = column(batch, name)
    yes, no = (pc.fill_null(pc.match_substring_regex(written, p), False) for p in (_TRUE, _FALSE))
    told = np.where(yes.to_numpy(zero_copy_only=False), 1.0, np.nan)
    return np.where(no.to_numpy(zero_copy_only=False), 0.0, told)


def home_page(batch: pa.RecordBatch) -> Any:
    """Return 1 where a profile gives a page of its own, 0 where a table has a cell for it and it is empty, else NaN.

    `links` holds such pages in records of places; there an empty list may mean that the place has no room for
    them, so it is unknown. `url` counts unless it is the address of the profile itself.
    """
    given = column(batch, "url")
    who = (column(batch, c).to_pylist() for c in ("handle", "id"))
    profile = pa.array(map(_is_profile, given.to_pylist(), *who), pa.bool_())
    said = np.where(pc.fill_null(pc.invert(profile), False).to_numpy(zero_copy_only=False), 1.0, np.nan)
    if "links" in batch.schema.names and pa.types.is_list(batch.column("links").type):
        some = pc.fill_null(pc.greater(pc.list_value_length(batch.column("links")), 0), False)
        return np.where(some.to_numpy(zero_copy_only=False), 1.0, said)
    return np.where(given.is_null().to_numpy(zero_copy_only=False) & ("url" in batch.schema.names), 0.0, said)


def _is_profile(url: str | None, handle: str | None, native: str | None) -> bool | None:
    """Return whether an address is that of the profile itself; None where there is no address."""
    if url is None:
        return None
    path = re.sub(r"^https?://", "", url.lower()).rstrip("/").split("/")
    own = {(handle or "").lower().split("@")[0], (native or "").lower()} - {""}
    return len(path) > 1 and path[-1].lstrip("@") in own


def _ratios(counts: dict[str, Any], age: Any) -> dict[str, Any]:
    followers, following, posts, likes = counts.values()
    return {
        "followers_per_following": (followers + 1) / (following + 1),
        "followers_per_post": followers / (posts + 1),
        "likes_per_post": likes / (posts + 1),
        "age_days": age,
        "posts_per_day": posts / age,
        "followers_per_day": followers / age,
        "following_per_day": following / age,
    }


def _names(batch: pa.RecordBatch) -> dict[str, Any]:
    handle, name = column(batch, "handle"), column(batch, "name")
    return {
        "handle_length": _length(handle),
        "handle_digits": _share(handle, r"\PN"),
        "handle_capitals": _share(handle, r"\P{Lu}"),
        "handle_underscores": _count(handle, "_"),
        "name_words": _length(name, r"\S+\s*", "x"),
        "name_length": _length(name),
        "name_capitals": _share(name, r"\P{Lu}"),
        "name_like_handle": np.array([*map(_alike, name.to_pylist(), handle.to_pylist())], float),
    }


def _alike(name: str | None, handle: str | None) -> float:
    """Return how far a handle is made of a name, in [0, 1]; NaN where either is unknown."""
    if name is None or handle is None:
        return np.nan
    one, other = (re.sub(r"[\W_]+", "", text.lower())[:40] for text in (name, handle.split("@")[0]))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _bios(batch: pa.RecordBatch) -> dict[str, Any]:
    bio = column(batch, "bio")
    return {
        "bio_letters": _length(bio, r"\PL"),
        "bio_length": _length(bio),
        "bio_links": _count(bio, r"https?://|www\."),
        "bio_tags": _count(bio, "#"),
        "bio_mentions": _count(bio, r"@\w"),
        "bio_contacts": _count(bio, _CONTACT),
        "bio_symbols": _length(bio, r"[\pL\pN\pP\pZ\n\r]"),
        "bio_stops": _count(bio, r"[.!|]"),
    }


def _latest(batch: pa.RecordBatch) -> dict[str, Any]:
    said = column(batch, "latest")
    return {
        "latest_length": _length(said),
        "latest_links": _count(said, r"https?://"),
        "latest_tags": _count(said, "#"),
        "latest_mentions": _count(said, r"@\w"),
        "latest_answers": _count(said, r"^@\w"),
        "latest_reposts": _count(said, r"^RT\b"),
        "latest_marks": _count(said, "[!?]"),
        "latest_letters": _length(said, r"\PL") / _length(said).clip(1),
    }


def _meanings(batch: pa.RecordBatch, bare: pa.Array) -> Any:
    if "embedding" in batch.schema.names:
        return unpack(batch.column("embedding"))
    return encode(bare) * _present(bare)[:, None]


def _counted(batch: pa.RecordBatch) -> Sequence[Any]:
    return [~np.isnan(_floats(batch, c)) for c in ("followers", "following", "posts")]


def _present(texts: pa.Array) -> Any:
    return pc.fill_null(pc.greater(pc.utf8_length(texts), 0), False).to_numpy(zero_copy_only=False)


def _floats(batch: pa.RecordBatch, name: str) -> Any:
    written = column(batch, name)
    fits = pc.match_substring_regex(written, _NUMBER)
    read = pc.if_else(fits, pc.utf8_trim_whitespace(written), None).cast(pa.float64())
    return read.to_numpy(zero_copy_only=False).astype(float)


def _days(batch: pa.RecordBatch, name: str) -> Any:
    """Return an instant in days since 1970, NaN where unknown or not ISO 8601."""
    if name not in batch.schema.names:
        return np.full(batch.num_rows, np.nan)
    found = batch.column(name)
    if not pa.types.is_timestamp(found.type):
        day = pc.utf8_slice_codeunits(strings(found), 0, 10)
        found = pc.strptime(day, format="%Y-%m-%d", unit="us", error_is_null=True)
    return found.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(zero_copy_only=False).astype(float) / _DAY


def _length(texts: pa.Array, without: str = "", by: str = "") -> Any:
    rest = pc.replace_substring_regex(texts, without, by) if without else texts
    return pc.utf8_length(rest).to_numpy(zero_copy_only=False).astype(float)


def _share(texts: pa.Array, without: str) -> Any:
    return _length(texts, without) / _length(texts).clip(1)


def _count(texts: pa.Array, pattern: str) -> Any:
    return pc.count_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).astype(float)


def _told(batch: pa.RecordBatch, name: str) -> Any:
    """Return 1 where a text is there; where not, 0 in a table and NaN in records of places (see `home_page`)."""
    empty = np.nan if "links" in batch.schema.names or name not in batch.schema.names else 0.0
    return np.where(_present(column(batch, name)), 1.0, empty)


@cache
def _hashers() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import HashingVectorizer

    common = {"n_features": WORDS, "alternate_sign": False, "norm": "l2", "dtype": np.float32}
    return (
        HashingVectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=_WORD, **common),
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 4), **common),
    )
