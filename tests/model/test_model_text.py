"""Text leaves the border whole: storable, comparable, without markup and without losing words."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.model.text import mojibake, plain, repair

_ANY = st.text(st.characters(), max_size=60)


@given(_ANY)
def test_repaired_text_can_be_stored_and_repairing_again_changes_nothing(text: str) -> None:
    mended = repair(text)
    mended.encode()
    assert "\x00" not in mended
    assert unicodedata.is_normalized("NFC", mended)
    assert repair(mended) == mended


@given(st.text(st.characters(min_codepoint=0x10000, max_codepoint=0x10FFFF), max_size=20))
def test_pairs_of_surrogates_are_joined(text: str) -> None:
    data = text.encode("utf-16-be")
    halves = "".join(chr(int.from_bytes(data[n : n + 2], "big")) for n in range(0, len(data), 2))
    assert repair(halves) == unicodedata.normalize("NFC", text)


def test_half_a_pair_becomes_the_sign_of_the_unknown() -> None:
    assert repair("a\ud83db") == "a\ufffdb"


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_mojibake_is_undone(text: str) -> None:
    broken = text.encode().decode("latin-1")
    assert mojibake(broken) == text


@pytest.mark.parametrize("clean", ["è", "città", "perché no?", "naïve", "", "abc"])
def test_clean_text_is_left_alone(clean: str) -> None:
    assert mojibake(clean) == clean


@given(st.lists(st.text("abcèù ", min_size=1, max_size=8).map(str.strip).filter(bool), min_size=1, max_size=6))
def test_no_word_is_lost(words: list[str]) -> None:
    html = "".join(f"<p>{w} <b>{w}</b><br/></p>" for w in words)
    assert plain(html).split() == " ".join(f"{w} {w}" for w in words).split()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<script>x()</script><style>p{}</style>a<!-- c -->", "a"),
        ('<a href="https://lume.example">Lume</a>!', "Lume!"),
        ("  a \n\t b&nbsp;c ", "a b c"),
        ("<div><div>a</div></div><div>b</div>", "a\nb"),
        ("a<br><br>b", "a\n\nb"),
        ("", ""),
        ("<", "<"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
    ],
)
def test_html_becomes_words(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 100_000,
        "<b><i>" * 10_000,
        "<p>" * 21_000,
        "<table><tr><td>" * 20_000,
        "<!--" * 100_000,
        "<a " * 21_000,
        "&#" * 30_000,
        "<a" + " b=c" * 200_000 + ">",
        "<pre>" + " \n" * 30_000,
    ],
)
def test_no_html_takes_long(bomb: str) -> None:
    before = time.process_time()
    assert "parole" in plain(bomb + "<i>parole</i>" if not bomb.endswith(("<!--", "<a ")) else "parole" + bomb)
    assert time.process_time() - before < 5
