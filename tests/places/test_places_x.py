"""X's archives of every period say the same things in the same words."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.model.records import Account, Cursor, Fault, Interaction, Observation, Post, Raw, Record, Rows, Where
from valore.model.time import from_epoch, instant
from valore.places._x_owner import Owner
from valore.places.x import PLUGIN
from valore.trust.archive import open_export

SAMPLES = Path(__file__).parents[1] / "samples" / "x"
_ANNA = Owner(id="1001", handle="AnnaFerri")
_WHERE = Where("data/tweets.js", "/0")


def _read(case: str) -> list[Record | Fault]:
    with open_export(SAMPLES / case) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found = list(PLUGIN.read(export, match))
        assert not any(isinstance(f, Fault) for f in found)
        return [
            one for raw in found if isinstance(raw, Raw) for record in PLUGIN.normalise(raw) for one in _each(record)
        ]


def _each(record: Record | Fault) -> list[Record | Fault]:
    """Return records one by one, also those that came in columns."""
    if not isinstance(record, Rows):
        return [record]
    kind = {"posts": Post, "observations": Observation}[record.table]
    rows = record.batch.to_pylist()
    return [kind(**{name: _plain(value) for name, value in row.items()}) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    return tuple(value) if isinstance(value, list) else value


def _posts(case: str) -> dict[str, Post]:
    return {r.id: r for r in _read(case) if isinstance(r, Post)}


def _said(tweet: Any, owner: Owner = _ANNA, kind: str = "tweets") -> list[Record | Fault]:
    return list(PLUGIN.normalise(Raw(kind, _WHERE, (owner, tweet, None))))


@pytest.mark.parametrize(
    ("case", "variant"),
    [
        ("2012-csv", "2012-csv"),
        ("2012-grailbird", "2012-grailbird"),
        ("2019-22", "2019-22"),
        ("2019-bare", "2019-22"),
        ("2022-it", "2022-"),
    ],
)
def test_each_period_is_known_by_its_files(case: str, variant: str) -> None:
    with open_export(SAMPLES / case) as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    assert (match.variant, match.certainty) == (variant, 1.0)


def test_what_is_not_read_is_told_with_the_reason() -> None:
    with open_export(SAMPLES / "2022-it") as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    why = {name.removeprefix("data/"): code for name, code in match.skipped.items()}
    private = ("direct-messages.js", "ip-audit.js", "contact.js", "ad-impressions.js", "device-token.js", "follower.js")
    assert {name: why[name] for name in private} == dict.fromkeys(private, "private")
    assert why["like.js"] == "not_needed"


def test_the_older_archive_is_read_from_the_fuller_of_its_two_forms() -> None:
    with open_export(SAMPLES / "2012-grailbird") as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    assert match.skipped["tweets.csv"] == "not_needed"


def test_the_account_comes_from_the_files_that_describe_it() -> None:
    account = next(r for r in _read("2022-it") if isinstance(r, Account))
    assert (account.id, account.handle, account.name) == ("1001", "AnnaFerri", "Anna Ferri")
    assert (account.bio, account.location) == ("Disegno carta & caratteri", "Torino")
    assert account.verified is False
    assert account.created == instant("2012-03-04T10:00:00Z")
    assert account.seen == instant("2023-05-01T12:00:00Z")
    assert "lume.example" not in repr(account)  # neither mail nor telephone


def test_a_table_without_a_name_still_tells_its_owner() -> None:
    found = _read("2012-csv")
    assert {r.author for r in found if isinstance(r, Post)} == {"1001"}
    assert next(r for r in found if isinstance(r, Account)).handle == "AnnaFerri"


def test_short_links_are_written_out_and_entities_decoded() -> None:
    post = _posts("2022-it")["1612000000000000001"]
    assert post.text == "Buongiorno a chi disegna & legge. Oggi parlo di #tipografia https://anna.example/tipografia"
    assert (post.links, post.tags, post.language) == (("https://anna.example/tipografia",), ("tipografia",), "it")


def test_replies_and_quotes_are_posts_and_own_reposts_are_acts() -> None:
    posts = _posts("2022-it")
    reply, quote = posts["1612000000000000002"], posts["1612000000000000004"]
    assert (reply.reply_to, reply.reply_to_author, reply.mentions) == ("1611000000000000009", "2001", ("2001",))
    assert (quote.quote_of, quote.quote_of_author) == ("1611999999999999999", "@nitida")
    repost = next(r for r in _read("2022-it") if isinstance(r, Interaction))
    assert (repost.kind, repost.actor, repost.target_author) == ("repost", "1001", "2001")
    assert repost.id == "1612000000000000003" not in posts


def test_the_older_forms_name_the_post_that_was_reposted() -> None:
    for case, target in (("2012-csv", "299900000000000000"), ("2012-grailbird", "558700000000000000")):
        repost = next(r for r in _read(case) if isinstance(r, Interaction))
        assert (repost.target, repost.target_author) == (target, "2001")


def test_ones_own_picture_is_not_a_quote_of_oneself() -> None:
    assert _posts("2012-csv")["300000000000000001"].quote_of is None


def test_a_long_post_has_its_full_text() -> None:
    text = _posts("2022-it")["1612000000000000006"].text
    assert text is not None
    assert len(text) > 400
    assert text.endswith("con fatica.")


def test_an_edit_is_a_revision_of_the_first_edition() -> None:
    post = _posts("2022-it")["1612000000000000007"]
    assert post.updated == instant("2023-01-08T10:30:00Z")
    assert post.published < (post.updated or 0)


def test_a_deleted_post_is_a_tombstone_without_words() -> None:
    post = _posts("2022-it")["1612000000000000010"]
    assert (post.text, post.deleted) == (None, instant("2023-01-11T09:00:00Z"))


def test_communities_are_groups_and_pictures_are_counted() -> None:
    posts = _posts("2022-it")
    assert posts["1612000000000000008"].visibility == "group"
    pictures = posts["1612000000000000005"]
    assert (pictures.media, pictures.text, pictures.language) == (2, "Bozze sul tavolo", None)


def test_zero_is_zero_and_missing_is_missing() -> None:
    counts = {r.id: (r.likes, r.reposts) for r in _read("2022-it") if isinstance(r, Observation)}
    assert counts["1612000000000000002"] == (0, 0)
    assert not any(isinstance(r, Observation) for r in _read("2012-csv"))


@given(st.integers(1_288_834_974_657, 1_900_000_000_000))
def test_a_post_without_a_date_tells_it_by_its_number(milliseconds: int) -> None:
    native = str((milliseconds - 1_288_834_974_657) << 22)
    found = _said({"id_str": native, "full_text": "carta"})
    assert found[0].published == from_epoch(milliseconds, "ms") if int(native) > 3e10 else found  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("tweet", "owner", "reason"),
    [
        ({"full_text": "carta", "created_at": "Sat Jan 07 10:00:00 +0000 2023"}, _ANNA, "no_id"),
        ({"id_str": "20", "full_text": "carta"}, _ANNA, "no_date"),
        ({"id_str": "1612000000000000001", "created_at": "ieri"}, _ANNA, "bad_date"),
        ({"id_str": "1612000000000000001", "full_text": "carta"}, Owner(), "no_author"),
        ({"id_str": "1612000000000000001", "full_text": 7}, _ANNA, "bad_shape"),
        ({"id_str": "1612000000000000001", "full_text": "x", "favorite_count": "molti"}, _ANNA, "bad_shape"),
    ],
)
def test_what_cannot_be_understood_is_a_fault(tweet: dict[str, Any], owner: Owner, reason: str) -> None:
    assert _said(tweet, owner) == [Fault(_WHERE, reason)]


def test_a_row_of_the_table_that_does_not_fit_is_a_fault_of_its_own(tmp_path: Path) -> None:
    rows = (SAMPLES / "2012-csv" / "tweets.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "tweets.csv").write_text("".join([*rows[:2], '"1","2"\n', *rows[2:]]), encoding="utf-8")
    with open_export(tmp_path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found = list(PLUGIN.read(export, match))
    assert [f for f in found if isinstance(f, Fault)] == [Fault(Where("tweets.csv", "row 3"), "bad_row")]
    assert sum(isinstance(f, Raw) and f.kind == "csv" for f in found) == 4


@given(st.permutations(range(6)))
def test_the_order_of_posts_does_not_matter(order: list[int]) -> None:
    tweets = [
        {"id_str": str(1612000000000000001 + n), "created_at": "Sat Jan 07 10:00:00 +0000 2023", "full_text": f"{n}"}
        for n in range(6)
    ]
    said = [r._replace(pointer="") for n in order for r in _said(tweets[n]) if isinstance(r, Post)]
    assert set(said) == {r._replace(pointer="") for t in tweets for r in _said(t) if isinstance(r, Post)}


def test_a_cursor_stands_behind_each_file(tmp_path: Path) -> None:
    (tmp_path / "tweets.js").write_text("window.YTD.tweets.part0 = " + json.dumps([]), encoding="utf-8")
    with open_export(tmp_path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        assert list(PLUGIN.read(export, match)) == [Cursor("tweets.js")]


def test_a_table_whose_header_is_broken_is_one_fault(tmp_path: Path) -> None:
    header = 'tweet_id,timestamp,"text,in_reply_to_status_id"'
    (tmp_path / "tweets.csv").write_text(f"{header}\n1,2,3,4\n", encoding="utf-8")
    with open_export(tmp_path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        assert [f for f in PLUGIN.read(export, match) if not isinstance(f, Cursor)] == [
            Fault(Where("tweets.csv", "row 1"), "bad_row")
        ]
