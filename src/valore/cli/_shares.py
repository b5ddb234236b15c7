"""Shares of classes as tables for the terminal: one for each classifier. Classes are named as in the table written."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from valore.errors import N_
from valore.flows.shares import FEW, LEVEL, MODEL, NOTHING, REVIEW, Mixture, Share
from valore.present.language import Words
from valore.present.page import Cell, Column, Notes, Page, Table

_MOST = 12
"""Subjects in the terminal; JSON gives all."""


def pages(mixtures: Sequence[Mixture], words: Words) -> Iterator[Page]:
    """Yield one page for each classifier."""
    for name, found in groupby(mixtures, key=lambda m: m.classifier):
        yield _page(name, tuple(found), words)


def _page(name: str, found: tuple[Mixture, ...], words: Words) -> Page:
    shown, several = found[: _MOST + 1], len(found) > 1
    names = ("subject", "class", "count", "share", "corrected", "interval", "by")
    told = (
        words.say(N_("subject")),
        words.say(N_("class")),
        words.say(N_("how many")),
        words.say(N_("share")),
        words.say(N_("corrected")),
        words.say(N_("{level} interval"), level=words.percent(LEVEL)),
        words.say(N_("corrected by")),
    )
    columns = tuple(Column(n, t, n in names[2:6]) for n, t in zip(names, told, strict=True))
    rows = tuple(_row(m, share, words) for m in shown for share in m.classes)
    table = Table("", columns if several else columns[1:], rows if several else tuple(r[1:] for r in rows), name)
    notes = Notes(tuple((note,) for note in _notes(found, words)))
    title = words.say(N_("Shares of {name}"), name=name)
    return Page(name=f"shares-{name}", title=title, language=words.language, blocks=(table, notes))


def _row(mixture: Mixture, share: Share, words: Words) -> tuple[Cell, ...]:
    head = share is mixture.classes[0]
    everybody = words.say(N_("all rows"))
    subject = everybody if mixture.subject is None else mixture.subject
    return (
        Cell(subject if head else "", mixture.subject),
        Cell(share.name),
        Cell(words.number(share.count), share.count),
        Cell(_percent(share.plain, words), share.plain),
        Cell(_percent(share.corrected, words), share.corrected),
        Cell(_interval(share, words)),
        Cell(_by(mixture, words) if head else "", mixture.by),
    )


def _percent(share: float | None, words: Words) -> str:
    return "–" if share is None else words.percent(share, 1)


def _interval(share: Share, words: Words) -> str:
    if share.low is None or share.high is None:
        return "–"
    return f"{words.percent(share.low, 1)} – {words.percent(share.high, 1)}"


def _by(mixture: Mixture, words: Words) -> str:
    match mixture.by:
        case "review":
            return words.say(N_("{n} reviewed rows"), n=mixture.reviewed)
        case "model":
            return words.say(N_("the model, from {n} rows"), n=mixture.read)
        case _:
            return words.say(N_("undecided"))


def _notes(found: Sequence[Mixture], words: Words) -> Iterator[str]:
    whole = found[0]
    if whole.read < whole.rows:
        yield words.say(
            N_("{n} of {rows} rows were not read: no words, or a language that the model does not know"),
            n=whole.rows - whole.read,
            rows=whole.rows,
        )
    if whole.left_out:
        yield words.say(
            N_("{n} reviewed rows do not count: their label is no class, or the model did not read them"),
            n=whole.left_out,
        )
    by = {m.by for m in found}
    if NOTHING in by:
        yield words.say(
            N_(
                "undecided: fewer than {few} rows, or a classifier whose training's mixture is not known; "
                "label at least {few} rows drawn at random in a column {column}"
            ),
            few=FEW,
            column=f"{whole.classifier}_reviewed",
        )
    if MODEL in by:
        yield words.say(
            N_("corrected by the model: a rough figure; {few} reviewed rows or more give a narrower interval"), few=FEW
        )
    if REVIEW in by:
        yield words.say(N_("corrected by reviewed rows: holds if these were drawn at random"))
    if len(found) > _MOST + 1:
        yield words.say(N_("{n} more subjects: --json gives all"), n=len(found) - _MOST - 1)
