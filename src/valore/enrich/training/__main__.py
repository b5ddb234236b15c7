"""Measure shipped models again: `python -m valore.enrich.training --data DIR --out DIR --cards DIR NAME…`.

Nothing is trained: each artefact keeps its arrays, and its sheet and card get the figures of this day.
"""

import argparse
from pathlib import Path

from valore.enrich.training import NAMES, Order, measured


def main() -> None:
    """Measure the named models; all when none is named."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*", choices=[*NAMES, []])
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--cards", type=Path, required=True)
    given = vars(asked.parse_args())
    for name in given.pop("names") or NAMES:
        print(measured(name, Order(**given)), flush=True)  # noqa: T201 - the answer of a script


if __name__ == "__main__":
    main()
