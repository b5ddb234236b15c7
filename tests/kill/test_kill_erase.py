"""An erasure that dies anywhere leaves a lake that can be read, and is finished when it is begun again."""

import os
from pathlib import Path

import pytest
from tests.kill.erasing import erased, erasing, template
from tests.kill.harness import kill_many
from tests.kill.soak import PRELOAD

KILLS = 50


@pytest.fixture
def seed() -> int:
    """Another one each time; VALORE_SEED repeats one that failed."""
    return int(os.environ.get("VALORE_SEED") or int.from_bytes(os.urandom(4)))


@pytest.mark.slow
def test_an_erasure_survives_kill_9(tmp_path: Path, seed: int) -> None:
    template(tmp_path)
    toll = kill_many(erasing, KILLS, seed, erased, tmp_path, moment=2.0, most=2, preload=PRELOAD)
    assert toll.promises > KILLS
