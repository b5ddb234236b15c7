"""The engine: what it reads, what it refuses, and that order never matters."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.engine import Engine, Source
from valore.engine.dialect import DUCKDB, literal, render, text
from valore.errors import Rewritten, UnknownName
from valore.model.schemas import ANNOTATIONS, POSTS

NAMES = sorted(
    f.name.removesuffix(".sql") for f in (files("valore.engine") / "sql").iterdir() if f.name.endswith(".sql")
)
AT = datetime(2025, 3, 1, 12, tzinfo=UTC)


def posts(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Return posts; what a row does not say is ordinary."""
    ordinary: dict[str, Any] = {
        "place": "x", "author": 1, "published": AT, "kind": "Note", "revision": 0, "weight": 1, "digest": 0,
        "edition": 0, "source": "s", "month": "2025-03",
    }  # fmt: skip
    return pa.Table.from_pylist([{**ordinary, "id": str(r["key"]), **r} for r in rows], schema=POSTS)


def shown(source: Source) -> list[tuple[int, str | None]]:
    with Engine({"posts": source}) as engine:
        rows = engine.query("select key, text from posts order by key").to_pylist()
    return [(r["key"], r["text"]) for r in rows]


@settings(max_examples=25, deadline=None)
@given(st.permutations([(0, 1, "a"), (0, 2, "b"), (5, 1, "c"), (5, 1, "d"), (3, 9, "e")]))
def test_the_newest_edition_is_the_state_whatever_order_the_editions_came_in(
    editions: list[tuple[int, int, str]],
) -> None:
    rows = [
        {"key": 7, "revision": r, "weight": w, "digest": ord(said), "text": said, "edition": n}
        for n, (r, w, said) in enumerate(editions)
    ]
    assert shown(Source(table=posts(rows), edited=True)) == [(7, "d")]


def test_a_deleted_post_is_hidden_and_its_earlier_edition_too() -> None:
    rows = [
        {"key": 1, "text": "said"},
        {"key": 1, "revision": 9, "deleted": AT, "edition": 1},
        {"key": 2, "text": "stays"},
    ]
    assert shown(Source(table=posts(rows), edited=True)) == [(2, "stays")]


def test_the_tenth_version_of_a_model_is_newer_than_the_ninth() -> None:
    said = [("polarity", "polarity@9.2"), ("polarity", "polarity@10.2"), ("vendor:ear", "ear@1")]
    rows = [{"about": 1, "subject": "", "enricher": e, "version": v, "month": "2025-03"} for e, v in said]
    told = pa.Table.from_pylist(rows, schema=ANNOTATIONS)
    with Engine({"posts": Source(table=posts([{"key": 1}])), "annotations": Source(table=told)}) as engine:
        assert engine.ask("models").to_pylist() == [{"enricher": "polarity", "version": "polarity@10.2"}]


def test_files_of_a_partitioned_table_are_read_as_the_table_itself(tmp_path: Path) -> None:
    table = posts([{"key": 1, "text": "one"}, {"key": 2, "text": None}])
    folder = tmp_path / "month=2025-03"
    folder.mkdir()
    pq.write_table(table.drop_columns(["month"]), folder / "a.parquet")
    with Engine({"posts": Source(files=(str(folder / "a.parquet"),))}) as engine:
        read = engine.query("select * from posts order by key")
    assert read.select(POSTS.names).to_pylist() == table.to_pylist()


def test_a_file_that_went_meanwhile_is_told_with_what_to_do(tmp_path: Path) -> None:
    """An erasure removes files at once, whoever reads them."""
    path = tmp_path / "month=2025-03" / "a.parquet"
    path.parent.mkdir()
    pq.write_table(posts([{"key": 1, "text": "one"}]).drop_columns(["month"]), path)
    sources = {"posts": Source(files=(str(path),))}
    with Engine(sources) as engine:
        path.unlink()
        with pytest.raises(Rewritten, match="give the command again"):
            engine.query("select text from posts")
    with pytest.raises(Rewritten):
        Engine(sources)


def test_the_engine_opens_only_the_files_it_was_given_and_keeps_its_settings(tmp_path: Path) -> None:
    pq.write_table(pa.table({"secret": [1]}), tmp_path / "other.parquet")
    with Engine({}) as engine:
        for sql in (
            f"select * from read_parquet('{tmp_path}/other.parquet')",
            f"select * from read_text('{tmp_path}/other.parquet')",
            f"copy (select 1) to '{tmp_path}/out.csv'",
            f"attach '{tmp_path}/db.duckdb'",
            "set enable_external_access = true",
            "install httpfs",
        ):
            with pytest.raises(duckdb.Error):
                engine.query(sql)
        assert engine.query("select current_setting('TimeZone') as zone")["zone"][0].as_py() in ("UTC", "Etc/UTC")


def test_whole_numbers_come_back_as_whole_numbers() -> None:
    with Engine({}) as engine:
        assert engine.query("select sum(n) as n from (values (1), (2)) as t(n)").schema.field("n").type == pa.int64()


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_any_text_goes_into_a_statement_as_itself(said: str) -> None:
    clean = said.replace("\x00", "")
    with Engine({}) as engine:
        assert engine.query(f"select {literal(clean)} as said")["said"][0].as_py() == clean


def test_what_has_no_value_or_is_not_there_is_named() -> None:
    with pytest.raises(UnknownName, match="no parameter called 'subject'"):
        render("select {{subject}}", {})
    with pytest.raises(UnknownName, match="no macro called 'guess'"):
        render("select {{guess(a)}}", {})
    with pytest.raises(UnknownName, match="no statistic called 'mood'"):
        text("mood")


@pytest.mark.parametrize("name", NAMES)
def test_a_statistic_keeps_to_what_engines_share(name: str) -> None:
    said = text(name).lower()
    for own in ("hash(", "random(", "unnest(", "epoch", "list_", "regexp_", "date_trunc", "group by all", "qualify "):
        assert own not in said, f"{name}: {own} is one engine's own word; make it a macro"
    assert "::" not in said


def test_every_macro_is_used() -> None:
    used = "".join(text(name) for name in NAMES)
    assert not {macro for macro in DUCKDB if f"{{{{{macro}(" not in used}
