"""TikTok: the export as one file of JSON, as it is since 2024."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from valore.world.exports._pack import day, zipped
from valore.world.exports.own import Profile, Written

_HOME = "https://www.tiktok.com"
_SECONDS = "%Y-%m-%d %H:%M:%S"
_ALLOWED = ("AllowComments", "AllowStitches", "AllowDuets", "AllowStickers", "AllowSharingToStory")


def archive(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `tiktok-HANDLE.zip`; answers are comments, everything else is a video with its likes.

    Comments have no ids there. Videos have ids of 19 figures.
    """
    said = list(reversed(list(posts)))
    watched = {"Watch History": {"VideoList": None}, "Login History": {"LoginHistoryList": None}}
    told = {
        "Comment": {"Comments": {"App": 1, "CommentsList": [_comment(p) for p in said if p.reply]}},
        "Direct Message": {"Direct Messages": {"ChatHistory": {}}},
        "Likes and Favorites": {"Like List": {"ItemFavoriteList": None}},
        "Post": {
            "Posts": {"VideoList": [_video(owner, p) for p in said if not p.reply]},
            "Recently Deleted Posts": {"PostList": []},
        },
        "Profile And Settings": {"Profile Info": {"ProfileMap": _profile(owner)}, "Block List": {"BlockList": None}},
        "Your Activity": {**watched, "Searches": {"SearchList": None}, "Reposts": {"RepostList": None}},
    }
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return zipped(folder / f"tiktok-{owner.handle}.zip", {"user_data_tiktok.json": content})


def _profile(owner: Profile) -> dict[str, str]:
    return {
        "bioDescription": owner.bio,
        "birthDate": "01-Jan-1990",
        "displayName": owner.name,
        "emailAddress": f"{owner.handle}@posta.example",
        "userName": owner.handle,
    }


def _video(owner: Profile, post: Written) -> dict[str, Any]:
    return {
        "Date": day(post.at, _SECONDS),
        "Link": f"{_HOME}/@{owner.handle}/video/{post.id}/",
        "Likes": str(post.likes),
        "WhoCanView": "Public",
        **dict.fromkeys(_ALLOWED, "Yes"),
        "Sound": f"suono originale - {owner.handle}",
        "Title": post.text,
        "AddYoursText": "N/A",
    }


def _comment(post: Written) -> dict[str, str]:
    return {
        "date": f"{day(post.at, _SECONDS)} UTC",
        "comment": post.text,
        "photo": "N/A",
        "sticker": "N/A",
        "original post link": f"https://www.tiktokv.com/share/video/{post.reply}/",
    }


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"tiktok": archive}
"""Each format with its writer."""
