"""Bluesky and its kin: the repository of an account, which any server of the AT Protocol gives as a CAR file.

It holds the account's own acts: posts, likes, reposts, follows, its profile. It says no counts and
no handle. Answers of the servers mean the same through `normalise` (`Raw.kind` is `api`).
"""

from collections.abc import Iterator
from typing import Any

from valore.errors import RefusedArchive
from valore.model.records import Cursor, Fault, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places._answer import KIND, SLIPS, opened, whole
from valore.places._bluesky_api import answered
from valore.places._bluesky_record import PLACE, PROFILE, READ, owner, records
from valore.places._car import Blocks, Leaf, Unread, blocks, header, leaves
from valore.places._stops import after, stop

_LARGEST = 256 * 1024 * 1024
"""Bytes of one repository, held in memory three times over with its index: some 900,000 short posts."""
_MANY = 2048
"""Records between two safe stops."""
_MARKS = (b"app.bsky.", b"did:plc:", b"did:web:")
_MEDIA = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".webm", ".vtt", ".mov")


class Bluesky:
    """The reader."""

    name = PLACE
    title = "Bluesky"
    policy = Policy(
        terms="An account's own repository, which its server gives to everybody; deletions must be followed.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
        deletion_hours=24,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="repo.car (CAR v1)",
            period="2023–",
            reads="own posts, answers, quotes, reposts, likes given, follows, profile",
            proof="test_places_bluesky.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise repositories by how they begin."""
        found = tuple(m.name for m in files.members if _repository(files, m.name))
        if not found:
            return None
        skipped = {m.name: _why_not(m.name) for m in files.members if m.name not in found}
        return Match("car", 1.0, found, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield of each repository the account, then its records by path; a `Cursor` now and then."""
        for member, done in after(match.members, since):
            data = _whole(source, member)
            if isinstance(data, Fault):
                yield data
            elif (found := blocks(data)) is None:
                yield Fault(Where(member, ""), "bad_shape")
            else:
                yield from _held(member, found, done)
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an account, a record or an answer means."""
        try:
            if raw.kind == "owner":
                return iter([owner(raw.value, None, raw.where.pointer)])
            if raw.kind == KIND:
                return iter(list(answered(opened(raw.value), raw.where)))
            address, value = raw.value
            return iter(whole(records(address, value, raw.where)))
        except SLIPS:
            return iter([Fault(raw.where, "bad_shape")])


def _repository(files: Manifest, name: str) -> bool:
    if not name.lower().endswith(".car"):
        return False
    head = files.head(name)
    return header(head) is not None and any(mark in head for mark in _MARKS)


def _why_not(name: str) -> str:
    return "media" if name.lower().endswith(_MEDIA) else "unknown"


def _whole(source: Export, member: str) -> bytes | Fault:
    """Return a file whole; one that breaks a limit or is damaged is a fault."""
    data = bytearray()
    try:
        with source.open(member) as stream:
            while part := stream.read(1 << 20):
                data += part
                if len(data) > _LARGEST:
                    return Fault(Where(member, ""), "too_large", f"{_LARGEST} bytes")
    except RefusedArchive:
        return Fault(Where(member, ""), "damaged")
    return bytes(data)


def _held(member: str, found: Blocks, done: int) -> Iterator[Raw | Fault | Cursor]:
    """Yield what a repository holds, after the first `done` records."""
    commit = _commit(found)
    if commit is None:
        yield Fault(Where(member, ""), "damaged" if found.whole else "truncated")
        return
    did = commit["did"]
    wanted = [leaf for leaf in leaves(found, commit.get("data")) if _is_read(leaf)]
    if not any(leaf.path.startswith(f"{PROFILE}/") and leaf.reason is None for leaf in wanted):
        yield Raw("owner", Where(member, ""), did)
    for number, leaf in enumerate(wanted[done:], start=done + 1):
        told = _record(member, found, did, leaf)
        if told is not None:
            yield told
        if number % _MANY == 0:
            yield stop(member, number)
    if not found.whole:
        yield Fault(Where(member, ""), "truncated")


def _is_read(leaf: Leaf) -> bool:
    return leaf.reason is not None or leaf.path.partition("/")[0] in READ


def _commit(found: Blocks) -> dict[str, Any] | None:
    """Return what the account signed last: whose repository it is, and the root of its tree."""
    for root in found.roots:
        try:
            said = found.block(root)
        except Unread:
            continue
        if isinstance(said, dict) and isinstance(said.get("did"), str) and said["did"].startswith("did:"):
            return said
    return None


def _record(member: str, found: Blocks, did: str, leaf: Leaf) -> Raw | Fault | None:
    """Read one record; what is missing because the file was cut is told once, at its end."""
    where = Where(member, f"at://{did}/{leaf.path}")
    reason = leaf.reason
    if reason is None:
        try:
            return Raw("record", where, (where.pointer, found.block(leaf.cid)))
        except Unread as error:
            reason = error.reason
    return None if reason == "truncated" else Fault(where, reason)


PLUGIN = Bluesky()
