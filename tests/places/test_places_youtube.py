"""YouTube's Takeout, whose names follow the language and whose values do not; and answers of its API."""

import json
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._youtube_rows import parent, pieces
from valore.places.youtube import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "youtube"
LANGUAGES = ("it", "en", "de", "fr", "es", "pt")
ANNA, BRUNO = "UCanna0000000000000000aa", "UCbruno000000000000000bb"
COMMENT = "UgxAnna000000000001AaABAg"


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found: list[Record | Fault] = []
        for raw in PLUGIN.read(export, match):
            found += PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw] if isinstance(raw, Fault) else []
        return found


def _posts(case: str) -> dict[str, Post]:
    return {r.id: r for r in _read(SAMPLES / case) if isinstance(r, Post)}


def _api(value: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where("answer", ""), value)))


def _page(*items: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "youtube#listResponse", "items": list(items)}


def _comment(native: str = COMMENT, **fields: Any) -> dict[str, Any]:
    said = {"authorDisplayName": "Bruno", "authorChannelId": {"value": BRUNO}, "textOriginal": "Grazie #luce"}
    when = {"publishedAt": "2024-05-02T08:30:00Z", "updatedAt": "2024-05-02T08:30:00Z"}
    return {"kind": "youtube#comment", "id": native, "snippet": {**said, **when, "likeCount": 2, **fields}}


def _video(**fields: Any) -> dict[str, Any]:
    shown = {"publishedAt": "2024-05-02T08:30:00Z", "channelId": ANNA, "title": "Meno", "description": "La luce"}
    return {"kind": "youtube#video", "id": "lume-video1", "snippet": shown, **fields}


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_known_by_their_values_in_every_language(language: str) -> None:
    posts = _posts(f"takeout-{language}")
    assert any(p.kind == "Note" and p.reply_to for p in posts.values())
    assert not any(isinstance(r, Fault) for r in _read(SAMPLES / f"takeout-{language}")) or language == "it"


@pytest.mark.parametrize(
    ("language", "title", "seen_by"),
    [
        ("it", 'Meno, ma "meglio"', "public"),
        ("de", "Größer?", "unlisted"),
        ("fr", "Été", "public"),
        ("es", "¿Más luz?", "public"),
    ],
)
def test_own_videos_have_title_and_who_may_see_them(language: str, title: str, seen_by: str) -> None:
    video = _posts(f"takeout-{language}")["lume-video1"]
    assert (video.kind, video.title, video.visibility, video.author) == ("Video", title, seen_by, ANNA)
    assert video.published == instant("2024-02-01T08:00:00Z")


def test_a_video_that_is_not_out_stands_at_the_time_of_its_making() -> None:
    video = _posts("takeout-it")["lume-video2"]
    assert (video.visibility, video.text, video.tags) == ("private", None, ("dal_vivo",))
    assert video.published == instant("2024-02-02T05:26:03Z")


def test_both_layouts_of_comments_say_the_same() -> None:
    posts = _posts("takeout-en")
    assert posts["UgxBruno00000000001AaABAg"].text == "Well said"
    assert posts["UgxBruno00000000003AaABAg"].text == "Second part"
    assert {p.author for p in posts.values()} == {BRUNO}
    assert {p.thread for p in posts.values()} == {"lume-video1"}


def test_pieces_are_joined_and_their_links_and_mentions_kept() -> None:
    posts = _posts("takeout-it")
    first, answer = posts[COMMENT], posts[f"{COMMENT}.9iwJkUYNcXa9u0lv3j3Abh"]
    assert first.text == "Perché la luce conta: meno, ma meglio 💡\n#luce"
    assert (first.tags, first.links) == (("luce",), ())
    assert answer.mentions == (BRUNO,)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ('{"takeoutSegments":[{"text":"a"},{"text":"b"}]}', "ab"),
        ('{"text":"a"},{"text":"\n"},{"text":"b"}', "a\nb"),
        ('{"text":"a\\nb"}', "a\nb"),
        ('{"text":7},{"text":"b"},3', "b"),
        ('{"text":""}', None),
        ('{"text":"cut', None),
        ("[" * 5000, None),
        ("", None),
    ],
)
def test_words_are_taken_out_of_their_pieces(raw: str, text: str | None) -> None:
    assert pieces(raw).text == text


def test_a_comment_answers_a_comment_a_video_or_a_post_of_the_community() -> None:
    posts = _posts("takeout-it")
    replies = {p.id.removeprefix(COMMENT): p.reply_to for p in posts.values() if p.id.startswith(COMMENT)}
    assert replies == {
        "": "altro-video",
        ".9iwJkUYNcXa9u0lv3j3Abh": COMMENT,
        ".9iwJkUYNcXa9u0lv3j3Zzz": f"{COMMENT}.9iwJkUYNcXa9u0lv3j3Abh",
    }
    assert posts["UgxAnna000000000002AaABAg"].reply_to == "UgkxBruno0000000000000000000000000000"
    assert parent(COMMENT) is None


def test_live_chats_and_posts_of_the_community_are_read() -> None:
    posts = _posts("takeout-it")
    chat, note = posts["ChwKGkNPYVdpZnZWOW9FREZTTF9sQWtkVXdZU3RB"], posts["UgkxAnna00000000000000000000000000000"]
    assert (chat.text, chat.reply_to, chat.url) == ('Ciao, "dal vivo"!', "lume-video2", None)
    assert (note.text, note.author, note.reply_to) == ("Novità domani. lume.example", ANNA, None)
    assert note.links == ("https://lume.example/novita",)


def test_the_channel_has_its_name_and_its_short_name() -> None:
    (account,) = (r for r in _read(SAMPLES / "takeout-it") if isinstance(r, Account))
    assert (account.id, account.handle, account.name) == (ANNA, "annaferri", "Anna Ferri")
    assert account.bio == "Progetto luce.\nA Torino."


def test_what_was_watched_or_subscribed_to_is_private_and_films_are_media() -> None:
    with open_export(SAMPLES / "takeout-it") as export:
        match = PLUGIN.sniff(export)
        assert match is not None
    why = {name.rsplit("/", 1)[-1]: reason for name, reason in match.skipped.items()}
    assert why == {
        "dati funzionalità canale.csv": "not_needed",
        "cronologia visualizzazioni.json": "private",
        "iscrizioni.csv": "private",
        "Preferiti-video.csv": "private",
        "Meno, ma _meglio_.mp4": "media",
    }


def test_what_lacks_a_date_or_words_is_told() -> None:
    faults = [(r.where.pointer, r.reason) for r in _read(SAMPLES / "takeout-it") if isinstance(r, Fault)]
    assert faults == [("row 6", "no_date"), ("row 7", "no_content"), ("row 8", "bad_row")]


def test_a_table_of_another_place_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text("id,date,body\nk1,2024-05-02T08:30:00Z,Ciao\n", "utf-8")
    with open_export(tmp_path / "comments.csv") as export:
        assert PLUGIN.sniff(export) is None


def test_a_video_has_its_counts_which_are_texts() -> None:
    counted = {"viewCount": "90", "likeCount": "4", "commentCount": "0", "dislikeCount": "1"}
    post, counts = _api(_page(_video(statistics=counted, status={"privacyStatus": "unlisted"})))
    assert isinstance(post, Post)
    assert (post.id, post.title, post.text, post.visibility) == ("lume-video1", "Meno", "La luce", "unlisted")
    assert isinstance(counts, Observation)
    assert (counts.views, counts.likes, counts.replies) == (90, 4, 0)


def test_counts_that_are_hidden_are_not_zero() -> None:
    (counts,) = _api(_page({"kind": "youtube#video", "id": "lume-video1", "statistics": {"viewCount": "90"}}))
    assert isinstance(counts, Observation)
    assert (counts.views, counts.likes, counts.replies) == (90, None, None)


def test_a_thread_gives_its_comment_and_what_answers_it() -> None:
    reply = _comment(
        f"{COMMENT}.9iwJkUYNcXa9u0lv3j3Abh", parentId=COMMENT, textOriginal=None, textDisplay="<b>Sì</b> &amp; no"
    )
    inner = {"videoId": "lume-video1", "topLevelComment": _comment(), "totalReplyCount": 1}
    thread = {"kind": "youtube#commentThread", "id": COMMENT, "snippet": inner, "replies": {"comments": [reply]}}
    found = _api(_page(thread))
    first, answer = (r for r in found if isinstance(r, Post))
    assert (first.reply_to, first.thread, first.tags, first.updated) == ("lume-video1", "lume-video1", ("luce",), None)
    assert (answer.reply_to, answer.thread, answer.text) == (COMMENT, "lume-video1", "Sì & no")
    assert [(r.id, r.likes, r.replies) for r in found if isinstance(r, Observation)] == [
        (COMMENT, 2, 1),
        (answer.id, 2, None),
    ]
    assert [(r.id, r.name, r.handle) for r in found if isinstance(r, Account)] == [(BRUNO, "Bruno", None)] * 2


def test_a_short_name_is_a_handle_and_an_edit_has_its_time() -> None:
    account, post, _ = _api(_comment(authorDisplayName="@bruno", updatedAt="2024-05-02T08:31:00Z"))
    assert isinstance(account, Account)
    assert (account.handle, account.name) == ("bruno", None)
    assert isinstance(post, Post)
    assert post.updated == instant("2024-05-02T08:31:00Z")


def test_an_author_may_be_known_by_the_address_alone() -> None:
    found = _api(_comment(authorChannelId=None, authorChannelUrl=f"http://www.youtube.com/channel/{BRUNO}"))
    assert [r.author for r in found if isinstance(r, Post)] == [BRUNO]


def test_a_channel_that_hides_its_followers_says_nothing_of_them() -> None:
    snippet = {"title": "Anna Ferri", "customUrl": "@annaferri", "publishedAt": "2012-05-02T08:30:00Z", "country": "IT"}
    channel = {"kind": "youtube#channel", "id": ANNA, "snippet": snippet}
    hidden = {"subscriberCount": "0", "hiddenSubscriberCount": True, "videoCount": "3"}
    (shown,) = _api(_page({**channel, "statistics": {"subscriberCount": "12", "hiddenSubscriberCount": False}}))
    (silent,) = _api(_page({**channel, "statistics": hidden}))
    assert isinstance(shown, Account)
    assert isinstance(silent, Account)
    assert (shown.followers, shown.handle, shown.location) == (12, "annaferri", "IT")
    assert (silent.followers, silent.posts) == (None, 3)


def test_activities_are_uploads_likes_and_follows() -> None:
    def did(kind: str, details: dict[str, Any], **shown: Any) -> dict[str, Any]:
        snippet = {"publishedAt": "2024-05-02T08:30:00Z", "channelId": ANNA, "title": "Meno", "type": kind, **shown}
        return {"kind": "youtube#activity", "snippet": snippet, "contentDetails": details}

    picture = {"default": {"url": "https://i.ytimg.com/vi/lume-video2/default.jpg"}}
    found = _api(
        _page(
            did("upload", {"upload": {"videoId": "lume-video1"}}),
            did("upload", {}, thumbnails=picture),
            did("like", {"like": {"resourceId": {"videoId": "altro-video"}}}),
            did("subscription", {"subscription": {"resourceId": {"channelId": BRUNO}}}),
            did("recommendation", {"recommendation": {"resourceId": {"videoId": "altro-video"}}}),
        )
    )
    assert [p.id for p in found if isinstance(p, Post)] == ["lume-video1", "lume-video2"]
    acts = [r for r in found if isinstance(r, Interaction)]
    assert [(a.kind, a.actor, a.target, a.target_author) for a in acts] == [
        ("like", ANNA, "altro-video", None),
        ("follow", ANNA, None, BRUNO),
    ]
    assert len(found) == 4


def test_an_item_of_a_playlist_is_a_video_at_its_own_date_and_of_its_own_channel() -> None:
    """The item's date is that of the list, its channel that of who made the list."""
    snippet = {"publishedAt": "2024-09-01T00:00:00Z", "channelId": ANNA, "title": "Meno", "videoOwnerChannelId": BRUNO}
    details = {"videoId": "lume-video1", "videoPublishedAt": "2024-05-02T08:30:00Z"}
    item = {"kind": "youtube#playlistItem", "snippet": snippet, "contentDetails": details}
    (post,) = _api(_page(item))
    assert isinstance(post, Post)
    assert (post.author, post.published) == (BRUNO, instant("2024-05-02T08:30:00Z"))
    (fault,) = _api(_page({**item, "contentDetails": {"videoId": "lume-video1"}}))
    assert isinstance(fault, Fault)
    assert fault.reason == "no_date"


def test_finds_are_videos_and_channels_without_escapes() -> None:
    snippet = {
        "publishedAt": "2024-05-02T08:30:00Z",
        "channelId": ANNA,
        "title": "L&#39;estate &amp; noi",
        "description": "",
    }
    video, channel = _api(
        _page(
            {
                "kind": "youtube#searchResult",
                "id": {"kind": "youtube#video", "videoId": "lume-video1"},
                "snippet": snippet,
            },
            {"kind": "youtube#searchResult", "id": {"kind": "youtube#channel", "channelId": ANNA}, "snippet": snippet},
            {
                "kind": "youtube#searchResult",
                "id": {"kind": "youtube#playlist", "playlistId": "PL1"},
                "snippet": snippet,
            },
        )
    )
    assert isinstance(video, Post)
    assert video.title == "L'estate & noi"
    assert isinstance(channel, Account)
    assert channel.id == ANNA


@pytest.mark.parametrize(
    ("answer", "reason", "detail"),
    [
        ({"error": {"code": 403, "message": "words"}}, "bad_shape", "error 403"),
        ({"error": "words"}, "bad_shape", "error"),
        ([], "bad_shape", ""),
        (_page(7), "bad_shape", ""),  # type: ignore[arg-type]
        (_comment(publishedAt="soon"), "bad_date", ""),
        (_comment(publishedAt=None), "no_date", ""),
        (_comment(authorChannelId=None), "no_author", ""),
        (_comment(textOriginal=" "), "no_content", ""),
        (_page({"kind": "youtube#video", "snippet": {}}), "no_id", ""),
    ],
)
def test_errors_and_broken_items_are_faults_without_their_words(answer: Any, reason: str, detail: str) -> None:
    (fault,) = _api(answer)
    assert isinstance(fault, Fault)
    assert (fault.reason, fault.detail) == (reason, detail)


@pytest.mark.parametrize("kind", ["subscription", "member", "playlist", "caption", "videoCategory", "i18nRegion"])
def test_what_is_no_post_says_nothing(kind: str) -> None:
    assert (
        _api(_page({"kind": f"youtube#{kind}", "id": "x", "snippet": {"title": json.dumps("parole riservate")}})) == []
    )
