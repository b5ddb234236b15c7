"""Who is in the world: subjects, their accounts, consents, faces and plan. All invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from valore.model.subject import AccountRef, Consent, Face, Kind, PlanItem, Subject

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
END = datetime(2026, 7, 1, tzinfo=UTC)
"""The world spans [BEGIN, END): eighteen months, 546 days, 78 weeks."""
DAYS = (END - BEGIN).days
PEAK_DAYS = 120
"""The last days, in which people speak most: the window of measures lies wholly in them."""
HOST = "piazza.example"
"""The Mastodon server of the world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A subject as the simulation sees it."""

    subject: Subject
    handle: str
    weekly: float
    """Probability of publishing in a week."""
    extra: float
    """Expected further posts in a week in which something is published."""
    copies: float = 0.0
    """Share of a face's posts that repeat the brand's copy within 7 days."""
    italian: float = 0.8
    """Share of own posts in Italian; the rest are English or French."""

    @property
    def slug(self) -> str:
        """Of the subject."""
        return self.subject.slug


@dataclass(frozen=True, slots=True)
class Circle:
    """People of one place who turn to one subject, or to a brand and its faces."""

    place: str
    targets: tuple[str, ...]
    share: float
    """Of what the audience says, before it is jittered by seed."""


_MAIN = (
    ("anna", Kind.PERSON, "Anna Ferri", "annaferri", "1001"),
    ("lume", Kind.BRAND, "Lume", "lume_luce", "2001"),
    ("bruno", Kind.PERSON, "Bruno Conterra", "brunoconterra", "2101"),
    ("carla", Kind.PERSON, "Carla Vesperi", "carlavesperi", "2102"),
    ("dario", Kind.PERSON, "Dario Selvanera", "darioselvanera", "2103"),
    ("elsa", Kind.PERSON, "Elsa Montegrigio", "elsamontegrigio", "2104"),
    ("nitida", Kind.BRAND, "Nitida", "nitida_casa", "3001"),
)
_FREELANCERS = (
    "Marzia Tolverde",
    "Ivo Casaluna",
    "Gemma Roncospina",
    "Leone Altacqua",
    "Petra Fiordineve",
    "Sandro Pontevico",
    "Wanda Mirabosco",
    "Oreste Cantafiume",
    "Lidia Serravalle Moro",
    "Ettore Bassofonte",
    "Nives Torrebianca",
)
_BRANDS = (
    "Chiarore",
    "Bottega Solstizio",
    "Lampara Studio",
    "Officina Zenit",
    "Velaluce",
    "Tramonto Arredi",
    "Casa Ombrosa",
    "Filamento Vivo",
    "Argento Opaco",
    "Nordlicht Atelier",
    "Petite Veilleuse",
)
_STATEMENTS = {
    "anna": (
        "Designer che lavora su accessibilità e carta: caratteri leggibili, mappe tattili, cataloghi stampati bene."
    ),
    "lume": "Lampade riparabili, fatte in bottega: luce calda, filiera corta, garanzia lunga.",
    "bruno": "Responsabile del design di Lume. Luce e artigianato.",
    "carla": "Formatrice. In Lume curo i laboratori e la didattica della luce.",
    "dario": "Seguo la produzione di Lume: sostenibilità, ricambi, riuso.",
    "elsa": "Fotografo oggetti e stanze.",
    "nitida": "Arredo e luce per la casa, prezzi chiari.",
}
_PILLARS = {
    "anna": ("accessibilità", "tipografia", "carta"),
    "lume": ("luce", "sostenibilità", "artigianato"),
    "bruno": ("luce", "artigianato"),
    "carla": ("didattica", "luce"),
    "dario": ("sostenibilità", "artigianato"),
    "elsa": ("luce", "carta"),
    "nitida": ("luce", "lavoro"),
}
_TURN = (
    ("tipografia", "lavoro"),
    ("carta", "didattica"),
    ("accessibilità", "lavoro"),
    ("artigianato", "luce"),
    ("sostenibilità", "luce"),
)
_HABITS = {
    "anna": (0.85, 0.5, 0.0, 0.85),
    "lume": (0.95, 0.7, 0.0, 0.8),
    "bruno": (0.7, 0.2, 0.45, 0.9),
    "carla": (0.65, 0.2, 0.1, 0.9),
    "dario": (0.55, 0.1, 0.25, 1.0),
    "elsa": (0.35, 0.0, 0.0, 1.0),
    "nitida": (0.75, 0.2, 0.0, 0.9),
}
_MORE_ACCOUNTS = {
    "anna": (f"mastodon:https://{HOST}/users/annaferri", "instagram:@annaferri"),
    "lume": ("facebook:@lume_luce", "instagram:@lume_luce"),
    "carla": (f"mastodon:https://{HOST}/users/carlavesperi",),
    "dario": ("facebook:@darioselvanera",),
    "nitida": ("instagram:@nitida_casa",),
}
_OLD_ACCOUNTS = {"anna": ("googleplus:104200000000000001001", "feed:https://annaferri.example/blog/")}
FACES = ("bruno", "carla", "dario", "elsa")
"""Of Lume; Elsa did not consent."""


def roles() -> tuple[Role, ...]:
    """Return every subject: the seven of the story, then eleven freelancers and eleven brands."""
    story = [_main(*row) for row in _MAIN]
    people = [_other(i, name, Kind.PERSON, 1100) for i, name in enumerate(_FREELANCERS)]
    brands = [_other(i, name, Kind.BRAND, 3100) for i, name in enumerate(_BRANDS)]
    return (*story, *people, *brands)


def _main(slug: str, kind: Kind, name: str, handle: str, number: str) -> Role:
    weekly, extra, copies, italian = _HABITS[slug]
    accounts = (f"x:{number}", *_MORE_ACCOUNTS.get(slug, ()), *_OLD_ACCOUNTS.get(slug, ()))
    peers = tuple(map(_slug, _FREELANCERS)) if slug == "anna" else ()
    if slug in {"lume", "nitida"}:
        peers = ("nitida" if slug == "lume" else "lume", *map(_slug, _BRANDS))
    subject = Subject(
        slug=slug,
        kind=kind,
        name=name,
        aliases=(name, f"@{handle}"),
        accounts=tuple(map(AccountRef, accounts)),
        queries=(slug,),
        statement=_STATEMENTS[slug],
        pillars=_PILLARS[slug],
        peers=peers,
    )
    return Role(subject=subject, handle=handle, weekly=weekly, extra=extra, copies=copies, italian=italian)


def _other(place: int, name: str, kind: Kind, first: int) -> Role:
    handle = name.lower().replace(" ", "")
    pillars = _TURN[place % len(_TURN)]
    subject = Subject(
        slug=_slug(name),
        kind=kind,
        name=name,
        aliases=(name, f"@{handle}"),
        accounts=(AccountRef(f"x:{first + place}"),),
        queries=(_slug(name),),
        statement=f"{pillars[0].capitalize()} e {pillars[1]}.",
        pillars=pillars,
    )
    return Role(subject=subject, handle=handle, weekly=0.10 + 0.015 * place, extra=0.1)


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def circles() -> tuple[Circle, ...]:
    """Return the audiences, with shares before they are jittered and made to sum to one."""
    team = ("lume", "bruno", "carla", "dario", "elsa")
    story = (
        Circle("x", ("anna",), 0.09),
        Circle("instagram", ("anna",), 0.03),
        Circle("mastodon", ("anna",), 0.02),
        Circle("x", team, 0.25),
        Circle("facebook", ("lume",), 0.03),
        Circle("instagram", ("lume",), 0.03),
        Circle("x", ("nitida",), 0.14),
        Circle("instagram", ("nitida",), 0.04),
    )
    people = [Circle("x", (_slug(n),), 0.12 * 0.55**i) for i, n in enumerate(_FREELANCERS)]
    brands = [Circle("x", (_slug(n),), 0.12 * 0.5**i) for i, n in enumerate(_BRANDS)]
    return (*story, *people, *brands)


def faces() -> tuple[Face, ...]:
    """Return who shows Lume with their own name."""
    titles = {"bruno": "design", "carla": "laboratori", "dario": "produzione", "elsa": "fotografia"}
    return tuple(
        Face(brand="lume", person=f, role=titles[f], since=date(2025, 1, 1), visible=f == "bruno") for f in FACES
    )


def consents() -> tuple[Consent, ...]:
    """Return who agreed to be measured. Elsa has said nothing."""
    at = datetime(2025, 1, 10, 9, tzinfo=UTC)
    people = {
        "anna": "Anna Ferri",
        "bruno": "Bruno Conterra",
        "carla": "Carla Vesperi",
        "dario": "Dario Selvanera",
    }
    named = people | {_slug(name): name for name in _FREELANCERS}
    return tuple(Consent(subject=s, given=True, at=at, method="1", by=name) for s, name in named.items())


def plan(written: Mapping[str, Sequence[datetime]]) -> tuple[PlanItem, ...]:
    """Return what Anna and Lume mean to publish: one post a week of the last half year.

    Four weeks in five the item stands on the day on which they wrote, so that most of the plan is kept; else
    it stands on a Tuesday or Wednesday, kept only by chance.

    Args:
        written: When each of them wrote, by slug.
    """
    items = []
    for week in range(26):
        for day, slug in ((1, "anna"), (2, "lume")):
            monday = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(weeks=week)
            found = [at for at in written[slug] if monday <= at < monday + timedelta(days=7)]
            meant = found[0].replace(hour=9, minute=0, second=0, microsecond=0) if found and week % 5 else None
            pillar = _PILLARS[slug][week % 3]
            title = f"{pillar.capitalize()}, {week + 1}"
            items.append(PlanItem(subject=slug, at=meant or monday + timedelta(days=day), pillar=pillar, title=title))
    return tuple(items)
