"""Words on links are kept as they were said, and everything of a workspace can leave and come back."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps

from valore.errors import StateError
from valore.model.links import Said, Word, standing
from valore.model.subject import Kind, Subject
from valore.state import Review
from valore.state.desk import Desk
from valore.state.models import LinkWord

NINE = datetime(2025, 1, 10, 9, tzinfo=UTC)
WORD = Word("x:1001", "instagram:2001", Said.SAME, "Anna Ferri", NINE, ("rel_me",), 0.7)


def test_words_are_kept_in_their_order(desk: Desk) -> None:
    words = (WORD, WORD._replace(said=Said.DIFFERENT, evidence=(), confidence=None), WORD._replace(said=Said.BACK))
    for word in words:
        desk.links.say(word)
    assert desk.links.all() == words
    assert standing(desk.links.all()) == (WORD,)
    assert [(what, by) for _, what, _, by in desk.audit()][1:] == [
        ("link same", "Anna Ferri"),
        ("link different", "Anna Ferri"),
        ("link back", "Anna Ferri"),
    ]


def test_a_word_is_never_changed(desk: Desk) -> None:
    desk.links.say(WORD)
    with pytest.raises(StateError, match="append-only"):
        desk.rows(LinkWord).delete()


def test_every_table_of_a_workspace_leaves_or_says_that_it_does_not() -> None:
    """Whoever adds a table decides: `LEAVES = False` for secrets, and a name for what others refer to."""
    kinds = {kind.__name__ for kind in apps.get_app_config("state").get_models() if kind.__name__ != "Workspace"}
    assert {k for k in kinds if not getattr(apps.get_model("state", k), "LEAVES", True)} == set()


def test_all_rows_leave_as_plain_values_and_come_back(desk: Desk) -> None:
    desk.subjects.put(Subject(slug="anna", kind=Kind.PERSON, name="Anna Ferri"))
    desk.reviews.add("anna", [Review(7, 8, "neutral", 0.5, "Carla", NINE)])
    desk.links.say(WORD)
    rows = {table: list(desk.whole.rows(table)) for table in desk.whole.tables}
    assert rows["reviews"] == [
        {
            "subject": "anna",
            "post": 7,
            "author": 8,
            "label": "neutral",
            "probability": 0.5,
            "by": "Carla",
            "at": "2025-01-10T09:00:00+00:00",
        }
    ]
    other = Desk(desk.alias, _another(desk))
    assert other.whole.empty()
    other.whole.put(rows)
    back = {table: list(other.whole.rows(table)) for table in other.whole.tables}
    assert {**back, "audit_events": back["audit_events"][1:]} == rows, "but that it was made itself"
    assert not other.whole.empty()
    assert other.links.all() == (WORD,)


def _another(desk: Desk) -> int:
    from valore.state.desk import State

    return State(desk.alias).create("other", title="", language="it", timezone="UTC").workspace


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("subjects", {"colour": "red"}, "no column colour"),
        ("reviews", {"subject": "nobody"}, "names a subject that is not there"),
        ("reviews", {"at": "2025-01-10T09:00:00"}, "at cannot be read"),
        ("reviews", {"at": "yesterday"}, "at cannot be read"),
        ("reviews", {"post": None}, "post cannot be read"),
        ("reviews", {"post": "many"}, "post cannot be read"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_nothing_is_kept(
    desk: Desk, table: str, change: dict[str, Any], said: str
) -> None:
    desk.subjects.put(Subject(slug="anna", kind=Kind.PERSON, name="Anna Ferri"))
    desk.reviews.add("anna", [Review(7, 8, "neutral", 0.5, "Carla", NINE)])
    rows = {t: list(desk.whole.rows(t)) for t in desk.whole.tables}
    rows[table] = [{**rows[table][0], **change}]
    other = Desk(desk.alias, _another(desk))
    with pytest.raises(StateError, match=said):
        other.whole.put(rows)
    assert other.whole.empty()
