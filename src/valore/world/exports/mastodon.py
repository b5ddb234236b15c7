"""Mastodon: `outbox.json` and `actor.json` in a tar.gz."""

import html
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from valore.world.cast import HOST
from valore.world.exports._pack import day, tarred
from valore.world.exports.own import Profile, Written

_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_CONTEXT = "https://www.w3.org/ns/activitystreams"


def archive(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `mastodon-HANDLE.tar.gz`."""
    acts = [_create(owner, post) for post in posts]
    outbox = {
        "@context": _CONTEXT,
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": len(acts),
        "orderedItems": acts,
    }
    none = {"@context": _CONTEXT, "id": "likes.json", "type": "OrderedCollection", "orderedItems": []}
    files = {"actor.json": _actor(owner), "outbox.json": outbox, "likes.json": none}
    members = {name: json.dumps(value, ensure_ascii=False).encode() for name, value in files.items()}
    return tarred(folder / f"mastodon-{owner.handle}.tar.gz", members)


def _actor(owner: Profile) -> dict[str, Any]:
    return {
        "@context": _CONTEXT,
        "id": owner.id,
        "type": "Person",
        "preferredUsername": owner.handle,
        "name": owner.name,
        "summary": f"<p>{html.escape(owner.bio, quote=False)}</p>",
        "url": f"https://{HOST}/@{owner.handle}",
        "manuallyApprovesFollowers": False,
        "published": "2022-11-05T00:00:00Z",
        "outbox": "outbox.json",
        "likes": "likes.json",
    }


def _create(owner: Profile, post: Written) -> dict[str, Any]:
    when = day(post.at, "%Y-%m-%dT%H:%M:%SZ")
    to = {"to": [_PUBLIC], "cc": [f"{owner.id}/followers", *([post.reply_author] if post.reply_author else [])]}
    content = _html(post)
    note = {
        "id": post.id,
        "type": "Note",
        "summary": None,
        "inReplyTo": post.reply,
        "published": when,
        "url": f"https://{HOST}/@{owner.handle}/{post.id.rpartition('/')[2]}",
        "attributedTo": owner.id,
        **to,
        "sensitive": False,
        "content": content,
        "contentMap": {post.language: content},
        "attachment": [],
        "tag": _tags(post),
    }
    act = {"id": f"{post.id}/activity", "type": "Create", "actor": owner.id, "published": when}
    return {**act, **to, "object": note}


def _html(post: Written) -> str:
    """Return the text as Mastodon marks it up."""
    text = html.escape(post.text, quote=False)
    if post.tag:
        link = (
            f'<a href="https://{HOST}/tags/{post.tag}" class="mention hashtag" rel="tag">#<span>{post.tag}</span></a>'
        )
        text = re.sub(rf"#{re.escape(post.tag)}(?!\w)", link, text)
    if post.reply_handle:
        handle = post.reply_handle
        link = (
            f'<span class="h-card"><a href="https://{HOST}/@{handle}" class="u-url mention">'
            f"@<span>{handle}</span></a></span>"
        )
        text = text.replace(f"@{handle}", link, 1)
    return f"<p>{text}</p>"


def _tags(post: Written) -> list[dict[str, str]]:
    tags = []
    if post.tag:
        href = f"https://{HOST}/tags/{post.tag}"
        tags.append({"type": "Hashtag", "href": href, "name": f"#{post.tag}"})
    if post.reply_author and post.reply_handle:
        tags.append({"type": "Mention", "href": post.reply_author, "name": f"@{post.reply_handle}"})
    return tags
