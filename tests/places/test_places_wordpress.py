"""WordPress: what a site published and what its readers answered, and nothing that was not for everybody."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Cursor, Fault, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places import places, wordpress
from valore.places._answer import Answer
from valore.places.wordpress import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "wordpress"
EXPORT = SAMPLES / "wxr-it" / "quadernodianna.WordPress.2024-05-01.xml"
_SITE = "https://quaderno.example"
_ANNA = f"{_SITE}/?author=1"


def _raws(path: Path, since: Cursor | None = None) -> list[Raw | Fault | Cursor]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return list(PLUGIN.read(export, match, since))


def _read(path: Path = EXPORT) -> list[Record | Fault]:
    return [
        r
        for raw in _raws(path)
        if not isinstance(raw, Cursor)
        for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])
    ]


def _posts(path: Path = EXPORT) -> dict[str, Post]:
    return {r.id.rpartition("/?p=")[2]: r for r in _read(path) if isinstance(r, Post)}


def _reasons(path: Path) -> list[tuple[str, str]]:
    return [(r.where.pointer, r.reason) for r in _read(path) if isinstance(r, Fault)]


def _changed(folder: Path, *changes: tuple[str, str]) -> Path:
    text = EXPORT.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "export.xml"
    path.write_text(text, encoding="utf-8")
    return path


def _meant(value: Any, **facts: Any) -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw("api", Where("answer.json", ""), Answer(value, **facts) if facts else value)))


def _answer(**fields: Any) -> dict[str, Any]:
    itself = {"self": [{"href": f"{_SITE}/wp-json/wp/v2/posts/11"}]}
    said = {"id": 11, "type": "post", "status": "publish", "author": 1, "_links": itself}
    dates = {"date": "2024-03-04T10:00:00", "date_gmt": "2024-03-04T09:00:00", "modified_gmt": "2024-03-04T09:00:00"}
    words = {"title": {"rendered": "Carta &#038; città"}, "content": {"rendered": "<p>Ciao</p>", "protected": False}}
    return said | dates | words | fields


def _comment(**fields: Any) -> dict[str, Any]:
    itself = {"self": [{"href": f"{_SITE}/wp-json/wp/v2/comments/21"}]}
    said = {"id": 21, "post": 11, "parent": 0, "type": "comment", "status": "approved", "_links": itself}
    who = {"author": 0, "author_name": "Bruno", "author_url": "https://bruno.example/"}
    return said | who | {"date_gmt": "2024-03-04T10:00:00", "content": {"rendered": "<p>Bella!</p>"}} | fields


def test_only_what_is_for_everybody_is_read() -> None:
    assert set(_posts()) == {"11", "12", "18", "11#comment-21", "11#comment-22", "11#comment-23"}


def test_nothing_private_leaves_the_reader() -> None:
    """Neither drafts nor addresses of mail and machines."""
    assert EXPORT.read_text(encoding="utf-8").count("parole riservate") > 20
    raws = repr(_raws(EXPORT))
    assert "parole riservate" not in raws
    assert "192.0.2.7" not in raws


def test_a_post_is_its_words_links_pictures_and_tags() -> None:
    post = _posts()["11"]
    assert post.text == "Il catalogo di Lume: «carta» & città. 🎉\n\nرائع ]]>"
    assert (post.title, post.kind, post.media) == ("Carta & caratteri", "Article", 1)
    assert (post.links, post.tags) == (("https://lume.example/catalogo",), ("Tipografia", "carta"))
    assert (post.author, post.url, post.visibility) == (_ANNA, f"{_SITE}/nota-11/", "public")


def test_times_are_universal_and_keep_the_clock_of_the_site() -> None:
    winter, summer = _posts()["11"], _posts()["18"]
    assert (winter.published, winter.offset) == (instant("2024-03-04T09:00:00Z"), 60)
    assert (summer.published, summer.offset) == (instant("2024-07-08T08:00:00Z"), 120)
    assert winter.updated == instant("2024-03-05T08:00:00Z")


def test_a_page_is_a_page() -> None:
    assert _posts()["12"].kind == "Page"


def test_a_comment_answers_the_post_or_another_comment() -> None:
    first, second = _posts()["11#comment-21"], _posts()["11#comment-22"]
    assert (first.reply_to, first.reply_to_author) == (f"{_SITE}/?p=11", _ANNA)
    assert (second.reply_to, second.reply_to_author) == (first.id, "https://bruno.example/")
    assert first.thread == second.thread == f"{_SITE}/?p=11"
    assert first.text == "Che bella città!\nPerché non torni?"


def test_commenters_are_known_by_account_address_or_name() -> None:
    authors = [_posts()[f"11#comment-{n}"].author for n in (21, 22, 23)]
    assert authors == ["https://bruno.example/", _ANNA, f"{_SITE}/#Carla"]
    names = {r.id: (r.name, r.url) for r in _read() if isinstance(r, Account)}
    assert names["https://bruno.example/"] == ("Bruno", "https://bruno.example/")
    assert names[f"{_SITE}/#Carla"] == ("Carla", None)


def test_authors_are_accounts_and_a_guest_is_known_by_login() -> None:
    account = next(r for r in _read() if isinstance(r, Account))
    assert (account.id, account.handle, account.name) == (_ANNA, "anna", "Anna Ferri")
    assert _posts()["18"].author == f"{_SITE}/?author_name=carla"


def test_a_nameless_comment_and_a_dateless_post_are_faults_with_their_place() -> None:
    assert _reasons(EXPORT) == [("/items/0/comments/5", "no_author"), ("/items/8", "no_date")]


def test_old_texts_keep_their_paragraphs_and_lose_their_shortcodes() -> None:
    (post, comment) = _posts(SAMPLES / "wxr-classic-en").values()
    assert post.text == 'First paragraph,\nsecond line.\n\nThe cover\n\nLast & "final".'
    assert (post.id, post.media) == ("http://lume-blog.example/news/?p=5", 1)
    assert comment.text == "Nice."


def test_a_post_without_number_or_site_is_a_fault(tmp_path: Path) -> None:
    path = _changed(tmp_path, ("<wp:post_id>12</wp:post_id>", ""))
    assert ("/items/1", "no_id") in _reasons(path)
    addresses = (
        (f"<wp:base_site_url>{_SITE}<", "<wp:base_site_url><"),
        (f"<wp:base_blog_url>{_SITE}<", "<wp:base_blog_url><"),
    )
    homeless = _changed(tmp_path, *addresses, (f"<link>{_SITE}</link>", ""))
    assert ("/items/0", "no_id") in _reasons(homeless)


def test_characters_that_no_xml_may_hold_do_not_lose_the_rest(tmp_path: Path) -> None:
    path = _changed(tmp_path, ("Grafica a Torino", "Grafica\x0b a \x08Torino"))
    assert _posts(path)["12"].text == "Grafica a Torino."
    assert set(_posts(path)) == set(_posts())


@pytest.mark.parametrize("share", range(2, 9))
def test_a_file_cut_anywhere_gives_its_beginning(share: int, tmp_path: Path) -> None:
    whole = EXPORT.read_bytes()
    path = tmp_path / "export.xml"
    path.write_bytes(whole[: len(whole) * share // 9])
    told = {repr(r) for r in _read()}
    found = _read(path)
    assert {repr(r) for r in found if not isinstance(r, Fault)} <= told
    assert [r.reason for r in found if isinstance(r, Fault)][-1] == "truncated"


def test_what_is_no_xml_ends_with_a_fault(tmp_path: Path) -> None:
    path = _changed(tmp_path, ("<title><![CDATA[Chi sono]]></title>", "<title>Chi & sono</tit>"))
    assert _reasons(path)[-1] == ("/items/1", "bad_xml")
    assert "11" in _posts(path)


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    """A billion laughs must stay one joke, and no file of this machine be read."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    evil = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/hostname">]>\n<rss version'
    path = _changed(tmp_path, ("<rss version", evil), ("Grafica a Torino", "]]>&l11;&f;<![CDATA["))
    found = repr(_read(path))
    assert len(found) < 20_000
    host = Path("/etc/hostname")
    assert not host.exists() or host.read_text(encoding="utf-8").strip() not in found


def test_reading_goes_on_inside_a_long_export(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wordpress, "_MANY", 2)
    whole = _raws(EXPORT)
    stops = [(n, c) for n, c in enumerate(whole) if isinstance(c, Cursor)]
    assert len(stops) > 3
    for at, stop in stops:
        assert [r for r in _raws(EXPORT, stop) if isinstance(r, Raw)] == [r for r in whole[at:] if isinstance(r, Raw)]


def test_an_export_is_no_table_and_surely_an_export() -> None:
    with open_export(EXPORT) as export:
        found = {name: match for name, place in places().items() if (match := place.sniff(export)) is not None}
    assert found["wordpress"].certainty == 1.0
    assert "table" not in found


def test_an_answer_says_of_a_post_what_an_export_says() -> None:
    (post,) = _meant(_answer(content={"rendered": "<p>Grafica a Torino.</p>"}, id=12, type="page"))
    assert isinstance(post, Post)
    held = _posts()["12"]
    assert (post.id, post.author, post.text, post.kind) == (held.id, held.author, held.text, held.kind)
    assert (post.title, post.offset) == ("Carta & città", 60)


def test_answers_come_one_by_one_and_in_lists() -> None:
    assert [r.pointer for r in _meant([_answer(), _answer(id=12)]) if isinstance(r, Post)] == ["/0", "/1"]
    assert len(_meant(_answer())) == 1


@pytest.mark.parametrize(
    ("fields", "site"),
    [
        ({"_links": {"self": [{"href": f"{_SITE}/blog/index.php?rest_route=/wp/v2/posts/11"}]}}, f"{_SITE}/blog"),
        ({"_links": {"self": [{"href": f"{_SITE}/?rest_route=/wp/v2/posts/11"}]}}, _SITE),
        ({"_links": None, "link": f"{_SITE}/nota-11/"}, _SITE),
    ],
)
def test_the_site_is_told_by_its_addresses(fields: Mapping[str, Any], site: str) -> None:
    (post,) = _meant(_answer(**fields))
    assert isinstance(post, Post)
    assert post.id == f"{site}/?p=11"


def test_a_comment_of_an_answer_is_a_post_of_its_author() -> None:
    post, account = _meant(_comment(parent=20), seen=7)
    assert isinstance(post, Post)
    assert isinstance(account, Account)
    assert (post.id, post.reply_to) == (f"{_SITE}/?p=11#comment-21", f"{_SITE}/?p=11#comment-20")
    assert (post.author, account.name, account.seen) == ("https://bruno.example/", "Bruno", 7)


@pytest.mark.parametrize(
    "value",
    [
        _answer(status="draft"),
        _answer(status="private"),
        _answer(content={"rendered": "", "protected": True}),
        _answer(type="attachment"),
        _comment(status="hold"),
        _comment(status="spam"),
        _comment(type="pingback"),
    ],
)
def test_what_is_not_for_everybody_says_nothing(value: Any) -> None:
    assert _meant(value) == []


def test_a_user_is_an_account() -> None:
    itself = {"self": [{"href": f"{_SITE}/wp-json/wp/v2/users/1"}]}
    about = {"id": 1, "name": "Anna Ferri", "slug": "anna", "description": "Grafica", "avatar_urls": {}}
    page = {"link": f"{_SITE}/author/anna/", "url": "https://annaferri.example"}
    (account,) = _meant(about | page | {"_links": itself})
    assert isinstance(account, Account)
    assert account.links == ("https://annaferri.example",)
    assert (account.id, account.handle, account.bio) == (_ANNA, "anna", "Grafica")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "bad_shape"),
        ({"code": "rest_forbidden", "message": "No", "data": {"status": 401}}, "bad_shape"),
        (_answer(content=None), "bad_shape"),
        (_answer(id=None), "no_id"),
        (_answer(author=0), "no_author"),
        (_answer(date_gmt=None), "no_date"),
        (_answer(date_gmt="ieri"), "bad_date"),
        (_comment(author_name="", author_url=""), "no_author"),
        (_comment(content=None), "no_content"),
        (_comment(post=None), "no_id"),
    ],
)
def test_an_answer_without_what_it_needs_is_a_fault(value: Any, reason: str) -> None:
    (fault,) = _meant(value)
    assert isinstance(fault, Fault)
    assert fault.reason == reason


def test_one_spoilt_thing_of_an_answer_leaves_the_others() -> None:
    odd = _answer(_links={"self": [{"href": f"{_SITE}\ud800/wp-json/wp/v2/posts/11"}]})
    assert [type(r) for r in _meant([odd, _answer()])] == [Fault, Post]
