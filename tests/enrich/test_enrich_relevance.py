"""Whether a post is about the subject."""

import pyarrow as pa

from valore.enrich import enrichers
from valore.enrich.training._subjects import reliable

LAMPS = "lamps light design office desk lighting showroom"


def related(texts: list[str], subject: str, homepage: str = LAMPS) -> list[dict[str, object]]:
    n = len(texts)
    told = {"subject": [subject] * n, "subject_homepage": [homepage] * n}
    return list(
        enrichers()["relevance"].enrich(pa.record_batch({"text": texts, "language": ["en"] * n, **told})).to_pylist()
    )


def test_a_post_near_what_the_subject_does_is_likelier_about_it() -> None:
    near, far = related(
        ["The new Jade desk lamp gives a warm light in my office", "Jade and I went to the beach with her brother"],
        "Jade",
    )
    assert near["relevance_p_related"] > far["relevance_p_related"]  # type: ignore[operator]


def test_the_reason_says_how_the_subject_is_named() -> None:
    full, part, handle, none = related(
        ["Anna Ferri draws lamps", "Ferri draws lamps", "hello @xxferri2001", "A lamp and a chair"], "Anna Ferri"
    )
    assert str(full["relevance_reason"]).startswith("names the subject")
    assert str(part["relevance_reason"]).startswith("names the subject only in part")
    assert str(handle["relevance_reason"]).startswith("names the subject only inside another handle")
    assert str(none["relevance_reason"]).startswith("does not name the subject")


def test_reliability_and_sensitivity_punish_a_model_that_calls_all_related() -> None:
    """One subject with both classes, all called related: one precision and one recall are 0."""
    import numpy as np

    assert reliable(np.array([[[9, 0], [1, 0]]])) == 0
    assert reliable(np.array([[[9, 0], [0, 1]]])) == 1
    assert reliable(np.array([[[10, 0], [0, 0]]])) == 1
    half = reliable(np.array([[[8, 2], [2, 8]]]))
    assert abs(half - 0.64) < 1e-9
