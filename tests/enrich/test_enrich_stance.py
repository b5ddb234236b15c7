"""What a post does, where it is plain; and the table of judgements, which holds no words."""

import csv
import re
from pathlib import Path

import pyarrow as pa
import pytest

from valore.enrich.stance import CLASSES, PLUGIN
from valore.enrich.training import stance as training


@pytest.mark.parametrize(
    ("text", "language", "does"),
    [
        ("Qualcuno sa quando riapre il negozio di Torino?", "it", "question"),
        ("which tram goes to the old harbour?", "en", "question"),
        ("Adoro questa lampada, è bellissima", "it", "opinion"),
        ("I love this lamp, what a wonderful piece of work", "en", "opinion"),
        ("Lume apre un negozio a Verona il 3 maggio http", "it", "report"),
        ("The council approved the new tram line on Tuesday http", "en", "report"),
        ("You bunch of liars, shame on you all", "en", "provocation"),
    ],
)
def test_what_is_plain_is_told(text: str, language: str, does: str) -> None:
    row = PLUGIN.enrich(pa.record_batch({"text": [text], "language": [language]})).to_pylist()[0]
    assert row["stance_best"] == does


def test_judgements_name_posts_by_a_hash_alone() -> None:
    path = Path(training.__file__).with_name("stance.csv")
    with path.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) >= 200
    assert all(re.fullmatch("[0-9a-f]{16}", row["post"]) for row in rows)
    assert {row["judged"] for row in rows} == {*CLASSES, "none", "disputed"}
