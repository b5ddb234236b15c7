"""TikTok's export, whose sections and keys drift from year to year; and answers of its APIs."""

import json
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Cursor, Fault, Interaction, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._tiktok_items import count, video
from valore.places.tiktok import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "tiktok"
_LUCE = "7364316711459225601"


def _raws(path: Path) -> list[Raw | Fault | Cursor]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return list(PLUGIN.read(export, match))


def _read(path: Path) -> list[Record | Fault]:
    found: list[Record | Fault] = []
    for raw in _raws(path):
        found += PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw] if isinstance(raw, Fault) else []
    return found


def _posts(case: str) -> list[Post]:
    return [r for r in _read(SAMPLES / case) if isinstance(r, Post)]


def _export(tmp_path: Path, told: dict[str, Any], name: str = "user_data_tiktok.json") -> list[Record | Fault]:
    (tmp_path / name).write_text(json.dumps(told), "utf-8")
    return _read(tmp_path / name)


def _api(value: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where("answer", ""), value)))


def _videos(*items: Any, **fields: Any) -> dict[str, Any]:
    return {"data": {"videos": list(items), "cursor": 0, "has_more": False}, "error": {"code": "ok"}, **fields}


def _film(**fields: Any) -> dict[str, Any]:
    told = {"id": _LUCE, "create_time": 1714638600, "title": "La luce #luce", "like_count": 4, "view_count": 90}
    return {**told, "share_url": f"https://www.tiktok.com/@AnnaFerri/video/{_LUCE}?utm=1", **fields}


def test_own_videos_have_caption_likes_and_who_may_see_them() -> None:
    first, second, third = (p for p in _posts("export-it") if p.media == 1)
    assert (first.id, first.author, first.visibility) == (_LUCE, "@annaferri", "public")
    assert first.text == "Perché la luce conta\nsecondo @lume #luce #città"
    assert (first.tags, first.mentions) == (("luce", "città"), ("@lume",))
    assert first.published == instant("2024-05-02T08:30:00Z")
    assert (second.text, second.visibility, second.url) == (None, "followers", None)
    assert (third.kind, third.visibility) == ("Image", "private")


def test_likes_that_are_none_rounded_or_not_said_are_told_apart() -> None:
    counts = {c.id: c.likes for c in _read(SAMPLES / "export-it") if isinstance(c, Observation)}
    assert sorted(c for c in counts.values() if c is not None) == [0, 41]
    assert [count(v) for v in ("0", "41", 7, "1.2K", "", None, True, -1)] == [0, 41, 7, None, None, None, None, None]


def test_comments_answer_the_video_in_their_link() -> None:
    first, second = (p for p in _posts("export-it") if p.kind == "Note")
    assert first.text == 'Sono d\'accordo: "meno, ma meglio" 💡 @bruno'
    assert first.reply_to == first.thread == "7360000000000000002"
    assert (second.text, second.reply_to) == ("النور أولاً", None)


def test_what_was_watched_is_no_video_of_ones_own() -> None:
    """It stands in a list of the same name, under another section."""
    told = repr(_raws(SAMPLES / "export-it")) + repr(_raws(SAMPLES / "export-old-en"))
    assert "7360000000000000003" not in told
    assert "6360000000000000003" not in told


def test_neither_messages_nor_logins_nor_addresses_leave_the_reader() -> None:
    for case in ("export-it", "export-old-en", "text-pt"):
        told = repr([r for r in _raws(SAMPLES / case) if not isinstance(r, Raw) or r.kind != "profile"])
        assert "riservate" not in told
        assert "riservate" not in repr(_read(SAMPLES / case))


def test_a_profile_leaves_without_birthday_and_address() -> None:
    (raw,) = (r for r in _raws(SAMPLES / "export-it") if isinstance(r, Raw) and r.kind == "profile")
    assert "riservate" not in repr(raw)
    (account,) = PLUGIN.normalise(raw)
    assert isinstance(account, Account)
    assert (account.id, account.handle, account.name) == ("@annaferri", "AnnaFerri", "Anna Ferri")
    assert (account.bio, account.followers, account.following) == ("Progetto luce.\nA Torino.", 120, 30)


def test_a_deleted_video_is_a_tombstone_and_a_repost_an_act() -> None:
    found = _read(SAMPLES / "export-it")
    (gone,) = (r for r in found if isinstance(r, Post) and r.deleted)
    assert (gone.text, gone.deleted) == (None, instant("2024-05-01T09:00:00Z"))
    assert gone.published == instant("2024-03-01T09:00:00Z")
    (repost,) = (r for r in found if isinstance(r, Interaction))
    assert (repost.kind, repost.actor, repost.target) == ("repost", "@annaferri", "7360000000000000004")


def test_what_lacks_a_date_words_or_a_target_is_told() -> None:
    faults = [
        (r.where.pointer.rsplit("/", 2)[1:], r.reason) for r in _read(SAMPLES / "export-it") if isinstance(r, Fault)
    ]
    assert faults == [
        (["CommentsList", "2"], "no_content"),
        (["CommentsList", "3"], "no_date"),
        (["CommentsList", "4"], "bad_shape"),
        (["VideoList", "3"], "bad_date"),
        (["RepostList", "1"], "no_id"),
    ]


def test_older_sections_and_keys_are_read_as_well() -> None:
    comment, first, second = _posts("export-old-en")
    assert {p.author for p in (comment, first, second)} == {"@bruno.conti"}
    assert (comment.text, comment.published) == ('Well said, "less is more"', instant("2021-11-12T10:00:00Z"))
    assert (first.kind, second.id) == ("Video", "7017359804360294401")
    assert [r.likes for r in _read(SAMPLES / "export-old-en") if isinstance(r, Observation)] == [12]


@pytest.mark.parametrize("case", ["export-fr", "export-es", "section-de", "text-pt"])
def test_case_of_keys_encoding_and_form_do_not_matter(case: str) -> None:
    assert all("�" not in (p.text or "") for p in _posts(case))
    assert any(p.text for p in _posts(case))


def test_texts_are_read_entry_by_entry_and_a_line_without_a_name_goes_on() -> None:
    posts = _posts("text-pt")
    assert [p.text for p in posts] == ["Ação e coração:\na luz não mente", "Sim!", "Uma #luz", None]
    assert posts[1].reply_to == "7360000000000000005"
    assert {p.author for p in posts} == {"@luz"}
    with open_export(SAMPLES / "text-pt") as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        assert set(match.skipped.values()) == {"private"}


def test_the_same_video_in_two_exports_is_one(tmp_path: Path) -> None:
    """Links of files change with every export; the id that stands for a missing one must not."""
    entry = {"Date": "2024-04-11 17:05:09", "Likes": "1", "Title": "Ciao"}
    ids = {
        r.id
        for link in ("https://v16.example/tos/a?expire=1", "https://v19.example/tos/b?expire=2", "")
        for r in _export(tmp_path, {"Post": {"Posts": {"VideoList": [{**entry, "Link": link}]}}})
        if isinstance(r, Post)
    }
    assert len(ids) == 1


@pytest.mark.parametrize("empty", [None, [], {}, "", {"VideoList": None}, {"VideoList": {}}])
def test_empty_sections_say_nothing(tmp_path: Path, empty: Any) -> None:
    assert _export(tmp_path, {"Post": {"Posts": empty}, "Comment": {"Comments": {"CommentsList": None}}}) == []


@pytest.mark.parametrize("told", ['{"posts": [], "profile": {}, "comment": {}}', '{"VideoList": []}', "[]", '{"a": 1}'])
def test_json_of_another_place_is_not_taken(tmp_path: Path, told: str) -> None:
    (tmp_path / "posts.json").write_text(told, "utf-8")
    with open_export(tmp_path / "posts.json") as export:
        assert PLUGIN.sniff(export) is None


def test_a_cut_file_gives_its_beginning_and_tells_the_cut(tmp_path: Path) -> None:
    whole = (SAMPLES / "export-it" / "user_data_tiktok.json").read_bytes()
    (tmp_path / "user_data_tiktok.json").write_bytes(whole[: whole.index(b"Profile And Settings")])
    found = _read(tmp_path / "user_data_tiktok.json")
    assert [r.reason for r in found if isinstance(r, Fault)][-1] == "truncated"
    assert any(isinstance(r, Post) and r.id == _LUCE for r in found)


@pytest.mark.parametrize(
    ("link", "native"),
    [
        (f"https://www.tiktokv.com/share/video/{_LUCE}/", _LUCE),
        (f"https://www.tiktok.com/@anna/photo/{_LUCE}", _LUCE),
        (f"https://v16.example/tos/x?a=1&item_id={_LUCE}&b=2", _LUCE),
        ("https://v16.example/tos/7364316711", None),
        ("N/A", None),
        (None, None),
    ],
)
def test_a_link_tells_the_video_unless_it_is_that_of_a_file(link: str | None, native: str | None) -> None:
    assert video(link) == native


def test_a_video_of_the_api_is_of_whom_its_address_names() -> None:
    post, counts = _api(_videos(_film(video_description="Più luce")))
    assert isinstance(post, Post)
    assert (post.id, post.author, post.text) == (_LUCE, "@annaferri", "Più luce")
    assert post.published == instant("2024-05-02T08:30:00Z")
    assert isinstance(counts, Observation)
    assert (counts.likes, counts.views, counts.replies) == (4, 90, None)


def test_without_an_address_who_fetched_it_says_whose_it_is() -> None:
    post = _api(_videos(_film(share_url=None), owner="AnnaFerri"))[0]
    assert isinstance(post, Post)
    assert post.author == "@annaferri"


def test_ids_that_are_numbers_are_the_same_ids() -> None:
    post = _api(_videos(_film(id=int(_LUCE), username="annaferri", favorites_count=2)))[0]
    assert isinstance(post, Post)
    assert post.id == _LUCE


def test_comments_of_the_api_answer_a_comment_or_the_video() -> None:
    told = {"create_time": 1714638600, "video_id": int(_LUCE), "text": "Bello", "username": "carla", "like_count": 1}
    answer = {
        "data": {
            "comments": [
                {**told, "id": 11, "parent_comment_id": int(_LUCE)},
                {**told, "id": 12, "parent_comment_id": 11},
            ]
        }
    }
    first, second = (r for r in _api(answer) if isinstance(r, Post))
    assert (first.reply_to, first.thread) == (_LUCE, _LUCE)
    assert (second.reply_to, second.thread, second.author) == ("11", _LUCE, "@carla")


def test_a_profile_of_the_api() -> None:
    user = {"open_id": "x", "username": "annaferri", "display_name": "Anna", "follower_count": 0, "is_verified": False}
    (account,) = _api({"data": {"user": user}, "error": {"code": "ok"}})
    assert isinstance(account, Account)
    assert (account.id, account.followers, account.verified, account.posts) == ("@annaferri", 0, False, None)


def test_an_export_that_an_api_hands_over_says_the_same() -> None:
    told = json.loads((SAMPLES / "export-it" / "user_data_tiktok.json").read_text("utf-8"))
    assert sorted(map(repr, (r for r in _api(told) if isinstance(r, Post)))) == sorted(map(repr, _posts("export-it")))
    assert "riservate" not in repr(_api(told))


@pytest.mark.parametrize(
    ("answer", "reason", "detail"),
    [
        (
            {"data": {}, "error": {"code": "access_token_invalid", "message": "words"}},
            "bad_shape",
            "error access_token_invalid",
        ),
        ({"error": {"code": "words of somebody"}}, "bad_shape", "error"),
        ([], "bad_shape", ""),
        (_videos(7), "bad_shape", ""),
        (_videos(_film(share_url=None)), "no_author", ""),
        (_videos(_film(create_time=0)), "no_date", ""),
        (_videos(_film(id=None)), "no_id", ""),
        ({"data": {"user": {"open_id": "x", "display_name": "Anna"}}}, "no_id", ""),
        ({"Post": {"Posts": {"VideoList": [{"Date": "2024-04-11 17:05:09"}]}}}, "no_author", ""),
    ],
)
def test_errors_and_broken_answers_are_faults_without_their_words(answer: Any, reason: str, detail: str) -> None:
    (fault,) = _api(answer)
    assert isinstance(fault, Fault)
    assert (fault.reason, fault.detail) == (reason, detail)


@pytest.mark.parametrize(
    "answer", [{}, {"data": {}}, {"data": {"videos": None}}, {"access_token": "x", "expires_in": 1}]
)
def test_what_is_no_post_says_nothing(answer: Any) -> None:
    assert _api(answer) == []
