"""The report: one honest page, from the Value down to the posts it rests on."""

from collections.abc import Callable

from valore.model.estimate import Estimate
from valore.model.lens import COMPONENTS as ORDER
from valore.model.reading import Reading
from valore.present.charts.dots import Dots
from valore.present.language import Words
from valore.present.page import Block, Cards, Estimates, Figure, Link, Notes, Page, Section, Text
from valore.present.pages import _method, _people, _themes, _time
from valore.present.pages._cited import cited
from valore.present.pages._shown import Shelf, dot, measured, post_card, results_table, told
from valore.present.pages.value import days, lenses, question
from valore.present.pages.why import moved, steps_told, what_if
from valore.present.terms import HONEST, component, term

Part = Callable[[Reading, Words, Shelf], tuple[Block, ...]]


def page(reading: Reading, words: Words) -> Page:
    """Return the whole report of a subject."""
    back = cited(reading, words)
    shelf = Shelf.of(reading, back)
    parts: tuple[Part, ...] = (
        _value, _components, _moved, _time.section, _people.around, _people.faces, _themes.themes, _people.novelty,
        _method.covered, _method.section,
    )  # fmt: skip
    return Page(
        name="report",
        title=question(reading, words),
        language=words.language,
        over=reading.subject.name,
        under=days(reading, words),
        blocks=(
            *_answer(reading, words),
            *(block for part in parts for block in part(reading, words, shelf)),
            *_appendix(shelf, back, words),
        ),
        foot=(
            words.say(
                "Valore, method {version}. Value as of {day}.", version=reading.method.version, day=reading.as_of.date()
            ),
            words.say("It is no measure of a person's worth, and no ground for hiring, credit or insurance."),
        ),
    )


def _answer(reading: Reading, words: Words) -> tuple[Block, ...]:
    """Answer the question of the title in one or two sentences."""
    if not reading.values:
        return ()
    name, (_, result) = next(iter(reading.values.items()))
    if not isinstance(result, Estimate):
        said = words.say(
            "It is too early for one number: {reason}. What is known stands below.", reason=told(result, words)
        )
        return (Text((said,), "lead"),)
    said = words.say(
        "Read as {lens}, it stands at {value} on a scale of 100.", lens=term(name, words), value=told(result, words)
    )
    return (Text((f"{said} {_strongest(reading, words)}".strip(), *_disagreement(reading, words)), "lead"),)


def _strongest(reading: Reading, words: Words) -> str:
    known = [(n, r) for n, r in reading.components.items() if isinstance(r, Estimate) and r.grade in {"A", "B", "C"}]
    if len(known) < 2:  # noqa: PLR2004 - a best and a least
        return ""
    best, least = max(known, key=lambda k: k[1].value), min(known, key=lambda k: k[1].value)
    names = {"best": component(best[0], words), "least": component(least[0], words)}
    return words.say("What carries it most is {best}; what weighs least in its favour is {least}.", **names)


def _disagreement(reading: Reading, words: Words) -> tuple[str, ...]:
    known = [r for _, r in reading.values.values() if isinstance(r, Estimate)]
    apart = any(a.high < b.low for a in known for b in known)
    said = " " + words.say("The lenses do not agree: their intervals lie apart, and no single one is the truth.")
    return (said,) if apart else ()


def _value(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    rows = [(name, term(name, words), result) for name, (_, result) in reading.values.items()]
    chart = Dots(
        words.say("The Value through each lens"),
        "; ".join(f"{label}: {told(result, words)}" for _, label, result in rows),
        tuple(dot(label, result, words, f"number-{name}") for name, label, result in rows),
    )
    caption = words.say("The dot is the best single guess.") + " " + words.say(HONEST)
    table = results_table(words.say("The Value through each lens"), words.say("Lens"), rows, words, "lenses")
    blocks = (Figure(chart, caption, table, titled=False), *lenses(dict(reading.values), words, shelf))
    return (Section("value", words.say("The Value, lens by lens"), blocks),)


def _components(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    names = [n for n in ORDER if n in reading.components] + [n for n in reading.components if n not in ORDER]
    rows = [(n, component(n, words), reading.components[n]) for n in names]
    chart = Dots(
        words.say("The six components"),
        "; ".join(f"{label}: {told(result, words)}" for _, label, result in rows),
        tuple(dot(label, result, words, f"number-{n}") for n, label, result in rows),
    )
    table = results_table(words.say("The six components"), words.say("Component"), rows, words, "components")
    items = Estimates(tuple(measured(n, r, words, shelf) for n, _, r in rows))
    caption = words.say(
        "Letters are evidence grades, from A, very solid, to D, thin; a dotted line is a number not given."
    )
    return (
        Section("components", words.say("The six components"), (Figure(chart, caption, table, titled=False), items)),
    )


def _moved(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    told_of = [n for n in ORDER if n in reading.explanations and moved(reading, n, words, shelf)]
    parts = tuple(
        Section(
            f"moved-{name}",
            words.say("What moved {component}", component=component(name, words)),
            (
                *moved(reading, name, words, shelf),
                *what_if(reading.explanations[name], reading.components[name], words),
            ),
        )
        for name in told_of
    )
    return (Section("moved", words.say("What moved it"), (steps_told(words), *parts)),) if parts else ()


def _appendix(shelf: Shelf, back: dict[int, tuple[Link, ...]], words: Words) -> tuple[Block, ...]:
    intro = words.say(
        "The words of others, as they wrote them. Of each number the posts that weigh most are shown; the command "
        "“valore why” shows the rest."
    )
    cards = tuple(
        post_card(shelf.cards[post], number, words, back=back[post]) for post, number in shelf.numbers.items()
    )
    blocks: tuple[Block, ...] = (
        (Text((intro,), "small"), Cards(cards)) if cards else (Notes(((words.say("no posts"),),)),)
    )
    return (Section("posts", words.say("The posts behind the numbers"), blocks),)
