"""Who was erased does not come back: what is about them is left out of what is about to be stored.

The list holds keyed digests of (place, id) and (place, @handle). Its key is a file of the home, never
in the database: a copy of the one says nothing without the other.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from valore.errors import StoreError
from valore.flows import _masks
from valore.flows._masks import Names
from valore.flows.space import Space
from valore.model.facts import STUB
from valore.places import places

KEY_FILE = "suppression.key"
_BYTES = 32
_NAMING = ("author", "reply_to_author", "quote_of_author")
_AT = re.compile(r"@(\w+(?:[.-]+\w+)*(?:@\w+(?:[.-]+\w+)*)?)")
_ADDRESS = re.compile(r"https?://[^\s<>\"')/]+(?:/[^\s<>\"')/]*){0,2}")
"""The beginning of an address: a profile stands within two steps of its host."""
_PIECE = re.compile(r"(?<=[/=@])[\w.-]+(?:@[\w.-]+)?")
_PARTS = re.compile(r"did:[a-z]+:[\w.:-]+|(?<![\w.-])[\w.-]+(?:@[\w.-]+)?")
_END = re.compile(r"(?=[/?#])|$")

Keys = npt.NDArray[np.int64]


def secret(home: Path, *, make: bool = False) -> bytes:
    """Return the key of the list, making it when asked to.

    Raises:
        StoreError: it is not there, and was not to be made; or it is not a key.
    """
    path = home / KEY_FILE
    if make and not path.exists():
        _make(path)
    try:
        found = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        found = b""
    if len(found) != _BYTES:
        raise StoreError(
            "{file} is missing or damaged: without it nobody can tell who was erased; put it back from a backup",
            file=path,
        )
    return found


def mac(key: bytes, place: str, name: str) -> str:
    """Return the keyed digest of a native id or of `@handle` (in lower case)."""
    return hmac.digest(key, f"{place}\0{name}".encode("utf-8", "surrogatepass"), "sha256").hex()


_NOBODY = "\0"
"""Nobody is called so: with a place it says that somebody of this place is on the list."""


def listing(key: bytes, names: Iterable[tuple[str, str]], before: frozenset[str]) -> list[str]:
    """Return what a list is to hold of (place, name), given what it held before.

    A list that has done so from its beginning says also, keyed like the names, of which places it speaks at all.
    """
    told = list(names)
    macs = [mac(key, place, name) for place, name in told]
    whole = mac(key, "", _NOBODY)
    if before and whole not in before:
        return macs
    return [*macs, whole, *(mac(key, place, _NOBODY) for place in dict.fromkeys(place for place, _ in told))]


_BLOCK = 64
"""Bytes that SHA-256 takes at once."""


class _Listed:
    """What a list of keyed digests knows of very many names: as `mac`, whose beginnings are only reckoned once.

    Source: RFC 2104.
    """

    def __init__(self, key: bytes, macs: Iterable[str]) -> None:
        """Take the key and the list."""
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        self._inner = bytes(byte ^ 0x36 for byte in block)
        self._outer = bytes(byte ^ 0x5C for byte in block)
        self._macs = frozenset(map(bytes.fromhex, macs))

    def among(self, names: Iterable[str], listed: Iterable[str]) -> set[str]:
        """Return those names that are on the list for one of some places."""
        sha, outer, macs = hashlib.sha256, self._outer, self._macs
        told = [(name, name.encode("utf-8", "surrogatepass")) for name in names]
        found: set[str] = set()
        for place in listed:
            inner = self._inner + f"{place}\0".encode("utf-8", "surrogatepass")
            found |= {name for name, data in told if sha(outer + sha(inner + data).digest()).digest() in macs}
        return found


def suppression(space: Space) -> "Suppressed | None":
    """Return what leaves out the people who were erased from this workspace; None when there is nobody.

    Raises:
        StoreError: somebody was erased, and the key is not there.
    """
    macs = space.desk.erasures.suppressed()
    return Suppressed(secret(space.home), macs) if macs else None


@dataclass(slots=True)
class Suppressed:
    """Leaves people out of the tables of one import, batch after batch."""

    key: bytes = field(repr=False)
    macs: frozenset[str] = field(repr=False)
    learned: dict[str, None] = field(default_factory=dict, repr=False)
    """Further names of the same people, as digests, that these tables tell."""
    _posts: list[Keys] = field(default_factory=list)
    """Posts that were left out of the batches so far: counts of them may come later."""

    def __call__(self, tables: Mapping[str, pa.Table]) -> tuple[dict[str, pa.Table], Counter[str]]:
        """Return the tables without what is about them, none empty, and how many rows were left out of each."""
        names, accounts = self._named(tables.get("accounts"))
        kept, gone = self._left(tables, accounts)
        kept = {name: self._masked(name, table, names) for name, table in kept.items()}
        if "accounts" in kept:
            kept["accounts"] = self._unlinked(kept["accounts"])
        return {name: table for name, table in kept.items() if table.num_rows}, gone

    def known(self, place: str, name: str) -> bool:
        """Return whether a native id, or `@handle`, is on the list."""
        found = mac(self.key, place, name)
        return found in self.macs or found in self.learned

    def accounts(self, table: pa.Table) -> Keys:
        """Return the keys of those accounts of a table that are on the list."""
        return self._named(table)[1]

    def _places(self) -> tuple[str, ...]:
        """Return the places of which somebody may be on the list."""
        if not self.known("", _NOBODY):
            return tuple(places())
        return tuple(place for place in places() if self.known(place, _NOBODY))

    def _named(self, accounts: pa.Table | None) -> tuple[dict[str, Names], Keys]:
        """Return how the people on the list are named, by place, and the keys of their accounts."""
        if accounts is None:
            return {}, np.array([], dtype=np.int64)
        rows = accounts.select(["key", "place", "id", "handle", "url"]).to_pylist()
        found = [row for row in rows if any(self.known(row["place"], name) for name in _names(row))]
        for row in found:
            told = (mac(self.key, row["place"], name) for name in _names(row))
            self.learned |= {digest: None for digest in told if digest not in self.macs}
        names = {place: _told(r for r in found if r["place"] == place) for place in {r["place"] for r in found}}
        return names, np.array([row["key"] for row in found], dtype=np.int64)

    def _left(self, tables: Mapping[str, pa.Table], accounts: Keys) -> tuple[dict[str, pa.Table], Counter[str]]:
        gone: Counter[str] = Counter()
        posts = tables.get("posts")
        if posts is not None:
            mine = np.isin(posts["author"].to_numpy(), accounts)
            self._posts += [posts["key"].to_numpy()[mine]] if mine.any() else []
        theirs = np.concatenate([*self._posts, np.array([], dtype=np.int64)])
        about = {
            "posts": ("author", accounts),
            "interactions": ("actor", accounts),
            "observations": ("post", theirs),
            "annotations": ("about", np.concatenate([theirs, accounts])),
            "accounts": ("key", accounts),
        }
        kept = dict(tables)
        for name in (n for n in about if n in tables):
            column, keys = about[name]
            goes = np.isin(tables[name][column].to_numpy(), keys)
            kept[name] = tables[name].filter(pa.array(~goes)) if goes.any() else tables[name]
            gone[name] += int(goes.sum())
        if gone["posts"] + gone["interactions"] and "accounts" in kept:
            kept["accounts"] = _still_named(kept)
        return kept, +gone

    def _masked(self, table: str, rows: pa.Table, names: Mapping[str, Names]) -> pa.Table:
        if table not in _masks.WORDS or not rows.num_rows:
            return rows
        parts = []
        for place in pc.unique(rows["place"]).to_pylist():
            part = rows.filter(pc.equal(rows["place"], place))
            told = self._spoken(table, part, place, names.get(place, Names()))
            parts.append(_masks.masked(table, part, told) if told != Names() else part)
        return parts[0] if len(parts) == 1 else pa.concat_tables(parts)

    def _unlinked(self, accounts: pa.Table) -> pa.Table:
        """Return accounts whose profiles do not lead to anybody on the list, at whatever place."""
        listed, theirs = _Listed(self.key, (*self.macs, *self.learned)), self._places()
        for name in _masks.OWN["accounts"]:
            column = accounts[name].combine_chunks()
            entries = [set(_called(entry or "")) for entry in pc.list_flatten(column).to_pylist()]
            known = listed.among(set().union(*entries), theirs)
            goes = np.array([not known.isdisjoint(names) for names in entries], dtype=np.bool_)
            where = accounts.column_names.index(name)
            accounts = accounts.set_column(where, accounts.schema.field(name), _masks.without(column, goes))
        return accounts

    def _spoken(self, table: str, rows: pa.Table, place: str, names: Names) -> Names:
        """Return the names of people on the list with those by which these rows call them."""
        handles, urls = set(names.handles), set(names.urls)
        hosts = {urlsplit(url).netloc for url in urls}
        for token in _tokens(rows, table):
            if token.isdigit():
                continue
            if token.startswith("http"):
                urls |= {token} if self.known(place, token) else set()
            elif any(self.known(place, f"@{token.lower()}{host}") for host in ("", *(f"@{h}" for h in hosts))):
                handles.add(token.lower())
        return Names(handles=tuple(sorted(handles)), urls=tuple(sorted(urls)))


def _make(path: Path) -> None:
    """Write a new key whole under a name of its own, then give it its name if nobody was quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f"{path.name}-{secrets.token_hex(4)}")
    handle = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(waiting)
    except FileExistsError:
        pass
    finally:
        waiting.unlink()


def _names(row: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the native id of an account, and `@handle`."""
    yield str(row["id"])
    if row["handle"]:
        yield f"@{row['handle'].lower()}"


def _called(address: str) -> Iterator[str]:
    """Yield what an address may call somebody: itself from its beginning, ids and `@handle`s in it."""
    yield address
    host = urlsplit(address).netloc if "://" in address else ""
    for beginning in _ADDRESS.findall(address):
        yield from (beginning[: end.start()] for end in _END.finditer(beginning, len("https://")))
    for piece in _PARTS.findall(address):
        yield from (piece, f"@{piece.lower()}", f"@{piece.lower()}@{host}")


def _told(rows: Iterable[Mapping[str, str | None]]) -> Names:
    handles: set[str] = set()
    urls: set[str] = set()
    for row in rows:
        handles |= {row["handle"].lower()} if row["handle"] else set()
        urls |= {u for u in (row["url"], row["id"]) if u and u.startswith("http")}
    return Names(handles=tuple(sorted(handles)), urls=tuple(sorted(urls)))


def _still_named(tables: Mapping[str, pa.Table]) -> pa.Table:
    """Return the accounts without those that only rows named which are left out."""
    accounts = tables["accounts"]
    named = named_by(tables.get("posts"), tables.get("interactions"))
    stub = accounts["revision"].to_numpy() == STUB
    return accounts.filter(pa.array(~stub | np.isin(accounts["key"].to_numpy(), named)))


def named_by(posts: pa.Table | None, interactions: pa.Table | None) -> Keys:
    """Return the keys of all accounts that rows speak of."""
    found = [np.array([], dtype=np.int64)]
    if posts is not None:
        found += [posts[c].drop_null().to_numpy() for c in _NAMING]
        found.append(pc.list_flatten(posts["mentions"].combine_chunks()).to_numpy(zero_copy_only=False))
    if interactions is not None:
        found += [interactions[c].drop_null().to_numpy() for c in ("actor", "target_author")]
    return np.unique(np.concatenate(found)).astype(np.int64)


def _tokens(rows: pa.Table, table: str) -> set[str]:
    """Return what rows may call somebody by: after '@', in a part of an address, and addresses from their beginning."""
    found: set[str] = set()
    for name in (*_masks.WORDS[table], *_masks.ADDRESSES[table]):
        column = rows[name].combine_chunks()
        flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
        told = "\n".join(flat.filter(pc.match_substring_regex(flat, "@|https?://")).drop_null().to_pylist())
        found.update(_AT.findall(told))
        for address in {told[m.start() : m.end()] for m in _ADDRESS.finditer(told)}:
            found.update(_PIECE.findall(address))
            found.update(address[: end.start()] for end in _END.finditer(address, len("https://")))
    return found
