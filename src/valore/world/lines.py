"""Posts of a world as columns, with all that is truly known of them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.model import keys
from valore.model.records import content_id
from valore.world.cast import HOST
from valore.world.people import PLACES, People
from valore.world.speech import Ints

NEGATIVE, NEUTRAL, POSITIVE = range(3)
FRESH, EXACT, EDITED, TRANSLATED = range(4)
OPPORTUNITIES = ("brief", "collaboration", "job", "press", "speaking", "question")
_EPOCH_OF_X = 1_288_834_974_657
"""Milliseconds since 1970 from which X's ids count."""
_SEQUENCE = 1 << 22
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Lines:
    """Posts, one a row. Missing is -1 in whole numbers and null in texts."""

    author: Ints
    """Row in `People`."""
    at: Ints
    """Microseconds since 1970."""
    text: pa.Array
    tag: pa.Array
    """The one hashtag, without '#'; null where there is none."""
    language: Ints
    theme: Ints
    stance: Ints
    about: Ints
    """Subject that it speaks of."""
    polarity: Ints
    """For that subject."""
    novelty: Ints
    """Of a subject's own posts."""
    parent: Ints
    """Key of the post that it repeats."""
    named: Ints
    """Row of the account that it names by handle."""
    reply: Ints
    """Key of the post that it answers."""
    reply_author: Ints
    """Row of that post's author."""
    quote: Ints
    quote_author: Ints
    opportunity: Ints
    """Index into `OPPORTUNITIES`."""
    answerable: Ints
    """1 for a question put to a subject."""
    sarcasm: Ints
    crisis: Ints
    id: pa.Array
    key: Ints

    def __len__(self) -> int:
        """Return the number of posts."""
        return len(self.at)

    def take(self, rows: Ints) -> Self:
        """Return some rows, in the order given."""
        index = pa.array(rows)
        picked = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{k: v.take(index) if isinstance(v, pa.Array) else v[rows] for k, v in picked.items()})


_NUMBERS = [f.name for f in fields(Lines) if f.name not in {"text", "tag", "id"}]


def lines(people: People, number: int, *, author: Ints, at: Ints, text: pa.Array, **known: Ints | pa.Array) -> Lines:
    """Make posts and name them as their places do; what is not said is missing.

    `number` is that of the first row: ids of one place and millisecond differ by it.
    """
    many = len(at)
    columns: dict[str, Ints | pa.Array] = {name: np.full(many, -1) for name in _NUMBERS}
    at = at // _SECOND * _SECOND
    columns |= {"author": author, "at": at, "text": text, "tag": pa.nulls(many, pa.string())}
    columns |= {"id": native_ids(people, author, at, number)} | known
    places = pa.array(PLACES).take(pa.array(people.place[author]))
    columns["key"] = np.asarray(keys.keys(places, columns["id"]))
    return Lines(**columns)


def native_ids(people: People, author: Ints, at: Ints, number: int) -> pa.Array:
    """Return ids that carry the time as X's do; Mastodon wraps them in a URI."""
    count = (number + np.arange(len(at))) % _SEQUENCE
    flake = pa.array(((at // 1000 - _EPOCH_OF_X) << 22) + count).cast(pa.string())
    handle = people.handle.take(pa.array(author))
    uri = pc.binary_join_element_wise(f"https://{HOST}/users/", handle, "/statuses/", flake, "")
    return pc.if_else(pa.array(people.place[author] == PLACES.index("mastodon")), uri, flake)


def kept_ids(people: People, said: Lines) -> Lines:
    """Name posts of Facebook and Instagram as their archives let one name them: by what was written."""
    ids, places = said.id.to_pylist(), [PLACES[p] for p in people.place[said.author]]
    handles = people.handle.take(pa.array(said.author)).to_pylist()
    facts = zip(ids, places, handles, said.at.tolist(), said.text.to_pylist(), strict=True)
    named = pa.array([_kept_id(*fact) for fact in facts])
    key = np.asarray(keys.keys(pa.array(places), named))
    return replace(said, id=named, key=key)


def _kept_id(native: str, place: str, handle: str, at: int, text: str) -> str:
    if place not in {"facebook", "instagram"}:
        return native
    media = (picture(at),) if place == "instagram" else ()
    return content_id(f"@{handle}", at, mangled(text), *media)


def picture(at: int) -> str:
    """Return where Instagram's archive keeps the picture of a post."""
    day = datetime.fromtimestamp(at / _SECOND, UTC)
    return f"media/posts/{day:%Y%m}/{at // _SECOND}.jpg"


def mangled(text: str) -> str:
    """Return a text as Meta's archives hold it: each byte of its UTF-8 as a letter."""
    return text.encode("utf-8").decode("latin-1")


def joined(parts: Sequence[Lines]) -> Lines:
    """Return all posts of several parts."""
    columns = {}
    for field in fields(Lines):
        values = [getattr(p, field.name) for p in parts]
        arrow = isinstance(values[0], pa.Array)
        columns[field.name] = pa.concat_arrays(values) if arrow else np.concatenate(values)
    return Lines(**columns)
