"""Mastodon and its kin: the archive of `outbox.json` and `actor.json`, in ActivityPub's own words.

Posts for everybody and posts for followers are read; direct messages never are. Counts are read
where a server wrote them. A boost says only which post it boosts, a favourite only which post it
likes and not when. Lists of people, bookmarks and filters are the owner's business: not read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places import _mastodon_api as api
from valore.places._activity import PLACE, account, records, visibility
from valore.places._answer import KIND, opened

_OWN = ("attachment", "alsoKnownAs")
"""Lists of an actor: fields of the profile, and other accounts."""
_ACTOR, _OUTBOX, _LIKES = "actor.json", "outbox.json", "likes.json"
_PRIVATE = (
    *("bookmarks", "blocked", "muted", "lists", "following", "followers", "filters", "custom_filters"),
    *("domain_blocks", "featured_tags", "preferences"),
)
_IDLE = (".json", ".csv", ".rss", ".xml", ".txt", ".html")
_MEDIA = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".webm", ".mp3", ".ogg", ".mov", ".avif")


class Mastodon:
    """The reader."""

    name = PLACE
    title = "Mastodon"
    policy = Policy(
        terms="A person's own archive, which the server gives to its owner; other people's wish not to be "
        "indexed is respected.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
        deletion_hours=24,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="outbox.json, actor.json, likes.json",
            period="2017–",
            reads="own posts, answers, reposts, likes given, profile",
            proof="test_places_mastodon.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an outbox, with or without the actor beside it."""
        found = tuple(m.name for m in files.members if _shaped(files, m.name))
        if all(_base(name) == _LIKES for name in found):
            return None
        skipped = {m.name: _why_not(m.name) for m in files.members if m.name not in found}
        return Match("activitypub", 1.0, found, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the actor, then activities in their order, then favourites; a `Cursor` after each file."""
        members = sorted(match.members, key=lambda name: (_ACTOR, _OUTBOX, _LIKES).index(_base(name)))
        done = members.index(since.position) + 1 if since and since.position in members else 0
        for member in members[done:]:
            if _base(member) == _ACTOR:
                yield from _actor(source, member)
            elif _base(member) == _OUTBOX:
                yield from _outbox(source, member)
            else:
                yield from _likes(source, member, members)
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an actor, an activity or the answer of a server means."""
        try:
            if raw.kind == KIND:
                return api.records(opened(raw.value), raw.where)
            return iter([account(raw.value)] if raw.kind == "actor" else records(raw.value, raw.where))
        except (AttributeError, KeyError, TypeError, ValueError):
            return iter([Fault(raw.where, "bad_shape")])


def _base(name: str) -> str:
    return name.rpartition("/")[2].lower()


def _shaped(files: Manifest, name: str) -> bool:
    base = _base(name)
    if base not in (_ACTOR, _OUTBOX, _LIKES):
        return False
    head = files.head(name, 8192).replace(b"\x00", b"")
    if base != _ACTOR:
        return b"OrderedCollection" in head or b"orderedItems" in head
    return b"preferredUsername" in head or b"ns/activitystreams" in head


def _why_not(name: str) -> str:
    base = _base(name)
    if base.startswith(_PRIVATE):
        return "private"
    if base.endswith(_MEDIA):
        return "media"
    return "not_needed" if base.endswith(_IDLE) else "unknown"


def _actor(source: Export, member: str) -> Iterator[Raw | Fault]:
    value: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {}
    for item in source.items(member):
        if isinstance(item, Fault):
            yield item
        elif item[0].count("/") == 1:
            value[item[0][1:]] = item[1]
        elif (name := item[0].split("/")[1]) in _OWN:
            lists.setdefault(name, []).append(item[1])
    if value.get("id"):
        yield Raw("actor", Where(member, ""), value | lists)


def _outbox(source: Export, member: str) -> Iterator[Raw | Fault]:
    """Yield activities; a message to certain people never leaves this function."""
    for item in source.items(member):
        if isinstance(item, Fault):
            yield item
        elif item[0].startswith("/orderedItems/"):
            where = Where(member, item[0])
            if not isinstance(item[1], dict):
                yield Fault(where, "bad_shape")
            elif not _direct(item[1]):
                yield Raw("activity", where, item[1])


def _likes(source: Export, member: str, members: list[str]) -> Iterator[Raw | Fault]:
    """Yield the posts that the owner favoured, of which the archive says nothing but the address."""
    home = member.rpartition("/")[0]
    owner = next((who for m in members if m.rpartition("/")[0] == home and (who := _owner(source, m))), None)
    for item in source.items(member):
        if isinstance(item, Fault):
            yield item
        elif item[0].startswith("/orderedItems/"):
            yield Raw("activity", Where(member, item[0]), {"type": "Like", "actor": owner, "object": item[1]})


def _owner(source: Export, member: str) -> str | None:
    """Return the id of an actor, or who did what stands first in an outbox."""
    for item in source.items(member) if _base(member) != _LIKES else ():
        if isinstance(item, Fault):
            continue
        if _base(member) == _ACTOR and item[0] == "/id" and isinstance(item[1], str):
            return item[1]
        who = item[1].get("actor") if item[0] == "/orderedItems/0" and isinstance(item[1], dict) else None
        if isinstance(who, str):
            return who
    return None


def _direct(activity: Mapping[str, Any]) -> bool:
    inner = activity.get("object")
    return visibility(inner if isinstance(inner, dict) and ("to" in inner or "cc" in inner) else activity) == "private"


PLUGIN = Mastodon()
