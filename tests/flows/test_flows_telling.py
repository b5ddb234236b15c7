"""Why a post is read as it is: by whatever name it goes, of itself and of its author, in two languages."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from valore.errors import UnknownName
from valore.flows.telling import Said, tell
from valore.lake import Lake
from valore.model.keys import key
from valore.model.schemas import ACCOUNTS, ANNOTATIONS, POSTS
from valore.present.language import Words
from valore.present.page import Page, Table
from valore.present.pages.reasons import page

POST, ANNA = key("x", "p1"), key("x", "1001")
AT = datetime(2025, 2, 3, 9, 0, tzinfo=UTC)


class Workspace:
    """What telling asks of a workspace."""

    def __init__(self, folder: Path) -> None:
        self.lake = Lake(folder / "lake")


def filled(schema: pa.Schema, *rows: dict[str, Any]) -> pa.Table:
    empty = {"string": "", "int64": 0, "int32": 0}
    full = [{f.name: r.get(f.name, None if f.nullable else empty.get(str(f.type))) for f in schema} for r in rows]
    return pa.Table.from_pylist(full, schema=schema)


@pytest.fixture
def space(tmp_path: Path) -> Any:
    made = Workspace(tmp_path)
    post = {"key": POST, "place": "x", "id": "p1", "author": ANNA, "published": AT, "text": "Che bella lampada!",
            "url": "https://x.example/p1", "month": "2025-02"}  # fmt: skip
    anna = {"key": ANNA, "place": "x", "id": "1001", "handle": "annaferri"}
    common = {"about": POST, "enricher": "polarity", "month": "2025-02"}
    said = [
        common | {"version": "polarity@1", "label": "neutral", "p": [0.2, 0.5, 0.3]},
        common | {"version": "polarity@2", "label": "undecided", "p": [0.15, 0.4, 0.45], "reason": "bella"},
        {"about": ANNA, "enricher": "spam", "version": "spam@1", "label": "genuine", "p": [0.1, 0.9],
         "reason": "many tags, no bio", "month": "undated"},
    ]  # fmt: skip
    tables = {
        "posts": filled(POSTS, post),
        "accounts": filled(ACCOUNTS, anna),
        "annotations": filled(ANNOTATIONS, *said),
    }
    made.lake.commit(tables, source="s", number=0)
    return made


def cells(shown: Page) -> list[list[str]]:
    table = next(b for b in shown.blocks if isinstance(b, Table))
    return [[cell.text for cell in row] for row in table.rows]


@pytest.mark.parametrize("name", [str(POST), "p1", "x:p1", "https://x.example/p1"])
def test_a_post_is_found_by_any_of_its_names(name: str, space: Any) -> None:
    told = tell(space, name)
    assert (told.key, told.author) == (POST, "annaferri")
    assert [(s.enricher, s.version, s.of_author) for s in told.said] == [
        ("polarity", "polarity@2", False),
        ("spam", "spam@1", True),
    ]


def test_a_post_that_is_not_there_is_named_with_some_that_are(space: Any) -> None:
    with pytest.raises(UnknownName, match="x:p1"):
        tell(space, "' or true --")


def test_the_likeliest_classes_and_what_spoke_are_told_in_the_language_of_the_reader(space: Any) -> None:
    told = tell(space, "p1")
    post, author = cells(page(("x", told.author, AT, told.text), told.said, Words("en")))
    assert post[3] == "favourable 45%, neither for nor against 40%"
    assert post[4] == "bella"
    assert author[3:5] == ["genuine 90%", "many tags, no bio"]
    assert cells(page(("x", None, AT, None), told.said, Words("it")))[0][3].startswith("favorevole 45%")


def test_a_post_that_no_model_has_read_says_how_to_have_it_read() -> None:
    shown = page(("x", None, AT, None), (), Words("en"))
    assert "valore enrich" in str(shown.blocks)


def test_a_copy_names_the_post_that_it_repeats() -> None:
    copy = Said(enricher="near_duplicate", version="near_duplicate@2", of_author=False, subject="anna", label="copy",
                value=0.9, p={}, other=POST, reason=None)  # fmt: skip
    row = cells(page(("x", None, AT, None), (copy,), Words("en")))[0]
    assert str(POST) in row[4]
    assert "anna" in row[1]
