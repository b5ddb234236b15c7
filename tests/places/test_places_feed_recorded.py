"""Feeds well and ill formed, each with what must be read from it in a comment of its own.

The comments are Python expressions over another library's names. They are never run: their usual forms
are taken apart and asked of our records. Most files tell no date, without which an entry is a fault for
us, so they are lent one: all else can then be asked.
"""

import ast
import calendar
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.places.recorded import LENT, Read, folder, read

from valore.model.records import Account, Fault, Post, Raw, Where
from valore.model.text import plain, repair
from valore.model.time import SECOND, moment
from valore.places.feed import PLUGIN
from valore.trust.archive import open_export

KNOWN = {
    "item_description_not_a_doctype.xml": "a mark that opens nothing: browsers show nothing of it, and so do we",
}
"""File and why it is read otherwise; a miss that is not here fails, and so does one that is here and gone."""

_EXPECT = re.compile(r"Expect:[ \t]*(.+?)[ \t]*(?:-->|\r?\n)")
_MAIL = re.compile(r"\s*[(<]?\s*[^\s()<>]+@[^\s()<>]+\s*[)>]?\s*")
_ENCODINGS = ("utf-8", "utf-32", "utf-16", "utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be", "latin-1")


class Claim(NamedTuple):
    """One equation of a comment: what is spoken of, and what it must be."""

    path: tuple[str | int, ...]
    value: Any


def claims(data: bytes) -> list[Claim]:
    """Return what a file's own comment says of its entries; forms that are not usual give nothing."""
    for encoding in _ENCODINGS:
        try:
            found = _EXPECT.search(data.decode(encoding))
        except UnicodeError:
            continue
        if found:
            return list(_equations(ast.parse(found[1], mode="eval").body))
    return []


def _equations(node: ast.AST) -> Iterator[Claim]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from _equations(part)
    elif isinstance(node, ast.Compare) and all(isinstance(o, ast.Eq) for o in node.ops):
        try:
            value = ast.literal_eval(node.comparators[-1])
        except ValueError:
            return
        for side in (node.left, *node.comparators[:-1]):
            if isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "ord":
                yield Claim(_path(side.args[0]), chr(value))
            elif path := _path(side):
                yield Claim(path, value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Call):
        asked = node.operand
        if isinstance(asked.func, ast.Attribute) and asked.func.attr == "has_key":
            yield Claim((*_path(asked.func.value), ast.literal_eval(asked.args[0])), None)


def _path(node: ast.AST) -> tuple[str | int, ...]:
    """Return `entries[0]['title']` and `entries[0].title` as names and numbers; `len(x)` as x and `len`."""
    match node:
        case ast.Name(name):
            return ("entries" if name == "items" else name,)
        case ast.Attribute(inner, name):
            return (*_path(inner), name)
        case ast.Subscript(inner, ast.Constant(value)) if isinstance(value, str | int):
            return (*_path(inner), value)
        case ast.Call(ast.Name("len"), [inner]):
            return (*_path(inner), "len")
    return ()


def concerns(claim: Claim) -> bool:
    """Say whether a claim is about what a post holds."""
    return _asked(claim) is not None


def _asked(claim: Claim) -> str | None:
    """Return what is asked of a post (title, text, tag…), None when it is about something else."""
    if claim.path[-1] == "len":
        return "number" if claim.path == ("entries", "len") else None
    if claim.path[0] != "entries":
        return None
    named = claim.path[2:]
    return _NAMED.get(("tags", "#", *named[2:]) if named[:1] == ("tags",) else named)


_NAMED: dict[tuple[str | int, ...], str] = {
    ("title",): "title",
    ("title_detail", "value"): "title",
    ("description",): "text",
    ("summary",): "text",
    ("summary_detail", "value"): "text",
    ("content", 0, "value"): "text",
    ("content", 0, "language"): "language",
    ("id",): "id",
    ("guid",): "id",
    ("link",): "link",
    ("author",): "author",
    ("author_detail", "name"): "author",
    ("authors", 0, "name"): "author",
    ("author_detail", "url"): "address",
    ("authors", 0, "url"): "address",
    ("category",): "tag",
    ("tags", "#", "term"): "tag",
    ("thr_in-reply-to", "ref"): "reply",
    **{(f"{name}{form}",): "date" for name in ("published", "updated", "created") for form in ("", "_parsed")},
}


def holds(claim: Claim, found: Read) -> bool:
    """Say whether our records agree with a claim."""
    asked = _asked(claim)
    if asked == "number":
        return bool(len(found.posts) == claim.value)
    if len(found.posts) <= int(claim.path[1]):
        return False
    post = found.posts[int(claim.path[1])]
    return _agrees(asked, post, found.names, claim.value)


def _agrees(asked: str | None, post: Post, names: dict[str, str | None], value: Any) -> bool:
    """Compare what a post holds with what was written: words without their tags, a name without its address."""
    if asked in ("title", "text"):
        return ((post.title if asked == "title" else post.text) or "") in (plain(value), repair(value).strip())
    if asked == "date":
        return _instant(value) in (post.published, post.updated)
    if asked == "tag":
        return value in post.tags
    if asked == "author":
        return names.get(post.author) == (_MAIL.sub("", value) or None)
    held = {
        "id": post.id,
        "link": post.url,
        "address": post.author,
        "language": post.language,
        "reply": post.reply_to,
    }
    return bool(held[str(asked)] == value)


def _instant(value: Any) -> int | None:
    if isinstance(value, tuple):
        return calendar.timegm(value) * SECOND
    read_as = moment(value)
    return None if read_as is None else read_as.at


def _files() -> list[Path]:
    return [p for p in sorted(folder("feeds-feedparser").rglob("*")) if p.suffix in (".xml", ".json")]


@pytest.fixture(scope="module")
def judged() -> dict[str, list[tuple[Claim, bool]]]:
    """Return by file what its comment claims of posts, and whether our records agree."""
    found: dict[str, list[tuple[Claim, bool]]] = {}
    for path in _files():
        mine = [c for c in claims(path.read_bytes()) if concerns(c)]
        if mine:
            said = read(path)
            found[path.name] = [(c, holds(c, said)) for c in mine]
    return found


def test_comments_are_understood() -> None:
    """Their forms are taken apart, never run."""
    text = (
        "<!-- Expect: not bozo and entries[0]['title'] == 'Carta' and len(entries) == 2 and entries[1].id == u'7' -->"
    )
    assert claims(text.encode()) == [
        Claim(("entries", 0, "title"), "Carta"),
        Claim(("entries", "len"), 2),
        Claim(("entries", 1, "id"), "7"),
    ]
    assert claims(b"<!-- Expect: ord(entries[0]['title']) == 97 -->") == [Claim(("entries", 0, "title"), "a")]
    assert claims(b"<!-- Expect: not entries[0].has_key('link') -->") == [Claim(("entries", 0, "link"), None)]
    assert claims(b"<!-- Expect: __import__('os').getcwd() -->") == []


def test_nearly_every_recorded_claim_about_a_post_holds(judged: dict[str, list[tuple[Claim, bool]]]) -> None:
    verdicts = [held for found in judged.values() for _, held in found]
    assert len(verdicts) >= 115
    assert sum(verdicts) / len(verdicts) >= 0.97


def test_what_is_read_otherwise_is_known_and_why(judged: dict[str, list[tuple[Claim, bool]]]) -> None:
    missed = {name for name, found in judged.items() if not all(held for _, held in found)}
    assert missed == set(KNOWN)


def test_claims_of_every_kind_are_among_them(judged: dict[str, list[tuple[Claim, bool]]]) -> None:
    asked = {_asked(claim) for found in judged.values() for claim, _ in found}
    assert asked >= {"title", "text", "id", "link", "author", "address", "date", "tag", "language", "reply", "number"}


def test_a_claim_that_is_wrong_does_not_hold(tmp_path: Path) -> None:
    """Else the share above would mean nothing."""
    feed = (
        "<rss version='2.0'><channel><link>https://lume.example</link><item><title>Carta</title></item></channel></rss>"
    )
    (tmp_path / "lume.xml").write_text(feed, "utf-8")
    found = read(tmp_path / "lume.xml")
    assert holds(Claim(("entries", 0, "title"), "Carta"), found)
    wrong = {
        "title": "Altro",
        "summary": "x",
        "id": "7",
        "link": "https://x",
        "author": "Bruno",
        "published": "2020-01-01",
    }
    assert not any(holds(Claim(("entries", 0, name), value), found) for name, value in wrong.items())
    assert not holds(Claim(("entries", 1, "title"), "Carta"), found)


def test_an_entry_lent_nothing_is_a_fault_with_a_reason() -> None:
    """Dates and addresses are lent to the test alone: what has none is told, never guessed."""
    lacking = posts = 0
    for path in _files():
        with open_export(path) as export:
            match = PLUGIN.sniff(export)
            raws = [r for r in PLUGIN.read(export, match) if isinstance(r, Raw) and r.kind != "feed"] if match else []
            for raw in raws:
                found = list(PLUGIN.normalise(raw))
                assert found, path.name
                posts += any(isinstance(r, Post) for r in found)
                lacking += any(isinstance(r, Fault) and r.reason in ("no_date", "no_author") for r in found)
    assert lacking > 100
    assert posts >= 10


def test_the_first_of_several_authors_wrote_it_and_the_address_of_a_picture_is_not_the_entry(tmp_path: Path) -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><id>https://lume.example/</id><entry>
    <link rel="alternate">https://lume.example/carta</link><link rel="enclosure">https://lume.example/a.png</link>
    <author><name>Anna Ferri</name></author><author><name>Bruno</name></author></entry></feed>"""
    (tmp_path / "lume.xml").write_text(atom, "utf-8")
    found = read(tmp_path / "lume.xml")
    assert (found.posts[0].url, found.names[found.posts[0].author]) == ("https://lume.example/carta", "Anna Ferri")


def test_a_json_feed_given_as_one_answer_is_read_like_a_file() -> None:
    item = {"id": "7", "url": "https://lume.example/7", "content_text": "Carta", "date_published": LENT}
    answer = {
        "home_page_url": "https://lume.example/",
        "title": "Lume",
        "authors": [{"name": "Lume"}],
        "items": [item, 7],
    }
    found = list(PLUGIN.normalise(Raw("api", Where("https://lume.example/feed.json", ""), answer)))
    assert [(r.id, r.text, r.author) for r in found if isinstance(r, Post)] == [("7", "Carta", "https://lume.example/")]
    assert [(r.where.pointer, r.reason) for r in found if isinstance(r, Fault)] == [("/items/1", "bad_shape")]
    assert [r.name for r in found if isinstance(r, Account)] == ["Lume"]
    mail = {"items": [item], "authors": [{"name": "Anna Ferri", "url": "mailto:anna@lume.example"}]}
    assert "mailto" not in repr(list(PLUGIN.normalise(Raw("api", Where("feed.json", ""), mail))))
    refused = list(PLUGIN.normalise(Raw("api", Where("https://lume.example/feed.json", ""), {"error": "no"})))
    assert [type(r) for r in refused] == [Fault]
