"""Who is measured, as a workspace file says it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from valore.errors import SettingsError, UnknownName
from valore.flows.space import Space, create
from valore.flows.subjects import consent, declare, load
from valore.model.subject import Consent, Face, Kind, PlanItem, Subject

FILE = """
title = "Studio Ponte: Lume"
language = "it"
timezone = "Europe/Rome"
[[subject]]
slug = "anna"
kind = "person"
name = "Anna Ferri"
aliases = ["Anna Ferri", "@annaferri"]
accounts = ["x:1001", "mastodon:https://piazza.example/users/anna", "instagram:@AnnaFerri"]
queries = ["anna"]
statement = "Designer che lavora su accessibilità e carta."
pillars = ["accessibilità", "tipografia"]
peers = ["nitida"]
[[subject]]
slug = "lume"
kind = "brand"
name = "Lume"
[[subject]]
slug = "nitida"
kind = "brand"
[[subject]]
slug = "bruno"
kind = "person"
[[consent]]
subject = "anna"
given = true
at = 2025-01-10T09:00:00Z
method = "1"
by = "Anna Ferri"
purposes = ["value"]
[[face]]
brand = "lume"
person = "bruno"
role = "design lead"
since = 2025-01-01
visible = true
[[plan]]
subject = "anna"
at = 2025-03-01T09:00:00
pillar = "tipografia"
title = "Una lettera"
[[mapping]]
file = "mentions.jsonl"
place = "x"
columns = { id = "post_id" }
"""


@pytest.fixture
def space(tmp_path: Path) -> Space:
    return create(tmp_path / "home", "lume")


def written(folder: Path, text: str) -> Path:
    path = folder / "workspace.toml"
    path.write_text(text, encoding="utf-8")
    return path


def everything(space: Space) -> object:
    slugs = [s.slug for s in space.subjects()]
    said = [(space.consent(s), space.faces(s), space.plan(s)) for s in slugs]
    return space.subjects(), said, space.desk.setting("mappings"), space.desk.audit()


def test_a_file_is_taken_as_it_stands(space: Space, tmp_path: Path) -> None:
    loaded = load(space, written(tmp_path, FILE))
    assert (loaded.title, loaded.language, loaded.timezone) == ("Studio Ponte: Lume", "it", "Europe/Rome")
    anna = loaded.subject("anna")
    assert anna == Subject(
        slug="anna",
        kind=Kind.PERSON,
        name="Anna Ferri",
        aliases=("Anna Ferri", "@annaferri"),
        accounts=anna.accounts,
        queries=("anna",),
        statement="Designer che lavora su accessibilità e carta.",
        pillars=("accessibilità", "tipografia"),
        peers=("nitida",),
    )
    assert anna.accounts == ("x:1001", "mastodon:https://piazza.example/users/anna", "instagram:@annaferri")
    assert loaded.subject("nitida").name == "nitida"
    nine = datetime(2025, 1, 10, 9, tzinfo=UTC)
    assert loaded.consent("anna") == Consent(subject="anna", given=True, at=nine, method="1", by="Anna Ferri")
    assert loaded.consent("bruno") is None
    face = Face(brand="lume", person="bruno", role="design lead", since=date(2025, 1, 1), visible=True)
    assert loaded.faces("lume") == (face,)
    eight = datetime(2025, 3, 1, 8, tzinfo=UTC)
    assert loaded.plan("anna") == (PlanItem(subject="anna", at=eight, pillar="tipografia", title="Una lettera"),)


def test_loading_twice_is_loading_once(space: Space, tmp_path: Path) -> None:
    path = written(tmp_path, FILE)
    load(space, path)
    once = everything(space)
    load(space, path)
    assert everything(space) == once


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('kind = "brand"\nname', 'kind = "company"\nname', "person or a brand, not 'company'"),
        ('aliases = ["Anna Ferri", "@annaferri"]', 'aliases = "Anna"', "subject 1: aliases must be a list of texts"),
        ('slug = "bruno"', 'slug = "../bruno"', "'../bruno'"),
        ('slug = "bruno"', 'slug = "lume"', "subject 'lume' stands there twice"),
        ('peers = ["nitida"]', 'peers = ["nitidus"]', "peers: no subject called 'nitidus'; there are: anna, bruno"),
        ('person = "bruno"', 'person = "nitida"', "a face is a person of a brand"),
        ("given = true", 'given = "yes"', "consent 1: given must be true or false"),
        ("at = 2025-01-10T09:00:00Z", 'at = "soon"', "consent 1: at must be a date with its time"),
        ('by = "Anna Ferri"', "", "consent 1: by must be a text"),
        ("visible = true", "visable = true", "nothing is called 'face 1: visable' here"),
        ('"x:1001"', '"1001"', "'1001' is no account"),
        ('timezone = "Europe/Rome"', 'timezone = "Roma"', "no time zone called 'Roma'"),
        ('language = "it"', "language = 39", "language must be a text"),
        ("[[face]]", "[face]", r"face must be \[\[face\]\]"),
        ('title = "Studio', "title = Studio", "not valid TOML"),
        ('[[mapping]]\nfile = "mentions.jsonl"', "[[mapping]]", "mapping 1: file must be a text"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_taken(
    space: Space, tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in FILE
    empty = everything(space)
    with pytest.raises(SettingsError, match=said):
        load(space, written(tmp_path, FILE.replace(before, after, 1)))
    assert everything(space) == empty


def test_an_account_of_two_subjects_takes_the_whole_file_back(space: Space, tmp_path: Path) -> None:
    """Found only while writing: what was written before it goes too."""
    empty = everything(space)
    twice = FILE.replace('slug = "bruno"', 'accounts = ["x:1001"]\nslug = "bruno"')
    with pytest.raises(SettingsError, match="x:1001 already belongs to anna"):
        load(space, written(tmp_path, twice))
    assert everything(space) == empty


def test_a_missing_file_is_named(space: Space, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"workspace\.toml cannot be read"):
        load(space, tmp_path / "workspace.toml")


def test_declaring_adds_to_what_is_known(space: Space) -> None:
    declare(space, "anna", name="Anna Ferri", accounts=("x:1001",), aliases=("Anna Ferri",))
    anna = declare(space, "anna", accounts=("x:@AnnaFerri", "x:1001"), pillars=("carta",), statement="Disegno.")
    assert anna == space.subject("anna")
    assert anna.accounts == ("x:1001", "x:@annaferri")
    assert (anna.name, anna.kind, anna.pillars) == ("Anna Ferri", Kind.PERSON, ("carta",))


def test_declaring_with_an_unknown_peer_declares_nothing(space: Space) -> None:
    with pytest.raises(UnknownName, match="nitida"):
        declare(space, "lume", kind="brand", peers=("nitida",))
    assert space.subjects() == ()


def test_withdrawing_speaks_over_consenting_and_both_stay(space: Space) -> None:
    declare(space, "anna")
    consent(space, "anna", given=True, by="Anna Ferri")
    consent(space, "anna", given=False, by="Anna Ferri")
    last = space.consent("anna")
    assert last is not None
    assert not last.given
    assert [c.given for c in space.desk.subjects.consents("anna")] == [True, False]


def test_nobody_consents_for_somebody_unknown(space: Space) -> None:
    with pytest.raises(UnknownName, match="no subject called 'elsa'"):
        consent(space, "elsa", given=True, by="Elsa")
