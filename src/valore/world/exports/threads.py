"""Threads: its folder in an Instagram archive, for an account in Italian."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from valore.world.exports import meta
from valore.world.exports._pack import zipped
from valore.world.exports.own import Profile, Written


def archive(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `instagram-HANDLE-threads.zip`."""
    labels = {"Nome utente": owner.handle, "Nome": owner.name, "Bio": owner.bio}
    entries = {label: {"href": "", "value": value, "timestamp": 0} for label, value in labels.items()}
    told = {"profile_user": [{"title": "", "media_map_data": {}, "string_map_data": entries}]}
    home = "your_instagram_activity/threads"
    members = {
        f"{home}/threads_and_replies.json": meta._json({"text_post_app_text_posts": [_post(p) for p in posts]}),  # noqa: SLF001 - Meta's own escapes
        f"{home}/followers.json": meta._json({"text_post_app_text_post_app_followers": []}),  # noqa: SLF001
        "personal_information/personal_information/personal_information.json": meta._json(told),  # noqa: SLF001
    }
    return zipped(folder / f"instagram-{owner.handle}-threads.zip", members)


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"threads": archive}


def _post(post: Written) -> dict[str, Any]:
    told = {"reply_control": "everyone", "geo_gated_country_list": "", "is_reply": post.reply is not None}
    when = int(post.at.timestamp())
    medium = {"uri": "", "creation_timestamp": when, "title": post.text, "cross_post_source": {"source_app": "FB"}}
    return {"media": [{**medium, "text_app_post": told}]}
