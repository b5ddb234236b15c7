"""TikTok and LinkedIn as their web pages fetch them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from valore.model.records import Account, Fault, Instant, Observation, Post, Record, Where
from valore.model.time import from_epoch
from valore.places._values import count, flag, mapping, native, seconds, sequence, text

_ACTIVITY = re.compile(r"urn:li:activity:(\d{15,20})")
_PROFILE = re.compile(r"linkedin\.com/(in|company|school|showcase)/([^/?#\s]+)")
_HASHTAG = re.compile(r"urn:li:(?:fsd_)?hashtag:\(?([^,)]+)")
_BITS = 22
"""Low bits of an id of LinkedIn that tell no time; the others are milliseconds since 1970."""
_UNKNOWN_LANGUAGE = ("un", "", None)


def tiktok(data: Mapping[str, Any], where: Where, seen: Instant | None) -> Iterator[Record | Fault]:
    """Yield a video with its counts and its author."""
    user = _tiktok_user(data)
    code, at, author = native(data.get("id")), seconds(data.get("createTime")), native(user.get("id"))
    handle = native(user.get("uniqueId"))
    author = author or (f"@{handle.lower()}" if handle else "")
    if not code or not author or at is None:
        yield Fault(where, "no_id" if not code else "no_author" if not author else "no_date")
        return
    extra = [mapping(one) for one in sequence(data, "textExtra")]
    language = data.get("textLanguage")
    yield Post(
        "tiktok",
        code,
        author,
        at,
        where.pointer,
        text(data.get("desc")),
        kind="Video",
        language=language if isinstance(language, str) and language not in _UNKNOWN_LANGUAGE else None,
        url=f"https://www.tiktok.com/@{handle}/video/{code}" if handle else None,
        tags=tuple(dict.fromkeys(tag for one in extra if (tag := native(one.get("hashtagName"))))),
        mentions=tuple(dict.fromkeys(name for one in extra if (name := _named(one)))),
        quote_of=native(mapping(data, "duetInfo").get("duetFromId")) or None,
        visibility="private" if data.get("privateItem") is True else None,
        media=1,
    )
    plain, exact = mapping(data, "stats"), mapping(data, "statsV2")
    yield Observation(
        "tiktok",
        code,
        where.pointer,
        seen,
        likes=count(exact.get("diggCount"), plain.get("diggCount")),
        replies=count(exact.get("commentCount"), plain.get("commentCount")),
        reposts=count(exact.get("shareCount"), plain.get("shareCount")),
        views=count(exact.get("playCount"), plain.get("playCount")),
        saves=count(exact.get("collectCount"), plain.get("collectCount")),
    )
    yield _tiktok_account(data, user, author, where, seen)


def tiktok_comment(data: Mapping[str, Any], where: Where, seen: Instant | None) -> Iterator[Record | Fault]:
    """Yield a comment on a video with its likes and its author."""
    user = mapping(data, "user")
    handle, code, at = native(user.get("unique_id")), native(data.get("cid")), seconds(data.get("create_time"))
    author = native(user.get("uid")) or (f"@{handle.lower()}" if handle else "")
    said, video = text(data.get("text")), native(data.get("aweme_id")) or None
    if not code or not author or at is None or said is None:
        lacking = "no_id" if not code else "no_author" if not author else "no_date" if at is None else "no_content"
        yield Fault(where, lacking)
        return
    answered = native(data.get("reply_id")) or video
    yield Post("tiktok", code, author, at, where.pointer, said, reply_to=answered, thread=video)
    likes, replies = count(data.get("digg_count")), count(data.get("reply_comment_total"))
    yield Observation("tiktok", code, where.pointer, seen, likes=likes, replies=replies)
    yield Account("tiktok", author, where.pointer, handle=handle or None, name=text(user.get("nickname")), seen=seen)


def _tiktok_user(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the author; in pages that came whole it is only a handle beside an id."""
    if isinstance(data.get("author"), str):
        return {"uniqueId": data["author"], "id": data.get("authorId"), "nickname": data.get("nickname")}
    return mapping(data, "author")


def _tiktok_account(
    data: Mapping[str, Any], user: Mapping[str, Any], author: str, where: Where, seen: Instant | None
) -> Account:
    plain, exact = mapping(data, "authorStats"), mapping(data, "authorStatsV2")
    return Account(
        "tiktok",
        author,
        where.pointer,
        handle=native(user.get("uniqueId")) or None,
        name=text(user.get("nickname")),
        bio=text(user.get("signature")),
        followers=count(exact.get("followerCount"), plain.get("followerCount")),
        following=count(exact.get("followingCount"), plain.get("followingCount")),
        posts=count(exact.get("videoCount"), plain.get("videoCount")),
        likes_given=count(exact.get("diggCount"), plain.get("diggCount")),
        verified=flag(user.get("verified")),
        protected=flag(user.get("privateAccount")),
        seen=seen,
    )


def _named(extra: Mapping[str, Any]) -> str:
    handle = native(extra.get("userUniqueId"))
    return native(extra.get("userId")) or (f"@{handle.lower()}" if handle else "")


def linkedin(data: Mapping[str, Any], where: Where, seen: Instant | None) -> Iterator[Record | Fault]:
    """Yield a post with its counts and its author; the page says "18mo", the id says when."""
    found = _ACTIVITY.search(_urns(data))
    at = from_epoch(int(found[1]) >> _BITS, "ms") if found else None
    actor = mapping(data, "actor")
    address = text(mapping(actor, "navigationContext").get("actionTarget")) or ""
    profile = _PROFILE.search(address)
    if found is None or profile is None or at is None:
        yield Fault(where, "no_id" if found is None else "no_author" if profile is None else "no_date")
        return
    name = unquote(profile[2]).lower()
    handle = name if profile[1] == "in" else f"{profile[1]}/{name}"
    said = mapping(data, "commentary", "text")
    content = mapping(data, "content")
    yield Post(
        "linkedin",
        found[0],
        f"@{handle}",
        at,
        where.pointer,
        text(said.get("text")),
        url=f"https://www.linkedin.com/feed/update/{found[0]}",
        links=_links(content),
        tags=tuple(dict.fromkeys(_tags(said))),
        mentions=tuple(dict.fromkeys(_people(said))),
        media=len(sequence(content, "images")) if content else None,
    )
    yield _linkedin_counts(data, found[0], where, seen)
    yield Account(
        "linkedin",
        f"@{handle}",
        where.pointer,
        handle=handle,
        name=text(mapping(actor, "name").get("text")),
        bio=text(mapping(actor, "description").get("text")),
        url=address.split("?", 1)[0],
        kind="Person" if profile[1] == "in" else "Organization",
        seen=seen,
    )


def _urns(data: Mapping[str, Any]) -> str:
    """Return where the URN of the post may stand, the surest first."""
    metadata = mapping(data, "updateMetadata") or mapping(data, "metadata")
    named = (metadata.get("urn"), metadata.get("backendUrn"), data.get("preDashEntityUrn"), data.get("id"))
    return " ".join(value for value in named if isinstance(value, str))


def _linkedin_counts(data: Mapping[str, Any], code: str, where: Where, seen: Instant | None) -> Observation:
    detail = mapping(data, "*socialDetail") or mapping(data, "socialDetail")
    totals = mapping(detail, "*totalSocialActivityCounts") or mapping(detail, "totalSocialActivityCounts")
    return Observation(
        "linkedin",
        code,
        where.pointer,
        seen,
        likes=count(totals.get("numLikes"), mapping(detail, "likes", "paging").get("total")),
        replies=count(totals.get("numComments"), mapping(detail, "comments", "paging").get("total")),
        reposts=count(totals.get("numShares"), detail.get("totalShares")),
    )


def _links(content: Mapping[str, Any]) -> tuple[str, ...]:
    beside = mapping(content, "articleComponent", "navigationContext") or mapping(content, "navigationContext")
    target = beside.get("actionTarget")
    return (target,) if isinstance(target, str) and target.startswith("http") else ()


def _tags(said: Mapping[str, Any]) -> Iterator[str]:
    for one in sequence(said, "attributes") + sequence(said, "attributesV2"):
        urn = mapping(one).get("trackingUrn") or mapping(one, "detailData", "*hashtag").get("trackingUrn")
        if isinstance(urn, str) and (found := _HASHTAG.search(urn)):
            yield unquote(found[1])


def _people(said: Mapping[str, Any]) -> Iterator[str]:
    for one in sequence(said, "attributes"):
        if person := native(mapping(one, "*miniProfile").get("publicIdentifier")):
            yield f"@{unquote(person).lower()}"
        if firm := native(mapping(one, "*miniCompany").get("universalName")):
            yield f"@company/{firm.lower()}"
