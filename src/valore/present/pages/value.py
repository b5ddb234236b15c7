"""The short page: the Value through one or more lenses, and the components it is made of."""

from valore.errors import UnknownName
from valore.model.estimate import Result
from valore.model.lens import Lens
from valore.model.reading import Reading
from valore.present.charts.dots import Dots
from valore.present.language import Words
from valore.present.page import Block, Estimates, Figure, Notes, Page, Section
from valore.present.pages._shown import Shelf, dot, measured, results_table, told
from valore.present.terms import HONEST, component, term


def page(reading: Reading, words: Words, lens: str | None = None) -> Page:
    """Return the page; `lens` None shows every lens that was read.

    Raises:
        UnknownName: when the lens was not read for this subject.
    """
    chosen = _chosen(reading, lens)
    shelf = Shelf.of(reading, ())
    rows = [(name, component(name, words), result) for name, result in reading.components.items()]
    chart = Dots(
        words.say("The components of the Value"),
        "; ".join(f"{label}: {told(result, words)}" for _, label, result in rows),
        tuple(dot(label, result, words) for _, label, result in rows),
    )
    table = results_table(words.say("Components"), words.say("Component"), rows, words, "components")
    reasons = tuple((f"{label}: {told(result, words)}",) for _, label, result in rows if not hasattr(result, "value"))
    return Page(
        name="value",
        title=question(reading, words),
        language=words.language,
        over=reading.subject.name,
        under=days(reading, words),
        blocks=(
            Section("value", words.say("The Value, lens by lens"), lenses(chosen, words, shelf)),
            Section(
                "components",
                words.say("The six components"),
                (Figure(chart, "", table, titled=False), *_noted(reasons)),
            ),
        ),
        foot=(words.say(HONEST),),
    )


def question(reading: Reading, words: Words) -> str:
    """Return the one question of the page."""
    one = reading.subject.kind == "person"
    return words.say("How is my value doing?") if one else words.say("How is our value doing?")


def days(reading: Reading, words: Words) -> str:
    """Say which days the reading covers."""
    return words.dates(reading.since.date(), reading.as_of.date())


def lenses(chosen: dict[str, tuple[Lens, Result]], words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return the value through each lens, with what the lens is for."""
    items = tuple(
        measured(name, result, words, shelf, label=term(name, words), about=words.say(lens.purpose))
        for name, (lens, result) in chosen.items()
    )
    return (Estimates(items),)


def _chosen(reading: Reading, lens: str | None) -> dict[str, tuple[Lens, Result]]:
    if lens is None:
        return dict(reading.values)
    if lens not in reading.values:
        raise UnknownName("lens", lens, reading.values)
    return {lens: reading.values[lens]}


def _noted(reasons: tuple[tuple[str], ...]) -> tuple[Block, ...]:
    return (Notes(reasons),) if reasons else ()
