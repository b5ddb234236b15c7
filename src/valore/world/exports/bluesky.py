"""Bluesky: the repository of an account, a CAR file of signed blocks."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from libipld import encode_dag_cbor

from valore.world.exports._pack import MADE, day
from valore.world.exports.own import Profile, Written

_POST = "app.bsky.feed.post"
_TID = "234567abcdefghijklmnopqrstuvwxyz"


def repository(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `bluesky-HANDLE.car`: the owner's id is a DID, ids of posts end with their record's key."""
    records: dict[str, Any] = {"app.bsky.actor.profile/self": _profile(owner)}
    records |= {f"{_POST}/{post.id.rpartition('/')[2]}": _post(post) for post in posts}
    path = folder / f"bluesky-{owner.handle}.car"
    path.write_bytes(packed(owner.id, records))
    return path


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"bluesky": repository}


def packed(did: str, records: Mapping[str, Any]) -> bytes:
    """Return a repository as a CAR file, its commit first.

    Args:
        did: Whose it is.
        records: By path, `collection/key`.
    """
    blocks: dict[bytes, bytes] = {}
    held = {path: _kept(blocks, value) for path, value in sorted(records.items())}
    keys = [path.encode() for path in held]
    tree = _tree(blocks, list(zip(keys, held.values(), strict=True)), max(map(_height, keys), default=0))
    data = tree or _kept(blocks, {"l": None, "e": []})
    seal = hashlib.sha512(did.encode()).digest()
    root = _kept(blocks, {"did": did, "rev": key(MADE), "sig": seal, "data": data, "prev": None, "version": 3})
    begun = encode_dag_cbor({"roots": [root], "version": 1})
    rest = {root: blocks.pop(root), **blocks}
    return _framed(begun) + b"".join(_framed(cid + block) for cid, block in rest.items())


def key(at: datetime) -> str:
    """Return the key of a record made at a moment: microseconds and a clock, in letters that sort."""
    number = int(at.timestamp()) * 1_000_000 + at.microsecond << 10
    return "".join(_TID[number >> 5 * place & 31] for place in range(12, -1, -1))


def _height(path: bytes) -> int:
    """Return on which floor of the tree a path stands: pairs of zero bits that its hash begins with."""
    digest = int.from_bytes(hashlib.sha256(path).digest())
    return (256 - digest.bit_length()) // 2


def _tree(blocks: dict[bytes, bytes], held: Sequence[tuple[bytes, bytes]], floor: int) -> bytes | None:
    """Keep the nodes over some records and return the highest; None over nothing."""
    if not held:
        return None
    mine = [n for n, (path, _) in enumerate(held) if _height(path) == floor]
    edges = [*mine, len(held)]
    entries, before = [], b""
    for number, edge in zip(mine, edges[1:], strict=True):
        path, cid = held[number]
        shared = next((n for n, (a, b) in enumerate(zip(path, before, strict=False)) if a != b), len(before))
        right = _tree(blocks, held[number + 1 : edge], floor - 1)
        entries.append({"p": shared, "k": path[shared:], "v": cid, "t": right})
        before = path
    return _kept(blocks, {"l": _tree(blocks, held[: edges[0]], floor - 1), "e": entries})


def _kept(blocks: dict[bytes, bytes], value: Any) -> bytes:
    block = encode_dag_cbor(value)
    cid = b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()
    blocks[cid] = block
    return cid


def _framed(data: bytes) -> bytes:
    size, number = bytearray(), len(data)
    while number >= 0x80:  # noqa: PLR2004 - the highest bit says that more follows
        size.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*size, number)) + data


def _profile(owner: Profile) -> dict[str, Any]:
    return {"$type": "app.bsky.actor.profile", "displayName": owner.name, "description": owner.bio}


def _post(post: Written) -> dict[str, Any]:
    said: dict[str, Any] = {"$type": _POST, "text": post.text, "langs": [post.language]}
    said["createdAt"] = day(post.at, "%Y-%m-%dT%H:%M:%S.") + f"{post.at.microsecond // 1000:03}Z"
    if post.reply:
        answered = {"uri": post.reply, "cid": _named(post.reply)}
        said["reply"] = {"root": answered, "parent": answered}
    facets = [*_marked(post.text, post.tag, "#", "tag", post.tag)]
    facets += _marked(post.text, post.reply_handle, "@", "mention", post.reply_author)
    return said | {"facets": facets} if facets else said


def _named(address: str) -> str:
    """Return an identifier of a record that is not here, as text."""
    return "b" + hashlib.sha256(address.encode()).hexdigest()


def _marked(text: str, word: str | None, sign: str, kind: str, means: str | None) -> list[dict[str, Any]]:
    """Mark a hashtag or a name in a text, by bytes; it stands there at most once."""
    found = re.search(rf"{sign}{re.escape(word)}(?!\w)", text) if word and means else None
    if found is None:
        return []
    start, end = (len(text[:at].encode()) for at in found.span())
    feature = {"$type": f"app.bsky.richtext.facet#{kind}", {"tag": "tag", "mention": "did"}[kind]: means}
    return [{"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}]
