"""How soon somebody should look at a post."""

import pyarrow as pa

from valore.enrich import enrichers
from valore.enrich.priority import alerted

CALM = "Listening to Lume while I cook, nice song"
GRAVE = "Lume bank scandal: prosecutors investigate the board for fraud, shares crash and customers protest"


def said(texts: list[str]) -> list[dict[str, object]]:
    batch = pa.record_batch({"text": texts, "language": ["en"] * len(texts), "subject": ["Lume"] * len(texts)})
    return list(enrichers()["priority"].enrich(batch).to_pylist())


def test_a_scandal_is_more_urgent_than_a_song() -> None:
    calm, grave = said([CALM, GRAVE])
    assert grave["priority_p_alert"] > calm["priority_p_alert"]  # type: ignore[operator]
    assert calm["priority_best"] != "alert"


def test_who_watches_may_be_alerted_before_an_alert_is_the_likeliest_class() -> None:
    found = [r["priority_p_alert"] for r in said([GRAVE])]
    answer = pa.record_batch({"priority_p_alert": pa.array([*found, 0.0, None], pa.float32())})
    assert alerted(answer).to_pylist() == [True, False, None]
