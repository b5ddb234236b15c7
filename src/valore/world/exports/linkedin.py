"""LinkedIn: the complete archive, with the member's number behind the names of some tables."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from valore.world.exports._pack import day, zipped
from valore.world.exports.own import Profile, Written

_SECONDS = "%Y-%m-%d %H:%M:%S"
_FEED = "https://www.linkedin.com/feed/update/"
_PROFILE = (
    *("First Name", "Last Name", "Maiden Name", "Address", "Birth Date", "Headline", "Summary", "Industry", "Zip Code"),
    *("Geo Location", "Twitter Handles", "Websites", "Instant Messengers"),
)
_NOTES = (
    'Notes:\n"When exporting your connection data, you may notice that some of the email addresses are missing."\n\n'
)


def archive(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `linkedin-HANDLE.zip`; answers are comments, everything else is a share. There are no counts."""
    said = list(reversed(list(posts)))
    first, _, last = owner.name.partition(" ")
    person = (first, last, "", "", "", owner.bio, "", "", "", "", "", "", "")
    shares = [(day(p.at, _SECONDS), _link(p.id), _lines(p.text), "", "", "MEMBER_NETWORK") for p in said if not p.reply]
    columns = ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility")
    members = {
        "Profile.csv": _table(_PROFILE, [person]),
        f"Shares_{owner.id}.csv": _table(columns, shares),
        f"Comments_{owner.id}.csv": _comments([p for p in said if p.reply]),
        f"Reactions_{owner.id}.csv": _table(("Date", "Type", "Link"), []),
        "Connections.csv": _NOTES.encode() + _table(("First Name", "Last Name", "URL", "Email Address"), []),
        "messages.csv": _table(("CONVERSATION ID", "CONVERSATION TITLE", "FROM", "TO", "DATE", "CONTENT"), []),
    }
    return zipped(folder / f"linkedin-{owner.handle}.zip", members)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    return out.getvalue().encode()


def _lines(text: str) -> str:
    """Return a text as shares hold it: quotes where one line ends and the next begins."""
    return '"\n"'.join(text.split("\n"))


def _link(urn: str, comment: str | None = None) -> str:
    """Return the address of a post; `comment` is the URN of a comment on it."""
    inner = f"?commentUrn={quote(comment.replace('(urn:li:', '('), safe='')}" if comment else ""
    return f"{_FEED}{quote(urn, safe='')}{inner}"


def _comments(posts: Iterable[Written]) -> bytes:
    """Return the table of comments, where a quote stands behind a backslash instead of being doubled."""
    rows = ["Date,Link,Message"]
    for post in posts:
        itself = post.id if post.id.startswith("urn:li:comment:") else None
        words = post.text.replace('"', '\\"')
        rows.append(f'{day(post.at, _SECONDS)},{_link(post.reply or "", itself)},"{words}"')
    return ("\n".join(rows) + "\n").encode()


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"linkedin": archive}
"""Each format with its writer."""
