"""Both languages are complete, and numbers and days are written as each writes them."""

import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Message

import valore
from valore.errors import SourceError, TooLittleEvidence, UnknownName
from valore.present.extract import collected, found
from valore.present.language import LANGUAGES, Words, chosen, read_catalogue

ROOT = Path(valore.__file__).parent


def _texts(message: Message) -> list[str]:
    said = message.string
    return [said] if isinstance(said, str) else list(said or [""])


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    catalog = read_catalogue(language)
    missing = [m.id for m in catalog if m.id and not all(_texts(m))]
    missing += [i for m in collected(ROOT) if (i := m.id) and catalog.get(i) is None]
    assert not missing, "run python -m valore.present.extract and translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_guessed_or_stale(language: str) -> None:
    catalog = read_catalogue(language)
    assert not [m.id for m in catalog if m.id and m.fuzzy]
    wanted = {m.id for m in collected(ROOT) if m.id}
    assert {m.id for m in catalog if m.id} <= wanted, "run python -m valore.present.extract"


def test_english_says_what_the_code_says() -> None:
    for message in read_catalogue("en"):
        if message.id:
            assert message.string == message.id


def test_a_translation_names_the_same_facts() -> None:
    for message in read_catalogue("it"):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        wanted = set().union(*(_holes(i) for i in ids))
        for text in _texts(message):
            assert _holes(text) <= wanted, message.id
            assert wanted <= _holes(text) | {"count"}, message.id


def test_errors_of_every_room_are_found() -> None:
    texts = {f.message for f in found(ROOT)}
    assert "no {what} called '{name}'; there are: {known}" in texts
    assert "too few different authors speak" in texts


def test_words_of_other_rooms_that_are_called_say_are_left_alone(tmp_path: Path) -> None:
    for room in ("world", "present"):
        (tmp_path / "valore" / room).mkdir(parents=True)
        (tmp_path / "valore" / room / "a.py").write_text(f'x.say("{room} speaks")\nN_("marked in {room}")\n')
    assert {f.message for f in found(tmp_path / "valore")} == {
        "present speaks", "marked in present", "marked in world",
    }  # fmt: skip


def test_numbers_days_and_ranges_follow_the_language() -> None:
    it, en = Words("it"), Words("en")
    assert (it.number(12345.678, 2), en.number(12345.678, 2)) == ("12.345,68", "12,345.68")
    assert (it.percent(0.123, 1), en.percent(0.123, 1)) == ("12,3%", "12.3%")
    assert (it.day(date(2025, 11, 7)), en.day(date(2025, 11, 7))) == ("7 nov 2025", "Nov 7, 2025")
    assert it.moment(datetime(2025, 1, 2, 15, 4, tzinfo=UTC)) == "2 gen 2025, 15:04"
    assert it.dates(date(2025, 11, 3), date(2025, 11, 9)).endswith("nov 2025")
    assert it.signed(-3.25) == "\N{MINUS SIGN}3,2"
    assert it.signed(-0.01) == "0"


def test_plurals_follow_the_count() -> None:
    assert Words("it").many("{count} reply", "{count} replies", 1) == "1 risposta"
    assert Words("it").many("{count} reply", "{count} replies", 1200) == "1.200 risposte"


def test_an_error_is_told_in_the_readers_language() -> None:
    it = Words("it")
    assert it.error(UnknownName("subject", "bo", ["anna"])) == "«bo» non si trova (soggetto); ci sono: anna"
    assert it.error(SourceError("{file} is empty", file="a.csv")) == "a.csv è vuoto"
    assert "autori diversi" in it.error(TooLittleEvidence("few_authors"))


def test_facts_with_braces_are_not_understood_as_templates() -> None:
    assert Words("it").error(SourceError("{file} is empty", file="{0.__class__}")) == "{0.__class__} è vuoto"


def test_the_language_is_what_is_asked_else_the_machines_else_english() -> None:
    assert chosen("it", {}) == "it"
    assert chosen(None, {"LANG": "it_IT.UTF-8"}) == "it"
    assert chosen(None, {"LC_ALL": "C", "LANG": "it_IT.UTF-8"}) == "en"
    with pytest.raises(UnknownName):
        chosen("tlh", {})
