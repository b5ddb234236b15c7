"""How it went: series with what happened, and the calendar of one's own presence."""

from datetime import date

from valore.model.reading import Event, Reading, Series
from valore.present.charts.heat import Heat
from valore.present.charts.line import Line, Mark
from valore.present.language import Words
from valore.present.page import Block, Cell, Column, Figure, Inline, Notes, Section, Table
from valore.present.pages._cited import EVENT_POSTS
from valore.present.pages._shown import Shelf, spaced
from valore.present.terms import HONEST, term


def section(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return the part about time; nothing where no series is known."""
    known = [s for s in reading.series if any(p.value is not None for p in s.points)]
    figures = tuple(_figure(s, reading.events, words) for s in known)
    blocks: tuple[Block, ...] = (*figures[:1], *_events(reading.events, words, shelf), *figures[1:])
    return (Section("time", words.say("How it went"), blocks),) if blocks else ()


def _figure(series: Series, events: tuple[Event, ...], words: Words) -> Figure:
    if series.name == "posts" and series.step == "day":
        return _calendar(series, words)
    title = (
        words.say("{name}, week by week", name=term(series.name, words))
        if series.step == "week"
        else words.say("{name}, day by day", name=term(series.name, words))
    )
    points = tuple(p for p in series.points)
    in_points = series.name == "reputation"
    chart = Line(title, _about(series, words), points, _marks(events, points[0].day, points[-1].day, words),
                 top=100.0 if in_points else None)  # fmt: skip
    caption = words.say(HONEST) if any(p.low is not None for p in points) else ""
    return Figure(chart, caption, _table(series, title, words))


def _about(series: Series, words: Words) -> str:
    known = [p for p in series.points if p.value is not None]
    peak = max(known, key=lambda p: p.value or 0.0)
    least = min(known, key=lambda p: p.value or 0.0)
    return words.say(
        "From {first} to {last}; highest {high} on {high_day}, lowest {low} on {low_day}.",
        first=series.points[0].day, last=series.points[-1].day, high=peak.value, high_day=peak.day,
        low=least.value, low_day=least.day,
    )  # fmt: skip


def _marks(events: tuple[Event, ...], first: date, last: date, words: Words) -> tuple[Mark, ...]:
    return tuple(
        Mark(e.day, str(n), _told(e, words), f"event-{n}", min(e.until, last) if e.until else None, e.kind == "crisis")
        for n, e in enumerate(events, 1)
        if first <= e.day <= last
    )


def _told(event: Event, words: Words) -> str:
    when = words.dates(event.day, event.until) if event.until else words.day(event.day)
    return f"{when}: {words.say(event.title, **event.facts)}"


def _after(event: Event, words: Words) -> str:
    """Say how fast it faded and who made the noise, where that is known."""
    facts, said = event.facts, ""
    if "half_life" in facts:
        said += "; " + words.say("half of it gone in {half_life} days (from {low} to {high})", **facts)
    if float(facts.get("doubtful", 0) or 0):
        said += "; " + words.say(
            "{share} from automated or doubtful accounts", share=words.percent(float(facts["doubtful"]))
        )
    return said


def _events(events: tuple[Event, ...], words: Words, shelf: Shelf) -> tuple[Block, ...]:
    items: list[tuple[Inline, ...]] = []
    for event in events:
        links = shelf.links(event.posts, words, EVENT_POSTS)
        items.append(
            (
                f"{_told(event, words)} ({term(event.kind, words)}){_after(event, words)}",
                *((" · " + words.say("posts"), " ", *spaced(links)) if links else ()),
            )
        )
    return (Notes(tuple(items), tuple(f"event-{n}" for n in range(1, len(events) + 1))),) if events else ()


def _calendar(series: Series, words: Words) -> Figure:
    days = {p.day: p.value for p in series.points if p.value is not None}
    title = words.say("Own posts, day by day")
    quiet = sum(1 for v in days.values() if not v)
    about = words.many("{count} day without a post", "{count} days without a post", quiet)
    caption = words.say("The darker the square, the more was written on that day; paler squares are days of silence.")
    return Figure(Heat(title, about, days, words.say("posts a day")), caption, _table(series, title, words))


def _table(series: Series, caption: str, words: Words) -> Table:
    bands = any(p.low is not None for p in series.points)
    columns = (
        Column("day", words.say("Day")),
        Column("value", term(series.name, words), number=True),
        *(
            (Column("low", words.say("From"), number=True), Column("high", words.say("To"), number=True))
            if bands
            else ()
        ),
    )
    rows = []
    for point in series.points:
        values = (point.value, point.low, point.high) if bands else (point.value,)
        rows.append((Cell(words.day(point.day), point.day), *(_number(v, words) for v in values)))
    return Table(caption, columns, tuple(rows), series.name)


def _number(value: float | None, words: Words) -> Cell:
    return Cell("–" if value is None else words.number(value, 1), value)
