"""`python -m tests.kill.soak [--kills 1000] [--only commit] [--seed N]`: the long random-kill runs."""

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.kill.harness import Toll, kill_many
from tests.kill.writers import MOMENT, bereaved, committing, compacting, imported, importing, parted, parting, whole

RUNS = {
    "commit": partial(kill_many, script=committing, check=whole),
    "compaction": partial(kill_many, script=compacting, check=whole, moment=0.1),
    "import": partial(kill_many, script=importing, check=imported, moment=MOMENT, most=1),
    "parts": partial(kill_many, script=parting, check=parted, moment=MOMENT, most=1),
    "reader": partial(kill_many, script=bereaved, check=parted, moment=2 * MOMENT, most=1),
}


def main() -> int:
    """Run each kind, print what it came to, and stop at the first broken promise."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=1000)
    asked.add_argument("--only", default="")
    asked.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    given = asked.parse_args()
    for name in (n for n in RUNS if given.only in n):
        with tempfile.TemporaryDirectory(prefix="valore-soak-") as folder:
            toll = RUNS[name](kills=given.kills, seed=given.seed, folder=Path(folder))
        sys.stdout.write(_line(name, toll))
        sys.stdout.flush()
    return 0


def _line(name: str, toll: Toll) -> str:
    return (
        f"{name:<12}{toll.kills:>7,} kills  {toll.promises:>8,} promises kept  "
        f"{toll.ends:>5,} ends  slowest reopening {toll.slowest:.2f} s\n"
    )


if __name__ == "__main__":
    sys.exit(main())
