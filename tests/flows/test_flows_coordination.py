"""Accounts of a workspace that act together: named with the posts behind it, and with nothing else."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from valore.flows.coordination import coordination
from valore.flows.space import Space, create
from valore.model.batch import Gather
from valore.model.keys import key
from valore.model.records import Account, Interaction, Post
from valore.model.schemas import ANNOTATIONS

SECOND = 1_000_000
START = 1_735_689_600 * SECOND
"""2025-01-01T00:00:00Z."""
SHOPS = ("101", "102", "103")
THINGS = range(12)


def instant(thing: int, seconds: int) -> int:
    return START + (86_400 * thing + seconds) * SECOND


def crowd() -> list[tuple[str, int, int]]:
    """Forty people who act on what Lume posts over an hour each, and three shops that do at once."""
    rng = np.random.default_rng(1)
    some = [(str(p), t, int(rng.integers(0, 3600))) for t in THINGS for p in rng.choice(40, 15, replace=False)]
    return [*some, *((shop, t, 900 + 4 * i) for t in THINGS for i, shop in enumerate(SHOPS))]


@pytest.fixture
def space(tmp_path: Path) -> Space:
    made, gather = create(tmp_path, "lume"), Gather("told")
    for shop in SHOPS:
        gather.add(Account("x", shop, "/0", handle=f"bottega{shop}"))
    for thing in THINGS:
        gather.add(Post("x", f"lume{thing}", "1001", instant(thing, 0), "/0", text="Carta nuova"))
    for who, thing, seconds in crowd():
        at = instant(thing, seconds)
        gather.add(Interaction("x", "repost", who, "/0", at=at, target=f"lume{thing}", target_author="1001"))
    made.lake.commit(gather.take(), source="told", number=0)
    return made


def test_those_who_repost_at_once_are_named_with_the_posts(space: Space) -> None:
    found = coordination(space)
    (group,) = found.groups
    assert group.accounts == ("x:@bottega101", "x:@bottega102", "x:@bottega103")
    assert (group.met, group.near, group.kinds) == (12, 12, {"repost": 12})
    assert group.expected < 3
    assert set(group.posts) == {key("x", f"lume{t}") for t in THINGS}
    assert (found.acts, found.accounts) == (12 * 18, 43)


def test_an_empty_workspace_names_nobody(tmp_path: Path) -> None:
    found = coordination(create(tmp_path, "vuoto"))
    assert (found.groups, found.acts, found.tested) == ((), 0, 0)


def test_answers_links_and_copies_are_acts_as_well(tmp_path: Path) -> None:
    made, gather, copies = create(tmp_path, "lume"), Gather("told"), []
    for thing in THINGS:
        gather.add(Post("x", f"lume{thing}", "1001", instant(thing, 0), "/0", text="Carta nuova"))
    for who, thing, seconds in crowd():
        post = Post("x", f"{who}-{thing}", who, instant(thing, seconds), "/0", text="Bello")
        if thing % 3 == 0:
            post = post._replace(reply_to=f"lume{thing}", reply_to_author="1001")
        elif thing % 3 == 1:
            post = post._replace(links=(f"https://lume.example/{thing}",))
        else:
            copies.append((key("x", post.id), key("x", f"lume{thing}")))
        gather.add(post)
    about, other = (pa.array(column) for column in zip(*copies, strict=True))
    told = {"about": about, "other": other}
    texts = {
        "subject": "",
        "enricher": "near_duplicate",
        "version": "near_duplicate@2",
        "label": "copy",
        "month": "2025-01",
    }
    columns = [told.get(f.name, pa.array([texts.get(f.name)] * len(copies), f.type)) for f in ANNOTATIONS]
    made.lake.commit(gather.take(), source="told", number=0)
    made.lake.commit({"annotations": pa.table(columns, schema=ANNOTATIONS)}, source="enrich", number=0)
    (group,) = coordination(made).groups
    assert group.kinds == {"copy": 4, "link": 4, "reply": 4}
    assert set(group.posts) <= {key("x", f"{who}-{t}") for who in SHOPS for t in THINGS}


def test_answers_to_oneself_are_a_thread_and_no_act(tmp_path: Path) -> None:
    made, gather = create(tmp_path, "lume"), Gather("told")
    gather.add(Post("x", "a", "1001", START, "/0", text="Uno"))
    gather.add(Post("x", "b", "1001", START + SECOND, "/0", text="Due", reply_to="a", reply_to_author="1001"))
    made.lake.commit(gather.take(), source="told", number=0)
    assert coordination(made).acts == 0
