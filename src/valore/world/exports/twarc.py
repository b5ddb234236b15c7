"""twarc: pages of X's API v2, one a line, each with the account that wrote its posts."""

import html
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from valore.world.exports._pack import MADE, day
from valore.world.exports.own import Profile, Written

_PAGE = 100
_TIME = "%Y-%m-%dT%H:%M:%S.000Z"


def pages(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `twarc-HANDLE.jsonl` as `twarc2 timeline HANDLE` does."""
    path = folder / f"twarc-{owner.handle}.jsonl"
    whole = list(posts)
    lines = (_line(_page(owner, whole[at : at + _PAGE])) for at in range(0, len(whole), _PAGE))
    path.write_text("".join(lines), "utf-8")
    return path


def flattened(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `twarc-HANDLE-flat.jsonl` as `twarc2 flatten` does."""
    path = folder / f"twarc-{owner.handle}-flat.jsonl"
    user, note = _user(owner), _note(owner)
    path.write_text("".join(_line(_tweet(owner, p) | {"author": user, "__twarc": note}) for p in posts), "utf-8")
    return path


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {
    "twarc": pages,
    "twarc-flat": flattened,
}


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) + "\n"


def _page(owner: Profile, posts: Sequence[Written]) -> dict[str, Any]:
    data = [_tweet(owner, post) for post in posts]
    ends = {"newest_id": data[-1]["id"], "oldest_id": data[0]["id"], "result_count": len(data)}
    return {"data": data, "includes": {"users": [_user(owner)]}, "meta": ends, "__twarc": _note(owner)}


def _note(owner: Profile) -> dict[str, str]:
    return {
        "url": f"https://api.twitter.com/2/users/{owner.id}/tweets",
        "version": "2.14.0",
        "retrieved_at": day(MADE, "%Y-%m-%dT%H:%M:%S+00:00"),
    }


def _user(owner: Profile) -> dict[str, Any]:
    return {
        "id": owner.id,
        "username": owner.handle,
        "name": owner.name,
        "description": html.escape(owner.bio, quote=False),
        "created_at": "2011-11-07T09:00:00.000Z",
        "protected": False,
        "verified": False,
    }


def _tweet(owner: Profile, post: Written) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": post.id,
        "text": html.escape(post.text, quote=False),
        "author_id": owner.id,
        "created_at": day(post.at, _TIME),
        "lang": post.language,
        "edit_history_tweet_ids": [post.id],
        "conversation_id": post.reply or post.id,
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "public_metrics": {"retweet_count": post.reposts, "like_count": post.likes},
        "entities": _entities(post),
    }
    if post.reply is not None:
        told |= {
            "in_reply_to_user_id": post.reply_author,
            "referenced_tweets": [{"type": "replied_to", "id": post.reply}],
        }
    return told


def _entities(post: Written) -> dict[str, Any]:
    """Return hashtags and the account that is answered, with where they stand in the text."""
    named: dict[str, Any] = {}
    if post.tag is not None:
        start = post.text.find(f"#{post.tag}")
        named["hashtags"] = [{"start": start, "end": start + len(post.tag) + 1, "tag": post.tag}]
    if post.reply_handle is not None:
        mention = {"start": 0, "end": len(post.reply_handle) + 1, "username": post.reply_handle}
        named["mentions"] = [mention | {"id": post.reply_author}]
    return named
