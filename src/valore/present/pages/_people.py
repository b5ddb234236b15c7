"""Who is around a subject, who carries a brand, and what the subject has to say."""

from valore.model.estimate import Estimate
from valore.model.reading import Crowd, Faces, FaceShare, Reading
from valore.model.subject import Kind
from valore.present.charts.share import Share, Slice
from valore.present.language import Words
from valore.present.page import (
    Beside,
    Block,
    Cards,
    Cell,
    Column,
    Estimates,
    Figure,
    Inline,
    Measured,
    Notes,
    Section,
    Table,
    Text,
)
from valore.present.pages._shown import Shelf, interval_text, measured, post_card, spaced, value_text
from valore.present.terms import crowd

FRESH = 3
"""Own posts shown in full as fresh thoughts."""


def around(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return people, companies and automated accounts around the subject."""
    if not reading.crowds:
        return ()
    chart = Share(
        words.say("Who is around"),
        "; ".join(f"{crowd(c.actor, words)}: {_crowd_text(c, words)}" for c in reading.crowds),
        tuple(Slice(crowd(c.actor, words), c.share, c.low, c.high, _crowd_text(c, words)) for c in reading.crowds),
    )
    said = words.say(
        "Useful automation is not spam, and being undecided is an answer: it is said where the signs are few."
    )
    shown = tuple(_crowd_posts(c, words, shelf) for c in reading.crowds if shelf.links(c.posts, words))
    blocks = (Text((said,)), *_spam(reading.crowds, words), *((Notes(shown),) if shown else ()))
    title = words.say("People, companies, automated accounts")
    picture = Figure(
        chart, words.say("Share of the distinct accounts, with its interval."), _crowd_table(reading.crowds, words)
    )
    return (Section("around", title, (Beside(picture, blocks),)),)


def _crowd_text(item: Crowd, words: Words) -> str:
    ends = {"low": words.percent(item.low), "high": words.percent(item.high)}
    return words.say("{share} (from {low} to {high})", share=words.percent(item.share), **ends)


def _crowd_posts(item: Crowd, words: Words, shelf: Shelf) -> tuple[Inline, ...]:
    """Return `people: posts 3, 7, 12`."""
    return (crowd(item.actor, words), ": ", *spaced(shelf.links(item.posts, words)))


def _spam(crowds: tuple[Crowd, ...], words: Words) -> tuple[Block, ...]:
    spam = sum(c.spam for c in crowds)
    said = words.many(
        "{count} account is held to be spam: it weighs less everywhere and is never silently deleted.",
        "{count} accounts are held to be spam: they weigh less everywhere and are never silently deleted.",
        spam,
    )
    return (Text((said,)),) if spam else ()


def _crowd_table(crowds: tuple[Crowd, ...], words: Words) -> Table:
    columns = (
        Column("actor", words.say("Kind of account")),
        Column("accounts", words.say("Accounts"), number=True),
        Column("acts", words.say("Acts"), number=True),
        Column("share", words.say("Share"), number=True),
        Column("low", words.say("From"), number=True),
        Column("high", words.say("To"), number=True),
        Column("spam", words.say("Held to be spam"), number=True),
    )
    rows = (
        (
            Cell(crowd(c.actor, words), c.actor),
            *(Cell(words.number(v), v) for v in (c.accounts, c.acts)),
            *(Cell(words.percent(v), v) for v in (c.share, c.low, c.high)),
            Cell(words.number(c.spam), c.spam),
        )
        for c in crowds
    )
    return Table(words.say("Who is around"), columns, tuple(rows), "around")


def faces(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return what each consenting face gives to the brand; for a person, what they give."""
    one, known = reading.subject.kind is Kind.PERSON, reading.faces
    if known is None:
        return ()
    title = words.say("What I give to the brand") if one else words.say("The brand and its faces")
    beside = _together(known, words, shelf, one=one)
    return (Section("faces", title, _shares(known, words, shelf, beside)),)


def _shares(known: Faces, words: Words, shelf: Shelf, beside: tuple[Block, ...]) -> tuple[Block, ...]:
    if not known.shares:
        return (Text((words.say("No face has agreed to be shown."),)), *beside)
    chart = Share(
        words.say("Who brings the people"),
        "; ".join(f"{f.name}: {_share_text(f.share, words)}" for f in known.shares),
        tuple(
            Slice(
                f.name,
                f.share.value if value_text(f.share, words) else None,
                f.share.low,
                f.share.high,
                _share_text(f.share, words),
            )
            for f in known.shares
        ),
    )
    caption = words.say(
        "Each person who acts is shared equally among those who brought them; only faces who agreed are here."
    )
    items = tuple(_face(f, words, shelf) for f in known.shares)
    figure = Figure(chart, caption, _face_table(known.shares, words))
    return (Beside(figure, beside) if beside else figure, Estimates(items))


def _share_text(share: Estimate, words: Words) -> str:
    ends = {"low": words.percent(share.low), "high": words.percent(share.high)}
    value = value_text(share, words)
    return words.say("{share} (from {low} to {high})", share=value, **ends) if value else interval_text(share, words)


def _face(face: FaceShare, words: Words, shelf: Shelf) -> Measured:
    own = face.own_voice
    about = (
        words.say("{share} of the posts are in their own words", share=words.percent(own)) if own is not None else ""
    )
    return measured(f"face-{face.slug}", face.share, words, shelf, label=face.name, about=about)


def _face_table(shares: tuple[FaceShare, ...], words: Words) -> Table:
    columns = (
        Column("face", words.say("Face")),
        Column("share", words.say("Share"), number=True),
        Column("low", words.say("From"), number=True),
        Column("high", words.say("To"), number=True),
        Column("own_voice", words.say("Own voice"), number=True),
        Column("grade", words.say("Evidence grade")),
    )
    return Table(words.say("Who brings the people"), columns, tuple(_face_row(f, words) for f in shares), "faces")


def _face_row(face: FaceShare, words: Words) -> tuple[Cell, ...]:
    shown = value_text(face.share, words)
    return (
        Cell(face.name, face.slug),
        Cell(shown or "–", face.share.value if shown else None),
        Cell(words.percent(face.share.low), face.share.low),
        Cell(words.percent(face.share.high), face.share.high),
        Cell("–" if face.own_voice is None else words.percent(face.own_voice), face.own_voice),
        Cell(str(face.share.grade), str(face.share.grade)),
    )


def _together(known: Faces, words: Words, shelf: Shelf, *, one: bool) -> tuple[Block, ...]:
    if one:
        return ()
    people = measured("faces-people", known.people, words, shelf, label=words.say("People reached together"),
                      about=words.say("Distinct people engaged by the brand and its faces."))  # fmt: skip
    twice, risk = words.percent(known.overlap), words.percent(known.key_person_risk)
    said: list[tuple[Inline, ...]] = [
        (words.say("{share} of what each reaches alone is reached by more than one: the overlap.", share=twice),),
        (words.say("Without the one who carries most, {share} of these people would be missing.", share=risk),),
    ]
    if people.evidence:
        said.append((words.say("Both rest on the same posts:"), " ", *spaced(people.evidence)))
    if known.left_out:
        said.append((words.many(
            "{count} face has not agreed and is counted here only as a number.",
            "{count} faces have not agreed and are counted here only as a number.",
            known.left_out,
        ),))  # fmt: skip
    return (Estimates((people,)), Notes(tuple(said)))


def novelty(reading: Reading, words: Words, shelf: Shelf) -> tuple[Block, ...]:
    """Return the fresh thoughts and, kindly, the rehashes."""
    fresh = [p for p in reading.fresh if p in shelf.numbers]
    pairs = [(a, b, s) for a, b, s in reading.rehashes if a in shelf.numbers]
    if not fresh and not pairs:
        return ()
    blocks: list[Block] = []
    if fresh:
        blocks += [
            Text((words.say("Thoughts that nobody here had said before."),)),
            _fresh(fresh[:FRESH], words, shelf),
        ]
    if pairs:
        blocks += [
            Text((words.say("Some posts come back to what was already said: worth knowing before the next one."),)),
            Notes(tuple(_rehash(pair, words, shelf) for pair in pairs)),
        ]
    return (Section("novelty", words.say("What a post adds"), tuple(blocks)),)


def _fresh(posts: list[int], words: Words, shelf: Shelf) -> Cards:
    cards = ((shelf.numbers[p], shelf.cards[p], shelf.link(p, words)) for p in posts)
    return Cards(tuple(post_card(card, n, words, back=(link,), prefix="fresh") for n, card, link in cards))


def _rehash(pair: tuple[int, int, float], words: Words, shelf: Shelf) -> tuple[Inline, ...]:
    later, earlier, similar = pair
    share = words.percent(similar)
    if earlier not in shelf.numbers:
        return (
            words.say("post"),
            " ",
            shelf.link(later, words),
            ": ",
            words.say("{share} like an earlier one", share=share),
        )
    first, second = shelf.link(later, words), shelf.link(earlier, words)
    return (words.say("post"), " ", first, ": ", words.say("{share} like post", share=share), " ", second)
