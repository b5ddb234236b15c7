"""schema.org microdata out of HTML pages, with the parser's doors closed.

Only what archives of pages need: items, their properties in order, and the text of elements.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from valore.model.text import plain

DEPTH = 256
"""Levels of nesting that are followed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a page."""

    type: str
    """Last part of its `itemtype`: SocialMediaPosting, Comment, Person."""
    id: str | None
    props: dict[str, list["str | Item"]] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return the first value of a property that is text, None when there is none."""
        return next((v for v in self.props.get(name, ()) if isinstance(v, str) and v), None)

    def items(self, name: str) -> list["Item"]:
        """Return the values of a property that are items."""
        return [v for v in self.props.get(name, ()) if isinstance(v, Item)]


def page(html: str) -> etree._Element | None:
    """Parse a page without entities, network or size beyond the parser's; None when it cannot be.

    A page nested deeper than `DEPTH` is not parsed.
    """
    parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def items(root: etree._Element) -> Iterator[Item]:
    """Yield the items that stand in no other item."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.get("itemscope") is not None:
            yield _item(element, 0)
        else:
            waiting.extend(reversed(_children(element)))


def _item(element: etree._Element, depth: int) -> Item:
    item = Item((element.get("itemtype") or "").rstrip("/").rsplit("/", 1)[-1], element.get("itemid"))
    waiting = list(reversed(_children(element)))
    while waiting:
        inner = waiting.pop()
        names = (inner.get("itemprop") or "").split()
        scoped = inner.get("itemscope") is not None
        if names and depth < DEPTH:
            value = _item(inner, depth + 1) if scoped else _value(inner)
            for name in names:
                item.props.setdefault(name, []).append(value)
        if not scoped:
            waiting.extend(reversed(_children(inner)))
    return item


def _value(element: etree._Element) -> str:
    for attribute in ("content", "datetime", "href", "src"):
        if value := element.get(attribute):
            return str(value).strip()
    return words(element)


def words(element: etree._Element) -> str:
    """Return the plain text of an element, with its line breaks."""
    return plain(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def of_class(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Yield the elements that have a class."""
    for element in root.iter():
        if isinstance(element.tag, str) and name in (element.get("class") or "").split():
            yield element


def _children(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]
