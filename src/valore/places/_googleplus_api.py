"""What answers of the Google+ API meant, in case somebody kept them: ActivityStreams 1, as it closed in 2019.

Activities, comments and people, alone or in feeds (`plus#activityFeed`). Ids are those of the archive: the
address of a post, the number of a person. Source: discovery document of the API, version 1.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Instant, Interaction, Observation, Post, Record, Where
from valore.model.text import plain, repair
from valore.model.time import Moment, iso
from valore.places._answer import SLIPS, Answer, count, things, whole

PLACE = "googleplus"
_TAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")
_FOLLOWERS = frozenset(("myCircles", "extendedCircles"))
_MEDIA = {"photo": "Image", "album": "Image", "video": "Video"}
_ACTORS = {"person": "Person", "page": "Organization"}


def records(answer: Answer, where: Where) -> Iterator[Record | Fault]:
    """Yield posts with their counts, reposts, comments and people."""
    for pointer, thing in things(answer.value, where.pointer):
        inner = where._replace(pointer=pointer)
        if isinstance(thing, dict) and isinstance(thing.get("items"), list):
            feed = answer._replace(value=thing["items"])
            yield from records(feed, where._replace(pointer=f"{pointer}/items"))
            continue
        try:
            yield from whole(_thing(answer, thing, inner))
        except SLIPS:
            yield Fault(inner, "bad_shape")


def _thing(answer: Answer, thing: Any, where: Where) -> Iterator[Record | Fault]:
    if not isinstance(thing, dict):
        yield Fault(where, "bad_shape")
    elif "error" in thing:
        yield Fault(where, "no_content", "error")
    elif thing.get("kind") == "plus#person":
        yield from _person(answer, thing, where.pointer)
    elif thing.get("kind") in ("plus#activity", "plus#comment"):
        yield from _activity(answer, thing, where)


def _activity(answer: Answer, activity: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    comment = activity["kind"] == "plus#comment"
    native = _text(activity.get("id") if comment else activity.get("url") or activity.get("id"))
    author, moment = _text(_dict(activity.get("actor")).get("id")), _moment(activity.get("published"))
    visibility = _visibility(activity.get("access"))
    if visibility not in (None, "public") and author != answer.owner:
        return
    if native is None or author is None or moment is None:
        date = activity.get("published")
        reason = "no_id" if native is None else "no_author" if author is None else "bad_date" if date else "no_date"
        yield Fault(where, reason)
        return
    yield from _person(answer, _dict(activity["actor"]), f"{where.pointer}/actor")
    yield (_comment if comment else _shared)(
        activity, _post(activity, native, author, moment, where.pointer), visibility
    )
    yield from _counts(answer, activity, native, where.pointer)


def _post(activity: Mapping[str, Any], native: str, author: str, moment: Moment, pointer: str) -> Post:
    """Return what posts and comments have in common."""
    text, updated = _words(_dict(activity.get("object")).get("content")), _at(activity.get("updated"))
    return Post(
        place=PLACE,
        id=native,
        author=author,
        published=moment.at,
        pointer=pointer,
        text=text,
        updated=updated if updated != moment.at else None,
        offset=moment.offset,
        url=_text(activity.get("url")),
        tags=tuple(dict.fromkeys(_TAG.findall(text or ""))),
    )


def _shared(activity: Mapping[str, Any], post: Post, visibility: str | None) -> Record:
    """Return the post; one that passes another on is a repost, with words of its own a quote."""
    said = _dict(activity.get("object"))
    attached = [_dict(a) for a in said.get("attachments") or ()]
    kinds = [_MEDIA[str(a.get("objectType"))] for a in attached if a.get("objectType") in _MEDIA]
    links = (_text(a.get("url")) for a in attached if a.get("objectType") == "article")
    post = post._replace(
        visibility=visibility,
        kind="Video" if "Video" in kinds else "Image" if kinds else "Note",
        links=tuple(address for address in links if address),
        media=len(kinds),
    )
    if said.get("objectType") != "activity":
        return post
    target = _text(said.get("url")) or _text(said.get("id"))
    whose, text = _text(_dict(said.get("actor")).get("id")), _words(activity.get("annotation"))
    if text is None:
        return Interaction(PLACE, "repost", post.author, post.pointer, post.published, target, whose, post.id)
    tags = tuple(dict.fromkeys(_TAG.findall(text)))
    return post._replace(text=text, tags=tags, quote_of=target, quote_of_author=whose)


def _comment(activity: Mapping[str, Any], post: Post, _visibility: str | None) -> Record:
    about = _dict(next(iter(activity.get("inReplyTo") or ()), None))
    target = _text(about.get("url")) or _text(about.get("id"))
    return post._replace(reply_to=target, thread=target)


def _visibility(access: Any) -> str | None:
    """Say who could read a post: public, followers, private; None when it is not said."""
    if not isinstance(access, dict):
        return None
    kinds = {str(_dict(i).get("type")) for i in access.get("items") or ()}
    return "public" if "public" in kinds else "followers" if kinds & _FOLLOWERS else "private"


def _counts(answer: Answer, activity: Mapping[str, Any], native: str, pointer: str) -> Iterator[Observation]:
    said = _dict(activity.get("object"))
    likes = _total(said.get("plusoners")) if "plusoners" in said else _total(activity.get("plusoners"))
    counts = likes, _total(said.get("replies")), _total(said.get("resharers"))
    if any(c is not None for c in counts):
        yield Observation(PLACE, native, pointer, answer.seen, *counts)


def _person(answer: Answer, person: Mapping[str, Any], pointer: str) -> Iterator[Account]:
    native = _text(person.get("id"))
    verified = person.get("verified")
    if native is not None:
        yield Account(
            place=PLACE,
            id=native,
            pointer=pointer,
            name=_text(person.get("displayName")),
            bio=_words(person.get("aboutMe")) or _text(person.get("tagline")),
            url=_text(person.get("url")),
            kind=_ACTORS.get(str(person.get("objectType"))),
            followers=count(person.get("circledByCount")),
            verified=verified if isinstance(verified, bool) else None,
            language=_text(person.get("language")),
            seen=answer.seen,
        )


def _total(collection: Any) -> int | None:
    return count(_dict(collection).get("totalItems"))


def _moment(date: Any) -> Moment | None:
    return iso(date) if isinstance(date, str) else None


def _at(date: Any) -> Instant | None:
    read = _moment(date)
    return None if read is None else read.at


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None


def _words(value: Any) -> str | None:
    return plain(value) or None if isinstance(value, str) else None
