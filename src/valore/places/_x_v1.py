"""What answers of X's API v1.1 mean: posts, people, searches, and what its streams sent.

A post of the API is one of an archive that says who wrote it, so it is understood by the same
functions. What a protected account wrote is kept only when that account asked. Source: X API v1.1
data dictionary (standard, extended and compatibility mode).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Interaction, Observation, Post, Record, Where
from valore.model.text import repair
from valore.model.time import instant
from valore.places._answer import SLIPS, Answer, count, things, whole
from valore.places._x_owner import Owner
from valore.places._x_tweet import PLACE, published
from valore.places._x_tweet import records as understood

_PARTS = ("statuses", "users")
_ITSELF = re.compile(r"https?://(?:twitter|x)\.com/i/web/status/(\d+)")
_REPOST = re.compile(r"RT @(\w{1,20}): ")


def records(answer: Answer, where: Where) -> Iterator[Record | Fault]:
    """Yield people, posts with their counts, reposts and deletions; messages, lists and settings give nothing."""
    seen: set[str] = set()
    for pointer, thing in things(answer.value, where.pointer):
        inner = where._replace(pointer=pointer)
        try:
            found = whole(_thing(answer, thing, inner))
        except SLIPS:
            found = [Fault(inner, "bad_shape")]
        for record in found:
            if isinstance(record, Account):
                if record.id in seen:
                    continue
                seen.add(record.id)
            yield record


def _thing(answer: Answer, thing: Any, where: Where) -> Iterator[Record | Fault]:
    """Tell by its keys what a thing is."""
    if not isinstance(thing, dict):
        yield Fault(where, "bad_shape")
    elif "error" in thing:
        yield Fault(where, "no_content", "error")
    elif "screen_name" in thing:
        yield from _person(answer, thing, where)
    elif "created_at" in thing and ("text" in thing or "full_text" in thing):
        yield from _status(answer, thing, where)
    elif isinstance(thing.get("delete"), dict):
        yield _deletion(thing["delete"], where)
    else:
        for name in _PARTS:
            if isinstance(thing.get(name), list):
                yield from records(answer._replace(value=thing[name]), _inside(where, name))


def _person(answer: Answer, user: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield a person, and the post that is shown with them: the answer leaves its author out."""
    yield _account(answer, user, where.pointer)
    if isinstance(user.get("status"), dict):
        named = {name: user.get(name) for name in ("id", "id_str", "protected")}
        yield from _status(answer, {**user["status"], "user": named}, _inside(where, "status"))


def _status(answer: Answer, status: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    user = _dict(status.get("user"))
    author = _id(user)
    if user.get("protected") is True and (author is None or author != answer.owner):
        return
    if author is not None and "screen_name" in user:
        yield _account(answer, user, _inside(where, "user").pointer)
    entire = _entire(status)
    for record in understood("tweets", (Owner(author, seen=answer.seen), entire, None), where):
        yield _better(record, entire, user, where)
    yield from _pointed(answer, entire, where)


def _pointed(answer: Answer, status: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield the posts that this one passes on or quotes, where the answer shows them."""
    for name in ("retweeted_status", "quoted_status"):
        inner = status.get(name)
        if isinstance(inner, dict):
            whose = inner.get("user") or (_reposted(status) if name == "retweeted_status" else None)
            if whose:
                yield from _status(answer, {**inner, "user": whose}, _inside(where, name))


def _entire(status: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the full text in its place, or take out of a cut one the address where the rest is."""
    longer = status.get("extended_tweet")
    if isinstance(longer, dict):
        return {**status, **longer}
    urls = _dict(status.get("entities")).get("urls") or ()
    rest = [u for u in urls if (found := _ITSELF.match(u.get("expanded_url") or "")) and found[1] == _id(status)]
    if not status.get("truncated") or not rest:
        return status
    text = str(status.get("full_text") or status["text"])
    for url in rest:
        text = text.replace(url["url"], "")
    kept = {**status["entities"], "urls": [u for u in urls if u not in rest]}
    return {**status, "text": text, "entities": kept}


def _better(record: Record | Fault, status: Mapping[str, Any], user: Mapping[str, Any], where: Where) -> Record | Fault:
    """Add what an answer says and an archive does not."""
    if isinstance(record, Post):
        quoted = _id(_dict(_dict(status.get("quoted_status")).get("user")))
        own = "followers" if user.get("protected") is True else record.visibility
        return record._replace(quote_of_author=quoted or record.quote_of_author, visibility=own)
    if isinstance(record, Observation):
        replies, quotes = count(status.get("reply_count")), count(status.get("quote_count"))
        likes, reposts = count(record.likes), count(record.reposts)
        return record._replace(likes=likes, replies=replies, reposts=reposts, quotes=quotes)
    if isinstance(record, Interaction):
        whose = record.target_author or _id(_reposted(status))
        known = record.target or whose
        return (
            record._replace(target=record.target or None, target_author=whose) if known else Fault(where, "bad_shape")
        )
    return record


def _reposted(status: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the person whose post is passed on, as the text and its mentions name them."""
    found = _REPOST.match(str(status.get("full_text") or status.get("text") or ""))
    mentioned = _dict(status.get("entities")).get("user_mentions") or ()
    named = (u for u in mentioned if found and str(u.get("screen_name")).lower() == found[1].lower())
    user = next(named, None)
    return {"id_str": _id(user)} if user else {}


def _deletion(deletion: Mapping[str, Any], where: Where) -> Record | Fault:
    """Return a tombstone: the id tells when the post was written."""
    status = _dict(deletion.get("status"))
    native, author = _id(status), _id({"id_str": status.get("user_id_str"), "id": status.get("user_id")})
    at, deleted = published(None, native or ""), instant(deletion.get("timestamp_ms"), "ms")
    if native is None or author is None or at is None:
        return Fault(where, "no_id" if native is None else "no_author" if author is None else "no_date")
    return Post(PLACE, native, author, at, where.pointer, deleted=at if deleted is None else deleted)


def _account(answer: Answer, user: Mapping[str, Any], pointer: str) -> Account:
    handle = _text(user["screen_name"])
    return Account(
        place=PLACE,
        id=_id(user) or f"@{str(handle).lower()}",
        pointer=pointer,
        handle=handle,
        name=_text(user.get("name")),
        bio=_text(_written_out(user)),
        url=f"https://x.com/{handle}" if handle else None,
        created=instant(user.get("created_at")),
        followers=count(user.get("followers_count")),
        following=count(user.get("friends_count")),
        posts=count(user.get("statuses_count")),
        listed=count(user.get("listed_count")),
        likes_given=count(user.get("favourites_count")),
        verified=_flag(user.get("verified")),
        protected=_flag(user.get("protected")),
        default_picture=_flag(user.get("default_profile_image")),
        location=_text(user.get("location")),
        seen=answer.seen,
        links=_pages(user),
    )


def _pages(user: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the home page of a profile in full."""
    urls = _dict(_dict(user.get("entities")).get("url")).get("urls") or ()
    found = (_text(url.get("expanded_url")) or "" for url in urls)
    return tuple(address for address in found if address.startswith(("http://", "https://")))


def _written_out(user: Mapping[str, Any]) -> str:
    """Return what a person says of themselves, its addresses in full."""
    text = str(user.get("description") or "")
    for url in _dict(_dict(user.get("entities")).get("description")).get("urls") or ():
        if url.get("expanded_url"):
            text = text.replace(url["url"], url["expanded_url"])
    return text


def _inside(where: Where, name: str) -> Where:
    return where._replace(pointer=f"{where.pointer}/{name}")


def _id(thing: Mapping[str, Any]) -> str | None:
    native = thing.get("id_str") or thing.get("id")
    return repair(str(native)) if isinstance(native, str | int) and native and native is not True else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None
