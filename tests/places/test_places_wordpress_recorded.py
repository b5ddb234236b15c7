"""WordPress: what a real server exported and answered is read whole, and says the same."""

import json
from pathlib import Path

import pytest
from lxml import etree

from valore.model.records import Account, Cursor, Fault, Post, Raw, Record, Where
from valore.places.wordpress import PLUGIN
from valore.trust.archive import open_export

SHARED = Path(__file__).parents[3] / "shared" / "samples"
_WP = "{http://wordpress.org/export/1.2/}"


def _shared(name: str) -> Path:
    path = SHARED / "wordpress-local" / name
    if not path.exists():
        pytest.skip(f"no recorded samples here: wordpress-local/{name}")
    return path


def _read() -> list[Record | Fault]:
    with open_export(_shared("export.wxr.xml")) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        raws = [r for r in PLUGIN.read(export, match) if not isinstance(r, Cursor)]
    return [r for raw in raws for r in (PLUGIN.normalise(raw) if isinstance(raw, Raw) else [raw])]


def _answered(name: str) -> tuple[list[dict[str, object]], list[Record | Fault]]:
    value = json.loads(_shared(name).read_text(encoding="utf-8"))
    return value, list(PLUGIN.normalise(Raw("api", Where(name, ""), value)))


def _posts(found: list[Record | Fault]) -> dict[str, Post]:
    return {r.id: r for r in found if isinstance(r, Post)}


def test_every_published_item_and_approved_comment_is_read() -> None:
    items = etree.parse(_shared("export.wxr.xml")).findall(".//item")
    public = [i for i in items if i.findtext(f"{_WP}status") == "publish"]
    comments = [c for i in public for c in i.findall(f"{_WP}comment") if c.findtext(f"{_WP}comment_approved") == "1"]
    found = _read()
    posts = _posts(found)
    assert len([i for i in posts if "#" not in i]) == len(public) == 14
    assert len([i for i in posts if "#" in i]) == len(comments) == 13
    assert not [r for r in found if isinstance(r, Fault)]


def test_no_address_of_mail_or_machine_is_kept() -> None:
    text = repr(_read())
    assert "@example.test" not in text
    assert "127.0.0.1" not in text
    assert "wapuu@" not in text


@pytest.mark.parametrize("name", ["rest-posts.json", "rest-comments.json"])
def test_every_answer_is_read_and_agrees_with_the_export(name: str) -> None:
    value, found = _answered(name)
    held, seen = _posts(_read()), _posts(found)
    assert len(seen) == len(value) == 13
    assert not [r for r in found if isinstance(r, Fault)]
    for native, post in seen.items():
        same = held[native]._replace(pointer=post.pointer, reply_to_author=post.reply_to_author)
        assert post._replace(text=None) == same._replace(text=None)
        assert (post.text or "").split() == (same.text or "").split()


def test_commenters_are_accounts() -> None:
    _, found = _answered("rest-comments.json")
    assert len({r.id for r in found if isinstance(r, Account)}) == 13
