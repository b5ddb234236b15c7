"""Which posts a report shows, and every place where it speaks of them."""

from collections.abc import Iterator

from valore.model.estimate import Result
from valore.model.reading import Reading
from valore.model.subject import Kind
from valore.present.language import Words
from valore.present.page import Link
from valore.present.pages._shown import FIRST
from valore.present.pages._themes import shown as shown_themes
from valore.present.pages.why import told_effects
from valore.present.terms import component, term

EVENT_POSTS = 6
"""Posts shown for one event."""


def cited(reading: Reading, words: Words) -> dict[int, tuple[Link, ...]]:
    """Return for each post that the report shows the links to where it is spoken of."""
    back: dict[int, dict[str, Link]] = {}
    for post, link in _all(reading, words):
        if post in reading.cards:
            back.setdefault(post, {})[link.target] = link
    return {post: tuple(links.values()) for post, links in back.items()}


def _all(reading: Reading, words: Words) -> Iterator[tuple[int, Link]]:
    for name, label, result in _results(reading, words):
        known = [p for p in result.evidence if p in reading.cards]
        yield from ((p, Link(label, f"number-{name}")) for p in known[:FIRST])
    for name, why in reading.explanations.items():
        link = Link(words.say("what moved {component}", component=component(name, words)), f"moved-{name}")
        yield from ((e.post, link) for e in told_effects(why))
    for number, event in enumerate(reading.events, 1):
        link = Link(words.say("event {number}", number=number), f"event-{number}")
        yield from ((p, link) for p in event.posts[:EVENT_POSTS])
    around = Link(words.say("who is around"), "around")
    yield from ((p, around) for crowd in reading.crowds for p in crowd.posts)
    yield from ((p, Link(words.say("themes"), "themes")) for p in shown_themes(reading))
    fresh = Link(words.say("what is new"), "novelty")
    yield from ((p, fresh) for p in reading.fresh)
    yield from ((p, fresh) for pair in reading.rehashes for p in pair[:2])


def _results(reading: Reading, words: Words) -> Iterator[tuple[str, str, Result]]:
    yield from ((n, term(n, words), r) for n, (_, r) in reading.values.items())
    yield from ((n, component(n, words), r) for n, r in reading.components.items())
    if reading.faces is not None:
        yield from ((f"face-{f.slug}", f.name, f.share) for f in reading.faces.shares)
    if reading.faces is not None and reading.subject.kind is Kind.BRAND:
        yield "faces-people", words.say("people reached together"), reading.faces.people
