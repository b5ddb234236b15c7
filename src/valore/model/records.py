"""What places yield: records in the ActivityStreams 2.0 vocabulary, and what could not be read.

Records are named tuples, so that a batch of them turns into columns without touching each
field by hand. They carry *native* ids; keys are computed for a whole batch (`model.batch`).

An `Instant` is a whole number of microseconds since 1970-01-01T00:00:00Z. Missing is None, never 0.
An account is named by its native id where the place gives one, else by `"@" + handle` in lower case.
"""

import hashlib
from typing import Any, NamedTuple

import pyarrow as pa

from valore.errors import N_

Instant = int


def content_id(author: str, published: Instant, text: str | None, *media: str) -> str:
    """Return an id for a post whose place gives none: the same words of one author at one instant.

    Args:
        author: Native id of the account.
        published: As in `Post`.
        text: As the place wrote it, before any repair, so that a better repair keeps the id.
        media: Addresses of its pictures and videos, as written.

    >>> content_id("anna", 0, "Ciao")
    '45a069b365fe775132af96a996f9a83d'
    """
    whole = "\x1f".join((author, str(published), text or "", *media))
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Post(NamedTuple):
    """Content appearing for the first time (also a reply or a quote, which are acts as well).

    A repost without words of its own is not a post but an `Interaction`.
    """

    place: str
    """Name of the network: x, facebook, instagram, googleplus, mastodon, feed, …"""
    id: str
    """Native id; where a place gives none, `model.records.content_id(...)`."""
    author: str
    """Native id of the account that wrote it."""
    published: Instant
    pointer: str
    """Where in its file it stands: JSON pointer, line or row (`/orderedItems/7`, `L12`)."""
    text: str | None = None
    """Plain text, repaired, HTML already turned to text."""
    updated: Instant | None = None
    """Of the last edit, None when never edited or not said."""
    deleted: Instant | None = None
    """A tombstone: when it was deleted; the text is then None."""
    offset: int | None = None
    """Original offset from UTC in minutes."""
    kind: str = "Note"
    """AS2 object type: Note, Article, Image, Video, Audio, Question, Page, Event."""
    title: str | None = None
    language: str | None = None
    """BCP 47 tag as the place declares it."""
    url: str | None = None
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Hashtags without '#', as written."""
    mentions: tuple[str, ...] = ()
    """Native ids (or '@handle') of the accounts named."""
    reply_to: str | None = None
    reply_to_author: str | None = None
    quote_of: str | None = None
    quote_of_author: str | None = None
    thread: str | None = None
    """Native id of the conversation's first post."""
    visibility: str | None = None
    """public, unlisted, followers, group, private; None when not said."""
    media: int | None = None
    """Number of pictures, videos and sounds attached."""
    query: str | None = None
    """What was asked when it was collected by a listening tool: a query, an entity, a brand."""


class Account(NamedTuple):
    """A profile as seen at one moment."""

    place: str
    id: str
    pointer: str
    handle: str | None = None
    """Without '@'; with '@host' where the place is federated."""
    name: str | None = None
    bio: str | None = None
    url: str | None = None
    kind: str | None = None
    """AS2 actor type as declared: Person, Organization, Service, Application, Group."""
    created: Instant | None = None
    followers: int | None = None
    following: int | None = None
    posts: int | None = None
    listed: int | None = None
    likes_given: int | None = None
    verified: bool | None = None
    automated: bool | None = None
    """The account declares itself a bot."""
    protected: bool | None = None
    default_picture: bool | None = None
    location: str | None = None
    language: str | None = None
    seen: Instant | None = None
    """When the profile was as described; None when not said."""
    links: tuple[str, ...] = ()
    """Addresses that the profile gives as its holder's own: home page, fields marked rel=me."""
    aliases: tuple[str, ...] = ()
    """Addresses of other accounts of the same holder, as ActivityStreams' alsoKnownAs says."""


class Interaction(NamedTuple):
    """An act without words of its own: repost, like, follow. Replies and quotes are posts."""

    place: str
    kind: str
    """repost, like, follow."""
    actor: str
    """Native id of the account that acts."""
    pointer: str
    at: Instant | None = None
    target: str | None = None
    """Native id of the post acted upon."""
    target_author: str | None = None
    """Native id of the account acted upon."""
    id: str | None = None
    """Native id of the act itself, where it has one (an X retweet does)."""


class Observation(NamedTuple):
    """Counts of a post as seen at one moment; None where the place does not say."""

    place: str
    id: str
    """Native id of the post."""
    pointer: str
    seen: Instant | None = None
    likes: int | None = None
    replies: int | None = None
    reposts: int | None = None
    quotes: int | None = None
    views: int | None = None
    reach: int | None = None
    saves: int | None = None
    clicks: int | None = None


class Opinion(NamedTuple):
    """What a listening tool thinks of the tone of a post: one opinion with its source, never a measure's own label."""

    place: str
    id: str
    """Native id of the post."""
    pointer: str
    tool: str
    """Who says so, in lower case: brandwatch. Kept as enricher `vendor:brandwatch`, version `brandwatch@export`."""
    label: str
    """positive, neutral or negative."""
    published: Instant | None = None
    """Of the post."""
    subject: str = ""
    """What was asked for, as the tool names it; empty where it does not say."""


class Rows(NamedTuple):
    """Many records at once, already in columns: the fast way of tables.

    `table` is posts, accounts, interactions, observations or annotations (opinions); the columns of
    `batch` are a subset of the fields of the record of that name, with the same meaning (instants as
    timestamp[us, UTC] or int64; lists as list<string>).
    """

    table: str
    batch: pa.RecordBatch


Record = Post | Account | Interaction | Observation | Opinion | Rows

TABLE_OF: dict[type, str] = {
    Post: "posts",
    Account: "accounts",
    Interaction: "interactions",
    Observation: "observations",
    Opinion: "annotations",
}


class Where(NamedTuple):
    """A place in a file: member name and pointer (JSON pointer, `L12`, `row 7`)."""

    file: str
    pointer: str


class Fault(NamedTuple):
    """A record that could not be read. `reason` is a code of `REASONS`; never holds a post's text."""

    where: Where
    reason: str
    detail: str = ""


REASONS: dict[str, str] = {
    "no_date": N_("it has no date"),
    "bad_date": N_("its date cannot be read"),
    "no_id": N_("it has no id"),
    "no_author": N_("it does not say who wrote it"),
    "no_content": N_("it has nothing to read"),
    "bad_shape": N_("it is not shaped as this place writes it"),
    "bad_json": N_("this is not valid JSON"),
    "bad_xml": N_("this is not valid XML"),
    "bad_row": N_("its columns do not match the header"),
    "bad_number": N_("a number cannot be read"),
    "bad_encoding": N_("its characters cannot be read"),
    "truncated": N_("the file ends in the middle"),
    "too_large": N_("it is larger than the limit"),
    "too_deep": N_("it is nested deeper than the limit"),
    "duplicate_id": N_("another record of the same file has this id and other content"),
    "damaged": N_("the archive is damaged here"),
}
"""Reasons of a fault, in plain English (the message id of the translation)."""


class Raw(NamedTuple):
    """One record as the place wrote it, before it is understood. `kind` is private to the place."""

    kind: str
    where: Where
    """Of the first, where it holds many."""
    value: Any
    holds: int = 1
    """How many records it holds."""


class Cursor(NamedTuple):
    """A safe stop: everything before it has been yielded. `position` is private to the place."""

    position: str
