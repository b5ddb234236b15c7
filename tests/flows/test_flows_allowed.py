"""The terms of places are asked before anything is joined or labelled."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from valore.flows._allowed import HOLDERS, SENSITIVE, joining, may_suggest, permitted
from valore.model.links import Evidence
from valore.model.schemas import ANNOTATIONS
from valore.places import Policy, places

OPEN = Policy(
    terms="Ours.", retention_days=None, may_derive=True, may_combine=True,
    art9="free", link_identity="free", model_training=True,
)  # fmt: skip
KNOWN = {
    "open": OPEN,
    "also": OPEN,
    "asks": replace(OPEN, link_identity="consent", art9="aggregate", model_training=False),
    "shut": replace(OPEN, link_identity="never", art9="never", model_training=False),
}


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("open", "also", "free"),
        ("open", "asks", "consent"),
        ("asks", "shut", "never"),
        ("shut", "open", "never"),
        ("shut", "shut", "free"),
        ("open", "elsewhere", "consent"),
    ],
)
def test_the_stricter_of_two_places_counts(one: str, other: str, rule: str) -> None:
    assert joining(one, other, KNOWN) == joining(other, one, KNOWN) == rule


@pytest.mark.parametrize("kind", Evidence)
def test_where_the_holder_must_agree_their_own_word_has_to_speak_for_it(kind: Evidence) -> None:
    assert may_suggest("open", "also", [kind], KNOWN)
    assert may_suggest("open", "asks", [kind], KNOWN) == (kind in HOLDERS)
    assert may_suggest("asks", "open", [Evidence.SAME_NAME, kind], KNOWN) == (kind in HOLDERS)
    assert not may_suggest("shut", "open", [kind], KNOWN)


POSTS = pa.table({"key": [1, 2, 3, 4], "place": ["open", "asks", "shut", "elsewhere"]})


def labels(theme: str | None, enricher: str = "theme") -> pa.Table:
    """Return the same label of every post."""
    told = {"about": [4, 3, 2, 1], "subject": [""] * 4, "enricher": [enricher] * 4, "version": ["theme@1"] * 4}
    more = {"label": [theme] * 4, "value": [0.5] * 4, "p": [[0.75, 0.25]] * 4, "other": [7] * 4, "vector": [b""] * 4}
    return pa.table({**told, **more, "reason": ["a word"] * 4, "month": ["2025-01"] * 4}, schema=ANNOTATIONS)


@pytest.mark.parametrize("theme", [*sorted(SENSITIVE), None])
def test_a_sensitive_theme_is_no_label_of_a_single_post_and_none_shows_through(theme: str | None) -> None:
    left = permitted(labels(theme), POSTS, KNOWN)
    assert left.schema == ANNOTATIONS
    assert left["about"].to_pylist() == [4, 3, 2, 1]
    assert left["label"].to_pylist() == [None, None, None, theme]
    assert [p is None for p in left["p"].to_pylist()] == [True, True, True, False]
    assert left["reason"].to_pylist() == [None, None, None, "a word"]


def test_other_themes_and_other_labels_stay_as_they_were() -> None:
    assert permitted(labels("sport"), POSTS, KNOWN).equals(labels("sport"))
    assert permitted(labels("health", "polarity"), POSTS, KNOWN).equals(labels("health", "polarity"))


def test_no_place_lets_a_single_post_be_labelled_so() -> None:
    everywhere = pa.table({"key": [*range(len(places()))], "place": [*places()]})
    about = pa.array([0] * 4, pa.int64())
    for number in everywhere["key"].to_pylist():
        told = labels("religion").set_column(0, ANNOTATIONS.field("about"), pc.add(about, number))
        assert permitted(told, everywhere)["label"].null_count == 4
