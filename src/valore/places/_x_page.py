"""Many posts of an X archive at once: what is ordinary goes by column, the rest post by post.

Says exactly what `_x_tweet.records` says of each post alone.
"""

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from operator import not_
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.model.records import Fault, Record, Rows, Where
from valore.model.source import Page
from valore.model.text import repair, repaired
from valore.model.time import SECOND, x_date, x_dates
from valore.places._x_owner import Owner
from valore.places._x_shape import PLAIN, Media, Named, Post, Wrapped
from valore.places._x_tweet import (
    ADDRESS,
    NOWHERE,
    PLACE,
    Tweet,
    answered,
    language,
    published,
    quoted,
    read,
    records,
)

Notes = dict[int, list[Mapping[str, Any]]]
"""Long texts by the second of their creation: X keeps them without the ids of their posts."""

Two = tuple[str | None, str | None]
"""A post and its author."""
NOBODY: Two = (None, None)
ORDINARY = ("tweet", "tweets", "community-tweet")
"""Files whose posts may go by column."""
_BEGINNING = 40
"""Characters by which a long text is known again."""
_NEAR = (0, -1, 1, -2, 2)
"""Seconds between a post and its long text."""
_ADDRESSED = re.compile(r"(?:@\w{1,20} )+")
_SLIPS = (pa.ArrowException, AttributeError, KeyError, OverflowError, TypeError, ValueError)
"""What a post of another shape makes a reader stumble over; the longer way says what is wrong with it."""
_LARGEST = 2**63 - 1
"""What a count may be; of a larger one the post is kept and the count is a fault."""
_TOLD = ("likes", "reposts")
_INSTANT = pa.timestamp("us", tz="UTC")


class Lists(NamedTuple):
    """A column of lists, their items laid end to end."""

    lengths: "array[int]"
    items: list[str]

    def lay(self, lists: Sequence[Sequence[str]]) -> None:
        """Add one list a post."""
        self.lengths.extend(map(len, lists))
        self.items.extend(chain.from_iterable(lists))

    def column(self) -> pa.Array:
        """Return lists of repaired text."""
        ends = np.zeros(len(self.lengths) + 1, np.int32)
        np.cumsum(self.lengths, out=ends[1:])
        return pa.ListArray.from_arrays(pa.array(ends), pa.array(repaired(self.items), pa.string()))


def _lists() -> Lists:
    return Lists(array("i"), [])


@dataclass(frozen=True, slots=True)
class Cells:
    """Ordinary posts by column."""

    id: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    """As X writes it."""
    pointer: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    language: list[str | None] = field(default_factory=list)
    media: list[int | None] = field(default_factory=list)
    reply: list[Two] = field(default_factory=list)
    quote: list[Two] = field(default_factory=list)
    likes: list[int | None] = field(default_factory=list)
    reposts: list[int | None] = field(default_factory=list)
    links: Lists = field(default_factory=_lists)
    tags: Lists = field(default_factory=_lists)
    mentions: Lists = field(default_factory=_lists)

    def lay(self, posts: Sequence[Post], pointers: Sequence[str]) -> None:
        """Add posts. One column after the other takes half of the time of one post after the other.

        Raises:
            ValueError: a count cannot be read, or not be held; nothing is added.
        """
        likes = [None if p.favorite_count is None else int(p.favorite_count) for p in posts]
        reposts = [None if p.retweet_count is None else int(p.retweet_count) for p in posts]
        if max(filter(None, chain(likes, reposts)), default=0) > _LARGEST:
            raise ValueError
        named = [p.entities or PLAIN for p in posts]
        links = [[repair(u.expanded_url or u.url) for u in e.urls] if e.urls else () for e in named]
        both = list(zip(posts, named, strict=True))
        self.likes.extend(likes)
        self.reposts.extend(reposts)
        self.id.extend([p.id_str for p in posts])
        self.published.extend([p.created_at for p in posts])
        self.pointer.extend(pointers)
        self.text.extend([_said(p) if e.urls or e.media or p.extended_entities else read(p.full_text) for p, e in both])
        self.language.extend([language(p.lang) for p in posts])
        self.media.extend(
            [
                len(_pictures(p)) if e.media or p.extended_entities else None if p.entities is None else 0
                for p, e in both
            ]
        )
        self.reply.extend([_answered(p) if _answers(p) else NOBODY for p in posts])
        self.quote.extend(
            [
                quoted(p.quoted_status_id_str, to, p.id_str)
                if p.quoted_status_id_str or (to and "/status" in to[-1])
                else NOBODY
                for p, to in zip(posts, links, strict=True)
            ]
        )
        self.links.lay(links)
        self.tags.lay([[t.text for t in e.hashtags] if e.hashtags else () for e in named])
        self.mentions.lay([[_account(u) for u in e.user_mentions] if e.user_mentions else () for e in named])


class Tweets(NamedTuple):
    """Posts of one file: of the ordinary ones what matters, the others whole."""

    kind: str
    """Of the file."""
    owner: Owner
    notes: Notes
    cells: Cells
    others: list[tuple[str, Any]]
    """Pointer and value."""

    @classmethod
    def of(cls, kind: str, owner: Owner, notes: Notes) -> "Tweets":
        """Begin empty."""
        return cls(kind, owner, notes, Cells(), [])

    @property
    def size(self) -> int:
        """Return the number of posts."""
        return len(self.cells.id) + len(self.others)

    @property
    def first(self) -> str:
        """Return the pointer of the first ordinary post, else of the first other one."""
        return self.cells.pointer[0] if self.cells.pointer else self.others[0][0]

    def pick(self, page: Page) -> None:
        """Take what matters out of a page while it is warm."""
        values, pointers = page.values, page.pointers()
        if page.shaped:
            posts = [v.tweet for v in values] if values[0].__class__ is Wrapped else values
            plain = [self._plain(post) for post in posts]
            try:
                self.cells.lay(list(compress(posts, plain)), list(compress(pointers, plain)))
            except ValueError:
                plain = []
            else:
                posts, pointers = (list(compress(those, map(not_, plain))) for those in (posts, pointers))
            values = msgspec.to_builtins(posts)
        self.others.extend(zip(pointers, values, strict=True))

    def _plain(self, post: Post) -> bool:
        """Say whether a post is neither a repost, nor an edition, nor a long one, and is whole."""
        text, edits = post.full_text, post.edit_info
        return bool(
            text
            and post.id_str
            and not text.startswith("RT @")
            and not post.retweeted_status_id
            and post.retweeted_status is None
            and (edits is None or edits.edit is None)
            and not (self.notes and _noted(post, self.notes))
        )


def _noted(post: Post, notes: Notes) -> bool:
    at = x_date(post.created_at)
    return at is None or any(at // SECOND + near in notes for near in _NEAR)


def _said(post: Post) -> str:
    """Return the text with its links written out and without the addresses of its pictures."""
    text = post.full_text
    if post.entities is not None:
        for link in post.entities.urls:
            text = text.replace(link.url, link.expanded_url or link.url)
    for picture in _pictures(post):
        text = text.replace(picture.url, "") if picture.url else text
    return read(text)


def _pictures(post: Post) -> tuple[Media, ...]:
    """Return the pictures, of which the entities name the first alone."""
    extended = post.extended_entities.media if post.extended_entities else ()
    return extended or (post.entities.media if post.entities else ())


def _account(user: Named) -> str:
    native = user.id_str or user.id
    return str(native) if native not in NOWHERE else f"@{user.screen_name.lower()}"


def _answers(post: Post) -> bool:
    return bool(post.in_reply_to_user_id_str or post.in_reply_to_user_id or post.in_reply_to_screen_name)


def _answered(post: Post) -> Two:
    status = post.in_reply_to_status_id_str or post.in_reply_to_status_id
    whom = post.in_reply_to_user_id_str or post.in_reply_to_user_id
    return answered(status, whom, post.in_reply_to_screen_name)


def understood(tweets: Tweets, file: str) -> Iterator[Record | Fault]:
    """Yield what the posts say: the ordinary ones in columns, then the others."""
    if tweets.cells.id:
        yield from _rows(tweets, file)
    for pointer, value in tweets.others:
        yield from _single(tweets, value, Where(file, pointer))


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


def _rows(tweets: Tweets, file: str) -> Iterator[Rows | Fault]:
    """Yield posts and their counts in columns; a fault for each whose date cannot be read."""
    cells, rows = tweets.cells, len(tweets.cells.id)
    columns = {
        "id": pa.array(cells.id, pa.string()),
        "published": _dates(cells),
        "pointer": pa.array(cells.pointer, pa.string()),
        "text": pa.array(cells.text, pa.string()),
        "language": pa.array(cells.language, pa.string()),
        "media": pa.array(cells.media, pa.int32()),
        "likes": pa.array(cells.likes, pa.int64()),
        "reposts": pa.array(cells.reposts, pa.int64()),
        **_two("reply_to", cells.reply),
        **_two("quote_of", cells.quote),
        **{name: getattr(cells, name).column() for name in ("links", "tags", "mentions") if getattr(cells, name).items},
        **_same(rows, place=PLACE, author=tweets.owner.id, kind="Note"),
    }
    if tweets.kind == "community-tweet":
        columns |= _same(rows, visibility="group")
    if columns["published"].null_count:
        bad = columns["published"].is_null()
        yield from (Fault(Where(file, pointer), "bad_date") for pointer in columns["pointer"].filter(bad).to_pylist())
        columns = {name: column.filter(pc.invert(bad)) for name, column in columns.items()}
    columns["url"] = pc.binary_join_element_wise(ADDRESS, columns["id"], "")
    yield _columns("posts", {name: column for name, column in columns.items() if name not in _TOLD})
    yield from _counted(columns, tweets.owner)


def _dates(cells: Cells) -> pa.Array:
    """Return instants, null for what cannot be read."""
    found = x_dates(pa.array(cells.published, pa.string()))
    if found.null_count:
        both = zip(cells.published, cells.id, strict=True)
        found = pa.array([published(date, native) for date, native in both], pa.int64()).view(_INSTANT)
    return found


def _two(name: str, pairs: list[Two]) -> dict[str, pa.Array]:
    """Return a post and its author as columns; none where nobody is named."""
    if pairs.count(NOBODY) == len(pairs):
        return {}
    posts, authors = zip(*pairs, strict=True)
    return {name: pa.array(posts, pa.string()), f"{name}_author": pa.array(authors, pa.string())}


def _counted(posts: Mapping[str, pa.Array], owner: Owner) -> Iterator[Rows]:
    """Yield the counts of the posts that have any."""
    told = {name: posts[name] for name in ("place", "id", "pointer", *_TOLD)}
    if owner.seen is not None:
        told["seen"] = pa.repeat(pa.scalar(owner.seen, _INSTANT), len(posts["id"]))
    if all(told[name].null_count for name in _TOLD):
        some = pc.or_(*(told[name].is_valid() for name in _TOLD))
        told = {name: column.filter(some) for name, column in told.items()}
    if len(told["id"]):
        yield _columns("observations", told)


def _same(rows: int, **values: str | None) -> dict[str, pa.Array]:
    return {name: pa.repeat(pa.scalar(value), rows) for name, value in values.items()}


def _columns(table: str, columns: Mapping[str, pa.Array]) -> Rows:
    return Rows(table, pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns)))


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
