"""Google+: Google Takeout for an account in Italian, older posts as pages, later ones as JSON."""

import html
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from valore.world.exports._pack import day, zipped
from valore.world.exports.own import Profile, Written

_HOME = "Takeout/Stream di Google+/Post"
_PAGES = 10
"""Posts that come as pages."""


def takeout(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `takeout-HANDLE.zip`."""
    members: dict[str, bytes] = {}
    for number, post in enumerate(posts):
        name = f"{_HOME}/{day(post.at, '%Y%m%d')} - {_title(post.text)}"
        if number < _PAGES:
            members[f"{name}.html"] = _page(owner, post).encode()
        else:
            members[f"{name}.json"] = json.dumps(_post(owner, post), indent=2).encode()
    members["Takeout/Cerchie di Google+/Amici.vcf"] = b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n"
    return zipped(folder / f"takeout-{owner.handle}.zip", members)


def _title(text: str) -> str:
    """Return the beginning of a post as Takeout makes a file name of it."""
    return "".join("_" if c in '/\\:*?"<>|#' else c for c in text[:39]).strip(" .")


def _author(owner: Profile) -> dict[str, str]:
    return {
        "displayName": owner.name,
        "profilePageUrl": f"https://plus.google.com/{owner.id}",
        "avatarImageUrl": "https://lh3.example/photo.jpg",
        "resourceName": f"users/{owner.id}",
    }


def _post(owner: Profile, post: Written) -> dict[str, Any]:
    when, mark = day(post.at, "%Y-%m-%d %H:%M:%S+0000"), post.id.rpartition("/")[2]
    return {
        "url": post.id,
        "creationTime": when,
        "updateTime": when,
        "author": _author(owner),
        "content": html.escape(post.text, quote=False),
        "activityId": f"z12{mark}",
        "resourceName": f"users/{owner.id}/posts/{mark}",
        "postAcl": {"visibleToStandardAcl": {"circles": [{"type": "CIRCLE_TYPE_PUBLIC"}]}},
    }


def _page(owner: Profile, post: Written) -> str:
    when, words = day(post.at, "%Y-%m-%dT%H:%M:%S+0000"), html.escape(post.text, quote=False)
    home = f"https://plus.google.com/{owner.id}"
    return f"""<!DOCTYPE html>
<html><head><meta charset="UTF-8"><title>{words[:60]}</title></head>
<body itemscope itemtype="http://schema.org/SocialMediaPosting" itemid="{post.id}">
<div><span itemprop="author" itemscope itemtype="http://schema.org/Person"><a href="{home}" class="author"
 itemprop="url"><span itemprop="name">{owner.name}</span></a></span>
<a href="{post.id}"><span itemprop="dateCreated">{when}</span></a></div>
<div class="main-content" itemprop="text">{words}</div>
<div class="visibility">Pubblico</div>
</body></html>
"""
