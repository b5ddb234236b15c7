"""Whose X archive it is, and when it was made."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from valore.model.records import Fault, Instant
from valore.model.source import Export
from valore.model.text import repair
from valore.model.time import instant

_NAMED = re.compile(r"^(\d{2,20})_[0-9a-f]{20,}")
_OWN = re.compile(r"//(?:mobile\.|www\.)?(?:twitter|x)\.com/(\w{1,15})/status(?:es)?/(\d+)")
_TELLING = ("account", "profile", "verified", "manifest", "details")


class Owner(NamedTuple):
    """The account, as far as the archive tells."""

    id: str | None = None
    """Native id, else '@handle'; None when the archive does not tell."""
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    website: str | None = None
    location: str | None = None
    created: Instant | None = None
    verified: bool | None = None
    seen: Instant | None = None
    """When the archive was made; None when it does not tell."""
    file: str = ""
    """Member that names the account."""


def owner(source: Export, kinds: Mapping[str, str]) -> Owner:
    """Read the small files that describe the account."""
    found = Owner(seen=_packed(source, kinds))
    for name, what in kinds.items():
        if what in _TELLING:
            facts = {key: value for key, value in _facts(source, name, what).items() if value is not None}
            found = found._replace(**facts, file=name if "id" in facts or not found.file else found.file)
    return _identified(found)


def from_rows(known: Owner, rows: Iterable[Mapping[str, str]], archive: str) -> Owner:
    """Derive the account from a table of its posts, which does not name it.

    Its id stands in the archive's name, or is the one it answers when it answers its own posts; its
    handle stands in the addresses of its own pictures.
    """
    posts: dict[str, None] = {}
    answered: list[tuple[str, str]] = []
    handles: Counter[str] = Counter()
    for row in rows:
        posts[row["tweet_id"]] = None
        if row["in_reply_to_status_id"] and row.get("in_reply_to_user_id"):
            answered.append((row["in_reply_to_status_id"], row["in_reply_to_user_id"]))
        handles.update(h for h, post in _OWN.findall(row.get("expanded_urls", "")) if post == row["tweet_id"])
    ids = Counter(user for post, user in answered if post in posts)
    named = _NAMED.match(archive)
    return _identified(known._replace(id=named[1] if named else _most(ids), handle=_most(handles)))


def _identified(found: Owner) -> Owner:
    return found if found.id or not found.handle else found._replace(id=f"@{found.handle.lower()}")


def _most(counts: Counter[str]) -> str | None:
    return max(counts, key=lambda name: (counts[name], name), default=None)


def _facts(source: Export, name: str, what: str) -> dict[str, Any]:
    items = dict(i for i in source.items(name) if not isinstance(i, Fault))
    if what == "manifest":
        return _manifest(items)
    if what == "details":
        return _details(items)
    facts: dict[str, Any] = {}
    for value in _inside(items.values(), what):
        facts |= _account(value) if what == "account" else _profile(value) if what == "profile" else _verified(value)
    return facts


def _inside(values: Iterable[Any], what: str) -> Iterator[Mapping[str, Any]]:
    for value in values:
        if isinstance(value, dict) and isinstance(value.get(what), dict):
            yield value[what]


def _account(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _text(value.get("accountId")),
        "handle": _text(value.get("username")),
        "name": _text(value.get("accountDisplayName")),
        "created": instant(value.get("createdAt")),
    }


def _profile(value: Mapping[str, Any]) -> dict[str, Any]:
    words = value.get("description")
    words = words if isinstance(words, dict) else {}
    return {
        "bio": _text(words.get("bio")),
        "website": _text(words.get("website")),
        "location": _text(words.get("location")),
    }


def _verified(value: Mapping[str, Any]) -> dict[str, Any]:
    said = value.get("verified")
    return {"verified": said if isinstance(said, bool) else None}


def _manifest(items: Mapping[str, Any]) -> dict[str, Any]:
    user, info = items.get("/userInfo"), items.get("/archiveInfo")
    user, info = user if isinstance(user, dict) else {}, info if isinstance(info, dict) else {}
    return {
        "id": _text(user.get("accountId")),
        "handle": _text(user.get("userName")),
        "name": _text(user.get("displayName")),
        "seen": instant(info.get("generationDate")),
    }


def _details(items: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _text(items.get("/id")),
        "handle": _text(items.get("/screen_name")),
        "name": _text(items.get("/full_name")),
        "bio": _text(items.get("/bio")),
        "location": _text(items.get("/location")),
        "created": instant(items.get("/created_at")),
    }


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None


def _packed(source: Export, kinds: Mapping[str, str]) -> Instant | None:
    """Return when the files were packed; the times of unpacked files tell nothing."""
    times = [m.modified for m in source.members if m.name in kinds and source.path(m.name) is None]
    return max((t for t in times if t is not None), default=None)
