"""What Facebook's and Instagram's archives have in common.

Both are folders of JSON whose names and labels follow the language of the account, so files are
known by the shape of their first element. Texts are UTF-8 written as if it were Latin-1. Posts
have no ids: theirs is made of what the archive wrote, before any repair.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from valore.model.records import Cursor, Fault, Instant, Where
from valore.model.source import Export, Manifest
from valore.model.text import mojibake, repair
from valore.model.time import from_epoch

_PRIVATE = re.compile(
    r"(?i)(^|/)(inbox|archived_threads|filtered_threads|message_requests|e2ee_cutover)(/|$)"
    r"|messag|messenger|nachricht|mensaj|mensage|friend|amici|freund|amigos|amis(/|_)|follow|contact|contatt|kontakt"
    r"|device|dispositiv|security|sicurezza|sicherheit|securite|seguridad|seguranca|login|session|search|ricerch"
    r"|(^|/)(ads?(_[^/]*)?|inserzion[^/]*|anunci[^/]*|werb[^/]*|publicit[^/]*)/|advertis|location|payment|pagament|address_book|/dating"
)
_PICTURES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".gif",
    ".webp",
    ".heic",
    ".mp4",
    ".mov",
    ".srt",
    ".aac",
    ".m4a",
    ".mp3",
)
VIDEOS = (".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm")
_MILLISECONDS = 100_000_000_000
_KEY = re.compile(r'\{\s*"([^"\\]{1,80})"\s*:\s*')
_TAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")
_HANDLE = re.compile(r"(?<![\w@./])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


class Shape(NamedTuple):
    """How a JSON member begins."""

    key: str | None
    """First key of an object; None for an array."""
    first: Mapping[str, Any]
    """First element of the array (of that key); empty where there is none."""


class Owner(NamedTuple):
    """Whose archive it is."""

    id: str
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    url: str | None = None
    pointer: str = ""
    file: str = ""


def shape(files: Manifest, member: str) -> Shape | None:
    """Look at how a member begins; None when it is no JSON."""
    text = files.head(member).decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        return Shape(None, _element(text[1:]))
    if (found := _KEY.match(text)) is None:
        return None
    rest = text[found.end() :].lstrip()
    return Shape(found[1], _element(rest.removeprefix("[")))


def _element(text: str) -> Mapping[str, Any]:
    """Return the first object of a text; one that is cut off shows its keys alone."""
    text = text.lstrip()
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return dict.fromkeys(re.findall(r'"(\w{1,60})"\s*:', text[:20_000])) if text.startswith("{") else {}
    return value if isinstance(value, dict) else {}


def why_not(name: str) -> str:
    """Return the code of why a member is not read."""
    if _PRIVATE.search(name):
        return "private"
    return "media" if name.lower().endswith(_PICTURES) else "unknown"


def private(name: str) -> bool:
    """Say whether a member must not even be looked into: messages, contacts, devices, ads, searches."""
    return bool(_PRIVATE.search(name))


def mended(raw: str | None) -> str | None:
    """Return a text as people wrote it; blank ones are None."""
    if not raw or not isinstance(raw, str):
        return None
    return repair(mojibake(raw)).strip() or None


def moment(value: object) -> Instant | None:
    """Read seconds (or milliseconds, which newer files have) since 1970; 0 means not said."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    return from_epoch(value, "ms" if value > _MILLISECONDS else "s")


def tags(text: str | None) -> tuple[str, ...]:
    """Return the hashtags of a text, each once, without '#'."""
    return tuple(dict.fromkeys(_TAG.findall(text or "")))


def handles(text: str | None) -> tuple[str, ...]:
    """Return the accounts that a text names, as '@handle' in lower case, each once."""
    return tuple(dict.fromkeys(f"@{h.lower()}" for h in _HANDLE.findall(text or "")))


def addresses(text: str | None) -> tuple[str, ...]:
    """Return the web addresses in a text."""
    return tuple(dict.fromkeys(_ADDRESS.findall(text or "")))


def unnamed(export: str) -> Owner:
    """Return an owner for an archive without a profile, named after the archive itself.

    >>> unnamed("instagram-annaferri-2024-03-01-x1y2.zip").id
    '@annaferri'
    """
    stem = re.sub(r"(\.zip|\.tar|\.gz|\.tgz|\.json)+$", "", export, flags=re.IGNORECASE)
    found = re.match(r"(?:facebook|instagram|meta)-([\w.]+?)(?:-\d|$)", stem, re.IGNORECASE)
    return Owner(f"@{slug(found[1] if found else stem)}")


def slug(name: str) -> str:
    """Return a name as a handle: lower case, dots for blanks.

    >>> slug("Anna Ferri")
    'anna.ferri'
    """
    return re.sub(r"[^\w]+", ".", name.lower()).strip(".") or "owner"


def elements(
    source: Export, member: str, *, whole: tuple[str, ...] = ()
) -> Iterator[tuple[str, dict[str, Any]] | Fault]:
    """Yield (pointer, object) of a member.

    Args:
        source: The files.
        member: One of its members.
        whole: Keys whose value is one object and counts as an element.
    """
    for item in source.items(member):
        if isinstance(item, Fault):
            yield item
            continue
        pointer, value = item
        alone = pointer.count("/") == 1 and not pointer[1:].isdigit()
        if alone and pointer[1:] not in whole:
            continue
        if isinstance(value, dict):
            yield pointer, value
        else:
            yield Fault(Where(member, pointer), "bad_shape")


def after(members: tuple[str, ...], since: Cursor | None) -> tuple[str, ...]:
    """Return the members that come after a safe stop."""
    if since is None or since.position not in members:
        return members
    return members[members.index(since.position) + 1 :]


def dicts(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list; nothing else counts."""
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


class Labelled(NamedTuple):
    """What stands under labels in the account's language, told apart by kind of value."""

    words: tuple[str, ...]
    """Raw texts, in order."""
    at: int | None
    """Seconds."""
    href: str | None


def labelled(item: Mapping[str, Any]) -> Labelled:
    """Read `string_map_data`, `string_list_data` or `label_values` without reading their labels."""
    found = item.get("string_map_data")
    entries = list(found.values()) if isinstance(found, dict) else dicts(item.get("string_list_data"))
    entries += list(_flat(item.get("label_values"), 3))
    entries = [e for e in entries if isinstance(e, dict)]
    at = next((t for e in entries if (t := _seconds(e))), None) or _seconds(item)
    words = tuple(v for e in entries if isinstance(v := e.get("value"), str) and v.strip())
    links = (v for e in entries for v in (e.get("href"), e.get("value")))
    href = next((v for v in links if isinstance(v, str) and v.startswith("http")), None)
    return Labelled(tuple(w for w in words if not _ADDRESS.fullmatch(w)), at, href)


def _flat(values: object, depth: int) -> Iterator[dict[str, Any]]:
    """Walk label_values, whose entries may hold further ones under `dict` or `vec`."""
    for entry in dicts(values):
        yield entry
        if depth:
            for inner in ("dict", "vec"):
                yield from _flat(entry.get(inner), depth - 1)


def _seconds(entry: Mapping[str, Any]) -> int | None:
    for key in ("timestamp", "timestamp_value"):
        value = entry.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None
