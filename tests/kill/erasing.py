"""An erasure that is killed, and what must be true of the home afterwards."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from tests.flows.erasing import canaries, filled
from tests.kill.harness import Tell

from valore.flows.erase import erase, proofs, resume
from valore.flows.space import open_space
from valore.model.schemas import TABLES

OTHERS = 219
"""Posts of everybody but Carla."""
TEMPLATE = "template"


def template(folder: Path) -> None:
    """Make the home that every run begins with."""
    filled(folder / TEMPLATE)


def erasing(folder: Path, tell: Tell) -> None:
    """Erase Carla: whatever was begun is finished first; promise it once she is gone."""
    if not (folder / "home").exists():
        shutil.rmtree(folder / "new", ignore_errors=True)  # a life that ended while it copied
        shutil.copytree(folder.parent / TEMPLATE / "home", folder / "new")
        (folder / "new").rename(folder / "home")
    space = open_space(folder / "home")
    tell("opened")
    resume(space)
    tell("resumed")
    if any(subject.slug == "carla" for subject in space.subjects()):
        erase(space, "carla")
    tell("erased")


def erased(folder: Path, promised: Sequence[Any], ended: bool) -> None:
    """Hold an erasure to its word: the lake is whole at any moment; when it ended, no byte of her is left."""
    if "opened" not in promised:
        return
    space = open_space(folder / "home")
    shot = space.lake.snapshot()
    for name in TABLES:
        assert shot.table(name).num_rows == shot.rows(name)
    keys = shot.table("posts", ["key", "edition"])
    assert pc.count_distinct(keys["key"]).as_py() == keys.num_rows, "a post is double"
    assert keys.num_rows >= OTHERS, "posts of others are lost"
    if ended or "erased" in promised:
        assert keys.num_rows == OTHERS
        assert canaries(folder / "home") == {}
        assert space.desk.erasures.pending() == ()
        assert [proof.what for proof in proofs(space)] == ["subject"]
