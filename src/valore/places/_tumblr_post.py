"""What a post of Tumblr means, as its export and its old interface write it (`<post type="…">`).

A reblog repeats what it answers inside quotations that name their blogs; what stands behind the
last quotation is the reblogger's own. A blog is known by its name, which may change.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from valore.model.records import Account, Fault, Interaction, Post, Record, Where
from valore.model.text import plain, repair
from valore.model.time import SECOND, from_epoch, moment
from valore.places._activity import links

PLACE = "tumblr"
_BODY = {
    "regular": "regular-body",
    "photo": "photo-caption",
    "video": "video-caption",
    "audio": "audio-caption",
    "link": "link-description",
    "quote": "quote-text",
    "answer": "answer",
    "conversation": "conversation-text",
}
_TITLE = {"regular": "regular-title", "link": "link-text", "conversation": "conversation-title"}
_KINDS = {"photo": "Image", "video": "Video", "audio": "Audio"}
_VIA = re.compile(r"<a\b(?=[^<>]*\btumblr_blog\b)[^<>]*>([^<>]*)</a>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_NUMBER = re.compile(r"/(?:post/)?(\d{5,20})(?:[/?#]|$)")
_BLOG = re.compile(r"https?://(?:www\.tumblr\.com/)?(?:blog/view/)?([a-z0-9-]+)", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
_QUARTER = 15
"""Minutes of which offsets from UTC are multiples."""


class Said(NamedTuple):
    """One post: its attributes, and the texts of its elements by name."""

    facts: dict[str, str]
    texts: dict[str, str]
    tags: tuple[str, ...]
    photos: int


class _Origin(NamedTuple):
    """Where a reblog comes from."""

    blog: str
    post: str | None


def blog_id(name: str) -> str:
    """Return the native id of a blog.

    >>> blog_id("CartaBlog")
    '@cartablog'
    """
    return f"@{repair(name).strip().lower()}"


def account(name: str, pointer: str, title: str | None = None) -> Account:
    """Return a blog."""
    handle = repair(name).strip().lower()
    return Account(PLACE, blog_id(name), pointer, handle=handle, name=title, url=f"https://{handle}.tumblr.com/")


def for_everybody(facts: dict[str, str]) -> bool:
    """Say whether a post is published and not private."""
    return facts.get("state", "published") == "published" and facts.get("private", "false") != "true"


def records(said: Said, where: Where) -> Iterator[Record | Fault]:
    """Yield a post, or the repost that a reblog without own words is."""
    facts, kind = said.facts, said.facts.get("type", "").lower()
    number, blog = facts.get("id", ""), facts.get("tumblelog", "")
    at = from_epoch(facts.get("unix-timestamp", ""))
    if at is None:
        read = moment(facts.get("date-gmt", "").removesuffix(" GMT"))
        at = None if read is None else read.at
    if kind not in _BODY:
        yield Fault(where, "bad_shape")
    elif not number.isdigit() or not blog:
        yield Fault(where, "no_author" if number.isdigit() else "no_id")
    elif at is None:
        yield Fault(where, "bad_date" if facts.get("date-gmt") or facts.get("unix-timestamp") else "no_date")
    else:
        yield _told(said, kind, where, Post(PLACE, number, blog_id(blog), at, where.pointer))


def _told(said: Said, kind: str, where: Where, post: Post) -> Record | Fault:
    body, origin = said.texts.get(_BODY[kind], ""), _origin(said)
    repeated = said.facts.get("is_reblog") == "true" or origin is not None
    own = _behind(body) if repeated else body
    if repeated and not _words(own, said):
        if origin is None:
            return Fault(where, "no_author")
        return Interaction(
            PLACE, "repost", post.author, where.pointer, post.published, origin.post, origin.blog, post.id
        )
    media = said.photos or int(kind in ("video", "audio"))
    text, title = _words(own, said), plain(said.texts.get(_TITLE.get(kind, ""), ""))
    if not text and not title and not media:
        return Fault(where, "no_content")
    address = said.texts.get("link-url", "")
    return post._replace(
        text=_attributed(text, said) if kind == "quote" else text or None,
        title=title or None,
        kind="Article" if kind == "regular" and title else _KINDS.get(kind, "Note"),
        offset=_offset(said, post.published),
        url=repair(said.facts.get("url-with-slug") or said.facts.get("url") or "") or None,
        links=tuple(dict.fromkeys((*([repair(address)] if address.startswith("http") else []), *_links(own)))),
        tags=said.tags,
        quote_of=origin.post if origin else None,
        quote_of_author=origin.blog if origin else None,
        visibility="public",
        media=media or (len(_PICTURE.findall(own)) if kind == "regular" else 0),
    )


def _words(html: str, said: Said) -> str:
    """Return the words of a text, which some people write in Markdown."""
    return repair(html).strip() if said.facts.get("format") == "markdown" else plain(html)


def _attributed(text: str, said: Said) -> str | None:
    """Return a quotation with whom it is from."""
    source = plain(said.texts.get("quote-source", ""))
    return "\n— ".join(filter(None, (text, source))) or None


def _behind(html: str) -> str:
    """Return what stands behind the last quotation; where nothing is quoted, nothing is the reblogger's own."""
    last = html.lower().rfind("</blockquote")
    end = html.find(">", last) if last >= 0 else -1
    return html[end + 1 :] if end >= 0 else ""


def _links(html: str) -> tuple[str, ...]:
    return links(_VIA.sub("", html))


def _origin(said: Said) -> _Origin | None:
    """Return who first wrote what is repeated: as the post says, else the innermost of its quotations."""
    for kind in ("root", "from"):
        if name := said.facts.get(f"reblogged-{kind}-name"):
            number = _NUMBER.search(said.facts.get(f"reblogged-{kind}-url", ""))
            return _Origin(blog_id(name), number[1] if number else None)
    named = list(_VIA.finditer("".join(said.texts.get(key, "") for key in _BODY.values())))
    if not named:
        return None
    href = _HREF.search(named[-1][0])
    address = href[1] if href else ""
    blog, number = _BLOG.match(address), _NUMBER.search(address)
    name = plain(named[-1][1]) or (blog[1] if blog else "")
    return _Origin(blog_id(name), number[1] if number else None) if name else None


def _offset(said: Said, at: int) -> int | None:
    """Return by how many minutes the blog's clock was before UTC."""
    local = moment(said.facts.get("date", ""))
    minutes = None if local is None else round((local.at - at) / SECOND / 60)
    return minutes if minutes is not None and minutes % _QUARTER == 0 and abs(minutes) <= 14 * 60 else None
