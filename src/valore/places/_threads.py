"""Threads, which has no archive of its own: its posts come in a folder of Instagram's.

Every post is a list of media, also one that has none: its text is then the title of a medium
without an address. An answer says that it is one, but not what it answers.
"""

import re
from collections.abc import Mapping
from typing import Any

from valore.model.records import Account, Fault, Post, Record, Where, content_id
from valore.places import _meta as meta

PLACE = "threads"
POSTS = "text_post_app_text_posts"
_FAMILY = "text_post_app_"
_PRIVATE = re.compile(r"block|follow|restrict|mute|request|relation|contact|profile")


def why_not(key: str | None) -> str | None:
    """Return the code of why a member of Threads with this first key is not read; None when it is not of Threads."""
    if key is None or not key.startswith(_FAMILY):
        return None
    return "private" if _PRIVATE.search(key) else "not_needed"


def account(owner: meta.Owner) -> Account:
    """Return the account, which bears the name that it has at Instagram."""
    url = f"https://www.threads.com/@{owner.handle}" if owner.handle else None
    return Account(PLACE, owner.id, "", handle=owner.handle, name=owner.name, url=url)


def post(owner: meta.Owner, value: Mapping[str, Any], where: Where) -> Record | Fault:
    """Return what an element means."""
    media = meta.dicts(value.get("media"))
    times = (value.get("creation_timestamp"), *(m.get("creation_timestamp") for m in media))
    at = next((t for v in times if (t := meta.moment(v)) is not None), None)
    if at is None:
        return Fault(where, "no_date")
    uris = tuple(u for m in media if isinstance(u := m.get("uri"), str) and u)
    said = (value.get("title"), *(m.get("title") for m in media))
    raw = next((s for s in said if isinstance(s, str) and s.strip()), "")
    if not raw and not uris:
        return Fault(where, "no_content")
    text = meta.mended(raw)
    moving = any(u.lower().endswith(meta.VIDEOS) for u in uris)
    return Post(
        place=PLACE,
        id=content_id(owner.id, at, raw, *uris),
        author=owner.id,
        published=at,
        pointer=where.pointer,
        text=text,
        kind="Video" if moving else "Image" if uris else "Note",
        links=meta.addresses(text),
        tags=meta.tags(text),
        mentions=meta.handles(text),
        media=len(uris),
    )
