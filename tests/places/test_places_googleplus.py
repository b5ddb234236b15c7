"""Google+'s archives, as JSON and as pages, and what they may keep of other people."""

import json
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Cursor, Fault, Interaction, Observation, Post, Raw, Record
from valore.model.source import Match
from valore.places.googleplus import GooglePlus
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "googleplus"
LANGUAGES = ("it", "en", "de", "fr", "es", "pt")
ANNA, BRUNO, CARLA = (f"100000000000000000{n}" for n in ("101", "202", "303"))
HOME = "https://plus.google.com/+AnnaFerri/posts"


def opened(path: Path) -> tuple[Match | None, list[Record | Fault | Cursor]]:
    place, found = GooglePlus(), list[Record | Fault | Cursor]()
    with open_export(path) as export:
        match = place.sniff(export)
        for item in place.read(export, match) if match is not None else ():
            found.extend(place.normalise(item) if isinstance(item, Raw) else [item])
    return match, found


def posts(found: list[Record | Fault | Cursor]) -> dict[str, Post]:
    return {r.id: r for r in found if isinstance(r, Post)}


def acts(found: list[Record | Fault | Cursor]) -> set[tuple[str, str, str | None]]:
    return {(r.kind, r.actor, r.target) for r in found if isinstance(r, Interaction)}


def post(**more: Any) -> dict[str, Any]:
    return {
        "url": f"{HOME}/P",
        "creationTime": "2015-03-01 09:30:00+0000",
        "author": {"displayName": "Anna", "resourceName": f"users/{ANNA}"},
        "content": "Carta",
        "postAcl": {"visibleToStandardAcl": {"circles": [{"type": "CIRCLE_TYPE_PUBLIC"}]}},
    } | more


def put(folder: Path, value: object, name: str = "Takeout/Stream/Posts/uno.json") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_posts_comments_and_acts_are_read_by_name(language: str) -> None:
    match, found = opened(SAMPLES / f"json-{language}")
    assert match is not None
    assert match.variant == "takeout-json"
    known = posts(found)
    first = known[f"{HOME}/POST1"]
    assert (first.author, first.visibility, first.links) == (ANNA, "public", ("https://lume.example/blog",))
    assert first.text is not None
    assert first.text.endswith("😀 #carta")
    assert "<" not in first.text
    answer = known["z11#c1"]
    assert (answer.author, answer.reply_to, answer.text) == (BRUNO, first.id, "Bravissima! <3")
    assert ("like", CARLA, first.id) in acts(found)
    assert ("repost", "100000000000000000505", first.id) in acts(found)
    counts = {o.id: (o.likes, o.replies, o.reposts) for o in found if isinstance(o, Observation)}
    assert counts[first.id] == (2, 2, 1)
    assert counts[f"{HOME}/POST3"] == (None, None, None)


@pytest.mark.parametrize("variant", [f"{form}-{language}" for form in ("json", "html") for language in LANGUAGES])
def test_other_people_are_kept_only_where_the_post_was_public(variant: str) -> None:
    match, found = opened(SAMPLES / variant)
    assert match is not None
    assert "SEGRETO" not in str(found)
    assert any(p.author == BRUNO for p in posts(found).values())
    counts = [o for o in found if isinstance(o, Observation)]
    assert all(o.likes for o in counts if o.likes is not None)
    assert "private" in match.skipped.values() or not match.skipped


def test_passing_another_on_without_a_word_is_an_act() -> None:
    _, found = opened(SAMPLES / "json-it")
    original = "https://plus.google.com/100000000000000000909/posts/ORIG"
    assert ("repost", ANNA, original) in acts(found)
    assert posts(found)[original].author == "100000000000000000909"
    assert f"{HOME}/POST3" not in posts(found)


def test_passing_another_on_with_words_is_a_quote(tmp_path: Path) -> None:
    shared = {"url": "https://plus.google.com/909/posts/O", "author": {"resourceName": "users/909"}}
    _, found = opened(put(tmp_path, post(resharedPost=shared)))
    assert [(p.quote_of, p.quote_of_author) for p in posts(found).values()] == [(shared["url"], "909")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_the_same_as_the_json(language: str) -> None:
    _, json_found = opened(SAMPLES / f"json-{language}")
    match, found = opened(SAMPLES / f"html-{language}")
    assert match is not None
    assert match.variant == "takeout-html"
    page = posts(found)[f"{HOME}/POST4"]
    original = posts(json_found)[f"{HOME}/POST1"]
    assert page.text is not None
    assert original.text is not None
    assert page.text.removesuffix(" & basta") == original.text.removesuffix(" #carta")
    assert (page.visibility, page.links, page.author) == ("public", ("https://lume.example/blog",), "@annaferri")
    assert ("like", CARLA, page.id) in acts(found)


def test_the_activity_log_holds_what_the_owner_did_elsewhere() -> None:
    _, found = opened(SAMPLES / "html-it")
    likes = {target for kind, actor, target in acts(found) if kind == "like" and actor == "@annaferri"}
    original = "https://plus.google.com/100000000000000000909/posts/ORIG"
    assert likes == {original, "https://plus.google.com/+Nitida/posts/N1"}
    comment = next(p for p in posts(found).values() if p.text == "Che bella carta!")
    assert (comment.author, comment.reply_to) == ("@annaferri", original)


@pytest.mark.parametrize(
    ("acl", "visibility"),
    [
        ({"isPublic": True}, "public"),
        ({"visibleToStandardAcl": {"circles": [{"type": "CIRCLE_TYPE_YOUR_CIRCLES"}]}}, "followers"),
        ({"visibleToStandardAcl": {"circles": [{"type": "CIRCLE_TYPE_USER_CIRCLE"}]}}, "private"),
        ({"visibleToStandardAcl": {}}, "private"),
        ({"communityAcl": {}}, "group"),
        ({"collectionAcl": {"isPublic": True}}, "public"),
        ({"collectionAcl": {}}, "followers"),
        ({"eventAcl": {}}, "private"),
        (None, None),
    ],
)
def test_who_could_read_a_post_is_understood(
    acl: dict[str, Any] | None, visibility: str | None, tmp_path: Path
) -> None:
    stranger = {
        "creationTime": "2015-03-01 10:00:00+0000",
        "author": {"resourceName": "users/202"},
        "content": "x",
        "commentActivityId": "c",
    }
    _, found = opened(put(tmp_path, post(postAcl=acl, comments=[stranger])))
    assert posts(found)[f"{HOME}/P"].visibility == visibility
    assert ("c" in posts(found)) == (visibility == "public")
    assert any(isinstance(a, Account) and a.id == "202" for a in found) == (visibility == "public")


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"creationTime": "mai"}, "no_date"), ({"author": {}}, "no_author"), ({"url": "", "activityId": None}, "no_id")],
)
def test_a_post_without_what_it_needs_is_a_fault(more: dict[str, Any], reason: str, tmp_path: Path) -> None:
    _, found = opened(put(tmp_path, post(**more)))
    assert [f.reason for f in found if isinstance(f, Fault)] == [reason]
    assert not posts(found)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.97])
def test_a_cut_file_gives_faults_and_the_others_are_read(share: float, tmp_path: Path) -> None:
    for form in ("json", "html"):
        source = next((SAMPLES / f"{form}-it").rglob(f"*.{form}")).read_text(encoding="utf-8")
        put(tmp_path, source[: int(len(source) * share)], f"Takeout/Posts/tagliato.{form}")
    put(tmp_path, post())
    assert f"{HOME}/P" in posts(opened(tmp_path)[1])


def test_a_page_may_not_name_entities_or_files(tmp_path: Path) -> None:
    secret = put(tmp_path, "parola-segreta", "secret.txt") / "secret.txt"
    source = next((SAMPLES / "html-it").rglob("*quattro.html")).read_text(encoding="utf-8")
    evil = source.replace("<!DOCTYPE html>", f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]>').replace(
        "basta", "&x;"
    )
    _, found = opened(put(tmp_path, evil, "Takeout/Posts/quattro.html"))
    assert "parola-segreta" not in str(found)
    assert posts(found) or [f.reason for f in found if isinstance(f, Fault)] == ["no_id"]


def test_other_json_is_not_taken_for_an_archive(tmp_path: Path) -> None:
    put(tmp_path, {"author": "anna", "creationTime": "2015-03-01"}, "a.json")
    put(tmp_path, "<html><body>plus.google.com</body></html>", "b.html")
    assert opened(tmp_path)[0] is None
