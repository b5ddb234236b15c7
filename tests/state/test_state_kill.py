"""A state whose process was killed at any moment opens again without repair, and keeps its word."""

import os
from pathlib import Path

import pytest
from tests.kill.harness import kill_many
from tests.state.dying import (
    acknowledged,
    acknowledging,
    opened,
    opening,
    upgraded,
    upgrading,
)

KILLS = 50
PRELOAD = ["tests.state.dying", "django.db.migrations.executor", "django.db.backends.sqlite3.base"]


@pytest.fixture
def seed() -> int:
    """Another one each time; VALORE_SEED repeats one that failed."""
    return int(os.environ.get("VALORE_SEED") or int.from_bytes(os.urandom(4)))


@pytest.mark.slow
def test_opening_a_new_home_survives_kill_9(tmp_path: Path, seed: int) -> None:
    toll = kill_many(opening, KILLS, seed, opened, tmp_path, moment=0.25, most=2, preload=PRELOAD)
    assert toll.promises > 0


@pytest.mark.slow
def test_bringing_an_old_home_up_to_date_survives_kill_9(tmp_path: Path, seed: int) -> None:
    toll = kill_many(upgrading, KILLS, seed, upgraded, tmp_path, moment=0.25, most=2, preload=PRELOAD)
    assert toll.promises > 0


@pytest.mark.slow
def test_acknowledgements_survive_kill_9(tmp_path: Path, seed: int) -> None:
    toll = kill_many(acknowledging, KILLS, seed, acknowledged, tmp_path, preload=PRELOAD)
    assert toll.promises > KILLS
