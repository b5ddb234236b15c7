"""Exports of listening and research tools: known by their columns, read by what those mean."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter

from valore.model.records import Fault, Raw, Rows
from valore.model.time import instant
from valore.places import _addresses
from valore.places._tools import SURE, TOOLS, Tool, known, meaning
from valore.places.table import PLUGIN, from_toml, to_toml
from valore.trust.archive import open_export

Found = dict[str, list[dict[str, Any]]]


def _read(path: Path, variant: str) -> Found:
    """Return rows by table, faults under `faults`."""
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        assert match.variant == variant
        found: Found = {"faults": []}
        for item in PLUGIN.read(export, match):
            said = list(PLUGIN.normalise(item)) if isinstance(item, Raw) else [item]
            for record in said:
                if isinstance(record, Rows):
                    found.setdefault(record.table, []).extend(record.batch.to_pylist())
                elif isinstance(record, Fault):
                    found["faults"].append({"where": record.where.pointer, "reason": record.reason})
    return found


def _table(rows: Sequence[Mapping[str, str]], delimiter: str = ",") -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\r\n", restval="")
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


def _write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "export.csv"
    path.write_bytes(text.encode(encoding))
    return path


def _mention(**cells: str) -> dict[str, str]:
    """Return a row of Brandwatch."""
    return {
        "Query Name": "Lume",
        "Date": "2024-02-03 10:11:12.0",
        "Title": "",
        "Snippet": "La carta di Lume…",
        "Url": "http://twitter.com/AnnaFerri/statuses/1753700000000000001",
        "Domain": "twitter.com",
        "Sentiment": "negative",
        "Page Type": "twitter",
        "Author": "AnnaFerri",
        "Full Text": "La carta di Lume è finita",
        "Resource Id": "r-1",
        "Twitter Author ID": "1001",
        "Twitter Likes": "4",
        "Twitter Retweet of": "",
        "Facebook Likes": "0",
    } | {name.replace("_", " "): value for name, value in cells.items()}


def _brandwatch(folder: Path, *rows: dict[str, str]) -> Found:
    notes = "Report:,Bulk Mentions Download\nBrand:,Lume\nFrom:,2024-01-01\nTo:,2024-03-01\nLabel:,\n\n"
    return _read(_write(folder, notes + _table(rows)), "brandwatch")


@pytest.mark.parametrize("tool", TOOLS, ids=lambda t: t.title)
def test_every_tool_is_known_by_the_columns_that_it_needs(tool: Tool) -> None:
    columns = [*tool.needs, *sorted(tool.one_of)[:1]]
    assert known(columns) == tool
    assert not meaning(tool, columns).missing()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda t: t.title)
def test_its_meaning_can_be_kept_as_text(tool: Tool) -> None:
    columns = sorted({c for candidates in tool.fields.values() for c in candidates} | tool.needs)
    told = meaning(tool, columns)
    assert from_toml(to_toml(told)) == told


@pytest.mark.parametrize("tool", TOOLS, ids=lambda t: t.title)
def test_a_table_that_lacks_one_of_them_is_not_taken_for_it(tool: Tool) -> None:
    for lacking in tool.needs:
        assert known(tool.needs - {lacking}) != tool


def test_advertising_value_has_no_meaning_here() -> None:
    """It prices attention by what an advertisement would have cost; we do not keep it."""
    assert not [c for t in TOOLS for f in t.fields.values() for c in f if c in ("ave", "ad_value", "impact")]


def test_a_table_of_a_tool_is_sure_and_another_is_not(tmp_path: Path) -> None:
    with open_export(_write(tmp_path, _table([_mention()]))) as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    assert match.certainty == SURE
    (tmp_path / "other.csv").write_text("Autore,Testo,Data\n@anna,ciao a tutti,2024-01-01\n")
    with open_export(tmp_path / "other.csv") as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    assert match.certainty < 0.5


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252"), ("\t", "utf-8")],
)
def test_any_delimiter_and_encoding_gives_the_same_row(delimiter: str, encoding: str, tmp_path: Path) -> None:
    rows = [_mention(), _mention(Full_Text='Dice: "basta"; perché, poi\nbasta', Resource_Id="r-2", Url="")]
    found = _read(_write(tmp_path, _table(rows, delimiter), encoding), "brandwatch")
    first, second = found["posts"]
    assert (first["id"], first["author"], first["text"]) == ("1753700000000000001", "1001", "La carta di Lume è finita")
    assert (second["id"], second["text"]) == ("r-2", 'Dice: "basta"; perché, poi\nbasta')
    assert found["faults"] == []


def test_notes_above_the_header_are_passed_over(tmp_path: Path) -> None:
    (post,) = _brandwatch(tmp_path, _mention())["posts"]
    assert post["published"].timestamp() * 1e6 == instant("2024-02-03T10:11:12Z")
    assert (post["query"], post["pointer"]) == ("Lume", "row 1")


def test_each_row_is_of_the_network_that_it_comes_from(tmp_path: Path) -> None:
    rows = [
        _mention(),
        _mention(Url="https://www.facebook.com/100100100/posts/200200200", Page_Type="facebook", Facebook_Likes="3"),
        _mention(Url="https://carta.example/articolo", Page_Type="news", Author="", Domain="carta.example"),
        _mention(Url="https://forum.example/7", Page_Type="forum", Author="Bruno Verdi", Resource_Id="r-7"),
    ]
    found = _brandwatch(tmp_path, *rows)
    told = [(p["place"], p["id"], p["author"]) for p in found["posts"]]
    assert told == [
        ("x", "1753700000000000001", "1001"),
        ("facebook", "100100100_200200200", "AnnaFerri"),
        ("feed", "r-1", "carta.example"),
        ("forum", "r-7", "Bruno Verdi"),
    ]
    assert [o["likes"] for o in found["observations"]] == [4, 3]


def test_what_is_passed_on_is_an_act_with_the_id_in_its_address(tmp_path: Path) -> None:
    original = "http://twitter.com/Bruno/statuses/1753600000000000001"
    found = _brandwatch(tmp_path, _mention(Twitter_Retweet_of=original, Full_Text="RT @Bruno: La carta"))
    assert "posts" not in found
    (act,) = found["interactions"]
    assert (act["kind"], act["target"], act["target_author"]) == ("repost", "1753600000000000001", "@bruno")


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("positive", "positive"),
        ("Negativo", "negative"),
        ("neutrale", "neutral"),
        ("-4", "negative"),
        ("0", "neutral"),
        ("Not Rated", None),
        ("", None),
    ],
)
def test_a_tone_is_an_opinion_in_any_language(written: str, label: str | None, tmp_path: Path) -> None:
    found = _brandwatch(tmp_path, _mention(Sentiment=written))
    said = [(o["tool"], o["id"], o["label"], o["subject"]) for o in found.get("annotations", [])]
    assert said == ([("brandwatch", "1753700000000000001", label, "Lume")] if label else [])


def test_a_full_text_that_is_missing_leaves_the_snippet(tmp_path: Path) -> None:
    (post,) = _brandwatch(tmp_path, _mention(Full_Text=""))["posts"]
    assert post["text"] == "La carta di Lume…"


def _meltwater(**cells: str) -> dict[str, str]:
    return {
        "Date": "27-Dec-2020 11:44PM",
        "Headline": "",
        "URL": "https://twitter.com/AnnaFerri/status/1343340000000000001",
        "Opening Text": "",
        "Hit Sentence": "Buona carta",
        "Source": "Twitter",
        "Influencer": "@AnnaFerri",
        "Reach": "310",
        "AVE": "2.87",
        "Sentiment": "Positive",
    } | {name.replace("_", " "): value for name, value in cells.items()}


def test_meltwaters_dates_have_letters_and_its_articles_an_outlet(tmp_path: Path) -> None:
    article = _meltwater(
        URL="https://giornale.example/1", Influencer="", Source="Il Giornale", Headline="Carta", Hit_Sentence=""
    )
    found = _read(_write(tmp_path, _table([_meltwater(), article], "\t"), "utf-16"), "meltwater")
    first, second = found["posts"]
    assert first["published"].timestamp() * 1e6 == instant("2020-12-27T23:44:00Z")
    assert (first["place"], first["author"]) == ("x", "@annaferri")
    assert (second["title"], second["author"], second["text"]) == ("Carta", "Il Giornale", None)
    assert [o["reach"] for o in found["observations"]] == [310, 310]


def test_meltwaters_later_table_has_its_clock_apart(tmp_path: Path) -> None:
    row = {
        "Date": "2025-07-07",
        "Time": "17:12:30",
        "Document ID": "d-1",
        "URL": "https://carta.example/1",
        "Source Name": "Carta",
        "Author Name": "Anna Ferri",
        "Author Handle": "",
        "Title": "Lume",
        "Opening Text": "Una carta",
        "Hit Sentence": "",
        "Sentiment": "Neutral",
        "Comments": "3",
    }
    found = _read(_write(tmp_path, "Lume weekly\n" + _table([row])), "meltwater")
    (post,) = found["posts"]
    assert post["published"].timestamp() * 1e6 == instant("2025-07-07T17:12:30Z")
    assert (post["id"], post["author"], post["text"]) == ("d-1", "Anna Ferri", "Una carta")
    assert found["observations"][0]["replies"] == 3


def test_crowdtangles_hours_of_new_york_become_utc(tmp_path: Path) -> None:
    def row(when: str, native: str) -> dict[str, str]:
        return {
            "Page Name": "Lume",
            "User Name": "lumecarta",
            "Facebook Id": "100100100",
            "Followers at Posting": "1200",
            "Post Created": when,
            "Total Interactions": "1,310",
            "Likes": "1,000",
            "Love": "300",
            "Wow": "10",
            "URL": f"https://www.facebook.com/100100100/posts/{native}",
            "Message": "Ciao",
            "Video Length": "N/A",
        }

    rows = [row("2021-01-15 07:00:00 EST", "200200201"), row("2021-07-15 08:00:00 EDT", "200200202")]
    found = _read(_write(tmp_path, _table(rows)), "crowdtangle")
    assert [p["published"].isoformat() for p in found["posts"]] == [
        "2021-01-15T12:00:00+00:00",
        "2021-07-15T12:00:00+00:00",
    ]
    assert [p["id"] for p in found["posts"]] == ["100100100_200200201", "100100100_200200202"]
    assert [o["likes"] for o in found["observations"]] == [1310, 1310]
    assert {p["place"] for p in found["posts"]} == {"facebook"}
    assert found["accounts"][0]["followers"] == 1200


def _fourcat(**cells: str) -> dict[str, str]:
    return {
        "id": "2001",
        "thread_id": "2001",
        "author": "annaferri",
        "body": "Ciao",
        "timestamp": "2024-01-01 13:00:00",
        "unix_timestamp": "1704106800",
    } | cells


def test_4cats_epoch_is_preferred_to_its_clock(tmp_path: Path) -> None:
    """Its importer wrote the clock of whatever server it ran on."""
    row = _fourcat(num_likes="3", num_comments="-1", url="https://www.instagram.com/p/CxYz12_abc/")
    found = _read(_write(tmp_path, _table([row])), "4cat")
    (post,) = found["posts"]
    assert post["published"].isoformat() == "2024-01-01T11:00:00+00:00"
    assert (post["place"], post["id"], post["author"]) == ("instagram", "CxYz12_abc", "@annaferri")
    assert [(o["likes"], o["replies"]) for o in found["observations"]] == [(3, None)]


def test_4cats_retweets_are_acts(tmp_path: Path) -> None:
    row = _fourcat(retweet_count="5", quote_count="0", author_id="1001", body="RT @Bruno: Ciao &amp; a presto")
    found = _read(_write(tmp_path, _table([row])), "4cat")
    assert [(a["actor"], a["target_author"]) for a in found["interactions"]] == [("1001", "@bruno")]


def test_linkedins_time_is_in_its_ids_and_not_in_how_long_ago(tmp_path: Path) -> None:
    native = (instant("2023-05-04T09:30:00Z") or 0) // 1000 << 22
    row = _fourcat(
        id=str(native), timestamp_ago="18mo", reactions="3", comments="1", shares="0", author="in/anna-ferri"
    )
    (post,) = _read(_write(tmp_path, _table([row])), "4cat")["posts"]
    assert post["published"].isoformat() == "2023-05-04T09:30:00+00:00"
    assert (post["place"], post["id"]) == ("linkedin", f"urn:li:activity:{native}")
    assert post["author"] == "@anna-ferri"


def test_a_number_or_a_date_that_cannot_be_read_is_a_fault_of_its_row(tmp_path: Path) -> None:
    found = _brandwatch(
        tmp_path, _mention(), _mention(Date="ieri"), _mention(Twitter_Likes="molti"), _mention(Full_Text="", Snippet="")
    )
    assert found["faults"] == [
        {"where": "row 2", "reason": "bad_date"},
        {"where": "row 3", "reason": "bad_number"},
        {"where": "row 4", "reason": "no_content"},
    ]


@pytest.mark.parametrize(
    ("address", "place", "native"),
    [
        ("https://x.com/anna/status/1753700000000000001?s=20", "x", "1753700000000000001"),
        ("https://www.instagram.com/reel/CxYz12_abc/", "instagram", "CxYz12_abc"),
        ("https://www.instagram.com/anna.f/p/CxYz12_abc/", "instagram", "CxYz12_abc"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "youtube", "dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ", "youtube", "dQw4w9WgXcQ"),
        ("https://www.tiktok.com/@anna/video/7300000000000000001", "tiktok", "7300000000000000001"),
        (
            "https://www.linkedin.com/feed/update/urn:li:activity:7059800000000000001",
            "linkedin",
            "urn:li:activity:7059800000000000001",
        ),
        ("https://www.facebook.com/groups/100100/permalink/200200", "facebook", "100100_200200"),
        ("https://www.threads.com/@anna/post/C8abcDEF", "threads", "C8abcDEF"),
        ("https://carta.example/status/1753700000000000001", None, None),
    ],
)
def test_addresses_tell_network_and_id(address: str, place: str | None, native: str | None) -> None:
    column = pa.array([address])
    assert _addresses.networks(column).to_pylist() == [place]
    assert _addresses.ids(column).to_pylist() == [native]


def test_twarcs_csv_tells_acts_from_posts_by_what_they_point_at(tmp_path: Path) -> None:
    row = {
        "id": "1753700000000000001",
        "conversation_id": "1753700000000000001",
        "referenced_tweets.replied_to.id": "",
        "referenced_tweets.retweeted.id": "",
        "author_id": "1001",
        "retweeted_user_id": "",
        "created_at": "2024-02-03T10:11:12.000Z",
        "text": "Carta &amp; penna",
        "public_metrics.impression_count": "0",
        "public_metrics.like_count": "4",
        "author.id": "1001",
        "author.username": "AnnaFerri",
        "__twarc.retrieved_at": "2024-03-01T00:00:00+00:00",
    }
    shared = row | {
        "id": "1753700000000000002",
        "referenced_tweets.retweeted.id": "1753600000000000001",
        "retweeted_user_id": "1002",
        "text": "RT @Bruno: Carta",
    }
    found = _read(_write(tmp_path, _table([row, shared])), "twarc")
    (post,), (act,), (seen,) = found["posts"], found["interactions"], found["observations"]
    assert (post["place"], post["id"], post["author"], post["text"]) == (
        "x",
        "1753700000000000001",
        "1001",
        "Carta & penna",
    )
    assert (act["target"], act["target_author"]) == ("1753600000000000001", "1002")
    assert (seen["likes"], seen["views"], seen["seen"].isoformat()) == (4, None, "2024-03-01T00:00:00+00:00")


def test_youtube_data_tools_name_videos_and_comments(tmp_path: Path) -> None:
    video = {
        "channelId": "UC1001",
        "channelTitle": "Lume",
        "videoId": "dQw4w9WgXcQ",
        "publishedAt": "2024-02-03T10:11:12Z",
        "videoTitle": "Carta",
        "videoDescription": "Come si fa",
        "viewCount": "10",
    }
    (post,) = _read(_write(tmp_path, _table([video], "\t")), "ytdt")["posts"]
    assert (post["place"], post["id"], post["author"], post["kind"]) == ("youtube", "dQw4w9WgXcQ", "UC1001", "Video")
    comment = {
        "id": "Ugz1",
        "replyCount": "0",
        "likeCount": "2",
        "publishedAt": "2024-02-03 10:11:12",
        "authorName": "@anna",
        "text": "Bella davvero",
        "authorChannelId": "UC1002",
        "isReplyTo": "Ugz0",
    }
    (post,) = _read(_write(tmp_path, _table([comment])), "ytdt")["posts"]
    assert (post["id"], post["author"], post["reply_to"]) == ("Ugz1", "UC1002", "Ugz0")


def test_facepager_names_authors_and_sums_nothing(tmp_path: Path) -> None:
    row = {
        "path": "a",
        "id": "1",
        "object_id": "100100100_200200200",
        "object_type": "data",
        "query_status": "fetched (200)",
        "query_time": "2020-01-02 10:00:00",
        "from.name": "Lume",
        "created_time": "2020-01-01T10:00:00+0000",
        "message": "Ciao",
        "reactions.summary.total_count": "7",
        "shares.count": "",
    }
    found = _read(_write(tmp_path, _table([row], ";")), "facepager")
    (post,), (seen,) = found["posts"], found["observations"]
    assert (post["place"], post["id"], post["author"]) == ("facebook", "100100100_200200200", "Lume")
    assert (seen["likes"], seen["reposts"]) == (7, None)


def test_an_id_that_a_spreadsheet_has_rounded_is_no_id(tmp_path: Path) -> None:
    """Else its last digits would be invented, and a stranger's post be taken for this one."""
    path = tmp_path / "export.xlsx"
    row = _mention(Url="https://x.com/AnnaFerri/status/1753700000000000001", Resource_Id="r-1")
    book = xlsxwriter.Workbook(str(path), {"strings_to_urls": False})
    page = book.add_worksheet("Sheet0")
    page.write_row(0, 0, list(row))
    page.write_row(1, 0, list(row.values()))
    page.write_number(1, list(row).index("Twitter Author ID"), 1_234_567_890_123_456_789)
    book.close()
    (post,) = _read(path, "brandwatch")["posts"]
    assert (post["id"], post["author"]) == ("1753700000000000001", "@annaferri")


@pytest.mark.parametrize("cut", [10, 400, 2000])
def test_a_spreadsheet_that_cannot_be_looked_into_is_only_a_spreadsheet(cut: int, tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet().write_row(0, 0, list(_mention()))
    book.close()
    path.write_bytes(path.read_bytes()[:-cut])
    with open_export(tmp_path) as export:
        match = PLUGIN.sniff(export)
    assert match is not None
    assert match.variant == "xlsx"
