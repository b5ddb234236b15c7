"""Accounts of one holder: evidence suggests, a person's word decides, and can be taken back."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valore.model.links import (
    CONFIDENCE,
    SUGGEST,
    SURE,
    Evidence,
    Profile,
    Said,
    Suggestion,
    Word,
    addresses_in,
    groups,
    standing,
    suggestions,
)
from valore.model.names import handle_key, name_keys, same_name

DAY = datetime(2025, 1, 1, tzinfo=UTC)
X = Profile(account="x:1001", handle="annaferri", name="Anna Ferri", url="https://twitter.com/annaferri")
IG = Profile(account="instagram:2001", handle="anna.ferri", name="FERRI ANNA")
MASTODON = Profile(
    account="mastodon:https://piazza.example/users/anna",
    handle="anna@piazza.example",
    url="https://piazza.example/@anna",
)
BLUESKY = Profile(account="bluesky:did:plc:anna", handle="annaferri.example")


def with_links(profile: Profile, *links: str, me: tuple[str, ...] = ()) -> Profile:
    return Profile(
        account=profile.account, handle=profile.handle, name=profile.name, url=profile.url, links=links, me=me
    )


def only(*profiles: Profile) -> Suggestion:
    (found,) = suggestions(profiles)
    assert found == suggestions(tuple(reversed(profiles)))[0]
    return found


@pytest.mark.parametrize(
    "link",
    [
        "https://x.com/AnnaFerri",
        "http://www.twitter.com/annaferri/",
        "https://mobile.example",
        "https://m.twitter.com/annaferri?s=20",
    ],
)
def test_a_link_one_way_suggests_and_is_not_sure(link: str) -> None:
    """Anybody can link to anybody."""
    found = suggestions([X, with_links(MASTODON, link)])
    if "mobile" in link:
        assert not found
        return
    assert found[0].evidence == (Evidence.PROFILE,)
    assert not found[0].sure


def test_links_both_ways_are_sure() -> None:
    found = only(with_links(X, "https://piazza.example/@anna"), with_links(MASTODON, "https://x.com/annaferri"))
    assert found.sure
    assert found.evidence == (Evidence.PROFILES_BOTH,)


def test_an_address_of_the_fediverse_is_known_in_every_writing() -> None:
    for link in ("@anna@piazza.example", "https://piazza.example/@anna", "https://piazza.example/users/anna"):
        assert only(with_links(X, link), MASTODON).evidence == (Evidence.PROFILE,), link


def test_also_known_as_both_ways_is_surer_than_a_link() -> None:
    one = with_links(X, me=("https://piazza.example/users/anna",))
    other = with_links(MASTODON, me=("https://x.com/annaferri",))
    assert only(one, MASTODON).evidence == (Evidence.REL_ME, Evidence.PROFILE)
    assert not only(one, MASTODON).sure
    assert only(one, other).evidence[0] is Evidence.REL_ME_BOTH


def test_a_domain_as_handle_is_sure_where_the_page_says_so() -> None:
    page = with_links(X, "https://www.annaferri.example/chi-sono")
    assert only(BLUESKY, page).evidence == (Evidence.DOMAIN_HANDLE,)
    free = Profile(account="bluesky:did:plc:anna", handle="anna.bsky.social")
    assert not suggestions([free, with_links(X, "https://anna.bsky.social")])


def test_one_archive_of_two_accounts_is_sure() -> None:
    one, other = (Profile(account=a, archives=("s1",)) for a in ("instagram:1", "threads:1"))
    assert only(one, other).sure


def test_names_and_handles_alone_are_not_even_suggested() -> None:
    twin = Profile(account="instagram:2", handle="AnnaFerri", name="Anna Ferri")
    assert not suggestions([X, twin])
    assert only(with_links(X, "https://instagram.com/annaferri"), twin).evidence == (
        Evidence.PROFILE,
        Evidence.SAME_HANDLE,
        Evidence.SAME_NAME,
    )


def test_weak_hints_never_make_a_link_sure() -> None:
    weak = [k for k in Evidence if CONFIDENCE[k] < SURE]
    assert not Suggestion("a", "b", tuple(weak), 0.99).sure
    assert 1 - (1 - CONFIDENCE[Evidence.SAME_HANDLE]) * (1 - CONFIDENCE[Evidence.SAME_NAME]) < SUGGEST


def test_addresses_are_found_in_a_bio() -> None:
    bio = "Carta. (https://anna.example/x), www.lume.example! @anna@piazza.example. anna@posta"
    assert addresses_in(bio) == ("https://anna.example/x", "www.lume.example", "@anna@piazza.example")


@pytest.mark.parametrize("link", ["http://[", "https://x.com", "https://x.com/a/status/1", "", "@", "://"])
def test_addresses_that_lead_nowhere_say_nothing(link: str) -> None:
    assert not suggestions([X, with_links(MASTODON, link)])


def say(*words: tuple[str, str, Said]) -> tuple[Word, ...]:
    return tuple(Word(a, b, s, "Carla", DAY + timedelta(days=n)) for n, (a, b, s) in enumerate(words))


def test_the_last_word_decides_and_taking_it_back_brings_the_one_before() -> None:
    words = say(("a", "b", Said.DIFFERENT), ("b", "a", Said.SAME))
    assert groups((), standing(words)) == (("a", "b"),)
    back = say(("a", "b", Said.BACK))
    assert standing(words + back) == standing(words[:1])
    assert standing(words + back + back) == standing(words + back * 3) == ()


def test_different_wins_over_every_chain() -> None:
    words = say(("a", "b", Said.SAME), ("b", "c", Said.SAME), ("a", "c", Said.DIFFERENT))
    assert groups((), standing(words)) == (("a", "b"),), "the link that came later would join them"
    back = say(("a", "c", Said.BACK))
    assert groups((), standing(words + back)) == (("a", "b", "c"),)


def test_two_subjects_are_never_one() -> None:
    own = (("subject:anna", "x:1"), ("subject:bruno", "x:2"))
    words = standing(say(("x:1", "x:3", Said.SAME), ("x:3", "x:2", Said.SAME)))
    found = groups(own, words, apart=[("subject:anna", "subject:bruno")])
    assert found == (("subject:anna", "x:1", "x:3"), ("subject:bruno", "x:2"))


PAIRS = st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")).filter(lambda p: p[0] != p[1])
WORDS = st.lists(st.tuples(PAIRS, st.sampled_from([Said.SAME, Said.DIFFERENT])), max_size=8)


@given(WORDS)
def test_who_is_different_is_never_in_one_group(words: list[tuple[tuple[str, str], Said]]) -> None:
    told = standing(say(*((a, b, s) for (a, b), s in words)))
    refused = {w.pair for w in told if w.said is Said.DIFFERENT}
    for group in groups((), told):
        assert not set(permutations(group, 2)) & refused


@given(WORDS, PAIRS, st.sampled_from([Said.SAME, Said.DIFFERENT]))
def test_a_word_taken_back_leaves_no_trace(
    words: list[tuple[tuple[str, str], Said]], pair: tuple[str, str], said: Said
) -> None:
    before = say(*((a, b, s) for (a, b), s in words))
    after = before + say((pair[0], pair[1], said), (pair[1], pair[0], Said.BACK))
    assert standing(after) == standing(before)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Niccolò D'Angelo", "Nicolò Dangelo"),
        ("Niccolò D’Angelo", "DANGELO NICCOLO"),
        ("Anna De Luca", "Deluca Anna"),
        ("Chiara Della Torre", "Chiara Dellatorre"),
        ("Ａｎｎａ Ｆｅｒｒｉ", "Anna Ferri"),
        ("أحمد المصري", "احمد مصري"),
        ("إيمان الزهراء", "ايمان الزهراء"),
        ("فاطمة الزهراء", "فاطمه الزهراء"),
        ("مُحَمَّد عليّ", "محمد علي"),
        ("Ahmed Al-Masri", "Ahmed El Masri"),
        ("山田 太郎", "太郎山田"),
        ("ヤマダ タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("김 민수", "민수 김"),
        ("Фёдор Иванов", "Федор Иванов"),
        ("Фёдор Иванов", "Fyodor Ivanov"),
        ("Алексей Петров", "Alexey Petrov"),
        ("Юлия Смирнова", "Julia Smirnova"),
        ("Сергей Щукин", "Sergey Shchukin"),
    ],
)
def test_ways_of_writing_one_name_meet(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna Ferri", "Anna Ferrari"),
        ("Marco Rossi", "Mario Rossi"),
        ("Anna", "Anna"),
        ("Сергей Петров", "Сергей Павлов"),
        ("山田太郎", "山田花子"),
        ("محمد علي", "محمود علي"),
        ("", ""),
    ],
)
def test_names_of_different_people_do_not_meet(one: str, other: str) -> None:
    assert not same_name(one, other)


@given(st.text())
def test_any_name_is_folded_without_failing(name: str) -> None:
    assert name_keys(name) == name_keys(name.swapcase()) or not name.isascii()
    assert isinstance(handle_key(name), str)
