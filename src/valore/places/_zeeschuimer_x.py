"""X as its web pages fetch it (GraphQL and, before 2023, adaptive searches): the parts of API v1.1 in other boxes."""

from collections.abc import Iterator, Mapping
from typing import Any

from valore.model.records import Fault, Instant, Observation, Post, Record, Where
from valore.places._answer import Answer
from valore.places._values import count, mapping, native, sequence
from valore.places._x_v1 import records as understood

_DEEP = 3
"""A post that quotes a post that passes on a post."""


def records(data: Mapping[str, Any], where: Where, seen: Instant | None) -> Iterator[Record | Fault]:
    """Yield the post, who wrote it and its counts, and the posts that it quotes or passes on."""
    whole = mapping(data, "tweet") or data
    status = _status(whole, _DEEP)
    if not status:
        yield Fault(where, "no_content" if "tombstone" in whole else "no_id")
        return
    views = count(mapping(whole, "views").get("count"), mapping(whole, "ext_views").get("count")) or None
    saves = count(mapping(whole, "legacy").get("bookmark_count"))
    thread = native(status.get("conversation_id_str")) or None
    for record in understood(Answer(status, seen), where):
        if isinstance(record, Post) and record.pointer == where.pointer:
            yield record._replace(thread=thread)
        elif isinstance(record, Observation) and record.pointer == where.pointer:
            yield record._replace(views=views, saves=saves)
        else:
            yield record


def _status(tweet: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """Return a post as API v1.1 has it; empty where it is none."""
    tweet = mapping(tweet, "tweet") or tweet
    legacy = mapping(tweet, "legacy")
    identity = native(tweet.get("rest_id")) or native(legacy.get("id_str"))
    if not identity or not legacy or not depth:
        return {}
    told = {**legacy, "id_str": identity, "user": _user(tweet)}
    for name in ("retweeted_status", "quoted_status"):
        inner = mapping(legacy, f"{name}_result", "result") or mapping(tweet, f"{name}_result", "result")
        if status := _status(inner, depth - 1):
            told[name] = status
        else:
            told.pop(name, None)
    note = mapping(tweet, "note_tweet", "note_tweet_results", "result")
    if isinstance(note.get("text"), str):
        told["full_text"] = note["text"]
        told["entities"] = {**mapping(legacy, "entities"), **mapping(note, "entity_set")}
    editions = sequence(tweet, "edit_control", "edit_tweet_ids")
    if editions and native(editions[0]):
        told["edit_info"] = {"edit": {"initialTweetId": native(editions[0])}}
    return told


def _user(tweet: Mapping[str, Any]) -> dict[str, Any]:
    """Return the author as API v1.1 has them; newer pages keep the names apart."""
    result = mapping(tweet, "core", "user_results", "result")
    if not result:
        return dict(mapping(tweet, "user"))
    legacy, core = mapping(result, "legacy"), mapping(result, "core")
    found = {**legacy, **core, "id_str": native(result.get("rest_id"))}
    place = mapping(result, "location").get("location")
    if isinstance(place, str):
        found["location"] = place
    for name, box in (("verified", "verification"), ("protected", "privacy")):
        if name in mapping(result, box):
            found[name] = mapping(result, box)[name]
    return found
