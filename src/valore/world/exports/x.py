"""X: the archive of 2022 and later, and the table of 2012 to 2019."""

import csv
import hashlib
import html
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from valore.world.exports._pack import MADE, day, zipped
from valore.world.exports.own import Profile, Written

_COLUMNS = (
    "tweet_id",
    "in_reply_to_status_id",
    "in_reply_to_user_id",
    "timestamp",
    "source",
    "text",
    "retweeted_status_id",
    "retweeted_status_user_id",
    "retweeted_status_timestamp",
    "expanded_urls",
)
_SOURCE = '<a href="https://mobile.x.example" rel="nofollow">X Web App</a>'
_MILLISECONDS = "%Y-%m-%dT%H:%M:%S.000Z"


def modern(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `x-HANDLE.zip` as X makes it from 2022 on; among its files some that nobody should read."""
    members = {
        "data/manifest.js": _manifest(owner),
        "data/account.js": _script("account", [{"account": _account(owner)}]),
        "data/profile.js": _script("profile", [{"profile": {"description": _described(owner)}}]),
        "data/tweets.js": _script("tweets", [{"tweet": _tweet(post)} for post in posts]),
        "data/direct-messages.js": _script("direct_messages", []),
        "data/ip-audit.js": _script("ip_audit", []),
        "data/like.js": _script("like", []),
    }
    return zipped(folder / f"x-{owner.handle}.zip", members)


def _script(name: str, values: list[dict[str, Any]]) -> bytes:
    body = json.dumps(values, ensure_ascii=False, indent=2)
    return f"window.YTD.{name}.part0 = {body}".encode()


def _manifest(owner: Profile) -> bytes:
    user = {"accountId": owner.id, "userName": owner.handle, "displayName": owner.name}
    facts = {"userInfo": user, "archiveInfo": {"generationDate": day(MADE, _MILLISECONDS)}}
    return f"window.__THAR_CONFIG = {json.dumps(facts, ensure_ascii=False, indent=2)}".encode()


def _account(owner: Profile) -> dict[str, str]:
    return {
        "email": f"{owner.handle}@posta.example",
        "createdVia": "web",
        "username": owner.handle,
        "accountId": owner.id,
        "createdAt": "2011-11-07T09:00:00.000Z",
        "accountDisplayName": owner.name,
    }


def _described(owner: Profile) -> dict[str, str]:
    return {"bio": owner.bio, "website": "", "location": ""}


def _tweet(post: Written) -> dict[str, Any]:
    told: dict[str, Any] = {
        "edit_info": {"initial": {"editTweetIds": [post.id], "editsRemaining": "5", "isEditEligible": True}},
        "retweeted": False,
        "source": _SOURCE,
        "entities": _entities(post),
        "display_text_range": ["0", str(len(post.text))],
        "favorite_count": str(post.likes),
        "id_str": post.id,
        "truncated": False,
        "retweet_count": str(post.reposts),
        "id": post.id,
        "created_at": day(post.at, "%a %b %d %H:%M:%S +0000 %Y"),
        "favorited": False,
        "full_text": html.escape(post.text, quote=False),
        "lang": post.language,
    }
    if post.reply is not None:
        told |= {
            "in_reply_to_status_id_str": post.reply,
            "in_reply_to_status_id": post.reply,
            "in_reply_to_user_id": post.reply_author,
            "in_reply_to_user_id_str": post.reply_author,
            "in_reply_to_screen_name": post.reply_handle,
        }
    return told


def _entities(post: Written) -> dict[str, Any]:
    """Return hashtags and the account that is answered, with where they stand in the text."""
    tags, users = [], []
    if post.tag is not None:
        start = post.text.find(f"#{post.tag}")
        tags = [{"text": post.tag, "indices": [str(start), str(start + len(post.tag) + 1)]}]
    if post.reply_handle is not None:
        users = [
            {
                "name": post.reply_name,
                "screen_name": post.reply_handle,
                "indices": ["0", str(len(post.reply_handle) + 1)],
                "id_str": post.reply_author,
                "id": post.reply_author,
            }
        ]
    return {"hashtags": tags, "symbols": [], "user_mentions": users, "urls": []}


def old(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write the archive of 2012 to 2019 with its `tweets.csv`; the account's id stands in the zip's name."""
    out = io.StringIO(newline="")
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    table.writerow(_COLUMNS)
    for post in reversed(list(posts)):
        when, words = day(post.at, "%Y-%m-%d %H:%M:%S +0000"), html.escape(post.text, quote=False)
        table.writerow([post.id, "", "", when, _SOURCE, words, "", "", "", ""])
    mark = hashlib.sha256(owner.handle.encode()).hexdigest()[:40]
    members = {"README.txt": b"Archivio dei Tweet\n", "tweets.csv": out.getvalue().encode()}
    return zipped(folder / f"{owner.id}_{mark}.zip", members)
