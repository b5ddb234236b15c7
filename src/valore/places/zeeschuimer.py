"""Zeeschuimer: what a researcher's own browser saw of X, Instagram, TikTok, LinkedIn, Threads and Facebook.

Lines of JSON in the form of each network's web pages, in a box that says which network and when
(`source_platform`, `timestamp_collected`), or as 4CAT keeps them (`__import_meta`). Where the page
says a time only as "18mo" the id of the post tells it; a post whose time nothing tells is a fault.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from valore.model.records import Cursor, Fault, Instant, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.model.time import from_epoch
from valore.places import Coverage, Policy
from valore.places._jsonl import heads, marked, reading
from valore.places._values import count, mapping
from valore.places._zeeschuimer_meta import facebook, instagram, instagram_comment, threads
from valore.places._zeeschuimer_web import linkedin, tiktok, tiktok_comment
from valore.places._zeeschuimer_x import records as x

Understood = Callable[[Mapping[str, Any], Where, Instant | None], Iterator[Record | Fault]]

_NETWORKS: Mapping[str, Understood] = MappingProxyType(
    {
        "twitter.com": x,
        "twitter-comments": x,
        "x.com": x,
        "instagram.com": instagram,
        "instagram-comments": instagram_comment,
        "threads.net": threads,
        "threads.com": threads,
        "facebook.com": facebook,
        "tiktok.com": tiktok,
        "tiktok-comments": tiktok_comment,
        "linkedin.com": linkedin,
    }
)
"""By the name of the module that collected, which is older than the network's own where that changed it."""
_BOX = (b"timestamp_collected", b"source_platform", b"source_platform_url")
_SLIPS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_READS = "posts, answers, quotes, reposts, counts, profiles"


class Zeeschuimer:
    """The reader."""

    name = "zeeschuimer"
    title = "Zeeschuimer"
    policy = Policy(
        terms="Public posts that somebody collected in their own browser for research, and answers for; "
        "nothing sensitive may be derived about a person.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="NDJSON: item_id, timestamp_collected, source_platform, data",
            period="2021–",
            reads=_READS,
            proof="test_places_zeeschuimer.py",
        ),
        Coverage(
            layout="NDJSON (4CAT): __import_meta", period="2021–", reads=_READS, proof="test_places_zeeschuimer.py"
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise lines by the box around each post."""
        found = {member.name: b'"__import_meta"' in head for member, head in heads(files) if _boxed(head)}
        if not found:
            return None
        variant = "4cat" if all(found.values()) else "raw" if not any(found.values()) else "mixed"
        skipped = {m.name: "unknown" for m in files.members if m.name not in found}
        return Match(variant, 0.98, tuple(sorted(found)), skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield each line, a `Cursor` behind each few hundred and behind each file."""
        return reading(source, match.members, since)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a line means, on its own network."""
        try:
            yield from list(_records(raw.value, raw.where))
        except _SLIPS:
            yield Fault(raw.where, "bad_shape")


def _boxed(head: bytes) -> bool:
    return b'"__import_meta"' in head or marked(head, _BOX) == len(_BOX)


def _records(line: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    box = mapping(line, "__import_meta") or line
    data = mapping(line, "data") if box is line else line
    understood = _NETWORKS.get(str(box.get("source_platform")))
    if understood is None or not data:
        return iter((Fault(where, "bad_shape"),))
    milliseconds = count(box.get("timestamp_collected"))
    return understood(data, where, None if milliseconds is None else from_epoch(milliseconds, "ms"))


PLUGIN = Zeeschuimer()
