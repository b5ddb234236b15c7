"""Tables of every writing become the same facts, and what cannot be read is told with its row."""

import gzip
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valore.errors import MappingError, SourceError
from valore.model.records import Cursor, Fault, Raw, Record, Rows
from valore.places import _lines
from valore.places._lines import json_lines
from valore.places.table import Mapping, Table
from valore.trust.archive import open_export

ID = 570306133677760513
ROWS: list[dict[str, str | None]] = [
    {
        "tweet_id": str(ID),
        "created_at": "2015-02-24T19:35:52Z",
        "author_id": "1001",
        "text": "La carta di Lume, finalmente",
        "like_count": "3",
        "lang": "it",
    },
    {
        "tweet_id": str(ID + 1),
        "created_at": "2015-02-24T19:40:00Z",
        "author_id": "1002",
        "text": 'Perché "no"?\nDavvero.',
        "like_count": None,
        "lang": "it",
    },
    {
        "tweet_id": str(ID + 2),
        "created_at": "2015-02-25T08:00:00Z",
        "author_id": "1001",
        "text": "Grazie; a domani 😀",
        "like_count": "0",
        "lang": "it",
    },
]
DATA = Path(__file__).parents[2].parent / "shared" / "data"


def read(path: Path, mapping: Mapping | None = None, since: Cursor | None = None) -> list[Record | Fault | Cursor]:
    return list(_read(path, mapping, since))


def _read(path: Path, mapping: Mapping | None, since: Cursor | None) -> Iterator[Record | Fault | Cursor]:
    table = Table().with_mapping(mapping)
    with open_export(path) as export:
        match = table.sniff(export)
        assert match is not None
        for item in table.read(export, match, since):
            if isinstance(item, Raw):
                yield from table.normalise(item)
            else:
                yield item


def rows(found: list[Record | Fault | Cursor], table: str) -> list[dict[str, Any]]:
    return [row for r in found if isinstance(r, Rows) and r.table == table for row in r.batch.to_pylist()]


def faults(found: list[Record | Fault | Cursor]) -> list[tuple[str, str]]:
    return [(f.where.pointer, f.reason) for f in found if isinstance(f, Fault)]


def delimited(mark: str) -> str:
    def cell(value: str | None) -> str:
        return "" if value is None else '"' + value.replace('"', '""') + '"'

    lines = [mark.join(ROWS[0]), *(mark.join(cell(v) for v in row.values()) for row in ROWS)]
    return "\n".join(lines) + "\n"


def sheet(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    page.write_row(0, 0, list(ROWS[0]))
    for number, row in enumerate(ROWS, 1):
        for column, value in enumerate(row.values()):
            if value is not None:
                page.write_string(number, column, value)
    book.close()


def written(folder: Path, ending: str) -> Path:
    """Write the same rows in one of the formats."""
    path = folder / f"mentions.{ending}"
    kind = ending.removesuffix(".gz")
    plain = folder / f"mentions.{kind}"
    match kind:
        case "csv" | "tsv":
            plain.write_text(delimited("," if kind == "csv" else "\t"), encoding="utf-8")
        case "xlsx":
            sheet(plain)
        case "parquet":
            pq.write_table(pa.Table.from_pylist(ROWS), plain)
        case _:
            plain.write_text("".join(json.dumps(r) + "\n" for r in ROWS), encoding="utf-8")
    if ending.endswith(".gz"):
        path.write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    return path


FORMATS = [f + z for f in ("csv", "tsv", "jsonl", "ndjson", "parquet", "xlsx") for z in ("", ".gz")]


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_rows_in_every_format_are_the_same_facts(ending: str, tmp_path: Path) -> None:
    found = read(written(tmp_path, ending))
    posts = rows(found, "posts")
    assert not faults(found)
    assert [p["id"] for p in posts] == [str(ID), str(ID + 1), str(ID + 2)]
    assert [p["text"] for p in posts] == [r["text"] for r in ROWS]
    assert [p["published"].isoformat() for p in posts] == [str(r["created_at"]).replace("Z", "+00:00") for r in ROWS]
    assert [p["pointer"] for p in posts] == ["row 1", "row 2", "row 3"]
    assert {p["place"] for p in posts} == {"x"}
    assert [(o["id"], o["likes"]) for o in rows(found, "observations")] == [(str(ID), 3), (str(ID + 2), 0)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_table_in_another_encoding_is_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "menzioni.csv"
    path.write_text(
        "id,data,autore,testo\n1,2024-01-02,anna,Perché è così?\n2,2024-01-03,bruno,La città\n", encoding=encoding
    )
    assert [p["text"] for p in rows(read(path), "posts")] == ["Perché è così?", "La città"]


def lines(path: Path, texts: list[str]) -> Path:
    path.write_text("\n".join(texts), encoding="utf-8", errors="surrogatepass")
    return path


GOOD = [
    json.dumps({"id": str(n), "time": f"2024-01-{n:02}T00:00:00Z", "author": f"10{n:02}", "text": f"frase numero {n}"})
    for n in range(1, 10)
]


def test_a_bad_line_of_json_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    path = lines(tmp_path / "m.jsonl", [GOOD[0], '{"id": "2", "time":', "[1, 2]", "", GOOD[3], '{"id": "9'])
    found = read(path)
    assert [p["pointer"] for p in rows(found, "posts")] == ["row 1", "row 4"]
    assert faults(found) == [("row 2", "bad_json"), ("row 3", "bad_json"), ("row 5", "truncated")]


def test_half_of_a_surrogate_pair_costs_a_character_and_not_the_line(tmp_path: Path) -> None:
    path = lines(tmp_path / "m.jsonl", [GOOD[0], GOOD[1].replace("frase", "\\ud83d frase"), GOOD[2]])
    found = read(path)
    assert not faults(found)
    assert sorted(p["text"] for p in rows(found, "posts")) == [
        "frase numero 1",
        "frase numero 3",
        "\ufffd frase numero 2",
    ]


def test_a_line_longer_than_the_engine_takes_does_not_end_the_reading(tmp_path: Path) -> None:
    long = json.dumps(
        {"id": "77", "time": "2024-01-20T00:00:00Z", "author": "1077", "text": "breve", "noise": "x" * (17 << 20)}
    )
    found = read(lines(tmp_path / "m.jsonl", [GOOD[0], long, GOOD[2]]))
    assert not faults(found)
    assert sorted(p["id"] for p in rows(found, "posts")) == ["1", "3", "77"]


def test_a_row_of_another_width_is_a_fault_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        "id,time,author,text\n1,2024-01-01T00:00:00Z,1007,prima frase\n2,due,campi\n"
        "3,2024-01-03T00:00:00Z,1007,terza frase\n"
    )
    found = read(path)
    assert [p["id"] for p in rows(found, "posts")] == ["1", "3"]
    assert faults(found) == [("row 2", "bad_row")]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("author", None, "no_author"),
        ("time", None, "no_date"),
        ("time", "presto", "bad_date"),
        ("text", " ", "no_content"),
        ("text", None, "no_content"),
    ],
)
def test_a_row_without_what_a_post_needs_is_a_fault_that_says_why(
    field: str, value: str | None, reason: str, tmp_path: Path
) -> None:
    broken = json.dumps(json.loads(GOOD[4]) | {field: value})
    found = read(lines(tmp_path / "m.jsonl", [*GOOD[:4], broken, *GOOD[5:]]))
    assert faults(found) == [("row 5", reason)]
    assert len(rows(found, "posts")) == 8


def test_faults_hold_no_words_of_people(tmp_path: Path) -> None:
    secret = json.dumps({"id": "1", "time": "segreto", "author": "7", "text": "parole segrete"})
    found = read(lines(tmp_path / "m.jsonl", [*GOOD, secret, '{"text": "segreto']))
    assert len(faults(found)) == 2
    assert "segret" not in str([f for f in found if isinstance(f, Fault)])


def test_a_count_that_is_no_number_is_told_and_the_post_is_kept(tmp_path: Path) -> None:
    odd = [json.dumps(json.loads(g) | {"likes": str(n)}) for n, g in enumerate(GOOD)]
    odd[4] = json.dumps(json.loads(GOOD[4]) | {"likes": "molti"})
    mapping = Mapping(columns={"id": "id", "published": "time", "author": "author", "text": "text", "likes": "likes"})
    found = read(lines(tmp_path / "m.jsonl", odd), mapping)
    assert faults(found) == [("row 5", "bad_number")]
    assert (len(rows(found, "posts")), len(rows(found, "observations"))) == (9, 8)


def day(path: Path, dates: list[str]) -> Path:
    body = "".join(f"{n},{d},anna,frase numero {n}\n" for n, d in enumerate(dates, 1))
    path.write_text("id,data,autore,testo\n" + body)
    return path


def test_when_nothing_tells_day_from_month_a_person_is_asked(tmp_path: Path) -> None:
    path = day(tmp_path / "m.csv", ["03/02/2015", "04/05/2015"])
    with pytest.raises(MappingError) as asked:
        read(path)
    assert "'data'" in str(asked.value)
    assert "day_first" in str(asked.value)
    assert "month_first" in str(asked.value)
    names = {"id": "id", "published": "data", "author_handle": "autore", "text": "testo"}
    for form, month in (("day_first", 2), ("month_first", 3)):
        posts = rows(read(path, Mapping(columns=names, time_format=form)), "posts")
        assert posts[0]["published"].month == month


def test_one_number_above_twelve_at_the_very_end_settles_the_column(tmp_path: Path) -> None:
    path = day(tmp_path / "m.csv", ["03/02/2015"] * 6000 + ["25/02/2015"])
    assert rows(read(path), "posts")[0]["published"].month == 2


def test_bare_times_are_utc_unless_the_mapping_says_a_zone(tmp_path: Path) -> None:
    path = day(tmp_path / "m.csv", ["2024-07-01 12:00", "2024-01-01 12:00"])
    names = {"id": "id", "published": "data", "author_handle": "autore", "text": "testo"}
    hours = {
        zone: [p["published"].hour for p in rows(read(path, Mapping(columns=names, timezone=zone)), "posts")]
        for zone in ("UTC", "Europe/Rome")
    }
    assert hours == {"UTC": [12, 12], "Europe/Rome": [10, 11]}


def test_a_repost_is_an_act_and_not_a_post(tmp_path: Path) -> None:
    path = tmp_path / "tweets.csv"
    path.write_text(
        "tweet_id,created_at,author_id,text,retweeted\n"
        "570306133677760513,2024-01-01T00:00:00Z,44,La mia frase,[]\n"
        "570306133677760514,2024-01-01T00:00:00Z,44,RT @Lume: una frase di Lume,[570306133677760000]\n"
        "570306133677760515,2024-01-01T00:00:00Z,45,RT @Nitida: un'altra frase,[]\n"
    )
    found = read(path)
    assert [p["id"] for p in rows(found, "posts")] == ["570306133677760513"]
    acts = [(a["kind"], a["actor"], a["target"], a["target_author"]) for a in rows(found, "interactions")]
    assert acts == [("repost", "44", "570306133677760000", "@lume"), ("repost", "45", None, "@nitida")]


def test_a_post_without_an_id_gets_one_of_what_it_says(tmp_path: Path) -> None:
    body = "data,autore,testo\n2024-01-01,anna,La prima frase\n2024-01-02,anna,La seconda frase\n"
    (tmp_path / "a.csv").write_text(body)
    turned = body.splitlines()
    (tmp_path / "b.csv").write_text("\n".join([turned[0], turned[2], turned[1]]) + "\n")
    first, second = ({p["text"]: p["id"] for p in rows(read(tmp_path / n), "posts")} for n in ("a.csv", "b.csv"))
    assert first == second
    assert len(set(first.values())) == 2


def test_nested_json_is_reached_by_dotted_names(tmp_path: Path) -> None:
    nested = [
        {
            "id_str": str(ID + n),
            "created_at": "Wed Oct 10 20:19:24 +0000 2018",
            "full_text": f"frase &amp; numero {n}",
            "user": {"id_str": f"{44 + n}00", "screen_name": name, "followers_count": 120 + n},
        }
        for n, name in enumerate(["AnnaFerri", "bruno"])
    ]
    found = read(lines(tmp_path / "m.jsonl", [json.dumps(n) for n in nested]))
    assert [p["author"] for p in rows(found, "posts")] == ["4400", "4500"]
    assert rows(found, "posts")[0]["text"] == "frase & numero 0"
    people = {a["id"]: (a["handle"], a["followers"]) for a in rows(found, "accounts")}
    assert people == {"4400": ("AnnaFerri", 120), "4500": ("bruno", 121)}


def test_json_inside_a_cell_is_reached_too(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        'id,time,text,user\n1,2024-01-01T00:00:00Z,una frase,"{""name"": ""anna""}"\n'
        "2,2024-01-02T00:00:00Z,due frasi,no\n"
    )
    names = {"id": "id", "published": "time", "text": "text", "author_handle": "user.name"}
    found = read(path, Mapping(columns=names))
    assert [p["author"] for p in rows(found, "posts")] == ["@anna"]
    assert faults(found) == [("row 2", "no_author")]


def test_constants_fill_what_the_table_does_not_say(tmp_path: Path) -> None:
    path = day(tmp_path / "m.csv", ["2024-07-01"])
    names = {"id": "id", "published": "data", "author_handle": "autore", "text": "testo"}
    post = rows(read(path, Mapping(columns=names, place="forum", constants={"query": "lume"})), "posts")[0]
    assert (post["place"], post["query"], post["author"]) == ("forum", "lume", "@anna")


def test_a_column_that_names_the_network_decides_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        "id,date,author,text,platform\n1,2024-01-01,anna,una frase,Twitter\n2,2024-01-01,anna,due frasi,Instagram\n"
    )
    assert [p["place"] for p in rows(read(path), "posts")] == ["x", "instagram"]


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = day(tmp_path / "m.csv", ["2024-07-01"])
    with pytest.raises(MappingError, match=r"no column 'quando'.*id, data, autore, testo"):
        read(path, Mapping(columns={"published": "quando", "author": "autore", "text": "testo"}))


def test_a_table_without_words_or_times_says_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "follows.csv"
    path.write_text("user,follower\nanna,bruno\nanna,carla\n")
    with pytest.raises(MappingError, match="published, text"):
        read(path)


def test_a_table_of_something_else_does_not_stop_the_others_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("user,colour\nanna,blu\nanna,verde\n")
    lines(tmp_path / "m.jsonl", GOOD)
    found = read(tmp_path)
    assert len(rows(found, "posts")) == 9
    assert [(f.where.file, f.reason) for f in found if isinstance(f, Fault)] == [("a.csv", "bad_shape")]


def test_messages_and_contacts_among_the_files_of_an_archive_stay_closed(tmp_path: Path) -> None:
    body = "id,date,author,text\n1,2024-01-01,bruno,una frase segreta\n"
    for name in ("messages.csv", "Connections.csv", "chats/inbox.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(body)
    lines(tmp_path / "m.jsonl", GOOD)
    with open_export(tmp_path) as export:
        match = Table().sniff(export)
    assert match is not None
    assert (match.members, set(match.skipped.values())) == (("m.jsonl",), {"private"})


@pytest.mark.parametrize(
    "text", ['{"id": 1, "text": "un documento"}', '{\n "id": 1\n}', "una riga\nun'altra", "", "[1, 2]"]
)
def test_a_document_is_no_table(text: str, tmp_path: Path) -> None:
    for name in ("a.json", "a.txt"):
        (tmp_path / name).write_text(text)
    with open_export(tmp_path) as export:
        assert Table().sniff(export) is None


@pytest.mark.parametrize("ending", ["parquet", "xlsx", "csv.gz", "jsonl.gz"])
def test_a_cut_file_ends_with_faults_or_one_error(ending: str, tmp_path: Path) -> None:
    path = written(tmp_path, ending)
    whole = path.read_bytes()
    for share in (0.3, 0.6, 0.9, 0.99):
        path.write_bytes(whole[: int(len(whole) * share)])
        try:
            read(path)
        except (SourceError, MappingError, AssertionError):
            continue


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(noise=st.binary(max_size=300), at=st.integers(0, 400), ending=st.sampled_from(["csv", "jsonl", "tsv"]))
def test_noise_in_a_table_never_breaks_the_reader(noise: bytes, at: int, ending: str, tmp_path: Path) -> None:
    path = written(tmp_path, ending)
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + noise + whole[at:])
    table = Table()
    with suppress(SourceError, MappingError), open_export(path) as export:
        match = table.sniff(export)
        for item in table.read(export, match) if match is not None else ():
            assert isinstance(item, Raw | Fault | Cursor)
            if isinstance(item, Raw):
                assert all(isinstance(r, Rows | Fault) for r in table.normalise(item))


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    shuffled = list(GOOD)
    random.Random(4).shuffle(shuffled)
    found = [rows(read(lines(tmp_path / f"{n}.jsonl", t)), "posts") for n, t in enumerate((GOOD, shuffled))]
    plain = [sorted((p["id"], p["author"], p["text"], p["published"]) for p in posts) for posts in found]
    assert plain[0] == plain[1]


def test_reading_goes_on_after_a_cursor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the stop, nothing is lost and nothing comes twice."""
    monkeypatch.setattr("valore.places._frames.ROWS", 2)
    path = written(tmp_path, "csv")
    stops = [item for item in read(path) if isinstance(item, Cursor)]
    assert len(stops) == 2
    assert [p["id"] for p in rows(read(path, since=stops[0]), "posts")] == [str(ID + 2)]
    assert not rows(read(path, since=stops[1]), "posts")


def test_the_dry_run_says_what_the_import_does(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "m.jsonl", [*GOOD, '{"id": "10', json.dumps({"id": "11", "author": "1007", "text": "senza data"})]
    )
    with open_export(path) as export:
        seen = Table().preview(export, "m.jsonl")
    found = read(path)
    assert seen.rows == 11
    assert dict(seen.kept) == {"posts": len(rows(found, "posts"))} == {"posts": 9}
    assert dict(seen.refused) == {"bad_json": 1, "no_date": 1}
    assert [(f.where.pointer, f.reason) for f in seen.faults] == faults(found)
    assert {p.field: p.column for p in seen.plans} == {
        "id": "id",
        "published": "time",
        "author": "author",
        "text": "text",
    }


def test_the_engine_that_reads_a_file_may_open_no_other(tmp_path: Path) -> None:
    path = lines(tmp_path / "m.jsonl", GOOD)
    (tmp_path / "other.csv").write_text("a\n1\n")
    with duckdb.connect() as con:
        assert sum(b.num_rows for b in _lines._reader(con, path, {"id": ("id", [])}, 100, lenient=True)) == 9
        with pytest.raises(duckdb.PermissionException):
            con.execute(f"SELECT * FROM read_csv('{tmp_path}/other.csv')")
        with pytest.raises(duckdb.Error):
            con.execute("SET enable_external_access = true")


def test_a_name_full_of_quotes_and_stars_is_only_a_name(tmp_path: Path) -> None:
    path = lines(tmp_path / "it's [a] *.jsonl", GOOD)
    assert len(rows(read(path), "posts")) == 9


REAL = {
    "airline-brand-stream/tweets.csv.gz": {
        "published": "created_utc_from_id",
        "query": "airline",
        "author_handle": "name",
    },
    "replab13/tweets_labeled.csv.gz": {"published": "unix", "query": "entity_id", "seen": "scraped_timestamp"},
    "timelines/BarackObama.csv.gz": {"published": "created_at", "url": "url", "author_handle": "user"},
    "timelines/elonmusk_Tweet.csv.gz": {"reply_to": "replied_to", "repost_of": "retweeted", "quote_of": "quoted"},
    "twcs-sample/twcs_first_5001.csv.gz": {"reply_to": "in_response_to_tweet_id", "author": "author_id"},
}


@pytest.mark.parametrize("name", REAL)
def test_real_sets_are_understood_without_help(name: str) -> None:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not on this machine")
    with open_export(DATA / name) as export:
        seen = Table().preview(export, export.members[0].name)
    assert REAL[name].items() <= dict(seen.mapping.columns).items()
    assert seen.mapping.place == "x"
    assert sum(seen.refused.values()) <= 0.001 * seen.rows


def test_a_broken_line_costs_itself_wherever_it_stands(tmp_path: Path) -> None:
    """The quick way is left at the first broken line; no row is given twice, and none is lost."""
    lines = [json.dumps({"id": str(n), "by": "1001", "at": "2025-01-01T00:00:00Z", "text": "x"}) for n in range(90_000)]
    for number in (3, 70_000, 89_999):
        lines[number] = lines[number][:-3]
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    wanted: dict[str, tuple[str, list[str]]] = {"id": ("id", []), "text": ("text", [])}
    found = list(json_lines(path, path.name, wanted, 8_192))
    faults = [f for f in found if isinstance(f, Fault)]
    assert [f.where.pointer for f in faults] == ["row 4", "row 70001", "row 90000"]
    rows = [r for b in found if not isinstance(b, Fault) for r in b["row"].to_pylist()]
    assert rows == [n for n in range(1, 90_001) if n not in (4, 70_001, 90_000)]
