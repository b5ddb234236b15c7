"""Facebook and Instagram, in Italian: each byte of UTF-8 escaped as a letter, labels in the owner's language."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from valore.world.exports._pack import zipped
from valore.world.exports.own import Profile, Written
from valore.world.lines import mangled, picture


def _json(value: object) -> bytes:
    """Return JSON as Meta writes it: texts mangled, then escaped to ASCII."""
    return json.dumps(_mangled(value), indent=2, ensure_ascii=True).encode()


def _mangled(value: Any) -> Any:
    if isinstance(value, str):
        return mangled(value)
    if isinstance(value, dict):
        return {mangled(k): _mangled(v) for k, v in value.items()}
    return [_mangled(v) for v in value] if isinstance(value, list) else value


def _seconds(post: Written) -> int:
    return int(post.at.timestamp())


def _status(owner: Profile, post: Written) -> dict[str, Any]:
    title = f"{owner.name} ha aggiornato il suo stato."
    return {"timestamp": _seconds(post), "data": [{"post": post.text}], "title": title}


def _described(owner: Profile) -> dict[str, Any]:
    uri = f"https://www.facebook.com/{owner.handle}"
    about = {"name": {"full_name": owner.name}, "username": owner.handle, "profile_uri": uri, "intro_bio": {}}
    return {"profile_v2": about | {"intro_bio": {"name": owner.bio}}}


def page(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write the export of a Facebook Page."""
    home = "this_profile's_activity_across_facebook"
    members = {
        f"{home}/posts/profile_posts_1.json": _json([_status(owner, p) for p in posts]),
        "personal_information/profile_information/profile_information.json": _json(_described(owner)),
        f"{home}/messages/inbox/cliente_1/message_1.json": _json({"participants": [], "messages": []}),
    }
    return zipped(folder / f"facebook-{owner.handle}-pagina.zip", members)


def profile(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write the export of a Facebook profile, from 2023 on, for an account in Italian."""
    home = "la_tua_attività_su_facebook"
    told = "personal_information/informazioni_del_profilo/informazioni_del_profilo.json"
    members = {
        f"{home}/post/i_tuoi_post__check_in__foto_e_video_1.json": _json([_status(owner, p) for p in posts]),
        told: _json(_described(owner)),
        f"{home}/messages/inbox/amica_1/message_1.json": _json({"participants": [], "messages": []}),
        "connections/friends/your_friends.json": _json({"friends_v2": []}),
    }
    return zipped(folder / f"facebook-{owner.handle}.zip", members)


def instagram(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write an Instagram archive, from 2024 on, for an account in Italian."""
    labels = {"Nome utente": owner.handle, "Nome": owner.name, "Bio": owner.bio}
    entries = {label: {"href": "", "value": value, "timestamp": 0} for label, value in labels.items()}
    told = {"profile_user": [{"title": "", "media_map_data": {}, "string_map_data": entries}]}
    members = {
        "your_instagram_activity/media/posts_1.json": _json([_picture(p) for p in posts]),
        "personal_information/personal_information/personal_information.json": _json(told),
        "connections/followers_and_following/followers_1.json": _json([]),
        "your_instagram_activity/messages/inbox/amica_1/message_1.json": _json({"messages": []}),
    }
    return zipped(folder / f"instagram-{owner.handle}.zip", members)


def _picture(post: Written) -> dict[str, Any]:
    uri = picture(_seconds(post) * 1_000_000)
    source = {"cross_post_source": {"source_app": "FB"}}
    return {"media": [{"uri": uri, "creation_timestamp": _seconds(post), "title": post.text, **source}]}
