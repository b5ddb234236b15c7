"""A world is the same whenever its seed is, and whole: nothing points at what is not there."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from valore.errors import SettingsError
from valore.model import keys
from valore.model.schemas import ANNOTATIONS, TABLES
from valore.world import World, simulate
from valore.world.simulation import blocks, stage


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(7, 3000)


def column(table: pa.Table, name: str) -> pa.Array:
    return table[name].combine_chunks()


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    again = simulate(7, 3000)
    assert all(again.tables[name].equals(table) for name, table in world.tables.items())
    assert (again.labels, again.people, again.truth) == (world.labels, world.people, world.truth)


def test_another_seed_gives_another_world(world: World) -> None:
    assert simulate(8, 3000).tables["posts"]["text"] != world.tables["posts"]["text"]


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000), size=st.integers(2000, 9000))
@example(seed=490, size=3002)  # the clique pushed one post twice
def test_a_world_has_as_many_posts_as_asked_each_with_its_own_key(seed: int, size: int) -> None:
    made = simulate(seed, size)
    posts = made.tables["posts"]
    assert posts.num_rows == made.labels.num_rows == size
    for table in made.tables.values():
        assert pc.count_distinct(table["key"]).as_py() == table.num_rows


def test_a_world_too_small_for_its_story_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least 2000"):
        simulate(1, 1999)


def test_tables_are_shaped_as_the_lake_wants_them(world: World) -> None:
    for name, table in world.tables.items():
        assert table.schema.equals(TABLES[name])
        assert all(table[f.name].null_count == 0 for f in table.schema if not f.nullable)
    told = world.annotations()
    assert told.schema.equals(ANNOTATIONS)
    assert {"polarity", "language", "novelty", "actor", "spam"} <= set(told["enricher"].to_pylist())


def test_keys_are_those_that_an_import_would_compute(world: World) -> None:
    for name in ("posts", "accounts"):
        table = world.tables[name]
        assert keys.keys(column(table, "place"), column(table, "id")).equals(column(table, "key"))


@pytest.mark.parametrize("name", ["reply_to", "quote_of"])
def test_what_is_answered_or_quoted_is_there_and_was_there_before(world: World, name: str) -> None:
    posts = world.tables["posts"]
    acts = posts.filter(pc.is_valid(posts[name]))
    found = pc.index_in(acts[name], posts["key"])
    assert acts.num_rows > 50
    assert found.null_count == 0
    earlier = posts["published"].take(found.combine_chunks())
    assert pc.all(pc.less_equal(earlier, acts["published"])).as_py()
    assert posts["author"].take(found.combine_chunks()).equals(acts[f"{name}_author"])


def test_every_author_and_actor_is_an_account(world: World) -> None:
    accounts = world.tables["accounts"]["key"]
    for name, of in (("posts", "author"), ("interactions", "actor"), ("interactions", "target_author")):
        assert pc.all(pc.is_in(world.tables[name][of], accounts.combine_chunks())).as_py()


def test_likes_and_reposts_are_counted_as_observed(world: World) -> None:
    acts, seen = world.tables["interactions"], world.tables["observations"]
    for kind, name in (("like", "likes"), ("repost", "reposts")):
        assert pc.sum(pc.equal(acts["kind"], kind)).as_py() == pc.sum(seen[name]).as_py() > 100


def test_nobody_likes_a_post_twice(world: World) -> None:
    acts = world.tables["interactions"]
    likes = acts.filter(pc.equal(acts["kind"], "like")).group_by(["actor", "target"]).aggregate([([], "count_all")])
    assert pc.max(likes["count_all"]).as_py() == 1


def test_a_rehash_comes_after_what_it_repeats_and_an_exact_one_says_the_same(world: World) -> None:
    labels, posts = world.labels, world.tables["posts"]
    again = pc.is_valid(labels["rehash_of"])
    parents = pc.index_in(labels["rehash_of"].filter(again), labels["post"])
    before = posts["published"].take(parents.combine_chunks())
    assert pc.all(pc.less(before, posts["published"].filter(again))).as_py()
    same = pc.equal(posts["text"].take(parents.combine_chunks()), posts["text"].filter(again))
    kinds = labels["novelty"].filter(again).to_pylist()
    assert all(s == (k == "exact") for s, k in zip(same.to_pylist(), kinds, strict=True))
    assert set(kinds) == {"exact", "edited", "translated"}


def test_a_translation_is_in_another_language(world: World) -> None:
    labels = world.labels
    moved = labels.filter(pc.equal(labels["novelty"], "translated"))
    parents = pc.index_in(moved["rehash_of"], labels["post"]).combine_chunks()
    assert pc.all(pc.not_equal(labels["language"].take(parents), moved["language"])).as_py()


def test_what_is_said_of_a_subject_names_it(world: World) -> None:
    aliases = {s.slug: [a.lower() for a in s.aliases] for s in world.subjects}
    pairs = zip(world.labels["subject"].to_pylist(), world.tables["posts"]["text"].to_pylist(), strict=True)
    assert all(any(a in text.lower() for a in aliases[slug]) for slug, text in pairs if slug is not None)


def test_nobody_is_named_where_a_subject_speaks(world: World) -> None:
    names = [s.name for s in world.subjects]
    own = world.tables["posts"].filter(pc.is_valid(world.labels["novelty"]))
    assert not any(name in text for text in own["text"].to_pylist() for name in names)


def test_the_clique_is_fifty_accounts_in_two_bursts_of_half_an_hour(world: World) -> None:
    members = world.people.filter(world.people["clique"])["account"].combine_chunks()
    posts = world.tables["posts"]
    said = posts.filter(pc.is_in(posts["author"], members)).sort_by("published")
    times = column(said, "published").cast(pa.int64()).to_numpy() / 60e6
    assert (len(members), said.num_rows) == (50, 100)
    assert np.ptp(times[:50]) < 30
    assert np.ptp(times[50:]) < 30


def test_elsa_did_not_consent_and_the_other_faces_did(world: World) -> None:
    agreed = {c.subject for c in world.consents if c.given}
    faces = {f.person for f in world.faces}
    assert faces - agreed == {"elsa"}


def test_streamed_blocks_are_the_world_itself(world: World) -> None:
    texts = [t for block in blocks(stage(7, 3000)) for t in block.text.to_pylist()]
    assert texts == world.tables["posts"]["text"].to_pylist()
