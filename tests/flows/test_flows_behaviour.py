"""How accounts act is counted from their posts: once, in any order, and nothing is said of who has none."""

from typing import Any

import numpy as np
import pyarrow as pa

from valore.flows._behaviour import behaviour

HOUR = 3_600_000_000
BULLETIN = "Meteo Torino: sereno, vento debole https://meteo.example"
POSTS = [
    (1, 1001, 0, BULLETIN),
    (2, 1001, 1, BULLETIN),
    (3, 1001, 2, "Meteo Torino: pioggia dal pomeriggio, temperature in calo #meteo"),
    (4, 2002, 1, "@meteo grazie! Domani porto l'ombrello?"),
    (5, 2002, 3, BULLETIN),
    (6, 3003, 4, None),
]
ACCOUNTS = pa.table({"key": pa.array([2002, 1001, 3003, 4004], pa.int64())})


def posts(rows: list[tuple[int, int, int, str | None]]) -> pa.Table:
    key, author, at, text = zip(*rows, strict=True)
    when = pa.array([1_600_000_000_000_000 + HOUR * a for a in at]).cast(pa.timestamp("us", "UTC"))
    return pa.table({"key": key, "author": author, "published": when, "text": pa.array(text, pa.string())})


def told(rows: list[tuple[int, int, int, str | None]]) -> dict[int, dict[str, Any]]:
    return {row["key"]: row for row in behaviour(ACCOUNTS, posts(rows)).to_pylist()}


def test_what_a_bulletin_does_is_counted() -> None:
    found = told(POSTS)[1001]
    assert found["posts_seen"] == 3
    assert found["repeated_share"] == 1 / 3
    assert found["copied_share"] == 0
    assert found["alike_share"] == 1
    assert found["linked_share"] == 2 / 3
    assert found["tags_each"] == 1 / 3
    assert found["times"] == [1_600_000_000, 1_600_003_600, 1_600_007_200]
    assert found["latest"].startswith("Meteo Torino: pioggia")


def test_a_copy_of_another_is_no_repetition() -> None:
    found = told(POSTS)[2002]
    assert (found["copied_share"], found["repeated_share"]) == (0.5, 0)
    assert (found["addressed_share"], found["marked_share"]) == (0.5, 0.5)


def test_who_has_no_post_and_who_has_no_words_are_not_guessed() -> None:
    found = told(POSTS)
    assert found[4004]["posts_seen"] is None
    assert found[4004]["times"] is None
    assert found[3003]["latest"] is None


def test_the_order_of_the_table_does_not_matter() -> None:
    shuffled = [POSTS[i] for i in np.random.default_rng(1).permutation(len(POSTS))]
    assert told(shuffled) == told(POSTS)


def test_no_posts_at_all_say_nothing() -> None:
    empty = posts(POSTS).slice(0, 0)
    assert behaviour(ACCOUNTS, empty)["posts_seen"].null_count == 4
