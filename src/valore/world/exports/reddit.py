"""Reddit: the archive of CSV tables."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from valore.world.exports._pack import MADE, day, zipped
from valore.world.exports.own import Profile, Written

_HOME = "https://www.reddit.com"
_COMMUNITY = "luce"
_SECONDS = "%Y-%m-%d %H:%M:%S UTC"
_ADDRESS = "192.0.2.1"
"""From which everything was sent; nobody should read it."""
_TITLE = 300


def archive(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `export_HANDLE_DATE.zip`; answers are comments, everything else is a post. There are no scores."""
    said = list(reversed(list(posts)))
    posted = ("id", "permalink", "date", "ip", "subreddit", "gildings", "title", "url", "body")
    answered = ("id", "permalink", "date", "ip", "subreddit", "gildings", "link", "parent", "body", "media")
    facts = {
        "account name": owner.handle,
        "export time": day(MADE, _SECONDS),
        "is_deleted": "False",
        "registration date": "2014-05-19 22:02:20 UTC",
        "email verified": "True",
        "email address": f"{owner.handle}@posta.example",
    }
    members = {
        "statistics.csv": _table(("statistic", "value"), facts.items()),
        "posts.csv": _table(posted, (_post(p) for p in said if not p.reply)),
        "comments.csv": _table(answered, (_comment(p) for p in said if p.reply)),
        "messages.csv": _table(("id", "permalink", "thread_id", "date", "ip", "from", "to", "subject", "body"), []),
        "ip_logs.csv": _table(("date", "ip"), [("registration ip", _ADDRESS)]),
    }
    return zipped(folder / f"export_{owner.handle}_{day(MADE, '%Y%m%d')}.zip", members)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    return out.getvalue().encode()


def _post(post: Written) -> Sequence[str]:
    bare, title = post.id.removeprefix("t3_"), post.text.partition("\n")[0][:_TITLE]
    permalink = f"{_HOME}/r/{_COMMUNITY}/comments/{bare}/-/"
    return (bare, permalink, day(post.at, _SECONDS), _ADDRESS, _COMMUNITY, "0", title, "", post.text)


def _comment(post: Written) -> Sequence[str]:
    bare, reply = post.id.removeprefix("t1_"), post.reply or ""
    on_post = not reply.startswith("t1_")
    link = f"{_HOME}/r/{_COMMUNITY}/comments/{reply.removeprefix('t3_')}/-/" if on_post else ""
    permalink = f"{link}{bare}/" if on_post else f"{_HOME}/api/info/?id=t1_{bare}"
    parent = "" if on_post else reply.removeprefix("t1_")
    return (bare, permalink, day(post.at, _SECONDS), _ADDRESS, _COMMUNITY, "0", link, parent, post.text, "")


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"reddit": archive}
"""Each format with its writer."""
