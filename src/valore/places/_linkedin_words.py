"""What LinkedIn's archive and its APIs have in common: names of things (URNs), texts, visibility."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from valore.model.records import Instant
from valore.model.text import repair
from valore.model.time import from_epoch

PLACE = "linkedin"
_URN = re.compile(r"urn:li:(share|activity|ugcPost|groupPost|article):(\d+(?:-\d+)?)")
_COMMENT = re.compile(r"urn:li:(?:fsd_)?comment:\((?:urn:li:)?(\w+):(\d+),(\d+)\)")
_SLUG = re.compile(r"linkedin\.com/(?:posts|pulse|embed)/[^?#]{0,400}?-(activity|share|ugcPost)-(\d{15,})(?!\d)")
_PULSE = re.compile(r"https?://[\w.]*linkedin\.com/pulse/[^\s?#\"'<>]+")
_VANITY = re.compile(r"linkedin\.com/in/([^/?#\s]+)")
_TAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_BITS = 22
"""Low bits of an id that tell no time. Source: measured on public links; the others are milliseconds since 1970."""
_SEEN_BY = MappingProxyType(
    {"public": "public", "connections": "followers", "connections_only": "followers", "container": "group"}
)


class Target(NamedTuple):
    """What a link of LinkedIn points at."""

    post: str | None
    comment: str | None = None
    """The comment of that post which is meant, where one is."""
    comment_at: Instant | None = None
    """When that comment was written, by its number."""


def target(link: str | None) -> Target:
    """Return the post and the comment in a link, by their URNs.

    >>> target("https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7001").post
    'urn:li:share:7001'
    """
    address = unquote(link or "")
    comment = _COMMENT.search(address)
    post = urn(address.split("?", 1)[0]) or (f"urn:li:{comment[1]}:{comment[2]}" if comment else None)
    if comment is None:
        return Target(post)
    named = f"urn:li:comment:(urn:li:{comment[1]}:{comment[2]},{comment[3]})"
    return Target(post, named, from_epoch(int(comment[3]) >> _BITS, "ms"))


def urn(address: str) -> str | None:
    """Return the URN of a post that stands in an address, else the address of an article; None for neither."""
    if found := _URN.search(address):
        return f"urn:li:{found[1]}:{found[2]}"
    if found := _SLUG.search(address):
        return f"urn:li:{found[1]}:{found[2]}"
    pulse = _PULSE.search(address)
    return pulse[0].rstrip("/") if pulse else None


def vanity(address: str | None) -> str | None:
    """Return the name in the address of a profile."""
    found = _VANITY.search(address or "")
    return unquote(found[1]).lower() if found else None


def words(raw: str | None) -> str | None:
    """Return a text as it was written: without the quotes around its lines and the backslashes before quotes."""
    if not raw or not raw.strip():
        return None
    lines = [line.rstrip() for line in raw.replace('\\"', '"').splitlines()]
    first, last, middle = lines[0], lines[-1], lines[1:-1]
    if len(lines) > 1 and first.endswith('"') and last.startswith('"') and all(_wrapped(m) for m in middle):
        lines = [first[:-1], *(m[1:-1] for m in middle), last[1:]]
    return repair("\n".join(lines)).strip() or None


def _wrapped(line: str) -> bool:
    return len(line) > 1 and line[0] == line[-1] == '"'


def tags(text: str | None) -> tuple[str, ...]:
    """Return the hashtags of a text, each once, without '#'."""
    return tuple(dict.fromkeys(_TAG.findall(text or "")))


def links(text: str | None, *others: str | None) -> tuple[str, ...]:
    """Return addresses that a post points at: those beside it, then those in its text."""
    beside = (o.strip() for o in others if o and o.strip().startswith(("http://", "https://")))
    return tuple(dict.fromkeys((*beside, *_ADDRESS.findall(text or ""))))


def visibility(said: str | None, known: Mapping[str, str] = _SEEN_BY) -> str | None:
    """Return who may see it; None where LinkedIn's word does not say (`MEMBER_NETWORK` stands for any)."""
    return known.get((said or "").strip().lower())
