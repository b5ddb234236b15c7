"""Arrow schemas of the fact tables: the single source for lake, engine and enrichers.

All instants are timestamp[us, UTC]. Keys are 63-bit integers (`model.keys`); `author`, `actor`,
`target`… are keys of posts or accounts. Every table with a `month` is partitioned by it
("2015-02"; "undated" where no instant is known).

Tables are append-only. A row is one *edition* of a thing: the state of a thing is its edition
with the largest (`revision`, `weight`, `digest`), whatever order the editions came in. `edition`
is 0 for the first stored row of a key, so that a table without later editions (nearly all of
them) needs no search for the newest.
"""

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.string())
KEYS = pa.list_(pa.int64())

_EDITION = [
    pa.field(
        "revision", pa.int64(), nullable=False
    ),  # microseconds of the last edit or deletion, else of publication; -1: an account only named
    pa.field("weight", pa.int32(), nullable=False),  # number of known fields, + 1000 for a tombstone: wins a tie
    pa.field("digest", pa.int64(), nullable=False),  # of all content columns
    pa.field("edition", pa.int32(), nullable=False),
]
_SOURCE = [
    pa.field("source", pa.string(), nullable=False),  # id of the import (beginning of the file's sha256)
    pa.field("file", pa.string()),  # member of the export
    pa.field("pointer", pa.string()),  # where in that member
]
_MONTH = pa.field("month", pa.string(), nullable=False)

POSTS = pa.schema(
    [
        pa.field("key", pa.int64(), nullable=False),
        pa.field("place", pa.string(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("author", pa.int64(), nullable=False),
        pa.field("published", INSTANT, nullable=False),
        pa.field("text", pa.string()),
        pa.field("updated", INSTANT),
        pa.field("deleted", INSTANT),
        pa.field("offset", pa.int32()),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("title", pa.string()),
        pa.field("language", pa.string()),
        pa.field("url", pa.string()),
        pa.field("links", STRINGS),
        pa.field("tags", STRINGS),
        pa.field("mentions", KEYS),
        pa.field("reply_to", pa.int64()),
        pa.field("reply_to_author", pa.int64()),
        pa.field("quote_of", pa.int64()),
        pa.field("quote_of_author", pa.int64()),
        pa.field("thread", pa.int64()),
        pa.field("visibility", pa.string()),
        pa.field("media", pa.int32()),
        pa.field("query", pa.string()),
        *_EDITION,
        *_SOURCE,
        _MONTH,
    ]
)

ACCOUNTS = pa.schema(
    [
        pa.field("key", pa.int64(), nullable=False),
        pa.field("place", pa.string(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("handle", pa.string()),
        pa.field("name", pa.string()),
        pa.field("bio", pa.string()),
        pa.field("url", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("created", INSTANT),
        pa.field("followers", pa.int64()),
        pa.field("following", pa.int64()),
        pa.field("posts", pa.int64()),
        pa.field("listed", pa.int64()),
        pa.field("likes_given", pa.int64()),
        pa.field("verified", pa.bool_()),
        pa.field("automated", pa.bool_()),
        pa.field("protected", pa.bool_()),
        pa.field("default_picture", pa.bool_()),
        pa.field("location", pa.string()),
        pa.field("language", pa.string()),
        pa.field("seen", INSTANT),
        pa.field("links", STRINGS),  # null where there are none
        pa.field("aliases", STRINGS),
        *_EDITION,
        *_SOURCE,
    ]
)
"""Not partitioned. An account known only as author or target is a row with id (and handle) alone."""

INTERACTIONS = pa.schema(
    [
        pa.field("key", pa.int64(), nullable=False),  # of place, kind, actor, and id or target
        pa.field("place", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("actor", pa.int64(), nullable=False),
        pa.field("at", INSTANT),
        pa.field("target", pa.int64()),
        pa.field("target_author", pa.int64()),
        *_SOURCE,
        _MONTH,
    ]
)

OBSERVATIONS = pa.schema(
    [
        pa.field("key", pa.int64(), nullable=False),  # of the post, the moment and the counts
        pa.field("post", pa.int64(), nullable=False),
        pa.field("place", pa.string(), nullable=False),
        pa.field("seen", INSTANT),
        pa.field("likes", pa.int64()),
        pa.field("replies", pa.int64()),
        pa.field("reposts", pa.int64()),
        pa.field("quotes", pa.int64()),
        pa.field("views", pa.int64()),
        pa.field("reach", pa.int64()),
        pa.field("saves", pa.int64()),
        pa.field("clicks", pa.int64()),
        *_SOURCE,
        _MONTH,
    ]
)

ANNOTATIONS = pa.schema(
    [
        pa.field("about", pa.int64(), nullable=False),  # key of a post or an account
        pa.field("subject", pa.string(), nullable=False),  # slug, "" where the label is not for a subject
        pa.field("enricher", pa.string(), nullable=False),
        pa.field("version", pa.string(), nullable=False),  # name@version of the model
        pa.field("label", pa.string()),  # null: unscored (language not known to the model)
        pa.field("value", pa.float64()),  # for measures on a scale, e.g. novelty in [0, 1]
        pa.field("p", pa.list_(pa.float32())),  # class probabilities, in the enricher's order of classes
        pa.field("other", pa.int64()),  # the post that explains it: the copied one, the nearest prior one
        pa.field("vector", pa.binary()),  # an embedding: float32 scale, then int8 numbers
        pa.field("reason", pa.string()),  # what spoke, in a few words; never the post itself
        _MONTH,
    ]
)
"""Partitioned by enricher and month (of the post; "undated" for accounts)."""

FAULTS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("pointer", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("detail", pa.string(), nullable=False),
    ]
)

TABLES: dict[str, pa.Schema] = {
    "posts": POSTS,
    "accounts": ACCOUNTS,
    "interactions": INTERACTIONS,
    "observations": OBSERVATIONS,
    "annotations": ANNOTATIONS,
    "faults": FAULTS,
}

PARTITIONS: dict[str, list[str]] = {
    "posts": ["month"],
    "accounts": [],
    "interactions": ["month"],
    "observations": ["month"],
    "annotations": ["enricher", "month"],
    "faults": [],
}
