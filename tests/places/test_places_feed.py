"""Feeds of every dialect become posts with an author, a date and an id, or a fault that says what lacks."""

from pathlib import Path

import pytest

from valore.model.records import Account, Fault, Observation, Post, Raw, Record
from valore.model.time import instant
from valore.places.feed import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "feed"


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found = list(PLUGIN.read(export, match))
    records: list[Record | Fault] = []
    for raw in found:
        if isinstance(raw, Raw):
            records += PLUGIN.normalise(raw)
        elif isinstance(raw, Fault):
            records.append(raw)
    return records


def _posts(path: Path) -> list[Post]:
    return [r for r in _read(path) if isinstance(r, Post)]


def _feed(folder: Path, text: str, name: str = "a.xml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_the_full_content_wins_over_the_summary_and_html_becomes_words() -> None:
    first, second = _posts(SAMPLES / "rss2")
    assert (first.text, first.title, first.tags) == ("È arrivata la carta.\n\nBella.", "Carta nuova", ("carta",))
    assert second.text == "Due parole"


def test_the_id_is_the_guid_else_the_address() -> None:
    assert [p.id for p in _posts(SAMPLES / "rss2")] == ["lume-1", "https://lume.example/2"]


def test_without_guid_and_address_the_content_is_the_id(tmp_path: Path) -> None:
    item = "<item><description>{}</description><pubDate>Sun, 22 Feb 2015 10:00:00 GMT</pubDate></item>"
    channel = "<rss version='2.0'><channel><link>https://lume.example/</link>{}</channel></rss>"
    one, other = _posts(_feed(tmp_path, channel.format(item.format("Uno") + item.format("Due"))))
    assert one.id != other.id
    assert one.id == _posts(_feed(tmp_path, channel.format(item.format("Uno"))))[0].id


def test_an_entry_speaks_for_its_author_else_for_the_feed() -> None:
    first, second = _posts(SAMPLES / "rss2")
    assert (first.author, second.author) == ("https://lume.example/#Bruno", "https://lume.example/")
    names = {r.id: r.name for r in _read(SAMPLES / "rss2") if isinstance(r, Account)}
    assert names == {"https://lume.example/": "Lume & la carta", "https://lume.example/#Bruno": "Bruno"}


def test_the_offset_of_the_date_is_kept() -> None:
    post = _posts(SAMPLES / "rss2")[0]
    assert (post.published, post.offset) == (instant("2015-02-22T09:00:00Z"), 60)


def test_no_date_is_a_fault() -> None:
    for case in ("rss2", "json"):
        assert [f.reason for f in _read(SAMPLES / case) if isinstance(f, Fault)] == ["no_date"]


def test_zero_comments_are_counted_as_zero() -> None:
    assert [r.replies for r in _read(SAMPLES / "rss2") if isinstance(r, Observation)] == [0]


def test_an_edit_is_a_later_edition() -> None:
    (post,) = _posts(SAMPLES / "atom")
    assert post.updated == instant("2015-02-02T08:00:00Z")


def test_json_feeds_are_read_with_numbers_as_ids() -> None:
    first, second = _posts(SAMPLES / "json")
    assert (first.text, second.id, second.author) == ("Ciao\na tutti", "2", "https://elsa.example/")


def test_addresses_of_mail_are_not_kept(tmp_path: Path) -> None:
    date = "<pubDate>Sun, 22 Feb 2015 10:00:00 GMT</pubDate>"
    item = f"<item><guid>1</guid><author>bruno@lume.example (Bruno)</author>{date}</item>"
    found = _read(_feed(tmp_path, f"<rss version='2.0'><channel><link>https://l.example/</link>{item}</channel></rss>"))
    assert "bruno@lume.example" not in repr(found)
    assert any(isinstance(r, Post) and r.author == "https://l.example/#Bruno" for r in found)


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY secret SYSTEM "file:///etc/passwd">',
        "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(12))
        + '<!ENTITY secret "&e11;">',
    ],
)
def test_entities_are_never_followed(declared: str, tmp_path: Path) -> None:
    item = (
        "<item><guid>1</guid><description>&secret;</description><pubDate>Sun, 22 Feb 2015 10:00:00 GMT</pubDate></item>"
    )
    channel = f"<channel><link>https://l.example/</link>{item}</channel>"
    feed = f"<?xml version='1.0'?><!DOCTYPE rss [{declared}]><rss version='2.0'>{channel}</rss>"
    found = repr(_read(_feed(tmp_path, feed)))
    assert "root:" not in found
    assert len(found) < 10_000


def test_a_feed_beside_many_other_files_is_claimed_with_little_certainty(tmp_path: Path) -> None:
    _feed(tmp_path, "<rss version='2.0'><channel/></rss>")
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text("x", encoding="utf-8")
    with open_export(tmp_path) as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    assert match.certainty < 0.2


@pytest.mark.parametrize("text", ["<html><body><feed></body></html>", "<a/>", "{}", "", '{"version": "1"}', "feed"])
def test_what_is_no_feed_is_not_claimed(text: str, tmp_path: Path) -> None:
    _feed(tmp_path, text or " ")
    _feed(tmp_path, text or " ", "b.json")
    with open_export(tmp_path) as export:
        assert PLUGIN.sniff(export) is None
