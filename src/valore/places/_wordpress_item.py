"""What a post, a page or a comment of WordPress means, in an export or in an answer.

Posts are named `SITE/?p=15` and people `SITE/?author=1`, which every WordPress understands, so that
exports and answers speak of the same. Commenters without an account are known by the address that
they leave, else by their name on that site; addresses of mail and of machines are never looked at.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from valore.model.records import Account, Fault, Post, Record, Where
from valore.model.text import plain, repair
from valore.model.time import SECOND, instant, moment
from valore.places._activity import links

PLACE = "wordpress"
_KINDS = {"post": "Article", "page": "Page"}
_COMMENTS = ("", "comment")
_SHORTCODES = re.compile(r"\[/?(?:gallery|(?:wp_)?caption|audio|video|playlist|embed)\b[^\[\]]*\]")
_PARAGRAPHS = re.compile(r"\n[ \t\r]*\n\s*")
_MARKED = re.compile(r"<!-- wp:|<p\b", re.IGNORECASE)
_MEDIA = re.compile(r"<(?:img|video|audio)\b", re.IGNORECASE)
_UNKNOWN = "0000-00-00 00:00:00"
_HALF = 15
"""Minutes of which offsets from UTC are multiples."""


class Said(NamedTuple):
    """A post, a page or a comment, whatever it was written in."""

    site: str
    number: str | None
    kind: str
    """Type of post; of comments `comment`, `pingback`, …"""
    public: bool
    """Published and not behind a password, or approved."""
    author: str | None
    """Native id."""
    at: str | None
    """In UTC."""
    local: str | None
    changed: str | None
    """In UTC."""
    html: str
    title: str | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()
    post: str | None = None
    """Number of the post that a comment stands under."""
    parent: str | None = None
    """Number of the comment that a comment answers."""
    answered: str | None = None
    """Native id of who wrote what a comment answers."""
    name: str | None = None
    address: str | None = None
    """Of a commenter."""


def post_id(site: str, number: str) -> str:
    """Return the native id of a post."""
    return f"{site}/?p={number}"


def comment_id(site: str, post: str, number: str) -> str:
    """Return the native id of a comment."""
    return f"{post_id(site, post)}#comment-{number}"


def member_id(site: str, number: str) -> str:
    """Return the native id of somebody with an account."""
    return f"{site}/?author={number}"


def commenter(site: str, number: str | None, address: str | None, name: str | None) -> str | None:
    """Return the native id of who wrote a comment; None for a nameless one."""
    if number is not None and number.isdigit() and int(number):
        return member_id(site, number)
    if address and address.startswith(("http://", "https://")):
        return address
    return f"{site}/#{name}" if name else None


def for_everybody(said: Said) -> bool:
    """Say whether it is a published post or page, or an approved comment; anything else is not read."""
    return said.public and said.kind in (_KINDS if said.post is None else _COMMENTS)


def records(said: Said, where: Where) -> Iterator[Record | Fault]:
    """Yield a post, or a comment with who wrote it; nothing of what is not for everybody."""
    if not for_everybody(said):
        return
    at = moment(said.at) if said.at and said.at != _UNKNOWN else None
    if said.number is None or said.post == "":
        yield Fault(where, "no_id")
    elif said.author is None:
        yield Fault(where, "no_author")
    elif at is None:
        yield Fault(where, "bad_date" if said.at and said.at != _UNKNOWN else "no_date")
    else:
        found = _post(said, said.number, said.author, where)._replace(published=at.at)
        if not found.text and not found.title and not found.media:
            yield Fault(where, "no_content")
            return
        changed = instant(said.changed) if said.changed and said.changed != _UNKNOWN else None
        yield found._replace(
            updated=changed if changed is not None and changed > at.at else None, offset=_offset(said, at.at)
        )
        if said.post is not None:
            url = said.address if said.address and said.address.startswith("http") else None
            yield Account(PLACE, said.author, where.pointer, name=said.name, url=url)


def _post(said: Said, number: str, author: str, where: Where) -> Post:
    base = Post(PLACE, post_id(said.site, number), author, 0, where.pointer)
    post = base._replace(
        text=words(said.html) or None,
        kind=_KINDS.get(said.kind, "Note"),
        title=said.title,
        url=said.url,
        links=links(said.html),
        tags=said.tags,
        visibility="public",
        media=len(_MEDIA.findall(said.html)),
    )
    if said.post is None:
        return post
    above = said.parent if said.parent and said.parent != "0" else None
    under = post_id(said.site, said.post)
    return post._replace(
        id=comment_id(said.site, said.post, number),
        reply_to=comment_id(said.site, said.post, above) if above else under,
        reply_to_author=said.answered,
        thread=under,
    )


def words(html: str) -> str:
    """Return the words of a text as it is shown: blank lines make paragraphs where nothing else does."""
    html = _SHORTCODES.sub("", html)
    if not _MARKED.search(html):
        parts = [p.strip().replace("\r", "").replace("\n", "<br>") for p in _PARAGRAPHS.split(html)]
        html = "".join(f"<p>{p}</p>" for p in parts) if len(parts) > 1 else parts[0]
    return plain(html)


def text(value: object) -> str | None:
    """Return a bare text repaired; None when there is none."""
    return repair(value).strip() or None if isinstance(value, str) else None


def heading(value: object) -> str | None:
    """Return a title without its marks."""
    return plain(value) or None if isinstance(value, str) else None


def user(site: str, said: Mapping[str, str | None], pointer: str) -> Account:
    """Return somebody with an account: `id`, `login`, `name`, `bio`, `url`, and `home`, their own page."""
    page = text(said.get("home")) or ""
    return Account(
        place=PLACE,
        id=member_id(site, said["id"] or ""),
        pointer=pointer,
        handle=text(said.get("login")),
        name=text(said.get("name")),
        bio=heading(said.get("bio")),
        url=text(said.get("url")),
        links=(page,) if page.startswith(("http://", "https://")) else (),
    )


def _offset(said: Said, at: int) -> int | None:
    """Return by how many minutes the site's clock was before UTC."""
    local = instant(said.local) if said.local and said.local != _UNKNOWN else None
    minutes = None if local is None else round((local - at) / SECOND / 60)
    return minutes if minutes is not None and minutes % _HALF == 0 and abs(minutes) <= 14 * 60 else None
