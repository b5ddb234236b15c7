"""How numbers, posts and their links are told, the same on every page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from valore.model.estimate import Estimate, Grade, Result, Unit
from valore.model.reading import Card, Reading
from valore.present.charts.dots import Dot
from valore.present.language import Words
from valore.present.page import Cell, Column, Inline, Link, Measured, PostCard, Table
from valore.present.pages._details import parts
from valore.present.terms import COMPONENTS, component, grade, place, term

FIRST = 12
"""Posts that a page shows as evidence of one number: those that weigh most."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The posts that a page shows, each with a number of its own, and where the page speaks of them."""

    cards: Mapping[int, Card]
    numbers: Mapping[int, int]
    """Post → 1, 2, … in order of time."""

    @classmethod
    def of(cls, reading: Reading, posts: Iterable[int]) -> "Shelf":
        """Number the posts that are known, the earliest first."""
        known = {p for p in posts if p in reading.cards}
        order = sorted(known, key=lambda p: (reading.cards[p].published, p))
        return cls(reading.cards, {p: i for i, p in enumerate(order, 1)})

    def links(self, posts: Iterable[int], words: Words, first: int = FIRST) -> tuple[Link, ...]:
        """Return links to those of the posts that are on the shelf."""
        shown = [p for p in posts if p in self.numbers][:first]
        return tuple(self.link(p, words) for p in shown)

    def link(self, post: int, words: Words) -> Link:
        """Return the link to one post."""
        number = str(self.numbers[post])
        return Link(number, f"post-{number}", words.say("post {number}", number=number))

    def id(self, post: int) -> str:
        """Return the id of a post's card, empty when it is not shown."""
        return f"post-{self.numbers[post]}" if post in self.numbers else ""


def spaced(links: Iterable[Link]) -> tuple[Inline, ...]:
    """Return links one after the other, with a space between them."""
    return tuple(part for link in links for part in (" ", link))[1:]


def value_text(result: Result, words: Words) -> str:
    """Return the value as people read it; empty where only the interval or a reason is shown."""
    match result:
        case Estimate(grade=Grade.D | Grade.E):
            return ""
        case Estimate(value=value, unit=unit):
            return quantity(value, unit, words)
        case _:
            return ""


def quantity(value: float, unit: Unit, words: Words) -> str:
    """Write a value in its unit, without the unit's name."""
    return words.percent(value) if unit is Unit.SHARE else words.number(value, 1 if unit is Unit.DAYS else 0)


def interval_text(result: Result, words: Words) -> str:
    """Return *between 52 and 71*; empty where nothing is known."""
    match result:
        case Estimate(low=low, high=high, unit=unit):
            return words.say(
                "between {low} and {high}", low=quantity(low, unit, words), high=quantity(high, unit, words)
            )
        case _:
            return ""


def told(result: Result, words: Words) -> str:
    """Return value and interval, or the reason, in one phrase."""
    match result:
        case Estimate():
            value, interval = value_text(result, words), interval_text(result, words)
            return words.say("{value}, {interval}", value=value, interval=interval) if value else interval
        case _:
            return reason_text(result, words)


def reason_text(result: Result, words: Words) -> str:
    """Return why there is no number; empty when there is one."""
    match result:
        case Estimate():
            return ""
        case _:
            detail = f" ({words.say(result.detail)})" if result.detail else ""
            return words.reason(result.reason) + detail


def grade_of(result: Result) -> str:
    """Return the evidence grade; no number is an E."""
    return str(result.grade) if isinstance(result, Estimate) else str(Grade.E)


def measured(name: str, result: Result, words: Words, shelf: Shelf, *, label: str = "", about: str = "") -> Measured:
    """Return one number with all that stands beside it."""
    known = result if isinstance(result, Estimate) else None
    middle = known.value if known and value_text(known, words) else None
    return Measured(
        name=name,
        label=label or component(name, words),
        about=about or (words.say(COMPONENTS[name][1]) if name in COMPONENTS else ""),
        value=value_text(result, words),
        interval=interval_text(result, words),
        grade=grade_of(result),
        grade_words=grade(grade_of(result), words),
        reason=reason_text(result, words),
        authors=authors_text(result, words),
        evidence=shelf.links(result.evidence, words),
        low=known.low if known else None,
        middle=middle,
        high=known.high if known else None,
        notes=(*parts(result.details, words), *_withheld(known, words)),
        id=f"number-{name}",
    )


def _withheld(known: Estimate | None, words: Words) -> tuple[str, ...]:
    """Say why no post is named beside a number."""
    return (words.reason(known.withheld),) if known is not None and known.withheld is not None else ()


def authors_text(result: Result, words: Words) -> str:
    """Say on how many different people a number rests."""
    if result.effective_authors <= 0:
        return ""
    return words.many(
        "rests on one author who counts",
        "rests on {count} authors who count",
        max(result.effective_authors, 1),
    )


def dot(label: str, result: Result, words: Words, target: str = "") -> Dot:
    """Return the row of a result in a picture of values and intervals."""
    match result:
        case Estimate(low=low, high=high, value=value):
            middle = value if value_text(result, words) else None
            text = (
                value_text(result, words) or f"{quantity(low, result.unit, words)}–{quantity(high, result.unit, words)}"
            )
            return Dot(label, low, middle, high, f"{text} · {result.grade}", target)
        case _:
            return Dot(label, None, None, None, words.say("no number"), target)


def results_table(caption: str, head: str, rows: Iterable[tuple[str, str, Result]], words: Words, name: str) -> Table:
    """Return a table of results: (code, label, result) a row."""
    columns = (
        Column("name", head),
        Column("value", words.say("Value"), number=True),
        Column("low", words.say("From"), number=True),
        Column("high", words.say("To"), number=True),
        Column("grade", words.say("Evidence grade")),
        Column("reason", words.say("Why there is no number")),
    )
    return Table(caption, columns, tuple(_result_row(*row, words) for row in rows), name)


def _result_row(code: str, label: str, result: Result, words: Words) -> tuple[Cell, ...]:
    first = Cell(label, code, f"number-{code}" if code in COMPONENTS else "")
    last = (Cell(grade_of(result), grade_of(result)), Cell(reason_text(result, words), None))
    match result:
        case Estimate(low=low, high=high, value=value, unit=unit):
            shown = value_text(result, words)
            ends = (Cell(quantity(low, unit, words), low), Cell(quantity(high, unit, words), high))
            return (first, Cell(shown or "–", value if shown else None), *ends, *last)
        case _:
            return (first, Cell("–"), Cell("–"), Cell("–"), last[0], Cell(last[1].text, str(result.reason)))


def post_card(
    card: Card,
    number: int,
    words: Words,
    *,
    more: tuple[str, ...] = (),
    back: tuple[Link, ...] = (),
    prefix: str = "post",
) -> PostCard:
    """Return a post as it is shown, with how it was read."""
    return PostCard(
        id=f"{prefix}-{number}",
        number=str(number),
        author=card.author,
        actor=crowd_one(card.actor, words),
        place=place(card.place, words),
        day=words.day(card.published),
        text=card.text,
        language=card.language or "",
        url=card.url or "",
        marks=(*_marks(card, words), *more),
        counts=_counts(card, words),
        back=back,
    )


def crowd_one(actor: str, words: Words) -> str:
    """Return the kind of one account."""
    return term(actor, words) if actor != "unknown" else words.say("kind undecided")


def _marks(card: Card, words: Words) -> tuple[str, ...]:
    marks = []
    if card.polarity is not None:
        marks.append(term(card.polarity, words))
    elif card.polarity_reason:
        marks.append(words.say("not judged: {reason}", reason=words.say(card.polarity_reason)))
    if card.novelty is not None:
        marks.append(words.say("novelty {share}", share=words.percent(card.novelty)))
    return tuple(marks)


def _counts(card: Card, words: Words) -> str:
    parts = [
        words.many("{count} like", "{count} likes", card.likes) if card.likes is not None else "",
        words.many("{count} reply", "{count} replies", card.replies) if card.replies is not None else "",
        words.many("{count} repost", "{count} reposts", card.reposts) if card.reposts is not None else "",
    ]
    return " · ".join(p for p in parts if p)
