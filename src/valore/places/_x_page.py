"""Many posts of an X archive at once: what is ordinary goes by column, the rest post by post.

Says exactly what `_x_tweet.records` says of each post alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from valore.model.records import Fault, Record, Rows, Where
from valore.model.source import Page
from valore.model.time import SECOND, x_date
from valore.places._x_owner import Owner
from valore.places._x_tweet import ADDRESS, PLACE, Tweet, answered, counted, language, published, quoted, records, words

Notes = dict[int, list[Mapping[str, Any]]]
"""Long texts by the second of their creation: X keeps them without the ids of their posts."""

_BEGINNING = 40
"""Characters by which a long text is known again."""
_NEAR = (0, -1, 1, -2, 2)
"""Seconds between a post and its long text."""
_ADDRESSED = re.compile(r"(?:@\w{1,20} )+")
_LARGEST = 2**63 - 1
"""What a count may be; of a larger one the post is kept and the count is a fault."""
_ORDINARY = ("tweet", "tweets", "community-tweet")
_SLIPS = (pa.ArrowException, AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What a post of another shape makes the quick way stumble over; the longer way says what is wrong with it."""
_INSTANT = pa.timestamp("us", tz="UTC")
_COLUMNS = {
    "id": pa.string(),
    "published": _INSTANT,
    "pointer": pa.string(),
    "text": pa.string(),
    "links": pa.list_(pa.string()),
    "tags": pa.list_(pa.string()),
    "mentions": pa.list_(pa.string()),
    "media": pa.int32(),
    "language": pa.string(),
    "reply_to": pa.string(),
    "reply_to_author": pa.string(),
    "quote_of": pa.string(),
    "quote_of_author": pa.string(),
}
"""What differs from post to post, in the order of `_ordinary`; the counts stand behind."""


POINTER = list(_COLUMNS).index("pointer")


class Tweets(NamedTuple):
    """Posts of one file: of the ordinary ones what matters, the others as the archive wrote them."""

    kind: str
    """Of the file."""
    owner: Owner
    cells: list[tuple[Any, ...]]
    """In the order of `_COLUMNS`, then likes and reposts."""
    others: list[tuple[str, Any]]
    """Pointer and value."""
    notes: Notes

    @property
    def size(self) -> int:
        """Return the number of posts."""
        return len(self.cells) + len(self.others)

    def pick(self, page: Page) -> None:
        """Take what matters out of a page while it is warm; what is not ordinary is taken whole."""
        plain = self.owner.id is not None and self.kind in _ORDINARY and not self.notes
        for number, value in enumerate(page.values, page.first or 0):
            pointer = page.prefix if page.first is None else f"{page.prefix}{number}"
            try:
                cells = _ordinary(value.get("tweet", value), pointer) if plain else None
            except _SLIPS:
                cells = None
            if cells is None:
                self.others.append((pointer, value))
            else:
                self.cells.append(cells)


def understood(tweets: Tweets, file: str) -> Iterator[Record | Fault]:
    """Yield what the posts say: the ordinary ones in columns, then the others."""
    yield from _halved(tweets, tweets.cells, file)
    for pointer, value in tweets.others:
        yield from _single(tweets, value, Where(file, pointer))


def _halved(tweets: Tweets, cells: list[tuple[Any, ...]], file: str) -> Iterator[Rows | Fault]:
    """Yield columns; one that cannot be held is a fault, found by halving."""
    try:
        yield from _rows(tweets, cells) if cells else []
    except _SLIPS as error:
        if len(cells) == 1:
            reason = "bad_encoding" if isinstance(error, UnicodeError) else "bad_number"
            yield Fault(Where(file, cells[0][POINTER]), reason)
            return
        for half in (cells[: len(cells) // 2], cells[len(cells) // 2 :]):
            yield from _halved(tweets, half, file)


def _single(tweets: Tweets, value: Any, where: Where) -> list[Record | Fault]:
    """Return what one post says, whatever its shape."""
    inner = value.get("tweet", value) if isinstance(value, dict) else None
    if not isinstance(inner, dict):
        return [Fault(where, "bad_shape")]
    note = _note(inner, tweets.notes) if tweets.notes else None
    return alone(tweets.kind, (tweets.owner, inner, note), where)


def alone(kind: str, tweet: Tweet, where: Where) -> list[Record | Fault]:
    """Return what one post says; what cannot be understood is a fault."""
    try:
        return records(kind, tweet, where)
    except _SLIPS:
        return [Fault(where, "bad_shape")]


def _ordinary(tweet: Mapping[str, Any], pointer: str) -> tuple[Any, ...] | None:
    """Return the cells of a post as X writes them since 2019; None for a repost, an edit, an older shape."""
    get = tweet.get
    native, short = tweet["id_str"], tweet["full_text"]
    at = x_date(tweet["created_at"])
    if not native or not short or at is None or native.__class__ is not str or short.startswith("RT @"):
        return None
    if "retweeted_status" in tweet or get("retweeted_status_id") or "edit" in get("edit_info", ()):
        return None
    text, links, tags, mentions, media = words(short, tweet)
    reply = reply_author = quote = quote_author = None
    if get("in_reply_to_user_id") or get("in_reply_to_user_id_str") or get("in_reply_to_screen_name"):
        reply, reply_author = answered(tweet)
    if "quoted_status_id_str" in tweet or (links and "/status" in links[-1]):
        quote, quote_author = quoted(tweet, links, native)
    likes, reposts = counted(get("favorite_count")), counted(get("retweet_count"))
    if (likes or 0) > _LARGEST or (reposts or 0) > _LARGEST:
        return None
    return (
        native,
        at,
        pointer,
        text,
        links,
        tags,
        mentions,
        media,
        language(get("lang")),
        reply,
        reply_author,
        quote,
        quote_author,
        likes,
        reposts,
    )


def _rows(tweets: Tweets, said: list[tuple[Any, ...]]) -> list[Rows]:
    """Turn cells into columns.

    Raises:
        ArrowException, OverflowError, UnicodeError: one of the cells cannot be held.
    """
    *columns, likes, reposts = zip(*said, strict=True)
    cells = zip(_COLUMNS.items(), columns, strict=True)
    posts = {name: _array(values, kind) for (name, kind), values in cells if not _nothing(values)}
    posts |= _same(len(said), place=PLACE, author=tweets.owner.id, kind="Note")
    posts["url"] = pc.binary_join_element_wise(ADDRESS, posts["id"], "")
    if tweets.kind == "community-tweet":
        posts |= _same(len(said), visibility="group")
    counts = {"likes": pa.array(likes, pa.int64()), "reposts": pa.array(reposts, pa.int64())}
    return [_columns("posts", posts), *_counts(posts, counts, tweets.owner)]


def _counts(posts: Mapping[str, pa.Array], counts: dict[str, pa.Array], owner: Owner) -> Iterator[Rows]:
    """Yield the counts of the posts that have any."""
    told = {name: posts[name] for name in ("place", "id", "pointer")} | counts
    if owner.seen is not None:
        told["seen"] = pa.repeat(pa.scalar(owner.seen, _INSTANT), len(posts["id"]))
    if all(column.null_count for column in counts.values()):
        some = pc.or_(*(column.is_valid() for column in counts.values()))
        told = {name: column.filter(some) for name, column in told.items()}
    if len(told["id"]):
        yield _columns("observations", told)


def _nothing(values: tuple[Any, ...]) -> bool:
    return values.count(None) == len(values) or values.count(()) == len(values)


def _same(rows: int, **values: str | None) -> dict[str, pa.Array]:
    return {name: pa.repeat(pa.scalar(value), rows) for name, value in values.items()}


def _columns(table: str, columns: Mapping[str, pa.Array]) -> Rows:
    return Rows(table, pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)))


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if not pa.types.is_list(kind):
        return pa.array(values, kind)
    ends = pa.array(list(accumulate(map(len, values), initial=0)), pa.int32())
    return pa.ListArray.from_arrays(ends, pa.array(list(chain.from_iterable(values)), pa.string()))


def _note(tweet: Mapping[str, Any], notes: Notes) -> Mapping[str, Any] | None:
    """Return the long text of a post: made in the same moment, with the same beginning."""
    text, native = tweet.get("full_text"), tweet.get("id_str") or tweet.get("id")
    if not isinstance(text, str) or len(text) < _BEGINNING or not isinstance(native, str):
        return None
    at = published(tweet.get("created_at"), native)
    if at is None:
        return None
    starts = (text[:_BEGINNING], _ADDRESSED.sub("", text)[:_BEGINNING])
    near = (note for second in _NEAR for note in notes.get(at // SECOND + second, ()))
    return next((n for n in near if n["text"].startswith(starts)), None)
