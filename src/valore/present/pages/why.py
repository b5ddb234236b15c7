"""One component explained: what it tells, what moved it both ways, and what would change it."""

from valore.errors import UnknownName
from valore.model.estimate import Estimate, Result
from valore.model.reading import Effect, Explanation, Reading
from valore.present.charts.waterfall import Step, Waterfall
from valore.present.language import Words
from valore.present.page import (
    Block,
    Cards,
    Cell,
    Column,
    Estimates,
    Figure,
    Notes,
    Page,
    Section,
    Table,
    Text,
)
from valore.present.pages._shown import Shelf, interval_text, measured, post_card, quantity, value_text
from valore.present.pages.value import days
from valore.present.terms import COMPONENTS, component, place

SHOWN = 5
"""Posts each way."""
LEAST = 0.05
"""Points below which an effect would be written as 0."""


def page(reading: Reading, name: str, words: Words) -> Page:
    """Return the page of one component.

    Raises:
        UnknownName: when no component is called so.
    """
    if name not in reading.components:
        raise UnknownName("component", name, reading.components)
    result, why = reading.components[name], reading.explanations.get(name)
    effects = told_effects(why)
    posts = [e.post for e in effects] or list(result.evidence[: SHOWN * 2])
    shelf = Shelf.of(reading, posts)
    return Page(
        name="why",
        title=words.say("Why this {component}?", component=component(name, words)),
        language=words.language,
        over=reading.subject.name,
        under=days(reading, words),
        blocks=(
            Estimates((measured(name, result, words, shelf),)),
            *_moved(reading, name, words, shelf),
            *what_if(why, result, words),
            *formula(name, words),
            Section("posts", words.say("The posts"), (_cards(shelf, effects, words),)),
        ),
    )


def told_effects(why: Explanation | None) -> list[Effect]:
    """Return the effects that are told: the strongest of both kinds, each post once, those that raise first."""
    both = sorted((*why.raises, *why.lowers), key=lambda e: -abs(e.effect)) if why else []
    once = {e.post: e for e in reversed(both) if abs(e.effect) >= LEAST}
    ordered = [e for e in both if once.get(e.post) is e]
    return [e for e in ordered if e.effect > 0][:SHOWN] + [e for e in ordered if e.effect < 0][:SHOWN]


def moved(reading: Reading, name: str, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return the picture of what raised and lowered a component; nothing where nothing is known of it."""
    result, effects = reading.components[name], told_effects(reading.explanations.get(name))
    if not isinstance(result, Estimate) or not effects:
        return ()
    steps = tuple(Step(_step(reading, e.post, shelf, words), e.effect, shelf.id(e.post)) for e in effects)
    chart = Waterfall(
        words.say("What moved {component}", component=component(name, words)),
        "; ".join(f"{s.label}: {words.signed(s.effect)}" for s in steps),
        steps,
        result.value,
        f"{component(name, words)}: {value_text(result, words) or interval_text(result, words)}",
    )
    return (Figure(chart, "", effects_table(reading, effects, shelf, words, name), titled=False),)


def _moved(reading: Reading, name: str, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    told = moved(reading, name, words, shelf)
    return (*told, steps_told(words)) if told else ()


def steps_told(words: Words) -> Text:
    """Say how the steps are to be read."""
    said = words.say(
        "Each step is what one post adds to the value or takes from it, in points: the value with it less the value "
        "without it. The steps are told one by one and need not add up."
    )
    return Text((said,), "small")


def _step(reading: Reading, post: int, shelf: Shelf, words: Words) -> str:
    card = reading.cards.get(post)
    if card is None:
        return words.say("a post that is no longer kept")
    return f"{shelf.numbers.get(post, '')} {card.author}, {words.day(card.published)}".strip()


def effects_table(reading: Reading, effects: list[Effect], shelf: Shelf, words: Words, name: str) -> Table:
    """Return the effects as a table: post, who, where, when, points."""
    columns = (
        Column("post", words.say("Post")),
        Column("author", words.say("Author")),
        Column("place", words.say("Place")),
        Column("day", words.say("Day")),
        Column("effect", words.say("Points"), number=True),
    )
    caption = words.say("What moved {component}", component=component(name, words))
    rows = (_effect_row(reading, e, shelf, words) for e in effects if e.post in shelf.numbers)
    return Table(caption, columns, tuple(rows), f"moved-{name}")


def _effect_row(reading: Reading, effect: Effect, shelf: Shelf, words: Words) -> tuple[Cell, ...]:
    card, number = reading.cards[effect.post], shelf.numbers[effect.post]
    return (
        Cell(str(number), effect.post, shelf.id(effect.post)),
        Cell(card.author, card.author),
        Cell(place(card.place, words), card.place),
        Cell(words.day(card.published), card.published.date()),
        Cell(words.signed(effect.effect), effect.effect),
    )


def what_if(why: Explanation | None, result: Result, words: Words) -> tuple[Block, ...]:
    """Say what would change the number."""
    if why is None or not why.what_if:
        return ()
    now = quantity(result.value, result.unit, words) if isinstance(result, Estimate) else ""
    said = tuple(
        (_change(words.say(message, **facts), words.number(new), now, words),) for message, facts, new in why.what_if
    )
    return (Section(f"what-if-{why.component}", words.say("What would change it"), (Notes(said),)),)


def _change(what: str, new: str, now: str, words: Words) -> str:
    """Say what follows; what only narrows the interval leaves the value where it is."""
    return what if new == now else words.say("{what} → {value}", what=what, value=new)


def formula(name: str, words: Words) -> tuple[Block, ...]:
    """Say in words how a component is reckoned."""
    return (Text((words.say(COMPONENTS[name][2]),), "small"),) if name in COMPONENTS else ()


def _cards(shelf: Shelf, effects: list[Effect], words: Words) -> Cards:
    by_post = {e.post: e.effect for e in effects}
    return Cards(
        tuple(
            post_card(shelf.cards[post], number, words, more=_effect_mark(by_post.get(post), words))
            for post, number in shelf.numbers.items()
        )
    )


def _effect_mark(effect: float | None, words: Words) -> tuple[str, ...]:
    return () if effect is None else (words.say("{points} points", points=words.signed(effect)),)
