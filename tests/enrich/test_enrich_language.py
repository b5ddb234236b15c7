"""Languages of short posts: slang, dialect, Hindi in Latin letters, and silence where there are no words."""

import pyarrow as pa
import pytest

from valore.enrich.language import PLUGIN


def spoken(*texts: str) -> list[str]:
    found: list[str] = PLUGIN.enrich(pa.record_batch({"text": list(texts)})).column("language").to_pylist()
    return found


@pytest.mark.parametrize(
    "text",
    [
        "yaar ye lamp kitna sundar hai, mujhe bhi chahiye",
        "bahut accha kaam kiya aapne",
        "aaj dukan kab khulegi koi bata sakta hai kya",
    ],
)
def test_hindi_in_latin_letters_is_hindi(text: str) -> None:
    assert spoken(text, f"RT @lume: {text.upper()} https://lume.example") == ["hi", "hi"]


def test_words_that_hindi_shares_do_not_make_a_post_hindi() -> None:
    assert spoken("To me the main hall is the one to see", "Con le mani in pasta, ma che bello") == ["en", "it"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nun ce sta gnente da fà, 'sta lampada è troppo bella", "it"),
        ("boh raga nn ce la faccio più, domani ho l'esame", "it"),
        ("wanna go 2 the fair 2nite? u comin or nah", "en"),
        ("Oggi meeting col team, poi call col cliente e deadline alle 18", "it"),
        ("vc viu a nova lampada? mto linda msm", "pt"),
    ],
)
def test_slang_dialect_and_mixture_go_to_the_language_that_carries_them(text: str, language: str) -> None:
    assert spoken(text) == [language]


def test_what_other_languages_share_with_hindi_stays_theirs() -> None:
    others = spoken("aku mau main ke rumah kamu hari ini", "har du sett filmen", "han har gjort det igen")
    assert "hi" not in others


def test_stretched_words_are_words() -> None:
    assert spoken("bahuuuut achaaaaa haiiii yaaaar ye toh") == ["hi"]


def test_arabic_as_set_in_print_is_arabic() -> None:
    printed = "\ufeed\ufe8d\ufedf\ufee4\ufebc\ufe92\ufe8e\ufea1 \ufe8d\ufedf\ufe9f\ufeaa\ufef3\ufeaa"
    assert spoken(printed) == ["ar"]


@pytest.mark.parametrize("text", ["😀😀❤️", "👍🏽", "12345 !!!", "@anna https://lume.example", "???"])
def test_no_words_no_language(text: str) -> None:
    assert spoken(text) == ["und"]
