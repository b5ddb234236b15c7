"""How soon somebody should look at a post."""

import pyarrow as pa

from valore.enrich import enrichers

CALM = "Listening to Lume while I cook, nice song"
GRAVE = "Lume bank scandal: prosecutors investigate the board for fraud, shares crash and customers protest"


def said(texts: list[str]) -> list[dict[str, object]]:
    batch = pa.record_batch({"text": texts, "language": ["en"] * len(texts), "subject": ["Lume"] * len(texts)})
    return list(enrichers()["priority"].enrich(batch).to_pylist())


def test_a_scandal_is_more_urgent_than_a_song() -> None:
    calm, grave = said([CALM, GRAVE])
    assert grave["priority_p_alert"] > calm["priority_p_alert"]  # type: ignore[operator]
    assert calm["priority"] != "alert"


def test_an_alert_may_be_raised_before_it_is_the_likeliest_class() -> None:
    for row in said([CALM, GRAVE]):
        assert row["priority"] in ("alert", "undecided", row["priority_best"])
