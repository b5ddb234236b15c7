"""`python -m tests.kill.soak [--kills 1000] [--inputs 1000000] [--bytes 1000000000] [--only commit] [--seed N]`.

The long runs: random kills of every writer, every reader against files changed at random, a large archive,
and the suite with fresh examples.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.kill.erasing import erased, erasing, template
from tests.kill.harness import Toll, kill_many
from tests.kill.writers import MOMENT, bereaved, committing, compacting, imported, importing, parted, parting, whole
from tests.trust.fuzz import fuzz
from tests.trust.gigabyte import GIGABYTE

PRELOAD = ["tests.kill.erasing", "django.db.backends.sqlite3.base", "pyarrow.dataset"]


def _erasure(kills: int, seed: int, folder: Path) -> Toll:
    template(folder)
    return kill_many(erasing, kills, seed, erased, folder, moment=2.0, most=2, preload=PRELOAD)


KILLS: dict[str, Callable[..., Toll]] = {
    "commit": partial(kill_many, script=committing, check=whole),
    "compaction": partial(kill_many, script=compacting, check=whole, moment=0.1),
    "import": partial(kill_many, script=importing, check=imported, moment=MOMENT, most=1),
    "parts": partial(kill_many, script=parting, check=parted, moment=MOMENT, most=1),
    "erasure": _erasure,
    "reader": partial(kill_many, script=bereaved, check=parted, moment=2 * MOMENT, most=1),
}


def main() -> int:
    """Run each kind, print what it came to, and stop at the first broken promise."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=1000)
    asked.add_argument("--inputs", type=int, default=1_000_000)
    asked.add_argument("--bytes", type=int, default=GIGABYTE)
    asked.add_argument("--only", default="")
    asked.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    given = asked.parse_args()
    for name in (n for n in (*KILLS, "large", "fuzz", "examples") if given.only in n):
        with tempfile.TemporaryDirectory(prefix="valore-soak-") as folder:
            line = _run(name, given, Path(folder))
        sys.stdout.write(f"{name:<12}{line}\n")
        sys.stdout.flush()
    return 0


def _run(name: str, given: argparse.Namespace, folder: Path) -> str:
    if name == "large":
        command = [sys.executable, "-m", "tests.trust.gigabyte", str(folder), str(given.bytes)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    if name == "fuzz":
        return _fuzzed(given.inputs, given.seed)
    if name == "examples":
        return _fresh()
    return _line(KILLS[name](kills=given.kills, seed=given.seed, folder=folder))


def _fuzzed(inputs: int, seed: int) -> str:
    sys.stdout.write(f"seed {seed}\n")
    wrong = fuzz(inputs, seed)
    assert not wrong, "\n".join(wrong)
    return f"{inputs:>7,} files changed at random: 0 errors that are not ours, 0 dead readers"


def _fresh() -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--hypothesis-profile=fresh"]
    subprocess.run(command, check=True)
    return "the suite holds with fresh examples, too"


def _line(toll: Toll) -> str:
    return (
        f"{toll.kills:>7,} kills  {toll.promises:>8,} promises kept  "
        f"{toll.ends:>5,} ends  slowest reopening {toll.slowest:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
