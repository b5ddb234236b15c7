"""What the answers of WordPress' own interface (`wp/v2`) mean: posts, pages, comments, users.

An answer does not name its site; the addresses in it do.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Account, Fault, Record, Where
from valore.places._answer import SLIPS, Answer, things, whole
from valore.places._wordpress_item import Said, commenter, heading, member_id, records, text, user

_ROUTE = re.compile(r"/(?:index\.php)?(?:/?wp-json/|\?rest_route=)")
_ORIGIN = re.compile(r"https?://[^/?#]+")


def answered(answer: Answer, where: Where) -> Iterator[Record | Fault]:
    """Yield posts, comments with who wrote them, and users, as seen when the answer was given."""
    for pointer, thing in things(answer.value, where.pointer):
        here = where._replace(pointer=pointer)
        try:
            for record in whole(_one(thing, here)):
                yield record._replace(seen=answer.seen) if isinstance(record, Account) else record
        except SLIPS:
            yield Fault(here, "bad_shape")


def _one(thing: Any, where: Where) -> Iterator[Record | Fault]:
    """Tell a thing by its keys."""
    site = _site(thing) if isinstance(thing, dict) else None
    if site is None:
        yield Fault(where, "bad_shape")
    elif "author_name" in thing and "post" in thing:
        yield from records(_comment(site, thing), where)
    elif "content" in thing and "author" in thing:
        yield from records(_post(site, thing), where)
    elif "slug" in thing and "name" in thing and "avatar_urls" in thing:
        yield user(site, {**_user(thing)}, where.pointer)
    else:
        yield Fault(where, "bad_shape")


def _site(thing: Mapping[str, Any]) -> str | None:
    """Return the site that a thing belongs to: what stands before the route to it, else where it is shown."""
    links = thing.get("_links")
    itself = links.get("self") if isinstance(links, dict) else None
    href = itself[0].get("href") if isinstance(itself, list) and itself and isinstance(itself[0], dict) else None
    route = _ROUTE.search(href) if isinstance(href, str) else None
    if route is not None:
        return str(href)[: route.start()]
    shown = _ORIGIN.match(str(thing.get("link") or ""))
    return shown[0] if shown else None


def _post(site: str, thing: Mapping[str, Any]) -> Said:
    content, author = thing["content"], _number(thing.get("author"))
    return Said(
        site=site,
        number=_number(thing.get("id")),
        kind=str(thing.get("type") or "post"),
        public=thing.get("status", "publish") == "publish" and not content.get("protected"),
        author=member_id(site, author) if author and author != "0" else None,
        at=thing.get("date_gmt"),
        local=thing.get("date"),
        changed=thing.get("modified_gmt"),
        html=_rendered(content),
        title=heading(_rendered(thing.get("title"))),
        url=text(thing.get("link")),
    )


def _comment(site: str, thing: Mapping[str, Any]) -> Said:
    name, address, author = text(thing["author_name"]), text(thing.get("author_url")), _number(thing.get("author"))
    return Said(
        site=site,
        number=_number(thing.get("id")),
        kind=str(thing.get("type") or ""),
        public=thing.get("status", "approved") == "approved",
        author=commenter(site, author, address, name),
        at=thing.get("date_gmt"),
        local=thing.get("date"),
        changed=None,
        html=_rendered(thing.get("content")),
        url=text(thing.get("link")),
        post=_number(thing["post"]) or "",
        parent=_number(thing.get("parent")),
        name=name,
        address=address,
    )


def _user(thing: Mapping[str, Any]) -> dict[str, str | None]:
    about = thing.get("description")
    return {
        "id": _number(thing.get("id")),
        "login": text(thing["slug"]),
        "name": text(thing["name"]),
        "bio": about if isinstance(about, str) else None,
        "url": text(thing.get("link")),
        "home": text(thing.get("url")),
    }


def _rendered(value: Any) -> str:
    shown = value.get("rendered") if isinstance(value, dict) else value
    return shown if isinstance(shown, str) else ""


def _number(value: Any) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
