"""The same posts as every other place and tool would hand them over: with its own ids, in its own files."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from valore.world.exports import formats
from valore.world.exports.bluesky import key
from valore.world.exports.own import Profile, Written

Native = Callable[[int, datetime], str]
"""(number of the post, when) → its id."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """An account on another place."""

    place: str
    id: str
    post: Native
    handle: str | None = None
    """None: as on the first place."""


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _base36(number: int) -> str:
    return _DIGITS[number] if number < len(_DIGITS) else _base36(number // 36) + _DIGITS[number % 36]


_SITE, _DID, _CHANNEL = "https://quaderno.example", "did:plc:annaferri1001", "channel2002"
_HOMES = {
    "bluesky": Home(
        place="bluesky", id=_DID, handle="anna.example", post=lambda _, at: f"at://{_DID}/app.bsky.feed.post/{key(at)}"
    ),
    "crowdtangle": Home(place="facebook", id="100100100", post=lambda n, _: f"100100100_{n + 1}"),
    "linkedin": Home(
        place="linkedin", id="1001", post=lambda n, at: f"urn:li:share:{(_milliseconds(at) << 22) + n % 4096}"
    ),
    "pinterest": Home(place="pinterest", id="@annaferri", post=lambda n, _: str(1_000 + n)),
    "reddit": Home(place="reddit", id="@annaferri", post=lambda n, _: f"t3_{_base36(36**5 + n)}"),
    "telegram": Home(place="telegram", id=_CHANNEL, post=lambda n, _: f"{_CHANNEL}/{n + 2}"),
    "threads": Home(place="threads", id="@annaferri", post=lambda n, _: str(n)),
    "tiktok": Home(place="tiktok", id="@annaferri", post=lambda n, at: str((int(at.timestamp()) << 32) + n)),
    "tumblr": Home(place="tumblr", id="@annaferri", post=lambda n, _: str(700_000_000_000 + n)),
    "wordpress": Home(place="wordpress", id=f"{_SITE}/?author=1", post=lambda n, _: f"{_SITE}/?p={n + 2}"),
    "youtube": Home(place="youtube", id="UCanna0000000000000000aa", post=lambda n, _: f"anna-{n:06}"),
}
"""Where the ids are not those of the first place; tools tell of that one."""


def write(folder: Path, owner: Profile, posts: Iterable[Written]) -> list[Path]:
    """Write the posts of one account in every format, and return the files.

    Answers become posts: whom they answer lives on the first place alone.

    Args:
        folder: Made if needed.
        owner: The account on the first place, x.
        posts: Its posts, in order of time.
    """
    said = list(posts)
    folder.mkdir(parents=True, exist_ok=True)
    return [writer(folder, *moved(form, owner, said)) for form, writer in formats().items()]


def moved(form: str, owner: Profile, posts: Iterable[Written]) -> tuple[Profile, Iterator[Written]]:
    """Return the account and the posts as the place of a format knows them."""
    home = _HOMES.get(form)
    if home is None:
        return owner, iter(posts)
    there = replace(owner, place=home.place, id=home.id, handle=home.handle or owner.handle)
    return there, (_alone(post, home.post(n, post.at)) for n, post in enumerate(posts))


def _alone(post: Written, native: str) -> Written:
    return replace(post, id=native, reply=None, reply_author=None, reply_handle=None, reply_name=None)
