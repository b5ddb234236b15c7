"""Reddit's archive of tables, without the addresses in their rows; and answers of its API."""

from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Fault, Observation, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places._reddit_words import links, mentions, parent_of, post_of
from valore.places.reddit import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "reddit"
_WHEN = 1714638600.0


def _raws(path: Path) -> list[Raw | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return [r for r in PLUGIN.read(export, match) if isinstance(r, Raw | Fault)]


def _read(path: Path) -> list[Record | Fault]:
    return [r for raw in _raws(path) for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]


def _posts(case: str) -> dict[str, Post]:
    return {r.id: r for r in _read(SAMPLES / case) if isinstance(r, Post)}


def _api(value: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where("answer", ""), value)))


def _t3(**fields: Any) -> dict[str, Any]:
    said = {"name": "t3_1abc2", "author": "AnnaFerri", "created_utc": _WHEN, "title": "Meno", "selftext": "Ciao"}
    return {"kind": "t3", "data": {"is_self": True, "permalink": "/r/luce/comments/1abc2/meno/", **said, **fields}}


def _t1(native: str = "k1", **fields: Any) -> dict[str, Any]:
    said = {"id": native, "author": "Bruno", "created_utc": _WHEN, "body": "Grazie", "link_id": "t3_1abc2"}
    return {"kind": "t1", "data": {"parent_id": "t3_1abc2", "replies": "", **said, **fields}}


def _listing(*things: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "Listing", "data": {"after": "t3_zz", "children": list(things)}}


def test_a_post_has_its_title_its_words_and_what_it_points_at() -> None:
    post = _posts("export-it")["t3_1abc2"]
    assert (post.title, post.author) == ('Meno, ma "meglio" 💡', "@annaferri")
    assert post.text == "Perché la luce conta.\n\nNe parlo con u/Bruno_Conti su https://lume.example/luce."
    assert (post.links, post.mentions) == (("https://lume.example/luce",), ("@bruno_conti",))
    assert (post.published, post.kind) == (instant("2024-05-02T08:30:00Z"), "Note")


def test_a_link_and_a_picture_are_told_apart_and_what_moderators_took_away_is_no_text() -> None:
    posts = _posts("export-it")
    assert (posts["t3_1abc3"].kind, posts["t3_1abc3"].links) == ("Page", ("https://lume.example/premio",))
    assert (posts["t3_1abc4"].kind, posts["t3_1abc4"].text, posts["t3_1abc4"].links) == ("Image", None, ())


def test_comments_answer_a_comment_or_their_post() -> None:
    posts = _posts("export-it")
    assert [(posts[k].reply_to, posts[k].thread) for k in ("t1_k1", "t1_k2")] == [
        ("t3_1zzz1", "t3_1zzz1"),
        ("t1_k0", "t3_1zzz1"),
    ]
    assert posts["t1_k2"].text == "النور أولاً"


def test_no_address_leaves_the_reader() -> None:
    """Every row says from where it was sent: that is dropped before the row is anything."""
    told = repr(_raws(SAMPLES / "export-it"))
    assert "riservate" not in told
    assert "posta.example" not in told
    assert all(
        "ip" not in raw.value.cells
        for raw in _raws(SAMPLES / "export-it")
        if isinstance(raw, Raw) and raw.kind == "posts"
    )


def test_what_lacks_a_date_or_words_is_told() -> None:
    faults = [(r.where.file, r.where.pointer, r.reason) for r in _read(SAMPLES / "export-it") if isinstance(r, Fault)]
    assert sorted(faults) == [
        ("comments.csv", "row 4", "no_date"),
        ("comments.csv", "row 5", "no_content"),
        ("comments.csv", "row 6", "bad_row"),
        ("posts.csv", "row 5", "bad_date"),
        ("posts.csv", "row 6", "no_content"),
    ]


def test_statistics_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").write_text("id,permalink,date,subreddit,title\n", "utf-8")
    (tmp_path / "statistics.csv").write_text("statistic,value\nhalf\n", "utf-8")
    (fault,) = _read(tmp_path)
    assert isinstance(fault, Fault)
    assert (fault.where.file, fault.reason) == ("statistics.csv", "bad_row")


def test_the_account_is_named_by_the_statistics() -> None:
    account = next(r for r in _read(SAMPLES / "export-it") if isinstance(r, Account))
    assert (account.id, account.handle) == ("@annaferri", "AnnaFerri")
    assert account.created == instant("2014-05-19T22:02:20Z")


@pytest.mark.parametrize(
    ("case", "author"),
    [("export_bruno_conti_20240612", "@bruno_conti"), ("home-de", "@juergen_g"), ("posts-pt", "@posts-pt")],
)
def test_without_statistics_the_archive_or_a_post_at_home_names_the_account(case: str, author: str) -> None:
    assert {p.author for p in _posts(case).values()} == {author}


def test_large_tables_come_in_numbered_parts() -> None:
    posts = _posts("export_bruno_conti_20240612")
    assert set(posts) == {"t3_2abc1", "t3_2abc2", "t1_k9"}
    assert posts["t1_k9"].reply_to == "t3_2abc1"
    assert posts["t3_2abc2"].links == ()


@pytest.mark.parametrize("case", ["home-de", "comments-fr", "comments-es", "posts-pt"])
def test_every_language_and_encoding_is_read(case: str) -> None:
    (post,) = _posts(case).values()
    assert "�" not in f"{post.text}{post.title}"


@pytest.mark.parametrize(
    ("address", "post"),
    [
        ("https://www.reddit.com/r/luce/comments/1abc2/meno/", "t3_1abc2"),
        ("https://redd.it/1abc2", "t3_1abc2"),
        ("t3_1abc2", "t3_1abc2"),
        ("1abc2", "t3_1abc2"),
        ("t1_1abc2", None),
        ("https://lume.example/x", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_and_ids_name_a_post(address: str | None, post: str | None) -> None:
    assert post_of(address) == post


@pytest.mark.parametrize(
    ("parent", "answered"),
    [("k0", "t1_k0"), ("t1_k0", "t1_k0"), ("t3_1a", "t3_1a"), ("1a", "t3_1a"), ("", "t3_1a"), (None, "t3_1a")],
)
def test_a_parent_is_a_comment_or_the_post(parent: str | None, answered: str) -> None:
    assert parent_of(parent, "t3_1a") == answered


def test_links_in_markdown_end_where_the_address_ends() -> None:
    assert links("[qui](https://lume.example/a) e **https://lume.example/b**.") == (
        "https://lume.example/a",
        "https://lume.example/b",
    )
    assert mentions("u/Anna e /u/bruno, non r/u/x né https://reddit.com/u/carla") == ("@anna", "@bruno")


def test_a_listing_gives_posts_with_counts() -> None:
    post, counts = _api(_listing(_t3(score=7, num_comments=2, num_crossposts=0, subreddit_type="public")))
    assert isinstance(post, Post)
    assert (post.id, post.author, post.visibility) == ("t3_1abc2", "@annaferri", "public")
    assert post.pointer == "/data/children/0/data"
    assert post.published == instant("2024-05-02T08:30:00Z")
    assert isinstance(counts, Observation)
    assert (counts.likes, counts.replies, counts.reposts, counts.views) == (7, 2, 0, None)


@pytest.mark.parametrize(("field", "value"), [("hide_score", True), ("score", None), ("score", -3)])
def test_a_score_that_is_hidden_or_below_zero_is_not_told(field: str, value: object) -> None:
    counts = _api(_t3(**{"score": 1, field: value}))[1]
    assert isinstance(counts, Observation)
    assert counts.likes is None


def test_answers_to_answers_are_found_and_more_is_nothing() -> None:
    more = {"kind": "more", "data": {"children": ["k7", "k8"], "count": 2}}
    inner = _t1("k2", parent_id="t1_k1", replies=_listing(more))
    found = [r for r in _api([_listing(_t3()), _listing(_t1(replies=_listing(inner)), more)]) if isinstance(r, Post)]
    assert [(p.id, p.reply_to, p.thread) for p in found] == [
        ("t3_1abc2", None, None),
        ("t1_k1", "t3_1abc2", "t3_1abc2"),
        ("t1_k2", "t1_k1", "t3_1abc2"),
    ]


def test_a_tree_without_end_is_a_fault() -> None:
    tree = _t1("k0")
    for number in range(1, 400):
        tree = _t1(f"k{number}", replies=_listing(tree))
    assert [r.reason for r in _api(tree) if isinstance(r, Fault)] == ["too_deep"]


def test_escapes_are_undone_only_where_the_answer_escaped() -> None:
    escaped = _api(_t3(selftext="a &amp;lt; b &gt; c", selftext_html="&lt;div&gt;"))[0]
    as_it_is = _api(_t3(selftext="a &lt; b", selftext_html="<div>"))[0]
    assert isinstance(escaped, Post)
    assert isinstance(as_it_is, Post)
    assert (escaped.text, as_it_is.text) == ("a &lt; b > c", "a &lt; b")


@pytest.mark.parametrize(
    ("fields", "kind", "media"),
    [
        ({}, "Note", 0),
        ({"is_self": False, "url": "https://lume.example/premio"}, "Page", 0),
        ({"is_self": False, "url": "https://i.redd.it/a.jpg"}, "Image", 1),
        ({"is_video": True, "is_self": False}, "Video", 1),
        ({"gallery_data": {"items": [{}, {}, {}]}, "is_self": False}, "Image", 3),
        ({"poll_data": {"options": []}}, "Question", 0),
    ],
)
def test_the_kind_follows_from_what_is_shown(fields: dict[str, Any], kind: str, media: int) -> None:
    post = _api(_t3(**fields))[0]
    assert isinstance(post, Post)
    assert (post.kind, post.media) == (kind, media)


def test_a_crosspost_quotes() -> None:
    post = _api(_t3(crosspost_parent="t3_0old", crosspost_parent_list=[{"author": "Carla"}]))[0]
    assert isinstance(post, Post)
    assert (post.quote_of, post.quote_of_author) == ("t3_0old", "@carla")


def test_an_edit_is_a_time_and_true_is_none() -> None:
    edits = [r.updated for e in (False, True, _WHEN + 60) for r in _api(_t1(edited=e)) if isinstance(r, Post)]
    assert edits == [None, None, instant("2024-05-02T08:31:00Z")]


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        (_t1(author="[deleted]"), "no_author"),
        (_t1(body="[removed]"), "no_content"),
        (_t1(created_utc=None), "no_date"),
        (_t1(id=None), "no_id"),
        (_t3(author=None), "no_author"),
        ("text", "bad_shape"),
    ],
)
def test_what_is_gone_or_lacks_something_is_a_fault(thing: Any, reason: str) -> None:
    (fault,) = _api(thing)
    assert isinstance(fault, Fault)
    assert fault.reason == reason


def test_accounts_and_communities() -> None:
    user = {"name": "AnnaFerri", "created_utc": _WHEN, "link_karma": 1, "icon_img": "https://x/avatar_default_1.png"}
    group = {"display_name": "Luce", "title": "La luce", "subscribers": 12, "public_description": "", "lang": "it"}
    home = {"display_name": "u_AnnaFerri", "subscribers": 3}
    found = _api([{"kind": "t2", "data": user}, {"kind": "t5", "data": group}, {"kind": "t5", "data": home}, user])
    accounts = [r for r in found if isinstance(r, Account)]
    assert [(a.id, a.kind, a.followers) for a in accounts] == [
        ("@annaferri", "Person", None),
        ("r/luce", "Group", 12),
        ("@annaferri", "Person", 3),
        ("@annaferri", "Person", None),
    ]
    assert (accounts[0].default_picture, accounts[1].bio) == (True, None)


def test_messages_say_nothing() -> None:
    message = {
        "kind": "t4",
        "data": {"author": "Bruno", "body": "parole riservate", "created_utc": _WHEN, "name": "t4_1"},
    }
    assert _api(_listing(message)) == []


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ({"error": 403, "message": "Forbidden"}, "error 403"),
        ({"json": {"errors": [["NO_TEXT", "we need something here", "text"]]}}, "error NO_TEXT"),
        (
            {"reason": "USER_DOESNT_EXIST", "explanation": "that user doesn't exist", "fields": []},
            "error USER_DOESNT_EXIST",
        ),
        ({"error": "words of somebody, at length"}, "error"),
    ],
)
def test_errors_are_told_by_their_code_and_never_by_their_words(answer: Any, detail: str) -> None:
    (fault,) = _api(answer)
    assert isinstance(fault, Fault)
    assert (fault.reason, fault.detail) == ("bad_shape", detail)


@pytest.mark.parametrize(
    "answer", [{}, {"access_token": "x", "scope": "*"}, {"kind": "TrophyList", "data": {"trophies": []}}, ["t2_x"]]
)
def test_what_is_no_post_says_nothing(answer: Any) -> None:
    assert _api(answer) == []
