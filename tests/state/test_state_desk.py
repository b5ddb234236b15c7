"""What the state keeps, the same on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from valore.errors import SettingsError, StateError, UnknownName
from valore.model.subject import AccountRef, Consent, Face, Kind, PlanItem, Subject
from valore.state import Cursor, Outcome, Review, open_state
from valore.state import models as tables
from valore.state.desk import Desk

NINE = datetime(2025, 1, 10, 9, tzinfo=UTC)
TEN = datetime(2025, 1, 10, 10, tzinfo=UTC)
ANNA = Subject(
    slug="anna",
    kind=Kind.PERSON,
    name="Anna Ferri",
    aliases=("Anna Ferri", "@annaferri"),
    accounts=(AccountRef("x:1001"), AccountRef("instagram:@annaferri")),
    queries=("anna",),
    statement="Designer che lavora su accessibilità e carta. 🪔",
    pillars=("accessibilità", "tipografia"),
)
LUME = Subject(slug="lume", kind=Kind.BRAND, name="Lume")
BRUNO = Subject(slug="bruno", kind=Kind.PERSON, name="Bruno")


def word(*, given: bool, at: datetime = NINE) -> Consent:
    return Consent(subject="anna", given=given, at=at, method="1", by="Anna Ferri")


def begin(desk: Desk) -> Cursor | None:
    return desk.imports.begin(
        "00ff", name="anna.zip", sha256="00ff" * 16, place="x", variant="2022-", skipped={"private": 3}
    )


def test_a_subject_comes_back_as_it_was_declared(desk: Desk) -> None:
    desk.subjects.put(ANNA)
    assert desk.subjects.get("anna") == ANNA


def test_declaring_a_subject_twice_is_declaring_it_once(desk: Desk) -> None:
    desk.subjects.put(ANNA)
    told = desk.audit()
    desk.subjects.put(ANNA)
    assert desk.subjects.all() == (ANNA,)
    assert desk.audit() == told


def test_an_account_that_is_taken_back_stays_in_the_history(desk: Desk) -> None:
    desk.subjects.put(ANNA)
    without = Subject(slug="anna", kind=Kind.PERSON, name="Anna Ferri", accounts=(AccountRef("x:1001"),))
    desk.subjects.put(without)
    assert desk.subjects.get("anna").accounts == ("x:1001",)
    desk.subjects.put(ANNA)
    assert set(desk.subjects.get("anna").accounts) == set(ANNA.accounts)
    said = desk.rows(tables.AccountLink).filter(account="instagram:@annaferri").order_by("pk")
    assert [row.linked for row in said] == [True, False, True]


def test_an_account_belongs_to_one_subject(desk: Desk) -> None:
    desk.subjects.put(ANNA)
    with pytest.raises(SettingsError, match="x:1001 already belongs to anna"):
        desk.subjects.put(Subject(slug="twin", kind=Kind.PERSON, name="Twin", accounts=(AccountRef("x:1001"),)))
    assert desk.subjects.all() == (ANNA,), "and nothing of the second was kept"


def test_peers_keep_their_order(desk: Desk) -> None:
    for subject in (ANNA, LUME, BRUNO):
        desk.subjects.put(subject)
    desk.subjects.compare("anna", ["lume", "bruno"])
    assert desk.subjects.get("anna").peers == ("lume", "bruno")
    desk.subjects.compare("anna", ["bruno"])
    assert desk.subjects.get("anna").peers == ("bruno",)


def test_the_latest_word_stands_last_whatever_the_order_of_recording(desk: Desk) -> None:
    desk.subjects.put(ANNA)
    desk.subjects.agree(word(given=False, at=TEN))
    desk.subjects.agree(word(given=True, at=NINE))
    assert [c.given for c in desk.subjects.consents("anna")] == [True, False]


def test_the_same_word_is_recorded_once(desk: Desk) -> None:
    desk.subjects.put(ANNA)
    assert desk.subjects.agree(word(given=True))
    assert not desk.subjects.agree(word(given=True))
    assert desk.subjects.consents("anna") == (word(given=True),)


def test_faces_and_plans_come_back_as_they_were_declared(desk: Desk) -> None:
    for subject in (LUME, BRUNO):
        desk.subjects.put(subject)
    face = Face(brand="lume", person="bruno", role="design lead", since=date(2025, 1, 1), visible=True)
    later = PlanItem(subject="bruno", at=TEN, pillar="luce", title="Una lampada")
    sooner = PlanItem(subject="bruno", at=NINE, title="Il banco di prova")
    desk.subjects.stand(face)
    for item in (later, sooner, later):
        desk.subjects.intend(item)
    assert desk.subjects.faces("lume") == (face,)
    assert desk.subjects.plan("bruno") == (sooner, later)


def test_nobody_is_called_so(desk: Desk) -> None:
    desk.subjects.put(ANNA)
    with pytest.raises(UnknownName, match="no subject called 'tina'; there are: anna"):
        desk.subjects.get("tina")
    with pytest.raises(UnknownName, match="tina"):
        desk.reviews.add("tina", [])


def test_what_was_said_is_never_changed(desk: Desk) -> None:
    """Links, consents, reviews and audit are append-only, by row and by query."""
    desk.subjects.put(ANNA)
    desk.subjects.agree(word(given=True))
    desk.reviews.add("anna", [Review(7, 1, "positive", 0.5, "Elsa", NINE)])
    kinds: tuple[Any, ...] = (tables.AccountLink, tables.Consent, tables.Review, tables.AuditEvent)
    for kind in kinds:
        row = desk.rows(kind).first()
        assert row is not None
        for change in (row.save, row.delete, desk.rows(kind).delete, lambda k=kind: desk.rows(k).update(at=TEN)):
            with pytest.raises(StateError, match="append-only"):
                change()
        again = desk.rows(kind).get(pk=row.pk)
        assert again.at == row.at


def test_the_last_judgement_on_a_post_counts_and_the_others_stay(desk: Desk) -> None:
    desk.subjects.put(ANNA)
    first = [Review(7, 1, "negative", 0.5, "Elsa", NINE), Review(5, 1, "neutral", 0.5, "Elsa", NINE)]
    desk.reviews.add("anna", first)
    desk.reviews.add("anna", [Review(7, 1, "positive", 0.5, "Carla", TEN)])
    assert [(r.post, r.label) for r in desk.reviews.latest("anna")] == [(5, "neutral"), (7, "positive")]
    assert desk.rows(tables.Review).count() == 3


def test_one_client_never_sees_another(url: str) -> None:
    state = open_state(url)
    told = {"title": "", "language": "it", "timezone": "UTC"}
    lume, nitida = state.create("lume", **told), state.create("nitida", **told)
    lume.subjects.put(ANNA)
    lume.subjects.agree(word(given=True))
    lume.set("lens", "freelancer")
    begin(lume)
    assert nitida.subjects.all() == ()
    assert nitida.imports.all() == ()
    assert nitida.imports.find("00ff") is None
    assert nitida.setting("lens") is None
    assert [what for _, what, _, _ in nitida.audit()] == ["workspace created"]
    nitida.subjects.put(ANNA)
    assert nitida.subjects.consents("anna") == (), "the same account and name, another client"
    state.close()


def test_an_import_goes_on_from_its_cursor(desk: Desk) -> None:
    assert begin(desk) is None
    desk.imports.advance("00ff", Cursor(4, '{"row": 9}'), Outcome(read=40, stored={"posts": 38}))
    assert begin(desk) == Cursor(4, '{"row": 9}')
    unfinished = desk.imports.find("00ff")
    assert unfinished is not None
    assert unfinished.finished is None
    desk.imports.finish("00ff", Outcome(read=50, stored={"posts": 48}, refused={"no_date": 2}, since=NINE, until=TEN))
    record = desk.imports.find("00ff")
    assert record is not None
    assert record.finished is not None
    assert record.outcome == Outcome(50, {"posts": 48}, {"no_date": 2}, {}, NINE, TEN)
    assert record.skipped == {"private": 3}
    assert desk.imports.all() == (record,)


def test_a_mapping_is_remembered_by_the_columns_of_its_table(desk: Desk) -> None:
    assert desk.imports.profile("abc") is None
    desk.imports.remember("abc", "one.csv", "first")
    desk.imports.remember("abc", "two.csv", "second")
    assert desk.imports.profile("abc") == "second"


def test_a_block_is_written_whole_or_not_at_all(desk: Desk) -> None:
    def broken() -> None:
        with desk.writing():
            desk.subjects.put(ANNA)
            desk.set("lens", "freelancer")
            raise KeyError

    with pytest.raises(KeyError):
        broken()
    assert desk.subjects.all() == ()
    assert desk.setting("lens") is None


def test_what_the_database_refuses_is_told_as_an_error_of_the_state(desk: Desk) -> None:
    begin(desk)
    with pytest.raises(StateError, match="could not be written"), desk.writing():
        desk.add(tables.Import, source="00ff", name="", sha256="", place="", variant="", started=NINE)
