"""Who acts with several accounts is one who acts, once a person says so; taken back, nothing is left of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.engine import Engine, Source
from valore.errors import SettingsError, UnknownName
from valore.flows import _allowed, _terms
from valore.flows._scene import CLASSES, Scene, scene
from valore.flows._stage import stage
from valore.flows.linking import confirm, holders, refuse, suggest, undo
from valore.flows.measuring import read, sources
from valore.flows.space import Space, create
from valore.flows.subjects import consent, declare
from valore.model.batch import Gather
from valore.model.keys import key
from valore.model.links import Evidence, Said, Word, standing
from valore.model.reading import Reading
from valore.model.records import Account, Post, Raw, Where
from valore.model.schemas import ACCOUNTS, ANNOTATIONS, INTERACTIONS, POSTS
from valore.model.settings import METHOD
from valore.model.subject import AccountRef, Kind, Subject
from valore.places import places

START = 1_735_689_600_000_000
DAY = 86_400_000_000
END = datetime(2025, 3, 1, tzinfo=UTC)
ANNA = Subject(slug="anna", kind=Kind.PERSON, name="Anna Ferri", accounts=(AccountRef("x:1001"),))
LUME = Subject(slug="lume", kind=Kind.BRAND, name="Lume", accounts=(AccountRef("x:9009"),))
SCENE = Scene(workspace="studio", subject=ANNA, peers=(LUME,), holders=(ANNA, LUME))
_ROW: dict[str, Any] = {"revision": 0, "weight": 1, "digest": 0, "edition": 0, "source": "s", "month": "2025-02"}
PEOPLE = ("x:1", "x:2", "x:3", "mastodon:1", "mastodon:2", "instagram:@bruno")
Act = tuple[str, str, int, float]


def number(account: str) -> int:
    place, _, native = account.partition(":")
    return key(place, native)


def engine(acts: Sequence[Act]) -> Engine:
    """Return an engine over acts: who, of what kind, upon what, how likely a spammer; target 0 is copied words."""
    posts, interactions, notes = [_post("own", "x:1001", "Ciao"), _post("theirs", "x:9009", "Ecco")], [], []
    for n, (who, kind, target, spam) in enumerate(acts):
        upon = key("x", ("own", "theirs")[target % 2])
        if kind == "like":
            like = {"key": n, "place": "x", "kind": "like", "actor": number(who), "at": END, "target": upon}
            interactions.append({**_ROW, **like})
        else:
            posts.append({**_post(f"m{n}", who, f"voce {target}"), "reply_to": upon})
        notes += [
            _note(who, "spam", [spam, 1 - spam]),
            _note(who, "automation", [1 - spam / 2, spam / 2]),
        ]
    copy = {"enricher": "near_duplicate", "version": "1", "label": "copy", "subject": "", "month": "2025-02"}
    notes += [{**copy, "about": p["key"], "other": key("x", "first")} for p in posts[2:] if p["text"] == "voce 0"]
    accounts = [{**_ROW, "key": key("x", a), "place": "x", "id": a, "handle": None} for a in ("1001", "9009")]
    tables = {
        "posts": pa.Table.from_pylist(posts, schema=POSTS),
        "accounts": pa.Table.from_pylist(accounts, schema=ACCOUNTS),
        "interactions": pa.Table.from_pylist(interactions, schema=INTERACTIONS),
        "annotations": pa.Table.from_pylist(notes, schema=ANNOTATIONS),
    }
    return Engine({name: Source(table=t) for name, t in tables.items()})


def _note(who: str, enricher: str, p: list[float]) -> dict[str, Any]:
    told = {"subject": "", "version": "1", "month": "undated"}
    return {**told, "about": number(who), "enricher": enricher, "label": "undecided", "p": p}


def _post(name: str, who: str, text: str) -> dict[str, Any]:
    place = who.partition(":")[0]
    at = {"published": END - timedelta(days=3), "kind": "Note", "text": text}
    return {**_ROW, **at, "key": key("x", name), "place": place, "id": name, "author": number(who)}


def reached(acts: Sequence[Act], words: Sequence[Word] = ()) -> dict[str, dict[str, float]]:
    """Return D and the people behind it, by subject."""
    scene = Scene(**{f: getattr(SCENE, f) for f in ("workspace", "subject", "peers", "holders")}, words=tuple(words))
    with engine(acts) as facts:
        values = stage(facts, scene, END, METHOD)
        return {r["subject"]: r for r in facts.ask("resonance_reached", **values).to_pylist()}


def word(one: str, other: str, said: Said = Said.SAME) -> Word:
    return Word(one, other, said, "Carla", END)


KINDS, CHANCES = st.sampled_from(["like", "reply"]), st.sampled_from([0.0, 0.3, 1.0])
ACTS = st.lists(st.tuples(st.sampled_from(PEOPLE), KINDS, st.integers(0, 3), CHANCES), min_size=1, max_size=9)
PAIRS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)).filter(lambda p: p[0] != p[1]), max_size=3)


@settings(max_examples=20, deadline=None)
@given(ACTS, PAIRS)
def test_linking_who_acts_never_raises_resonance(acts: list[Act], pairs: list[tuple[str, str]]) -> None:
    """Whatever the chances of each account, in bursts of copies and without."""
    before, after = reached(acts), reached(acts, [word(*p) for p in pairs])
    for slug in before:
        assert after[slug]["d"] <= before[slug]["d"] * (1 + 1e-12)
        assert after[slug]["accounts"] <= before[slug]["accounts"]


def test_a_burst_of_copies_stays_one_voice_when_some_of_it_are_one_person() -> None:
    """Else a clique could raise its weight by saying who it is."""
    acts: list[Act] = [(who, "reply", 0, 0.0) for who in PEOPLE[:4]]
    before, after = reached(acts), reached(acts, [word(*PEOPLE[:2])])
    assert after["anna"]["d"] < before["anna"]["d"]


def test_two_accounts_of_one_person_count_once_however_they_are_named() -> None:
    acts: list[Act] = [("x:1", "reply", 2, 0.0), ("mastodon:1", "reply", 4, 0.0), ("x:2", "like", 0, 0.0)]
    assert reached(acts)["anna"]["accounts"] == 3
    assert reached(acts, [word("x:1", "mastodon:1")])["anna"]["accounts"] == 2
    refused = [word("x:1", "mastodon:1"), word("x:2", "mastodon:1"), word("x:1", "x:2", Said.DIFFERENT)]
    assert reached(acts, refused)["anna"]["accounts"] == 2, "who is different stays apart, whatever the chain"


def test_who_turns_to_whom_is_told_of_holders() -> None:
    posts = [{**_post(f"m{n}", who, "a"), "reply_to_author": number("x:1001")} for n, who in enumerate(("x:1", "x:2"))]
    tables = {"posts": Source(table=pa.Table.from_pylist(posts, schema=POSTS))}
    for words, count in (((), 2), ((word("x:1", "x:2"),), 1)):
        scene_ = Scene(workspace="studio", subject=ANNA, words=words)
        with Engine(tables) as facts:
            edges = facts.ask("standing_edges", **stage(facts, scene_, END, METHOD)).to_pylist()
        assert len(edges) == count
        assert sum(e["weight"] for e in edges) == pytest.approx(2 * 0.9 * 0.9)


def test_an_account_linked_with_the_subjects_own_is_no_audience() -> None:
    acts: list[Act] = [("x:1", "reply", 2, 0.0), ("x:2", "reply", 4, 0.0)]
    assert reached(acts, [word("x:1", "x:1001")])["anna"]["accounts"] == 1


@pytest.fixture
def space(tmp_path: Path) -> Space:
    made, gather = create(tmp_path / "home", "studio"), Gather("told")
    gather.add(Account("x", "1001", "/0", handle="annaferri", name="Anna Ferri", bio="anche @anna@piazza.example"))
    gather.add(Account("x", "1", "/0", handle="brunoluce", name="Bruno Luce", bio="https://instagram.com/bruno.luce"))
    gather.add(Account("instagram", "2", "/0", handle="bruno.luce", name="Luce Bruno", bio="https://x.com/brunoluce"))
    gather.add(Account("instagram", "3", "/0", handle="annaferri", name="Anna Ferri"))
    for day in range(40):
        gather.add(Post("x", f"o{day}", "1001", START + day * DAY, "/0", text=f"Sulla carta {day}"))
        gather.add(Post("x", f"m{day}", str(day), START + day * DAY, "/0", text=f"Anna Ferri {day}"))
        gather.add(Post("instagram", f"i{day}", "2", START + day * DAY, "/0", text=f"Anna Ferri, ancora {day}"))
    made.lake.commit(gather.take(), source="told", number=0)
    declare(made, "anna", name="Anna Ferri", accounts=("x:1001",))
    declare(made, "bruno", name="Bruno Luce")
    consent(made, "anna", given=True, by="Anna Ferri")
    return made


def test_what_speaks_for_one_holder_is_listed_and_nothing_is_done(space: Space) -> None:
    (found,) = suggest(space)
    assert {found.first, found.second} == {"x:1", "instagram:2"}, "a name and a handle alone are not listed"
    assert found.evidence[0] is Evidence.PROFILES_BOTH
    assert found.sure
    assert not [g for g in holders(space) if "x:1" in g]


@pytest.mark.parametrize("back", [True, False])
def test_archives_that_name_each_other_are_surely_one_holder(tmp_path: Path, back: bool) -> None:
    """One that only claims it is listed; who has the same name alone is not."""
    made, gather = create(tmp_path / "home", "studio"), Gather("told")
    for host, other, says in (("piazza", "borgo", True), ("borgo", "piazza", back), ("altrove", "", False)):
        actor: dict[str, Any] = {
            "id": f"https://{host}.example/users/anna{host}",
            "type": "Person",
            "name": "Anna Ferri",
        }
        actor |= {"preferredUsername": f"anna{host}", "url": f"https://{host}.example/@anna{host}"}
        actor["alsoKnownAs"] = [f"https://{other}.example/users/anna{other}"] if says else []
        for record in places()["mastodon"].normalise(Raw("actor", Where("actor.json", ""), actor)):
            gather.add(record, "actor.json")
    made.lake.commit(gather.take(), source="told", number=0)
    (found,) = suggest(made)
    assert {name.partition("/users/")[2] for name in found[:2]} == {"annapiazza", "annaborgo"}
    assert found.evidence[0] is (Evidence.REL_ME_BOTH if back else Evidence.REL_ME)
    assert found.sure is back


def test_a_page_that_a_profile_gives_as_its_own_speaks_for_one_holder(space: Space) -> None:
    gather = Gather("more")
    gather.add(Account("mastodon", "5", "/0", handle="luce@borgo.example", links=("https://instagram.com/bruno.luce",)))
    space.lake.commit(gather.take(), source="more", number=0)
    found = {frozenset(s[:2]): s for s in suggest(space)}[frozenset(("mastodon:5", "instagram:2"))]
    assert found.evidence == (Evidence.PROFILE,)
    assert not found.sure


def test_what_a_place_never_lets_join_is_neither_listed_nor_joined(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {n: replace(p, link_identity="never") if n == "instagram" else p for n, p in _terms.policies().items()}
    monkeypatch.setattr(_allowed, "policies", lambda: told)
    assert suggest(space) == ()
    with pytest.raises(SettingsError, match="terms of"):
        confirm(space, "x:1", "instagram:2", by="Anna")
    confirm(space, "x:1", "bruno", by="Anna")
    with pytest.raises(SettingsError, match="terms of"):
        confirm(space, "instagram:2", "bruno", by="Anna")


def exactly(space: Space) -> Reading:
    """Measure with one thread: sums of several are added up in the order in which they happen to end."""
    with Engine(sources(space.lake.snapshot()), threads=1) as facts:
        return read(facts, scene(space, "anna", CLASSES))


def test_taking_a_word_back_measures_the_same_to_the_bit(space: Space) -> None:
    before = exactly(space)
    said = confirm(space, "x:@brunoluce", "instagram:@bruno.luce", by="Carla")
    assert (said.first, said.second) == ("x:1", "instagram:2"), "written by native id"
    assert said.evidence[0] == "profiles_both"
    assert not suggest(space)
    assert [g for g in holders(space) if "x:1" in g] == [("instagram:2", "x:1")]
    assert repr(exactly(space).components) != repr(before.components), "meanwhile they were one"
    undo(space, "instagram:2", "x:1", by="Carla")
    after = exactly(space)
    assert repr(after.components) == repr(before.components)
    assert after.crowds == before.crowds
    assert len(suggest(space)) == 1


def test_different_is_different_until_it_is_taken_back(space: Space) -> None:
    refuse(space, "x:1", "instagram:2", by="Bruno Luce")
    assert not suggest(space)
    with pytest.raises(SettingsError, match=r"Bruno Luce said that .* are different"):
        confirm(space, "x:1", "instagram:2", by="Carla")
    undo(space, "x:1", "instagram:2", by="Bruno Luce")
    confirm(space, "x:1", "instagram:2", by="Carla")
    assert [w.said for w in standing(space.desk.links.all())] == [Said.SAME]


def test_an_account_becomes_a_subjects_own_and_can_be_taken_away(space: Space) -> None:
    confirm(space, "bruno", "x:@brunoluce", by="Bruno Luce")
    assert space.subject("bruno").accounts == (AccountRef("x:1"),)
    undo(space, "x:1", "bruno", by="Bruno Luce")
    assert space.subject("bruno").accounts == ()
    assert [what for _, what, _, _ in space.desk.audit() if what.startswith("link")] == ["link same", "link back"]


def test_two_subjects_are_never_joined(space: Space) -> None:
    confirm(space, "x:1", "bruno", by="Bruno Luce")
    with pytest.raises(SettingsError, match="different subjects: anna, bruno"):
        confirm(space, "x:1", "x:1001", by="Carla")
    confirm(space, "x:1", "instagram:2", by="Carla")
    with pytest.raises(SettingsError, match="different subjects"):
        confirm(space, "instagram:2", "anna", by="Carla")
    with pytest.raises(SettingsError, match="declared as bruno's own"):
        refuse(space, "x:@brunoluce", "bruno", by="Carla")


@pytest.mark.parametrize(
    ("first", "second", "error", "said"),
    [
        ("x:1", "x:@brunoluce", SettingsError, "is one already"),
        ("x:1", "x:@nessuno", SettingsError, "no account x:@nessuno"),
        ("x:1", "nessuno", UnknownName, "no subject called 'nessuno'"),
        ("anna", "bruno", SettingsError, "is no account"),
    ],
)
def test_what_cannot_be_linked_is_named(
    space: Space, first: str, second: str, error: type[Exception], said: str
) -> None:
    for act in (confirm, refuse, undo):
        with pytest.raises(error, match=said):
            act(space, first, second, by="Carla")
    assert not space.desk.links.all()


def test_a_word_never_said_cannot_be_taken_back(space: Space) -> None:
    with pytest.raises(SettingsError, match="nobody has said anything"):
        undo(space, "x:1", "instagram:2", by="Carla")


def test_without_words_everybody_stands_for_themselves() -> None:
    with Engine({}) as empty:
        stage(empty, SCENE, END, METHOD)
        assert empty.query("select * from linked").num_rows == 0
