"""What of a post of X is read where it is shaped as X has written it since 2019.

Fields that are not named here are passed over by the parser. A post of another shape (an id that is a
number, no text) is read as plain values. `msgspec.to_builtins` gives back what `_x_tweet.records` takes:
no condition there tells an absent field from a null one, once those that are None are left out.
"""

from typing import Any

import msgspec


class Url(msgspec.Struct, omit_defaults=True, gc=False):
    """A link."""

    url: str
    expanded_url: str | None = None


class Tag(msgspec.Struct, gc=False):
    """A hashtag."""

    text: str


class Named(msgspec.Struct, omit_defaults=True, gc=False):
    """An account that is named."""

    screen_name: str
    id_str: str | None = None
    id: str | int | None = None


class Media(msgspec.Struct, omit_defaults=True, gc=False):
    """A picture or a video."""

    url: str | None = None


class Entities(msgspec.Struct, omit_defaults=True, gc=False):
    """What is named in a text."""

    urls: tuple[Url, ...] = ()
    hashtags: tuple[Tag, ...] = ()
    user_mentions: tuple[Named, ...] = ()
    media: tuple[Media, ...] = ()


class Extended(msgspec.Struct, omit_defaults=True, gc=False):
    """All pictures, where `Entities` names the first alone."""

    media: tuple[Media, ...] = ()


class Edits(msgspec.Struct, omit_defaults=True):
    """What is told of editions; `initial` is of no use."""

    edit: dict[str, Any] | None = None


class Post(msgspec.Struct, omit_defaults=True, gc=False):
    """A post."""

    id_str: str
    full_text: str
    created_at: str
    favorite_count: str | int | None = None
    retweet_count: str | int | None = None
    lang: str | None = None
    entities: Entities | None = None
    extended_entities: Extended | None = None
    in_reply_to_status_id_str: str | None = None
    in_reply_to_status_id: str | int | None = None
    in_reply_to_user_id_str: str | None = None
    in_reply_to_user_id: str | int | None = None
    in_reply_to_screen_name: str | None = None
    quoted_status_id_str: str | None = None
    retweeted_status: dict[str, Any] | None = None
    retweeted_status_id: str | int | None = None
    retweeted_status_user_id: str | int | None = None
    edit_info: Edits | None = None
    id: str | int | None = None
    text: str | None = None


class Wrapped(msgspec.Struct, gc=False):
    """A post as most archives hold it."""

    tweet: Post


PLAIN = Entities()
"""Of a post that says nothing of what is named in it."""


def shape(head: bytes) -> type:
    """Return how the posts of a file stand in it, by its beginning."""
    return Wrapped if b'"tweet"' in head else Post
