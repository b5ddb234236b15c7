"""Nothing that was promised is lost, nothing is double, nothing is unreadable, whenever a writer dies."""

import os
from pathlib import Path

import pytest
from tests.kill.harness import kill_many
from tests.kill.writers import MOMENT, bereaved, committing, compacting, imported, importing, parted, parting, whole

KILLS = 50


@pytest.fixture
def seed() -> int:
    """Another one each time; VALORE_SEED repeats one that failed."""
    return int(os.environ.get("VALORE_SEED") or int.from_bytes(os.urandom(4)))


@pytest.mark.slow
def test_commits_survive_kill_9(tmp_path: Path, seed: int) -> None:
    toll = kill_many(committing, KILLS, seed, whole, tmp_path)
    assert toll.promises > 0


@pytest.mark.slow
def test_compaction_beside_commits_survives_kill_9(tmp_path: Path, seed: int) -> None:
    toll = kill_many(compacting, KILLS, seed, whole, tmp_path, moment=0.1)
    assert toll.promises > 0


@pytest.mark.slow
def test_a_whole_import_survives_kill_9(tmp_path: Path, seed: int) -> None:
    toll = kill_many(importing, KILLS, seed, imported, tmp_path, moment=MOMENT, most=1)
    assert toll.promises > 0


@pytest.mark.slow
def test_an_import_in_many_commits_survives_kill_9_between_them(tmp_path: Path, seed: int) -> None:
    toll = kill_many(parting, KILLS, seed, parted, tmp_path, moment=MOMENT, most=1)
    assert toll.promises > 0


@pytest.mark.slow
def test_an_import_survives_the_deaths_of_the_child_that_reads(tmp_path: Path, seed: int) -> None:
    toll = kill_many(bereaved, KILLS // 5, seed, parted, tmp_path, moment=2 * MOMENT, most=1)
    assert toll.promises > 0
