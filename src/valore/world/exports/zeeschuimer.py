"""Zeeschuimer: lines of JSON as the web pages of each network hold them, in a box that says which network and when."""

import html
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from valore.world.exports._pack import MADE, day
from valore.world.exports.own import Profile, Written

_DOMAINS = {
    "x": "twitter.com",
    "instagram": "instagram.com",
    "facebook": "facebook.com",
    "threads": "threads.net",
    "tiktok": "tiktok.com",
    "linkedin": "linkedin.com",
}


def raw(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `zeeschuimer-HANDLE.ndjson` as the browser extension exports it."""
    return _written(folder / f"zeeschuimer-{owner.handle}.ndjson", (_boxed(owner, p, n) for n, p in enumerate(posts)))


def kept(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `zeeschuimer-HANDLE-4cat.ndjson` as 4CAT keeps it."""
    lines = (_boxed(owner, p, n) for n, p in enumerate(posts))
    path = folder / f"zeeschuimer-{owner.handle}-4cat.ndjson"
    return _written(path, ({**line.pop("data"), "__import_meta": line} for line in lines))


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"zeeschuimer": raw, "zeeschuimer-4cat": kept}


def _written(path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def _boxed(owner: Profile, post: Written, number: int) -> dict[str, Any]:
    domain = _DOMAINS[owner.place]
    collected = int(MADE.timestamp()) * 1000 + number
    return {
        "nav_index": "1:1:0",
        "item_id": post.id,
        "timestamp_collected": collected,
        "last_updated": collected,
        "source_platform": domain,
        "source_platform_url": f"https://www.{domain}/{owner.handle}",
        "source_url": f"https://www.{domain}/api/",
        "user_agent": "Mozilla/5.0",
        "data": _DATA[owner.place](owner, post),
        "id": number + 1,
    }


def _seconds(post: Written) -> int:
    return int(post.at.timestamp())


def _x(owner: Profile, post: Written) -> dict[str, Any]:
    words = html.escape(post.text, quote=False)
    legacy: dict[str, Any] = {
        "created_at": day(post.at, "%a %b %d %H:%M:%S +0000 %Y"),
        "conversation_id_str": post.reply or post.id,
        "id_str": post.id,
        "user_id_str": owner.id,
        "full_text": words,
        "lang": post.language,
        "favorite_count": post.likes,
        "retweet_count": post.reposts,
        "entities": {
            "hashtags": [{"text": post.tag}] if post.tag else [],
            "urls": [],
            "user_mentions": [{"screen_name": post.reply_handle, "id_str": post.reply_author}] if post.reply else [],
        },
    }
    if post.reply is not None:
        legacy |= {
            "in_reply_to_status_id_str": post.reply,
            "in_reply_to_user_id_str": post.reply_author,
            "in_reply_to_screen_name": post.reply_handle,
        }
    user = {"screen_name": owner.handle, "name": owner.name, "description": owner.bio, "followers_count": 310}
    author = {"__typename": "User", "rest_id": owner.id, "legacy": user}
    return {
        "__typename": "Tweet",
        "rest_id": post.id,
        "core": {"user_results": {"result": author}},
        "legacy": legacy,
        "views": {"state": "Enabled"},
        "promoted": False,
    }


def _instagram(owner: Profile, post: Written) -> dict[str, Any]:
    return {
        "pk": f"30{post.id}",
        "code": post.id,
        "taken_at": _seconds(post),
        "media_type": 1,
        "user": {"pk": owner.id, "username": owner.handle, "full_name": owner.name, "is_private": False},
        "caption": {"text": post.text},
        "like_count": post.likes,
        "image_versions2": {"candidates": [{"url": "https://instagram.example/1.jpg"}]},
    }


def _threads(owner: Profile, post: Written) -> dict[str, Any]:
    return {
        "pk": f"30{post.id}",
        "code": post.id,
        "taken_at": _seconds(post),
        "user": {"pk": owner.id, "username": owner.handle, "full_name": owner.name},
        "caption": {"text": post.text},
        "like_count": post.likes,
        "text_post_app_info": {"repost_count": post.reposts, "reply_to_author": {"id": post.reply_author}},
    }


def _facebook(owner: Profile, post: Written) -> dict[str, Any]:
    address = f"https://www.facebook.com/{owner.handle}/posts/{post.id}"
    clock = {"story": {"creation_time": _seconds(post), "url": address}}
    actor = {"id": owner.id, "name": owner.name, "url": f"https://www.facebook.com/{owner.handle}"}
    story = {"post_id": post.id, "wwwURL": address, "message": {"text": post.text}, "actors": [actor]}
    counts = {"reaction_count": {"count": post.likes}, "share_count": {"count": post.reposts}}
    return {
        "id": f"S:_I{owner.id}:{post.id}",
        "comet_sections": {
            "content": {"story": story},
            "context_layout": {"story": {"comet_sections": {"metadata": [{"story": {"privacy_scope": {}}}, clock]}}},
            "feedback": {"story": {"ufi": {"feedback": counts}}},
        },
    }


def _tiktok(owner: Profile, post: Written) -> dict[str, Any]:
    return {
        "id": post.id,
        "desc": post.text,
        "createTime": _seconds(post),
        "author": {"id": owner.id, "uniqueId": owner.handle, "nickname": owner.name, "signature": owner.bio},
        "stats": {"diggCount": post.likes, "shareCount": post.reposts},
        "textExtra": [{"hashtagName": post.tag}] if post.tag else [],
        "textLanguage": post.language,
        "music": {"title": "suono originale"},
    }


def _linkedin(owner: Profile, post: Written) -> dict[str, Any]:
    """Return a post whose time stands in its id alone, as on LinkedIn's own pages."""
    number = int(post.at.timestamp() * 1000) << 22 | int(post.id) % (1 << 22)
    urn = f"urn:li:fsd_update:(urn:li:activity:{number},MAIN_FEED,EMPTY,DEFAULT,false)"
    tags = [{"type": "HASHTAG", "trackingUrn": f"urn:li:hashtag:{post.tag}"}] if post.tag else []
    return {
        "actor": {
            "name": {"text": owner.name},
            "navigationContext": {"actionTarget": f"https://www.linkedin.com/in/{owner.handle}?miniProfileUrn=urn"},
            "subDescription": {"text": "18mo • "},
            "description": {"text": owner.bio},
        },
        "commentary": {"text": {"text": post.text, "attributes": tags}},
        "content": None,
        "*socialDetail": {"*totalSocialActivityCounts": {"numLikes": post.likes, "numShares": post.reposts}},
        "updateMetadata": {"urn": urn},
        "id": urn,
    }


_DATA: dict[str, Callable[[Profile, Written], dict[str, Any]]] = {
    "x": _x,
    "instagram": _instagram,
    "facebook": _facebook,
    "threads": _threads,
    "tiktok": _tiktok,
    "linkedin": _linkedin,
}
