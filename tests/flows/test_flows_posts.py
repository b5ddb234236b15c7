"""The list behind every number: which posts, with what is known of them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from valore.errors import UnknownName
from valore.flows.posts import posts
from valore.flows.space import Space, create
from valore.flows.subjects import declare
from valore.model.batch import Gather
from valore.model.keys import key
from valore.model.records import Account, Observation, Post
from valore.model.schemas import ANNOTATIONS

DAY = 86_400_000_000
START = 1_735_689_600_000_000
"""2025-01-01T00:00:00Z."""


def post(name: str, by: str, text: str | None, day: float = 0, **more: object) -> Post:
    return Post("x", name, by, START + int(day * DAY), "/0", text=text)._replace(**more)  # type: ignore[arg-type]


TOLD = (
    Account("x", "1001", "/0", handle="AnnaFerri", name="Anna Ferri"),
    Account("x", "2", "/0", handle="carla"),
    post("own", "1001", "Una lettera di carta", 1, language="it"),
    post("named", "2", "Che bella la lettera di ANNA FERRI!", 2),
    post("inside", "2", "Giovanna Ferrini canta", 2.1),
    post("answer", "2", "Grazie", 3, reply_to="own", reply_to_author="1001"),
    post("quoted", "3", "Ecco", 4, quote_of="own", quote_of_author="1001"),
    post("addressed", "3", "@annaferri ciao", 5, mentions=("1001",)),
    post("asked", "3", "Carta?", 6, query="anna"),
    post("other", "3", "Il tempo è 100% bello", 7, place="mastodon"),
    post("gone", "2", None, 8, deleted=START + 9 * DAY),
    post("better", "2", "prima", 9),
    post("better", "2", "seconda", 9, updated=START + 10 * DAY),
    Observation("x", "own", "/0", seen=START + 2 * DAY, likes=3),
    Observation("x", "own", "/0", seen=START + 3 * DAY, likes=5, replies=0),
)


@pytest.fixture
def space(tmp_path: Path) -> Space:
    made = create(tmp_path, "lume")
    gather = Gather("told")
    for record in TOLD:
        gather.add(record, "told")
    made.lake.commit(gather.take(), source="told", number=0)
    declare(made, "anna", accounts=("x:@annaferri",), aliases=("Anna Ferri",), queries=("anna",))
    return made


def label(
    space: Space, name: str, value: str | None, *, subject: str = "", version: int = 1, by: str = "polarity"
) -> None:
    about = key("x", name)
    row = {"about": about, "subject": subject, "enricher": by, "version": f"{by}@{version}", "label": value}
    table = pa.Table.from_pylist([{**row, "month": "2025-01"}], schema=ANNOTATIONS)
    space.lake.commit({"annotations": table}, source=f"{by}{name}{subject}{version}", number=0)


def names(space: Space, **filters: object) -> list[str]:
    """Return native ids of the posts that are listed."""
    known = {key(p.place, p.id): p.id for p in TOLD if isinstance(p, Post)}
    return [known[k] for k in posts(space, **filters)["key"].to_pylist()]  # type: ignore[arg-type]


def test_the_newest_comes_first_and_what_was_deleted_is_gone(space: Space) -> None:
    assert names(space) == ["better", "other", "asked", "addressed", "quoted", "answer", "inside", "named", "own"]


def test_pages_follow_each_other(space: Space) -> None:
    pages = [names(space, limit=4, offset=at) for at in (0, 4, 8, 12)]
    assert [name for page in pages for name in page] == names(space, limit=None)
    assert [len(page) for page in pages] == [4, 4, 1, 0]


def test_a_subject_s_posts_are_those_by_it_and_about_it(space: Space) -> None:
    """By account (found by its handle), answer, quote, mention, query, and name as whole words."""
    assert names(space, subject="anna") == ["asked", "addressed", "quoted", "answer", "named", "own"]
    found = posts(space, subject="anna").to_pylist()
    assert [row["by_subject"] for row in found] == [False] * 5 + [True]
    with pytest.raises(UnknownName, match="tina"):
        posts(space, subject="tina")


def test_a_subject_of_whom_nothing_is_declared_has_no_posts(space: Space) -> None:
    declare(space, "elsa")
    assert names(space, subject="elsa") == []


def test_filters_are_joined(space: Space) -> None:
    assert names(space, place="mastodon") == ["other"]
    assert names(space, text="LETTERA") == ["named", "own"]
    assert names(space, text="LETTERA", subject="anna", until=date(2025, 1, 2)) == ["own"]


@pytest.mark.parametrize("text", ["100%", "' or true --", "%", "_", "\\", '"'])
def test_a_text_is_looked_for_as_it_stands(space: Space, text: str) -> None:
    assert names(space, text=text) == (["other"] if text in "Il tempo è 100% bello" else [])


def test_days_are_days_of_the_workspace(space: Space) -> None:
    """In Rome 2025-01-02 begins at 23:00Z of the day before; the last day is taken in."""
    assert names(space, since=date(2025, 1, 2), until=date(2025, 1, 2)) == ["own"]
    assert names(space, until=datetime(2025, 1, 2, tzinfo=UTC)) == [], "a moment is not taken in"
    assert names(space, until=datetime(2025, 1, 2, 0, 0, 1, tzinfo=UTC)) == ["own"]


def test_counts_are_the_largest_seen_and_missing_is_not_zero(space: Space) -> None:
    own = posts(space, subject="anna").to_pylist()[-1]
    assert (own["likes"], own["replies"], own["reposts"]) == (5, 0, None)
    assert (own["handle"], own["name"], own["language"]) == ("AnnaFerri", "Anna Ferri", "it")


def test_an_edited_post_is_listed_once_as_it_is_now(space: Space) -> None:
    assert posts(space, limit=1)["text"].to_pylist() == ["seconda"]


def test_the_newest_model_speaks_and_the_subject_s_reading_before_the_general_one(space: Space) -> None:
    label(space, "named", "neutral", version=9)
    label(space, "named", "positive", version=10)
    label(space, "answer", "negative")
    label(space, "answer", "positive", subject="anna")
    assert names(space, polarity="positive") == ["named"]
    assert names(space, polarity="positive", subject="anna") == ["answer", "named"]
    assert names(space, polarity="neutral") == []
    assert names(space, polarity="negative") == ["answer"]


def test_the_model_s_language_comes_before_the_declared_one(space: Space) -> None:
    assert names(space, language="it") == ["own"]
    label(space, "own", "en", by="language")
    assert names(space, language="it") == []
    assert names(space, language="en") == ["own"]


def test_what_is_known_of_an_author_stands_beside_the_post(space: Space) -> None:
    about = {"about": key("x", "2"), "subject": "", "enricher": "actor", "version": "actor@1", "label": "person"}
    table = pa.Table.from_pylist([{**about, "month": "undated"}], schema=ANNOTATIONS)
    space.lake.commit({"annotations": table}, source="actors", number=0)
    rows = {row["author"]: row["actor"] for row in posts(space).to_pylist()}
    assert rows == {key("x", "2"): "person", key("x", "1001"): None, key("x", "3"): None, key("mastodon", "3"): None}


def test_an_empty_workspace_lists_nothing(tmp_path: Path) -> None:
    empty = posts(create(tmp_path / "new", "lume"))
    assert empty.num_rows == 0
    assert "polarity" in empty.column_names
