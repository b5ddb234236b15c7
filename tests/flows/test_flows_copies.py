"""A post that came out of an archive and again from the network's API counts once, until a person parts them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valore.engine import Engine, Source
from valore.errors import SettingsError
from valore.flows._copies import once
from valore.flows._holders import LINKED, POST
from valore.flows._scene import CLASSES, scene
from valore.flows._stage import stage
from valore.flows.importing import import_files
from valore.flows.linking import confirm, copies, refuse, suggest, undo
from valore.flows.measuring import sources
from valore.flows.posts import opened
from valore.flows.space import Space, create
from valore.flows.subjects import consent, declare
from valore.model.batch import Gather
from valore.model.keys import key
from valore.model.links import Evidence, Said, Word
from valore.model.records import Interaction, Observation, Post, Raw, Where, content_id
from valore.model.schemas import ANNOTATIONS, OBSERVATIONS
from valore.model.settings import METHOD
from valore.places.facebook import PLUGIN
from valore.state import Review

SAMPLES = Path(__file__).parents[1] / "samples" / "facebook"
START = 1_735_689_600_000_000
SECOND = 1_000_000
NOW = datetime(2025, 1, 3, tzinfo=UTC)
TEXT = "Perché la carta: una nota lunga"
ARCHIVED = content_id("anna.ferri", START, TEXT)
GRAPH = "77_1234"


def archived(text: str = TEXT, at: int = START, who: str = "anna.ferri") -> Post:
    return Post("facebook", content_id(who, at, text), who, at, "/0", text=text)


def graphed(native: str = GRAPH, text: str = TEXT, at: int = START + SECOND, who: str = "77") -> Post:
    return Post("facebook", native, who, at, "/0", text=text, url="https://facebook.com/77_1234")


def twins(*posts: Post, words: tuple[Word, ...] = (), linked: tuple[str, ...] = ("anna.ferri", "77")) -> set[str]:
    """Return the native ids of the posts that are hidden."""
    gather = Gather("told")
    for post in posts:
        gather.add(post)
    facts = {name: Source(table=table) for name, table in gather.take().items()}
    keys = [key("facebook", who) for who in linked]
    table = pa.Table.from_arrays([pa.array(keys), pa.array([min(keys)] * len(keys))], schema=LINKED)
    with Engine(facts) as engine:
        engine.put("linked", table)
        found = once(engine, words)
        shown = set(engine.query("select id from posts")["id"].to_pylist())
        assert set(found) == {key("facebook", p.id) for p in posts if p.id not in shown}
        return {p.id for p in posts} - shown


def word(one: str, other: str, said: Said) -> Word:
    return Word(f"{POST}{key('facebook', one)}", f"{POST}{key('facebook', other)}", said, "Anna Ferri", NOW)


def test_an_archived_post_and_its_graph_id_are_one() -> None:
    assert twins(archived(), graphed()) == {ARCHIVED}
    assert twins(archived("a  b\n"), graphed(text="a b")) == {content_id("anna.ferri", START, "a  b\n")}


def test_facebooks_newest_archives_number_posts_without_the_page() -> None:
    bare = archived()._replace(id="1234")
    assert twins(bare, graphed()) == {"1234"}
    assert not twins(bare._replace(place="instagram"), graphed()._replace(place="instagram")), "there numbers are ids"


@pytest.mark.parametrize(
    "other",
    [
        graphed(at=START + 3 * SECOND),
        graphed(text="Perché la carta: una nota breve"),
        graphed(who="78"),
        graphed()._replace(place="instagram"),
        archived(at=START + SECOND),
    ],
)
def test_what_differs_in_time_words_author_place_or_came_from_the_same_door_is_two(other: Post) -> None:
    assert not twins(archived(), other)


def test_authors_that_nobody_linked_are_two() -> None:
    assert not twins(archived(), graphed(), linked=("anna.ferri",))


def test_posts_without_words_are_not_compared() -> None:
    assert not twins(archived(""), graphed(text=""))


def test_each_post_is_in_one_pair_the_nearest() -> None:
    """Two posts of the same words within two seconds stay two."""
    posts = (archived(), archived(at=START + 2 * SECOND), graphed("77_1", at=START), graphed("77_2", at=START + SECOND))
    assert len(twins(*posts)) == 1
    assert twins(*posts) == {ARCHIVED}


def test_a_persons_word_goes_before() -> None:
    assert not twins(archived(), graphed(), words=(word(ARCHIVED, GRAPH, Said.DIFFERENT),))
    far = graphed(at=START + 60 * SECOND)
    assert twins(archived(), far, words=(word(ARCHIVED, GRAPH, Said.SAME),)) == {ARCHIVED}
    parted = (word(ARCHIVED, GRAPH, Said.DIFFERENT), word("77_9", GRAPH, Said.SAME))
    assert twins(archived(), graphed(), graphed("77_9", at=START + 90 * SECOND), words=parted) <= {"77_9", GRAPH}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.sampled_from("ab")), max_size=8, unique=True))
def test_a_copy_hides_only_behind_a_post_that_is_shown(rows: list[tuple[bool, int, str]]) -> None:
    posts = [
        archived(text, START + at * SECOND) if made else graphed(f"77_{text}{at}", text, START + at * SECOND)
        for made, at, text in rows
    ]
    hidden = twins(*posts)
    assert hidden <= {p.id for p in posts if len(p.id) == 32}
    assert len(hidden) <= sum(len(p.id) != 32 for p in posts)


@pytest.fixture
def space(tmp_path: Path) -> Space:
    """Anna's archive, what the Graph API says of the same post, and somebody who answers it."""
    made, gather = create(tmp_path / "home", "studio"), Gather("told")
    for post in (archived(), graphed()):
        gather.add(post)
    gather.add(Post("facebook", "77_1234_5", "bruno", START + 60 * SECOND, "/0", text="Brava", reply_to=GRAPH))
    gather.add(Interaction("facebook", "like", "carla", "/0", target=GRAPH))
    gather.add(Observation("facebook", ARCHIVED, "/0", views=9))
    made.lake.commit(gather.take(), source="told", number=0)
    one, other = key("facebook", ARCHIVED), key("facebook", GRAPH)
    notes = [
        note(other, "novelty", 0.0, one),
        note(one, "novelty", 0.8, None),
        note(one, "stance", 1.0, None),
        note(other, "theme", 0.5, None),
        note(one, "theme", 0.4, None),
        note(key("facebook", "77_1234_5"), "novelty", 0.1, one),
    ]
    made.lake.commit({"annotations": pa.Table.from_pylist(notes, ANNOTATIONS)}, source="enrich", number=0)
    declare(made, "anna", name="Anna Ferri", accounts=("facebook:anna.ferri", "facebook:77"))
    consent(made, "anna", given=True, by="Anna Ferri")
    made.desk.reviews.add("anna", [Review(one, 1, "neutral", 0.5, "Carla", NOW)])
    return made


def note(about: int, enricher: str, value: float, other: int | None) -> dict[str, Any]:
    told = {"subject": "", "version": f"{enricher}@1", "month": "2025-01"}
    return {**told, "about": about, "enricher": enricher, "value": value, "other": other}


def seen(space: Space, *questions: str) -> list[list[dict[str, Any]]]:
    with Engine(sources(space.lake.snapshot()), threads=1) as engine:
        stage(engine, scene(space, "anna", CLASSES), NOW, METHOD)
        return [engine.query(q).to_pylist() for q in questions]


def test_what_was_said_of_the_copy_is_told_of_the_post(space: Space) -> None:
    kept = key("facebook", GRAPH)
    wall, counts, notes, reviews = seen(
        space,
        "select post from wall where subject = 'anna'",
        "select post, views from observations",
        "select about, enricher, value, other from annotations order by about, enricher",
        "select post from reviews",
    )
    assert wall == [{"post": kept}]
    assert counts == [{"post": kept, "views": 9}]
    assert reviews == [{"post": kept}]
    mine = {n["enricher"]: n["value"] for n in notes if n["about"] == kept}
    assert mine == {"novelty": 0.8, "stance": 1.0, "theme": 0.5}, "it is no repetition of itself"
    (answer,) = [n for n in notes if n["about"] != kept]
    assert answer["other"] == kept


def test_a_word_parts_them_and_taken_back_all_is_as_before(space: Space) -> None:
    question = ("select * from wall order by post", "select * from annotations order by about, enricher, value")
    before = seen(space, *question)
    names = (str(key("facebook", ARCHIVED)), str(key("facebook", GRAPH)))
    refuse(space, *names, by="Anna Ferri")
    assert len(seen(space, *question)[0]) == 2
    undo(space, *names, by="Anna Ferri")
    assert seen(space, *question) == before
    confirm(space, *names, by="Anna Ferri")
    assert seen(space, *question) == before


def test_the_same_posts_to_the_second_speak_for_one_account(space: Space) -> None:
    """An archive names its owner otherwise than the API does: three posts show who it is."""
    assert not suggest(create(space.home, "empty"))
    other, gather = create(space.home, "other"), Gather("told")
    for day, text in enumerate(("la prima nota", "la seconda nota", "la terza nota")):
        at = START + day * 86_400 * SECOND
        gather.add(archived(text, at))
        gather.add(graphed(f"77_{day}", text, at + SECOND))
        gather.add(graphed(f"78_{day}", text, at + 9 * SECOND, who="78"))
    other.lake.commit(gather.take(), source="told", number=0)
    (found,) = suggest(other)
    assert (found.first, found.second) == ("facebook:77", "facebook:anna.ferri")
    assert found.evidence == (Evidence.SAME_POSTS,)
    assert not copies(other), "until somebody says so"
    confirm(other, found.first, found.second, by="Anna Ferri")
    assert len(copies(other)) == 3


@pytest.mark.parametrize("sample", ["profile-2023-it", "profile-label-values-it"])
def test_a_real_archive_and_answers_of_the_graph_api_meet(tmp_path: Path, sample: str) -> None:
    space = create(tmp_path / "home", "studio")
    import_files(space, [SAMPLES / sample])
    kept = space.lake.snapshot().table("posts", ["key", "author", "published", "text", "reply_to", "quote_of"])
    own = [r for r in kept.to_pylist() if r["text"] and not r["reply_to"] and not r["quote_of"]][:3]
    answers = [
        {
            "id": f"77_{n}",
            "message": row["text"],
            "created_time": (row["published"] + timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "from": {"id": "77", "name": "Anna Ferri"},
        }
        for n, row in enumerate(own)
    ]
    gather = Gather("asked")
    for record in PLUGIN.normalise(Raw("api", Where("/77/posts", ""), {"data": answers})):
        gather.add(record, "/77/posts")
    space.lake.commit(gather.take(), source="asked", number=0)
    assert not copies(space)
    with opened(space) as engine:
        (owner,) = engine.query(f"select place || ':' || id as who from accounts where key = {own[0]['author']}")["who"]
    confirm(space, owner.as_py(), "facebook:77", by="Anna Ferri")
    assert {copy for copy, _ in copies(space)} == {row["key"] for row in own}


def test_pairs_can_be_listed_and_strangers_are_refused(space: Space) -> None:
    assert copies(space) == ((key("facebook", ARCHIVED), key("facebook", GRAPH)),)
    with pytest.raises(SettingsError, match="not posts of one place"):
        confirm(space, "1", str(key("facebook", GRAPH)), by="Anna Ferri")


def test_staging_again_finds_the_same(space: Space) -> None:
    with Engine(sources(space.lake.snapshot()), threads=1) as engine:
        setting = scene(space, "anna", CLASSES)
        for _ in range(2):
            stage(engine, setting, NOW, METHOD)
            assert engine.query("select * from posts").num_rows == 2
        assert set(engine.query("select * from observations").schema.names) == set(OBSERVATIONS.names)
