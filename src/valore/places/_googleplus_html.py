"""Pages of Google+'s archive, read into the same shape as its JSON.

Microdata says author, time, text and comments; classes say the rest (`main-content`,
`visibility`, `reshare-attribution`, `link-embed`). Who could read a post stands there in the
account's language: a post counts as public only when the word for it is one that is known.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from lxml import etree

from valore.errors import RefusedArchive
from valore.model.records import Fault, Interaction, Post, Raw, Record, Where, content_id
from valore.model.source import Export
from valore.model.text import plain
from valore.model.time import instant
from valore.places import _microdata as micro

_PROFILE = re.compile(r"plus\.google\.com/(?:u/\d+/)?(\+[^/?#]+|\d{5,})")
_POST = re.compile(r"https?://plus\.google\.com/(?:u/\d+/)?(\+[^/?#]+|\d{5,})/posts/\w+")
_PUBLIC = re.compile(r"(?i)\bpubli[ck]|\bpubblic|öffentlich|\bpúblic|\bpublicamente|\bpubliquement")
_LIKED = re.compile(r"(?:^|/)\+1")
_LOG = re.compile(r"(?i)activity.?log|registro|protokoll|journal|aktivit|attivit|activit|ativid")
_KINDS = MappingProxyType({"img": "image", "video": "video"})
_BYTES = 8 * 1024 * 1024
_LOOK = 3


def kind(name: str, text: str) -> str | None:
    """Return page (one post) or log (comments, +1s) by name and first words; None for any other page."""
    folder, _, base = name.rpartition("/")
    if "plus.google.com" not in text:
        return None
    if _LIKED.search(base) or (_LOG.search(folder) and not _is_post(text)):
        return "log"
    return "page" if _is_post(text) else None


def _is_post(text: str) -> bool:
    return "itemscope" in text and "itemid" in text and bool(re.search(r"<(body|article|div)[^>]*itemid", text))


def owner(source: Export, members: tuple[str, ...]) -> str | None:
    """Return the account that wrote most of the first posts; the activity log does not say whose it is."""
    found: Counter[str] = Counter()
    for member in members:
        who = _author(source, member)
        found.update([who] if who else [])
        if found.total() >= _LOOK:
            break
    return found.most_common(1)[0][0] if found else None


def _author(source: Export, member: str) -> str | None:
    try:
        head = source.text(member, _BYTES)
    except RefusedArchive:
        return None
    if member.lower().endswith(".json"):
        found = re.search(r'"resourceName"\s*:\s*"users/(\w+)"', head)
        return found[1] if found else None
    if kind(member, head) != "page":
        return None
    value = post(head)
    author = value.get("author") if value else None
    return _account(author.get("profilePageUrl")) if isinstance(author, dict) else None


def _account(url: object) -> str | None:
    found = _PROFILE.search(url) if isinstance(url, str) else None
    if found is None:
        return None
    return f"@{found[1][1:].lower()}" if found[1].startswith("+") else found[1]


def post(text: str) -> dict[str, Any] | None:
    """Read the page of one post into the keys that its JSON has; None when it is no such page."""
    root = micro.page(text)
    item = next(micro.items(root), None) if root is not None else None
    if root is None or item is None:
        return None
    said: dict[str, Any] = {
        "url": item.id,
        "author": _person(item),
        "creationTime": item.text("dateCreated"),
        "updateTime": item.text("dateModified"),
        "content": _content(root, item),
        "comments": [_comment(c) for c in item.items("comment")],
    }
    said |= _acl(root)
    said |= _embeds(root)
    return said


def _person(item: micro.Item) -> dict[str, Any]:
    person = next(iter(item.items("author")), None)
    if person is None:
        return {}
    return {"displayName": person.text("name"), "profilePageUrl": person.text("url") or person.id}


def _content(root: etree._Element, item: micro.Item) -> str | None:
    main = next(micro.of_class(root, "main-content"), None)
    return _markup(micro.words(main) if main is not None else item.text("text"))


def _markup(text: str | None) -> str | None:
    """Return plain text as the HTML that the archive's JSON holds."""
    return escape(text).replace("\n", "<br>") if text else None


def _comment(comment: micro.Item) -> dict[str, Any]:
    """Return a comment; pages give it no id, so it is made of what it says."""
    author, text = _person(comment), comment.text("text")
    at = instant(comment.text("dateCreated"))
    who = _account(author.get("profilePageUrl"))
    native = comment.id or (content_id(who, at, text) if who and at is not None else None)
    return {
        "author": author,
        "creationTime": comment.text("dateCreated"),
        "content": _markup(text),
        "commentActivityId": native,
    }


def _acl(root: etree._Element) -> dict[str, Any]:
    shown = next(micro.of_class(root, "visibility"), None)
    if shown is None:
        return {}
    return {"postAcl": {"isPublic": bool(_PUBLIC.search(micro.words(shown)))}}


def _embeds(root: etree._Element) -> dict[str, Any]:
    """Return what hangs on a post: a link, the post that it passes on, pictures, who acted."""
    found = _shared(root) | _people(root, "plusOnes", "plusOner", "plus-oners")
    found |= _people(root, "reshares", "resharer", "resharers")
    link = next((h for e in micro.of_class(root, "link-embed") for h in _hrefs(e)), None)
    if link:
        found["link"] = {"url": link}
    if pictures := [e for e in micro.of_class(root, "media") if e.tag in {"img", "video"}]:
        found["album"] = {"media": [{"contentType": f"{_KINDS[p.tag]}/*"} for p in pictures]}
    return found


def _shared(root: etree._Element) -> dict[str, Any]:
    for shared in micro.of_class(root, "reshare-attribution"):
        for target in filter(None, map(_POST.match, _hrefs(shared))):
            home = f"https://plus.google.com/{target[1]}"
            return {"resharedPost": {"url": target[0], "author": {"profilePageUrl": home}}}
    return {}


def _people(root: etree._Element, key: str, role: str, style: str) -> dict[str, Any]:
    anchors = [a for e in micro.of_class(root, style) for a in e.iter("a") if _account(a.get("href"))]
    acts_by = [{role: {"displayName": micro.words(a), "profilePageUrl": a.get("href")}} for a in anchors]
    return {key: acts_by} if acts_by else {}


def _hrefs(element: etree._Element) -> Iterator[str]:
    for anchor in element.iter("a"):
        if href := anchor.get("href"):
            yield str(href)


def acts(raw: Raw) -> Iterator[Record | Fault]:
    """Read a page of the activity log: the owner's comments and likes on other people's posts."""
    text, who = raw.value
    root = micro.page(text)
    if root is None:
        yield Fault(raw.where, "bad_shape")
    elif who is None:
        yield Fault(raw.where, "no_author")
    elif _LIKED.search(raw.where.file.rpartition("/")[2]):
        yield from _likes(root, who)
    else:
        yield from _log_comments(root, who, raw.where)


def _likes(root: etree._Element, who: str) -> Iterator[Record]:
    for number, href in enumerate(dict.fromkeys(h for h in _hrefs(root) if _POST.match(h))):
        found = _POST.match(href)
        whose = _account(f"plus.google.com/{found[1]}") if found else None
        yield Interaction("googleplus", "like", who, f"/{number}", None, href, whose)


def _log_comments(root: etree._Element, who: str, where: Where) -> Iterator[Record | Fault]:
    comments = [i for i in _deep(micro.items(root)) if i.type == "Comment"]
    for number, item in enumerate(comments):
        inner = where._replace(pointer=f"/{number}")
        said: Mapping[str, Any] = _comment(item)
        at, text = instant(said["creationTime"]), plain(said["content"] or "")
        if at is None or not text:
            yield Fault(inner, "no_date" if at is None else "no_content")
            continue
        target = next((v for name in ("url", "parentItem", "about") if (v := item.text(name)) and _POST.match(v)), None)
        found = _POST.match(target) if target else None
        yield Post(
            place="googleplus",
            id=item.id or content_id(who, at, said["content"]),
            author=who,
            published=at,
            pointer=inner.pointer,
            text=text,
            offset=0,
            reply_to=target,
            reply_to_author=_account(target) if found else None,
        )


def _deep(found: Iterator[micro.Item]) -> Iterator[micro.Item]:
    for item in found:
        yield item
        for values in item.props.values():
            yield from _deep(v for v in values if isinstance(v, micro.Item))
