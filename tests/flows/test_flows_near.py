"""Which posts are about whom: by names in any script and case, by accounts under id or handle, by what was searched."""

import numpy as np
import pyarrow as pa
import pytest

from valore.flows._near import Near
from valore.model.keys import key
from valore.model.schemas import ACCOUNTS, POSTS
from valore.model.subject import AccountRef, Kind, Subject

WROTE = key("x", "1001")
OTHER = key("x", "1002")


def posts(*rows: dict[str, object]) -> pa.Table:
    """Return posts by somebody else; what a row does not say is empty."""
    ordinary = {"key": 1, "author": OTHER, "mentions": []}
    fields = ("key", "author", "text", "mentions", "query", "reply_to_author", "quote_of_author")
    return pa.Table.from_pylist([ordinary | row for row in rows], pa.schema([POSTS.field(f) for f in fields]))


def accounts(*rows: tuple[str, str | None]) -> pa.Table:
    told = [{"place": "x", "id": native, "handle": handle} for native, handle in rows]
    return pa.Table.from_pylist(told, pa.schema([ACCOUNTS.field(f) for f in ("place", "id", "handle")]))


def anna(**more: object) -> Subject:
    return Subject(**{"slug": "anna", "kind": Kind.PERSON, "name": "Anna Ferri", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna Ferri", "bravissima ANNA FERRI!"),
        ("İnci", "İnci geldi"),
        ("ΛΟΥΜΟΣ", "ο ΛΟΥΜΟΣ ήρθε"),
        ("Лампа", "моя лампа"),
        ("لومي", "مصباح لومي جميل"),
        ("A+A", "lo studio A+A"),
    ],
)
def test_a_name_is_found_in_its_script_and_in_any_case(name: str, text: str) -> None:
    near = Near(posts({"text": text}, {"text": "nulla"}, {"text": None}), accounts())
    assert near.heard(anna(name=name)).tolist() == [True, False, False]


def test_a_name_inside_a_longer_word_is_another_word() -> None:
    near = Near(posts({"text": "Annalisa"}, {"text": "Anna"}, {"text": "@anna"}), accounts())
    assert near.heard(anna(name="Anna")).tolist() == [False, True, True]


def test_an_account_named_by_handle_is_found_by_its_id_in_whatever_case() -> None:
    near = Near(
        posts({"author": WROTE}, {"reply_to_author": WROTE}, {"mentions": [WROTE]}, {}), accounts(("1001", "AnnaF"))
    )
    subject = anna(accounts=(AccountRef("x:@annaf"),))
    assert near.by((subject,)).tolist() == [True, False, False, False]
    assert near.about((subject,)).tolist() == [True, True, True, False]
    assert near.heard(subject).tolist() == [False, True, True, False]


def test_what_was_searched_for_somebody_is_about_them_and_nobody_is_near_nobody() -> None:
    near = Near(posts({"query": "anna"}, {"query": "lume"}, {}), accounts())
    assert near.heard(anna(queries=("anna",))).tolist() == [True, False, False]
    assert not np.any(near.about(()))
