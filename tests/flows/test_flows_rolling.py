"""The rollup says what the facts say, and only touched months are made again."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from valore.engine import Engine, Source
from valore.flows.rolling import NAME, panel, refresh
from valore.flows.space import Space, create
from valore.model.batch import Gather
from valore.model.keys import key
from valore.model.records import Post

ANNA = key("x", "1001")


def post(name: str, by: str, month: int, day: int, to: str | None = None) -> Post:
    at = int(datetime(2025, month, day, 12, tzinfo=UTC).timestamp()) * 1_000_000
    return Post("x", name, by, at, "/0", text="ciao", reply_to_author=to)


def commit(space: Space, source: str, *posts: Post) -> None:
    gather = Gather(source)
    for one in posts:
        gather.add(one, source)
    space.lake.commit(gather.take(), source=source, number=0)


@pytest.fixture
def space(tmp_path: Path) -> Space:
    made = create(tmp_path, "studio")
    answers = [post(f"a{n}", str(n % 3), 2 + n % 2, 3 + n, to="1001") for n in range(10)]
    commit(made, "first", post("own", "1001", 2, 1), *answers, post("other", "7", 2, 5))
    return made


def test_the_panel_tells_what_the_facts_tell(space: Space) -> None:
    assert refresh(space.lake, [ANNA]) == ("2025-02", "2025-03")
    rows = panel(space.lake).to_pylist()
    assert sum(r["own"] for r in rows) == 1
    assert sum(r["replies"] for r in rows) == 10
    assert {r["account"] for r in rows} == {ANNA}
    assert all(r["week"].weekday() == 0 for r in rows)


def test_authors_of_a_day_are_counted_once(space: Space) -> None:
    commit(space, "again", *(post(f"b{n}", "1", 2, 20, to="1001") for n in range(4)))
    refresh(space.lake, [ANNA])
    with Engine({NAME: Source(files=space.lake.rollup_files(NAME))}) as engine:
        rows = engine.query("select authors, replies from days where day = date '2025-02-20'").to_pylist()
    assert rows == [{"authors": 1, "replies": 4}]


def test_only_months_that_were_touched_are_made_again(space: Space) -> None:
    refresh(space.lake, [ANNA])
    assert refresh(space.lake, [ANNA]) == ()
    commit(space, "later", post("late", "5", 3, 30, to="1001"))
    assert refresh(space.lake, [ANNA]) == ("2025-03",)
    assert sum(r["replies"] for r in panel(space.lake).to_pylist()) == 11


def test_following_other_accounts_makes_every_month_again(space: Space) -> None:
    refresh(space.lake, [ANNA])
    assert refresh(space.lake, [ANNA, key("x", "7")]) == ("2025-02", "2025-03")
