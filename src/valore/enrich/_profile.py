"""What can be read of a profile, in any place: numbers in bins, the shape of a name, words.

A feature that a place does not give contributes nothing: every number falls in one of a few bins,
and an unknown one in none. Nothing here is peculiar to one network; `verified` is left out because
it is bought in some places and given to the famous in others.
"""

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import scipy.sparse as sp

from valore.enrich._columns import column, strings
from valore.enrich._sentences import encode, unpack
from valore.enrich._text import words

NUMBERS = (
    "followers",
    "following",
    "posts",
    "listed",
    "likes_given",
    "followers_per_following",
    "age_days",
    "posts_per_day",
    "handle_length",
    "handle_digits",
    "name_words",
    "name_capitals",
    "bio_letters",
    "bio_links",
    "bio_tags",
    "bio_symbols",
    "has_url",
    "has_location",
    "default_picture",
    "protected",
)
"""Names of the numeric features, in order."""
WORDS = 2**16
"""Hashed features of the words of name, handle and bio."""
_TRUE = r"(?i)^(1|1\.0|true|yes|t)$"
_FALSE = r"(?i)^(0|0\.0|false|no|f)$"
_NUMBER = r"^\s*-?\d+(\.\d+)?(e[+-]?\d+)?\s*$"
_WORD = r"(?u)\w+"
_DAY = 86_400_000_000


def numbers(batch: pa.RecordBatch) -> Any:
    """Return the numeric features, float64 (n, len(NUMBERS)); NaN where unknown."""
    counts = [_floats(batch, name) for name in ("followers", "following", "posts", "listed", "likes_given")]
    age = (_days(batch, "seen") - _days(batch, "created")).clip(1)
    handle, name, bio = (column(batch, c) for c in ("handle", "name", "bio"))
    shape = [
        _length(handle, r""),
        _share(handle, r"\PN"),
        _length(name, r"\S+\s*", "x"),
        _share(name, r"\P{Lu}"),
        _length(bio, r"\PL"),
        _count(bio, r"https?://|www\."),
        _count(bio, "#"),
        _length(bio, r"[\pL\pN\pP\pZ\n\r]"),
    ]
    flags = [
        _told(batch, "url"),
        _told(batch, "location"),
        *(truth(batch, c) for c in ("default_picture", "protected")),
    ]
    ratio = (counts[0] + 1) / (counts[1] + 1)
    return np.stack([*counts, ratio, age, counts[2] / age, *shape, *flags], axis=1)


def edges(values: Any, bins: int = 9) -> Any:
    """Return the inner edges of quantile bins of each feature, (len(NUMBERS), bins - 1), NaN where fewer do."""
    out = np.full((values.shape[1], bins - 1), np.nan)
    for i, known in enumerate(v[~np.isnan(v)] for v in values.T):
        if len(known):
            found = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1]))
            out[i, : len(found)] = found
    return out


def binned(values: Any, edges: Any) -> Any:
    """Return one-hot bins, (n, features * (edges + 1)); no bin at all where a value is unknown."""
    wide = edges.shape[1] + 1
    bins = np.stack(
        [np.searchsorted(e[~np.isnan(e)], v, side="right") for e, v in zip(edges, values.T, strict=True)], 1
    )
    rows, features = np.nonzero(~np.isnan(values))
    hot = (np.ones(len(rows), np.float32), (rows, features * wide + bins[rows, features]))
    return sp.csr_matrix(hot, shape=(len(values), values.shape[1] * wide))


def hashed(batch: pa.RecordBatch) -> Any:
    """Return hashed words of bio and name, and letter groups of handle and name, (n, 2 * WORDS)."""
    bio, name, handle = (pc.fill_null(column(batch, c), "") for c in ("bio", "name", "handle"))
    spoken = pc.binary_join_element_wise(words(bio), name, " ")
    shaped = pc.binary_join_element_wise(handle, name, " ")
    by_word, by_letter = _hashers()
    return sp.hstack([by_word.transform(spoken.to_pylist()), by_letter.transform(shaped.to_pylist())]).tocsr()


def bio_vectors(batch: pa.RecordBatch) -> Any:
    """Return sentence vectors of the bios, float32 (n, 512); zeros where there is none.

    Uses the column `embedding` of the batch where it has one.
    """
    if "embedding" in batch.schema.names:
        return unpack(batch.column("embedding"))
    bare = words(column(batch, "bio"))
    return encode(bare) * (pc.utf8_length(bare).to_numpy(zero_copy_only=False) > 0)[:, None]


def known(batch: pa.RecordBatch) -> Any:
    """Return how many of name, handle, bio, followers, following, posts are known, int (n,)."""
    seen = [column(batch, c).is_valid() for c in ("name", "handle", "bio")]
    seen += [pa.array(~np.isnan(_floats(batch, c))) for c in ("followers", "following", "posts")]
    return np.sum([s.to_numpy(zero_copy_only=False) for s in seen], axis=0)


def truth(batch: pa.RecordBatch, name: str) -> Any:
    """Return a yes-or-no column as 1, 0 or NaN, whatever way it is written."""
    if name in batch.schema.names and pa.types.is_boolean(batch.column(name).type):
        return pc.cast(batch.column(name), pa.float64()).to_numpy(zero_copy_only=False).astype(float)
    written = column(batch, name)
    yes, no = (pc.fill_null(pc.match_substring_regex(written, p), False) for p in (_TRUE, _FALSE))
    told = np.where(yes.to_numpy(zero_copy_only=False), 1.0, np.nan)
    return np.where(no.to_numpy(zero_copy_only=False), 0.0, told)


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


def _length(texts: pa.Array, without: str, by: str = "") -> Any:
    rest = pc.replace_substring_regex(texts, without, by) if without else texts
    return pc.utf8_length(rest).to_numpy(zero_copy_only=False).astype(float)


def _share(texts: pa.Array, without: str) -> Any:
    return _length(texts, without) / _length(texts, "").clip(1)


def _count(texts: pa.Array, pattern: str) -> Any:
    return pc.count_substring_regex(texts, pattern).to_numpy(zero_copy_only=False).astype(float)


def _told(batch: pa.RecordBatch, name: str) -> Any:
    """Return 1 where a text is there, 0 where not, NaN where the table has no such column."""
    if name not in batch.schema.names:
        return np.full(batch.num_rows, np.nan)
    length = pc.fill_null(pc.utf8_length(column(batch, name)), 0)
    return (length.to_numpy(zero_copy_only=False) > 0).astype(float)


@cache
def _hashers() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import HashingVectorizer

    common = {"n_features": WORDS, "alternate_sign": False, "norm": "l2"}
    return (
        HashingVectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=_WORD, **common),
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 4), **common),
    )
