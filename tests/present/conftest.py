"""Two invented readings with every case that a page must bear: thin evidence, no number, hostile posts."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from valore.errors import N_
from valore.model.estimate import Estimate, Grade, NotEnough, Reason, Result, Unit
from valore.model.lens import COMPONENTS, Lens
from valore.model.reading import (
    Card,
    Crowd,
    Effect,
    Event,
    Explanation,
    Faces,
    FaceShare,
    Gap,
    Point,
    Reading,
    Series,
)
from valore.model.settings import METHOD
from valore.model.subject import AccountRef, Kind, Subject

AS_OF = datetime(2025, 11, 30, 18, tzinfo=UTC)
SINCE = AS_OF - timedelta(days=90)
FIRST = 4_000_000_000_000_000_000
"""Keys as large as real ones, so that no reader may take them for small numbers."""

TEXTS = (
    (
        "it",
        "positive",
        "La nuova lampada di Lume è pensata bene: si smonta senza attrezzi e i pezzi si trovano.",
    ),
    ("it", "negative", "Tre settimane per una risposta. Dalla Lume mi aspettavo di più, sinceramente."),
    ("en", "positive", "Finally a brand that explains how its glass is made. Thank you, @lume."),
    ("de", "neutral", "Lume stellt nächste Woche in Köln aus, Halle 4."),
    ("ar", None, "مصباح لومي جميل جداً، ولكن التوصيل تأخر أسبوعين."),
    ("ja", None, "ルーメの照明、とても静かで美しい。また買います。"),
    ("es", "positive", "El taller abierto del sábado fue una maravilla 😀🪔 gracias por la paciencia."),
    ("it", "negative", '<script>document.title="hacked"</script> il paralume è arrivato <b>rotto</b>'),
    ("en", "neutral", '"><svg onload="document.title=1"> and <img src=https://evil.example/x.png> again'),
    ("it", "positive", '#panic("no") *grassetto* $x$ @lume `codice` \\ fine: ottimo lavoro'),
    ("en", "negative", '=cmd|"/c calc"!A1 the invoice was wrong twice'),
    ("fr", "positive", "Un atelier qui répare ce qu'il vend, c'est rare. Bravo à toute l'équipe de Lume."),
    ("it", "undecided", "Certo, certo, la lampada «eterna». Vediamo fra dieci anni."),
    ("pt", "positive", "A Carla explicou tudo com calma e o candeeiro voltou a acender no mesmo dia."),
)
AUTHORS = (
    "Marta Rinaldi",
    "@orlando_b",
    "Studio Ponte",
    "Nadia Serra",
    "سلمى",
    "ユキ",
    "@notte.bianca",
    "Piero \u202e<b>",
)
PLACES = ("x", "instagram", "mastodon", "facebook", "feed", "googleplus", "table")


def _card(i: int) -> Card:
    language, polarity, text = TEXTS[i % len(TEXTS)]
    return Card(
        post=FIRST + i,
        place=PLACES[i % len(PLACES)],
        author=AUTHORS[i % len(AUTHORS)],
        actor=("person", "person", "organisation", "person", "unknown", "person", "automated")[i % 7],
        published=SINCE + timedelta(days=i * 2 + 1, hours=i % 24),
        text=text,
        url=f"https://piazza.example/{i}" if i % 3 else 'javascript:alert("x")',
        language=language,
        polarity=polarity,
        polarity_reason=None if polarity else N_("the texts are in languages that no model here knows"),
        novelty=None if i % 4 == 3 else round((i * 37 % 100) / 100, 2),
        likes=None if i % 5 == 4 else i * 3,
        replies=i % 3,
        reposts=None if i % 2 else 1,
    )


CARDS = {FIRST + i: _card(i) for i in range(30)}


def _known(name: str, value: float, spread: float, grade: Grade, begin: int, **more: object) -> Estimate:
    return Estimate(
        name=name,
        value=value,
        low=max(value - spread, 0.0),
        high=min(value + spread, 100.0),
        grade=grade,
        evidence=tuple(FIRST + (begin + i) % 60 for i in range(15)),
        effective_authors=more.pop("authors", 84.2),  # type: ignore[arg-type]
        method=f"{name}@1",
        **more,  # type: ignore[arg-type]
    )


def _components(kind: Kind) -> dict[str, Result]:
    known: dict[str, Result] = {
        "identity": _known(
            "identity",
            58.3,
            6,
            Grade.B,
            0,
            details={"clarity": 0.62, "consistency": 0.71, "distinctiveness": None},
        ),
        "reputation": _known(
            "reputation",
            63.4,
            5.2,
            Grade.A,
            1,
            details={"controversy": 0.93, "favourable": 61, "unfavourable": 34},
        ),
        "resonance": _known("resonance", 71.0, 9, Grade.B, 3),
        "contribution": _known("contribution", 44.0, 19, Grade.D, 6, authors=9.1),
        "presence": NotEnough(
            name="presence", reason=Reason.NO_ANSWERS_SEEN, method="presence@1", effective_authors=3.0
        ),
        "solidity": _known("solidity", 49.5, 11, Grade.C, 9),
    }
    if kind is Kind.PERSON:
        known["identity"] = NotEnough(name="identity", reason=Reason.NO_IDENTITY, method="identity@1")
    return {name: known[name] for name in COMPONENTS}


def _lens(name: str, purpose: str, kind: Kind, value: Result, *, cautious: bool = False) -> tuple[Lens, Result]:
    weights = dict(zip(COMPONENTS, (1.0, 2.0, 1.5, 1.0, 1.0, 0.5), strict=True))
    return Lens(name=name, version=1, purpose=purpose, kinds=(kind,), weights=weights, lower_bound=cautious), value


def _values(kind: Kind) -> dict[str, tuple[Lens, Result]]:
    few = NotEnough(name="sceptic", reason=Reason.FEW_COMPONENTS, method="lens@1")
    main = "freelancer" if kind is Kind.PERSON else "company"
    return {
        main: _lens(
            main,
            N_("The six components"),
            kind,
            _known(main, 58.7, 4.1, Grade.B, 0),
        ),
        "customer": _lens(
            "customer",
            N_("Reputation"),
            kind,
            _known("customer", 47.0, 5.0, Grade.C, 2),
        ),
        "sceptic": _lens("sceptic", N_("Sceptic"), kind, few, cautious=True),
    }


def _explanations() -> dict[str, Explanation]:
    def effects(*pairs: tuple[int, float]) -> tuple[Effect, ...]:
        return tuple(Effect(post=FIRST + i, effect=e) for i, e in pairs)

    what_if = ((N_("with {n} more people acting"), {"n": 10}, 66.1),)
    return {
        "reputation": Explanation(
            component="reputation",
            raises=effects((2, 1.9), (0, 1.4), (11, 0.8), (6, 0.6)),
            lowers=effects((1, -2.2), (7, -1.1), (10, -0.7)),
            what_if=what_if,
        ),
        "resonance": Explanation(component="resonance", raises=effects((6, 2.1), (13, 1.2)), lowers=(), what_if=()),
    }


def _series() -> tuple[Series, ...]:
    days = [(SINCE - timedelta(days=40) + timedelta(days=i)).date() for i in range(130)]
    crisis = date(2025, 10, 10)
    mentions = tuple(
        Point(
            day=d,
            value=round(12 + 4 * math.sin(i / 5) + 80 * math.exp(-max((d - crisis).days, 0) / 6) * (d >= crisis)),
        )
        for i, d in enumerate(days)
    )
    weeks = days[::7]
    reputation = tuple(
        Point(day=d, value=None, low=None, high=None)
        if i in {4, 5}
        else Point(
            day=d,
            value=62 - 14 * (crisis <= d < crisis + timedelta(21)),
            low=52 - 14 * (crisis <= d < crisis + timedelta(21)),
            high=71 - 10 * (crisis <= d < crisis + timedelta(21)),
        )
        for i, d in enumerate(weeks)
    )
    posts = tuple(Point(day=d, value=float((i * 7) % 5 if i % 6 else 0)) for i, d in enumerate(days))
    return (
        Series(name="mentions", step="day", points=mentions),
        Series(name="reputation", step="week", points=reputation),
        Series(name="posts", step="day", points=posts),
    )


def _events() -> tuple[Event, ...]:
    return (
        Event(
            day=date(2025, 8, 3), kind="silence", title=N_("{days} days without a post"), facts={"days": 16},
            until=date(2025, 8, 19),
        ),
        Event(
            day=date(2025, 10, 10), kind="crisis",
            title=N_("{people} people spoke on the loudest day, usually {usual}"),
            facts={"people": 93, "usual": 12.5},
            until=date(2025, 10, 24), posts=(FIRST + 18, FIRST + 19, FIRST + 21),
        ),
        Event(day=date(2025, 10, 12), kind="peak", title=N_("post"), posts=(FIRST + 20, FIRST + 55)),
    )  # fmt: skip


def _faces(kind: Kind) -> Faces:
    def share(slug: str, name: str, value: float, grade: Grade, begin: int, own: float | None) -> FaceShare:
        estimate = Estimate(
            name=f"share:{slug}", value=value, low=value * 0.7, high=value * 1.3, grade=grade,
            evidence=(FIRST + begin, FIRST + begin + 1), effective_authors=40.0, method="faces@1", unit=Unit.SHARE,
        )  # fmt: skip
        return FaceShare(slug=slug, name=name, share=estimate, own_voice=own)

    return Faces(
        shares=(
            share("lume", "Lume", 0.44, Grade.A, 3, None),
            share("bruno", "Bruno", 0.31, Grade.B, 8, 0.82),
            share("carla", "Carla", 0.17, Grade.D, 14, 0.35),
        )
        if kind is Kind.BRAND
        else (share("anna", "Anna Ferri", 0.22, Grade.B, 3, 0.91),),
        left_out=1,
        people=Estimate(
            name="people", value=412, low=371, high=455, grade=Grade.B, evidence=(FIRST, FIRST + 4),
            effective_authors=390.0, method="faces@1", unit=Unit.PEOPLE,
        ),
        overlap=0.28,
        key_person_risk=0.24,
        concentration=0.33,
    )  # fmt: skip


def reading(kind: Kind = Kind.BRAND) -> Reading:
    """Return the reading of Lume (a brand) or of Anna Ferri (a person)."""
    brand = kind is Kind.BRAND
    subject = Subject(
        slug="lume" if brand else "anna",
        kind=kind,
        name="Lume" if brand else "Anna Ferri",
        accounts=(AccountRef("x:@lume"), AccountRef("instagram:@lume")),
        statement="Lampade che si riparano." if brand else "Designer che lavora su accessibilità e carta.",
        pillars=("riparare", "vetro"),
        peers=("nitida",),
    )
    return Reading(
        workspace="ponte",
        subject=subject,
        as_of=AS_OF,
        since=SINCE,
        method=METHOD,
        values=_values(kind),
        components=_components(kind),
        explanations=_explanations(),
        series=_series(),
        events=_events(),
        crowds=(
            Crowd(actor="person", accounts=812, acts=1930, share=0.71, low=0.67, high=0.75, spam=4, posts=(FIRST + 3,)),
            Crowd(actor="organisation", accounts=96, acts=210, share=0.08, low=0.06, high=0.11),
            Crowd(actor="automated", accounts=158, acts=1204, share=0.14, low=0.12, high=0.17, spam=121),
            Crowd(actor="unknown", accounts=80, acts=91, share=0.07, low=0.05, high=0.09),
        ),
        faces=_faces(kind),
        gaps=(
            Gap(
                place="instagram",
                since=date(2025, 9, 14),
                until=date(2025, 9, 29),
                reason=N_("nothing for {months} months"),
                facts={"months": 2},
            ),
            Gap(
                place="x",
                since=None,
                until=None,
                reason=N_("this place does not say how often {posts} posts were seen"),
                facts={"posts": 31},
            ),
        ),
        themes={
            "declared": {"riparare": 0.5, "vetro": 0.5},
            "practised": {"riparare": 0.41, "vetro": 0.22, "fiere": 0.37},
            "perceived": {"riparare": 0.18, "vetro": 0.31, "fiere": 0.09, "attese e consegne": 0.42},
        },
        theme_posts={"practised": {"riparare": FIRST + 5}, "perceived": {"vetro": FIRST + 7}},
        fresh=(FIRST + 9, FIRST + 11, FIRST + 13),
        rehashes=((FIRST + 27, FIRST + 3, 0.94), (FIRST + 30, FIRST + 58, 0.81)),
        cards=CARDS,
        places={
            "x": (1204, date(2025, 6, 1), date(2025, 11, 30)),
            "instagram": (388, date(2025, 6, 4), date(2025, 11, 28)),
            "feed": (31, date(2025, 7, 1), date(2025, 11, 1)),
        },
        models={
            "polarity": "polarity@1",
            "actor": "actor@1",
            "language": "language@1",
            "novelty": "novelty@1",
        },
    )


def nothing() -> Reading:
    """Return a reading in which nothing could be measured."""
    full = reading(Kind.PERSON)
    none = {n: NotEnough(name=n, reason=Reason.NO_MENTIONS, method=f"{n}@1") for n in COMPONENTS}
    few = NotEnough(name="freelancer", reason=Reason.FEW_COMPONENTS, method="lens@1")
    return Reading(
        workspace=full.workspace, subject=full.subject, as_of=full.as_of, since=full.since, method=full.method,
        values={"freelancer": (full.values["freelancer"][0], few)}, components=none, explanations={}, series=(),
        events=(), crowds=(), faces=None, gaps=(), themes={}, theme_posts={}, fresh=(), rehashes=(),
        cards={}, places={}, models={},
    )  # fmt: skip


@pytest.fixture(scope="session")
def brand() -> Reading:
    return reading(Kind.BRAND)


@pytest.fixture(scope="session")
def person() -> Reading:
    return reading(Kind.PERSON)


@pytest.fixture(scope="session")
def empty() -> Reading:
    return nothing()
