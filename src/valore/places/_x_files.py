"""X archives: which of their files are read, and why the others are not."""

import re

from valore.model.source import Manifest, Match

_SCRIPT = re.compile(
    r"(?:^|/)(tweets?|note-tweet|community-tweet|deleted-tweets|account|profile|verified|manifest)(?:-part\d+)?\.js$"
)
_GRAILBIRD = re.compile(r"(?:^|/)\d{4}_\d\d\.js$")
_DETAILS = re.compile(r"(?:^|/)user_details\.js$")
_TABLE = re.compile(r"(?:^|/)tweets\.csv$")
COLUMNS = frozenset(("tweet_id", "timestamp", "text", "in_reply_to_status_id"))
"""Without which a table is not of X."""
_PRIVATE = re.compile(
    r"(?:^|/)(direct[-_]message|contact|ip-audit|ad-|ads-|personalization|device|ni-devices|phone-number|"
    r"email-address|sso|key-registry|connected-application|block|mute|ageinfo|user-link-clicks|saved-search|"
    r"periscope|smartblock|app\.js|protected-history|account-timezone|account-creation-ip|mfa|payment|"
    r"shop|catalog|lists-|follower|following)"
)
_MEDIA = re.compile(r"\.(jpe?g|png|gif|mp4|mov|webp|m3u8|ts|svg|ico|mp3|m4a)$")
_IDLE = re.compile(r"\.(js|json|html?|css|txt|md|csv)$")
_MARKS = {"grailbird": b"Grailbird.data.", "details": b"user_details", "manifest": b"window.__THAR_CONFIG"}

POSTS = ("tweet", "tweets", "community-tweet", "deleted-tweets", "grailbird", "csv")
"""Kinds of file that hold posts."""


def recognised(files: Manifest) -> Match | None:
    """Recognise an archive by what its files are called and how they begin."""
    kinds = {m.name: kind(m.name) for m in files.members}
    found = {n: k for n, k in kinds.items() if k is not None and _shaped(files, n, k)}
    if "grailbird" in found.values():
        found = {n: k for n, k in found.items() if k != "csv"}
    if not set(found.values()) - {"details", "manifest"}:
        return None
    skipped = {n: why_not(n) for n in kinds if n not in found}
    return Match(_variant(set(found.values())), 1.0, tuple(found), skipped)


def kind(name: str) -> str | None:
    """Return what a member holds by the pattern of its name; None for all that is never read."""
    if found := _SCRIPT.search(name):
        return found[1]
    if _GRAILBIRD.search(name):
        return "grailbird"
    if _DETAILS.search(name):
        return "details"
    return "csv" if _TABLE.search(name) else None


def why_not(name: str) -> str:
    """Return the code of why a member is not read."""
    name = name.lower()
    if _PRIVATE.search(name):
        return "private"
    if _MEDIA.search(name):
        return "media"
    return "not_needed" if _IDLE.search(name) else "unknown"


def _shaped(files: Manifest, name: str, what: str) -> bool:
    """Return whether the member begins as X writes it, in UTF-8 or UTF-16."""
    head = files.head(name, 1024).replace(b"\x00", b"")
    if what == "csv":
        header = head.split(b"\n")[0].removeprefix(b"\xef\xbb\xbf").replace(b'"', b"")
        return set(header.decode("utf-8", "replace").strip().split(",")) >= COLUMNS
    return _MARKS.get(what, b"window.YTD.") in head


def _variant(kinds: set[str]) -> str:
    if "csv" in kinds:
        return "2012-csv"
    if "grailbird" in kinds:
        return "2012-grailbird"
    newer = {"tweets", "note-tweet", "community-tweet", "deleted-tweets", "manifest"}
    return "2022-" if kinds & newer or "tweet" not in kinds else "2019-22"
