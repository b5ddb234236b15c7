"""What Reddit's archive and its API have in common: names of things, addresses, texts in Markdown.

Accounts are known by their name, which Reddit never changes: archives tell no other id.
"""

import re
from urllib.parse import urljoin, urlsplit

from valore.model.records import Fault, Where
from valore.model.text import repair

PLACE = "reddit"
HOME = "https://www.reddit.com"
_FULL = re.compile(r"t[13]_[a-z0-9]{1,20}")
_BARE = re.compile(r"[a-z0-9]{1,20}")
_THREAD = re.compile(r"(?:/comments/|redd\.it/|/gallery/)([a-z0-9]{1,20})(?![a-z0-9])")
_NAMED = re.compile(r"(?<![\w/])/?u/([A-Za-z0-9_-]{2,25})(?![\w-])")
_ADDRESS = re.compile(r"https?://[^\s<>\"'\]()]+[^\s<>\"'.,;:!?()\]*_]")
_GONE = frozenset(("[deleted]", "[removed]", "[deleted by user]", "[ removed by reddit ]"))
_PICTURE = (".jpg", ".jpeg", ".png", ".gif", ".webp")


def author(name: str | None) -> str | None:
    """Return who wrote it; None for an account that is gone."""
    name = (name or "").strip().removeprefix("u/")
    return f"@{name.lower()}" if name and name.lower() not in _GONE else None


def post_of(address: str | None) -> str | None:
    """Return the post that an address, a full name or a bare id stands for.

    >>> post_of("https://www.reddit.com/r/luce/comments/1abc2/meno_ma_meglio/")
    't3_1abc2'
    """
    address = (address or "").strip()
    if _FULL.fullmatch(address):
        return address if address.startswith("t3_") else None
    if found := _THREAD.search(address):
        return f"t3_{found[1]}"
    return f"t3_{address}" if _BARE.fullmatch(address) else None


def parent_of(parent: str | None, post: str | None) -> str | None:
    """Return what a comment answers: the comment or post that `parent` names, else its post."""
    parent = (parent or "").strip()
    if _FULL.fullmatch(parent):
        return parent
    if post is not None and parent == post[3:]:
        return post
    return f"t1_{parent}" if _BARE.fullmatch(parent) else post


def words(raw: str | None) -> str | None:
    """Return a text in the Markdown that people wrote; None for what is gone or empty."""
    text = repair(raw or "").strip()
    return None if text.lower() in _GONE else text or None


def links(text: str | None, url: str | None = None) -> tuple[str, ...]:
    """Return addresses that a post points at: its own, where it is not one of Reddit, then those in its text."""
    beside = (url,) if url and url.startswith(("http://", "https://")) and not _inside(url) else ()
    return tuple(dict.fromkeys((*beside, *_ADDRESS.findall(text or ""))))


def _inside(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host == "redd.it" or host.endswith((".redd.it", "reddit.com"))


def mentions(text: str | None) -> tuple[str, ...]:
    """Return the accounts that a text names as `u/name`, each once."""
    return tuple(dict.fromkeys(f"@{name.lower()}" for name in _NAMED.findall(text or "")))


def address(permalink: str | None) -> str | None:
    """Return the whole address of a permalink."""
    link = (permalink or "").strip()
    return link if link.startswith("https://") else urljoin(HOME, link) if link else None


def picture(url: str | None) -> bool:
    """Say whether an address is that of a picture."""
    return (url or "").split("?", 1)[0].lower().endswith(_PICTURE)


def lacking(where: Where, **needed: object) -> Fault | None:
    """Return why a record cannot be: the first reason, by its code, whose need is None."""
    return next((Fault(where, reason) for reason, known in needed.items() if known is None), None)
