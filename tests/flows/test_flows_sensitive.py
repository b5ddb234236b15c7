"""What a single post is about is not said where it is sensitive."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from tests.flows.test_flows_enriching import Workspace, posts

from valore.enrich import enrichers
from valore.flows._allowed import SENSITIVE
from valore.flows.enriching import enrich
from valore.model.schemas import POSTS

SAID = (
    "Il parlamento ha votato la fiducia al governo dopo le elezioni.",
    "Il vescovo ha celebrato la messa di Pasqua in cattedrale.",
    "I medici dell'ospedale curano i malati di diabete con un nuovo farmaco.",
    "La polizia ha arrestato il ladro per la rapina in banca.",
    "Il sindacato proclama lo sciopero dei metalmeccanici per il contratto.",
    "La squadra ha vinto la partita di calcio con due gol.",
)


def test_no_stored_theme_of_a_post_is_sensitive_and_none_is_read_twice(tmp_path: Path) -> None:
    said = pa.record_batch({"text": [*SAID], "language": ["it"] * 6})
    frank = enrichers()["theme"].enrich(said)["theme"].to_pylist()
    assert len(SENSITIVE & set(frank)) >= 3, frank
    space: Any = Workspace(tmp_path)
    one = posts([(str(n), text, None) for n, text in enumerate(SAID)])
    other = posts([(str(n), text, None) for n, text in enumerate(SAID)], first=10)
    there = other.set_column(1, POSTS.field("place"), pa.array(["mastodon"] * 6))
    space.lake.commit({"posts": pa.concat_tables([one, there])}, source="s", number=0)
    assert enrich(space, ["theme"]).written["theme"] == 12
    told = space.lake.snapshot().table("annotations", filter=pc.field("enricher") == "theme")
    assert SENSITIVE.isdisjoint(told["label"].to_pylist())
    assert told.filter(pc.is_null(told["label"]))["p"].null_count == told["label"].null_count
    assert told["label"].to_pylist().count("sport") == 2
    assert enrich(space, ["theme"]).written == {}
