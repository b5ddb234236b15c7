"""Repositories of the AT Protocol: CAR v1 files of blocks, and the tree that names the records in them.

Source: the AT Protocol's specification of repositories, and CARv1 of IPLD. Every block is checked
against the hash that names it, so what is read is what was signed for, and a tree can hold no loop.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from libipld import decode_dag_cbor

_SHA256 = b"\x12\x20"
_CID = 36
"""Bytes of a version 1 identifier with a SHA-256, the only kind that repositories use."""
_BLOCK = 4 * 1024 * 1024
"""Bytes of one block; the protocol allows records of one mebibyte."""
_VARINT = 9
_PATH = 1_024


class Unread(ValueError):
    """A block that is not there or cannot be read; `reason` is a code of `model.records.REASONS`."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        self.reason = reason
        super().__init__(reason)


class Blocks(NamedTuple):
    """The blocks of a file by the identifier that names them."""

    data: bytes
    roots: tuple[bytes, ...]
    spans: Mapping[bytes, tuple[int, int]]
    whole: bool
    """False when the file ends in the middle of a block."""

    def block(self, cid: object) -> Any:
        """Return what a block says.

        Raises:
            Unread: it is missing, damaged or too large.
        """
        if not isinstance(cid, bytes) or cid not in self.spans:
            raise Unread("damaged" if self.whole else "truncated")
        start, end = self.spans[cid]
        if end - start > _BLOCK:
            raise Unread("too_large")
        if hashlib.sha256(memoryview(self.data)[start:end]).digest() != cid[-32:]:
            raise Unread("damaged")
        try:
            return decode_dag_cbor(self.data[start:end])
        except RecursionError:
            raise Unread("too_deep") from None
        except ValueError:
            raise Unread("damaged") from None


class Leaf(NamedTuple):
    """Where the tree says that a record is; or, with a `reason`, that a part of the tree cannot be read."""

    path: str
    """`app.bsky.feed.post/3kabc…`; of an unreadable part, the last path before it."""
    cid: bytes = b""
    reason: str | None = None


def header(data: bytes) -> tuple[tuple[bytes, ...], int] | None:
    """Return the roots that a file begins with and where its blocks begin; None when it is no CAR v1."""
    size, start = _varint(data, 0)
    if size is None or not 0 < size <= _PATH or start + size > len(data):
        return None
    try:
        said = decode_dag_cbor(data[start : start + size])
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("version") != 1 or not isinstance(said.get("roots"), list):
        return None
    return tuple(r for r in said["roots"] if isinstance(r, bytes)), start + size


def blocks(data: bytes) -> Blocks | None:
    """Find the blocks of a file without reading them; None when it is no CAR v1."""
    begun = header(data)
    if begun is None:
        return None
    roots, at = begun
    spans: dict[bytes, tuple[int, int]] = {}
    while at < len(data):
        size, start = _varint(data, at)
        if size is None or size < _CID or start + size > len(data):
            return Blocks(data, roots, spans, whole=False)
        cid = data[start : start + _CID]
        if cid[:1] == b"\x01" and cid[2:4] == _SHA256:
            spans[cid] = (start + _CID, start + size)
        at = start + size
    return Blocks(data, roots, spans, whole=True)


def leaves(found: Blocks, root: object) -> Iterator[Leaf]:
    """Walk the tree below `root` and yield its records in the order of their paths.

    A node that cannot be read is told once, and its records are missing.
    """
    waiting: list[object] = [root]
    seen: set[bytes] = set()
    last = ""
    while waiting:
        step = waiting.pop()
        if isinstance(step, Leaf):
            last = step.path
            yield step
        elif not (isinstance(step, bytes) and step in seen):
            seen.update([step] if isinstance(step, bytes) else [])
            try:
                waiting.extend(reversed(_node(found.block(step))))
            except Unread as error:
                yield Leaf(last, reason=error.reason)


def _node(node: Any) -> list[object]:
    """Return the parts of a node in order: subtrees by their identifier, records as leaves.

    Raises:
        Unread: it is no node.
    """
    if not isinstance(node, dict) or not isinstance(node.get("e"), list):
        raise Unread("bad_shape")
    parts: list[object] = [] if node.get("l") is None else [node["l"]]
    key = b""
    for entry in node["e"]:
        key = _key(entry, key)
        parts.append(Leaf(key.decode("ascii", "replace"), entry["v"]))
        if entry.get("t") is not None:
            parts.append(entry["t"])
    return parts


def _key(entry: Any, before: bytes) -> bytes:
    """Return the whole key of an entry, which says only how it differs from the one before.

    Raises:
        Unread: it is no entry.
    """
    if not isinstance(entry, dict):
        raise Unread("bad_shape")
    shared, rest = entry.get("p"), entry.get("k")
    if not isinstance(shared, int) or not isinstance(rest, bytes) or not isinstance(entry.get("v"), bytes):
        raise Unread("bad_shape")
    if not 0 <= shared <= len(before) or shared + len(rest) > _PATH:
        raise Unread("bad_shape")
    return before[:shared] + rest


def _varint(data: bytes, at: int) -> tuple[int | None, int]:
    """Read an unsigned LEB128 number; None when there is none. Returns it and where it ends."""
    value = 0
    for place, byte in enumerate(data[at : at + _VARINT]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 - the highest bit says whether more follows
            return value, at + place + 1
    return None, at
