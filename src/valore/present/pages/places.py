"""What can be read, from which years, which test proves it, and what its terms allow: a page of data."""

from collections.abc import Iterable, Iterator, Mapping

from valore.errors import N_
from valore.places import Place, Policy
from valore.present.language import Words
from valore.present.page import Cell, Notes, Page, Raw, Section, Text

LAYOUTS: tuple[tuple[str, str], ...] = (
    ("place", N_("place")),
    ("layout", N_("files")),
    ("period", N_("years")),
    ("reads", N_("what is read")),
    ("proof", N_("test")),
)
POLICIES: tuple[tuple[str, str], ...] = (
    ("place", N_("place")),
    ("retention_days", N_("kept for")),
    ("answers_days", N_("answers of its API kept for")),
    ("names_days", N_("names of those without a part kept for")),
    ("deletion_hours", N_("deletions followed within")),
    ("may_derive", N_("may be measured")),
    ("may_combine", N_("together with others")),
    ("link_identity", N_("joined with other accounts")),
    ("art9", N_("sensitive subjects")),
    ("model_training", N_("may train a model")),
)
_LINKS = {
    "free": N_("yes"),
    "consent": N_("with its holder's consent"),
    "never": N_("no"),
}
_ART9 = {"never": N_("never"), "aggregate": N_("of crowds, never of a person")}


def page(places: Iterable[Place], words: Words) -> Page:
    """Return the page of all places, each with its layouts, its terms, and what they allow."""
    return Page(
        name="places",
        title=words.say("What can be read"),
        language=words.language,
        blocks=tuple(_section(place, words) for place in places),
    )


def _section(place: Place, words: Words) -> Section:
    """Return one place, a line a layout: names of files are long, and tables of them do not fit a terminal."""
    known = tuple((" · ".join(cell.text for cell in row[1:]),) for row in layouts([place], words))
    allowed = zip(POLICIES[1:], _told(place.policy, words), strict=True)
    told = " · ".join(f"{words.say(text)}: {value}" for (_, text), value in allowed)
    terms = Text((words.say(place.policy.terms),))
    return Section(place.name, words.say(place.title), (Notes(known), terms, Text((told,), "small")))


def layouts(places: Iterable[Place], words: Words) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each layout: place, files, years, what is read, the test that proves it."""
    for place in places:
        for known in place.covers:
            told = (words.say(place.title), known.layout, known.period or "–", words.say(known.reads), known.proof)
            yield tuple(Cell(text, value) for text, value in zip(told, (place.name, *told[1:]), strict=True))


def policies(places: Iterable[Place], words: Words) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each place: what its terms allow, in words, with the bare values behind them."""
    for place in places:
        policy = place.policy
        told = (words.say(place.title), *_told(policy, words))
        values: tuple[Raw, ...] = (place.name, *(getattr(policy, name) for name, _ in POLICIES[1:]))
        yield tuple(Cell(text, value) for text, value in zip(told, values, strict=True))


def document(places: Iterable[Place]) -> Mapping[str, object]:
    """Return the same for machines: nothing is translated."""
    return {"places": [_place(place) for place in places]}


def _place(place: Place) -> Mapping[str, object]:
    policy = {name: getattr(place.policy, name) for name in ("terms", *(name for name, _ in POLICIES[1:]))}
    covers = [
        {"layout": c.layout, "period": c.period or None, "reads": c.reads, "proof": c.proof} for c in place.covers
    ]
    return {"place": place.name, "title": place.title, "policy": policy, "layouts": covers}


def _days(days: int | None, words: Words) -> str:
    return words.say("as long as wanted") if days is None else words.many("{count} day", "{count} days", days)


def _told(policy: Policy, words: Words) -> tuple[str, ...]:
    yes = {True: words.say("yes"), False: words.say("no")}
    days, hours = policy.retention_days, policy.deletion_hours
    return (
        _days(days, words),
        _days(days if policy.answers_days is None else policy.answers_days, words),
        _days(policy.names_days, words),
        words.say("not asked") if hours is None else words.many("{count} hour", "{count} hours", hours),
        yes[policy.may_derive],
        yes[policy.may_combine] if policy.may_derive else yes[False],
        words.say(_LINKS.get(policy.link_identity, policy.link_identity)),
        words.say(_ART9.get(policy.art9, policy.art9)),
        yes[policy.model_training],
    )
