"""A page shows a number only with what it rests on, and says plainly where there is none."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from valore.errors import UnknownName
from valore.model.estimate import Reason
from valore.model.reading import Effect, Reading
from valore.present.language import Words
from valore.present.page import Cards, Estimates, Heading, Link, Measured, Notes, Page, Section, Text, walk
from valore.present.pages import report, value, why
from valore.present.pages._cited import cited
from valore.present.render import html, text

FIRST_POST = 4_000_000_000_000_000_000
IT, EN = Words("it"), Words("en")


def _ids(page: Page) -> set[str]:
    found: set[str] = set()
    for block in walk(page.blocks):
        match block:
            case Section(id=name) | Heading(id=name):
                found.add(name)
            case Notes(ids=ids):
                found.update(ids)
            case Estimates(items=items):
                found.update(m.id for m in items)
            case Cards(items=items):
                found.update(c.id for c in items)
            case _:
                pass
    return found


def _links(page: Page) -> Iterator[Link]:
    for block in walk(page.blocks):
        match block:
            case Text(parts=parts):
                yield from (p for p in parts if isinstance(p, Link))
            case Notes(items=items):
                yield from (p for i in items for p in i if isinstance(p, Link))
            case Estimates(items=items):
                yield from (link for m in items for link in m.evidence)
            case Cards(items=items):
                yield from (link for c in items for link in c.back)
            case _:
                pass


def _numbers(page: Page) -> list[Measured]:
    return [m for b in walk(page.blocks) if isinstance(b, Estimates) for m in b.items]


@pytest.fixture(params=["brand", "person"])
def full(request: pytest.FixtureRequest) -> Reading:
    reading: Reading = request.getfixturevalue(request.param)
    return reading


def test_every_number_of_the_report_leads_to_posts_and_they_lead_back(full: Reading) -> None:
    page = report.page(full, EN)
    cards = {c.id: c for b in walk(page.blocks) if isinstance(b, Cards) for c in b.items}
    numbers = _numbers(page)
    assert numbers
    for number in numbers:
        if number.reason:
            continue
        assert number.evidence, number.name
        for link in number.evidence:
            assert number.id in {back.target for back in cards[link.target].back}


def test_no_link_of_the_report_leads_nowhere(full: Reading) -> None:
    page = report.page(full, EN)
    ids = _ids(page)
    assert {link.target for link in _links(page)} <= ids
    shown = html.document(page)
    targets = set(re.findall(r'href="#([^"]+)"', shown))
    assert targets <= set(re.findall(r'\bid="([^"]+)"', shown))


def test_ids_of_a_page_are_unique(full: Reading) -> None:
    ids = re.findall(r'\bid="([^"]+)"', html.document(report.page(full, IT)))
    assert len(ids) == len(set(ids))


def test_thin_evidence_shows_its_interval_only(brand: Reading) -> None:
    page = report.page(brand, EN)
    thin = [m for m in _numbers(page) if m.grade == "D"]
    assert thin
    assert all(m.interval and not m.value and m.middle is None for m in thin)
    assert "44" not in {m.value for m in thin}


def test_a_missing_number_says_why_and_is_no_zero(brand: Reading) -> None:
    missing = next(m for m in _numbers(report.page(brand, IT)) if m.name == "presence")
    assert missing.reason == "in questi luoghi le risposte non si vedono"
    assert (missing.value, missing.interval, missing.low) == ("", "", None)


def test_a_person_and_a_brand_are_asked_differently(brand: Reading, person: Reading) -> None:
    assert report.page(brand, IT).title == "Come sta il nostro valore?"
    assert report.page(person, IT).title == "Come sta il mio valore?"
    titles = [b.title for b in report.page(person, IT).blocks if isinstance(b, Section)]
    assert "Che cosa do al marchio" in titles


def test_faces_who_did_not_agree_are_counted_and_never_named(brand: Reading) -> None:
    assert "Elsa" not in html.document(report.page(brand, IT))
    assert "1 volto non ha acconsentito" in html.document(report.page(brand, IT))


def test_a_face_that_is_not_seen_by_the_brand_shows_no_posts(brand: Reading) -> None:
    assert brand.faces is not None
    hidden = brand.faces.shares[2]
    share = replace(hidden.share, evidence=(), withheld=Reason.HIDDEN)
    unseen = replace(hidden, slug="face-2", name="#2", share=share)
    faces = replace(brand.faces, shares=(*brand.faces.shares[:2], unseen))
    page = report.page(replace(brand, faces=faces), EN)
    assert "the posts are not shown" in html.document(page)
    assert "the posts are not shown" not in html.document(report.page(brand, EN))


def test_lenses_that_lie_apart_are_said_to_disagree(brand: Reading) -> None:
    lead = report.page(brand, EN).blocks[0]
    assert isinstance(lead, Text)
    assert "do not agree" in "".join(p for p in lead.parts if isinstance(p, str))


def test_a_report_without_anything_still_speaks(empty: Reading) -> None:
    page = report.page(empty, IT)
    shown = text.written(page)
    assert "È presto per un solo numero" in " ".join(shown.split())
    assert "nessuno parla del soggetto" in shown
    assert html.document(page)


@pytest.mark.parametrize("words", [IT, EN], ids=["it", "en"])
def test_the_terminal_shows_every_page(full: Reading, words: Words) -> None:
    for page in (value.page(full, words), why.page(full, "reputation", words), report.page(full, words)):
        shown = text.written(page)
        assert page.title in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_what_is_unknown_is_refused_by_name(brand: Reading) -> None:
    with pytest.raises(UnknownName):
        value.page(brand, EN, "horoscope")
    with pytest.raises(UnknownName):
        why.page(brand, "charm", EN)


def test_a_page_speaks_one_language(brand: Reading) -> None:
    """No English sentence of ours may be left on an Italian page."""
    shown = text.written(report.page(brand, IT))
    for word in (" the ", " posts ", " people ", " evidence ", "between "):
        assert word not in shown.replace("the invoice was wrong", ""), word


def test_a_thin_number_is_nowhere_on_the_report(brand: Reading) -> None:
    """Contribution, 44 on thin evidence, must not slip out through a picture or a table."""
    thin = replace(
        brand, explanations={"contribution": replace(brand.explanations["reputation"], component="contribution")}
    )
    section = next(
        b for b in walk(report.page(thin, EN).blocks) if isinstance(b, Section) and b.id == "moved-contribution"
    )
    drawn = html.blocks((section,), EN)
    assert "between 25 and 63" in drawn
    assert not re.search(r">[^<]*\b44\b[^<]*<", drawn)


def test_a_post_is_told_once_among_what_moved_a_number(brand: Reading) -> None:
    effects = (
        Effect(post=FIRST_POST, effect=1.0),
        Effect(post=FIRST_POST, effect=0.4),
        Effect(post=FIRST_POST + 1, effect=0.01),
    )
    told = why.told_effects(replace(brand.explanations["reputation"], raises=effects, lowers=()))
    assert told == [effects[0]]


def test_shares_of_crowds_and_themes_lead_to_posts(brand: Reading) -> None:
    """Every number links to its posts: also those that are shares of accounts and of words."""
    shown = html.document(report.page(brand, EN))
    for post in (FIRST_POST + 3, FIRST_POST + 5, FIRST_POST + 7):
        assert post in cited(brand, EN)
    around, themes = (shown[shown.index(f' id="{name}"') :] for name in ("around", "themes"))
    assert 'href="#post-' in around[: around.index("</section>")]
    assert 'href="#post-' in themes[: themes.index("</section>")]
