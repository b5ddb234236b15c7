"""Whatever a server answers, a place says what it means or why not: never a traceback, never half a record."""

import copy
import json
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.places import (
    test_places_facebook_api,
    test_places_googleplus_api,
    test_places_instagram_api,
    test_places_mastodon_api,
    test_places_x_api,
)

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Where
from valore.places import places
from valore.places._answer import Answer, objects, things

_FACEBOOK, _INSTAGRAM = test_places_facebook_api, test_places_instagram_api
_GOOGLEPLUS, _MASTODON, _X = test_places_googleplus_api, test_places_mastodon_api, test_places_x_api
ANSWERS: dict[str, Any] = {
    "mastodon": [
        _MASTODON._status(reblog=_MASTODON._status("2")),
        _MASTODON._status(quote={"quoted_status": _MASTODON._status("3")}, in_reply_to_id="2"),
        {"type": "favourite", "account": _MASTODON._OTHER, "created_at": "2024-03-02", "status": _MASTODON._status()},
        {"notification_groups": [{"type": "reblog", "status_id": "1"}], "accounts": [], "statuses": []},
        {"@context": "x", "type": "Announce", "actor": "https://a", "object": {"type": "Note", "content": "x"}},
    ],
    "x": [
        _X._tweet(retweeted_status=_X._tweet("2"), quoted_status=_X._tweet("3")),
        _X._tweet(truncated=True, extended_tweet={"full_text": "x", "entities": {}}),
        _X._user(status={k: v for k, v in _X._tweet().items() if k != "user"}),
        {"delete": {"status": {"id_str": "1763471234567890000", "user_id_str": "1"}}},
    ],
    "facebook": {
        "data": [
            _FACEBOOK._post(
                comments=_FACEBOOK._hung(_FACEBOOK._comment(comments=_FACEBOOK._hung(_FACEBOOK._comment())), total=1),
                reactions=_FACEBOOK._hung({"id": "9", "name": "Bruno"}, total=1),
                attachments={"data": [{"media_type": "album", "subattachments": {"data": [{}]}}]},
                message_tags=[{"id": "1", "type": "page"}],
                insights={"data": [{"name": "post_clicks", "values": [{"value": 1}]}]},
            ),
            _FACEBOOK._comment(permalink_url="https://www.facebook.com/5/posts/1/?comment_id=7"),
        ]
    },
    "instagram": {
        "data": [
            _INSTAGRAM._medium(children={"data": [{}]}, comments={"data": [_INSTAGRAM._comment()]}),
            _INSTAGRAM._comment(replies={"data": [_INSTAGRAM._comment()]}, media={"id": "1", "owner": {"id": "2"}}),
            {"business_discovery": {"id": "5", "username": "lume", "media": {"data": [_INSTAGRAM._medium()]}}},
        ]
    },
    "googleplus": {"items": [_GOOGLEPLUS._activity(), _GOOGLEPLUS._comment(), _GOOGLEPLUS._person()]},
    "feed": {
        "home_page_url": "https://a",
        "authors": [{"name": "x"}],
        "items": [{"id": "7", "date_published": "2024-03-01"}],
    },
}
PLACES = places()
_JSON = st.recursive(
    st.sampled_from(["\ud800", "9" * 40, float("nan"), 1e300, "https://x.example/\ud83d"])
    | st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "url", "data", "text"]), inner),
    max_leaves=4,
)


def _spoilt(value: Any, chance: st.DataObject) -> Any:
    """Put something else in the place of one part of an answer."""
    value = copy.deepcopy(value)
    parts = [p for p in [{"": value}, *objects(value)] if p]
    part = chance.draw(st.sampled_from(parts))
    part[chance.draw(st.sampled_from(sorted(part)))] = chance.draw(_JSON)
    return parts[0][""]


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_as_it_should_be_is_read(name: str) -> None:
    found = list(PLACES[name].normalise(Raw("api", Where("answer", ""), ANSWERS[name])))
    assert any(isinstance(r, Post) for r in found)


@pytest.mark.parametrize("name", sorted(ANSWERS))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chance=st.data())
def test_a_spoilt_answer_gives_whole_records_or_faults(name: str, chance: st.DataObject) -> None:
    value = _spoilt(ANSWERS[name], chance)
    for record in PLACES[name].normalise(Raw("api", Where("answer", ""), Answer(value, 5, "1001"))):
        assert isinstance(record, Post | Account | Interaction | Observation | Fault)
        assert _unsound(record) == {}
        assert isinstance(record, Interaction | Fault) or record.id
        if isinstance(record, Interaction):
            assert record.target or record.target_author


def _unsound(record: Post | Account | Interaction | Observation | Fault) -> dict[str, Any]:
    """Return the fields that a table could not hold: of another kind, or a larger number."""
    fields = get_type_hints(type(record))
    return {k: v for k, v in record._asdict().items() if not _held(v, fields[k]) or (k in _NEEDED and not v)}


def _held(value: Any, kind: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return kind in (bool, bool | None) if value is not None else type(None) in get_args(kind)
    if isinstance(value, int):
        return kind in (int, int | None) and -(2**63) <= value < 2**63
    if isinstance(value, Where):
        return True
    texts = [value] if kind in (str, str | None) else value if type(value) is tuple else [None]
    return (type(value) is str or get_origin(kind) is tuple) and all(type(t) is str and _written(t) for t in texts)


def _written(text: str) -> bool:
    """Say whether a text can be stored: no half of a pair in it."""
    return text.encode("utf-8", "replace").decode() == text


_NEEDED = ("author", "actor", "place", "reason")


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_same_answer_always_means_the_same(name: str) -> None:
    raw = Raw("api", Where("answer", ""), json.loads(json.dumps(ANSWERS[name])))
    assert list(PLACES[name].normalise(raw)) == list(PLACES[name].normalise(raw))


def test_the_parts_of_an_answer_have_pointers() -> None:
    assert list(things([1, {}], "/data")) == [("/data/0", 1), ("/data/1", {})]
    assert list(things({}, "")) == [("", {})]
