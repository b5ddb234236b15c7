"""What columns mean: names propose, values decide, and what cannot be told is asked."""

import datetime as dt
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.errors import MappingError
from valore.places import _columns as col
from valore.places import _times
from valore.places._mapping import FIELDS, Mapping, from_dict, from_toml, to_toml
from valore.places._suggest import suggest

NAMES = {
    "it": ("ID post", "Data di pubblicazione", "Autore", "Testo", "Mi piace", "Condivisioni", "Lingua"),
    "en": ("post_id", "Created At", "Author", "Full Text", "Likes", "Shares", "Language"),
    "de": ("Kennung", "Datum", "Verfasser", "Nachricht", "Gefällt mir", "Geteilt", "Sprache"),
    "fr": ("Identifiant", "Date de publication", "Auteur", "Texte", "J'aime", "Partages", "Langue"),
    "es": ("Identificador", "Fecha", "Autor", "Mensaje", "Me gusta", "Compartidos", "Idioma"),
    "pt": ("Identificador", "Data de publicação", "Autor", "Mensagem", "Curtidas", "Compartilhamentos", "Língua"),
}
ROWS = {
    "id": ["570306133677760513", "570306133677760514", "570306133677760515"],
    "published": ["24/02/2015 11:35", "03/02/2015 08:05", "05/02/2015 09:00"],
    "author_handle": ["@AnnaFerri", "bruno", "carla"],
    "text": ["Il catalogo è arrivato", "La carta di Lume", "Perché no, davvero?"],
    "likes": ["3", "0", ""],
    "reposts": ["1", "2", "0"],
    "language": ["it", "it", "it"],
}

EARLIEST, LATEST = dt.datetime.fromisoformat("1995-01-01"), dt.datetime.fromisoformat("2090-01-01")
moments = st.datetimes(EARLIEST, LATEST).map(lambda t: t.replace(microsecond=0, fold=0))


def micros(moment: dt.datetime, zone: str = "UTC") -> int:
    return int(moment.replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000


def parsed(values: list[str | None], form: str, zone: str = "UTC") -> list[int | None]:
    found: list[int | None] = (
        _times.parse(pa.array(values, pa.string()), form, zone).instants.cast(pa.int64()).to_pylist()
    )
    return found


@pytest.mark.parametrize("language", NAMES)
def test_names_in_six_languages_are_understood(language: str) -> None:
    sample = pa.table(dict(zip(NAMES[language], ROWS.values(), strict=True)))
    found = suggest(sample)
    assert dict(found.columns) == dict(zip(ROWS, NAMES[language], strict=True))
    assert found.time_format == "day_first"
    assert all(0 < c <= 1 for c in found.certainty.values())


def test_values_overrule_names() -> None:
    """`retweeted` holds the id of a post in one tool and yes or no in another."""
    common = {"tweet_id": ["1", "2"], "text": ["una frase intera", "un'altra frase"]}
    ids = pa.table(common | {"retweeted": ["570306133677760513", ""]})
    flags = pa.table(common | {"retweeted": ["True", "False"]})
    assert suggest(ids).columns["repost_of"] == "retweeted"
    assert "repost_of" not in suggest(flags).columns


def test_a_column_that_says_its_offset_is_preferred_to_a_wall_clock() -> None:
    sample = pa.table(
        {
            "tweet_created": ["2/24/2015 11:35", "2/23/2015 10:00"],
            "scraped_at": ["2015-03-01T00:00:00Z", "2015-03-01T00:00:00Z"],
            "created_utc_from_id": ["2015-02-24T19:35:52Z", "2015-02-23T18:00:00Z"],
        }
    )
    found = suggest(sample)
    assert found.columns["published"] == "created_utc_from_id"
    assert found.columns["seen"] == "scraped_at"


def test_ids_that_a_spreadsheet_has_rounded_are_not_taken_for_ids() -> None:
    sample = pa.table({"tweet_id": ["5.70306E+17", "5.70307E+17"], "text": ["una frase intera", "e un'altra ancora"]})
    assert "id" not in suggest(sample).columns


def test_the_sentiment_of_a_vendor_is_not_read() -> None:
    sample = pa.table(
        {
            "Full Text": ["Lume makes paper", "Lume is late"],
            "Sentiment": ["positive", "negative"],
            "Author": ["Anna Ferri", "Bruno Verdi"],
        }
    )
    assert "Sentiment" not in suggest(sample).columns.values()


def test_what_was_searched_for_is_found_by_standing_in_the_texts() -> None:
    sample = pa.table(
        {
            "text": [
                "@LumeStudio la carta è bella",
                "ancora @LumeStudio",
                "Nitida non risponde mai",
                "chiedo a Nitida",
            ],
            "tracked": ["Lume Studio", "Lume Studio", "Nitida", "Nitida"],
        }
    )
    assert suggest(sample).columns["query"] == "tracked"


def test_an_author_is_an_id_a_handle_or_a_name_by_its_values() -> None:
    for values, field in (
        (["1636590253", "16076032"], "author"),
        (["anna_ferri", "@bruno"], "author_handle"),
        (["Anna Ferri", "Bruno Verdi"], "author_name"),
    ):
        assert suggest(pa.table({"author": values})).columns == {field: "author"}


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(deadline=None)
@given(
    columns=st.dictionaries(st.sampled_from(sorted(FIELDS)), texts, max_size=6),
    constants=st.dictionaries(st.sampled_from(sorted(FIELDS)), texts, max_size=3),
    place=texts,
    zone=st.sampled_from(["UTC", "Europe/Rome", "America/Sao_Paulo"]),
    form=st.sampled_from([None, *_times.FORMS, "%d %b %Y"]),
    escaped=st.booleans(),
)
def test_a_mapping_written_down_is_read_back_the_same(
    columns: dict[str, str], constants: dict[str, str], place: str, zone: str, form: str | None, escaped: bool
) -> None:
    mapping = Mapping(
        columns=columns, constants=constants, place=place, timezone=zone, time_format=form, escaped=escaped
    )
    assert from_toml(to_toml(mapping)) == mapping


@pytest.mark.parametrize(
    "text",
    [
        "columns = {",
        'columns = { colour = "x" }',
        'columns = "id"',
        "place = 3",
        'timezone = "Europe/Atlantide"',
        'time_format = "sometimes"',
        'colour = "x"',
    ],
)
def test_a_mapping_that_cannot_be_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(MappingError) as refused:
        from_toml(text)
    assert len(str(refused.value)) > 20


def test_a_mapping_of_a_workspace_file_may_name_its_file() -> None:
    mapping = from_dict({"file": "mentions.jsonl", "place": "x", "columns": {"id": "post_id"}})
    assert mapping == Mapping(columns={"id": "post_id"}, place="x")
    assert mapping.missing() == ("author", "published", "text")


@settings(deadline=None)
@given(st.lists(moments, min_size=1, max_size=20))
def test_every_form_of_time_gives_the_instant_back(times: list[dt.datetime]) -> None:
    truth = [micros(t) for t in times]
    written = {
        "iso": [t.strftime("%Y-%m-%dT%H:%M:%SZ") for t in times],
        "epoch_s": [str(micros(t) // 1_000_000) for t in times],
        "epoch_ms": [str(micros(t) // 1000) for t in times],
        "epoch_us": [str(micros(t)) for t in times],
        "x": [t.strftime("%a %b %d %H:%M:%S +0000 %Y") for t in times],
        "words": [t.strftime("%a, %d %b %Y %H:%M:%S +0000") for t in times],
        "day_first": [t.strftime("%d/%m/%Y %H:%M:%S") for t in times],
        "month_first": [t.strftime("%m/%d/%Y %I:%M:%S %p") for t in times],
        "%Y|%m|%d %H.%M.%S": [t.strftime("%Y|%m|%d %H.%M.%S") for t in times],
    }
    for form, values in written.items():
        assert parsed(list(values), form) == truth, form


@settings(deadline=None)
@given(st.lists(moments, min_size=1, max_size=10), st.integers(-840, 840))
def test_an_offset_moves_the_instant_and_is_kept(times: list[dt.datetime], offset: int) -> None:
    sign, hours, minutes = "-" if offset < 0 else "+", *divmod(abs(offset), 60)
    values = pa.array([f"{t:%Y-%m-%dT%H:%M:%S}{sign}{hours:02}:{minutes:02}" for t in times])
    found = _times.parse(values, "iso", "Europe/Rome")
    assert found.instants.cast(pa.int64()).to_pylist() == [micros(t) - offset * 60_000_000 for t in times]
    assert found.offsets is not None
    assert found.offsets.to_pylist() == [offset] * len(times)


@settings(deadline=None)
@given(st.lists(moments, min_size=1, max_size=10), st.sampled_from(["Europe/Rome", "America/New_York", "Asia/Kolkata"]))
def test_a_bare_wall_clock_is_read_in_the_zone_of_the_mapping(times: list[dt.datetime], zone: str) -> None:
    assert parsed([f"{t:%Y-%m-%d %H:%M:%S}" for t in times], "iso", zone) == [micros(t, zone) for t in times]


@settings(deadline=None)
@given(st.lists(moments, min_size=1, max_size=30))
def test_day_and_month_are_told_apart_by_a_number_above_twelve_and_only_so(times: list[dt.datetime]) -> None:
    telling = any(t.day > 12 for t in times)
    for form, pattern in (("day_first", "%d/%m/%Y"), ("month_first", "%m/%d/%Y")):
        found = _times.form(pa.array([t.strftime(pattern) for t in times]))
        assert found is not None
        assert found.name == (form if telling else "ambiguous")


@pytest.mark.parametrize(
    "value", ["31/04/2015", "2015-13-01", "0", "99999999999999999999", "ieri", "29/02/2015", "12:30"]
)
def test_a_day_that_never_was_is_no_date(value: str) -> None:
    for form in _times.FORMS:
        if form != "month_first":
            assert parsed([value], form) == [None]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("1,204", 1204),
        ("1.204", 1204),
        ("12.0", 12),
        ("1.2K", 1200),
        ("3M", 3_000_000),
        ("-1", None),
        ("0", 0),
    ],
)
def test_counts_are_read_as_tools_write_them(text: str, number: int | None) -> None:
    numbers, wrong = col.whole(pa.array([text, "x"]))
    assert numbers.to_pylist() == [number, None]
    assert wrong.to_pylist() == [False, True]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=5))
def test_utf8_read_as_another_code_page_is_repaired_in_whole_columns(words: list[str]) -> None:
    plain = ["perché è così", "città", "NÃO PERCAM", "naïve – “quoted”", *words]
    broken = ["perchÃ© Ã¨ cosÃ¬", "cittÃ\xa0", "NÃO PERCAM", "naïve – “quoted”", *words]
    mended = col.texts(pa.array(broken), escaped=False).to_pylist()
    assert mended[:4] == plain[:4]


def test_lists_are_read_in_every_writing() -> None:
    written = pa.array(["['a', 'b']", '["a","b"]', "a, b", "#a #b", "[]", None])
    assert col.lists(written, "#").to_pylist() == [["a", "b"]] * 4 + [None, None]
    assert col.named(pa.array([["Anna", "12"], None])).to_pylist() == [["@anna", "12"], None]
