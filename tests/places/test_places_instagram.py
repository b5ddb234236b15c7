"""Instagram's archives, whatever the language and the year."""

import json
from pathlib import Path

import pytest

from valore.model.records import Account, Cursor, Fault, Post, Raw, Record
from valore.model.source import Match
from valore.places.instagram import Instagram
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "instagram"
LANGUAGES = ("it", "en", "de", "fr", "es", "pt")
START = 1_704_100_000


def opened(path: Path) -> tuple[Match | None, list[Record | Fault | Cursor]]:
    place, found = Instagram(), list[Record | Fault | Cursor]()
    with open_export(path) as export:
        match = place.sniff(export)
        for item in place.read(export, match) if match is not None else ():
            found.extend(place.normalise(item) if isinstance(item, Raw) else [item])
    return match, found


def posts(found: list[Record | Fault | Cursor]) -> list[Post]:
    return sorted((r for r in found if isinstance(r, Post)), key=lambda p: p.published)


def put(folder: Path, name: str, value: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_archive_is_understood_in_every_language(language: str) -> None:
    match, found = opened(SAMPLES / f"2024-{language}")
    assert match is not None
    assert match.variant == "2024-"
    single, comment, short, reel, album = posts(found)
    assert {p.author for p in posts(found)} == {"@annaferri"}
    assert (single.kind, single.media, single.published) == ("Image", 1, START * 1_000_000)
    assert (album.kind, album.media, album.published) == ("Video", 2, (START + 3600) * 1_000_000)
    assert (comment.reply_to_author, short.text, short.reply_to_author) == ("@lume.studio", "bello", "@nitida")
    assert (reel.text is not None, reel.reply_to_author) == (True, None)
    assert not [f for f in found if isinstance(f, Fault)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_owner_is_told_from_the_values_and_not_from_the_labels(language: str) -> None:
    _, found = opened(SAMPLES / f"2024-{language}")
    account = next(a for a in found if isinstance(a, Account))
    assert (account.id, account.handle, account.name) == ("@annaferri", "annaferri", "Anna Ferri")
    assert account.bio is not None
    assert "@" not in account.bio


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_followers_and_likes_are_never_read(language: str) -> None:
    match, found = opened(SAMPLES / f"2024-{language}")
    assert match is not None
    reasons = {name.rsplit("/", 1)[1]: why for name, why in match.skipped.items()}
    assert reasons["message_1.json"] == reasons["followers_1.json"] == "private"
    assert "liked_comments.json" in reasons
    assert "segreto" not in str(found).lower()
    assert "anna@ferri.example" not in str(found)


def test_a_caption_stands_on_the_post_or_on_its_only_picture() -> None:
    single, album = posts(opened(SAMPLES / "2022-it")[1])
    assert single.text is not None
    assert single.text.startswith("È arrivato il nuovo catalogo")
    assert (single.tags, single.mentions) == (("Tipografia",), ("@lume.studio",))
    assert album.text == "Perché un contrasto di 4,5 a 1? Ve lo racconto così. 😀"


def test_stories_and_reels_are_posts() -> None:
    match, found = opened(SAMPLES / "2023-en")
    assert match is not None
    assert match.variant == "-2023"
    assert [p.kind for p in posts(found)] == ["Image", "Video", "Image", "Video"]
    assert posts(found)[3].text == "Paper, slowly – a reel #paper"


def test_what_stands_under_label_values_is_read() -> None:
    match, found = opened(SAMPLES / "label-values-it")
    assert match is not None
    assert match.variant == "label-values"
    post, comment = posts(found)
    assert post.text is not None
    assert (post.text[:10], post.media) == ("È arrivato", 1)
    assert (comment.text, comment.reply_to, comment.reply_to_author) == (
        "Ci sarò, perché no?",
        "Cabc123",
        "@lume.studio",
    )


def test_a_bad_post_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    good = {"media": [{"uri": "a.jpg", "creation_timestamp": START, "title": "una carta"}]}
    undated = {"media": [{"uri": "a.jpg", "title": "senza data"}]}
    put(tmp_path, "content/posts_1.json", [good, 7, undated, {"media": [], "creation_timestamp": START}])
    _, found = opened(tmp_path)
    assert [p.text for p in posts(found)] == ["una carta"]
    assert [(f.where.pointer, f.reason) for f in found if isinstance(f, Fault)] == [
        ("/1", "bad_shape"),
        ("/2", "no_date"),
        ("/3", "no_content"),
    ]


def test_the_same_picture_in_two_archives_is_one_post(tmp_path: Path) -> None:
    good = [{"media": [{"uri": f"{n}.jpg", "creation_timestamp": START + n, "title": "carta"}]} for n in range(5)]
    ids = []
    for year, values in (("2023", good), ("2024", good[::-1])):
        put(tmp_path / year, "instagram-annaferri-2024/content/posts_1.json", values)
        ids.append({p.id for p in posts(opened(tmp_path / year / "instagram-annaferri-2024")[1])})
    assert ids[0] == ids[1]
    assert len(ids[0]) == 5


def test_other_json_is_not_taken_for_an_archive(tmp_path: Path) -> None:
    put(tmp_path, "a.json", [{"string_list_data": [{"href": "", "value": "bruno", "timestamp": START}]}])
    put(tmp_path, "posts_1.json", [{"timestamp": START, "data": [{"post": "facebook"}]}])
    put(tmp_path, "messages/inbox/posts_1.json", [{"media": [{"uri": "a.jpg", "creation_timestamp": START}]}])
    assert opened(tmp_path)[0] is None
