"""Tables are a pure matter: what is about people on the list is left out, everything else stays as it was."""

import stat
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.flows.erasing import HANDLE, ID, carla, home, others, post, take

from valore.errors import StoreError
from valore.flows import _masks
from valore.flows._masks import Names
from valore.flows._suppressed import KEY_FILE, Suppressed, _Listed, listing, mac, secret
from valore.flows.erase import erase
from valore.model.batch import Gather
from valore.model.records import Account, Interaction, Observation, Post, Record

KEY = bytes(range(32))
NAMES = Names(handles=("carla", "carla.neri@piazza.example"), urls=("https://altrove.example/profilo/77",))


def tables(*records: Record) -> dict[str, pa.Table]:
    gather = Gather("source")
    for record in records:
        gather.add(record, "data.js")
    return gather.take()


def listed(*names: str, place: str = "x") -> Suppressed:
    return Suppressed(KEY, frozenset(mac(KEY, place, name) for name in names))


def test_whoever_is_on_the_list_is_left_out_with_all_that_is_theirs() -> None:
    kept, gone = listed(ID)(tables(*carla(), *others()))
    assert gone == {"posts": 40, "interactions": 5, "observations": 40, "accounts": 1}
    assert set(kept) == {"posts", "accounts", "interactions"}
    assert kept["posts"].num_rows == len([r for r in others() if isinstance(r, Post)])


def test_a_handle_is_enough_and_teaches_the_id() -> None:
    first = listed(f"@{HANDLE}")
    first(tables(*carla()))
    assert first.known("x", ID)
    assert mac(KEY, "x", ID) in first.learned


def test_another_place_is_another_account() -> None:
    _, gone = listed(ID, place="mastodon")(tables(*carla()))
    assert gone == {}


def test_everybody_else_comes_through_unchanged() -> None:
    given = tables(*[r for r in others() if not (isinstance(r, Post) and HANDLE in (r.text or "").lower())])
    kept, gone = listed("8800", "@nobody")(given)
    assert gone == {}
    assert {name: table.to_pylist() for name, table in kept.items()} == {n: t.to_pylist() for n, t in given.items()}


def test_counts_that_come_in_a_later_batch_are_left_out_as_well() -> None:
    known = listed(ID)
    known(tables(post(1, ID, "Lume")))
    kept, gone = known(tables(Observation("x", "p1", "/0", likes=3), Observation("x", "p2", "/0", likes=3)))
    assert gone == {"observations": 1}
    assert kept["observations"].num_rows == 1


def test_who_was_only_named_by_them_does_not_come_either() -> None:
    by_her = post(1, ID, "ciao", mentions=("@zoe", "@anna"))
    by_bruno = post(2, "601", "ciao", mentions=("@anna",))
    kept, _ = listed(ID)(tables(by_her, by_bruno))
    assert set(kept["accounts"]["id"].to_pylist()) == {"601", "@anna"}


def test_what_others_do_to_them_stays_with_a_number_in_place_of_the_name() -> None:
    like = Interaction("x", "like", "601", "/1", target="p1", target_author=ID)
    kept, gone = listed(ID)(tables(like, post(2, "601", f"ciao @{HANDLE}", mentions=(ID,))))
    assert kept["interactions"].num_rows == 1
    assert gone == {"accounts": 1}
    assert ID not in kept["accounts"]["id"].to_pylist()


def test_handles_in_the_words_of_others_give_way() -> None:
    said = {
        1: ("ciao @carlakanari!", "ciao …!"),
        2: ("@CarlaKanari @carlakanari", "… …"),
        3: ("mail carlakanari@posta.example", "mail carlakanari@posta.example"),
        4: ("@carlakanari2 è un'altra", "@carlakanari2 è un'altra"),
        5: ("https://x.com/carlakanari/status/1", "https://x.com/…/status/1"),
        6: ("carlakanari senza chiocciola", "carlakanari senza chiocciola"),
    }
    kept, _ = listed(f"@{HANDLE}")(tables(*(post(n, "601", text) for n, (text, _) in said.items())))
    assert kept["posts"]["text"].to_pylist() == [wanted for _, wanted in said.values()]


def test_masked_words_are_known_again_by_what_they_said_first() -> None:
    given = tables(post(1, "601", f"ciao @{HANDLE}"))
    kept, _ = listed(f"@{HANDLE}")(given)
    for column in ("key", "digest", "revision"):
        assert kept["posts"][column] == given["posts"][column]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@carla", "…"),
        ("(@carla)", "(…)"),
        ("@carla@altrove.example", "@carla@altrove.example"),
        ("@carla.neri@piazza.example dice", "… dice"),
        ("vedi https://piazza.example/users/carla/statuses/7", "vedi https://piazza.example/users/…/statuses/7"),
        ("vedi https://altrove.example/profilo/77/", "vedi …/"),
        ("https://piazza.example/users/carlotta", "https://piazza.example/users/carlotta"),
        ("Carla dice", "Carla dice"),
        (None, None),
    ],
)
def test_a_mask_covers_the_handle_and_nothing_else(text: str | None, wanted: str | None) -> None:
    rows = tables(post(1, "601", "")._replace(text=text, title=text))["posts"]
    assert _masks.masked("posts", rows, NAMES)["text"].to_pylist() == [wanted]
    assert _masks.masked("posts", rows, NAMES)["title"].to_pylist() == [wanted]
    assert bool(_masks.touched("posts", rows, NAMES)[0]) == (text != wanted)


def test_links_are_covered_one_by_one() -> None:
    links = ("https://x.com/carla", "https://altrove.example/", "https://x.com/carla/status/9")
    rows = tables(post(1, "601", "", links=links), post(2, "601", ""))["posts"]
    assert _masks.masked("posts", rows, NAMES)["links"].to_pylist() == [
        ["https://x.com/…", "https://altrove.example/", "https://x.com/…/status/9"],
        [],
    ]


@pytest.mark.parametrize(
    ("listed_", "place", "address"),
    [
        ("@carla@piazza.example", "mastodon", "https://piazza.example/@Carla"),
        ("@carla@piazza.example", "mastodon", "acct:carla@piazza.example"),
        ("https://piazza.example/users/carla", "mastodon", "https://piazza.example/users/carla"),
        ("did:plc:carla1001", "bluesky", "https://bsky.app/profile/did:plc:carla1001"),
        ("@carla.example", "bluesky", "at://carla.example"),
        ("UCcarla1001", "youtube", "https://www.youtube.com/channel/UCcarla1001"),
    ],
)
def test_profiles_do_not_lead_to_who_was_erased_at_another_place(listed_: str, place: str, address: str) -> None:
    anna = Account("x", "1001", "/1", links=("https://anna.example", address), aliases=(address,))
    bruno = Account("x", "1002", "/2", links=("https://bruno.example",))
    kept, gone = listed(listed_, place=place)(tables(anna, bruno))
    assert gone == {}
    assert sorted(kept["accounts"].select(["links", "aliases"]).to_pylist(), key=str) == [
        {"links": ["https://anna.example"], "aliases": None},
        {"links": ["https://bruno.example"], "aliases": None},
    ]


def test_a_list_says_of_which_places_it_speaks_only_if_it_always_did() -> None:
    """Else somebody of a place that it did not note would come back."""
    whole = frozenset(listing(KEY, [("x", ID), ("x", f"@{HANDLE}")], frozenset()))
    assert Suppressed(KEY, whole)._places() == ("x",)
    more = whole | set(listing(KEY, [("youtube", "UCcarla1001")], whole))
    assert set(Suppressed(KEY, more)._places()) == {"x", "youtube"}
    old = frozenset([mac(KEY, "mastodon", "@carla@piazza.example")])
    mixed = old | set(listing(KEY, [("x", ID)], old))
    assert "mastodon" in Suppressed(KEY, mixed)._places()


@given(st.binary(min_size=1, max_size=100), st.lists(st.text(max_size=20), unique=True, max_size=6), st.data())
def test_many_names_at_once_are_known_as_each_by_itself(key: bytes, names: list[str], data: st.DataObject) -> None:
    told = data.draw(st.lists(st.tuples(st.sampled_from(["x", "mastodon", "feed"]), st.sampled_from(names or ["a"]))))
    known = _Listed(key, [mac(key, place, name) for place, name in told])
    assert known.among(names, ["x", "mastodon"]) == {name for place, name in told if place != "feed"} & set(names)


def test_a_file_called_after_somebody_is_not_named_any_more() -> None:
    gather = Gather("source")
    gather.add(post(1, "601", "Lume"), "mentions-of-carla.csv")
    rows = gather.take()["posts"]
    assert _masks.masked("posts", rows, NAMES)["file"].to_pylist() == [None]


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    made = secret(tmp_path, make=True)
    assert secret(tmp_path, make=True) == made == secret(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("content", ["", "00ff", "not a key at all"])
def test_a_damaged_key_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content)
    with pytest.raises(StoreError, match=r"suppression\.key"):
        secret(tmp_path)


def test_digests_under_another_key_say_nothing() -> None:
    assert mac(KEY, "x", ID) != mac(bytes(32), "x", ID)
    assert mac(KEY, "x", ID) != mac(KEY, "y", ID)
    assert ID not in repr(listed(ID))


def test_a_profile_that_changed_its_handle_is_the_same_person() -> None:
    known = Account("x", ID, "/1", handle="nuovo.nome")
    filter_ = listed(ID)
    kept, gone = filter_(tables(known, post(1, "601", "ciao @nuovo.nome e @altri")))
    assert gone == {"accounts": 1}
    assert kept["posts"]["text"].to_pylist() == ["ciao … e @altri"]
    assert filter_.known("x", "@nuovo.nome")


def test_on_a_federated_place_people_are_called_by_their_short_handle(tmp_path: Path) -> None:
    space = home(tmp_path)
    carla_, other = "https://piazza.example/users/carla", "https://altrove.example/users/mara"
    said = post(1, other, "ciao @carla e @mara", mentions=(carla_,))._replace(place="mastodon")
    told: list[Record] = [
        Account("mastodon", carla_, "/1", handle="carla@piazza.example"),
        Account("mastodon", other, "/2", handle="mara@altrove.example"),
        said,
    ]
    take(space, "a.json", told, b"a", place="mastodon")
    erase(space, "mastodon:@carla@piazza.example")
    assert space.lake.snapshot().table("posts")["text"].to_pylist() == ["ciao … e @mara"]
    take(space, "b.json", [said._replace(id="p9")], b"b", place="mastodon")
    assert space.lake.snapshot().table("posts")["text"].to_pylist() == ["ciao … e @mara"] * 2
