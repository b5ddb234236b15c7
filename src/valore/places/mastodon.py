"""Mastodon and its kin: the archive of `outbox.json` and `actor.json`, in ActivityPub's own words.

Posts for everybody and posts for followers are read; direct messages never are. Counts are read
where a server wrote them. A boost says only which post it boosts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places import _mastodon_api as api
from valore.places._activity import PLACE, account, records, visibility
from valore.places._answer import KIND, opened

_ACTOR, _OUTBOX = "actor.json", "outbox.json"
_PRIVATE = ("bookmarks", "blocked", "muted", "lists", "following", "followers", "filters", "domain_blocks")
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
            layout="outbox.json, actor.json",
            period="2017–",
            reads="own posts, answers, reposts, profile",
            proof="test_places_mastodon.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise an outbox, with or without the actor beside it."""
        found = tuple(m.name for m in files.members if _shaped(files, m.name))
        if not found:
            return None
        skipped = {m.name: _why_not(m.name) for m in files.members if m.name not in found}
        return Match("activitypub", 1.0, found, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the actor, then activities in their order; a `Cursor` after each file."""
        members = sorted(match.members, key=lambda name: _base(name) != _ACTOR)
        done = members.index(since.position) + 1 if since and since.position in members else 0
        for member in members[done:]:
            yield from _actor(source, member) if _base(member) == _ACTOR else _outbox(source, member)
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
    if base not in (_ACTOR, _OUTBOX):
        return False
    head = files.head(name, 8192).replace(b"\x00", b"")
    if base == _OUTBOX:
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
    for item in source.items(member):
        if isinstance(item, Fault):
            yield item
        elif item[0].count("/") == 1:
            value[item[0][1:]] = item[1]
    if value.get("id"):
        yield Raw("actor", Where(member, ""), value)


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


def _direct(activity: Mapping[str, Any]) -> bool:
    inner = activity.get("object")
    return visibility(inner if isinstance(inner, dict) and ("to" in inner or "cc" in inner) else activity) == "private"


PLUGIN = Mastodon()
