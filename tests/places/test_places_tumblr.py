"""Tumblr: a blog's own words, told apart from those that it repeats."""

from pathlib import Path
from typing import Any

import pytest

from valore.model.records import Account, Cursor, Fault, Interaction, Post, Raw, Record, Where
from valore.model.time import instant
from valore.places import tumblr
from valore.places._tumblr_post import Said
from valore.places.tumblr import PLUGIN
from valore.trust.archive import open_export

SAMPLE = Path(__file__).parents[1] / "samples" / "tumblr" / "blog-it"
EXPORT = SAMPLE / "posts" / "posts.xml"
_ANNA = "@quadernodianna"


def _raws(path: Path, since: Cursor | None = None) -> list[Raw | Fault | Cursor]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return list(PLUGIN.read(export, match, since))


def _read(path: Path = SAMPLE) -> list[Record | Fault]:
    return [
        r
        for raw in _raws(path)
        if not isinstance(raw, Cursor)
        for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])
    ]


def _posts(path: Path = SAMPLE) -> dict[int, Post]:
    return {int(r.id) - 700_000_000_000: r for r in _read(path) if isinstance(r, Post)}


def _said(kind: str = "regular", texts: dict[str, str] | None = None, **facts: str) -> Record | Fault:
    whole = {"type": kind, "id": "700000000001", "tumblelog": "anna", "unix-timestamp": "1709542800"}
    whole |= {name.replace("_", "-"): value for name, value in facts.items()}
    said = Said(whole, {"regular-body": "<p>Ciao</p>"} if texts is None else texts, (), 0)
    (found,) = PLUGIN.normalise(Raw("post", Where("posts.xml", "/posts/0"), said))
    return found


def test_a_text_has_title_links_tags_and_pictures() -> None:
    post = _posts()[1]
    assert post.text == "Il catalogo di Lume: città, perché no? 🎉\n\nرائع"
    assert (post.title, post.kind, post.media) == ("Carta & caratteri", "Article", 1)
    assert (post.links, post.tags) == (("https://lume.example/catalogo",), ("Tipografia", "carta & penna"))
    assert (post.author, post.url) == (_ANNA, "https://quadernodianna.tumblr.com/post/700000000001/nota")


def test_times_are_universal_and_keep_the_clock_of_the_blog() -> None:
    assert (_posts()[1].published, _posts()[1].offset) == (instant("2024-03-04T09:00:00Z"), 60)


def test_each_type_of_post_says_what_its_author_said() -> None:
    told = {n: (p.kind, p.text, p.media) for n, p in _posts().items()}
    assert told[2] == ("Image", "La prova", 2)
    assert told[3] == ("Note", "Da leggere.", 0)
    assert told[4] == ("Note", "La carta ricorda.\n— Dario", 0)
    assert told[5] == ("Note", "Sì, volentieri.", 0)
    assert told[6] == ("Video", "Al lavoro", 1)
    assert told[13] == ("Note", "*Scritto* in Markdown\n\ncon due righe", 0)
    assert (_posts()[3].title, _posts()[3].links) == ("Lume", ("https://lume.example/",))
    assert _posts()[14].title == "Al telefono"


def test_a_reblog_with_words_of_its_own_is_a_quote_of_the_first_author() -> None:
    post = _posts()[7]
    assert post.text == "E io aggiungo: è vero."
    assert (post.quote_of, post.quote_of_author) == ("600000000001", "@lume-carta")
    assert post.links == ()


def test_a_reblog_without_words_is_a_repost_of_the_first_author() -> None:
    (act,) = [r for r in _read() if isinstance(r, Interaction)]
    assert (act.kind, act.actor, act.id) == ("repost", _ANNA, "700000000008")
    assert (act.target, act.target_author) == ("600000000002", "@lume-carta")


def test_a_reblog_of_nobody_knows_whom_is_a_fault_and_never_its_own_words() -> None:
    assert [(f.where.pointer, f.reason) for f in _read() if isinstance(f, Fault)] == [("/posts/8", "no_author")]


def test_the_interface_of_old_names_origins_outright() -> None:
    names = {"reblogged_from_name": "bruno", "reblogged_root_name": "Lume"}
    act = _said(**names, reblogged_root_url="https://lume.tumblr.com/post/600000000005/x", texts={})
    assert isinstance(act, Interaction)
    assert (act.target, act.target_author) == ("600000000005", "@lume")


def test_the_interface_of_old_names_the_blog_in_an_element(tmp_path: Path) -> None:
    path = tmp_path / "read.xml"
    path.write_text(
        '<?xml version="1.0"?><tumblr version="1.0"><tumblelog name="anna" title="Il quaderno"/><posts start="0">'
        '<post id="700000000001" type="Regular" unix-timestamp="1709542800"><tumblelog name="anna"/>'
        "<regular-body>Ciao</regular-body></post></posts></tumblr>"
    )
    account, post = _read(path)
    assert isinstance(account, Account)
    assert isinstance(post, Post)
    assert (account.id, account.name, post.author, post.text) == ("@anna", "Il quaderno", "@anna", "Ciao")


def test_drafts_queued_and_private_posts_and_conversations_stay_closed() -> None:
    assert not {10, 11, 12} & set(_posts())
    assert "parole riservate" not in repr(_raws(SAMPLE))
    assert "parole di chi chiede" not in repr(_read())
    with open_export(SAMPLE) as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    assert match.skipped == {
        "messages.xml": "private",
        "posts/html/700000000001.html": "not_needed",
        "media/700000000002.jpg": "media",
    }


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"unix_timestamp": ""}, "no_date"),
        ({"unix_timestamp": "ieri"}, "bad_date"),
        ({"id": "x"}, "no_id"),
        ({"tumblelog": ""}, "no_author"),
        ({"type": "altro"}, "bad_shape"),
        ({"texts": {}}, "no_content"),
    ],
)
def test_a_post_without_what_it_needs_is_a_fault(facts: dict[str, Any], reason: str) -> None:
    kind = facts.pop("type", "regular")
    fault = _said(kind, facts.pop("texts", None), **facts)
    assert isinstance(fault, Fault)
    assert fault.reason == reason


def test_a_date_in_words_stands_in_for_the_number() -> None:
    post = _said(unix_timestamp="", date_gmt="2024-03-04 09:00:00 GMT")
    assert isinstance(post, Post)
    assert post.published == instant("2024-03-04T09:00:00Z")


@pytest.mark.parametrize("share", range(1, 9))
def test_a_file_cut_anywhere_gives_its_beginning(share: int, tmp_path: Path) -> None:
    whole = EXPORT.read_bytes()
    path = tmp_path / "posts.xml"
    path.write_bytes(whole[: len(whole) * share // 9])
    found = _read(path)
    assert {repr(r) for r in found if not isinstance(r, Fault)} <= {repr(r) for r in _read()}
    assert [r.reason for r in found if isinstance(r, Fault)][-1] == "truncated"


def test_what_is_no_xml_ends_with_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "posts.xml"
    path.write_text(EXPORT.read_text(encoding="utf-8").replace("<link-text>", "<link-text>&"), encoding="utf-8")
    assert [(f.where.pointer, f.reason) for f in _read(path) if isinstance(f, Fault)] == [("/posts/2", "bad_xml")]
    assert {1, 2} <= set(_posts(path))


def test_reading_goes_on_inside_a_long_export(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tumblr, "_MANY", 3)
    whole = _raws(SAMPLE)
    stops = [(n, c) for n, c in enumerate(whole) if isinstance(c, Cursor)]
    assert len(stops) > 3
    for at, stop in stops:
        assert [r for r in _raws(SAMPLE, stop) if isinstance(r, Raw)] == [r for r in whole[at:] if isinstance(r, Raw)]
