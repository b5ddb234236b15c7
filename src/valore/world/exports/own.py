"""Posts of one account, row by row, as the writers of archives want them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from valore.world.lines import Lines
from valore.world.people import PLACES, People
from valore.world.speech import LANGUAGES, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One post with what its archive tells of it."""

    id: str
    at: datetime
    text: str
    tag: str | None
    language: str
    reply: str | None
    """Native id of the post that it answers."""
    reply_author: str | None
    """Native id of that post's author."""
    reply_handle: str | None
    reply_name: str | None
    likes: int
    reposts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The account of an archive."""

    place: str
    id: str
    handle: str
    name: str
    bio: str


def written(
    people: People, said: Lines, account: int, counts: dict[str, Ints], replies: dict[int, str]
) -> Iterator[Written]:
    """Yield the posts of one account in order of time.

    Args:
        people: All accounts.
        said: Posts of subjects; the first ones are the wall, to which `counts` belong.
        account: Row of the account.
        counts: Likes and reposts of each post of the wall.
        replies: Native ids by key, of the posts that are answered.
    """
    rows = np.flatnonzero(said.author == account)
    rows = rows[np.argsort(said.at[rows], kind="stable")]
    part = said.take(rows)
    handles, names = people.handle, people.name
    texts, tags, ids = part.text.to_pylist(), part.tag.to_pylist(), part.id.to_pylist()
    for number, row in enumerate(rows.tolist()):
        whom = int(part.reply_author[number])
        yield Written(
            id=ids[number],
            at=datetime.fromtimestamp(int(part.at[number]) / 1e6, UTC),
            text=texts[number],
            tag=tags[number],
            language=LANGUAGES[int(part.language[number])],
            reply=replies.get(int(part.reply[number])),
            reply_author=people.id[whom].as_py() if whom >= 0 else None,
            reply_handle=handles[whom].as_py() if whom >= 0 else None,
            reply_name=names[whom].as_py() if whom >= 0 else None,
            likes=int(counts["likes"][row]) if row < len(counts["likes"]) else 0,
            reposts=int(counts["reposts"][row]) if row < len(counts["reposts"]) else 0,
        )


def profile(people: People, account: int, bios: pa.Array) -> Profile:
    """Return what the archive says of its owner."""
    return Profile(
        place=PLACES[int(people.place[account])],
        id=people.id[account].as_py(),
        handle=people.handle[account].as_py(),
        name=people.name[account].as_py(),
        bio=bios[account].as_py() or "",
    )
