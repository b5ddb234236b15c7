"""The terms of places are asked before anything is joined, labelled or learned."""

from dataclasses import replace

import pytest

from valore.flows._allowed import HOLDERS, SENSITIVE, joining, kept_themes, may_suggest, untrained
from valore.model.links import Evidence
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


def test_sensitive_themes_are_no_labels_of_anybody() -> None:
    themes = ("sport", *sorted(SENSITIVE), "weather")
    assert kept_themes("open", themes, KNOWN) == themes
    assert kept_themes("asks", themes, KNOWN) == kept_themes("shut", themes, KNOWN) == ("sport", "weather")
    assert all(kept_themes(place, themes) == ("sport", "weather") for place in places())


def test_a_model_learns_only_where_the_place_allows_it() -> None:
    assert untrained(KNOWN) == ("asks", "shut")
