"""Facebook's archives, whatever the language and the year."""

import json
from pathlib import Path

import pytest

from valore.model.records import Account, Cursor, Fault, Post, Raw, Record, content_id
from valore.model.source import Match
from valore.places.facebook import Facebook
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "facebook"
LANGUAGES = ("it", "en", "de", "fr", "es", "pt")
START = 1_704_100_000


def opened(path: Path, since: Cursor | None = None) -> tuple[Match | None, list[Record | Fault | Cursor]]:
    place, found = Facebook(), list[Record | Fault | Cursor]()
    with open_export(path) as export:
        match = place.sniff(export)
        for item in place.read(export, match, since) if match is not None else ():
            found.extend(place.normalise(item) if isinstance(item, Raw) else [item])
    return match, found


def posts(found: list[Record | Fault | Cursor]) -> list[Post]:
    return [r for r in found if isinstance(r, Post)]


def put(folder: Path, name: str, value: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def element(text: str, at: int = START) -> dict[str, object]:
    return {"timestamp": at, "data": [{"post": text}], "title": "Anna"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_archive_is_understood_in_every_language(language: str) -> None:
    match, found = opened(SAMPLES / f"profile-2023-{language}")
    assert match is not None
    assert match.variant == "profile-2023-"
    written = posts(found)
    assert [p.kind for p in sorted(written, key=lambda p: p.published)] == ["Note", "Note", "Note", "Image", "Note"]
    assert {p.author for p in written} == {"@anna.ferri"}
    assert {p.published for p in written} == {(START + s) * 1_000_000 for s in (0, 1000, 2000, 90_000, 180_000)}
    assert not [f for f in found if isinstance(f, Fault)]
    assert [(a.handle, a.name) for a in found if isinstance(a, Account)] == [("anna.ferri", "Anna Ferri")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_keeps_the_damage_of_the_archive(language: str) -> None:
    _, found = opened(SAMPLES / f"profile-2023-{language}")
    text = " ".join(p.text or "" for p in posts(found))
    assert not [mark for mark in ("Ã", "Â", "â€", "ð") if mark in text.replace("NÃO", "")]
    assert "😀" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_friends_and_reactions_are_never_read(language: str) -> None:
    match, found = opened(SAMPLES / f"profile-2023-{language}")
    assert match is not None
    reasons = {name.rsplit("/", 1)[1]: why for name, why in match.skipped.items()}
    assert reasons["message_1.json"] == reasons["your_friends.json"] == "private"
    assert "likes_and_reactions_1.json" in reasons
    assert "SEGRETO" not in str(found)


def test_what_a_post_says_beside_its_words_is_kept() -> None:
    _, found = opened(SAMPLES / "profile-2023-it")
    first, comment, group, picture, link = sorted(posts(found), key=lambda p: p.published)
    assert first.tags == ("Tipografia",)
    assert first.links == ("https://lume.example/catalogo",)
    assert comment.text == "Bellissimo, ci sarò! Complimenti a Lume"
    assert comment.mentions == ("100200",)
    assert (comment.reply_to, comment.visibility, group.visibility) == (None, None, "group")
    assert (picture.media, picture.updated) == (1, (START + 90_100) * 1_000_000)
    assert (link.links, link.media) == (("https://lume.example/storia",), 0)


def test_the_years_before_and_the_page_are_read_too() -> None:
    for variant, author, number in (("profile-2022-en", "@anna.ferri", 5), ("page-it", "100200", 3)):
        match, found = opened(SAMPLES / variant)
        assert match is not None
        assert match.variant == variant.rsplit("-", 1)[0]
        assert [p.author for p in posts(found)] == [author] * number


def test_posts_under_labels_are_read_by_the_kind_of_their_values() -> None:
    _, found = opened(SAMPLES / "profile-label-values-it")
    by_id = {p.id: p for p in posts(found)}
    assert set(by_id) == {"9001", "9002", "9003", "9500"}
    assert by_id["9002"].kind == "Image"
    assert by_id["9003"].text == "Buongiorno città!"
    assert by_id["9500"].links == ("https://www.facebook.com/lume/posts/77",)


def test_the_id_is_made_of_what_the_archive_wrote_before_repair(tmp_path: Path) -> None:
    """A better repair must not make a second copy of ten years of posts."""
    raw = "perch\u00c3\u00a9"
    put(tmp_path, "facebook-anna-2024/posts/your_posts_1.json", [element(raw)])
    _, found = opened(tmp_path / "facebook-anna-2024")
    assert [(p.text, p.id) for p in posts(found)] == [("perché", content_id("@anna", START * 1_000_000, raw))]


def test_the_order_of_posts_does_not_change_them(tmp_path: Path) -> None:
    values = [element(f"frase {n}", START + n) for n in range(9)]
    put(tmp_path / "a", "facebook-anna/posts/your_posts_1.json", values)
    put(tmp_path / "b", "facebook-anna/posts/your_posts_1.json", values[::-1])
    one, two = ({p._replace(pointer="") for p in posts(opened(tmp_path / n / "facebook-anna")[1])} for n in "ab")
    assert one == two
    assert len(one) == 9


def test_a_bad_post_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    bad = [element("prima"), "niente", {"timestamp": 0, "data": [{"post": "x"}]}, {"timestamp": START, "data": []}]
    put(tmp_path, "posts/your_posts_1.json", [*bad, element("ultima")])
    _, found = opened(tmp_path)
    assert [p.text for p in posts(found)] == ["prima", "ultima"]
    assert [(f.where.pointer, f.reason) for f in found if isinstance(f, Fault)] == [
        ("/1", "bad_shape"),
        ("/2", "no_date"),
        ("/3", "no_content"),
    ]


def test_a_cut_file_gives_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "posts" / "your_posts_1.json"
    put(tmp_path, "posts/your_posts_1.json", [element("prima"), element("seconda", START + 1)])
    path.write_text(path.read_text()[:-30])
    _, found = opened(tmp_path)
    assert [p.text for p in posts(found)] == ["prima"]
    assert [f.reason for f in found if isinstance(f, Fault)] != []


def test_reading_goes_on_after_a_cursor() -> None:
    _, found = opened(SAMPLES / "profile-2023-it")
    stops = [c for c in found if isinstance(c, Cursor)]
    for number, stop in enumerate(stops, 1):
        rest = opened(SAMPLES / "profile-2023-it", stop)[1]
        assert [c for c in rest if isinstance(c, Cursor)] == stops[number:]
        before = found[: found.index(stop)]
        assert posts(before) + posts(rest) == posts(found)


def test_other_json_is_not_taken_for_an_archive(tmp_path: Path) -> None:
    put(tmp_path, "a.json", {"comments": [{"id": "1", "snippet": {"text": "x"}}]})
    put(tmp_path, "b.json", [{"timestamp": START, "value": 3}])
    put(tmp_path, "posts/media.json", [{"media": [{"uri": "a.jpg", "creation_timestamp": START}]}])
    put(tmp_path, "messages/inbox/bruno/message_1.json", {"comments_v2": [element("x")]})
    assert opened(tmp_path)[0] is None
