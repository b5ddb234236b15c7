"""What the answers of Bluesky's servers mean: feeds, profiles, followers, threads, notifications.

An answer is known by its shape, and so is a single element of one. People and posts that were
deleted, or that block, come as stubs and say nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Instant, Interaction, Observation, Record, Where
from valore.model.time import iso
from valore.places._answer import SLIPS, Answer, count, whole
from valore.places._bluesky_record import PLACE, home, records, uri, words

_DEEPEST = 200
_LISTS = ("feed", "posts", "notifications", "records", "actors", "profiles")


def answered(answer: Answer, where: Where) -> Iterator[Record | Fault]:
    """Yield posts with their counts, accounts, reposts, likes and follows, as seen when the answer was given."""
    for record in _element(answer.value, where):
        yield record._replace(seen=answer.seen) if isinstance(record, Account | Observation) else record


def _element(value: Any, where: Where) -> list[Record | Fault]:
    """Say what one of many means; one of an unforeseen shape leaves the others as they are."""
    try:
        return whole(_answered(value, where))
    except SLIPS:
        return [Fault(where, "bad_shape")]


def _answered(value: Any, where: Where) -> Iterator[Record | Fault]:
    """Say what an answer, or one element of it, means."""
    if not isinstance(value, dict):
        yield Fault(where, "bad_shape")
        return
    for key in _LISTS:
        if isinstance(value.get(key), list):
            for number, element in enumerate(value[key]):
                yield from _element(element, _at(where, key, number))
            return
    yield from _one(value, where)


def _one(value: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Tell an element by its keys."""
    if "subject" in value or "repostedBy" in value or "likes" in value:
        yield from _people(value, where)
    elif "thread" in value:
        yield from _thread(value["thread"], _at(where, "thread"))
    elif "post" in value:
        yield from _listed(value, where)
    elif "record" in value and "author" in value:
        yield from _seen(value, where)
    elif "value" in value:
        yield from records(value.get("uri", ""), value["value"], where)
    elif "did" in value:
        yield _account(value, where)
    elif not (value.get("notFound") or value.get("blocked")):
        yield Fault(where, "bad_shape")


def _listed(value: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield the post of a feed, and the repost that brought it there."""
    yield from _answered(value["post"], _at(where, "post"))
    reason = value.get("reason")
    who = reason.get("by") if isinstance(reason, dict) else None
    if isinstance(who, dict) and isinstance(reason, dict):
        post = value["post"].get("uri")
        yield _account(who, _at(where, "reason", "by"))
        yield from _act("repost", who, post, _instant(reason.get("indexedAt")), _at(where, "reason"), reason.get("uri"))


def _seen(value: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield a record with its author and, of a post, its counts: an element of a feed or of notifications."""
    yield _account(value["author"], _at(where, "author"))
    yield from records(value.get("uri", ""), value["record"], where, _instant(value.get("indexedAt")))
    counts = tuple(
        count(value.get(k)) for k in ("likeCount", "replyCount", "repostCount", "quoteCount", "bookmarkCount")
    )
    if any(c is not None for c in counts) and uri(value.get("uri")) is not None:
        likes, replies, reposts, quotes, saves = counts
        yield Observation(
            place=PLACE,
            id=value["uri"],
            pointer=where.pointer,
            likes=likes,
            replies=replies,
            reposts=reposts,
            quotes=quotes,
            saves=saves,
        )


def _people(value: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield who follows, is followed, likes or reposts, and what that is."""
    subject = value.get("subject")
    if isinstance(subject, dict):
        yield _account(subject, _at(where, "subject"))
    for key in ("followers", "follows", "repostedBy", "likes"):
        for number, element in enumerate(_list(value.get(key))):
            here = _at(where, key, number)
            try:
                yield from whole(_person(key, element, value, here))
            except SLIPS:
                yield Fault(here, "bad_shape")


def _person(key: str, element: Any, value: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield one of a list, and what that person did."""
    who = element.get("actor", element) if isinstance(element, dict) else {}
    found = _account(who, where)
    yield found
    if isinstance(found, Account):
        yield from _done(key, who, element, value, where)


def _done(
    key: str, who: Mapping[str, Any], element: Mapping[str, Any], value: Mapping[str, Any], where: Where
) -> Iterator[Record | Fault]:
    """Yield what a person of a list did."""
    if key in ("repostedBy", "likes"):
        at = _instant(element.get("createdAt")) if key == "likes" else None
        yield from _act("like" if key == "likes" else "repost", who, value.get("uri"), at, where)
    elif isinstance(value.get("subject"), dict) and value["subject"].get("did"):
        actor, target = (who, value["subject"]) if key == "followers" else (value["subject"], who)
        yield Interaction(PLACE, "follow", actor["did"], where.pointer, target_author=target["did"])


def _act(
    kind: str, who: Mapping[str, Any], post: Any, at: Instant | None, where: Where, native: Any = None
) -> Iterator[Record | Fault]:
    whole = uri(post)
    if whole is None or not isinstance(who.get("did"), str):
        yield Fault(where, "bad_shape")
    else:
        known = native if isinstance(native, str) else None
        yield Interaction(PLACE, kind, who["did"], where.pointer, at, post, whole.did, known)


def _thread(thread: Any, where: Where) -> Iterator[Record | Fault]:
    """Yield a conversation: what a post answers, itself, and the answers, without recursion."""
    waiting = [(thread, where, 0)]
    while waiting:
        node, here, depth = waiting.pop()
        if depth > _DEEPEST:
            yield Fault(here, "too_deep")
        elif not isinstance(node, dict):
            yield Fault(here, "bad_shape")
        else:
            yield from _element({k: v for k, v in node.items() if k not in ("parent", "replies")}, here)
            above = [(node["parent"], _at(here, "parent"))] if isinstance(node.get("parent"), dict) else []
            below = [(r, _at(here, "replies", n)) for n, r in enumerate(_list(node.get("replies")))]
            waiting += [(n, w, depth + 1) for n, w in (*above, *below)]


def _account(who: Any, where: Where) -> Account | Fault:
    if not isinstance(who, dict) or not isinstance(who.get("did"), str) or not who["did"].startswith("did:"):
        return Fault(where, "no_id")
    handle = words(who.get("handle"))
    return Account(
        place=PLACE,
        id=who["did"],
        pointer=where.pointer,
        handle=None if handle == "handle.invalid" else handle,
        name=words(who.get("displayName")),
        bio=words(who.get("description")),
        url=home(who["did"]),
        created=_instant(who.get("createdAt")),
        followers=count(who.get("followersCount")),
        following=count(who.get("followsCount")),
        posts=count(who.get("postsCount")),
        verified=_verified(who.get("verification")),
        default_picture=not who.get("avatar"),
    )


def _verified(said: Any) -> bool | None:
    if not isinstance(said, dict):
        return None
    return "valid" in (said.get("verifiedStatus"), said.get("trustedVerifierStatus"))


def _instant(date: Any) -> Instant | None:
    read = iso(date) if isinstance(date, str) else None
    return None if read is None else read.at


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _at(where: Where, *steps: str | int) -> Where:
    return where._replace(pointer="/".join((where.pointer, *map(str, steps))))
