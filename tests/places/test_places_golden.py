"""The same things in two vocabularies: what we read from ActivityStreams 2 is what ActivityStreams 1 says.

The pairs are another project's. Many are fragments without an id, an author or a date; both sides are
lent the same ones, so that the rest can be compared.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.places.recorded import LENT, Read, folder, read

from valore.model.records import Account, Fault, Interaction, Post, Raw, Record, Where
from valore.model.text import plain
from valore.model.time import instant
from valore.places import bluesky, mastodon

_LENT = {"id": "https://lent.example/1", "published": LENT}
_ANNA = "https://lent.example/anna"
_ACTS = {"share": "repost", "like": "like", "favorite": "like", "follow": "follow"}
_POSTS = ("note", "article", "comment", "video", "question", "image")
_ACTORS = ("person", "organization")
_OTHERWISE = {"invalid_content_fields.feed.json": "words told plain and as HTML differ: we take the plain ones"}
_SILENT = ("invite", "rsvp-yes", "tag", "undo", "stop-following")
"""Acts that say nothing about posts or people: none of them may give a record."""


def _pairs() -> Iterator[tuple[str, Any, Any]]:
    """Yield name, ActivityStreams 2 and 1."""
    for path in sorted(folder("granary-activitystreams").glob("*.as2*.json")):
        stem = path.name.partition(".")[0]
        other = next(p for p in _others(path, stem) if p.exists())
        yield path.name, json.loads(path.read_text("utf-8")), json.loads(other.read_text("utf-8"))


def _others(path: Path, stem: str) -> list[Path]:
    ends = (".as-from-as2.json", ".as.json") if path.name.endswith(".as2.json") else (".as.json",)
    return [path.with_name(stem + end) for end in ends]


def _lent(thing: dict[str, Any], author: str, address: str = "url") -> dict[str, Any]:
    """Lend what a fragment lacks."""
    lent = {"published": _LENT["published"], author: _ANNA}
    return lent | ({} if thing.get("id") or thing.get(address) else {"id": _LENT["id"]}) | thing


def _said(thing: dict[str, Any]) -> list[Record | Fault]:
    return list(mastodon.PLUGIN.normalise(Raw("api", Where("golden", ""), thing)))


def _address(value: Any) -> Any:
    """Return how ActivityStreams 1 names a thing: a text, or None."""
    if isinstance(value, list):
        return _address(value[0]) if value else None
    if isinstance(value, dict):
        return _address(value.get("id") or value.get("url") or value.get("urls") or value.get("value"))
    return value


def _words(*parts: str | None) -> str:
    return "\n\n".join(filter(None, (plain(p or "") for p in parts)))


def _post(as2: dict[str, Any], as1: dict[str, Any]) -> tuple[Any, Any]:
    """Return what we read of a post, and what the other side says of it."""
    as1 = _lent(as1, "author")
    found = next(r for r in _said(_lent(as2, "attributedTo")) if isinstance(r, Post))
    people = [t for t in as1.get("tags", []) if t.get("objectType") in ("person", "mention")]
    tags = [t for t in as1.get("tags", []) if t not in people and "displayName" in t]
    quoted = [a for a in as1.get("attachments", []) if a.get("objectType") == "note"]
    read = (
        *(found.id, found.author, found.published, found.updated, found.text, found.title, found.url),
        *(found.reply_to, found.quote_of, found.tags, found.mentions),
    )
    told = (
        *(_address(as1), _address(as1["author"]), instant(as1["published"]), instant(as1.get("updated"))),
        *(_words(as1.get("summary"), as1.get("content")), as1.get("displayName"), _address(as1.get("url"))),
        *(_address(as1.get("inReplyTo")), _address(quoted), tuple(t["displayName"] for t in tags)),
        tuple(_address(p) for p in people),
    )
    return read, told


def _account(as2: dict[str, Any], as1: dict[str, Any]) -> tuple[Any, Any]:
    found = next(r for r in _said(_lent(as2, "actor")) if isinstance(r, Account))
    as1 = _lent(as1, "actor")
    handle = (found.handle or "").partition("@")[0] or None
    summary = as1.get("summary") or as1.get("description")
    read = found.id, found.name, found.url, found.bio, handle
    return read, (
        *(_address(as1), as1.get("displayName"), _address(as1.get("url") or as1.get("urls"))),
        *(plain(summary or "") or None, as1.get("username")),
    )


def _act(as2: dict[str, Any], as1: dict[str, Any]) -> tuple[Any, Any]:
    found = next(r for r in _said(_lent(as2, "actor")) if isinstance(r, Interaction))
    as1 = _lent(as1, "actor")
    kind = _ACTS[as1["verb"]]
    target = _address(as1["object"])
    read = found.kind, found.actor, found.at, found.target_author if kind == "follow" else found.target
    return read, (kind, _address(as1["actor"]), instant(as1["published"]), target)


def _compared(as2: dict[str, Any], as1: dict[str, Any]) -> tuple[Any, Any] | None:
    """Return both sides of a pair, None for one that is about something else."""
    verb, kind = as1.get("verb"), as1.get("objectType")
    if verb in _ACTS:
        return _act(as2, as1)
    if verb in ("post", "update") and isinstance(as1.get("object"), dict):
        actor = as1["object"].get("objectType") in _ACTORS
        return _account(as2, as1["object"]) if actor else _post(as2["object"], as1["object"])
    how: dict[str, Callable[..., tuple[Any, Any]]] = dict.fromkeys(_POSTS, _post) | dict.fromkeys(_ACTORS, _account)
    return how[kind](as2, as1) if verb is None and kind in how else None


def test_golden_pairs_agree_field_by_field() -> None:
    differ, agreed = {}, 0
    for name, as2, as1 in _pairs():
        sides = _compared(as2, as1)
        if sides is not None:
            agreed += sides[0] == sides[1]
            if sides[0] != sides[1]:
                differ[name] = [pair for pair in zip(*sides, strict=True) if pair[0] != pair[1]]
    assert differ == {}
    assert agreed >= 25


def test_acts_that_are_none_of_ours_give_no_record() -> None:
    silent = [(name, as2) for name, as2, as1 in _pairs() if as1.get("verb") in _SILENT]
    assert len(silent) >= 6
    for name, as2 in silent:
        assert _said(_lent(as2, "actor")) == [], name


def _feeds() -> Iterator[tuple[str, Read, list[Any]]]:
    """Yield name, what we read of a feed, and what the other side says stands in it."""
    for ends in (
        (".feed.json", ".as-from-feed.json"),
        (".feed-from-as.json", ".as.json"),
        (".rss.xml", ".as-from-rss.json"),
    ):
        for path in sorted(folder("granary-activitystreams").glob(f"*{ends[0]}")):
            other = path.with_name(path.name.removesuffix(ends[0]) + ends[1])
            told = json.loads(other.read_text("utf-8"))
            yield path.name, read(path), told if isinstance(told, list) else told.get("items", [told])


def _author(as1: dict[str, Any]) -> Any:
    return as1.get("author") or as1.get("authors", [{}])[0]


def test_golden_feeds_agree_entry_by_entry() -> None:
    entries = 0
    for name, found, told in _feeds():
        assert len(found.posts) == len(told), (name, found.faults)
        for post, as1 in zip(found.posts, told, strict=True):
            _agree(name, post, found, as1)
            entries += 1
    assert entries >= 8


def _agree(name: str, post: Post, found: Read, as1: dict[str, Any]) -> None:
    """Compare what both sides tell; the feed writes pictures behind the words."""
    assert post.published == instant(as1.get("published", LENT)), name
    assert (post.text or "").startswith(plain(as1.get("content") or "")) == (name not in _OTHERWISE), name
    if _address(as1):
        assert post.id == _address(as1), name
    if as1.get("url"):
        assert post.url == _address(as1["url"]), name
    if as1.get("updated"):
        assert post.updated == instant(as1["updated"]), name
    author = _author(as1)
    if author.get("url"):
        assert post.author == author["url"], name
    elif author.get("displayName"):
        assert found.names[post.author] == author["displayName"], name


_ELSEWHERE = ("like.bsky.json", "like.bsky-from-as.json", "follow.bsky.json", "repost.bsky-from-as.json")
"""Acts upon addresses that no server of Bluesky would give: read as faults."""


def _skies() -> Iterator[tuple[str, list[Record | Fault], Any]]:
    """Yield name, what we read of Bluesky's own words, and what ActivityStreams 1 says."""
    for path in sorted(folder("granary-activitystreams").glob("*.bsky*.json")):
        stem = path.name.partition(".")[0]
        ends = (".as-from-bsky.json", ".as.json")[path.name.endswith("-from-as.json") :]
        other = next(p for p in (path.with_name(stem + end) for end in ends) if p.exists())
        value = json.loads(path.read_text("utf-8"))
        yield path.name, _sky(value), json.loads(other.read_text("utf-8"))


def _sky(value: dict[str, Any]) -> list[Record | Fault]:
    """Read a view; lend a record the address and a post the author that they lack."""
    kind, where = str(value["$type"]), Where("golden", "")
    if "#" not in kind:
        lent = {"createdAt": LENT} | value
        return list(bluesky.PLUGIN.normalise(Raw("record", where, (f"at://did:plc:lent/{kind}/3lent", lent))))
    post = {"author": {"did": "did:plc:lent", "handle": "lent.example"}} | value["post"]
    return list(bluesky.PLUGIN.normalise(Raw("api", where, value | {"post": post})))


def test_golden_pairs_of_bluesky_agree() -> None:
    agreed = 0
    for name, found, as1 in _skies():
        if name in _ELSEWHERE:
            assert [type(r) for r in found] == [Fault], name
        elif as1.get("objectType") == "person":
            account = next(r for r in found if isinstance(r, Account))
            assert (account.name, account.bio) == (as1["displayName"], as1.get("summary")), name
            agreed += 1
        else:
            _same_sky(name, found, as1)
            agreed += 1
    assert agreed >= 12


def _same_sky(name: str, found: list[Record | Fault], as1: dict[str, Any]) -> None:
    if as1.get("verb") == "share":
        act = next(r for r in found if isinstance(r, Interaction))
        assert (act.kind, act.actor, act.target) == ("repost", _address(as1["actor"]), _address(as1["object"])), name
        return
    post = next(r for r in found if isinstance(r, Post))
    quoted = [
        a for a in as1.get("attachments", []) if a.get("objectType") == "note" and "/app.bsky." in str(_address(a))
    ]
    assert post.text in (as1["content"], _cited(as1)), name
    assert "published" not in as1 or post.published == instant(as1["published"]), name
    assert (post.reply_to, post.quote_of) == (_address(as1.get("inReplyTo")), _address(quoted)), name


def _cited(as1: dict[str, Any]) -> str:
    """Return the words of a post with the summary as Bluesky's clients write it."""
    return f"[{as1.get('summary')}]\n\n{as1['content']}"
