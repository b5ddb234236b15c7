"""What a record of a Bluesky repository means. Vocabulary: the lexicons `app.bsky.*`."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from valore.model.records import Account, Fault, Instant, Interaction, Post, Record, Where
from valore.model.text import repair
from valore.model.time import SECOND, Moment, iso

PLACE = "bluesky"
POST, PROFILE = "app.bsky.feed.post", "app.bsky.actor.profile"
_ACTS = {"app.bsky.feed.like": "like", "app.bsky.feed.repost": "repost", "app.bsky.graph.follow": "follow"}
READ = frozenset((POST, PROFILE, *_ACTS))
"""Collections that are read; lists, blocks, gates and settings are nobody's business."""
_TID = "234567abcdefghijklmnopqrstuvwxyz"
_TID_LENGTH, _TID_CLOCK = 13, 10
_BEGUN = 1_640_995_200 * SECOND
"""2022-01-01: the network is younger, so that a key which says less is no time."""


class Uri(NamedTuple):
    """`at://DID/COLLECTION/KEY` in its parts."""

    did: str
    collection: str
    key: str


def uri(address: object) -> Uri | None:
    """Take an address apart; None when it is none.

    >>> uri("at://did:plc:anna/app.bsky.feed.post/3k1")
    Uri(did='did:plc:anna', collection='app.bsky.feed.post', key='3k1')
    """
    if not isinstance(address, str) or not address.startswith("at://"):
        return None
    parts = address[5:].split("/")
    return Uri(*parts) if len(parts) == 3 and all(parts) and parts[0].startswith("did:") else None  # noqa: PLR2004


def tid(key: str) -> Instant | None:
    """Return the time in a record's key; None when it is not of that kind or older than the network.

    >>> tid("3n2ybfxt7ys2m"), tid("self"), tid("2222222222222")
    (1795441685207000, None, None)
    """
    if len(key) != _TID_LENGTH or any(c not in _TID for c in key):
        return None
    number = 0
    for sign in key:
        number = number * 32 + _TID.index(sign)
    at = number >> _TID_CLOCK
    return at if _BEGUN <= at < 1 << 53 else None


def records(address: str, value: Any, where: Where, indexed: Instant | None = None) -> Iterator[Record | Fault]:
    """Say what a record means; nothing for collections that are not read.

    Args:
        address: Its at-uri.
        value: The record.
        where: It stands.
        indexed: When a server first saw it, where that is known.
    """
    whole = uri(address)
    if whole is None:
        yield Fault(where, "no_id")
    elif not isinstance(value, dict):
        yield Fault(where, "bad_shape")
    elif whole.collection == POST:
        yield _post(address, whole, value, where, indexed)
    elif whole.collection == PROFILE:
        yield owner(whole.did, value, where.pointer)
    elif whole.collection in _ACTS:
        yield from _act(address, whole, value, where, indexed)


def owner(did: str, profile: Mapping[str, Any] | None, pointer: str) -> Account:
    """Return the account of a repository; its handle stands in another document."""
    said = profile or {}
    at = _date(said)
    return Account(
        place=PLACE,
        id=did,
        pointer=pointer,
        name=words(said.get("displayName")),
        bio=words(said.get("description")),
        url=home(did),
        created=None if at is None else at.at,
        default_picture=None if profile is None else not profile.get("avatar"),
    )


def home(did: str) -> str:
    """Return the address of a profile."""
    return f"https://bsky.app/profile/{did}"


def words(value: object) -> str | None:
    """Return a text repaired and without blanks around it; None when there is none."""
    return repair(value).strip() or None if isinstance(value, str) else None


def _post(address: str, whole: Uri, value: Mapping[str, Any], where: Where, indexed: Instant | None) -> Record | Fault:
    said = _date(value)
    at = _first(said, whole.key, indexed)
    if at is None:
        return Fault(where, "bad_date" if value.get("createdAt") else "no_date")
    text = value.get("text")
    if not isinstance(text, str):
        return Fault(where, "no_content")
    embed = _embed(value.get("embed"))
    marks = _marks(value)
    answer = _dict(value.get("reply"))
    parent, root = (_subject(answer.get(k)) for k in ("parent", "root"))
    languages = _list(value.get("langs"))
    return Post(
        place=PLACE,
        id=address,
        author=whole.did,
        published=at,
        pointer=where.pointer,
        text=repair(text),
        offset=None if said is None else said.offset,
        language=languages[0] if len(languages) == 1 and isinstance(languages[0], str) else None,
        url=f"{home(whole.did)}/post/{whole.key}",
        links=tuple(dict.fromkeys((*marks["uri"], *embed.links))),
        tags=tuple(dict.fromkeys((*marks["tag"], *map(repair, _texts(value.get("tags")))))),
        mentions=marks["did"],
        reply_to=parent,
        reply_to_author=_author(parent),
        quote_of=embed.quote,
        quote_of_author=_author(embed.quote),
        thread=root,
        visibility="public",
        media=embed.media,
    )


def _act(
    address: str, whole: Uri, value: Mapping[str, Any], where: Where, indexed: Instant | None
) -> Iterator[Record | Fault]:
    """Yield a like, a repost or a follow; a like of a feed or a list is no act upon a post."""
    kind, subject = _ACTS[whole.collection], value.get("subject")
    target = None if kind == "follow" else _subject(subject)
    who = subject if kind == "follow" else _author(target)
    if not isinstance(who, str) or not who.startswith("did:"):
        yield Fault(where, "bad_shape")
        return
    known = uri(target)
    if target is not None and (known is None or known.collection != POST):
        return
    yield Interaction(
        place=PLACE,
        kind=kind,
        actor=whole.did,
        pointer=where.pointer,
        at=_first(_date(value), whole.key, indexed),
        target=target,
        target_author=who,
        id=address,
    )


class _Embedded(NamedTuple):
    """What a post carries."""

    links: tuple[str, ...] = ()
    quote: str | None = None
    media: int = 0


def _embed(embed: Any) -> _Embedded:
    """Read what is embedded: pictures, a video, a link, a quoted post, or a quoted post with one of them."""
    whole = _dict(embed)
    inner = _dict(whole.get("record"))
    carried = _dict(whole.get("media")) if "media" in whole else whole
    quoted = _subject(inner) or _subject(inner.get("record"))
    known = uri(quoted)
    link = _dict(carried.get("external")).get("uri")
    return _Embedded(
        links=(repair(link),) if isinstance(link, str) and link else (),
        quote=quoted if known is not None and known.collection == POST else None,
        media=len(_list(carried.get("images"))) + ("video" in carried),
    )


def _marks(value: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the links (`uri`), hashtags (`tag`) and accounts (`did`) that a text is marked with, each once."""
    facets = (_dict(f) for f in _list(value.get("facets")))
    features = [_dict(feature) for facet in facets for feature in _list(facet.get("features"))]
    return {
        kind: tuple(dict.fromkeys(repair(v) for f in features if isinstance(v := f.get(kind), str) and v))
        for kind in ("uri", "tag", "did")
    }


def _first(said: Moment | None, key: str, indexed: Instant | None) -> Instant | None:
    """Return the earliest of the times that a record is known by: clients may write a date to come.

    A server's time counts only where it is earlier by more than it is rounded, so that a repository
    and an answer say the same of one post.
    """
    times = (None if said is None else said.at, tid(key))
    at = min((t for t in times if t is not None), default=indexed)
    return indexed if at is not None and indexed is not None and indexed < at - SECOND else at


def _date(value: Mapping[str, Any]) -> Moment | None:
    date = value.get("createdAt")
    return iso(date) if isinstance(date, str) else None


def _subject(reference: Any) -> str | None:
    """Return the address in a reference to another record."""
    address = _dict(reference).get("uri")
    return repair(address) or None if isinstance(address, str) else None


def _author(address: str | None) -> str | None:
    """Return who owns the repository that a record stands in."""
    whole = uri(address)
    return None if whole is None else whole.did


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [v for v in _list(value) if isinstance(v, str) and v]
