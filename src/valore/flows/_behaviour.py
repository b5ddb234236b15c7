"""What the posts at hand say of how accounts act: the columns that `enrich._acts` reads, one step for all."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_LONG = 20
"""Letters from which two equal posts are no chance."""
_SIGNS: Mapping[str, str] = {
    "linked_share": r"https?://",
    "addressed_share": r"(?:^|\W)@\w",
    "marked_share": r"[!?]",
}
_SHARES = (*_SIGNS, "repeated_share", "copied_share", "alike_share")


def behaviour(accounts: pa.Table, posts: pa.Table) -> pa.Table:
    """Return the accounts with the columns of `enrich._acts` and `latest`; null where no post is at hand.

    Args:
        accounts: With `key`.
        posts: `key`, `author`, `published`, `text`; each post once, deleted ones left out.
    """
    by = _signed(posts.sort_by([("published", "ascending"), ("key", "ascending")]))
    means = [(name, "mean") for name in (*_SHARES, "tags_each")]
    told = by.group_by("author", use_threads=False).aggregate(
        [("key", "count"), ("published", "list"), ("text", "last"), *means]
    )
    at = pc.index_in(accounts["key"], value_set=told["author"])
    kept = {"key_count": "posts_seen", "published_list": "times", "text_last": "latest"}
    for column, name in (kept | {f"{name}_mean": name for name, _ in means}).items():
        found = told[column].cast(pa.float64()) if name == "posts_seen" else told[column]
        accounts = accounts.append_column(name, found.take(at))
    return accounts


def _signed(posts: pa.Table) -> pa.Table:
    """Return posts in order of time with, for each, the signs whose means are wanted, as numbers."""
    text, author = pc.fill_null(posts["text"], ""), posts["author"].to_numpy()
    signs = {name: pc.match_substring_regex(text, pattern).to_numpy() for name, pattern in _SIGNS.items()}
    said = pc.utf8_lower(pc.replace_substring_regex(text, r"https?://\S+|@\w+|\s+", ""))
    signs["repeated_share"], signs["copied_share"] = _copies(said, author)
    signs["alike_share"] = _alike(pc.utf8_lower(pc.replace_substring_regex(text, r"^\s*(\S*)(?s:.*)$", r"\1")), author)
    signs["tags_each"] = pc.count_substring(text, "#").to_numpy()
    columns = {name: pa.array(values.astype(float)) for name, values in signs.items()}
    seconds = pc.divide(posts["published"].cast(pa.int64()), 1_000_000)
    return pa.table(
        {"key": posts["key"], "author": posts["author"], "text": posts["text"], "published": seconds} | columns
    )


def _copies(said: Any, author: Any) -> tuple[Any, Any]:
    """Return for each post, in order of time, whether its words were said before by its author, or first by another."""
    words, rows = _numbered(said), np.arange(len(author))
    long = pc.greater_equal(pc.utf8_length(said), _LONG).to_numpy()
    first = np.full(words.max(initial=-1) + 1, len(words))
    np.minimum.at(first, words, rows)
    _, own, which = np.unique(np.stack([words, author]), axis=1, return_index=True, return_inverse=True)
    return long & (own[which.ravel()] < rows), long & (author[first[words]] != author)


def _alike(first: Any, author: Any) -> Any:
    """Return for each post whether another one of its author begins with the same word."""
    pairs = np.stack([_numbered(first), author])
    _, which, many = np.unique(pairs, axis=1, return_inverse=True, return_counts=True)
    return many[which.ravel()] > 1


def _numbered(texts: Any) -> Any:
    """Return a number for each text, the same for equal ones, int64 (n,)."""
    coded = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return coded.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
