"""What a row of LinkedIn's tables means, and a page with an article."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from valore.model.records import Account, Fault, Interaction, Post, Record, Where, content_id
from valore.model.text import plain, repair
from valore.model.time import SECOND, Moment, iso
from valore.places._linkedin_words import PLACE, links, tags, target, vanity, visibility, words

_PULSE = re.compile(
    r"""<h1[^<>]{0,500}>\s{0,99}<a[^<>]{0,99}\shref=["']([^"'<>]{0,999}linkedin\.com/pulse/[^"'<>]{1,999})["'][^<>]{0,500}>"""
    r"""(.{0,2000}?)</a>""",
    re.DOTALL | re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"""<p\s[^<>]{0,99}class=["']published["'][^<>]{0,99}>[^<>]{0,200}?(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)""",
    re.IGNORECASE,
)
_DATES = re.compile(
    r"""<p\s[^<>]{0,99}class=["'](?:created|published)["'][^<>]{0,99}>[^<>]{0,200}</p>""", re.IGNORECASE
)
_ITSELF = 2 * SECOND
"""A comment whose number tells the moment of the row is the comment of that row."""


class Owner(NamedTuple):
    """Whose archive it is."""

    id: str
    handle: str | None = None
    name: str | None = None
    bio: str | None = None
    location: str | None = None
    where: Where = Where("", "")


class Line(NamedTuple):
    """A row of a table with whose it is."""

    owner: Owner
    cells: Mapping[str, str]


def understood(kind: str, line: Line, where: Where) -> Record | Fault:
    """Return what a row says; `kind` is the table's name, `profile`, or `article` for a page under `html`."""
    match kind:
        case "profile":
            return _account(line.owner)
        case "article":
            return _article(line, where)
        case "shares":
            return _share(line, where)
        case "comments":
            return _comment(line, where)
        case _:
            return _act(kind, line, where)


def _account(owner: Owner) -> Account:
    return Account(
        place=PLACE,
        id=owner.id,
        pointer=owner.where.pointer,
        handle=owner.handle,
        name=owner.name,
        bio=owner.bio,
        url=f"https://www.linkedin.com/in/{owner.handle}" if owner.handle else None,
        kind="Person",
        location=owner.location,
    )


def _moment(cells: Mapping[str, str], where: Where) -> Moment | Fault:
    """Read the date of a row; LinkedIn writes UTC without saying so."""
    date = cells.get("date", "").strip()
    return iso(date) or Fault(where, "bad_date" if date else "no_date")


def _share(line: Line, where: Where) -> Record | Fault:
    moment = _moment(line.cells, where)
    if isinstance(moment, Fault):
        return moment
    raw, link, media = line.cells["sharecommentary"], line.cells["sharelink"].strip(), line.cells.get("mediaurl")
    text, beside = words(raw), links(None, line.cells.get("sharedurl"), media)
    if text is None and not beside:
        return Fault(where, "no_content")
    return Post(
        place=PLACE,
        id=target(link).post or content_id(line.owner.id, moment.at, raw, *beside),
        author=line.owner.id,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        offset=moment.offset,
        url=link or None,
        links=links(text, line.cells.get("sharedurl")),
        tags=tags(text),
        visibility=visibility(line.cells.get("visibility")),
        media=None if media is None else int(bool(media.strip())),
    )


def _comment(line: Line, where: Where) -> Record | Fault:
    """Read a comment. Its link names the post, and the comment itself or the one that it answers."""
    moment = _moment(line.cells, where)
    if isinstance(moment, Fault):
        return moment
    raw, link = line.cells["message"], line.cells["link"].strip()
    text, on = words(raw), target(link)
    if text is None:
        return Fault(where, "no_content")
    itself = on.comment if on.comment_at is not None and abs(on.comment_at - moment.at) <= _ITSELF else None
    return Post(
        place=PLACE,
        id=itself or content_id(line.owner.id, moment.at, raw, link),
        author=line.owner.id,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        offset=moment.offset,
        url=link or None,
        links=links(text),
        tags=tags(text),
        reply_to=on.post if itself else on.comment or on.post,
        thread=on.post,
    )


def _act(kind: str, line: Line, where: Where) -> Record | Fault:
    """Read a reaction, of whatever kind, as a like, and a repost without words as a repost."""
    moment, on = _moment(line.cells, where), target(line.cells["link"])
    if isinstance(moment, Fault) and moment.reason == "bad_date":
        return moment
    if on.post is None:
        return Fault(where, "no_id")
    return Interaction(
        place=PLACE,
        kind="like" if kind == "reactions" else "repost",
        actor=line.owner.id,
        pointer=where.pointer,
        at=None if isinstance(moment, Fault) else moment.at,
        target=on.comment or on.post,
    )


def _article(line: Line, where: Where) -> Record | Fault:
    """Read an article; one whose page does not say when it came out is a draft, or of a newer layout."""
    html = line.cells["html"]
    named, dated = _PULSE.search(html), _PUBLISHED.search(html)
    moment = iso(dated[1]) if dated else None
    if named is None or moment is None:
        return Fault(where, "bad_shape" if named is None else "bad_date" if dated else "no_date")
    body = plain(_DATES.sub("", html[named.end() :]))
    url = named[1].split("?", 1)[0].rstrip("/")
    return Post(
        place=PLACE,
        id=url,
        author=line.owner.id,
        published=moment.at,
        pointer=where.pointer,
        text=body or None,
        offset=moment.offset,
        kind="Article",
        title=plain(named[2]) or None,
        url=url,
        tags=tags(body),
    )


def described(cells: Mapping[str, str], native: str | None, where: Where) -> Owner:
    """Take from a profile what others can see of it, and nothing else.

    Args:
        cells: The row of `Profile.csv`.
        native: The member's number; None takes the public address, then the name.
        where: Where the row stands.
    """
    name = repair(f"{cells.get('first name', '')} {cells.get('last name', '')}").strip() or None
    handle = vanity(cells.get("public profile url") or cells.get("profile url"))
    about = (words(cells.get("headline")), words(cells.get("summary")))
    return Owner(
        id=native or f"@{handle or slug(name or '')}",
        handle=handle,
        name=name,
        bio="\n\n".join(filter(None, about)) or None,
        location=repair(cells.get("geo location", "")).strip() or None,
        where=where,
    )


def slug(name: str) -> str:
    """Return a name as a handle: lower case, dots for blanks.

    >>> slug("Anna Ferri")
    'anna.ferri'
    """
    return re.sub(r"[^\w]+", ".", name.lower()).strip(".") or "owner"
