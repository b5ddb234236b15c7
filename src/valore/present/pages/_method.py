"""What the data holds and does not, and how everything was reckoned."""

from valore.model.reading import Gap, Reading
from valore.model.settings import Method
from valore.present.language import Words
from valore.present.page import Block, Cell, Column, Inline, Notes, Section, Strong, Table, Text
from valore.present.pages._shown import Shelf
from valore.present.terms import COMPONENTS, component, place, term


def covered(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return what the data covers, place by place, and what it lacks."""
    del shelf
    blocks: list[Block] = [_places(reading, words)] if reading.places else []
    if reading.gaps:
        blocks.append(Text((words.say("What is missing is unknown, not zero."),)))
        blocks.append(Notes(tuple(_gap(g, words) for g in reading.gaps)))
    return (Section("data", words.say("What the data holds, and what it lacks"), tuple(blocks)),) if blocks else ()


def _places(reading: Reading, words: Words) -> Table:
    columns = (
        Column("place", words.say("Place")),
        Column("posts", words.say("Posts"), number=True),
        Column("first", words.say("First day")),
        Column("last", words.say("Last day")),
    )
    rows = (
        (Cell(place(n, words), n), Cell(words.number(count), count), Cell(words.day(a), a), Cell(words.day(b), b))
        for n, (count, a, b) in reading.places.items()
    )
    return Table(words.say("Posts by place"), columns, tuple(rows), "places")


def _gap(gap: Gap, words: Words) -> tuple[Inline, ...]:
    when = ""
    if gap.since and gap.until:
        when = f", {words.dates(gap.since, gap.until)}"
    elif gap.since:
        when = ", " + words.say("since {day}", day=gap.since)
    elif gap.until:
        when = ", " + words.say("until {day}", day=gap.until)
    head = place(gap.place, words) if gap.place else words.say("All places")
    return (Strong(f"{head}{when}"), ": ", words.say(gap.reason, **gap.facts))


def section(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return the method in words, its constants, the lenses' weights and the models."""
    del shelf
    formulas = tuple((Strong(component(n, words)), ": ", words.say(COMPONENTS[n][2])) for n in COMPONENTS)
    models = (_models(reading, words),) if reading.models else ()
    intro = words.say(
        "A number is shown only with its interval, its evidence grade and the posts it rests on. Intervals are "
        "reckoned by author, so that whoever writes much does not count for many. Spam and copies weigh less. "
        "A person's review stands beside a number and corrects it by estimation, never by overwriting."
    )
    blocks = (Text((intro,)), Notes(formulas), _constants(reading.method, words), _weights(reading, words), *models)
    return (Section("method", words.say("How it is reckoned"), blocks),)


def _constants(method: Method, words: Words) -> Table:
    told: tuple[tuple[str, str, float], ...] = (
        ("window_days", words.say("Window, in days"), method.window_days),
        ("half_life_days", words.say("Days in which the weight of an event halves"), method.half_life_days),
        ("prior_authors", words.say("Strength of the starting opinion, in authors"), method.prior_authors),
        ("like_weight", words.say("Weight of a like beside a reply"), method.like_weight),
        (
            "novelty_threshold",
            words.say("Similarity from which a statement counts as said before"),
            method.novelty_threshold,
        ),
        ("answer_hours", words.say("Hours within which a mention should be answered"), method.answer_hours),
        ("tenure_weeks", words.say("Weeks that draw in the solidity of newcomers"), method.tenure_weeks),
        ("replicates", words.say("Joint draws behind the intervals"), method.replicates),
        ("level", words.say("Confidence of the intervals"), method.level),
        ("few_authors", words.say("Authors below which evidence is thin"), method.few_authors),
        ("seed", words.say("Seed of the draws"), method.seed),
    )
    columns = (Column("constant", words.say("Constant")), Column("value", words.say("Value"), number=True))
    rows = tuple((Cell(label, name), Cell(words.number(value, 2), value)) for name, label, value in told)
    return Table(words.say("Constants of method {version}", version=method.version), columns, rows, "constants")


def _weights(reading: Reading, words: Words) -> Table:
    lenses = [lens for lens, _ in reading.values.values()]
    columns = (
        Column("component", words.say("Component")),
        *(Column(lens.name, term(lens.name, words), number=True) for lens in lenses),
    )
    rows = tuple(
        (Cell(component(n, words), n), *(Cell(words.number(w, 2), w) for w in (x.weights.get(n, 0.0) for x in lenses)))
        for n in reading.components
    )
    return Table(words.say("What each component weighs in each lens"), columns, rows, "weights")


def _models(reading: Reading, words: Words) -> Table:
    columns = (Column("model", words.say("What is read")), Column("version", words.say("Model and version")))
    rows = tuple((Cell(term(n, words), n), Cell(v, v)) for n, v in sorted(reading.models.items()))
    return Table(words.say("Models that read the posts"), columns, rows, "models")
