"""twarc: what researchers collected from X's API v2, as lines of JSON.

Each line is a page of answers (`data`, `includes`, `errors`), an event of a stream, or one
flattened post. Also any other program's lines of X's API v2.
"""

from collections.abc import Iterator
from typing import Any

from valore.model.records import Cursor, Fault, Raw, Record
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy
from valore.places._jsonl import heads, marked, reading
from valore.places._x_v2 import records

_OWN = b'"__twarc"'
_MARKS = (
    b"author_id",
    b"conversation_id",
    b"edit_history_tweet_ids",
    b"possibly_sensitive",
    b"public_metrics",
    b"referenced_tweets",
    b"reply_settings",
    b"tweet_count",
)
"""Keys that only X's API v2 writes together."""
_ENOUGH = 2
_SLIPS = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


class Twarc:
    """The reader."""

    name = "twarc"
    title = "twarc (X API v2)"
    policy = Policy(
        terms="Posts collected through X's API by somebody who agreed to its terms; deletions must be followed, "
        "and nothing sensitive may be derived about a person.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
        deletion_hours=24,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="JSONL: data, includes, errors, __twarc",
            period="2021–",
            reads="posts, answers, quotes, reposts, counts, profiles, editions, deletions",
            proof="test_places_twarc.py",
        ),
        Coverage(
            layout="JSONL: id, text, author, __twarc",
            period="2021–",
            reads="posts, answers, quotes, reposts, counts, profiles, editions, deletions",
            proof="test_places_twarc.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise lines of X's API v2 by their keys."""
        found = {member.name: head for member, head in heads(files) if _OWN in head or marked(head, _MARKS) >= _ENOUGH}
        if not found:
            return None
        pages = [b'"includes"' in head or b'"data"' in head[:20] for head in found.values()]
        variant = "pages" if all(pages) else "flattened" if not any(pages) else "mixed"
        skipped = {m.name: "unknown" for m in files.members if m.name not in found}
        return Match(variant, 0.98, tuple(sorted(found)), skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield each line, a `Cursor` behind each few hundred and behind each file."""
        return reading(source, match.members, since, _held)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a page, an event or a flattened post means."""
        try:
            yield from records(raw.value, raw.where)
        except _SLIPS:
            yield Fault(raw.where, "bad_shape")


def _held(answer: dict[str, Any]) -> int:
    data = answer.get("data")
    return len(data) if isinstance(data, list) else 1


PLUGIN = Twarc()
