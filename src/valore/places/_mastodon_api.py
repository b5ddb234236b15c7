"""What the answers of a Mastodon server mean: statuses, profiles, notifications, threads, searches.

Posts and accounts bear the ids of ActivityPub (`uri`), as in archives: the numbers of an answer hold on
one server alone. Where a server tells no `uri` of an account, it is `@handle@host`. Source:
docs.joinmastodon.org/entities, versions 2 to 4.6.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from valore.model.records import Account, Fault, Instant, Interaction, Observation, Post, Record, Where
from valore.model.text import plain, repair
from valore.model.time import Moment, iso
from valore.places import _activity as activity
from valore.places._activity import PLACE, author_of, links, own, visibility
from valore.places._answer import SLIPS, Answer, count, objects, things, whole

_VISIBILITY = {"public": "public", "unlisted": "unlisted", "private": "followers", "direct": "private"}
_OPEN = ("public", "unlisted")
_PARTS = ("ancestors", "descendants", "statuses", "accounts", "last_status")
"""Keys under which an answer holds statuses or accounts."""
_ACTS = {"favourite": "like", "reblog": "repost"}
_WRITTEN = ("mention", "status", "poll", "update", "quote", "quoted_update")
"""Kinds of notification that show a post."""


class _Known(NamedTuple):
    """What one answer tells about the numbers in it, and who asked."""

    answer: Answer
    accounts: Mapping[str, str]
    """Native id by the server's number."""
    statuses: Mapping[str, str]
    local: frozenset[str]
    """Native ids of accounts that live on the answering server."""


def records(answer: Answer, where: Where) -> Iterator[Record | Fault]:
    """Yield posts with their counts, reposts, likes, follows and profiles.

    What others wrote for their followers or for certain people is passed over, and so are messages.
    """
    seen: set[str] = set()
    for record in _answer(_known(answer), answer.value, where):
        if isinstance(record, Account):
            if record.id in seen:
                continue
            seen.add(record.id)
        yield record


def _answer(known: _Known, value: Any, where: Where) -> Iterator[Record | Fault]:
    for pointer, thing in things(value, where.pointer):
        inner = where._replace(pointer=pointer)
        try:
            yield from whole(_thing(known, thing, inner))
        except SLIPS:
            yield Fault(inner, "bad_shape")


def _thing(known: _Known, thing: Any, where: Where) -> Iterator[Record | Fault]:
    """Tell by its keys what a thing is; what says nothing about posts or people gives nothing."""
    if not isinstance(thing, dict):
        yield Fault(where, "bad_shape")
    elif "@context" in thing or "orderedItems" in thing or "attributedTo" in thing or "actor" in thing:
        yield from _activitypub(known, thing, where)
    elif "visibility" in thing and ("content" in thing or "text" in thing or "reblog" in thing):
        yield from _status(known, thing, where)
    elif "notification_groups" in thing:
        yield from _parts(known, thing, where)
        yield from _groups(known, thing, where)
    elif "type" in thing and "account" in thing and "created_at" in thing:
        yield from _notification(known, thing, where)
    elif "acct" in thing:
        yield from _account(known, thing, where.pointer)
    elif "event" in thing and "payload" in thing:
        yield from _event(known, thing, where)
    elif "error" in thing:
        yield Fault(where, "no_content", "error")
    elif "unread" not in thing:  # a conversation is private, its people too
        yield from _parts(known, thing, where)


def _activitypub(known: _Known, thing: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read what a server says in ActivityPub's words: an actor, a post, an act, or a page of an outbox."""
    items = thing.get("orderedItems", thing.get("items"))
    if isinstance(items, list):
        for number, item in enumerate(items):
            if isinstance(item, dict):  # else an address alone
                yield from _activitypub(known, item, where._replace(pointer=f"{where.pointer}/orderedItems/{number}"))
        return
    inner = thing.get("object")
    if thing.get("type") in activity.ACTORS:
        yield activity.account(thing)
    elif _open(known, thing) and (not isinstance(inner, dict) or _open(known, inner)):
        yield from activity.records(thing, where)
    if thing.get("type") == "Announce" and isinstance(inner, dict) and "content" in inner:
        yield from _activitypub(known, inner, where._replace(pointer=f"{where.pointer}/object"))


def _open(known: _Known, thing: Mapping[str, Any]) -> bool:
    """Say whether a thing may be read: one that does not say whom it is for, one for everybody, or one's own."""
    if "to" not in thing and "cc" not in thing:
        return True
    seen_by, whose = visibility(thing), activity.owner(thing)
    return seen_by in _OPEN or (seen_by == "followers" and whose is not None and whose == known.answer.owner)


def _parts(known: _Known, thing: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    for name in _PARTS:
        if isinstance(thing.get(name), list | dict):
            yield from _answer(known, thing[name], where._replace(pointer=f"{where.pointer}/{name}"))


def _event(known: _Known, thing: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read what a stream sends: the payload is JSON within JSON."""
    if thing["event"] not in ("update", "status.update", "notification"):
        return
    payload = thing["payload"]
    inner = known.answer._replace(value=json.loads(payload) if isinstance(payload, str) else payload)
    yield from _answer(_known(inner), inner.value, where._replace(pointer=f"{where.pointer}/payload"))


def _known(answer: Answer) -> _Known:
    """Collect which number is whose, from all that the answer holds."""
    accounts: dict[str, str] = {}
    statuses: dict[str, str] = {}
    local: set[str] = set()
    for thing in objects(answer.value):
        native, uri = thing.get("id"), thing.get("uri")
        if not isinstance(native, str):
            continue
        if "acct" in thing:
            if _text(uri):
                accounts[native] = repair(str(uri))
                if "@" not in str(thing["acct"]):
                    local.add(accounts[native])
        elif "visibility" in thing and _text(uri):
            statuses[native] = repair(str(uri))
            account, author = thing.get("account"), author_of(statuses[native])
            if author and isinstance(account, dict) and isinstance(account.get("id"), str):
                accounts.setdefault(account["id"], author)
    return _Known(answer, accounts, statuses, frozenset(local))


def _who(known: _Known, account: Any) -> str | None:
    """Return the native id of an account or a mention, else its handle."""
    if not isinstance(account, dict):
        return None
    found = known.accounts.get(str(account.get("id")))
    handle = _handle(account)
    return found or (f"@{handle.lower()}" if handle else None)


def _handle(account: Mapping[str, Any]) -> str | None:
    """Return `anna@piazza.example`; the server leaves its own name out."""
    acct = _text(account.get("acct"))
    host = urlsplit(str(account.get("uri") or account.get("url") or "")).netloc
    return acct if acct is None or "@" in acct or not host else f"{acct}@{host}"


def _account(known: _Known, account: Any, pointer: str) -> Iterator[Account]:
    """Yield a profile; one of which only the address is told is none."""
    native = _who(known, account)
    if native is None or "display_name" not in account:
        return
    bot, locked = account.get("bot"), account.get("locked")
    yield Account(
        place=PLACE,
        id=native,
        pointer=pointer,
        handle=_handle(account),
        name=_text(account["display_name"]),
        bio=plain(account.get("note") or "") or None,
        url=_text(account.get("url")),
        kind="Group" if account.get("group") is True else None,
        created=_at(account.get("created_at")),
        followers=count(account.get("followers_count")),
        following=count(account.get("following_count")),
        posts=count(account.get("statuses_count")),
        automated=bot if isinstance(bot, bool) else None,
        protected=locked if isinstance(locked, bool) else None,
        default_picture=str(account["avatar"]).endswith("/missing.png") if account.get("avatar") else None,
        seen=known.answer.seen,
        links=own(f.get("value") for f in _dicts(account.get("fields"))),
    )


def _status(known: _Known, status: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    author, moment = _who(known, status.get("account")), _moment(status.get("created_at"))
    shown = _shown(known, status, author)
    boosted = status.get("reblog")
    if isinstance(boosted, dict):
        if shown:
            yield from _account(known, status.get("account"), where.pointer)
            yield _boost(known, status, boosted, where)
        yield from _thing(known, boosted, where._replace(pointer=f"{where.pointer}/reblog"))
        return
    if not shown:
        return
    native = _text(status.get("uri"))
    if native is None or author is None or moment is None:
        yield Fault(where, _lacking(native, author, status.get("created_at")))
        return
    yield from _account(known, status.get("account"), where.pointer)
    yield _post(known, status, author, moment, where.pointer)
    yield from _counts(known, status, native, where.pointer)
    yield from _quoted(known, status, where)


def _lacking(native: str | None, author: str | None, date: Any) -> str:
    return "no_id" if native is None else "no_author" if author is None else "bad_date" if date else "no_date"


def _shown(known: _Known, status: Mapping[str, Any], author: str | None) -> bool:
    """Say whether a post may be read: one for everybody, or one's own for one's followers."""
    seen_by = _VISIBILITY.get(str(status.get("visibility")), "private")
    return seen_by in _OPEN or (seen_by == "followers" and author is not None and author == known.answer.owner)


def _post(known: _Known, status: Mapping[str, Any], author: str, moment: Moment, pointer: str) -> Post:
    content = status.get("content")
    said = plain(content) if isinstance(content, str) else repair(_text(status.get("text")) or "")
    answered, answered_author = _answered(known, status, author)
    quote, quote_author = _quote(known, status)
    updated = _at(status.get("edited_at"))
    tags = (_text(t.get("name")) for t in _dicts(status.get("tags")))
    return Post(
        place=PLACE,
        id=repair(status["uri"]),
        author=author,
        published=moment.at,
        pointer=pointer,
        text="\n\n".join(filter(None, (plain(status.get("spoiler_text") or ""), said))),
        updated=updated if updated != moment.at else None,
        offset=moment.offset,
        kind="Question" if status.get("poll") else "Note",
        language=_text(status.get("language")),
        url=_text(status.get("url")),
        links=links(content if isinstance(content, str) else ""),
        tags=tuple(t for t in tags if t),
        mentions=tuple(w for w in (_who(known, m) for m in _dicts(status.get("mentions"))) if w),
        reply_to=answered,
        reply_to_author=answered_author,
        quote_of=quote,
        quote_of_author=quote_author,
        visibility=_VISIBILITY[status["visibility"]],
        media=len(_dicts(status.get("media_attachments"))),
    )


def _answered(known: _Known, status: Mapping[str, Any], author: str) -> tuple[str | None, str | None]:
    """Return the post and the account that are answered.

    The answer names both by number. Of a post that it does not hold and that lives elsewhere, the number is
    all that is known.
    """
    number, whose = status.get("in_reply_to_id"), status.get("in_reply_to_account_id")
    if not number:
        return None, None
    named = next((_who(known, m) for m in _dicts(status.get("mentions")) if m.get("id") == whose), None)
    own = isinstance(status.get("account"), dict) and status["account"].get("id") == whose
    to = author if own else known.accounts.get(str(whose)) or named
    if str(number) in known.statuses:
        return known.statuses[str(number)], to
    return f"{to}/statuses/{number}" if to in known.local else str(number), to


def _quote(known: _Known, status: Mapping[str, Any]) -> tuple[str | None, str | None]:
    quote = status.get("quote")
    if not isinstance(quote, dict):
        return None, None
    quoted = quote.get("quoted_status")
    if isinstance(quoted, dict):
        return _text(quoted.get("uri")), _who(known, quoted.get("account"))
    number = _text(quote.get("quoted_status_id"))
    return known.statuses.get(number, number) if number else None, None


def _quoted(known: _Known, status: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield the post that is quoted, where the answer shows it."""
    quote = status.get("quote")
    if isinstance(quote, dict) and isinstance(quote.get("quoted_status"), dict):
        yield from _thing(known, quote["quoted_status"], where._replace(pointer=f"{where.pointer}/quote/quoted_status"))


def _counts(known: _Known, status: Mapping[str, Any], native: str, pointer: str) -> Iterator[Observation]:
    counts = [count(status.get(f"{name}_count")) for name in ("favourites", "replies", "reblogs", "quotes")]
    if any(c is not None for c in counts):
        yield Observation(PLACE, native, pointer, known.answer.seen, *counts)


def _boost(known: _Known, status: Mapping[str, Any], boosted: Mapping[str, Any], where: Where) -> Interaction | Fault:
    actor, at = _who(known, status.get("account")), _at(status.get("created_at"))
    target = _text(boosted.get("uri"))
    if actor is None or at is None or target is None:
        return Fault(where, _lacking(target, actor, status.get("created_at")))
    whose = _who(known, boosted.get("account"))
    return Interaction(PLACE, "repost", actor, where.pointer, at, target, whose, _text(status.get("uri")))


def _notification(known: _Known, note: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Yield what somebody did to the account that asked, or the post that names it."""
    kind, status = str(note["type"]), note.get("status")
    yield from _account(known, note["account"], where.pointer)
    if isinstance(status, dict):
        yield from _thing(known, status, where._replace(pointer=f"{where.pointer}/status"))
    elif kind in (*_WRITTEN, *_ACTS):
        yield Fault(where, "no_content")
    if kind in _ACTS and isinstance(status, dict):
        yield from _act(known, kind, note["account"], status, _at(note["created_at"]), where.pointer)
    elif kind == "follow":
        yield from _follow(known, note["account"], _at(note["created_at"]), where.pointer)


def _act(
    known: _Known, kind: str, who: Any, status: Mapping[str, Any], at: Instant | None, pointer: str
) -> Iterator[Interaction]:
    """Yield a like or a repost of a post that may be read."""
    actor, target, whose = _who(known, who), _text(status.get("uri")), _who(known, status.get("account"))
    if actor and target and _shown(known, status, whose):
        yield Interaction(PLACE, _ACTS[kind], actor, pointer, at, target, whose)


def _follow(known: _Known, who: Any, at: Instant | None, pointer: str) -> Iterator[Interaction]:
    """Yield a follow, where it is known who asked: the answer says only who follows."""
    actor = _who(known, who)
    if actor and known.answer.owner:
        yield Interaction(PLACE, "follow", actor, pointer, at, None, known.answer.owner)


def _groups(known: _Known, thing: Mapping[str, Any], where: Where) -> Iterator[Record | Fault]:
    """Read notifications that the server has put together: their latest time is that of all."""
    people = {a.get("id"): a for k in ("accounts", "partial_accounts") for a in _dicts(thing.get(k))}
    statuses = {s.get("id"): s for s in _dicts(thing.get("statuses"))}
    for number, group in enumerate(_dicts(thing["notification_groups"])):
        pointer = f"{where.pointer}/notification_groups/{number}"
        kind, status = str(group.get("type")), statuses.get(group.get("status_id"))
        single = group.get("notifications_count") == 1
        at = _at(group.get("latest_page_notification_at")) if single else None
        for native in group.get("sample_account_ids") or ():
            who = people.get(native)
            if kind in _ACTS and status is not None:
                yield from _act(known, kind, who, status, at, pointer)
            elif kind == "follow":
                yield from _follow(known, who, at, pointer)


def _moment(date: Any) -> Moment | None:
    return iso(date) if isinstance(date, str) else None


def _at(date: Any) -> Instant | None:
    read = _moment(date)
    return None if read is None else read.at


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return repair(value).strip() or None if isinstance(value, str) else None
