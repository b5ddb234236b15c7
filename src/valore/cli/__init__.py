"""The command line: every command thin, one file each, imports inside commands.

`main` finds the language first (so that `--help` speaks it too), then builds the application from
the files of this folder.
"""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see `errors.py`; 2 is wrong usage)."""
    from valore.cli._frame import run
    from valore.present.language import LANGUAGES, chosen

    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = asked_language(given)
    return run(given, asked if asked in LANGUAGES else chosen())


def asked_language(arguments: Sequence[str]) -> str | None:
    """Return what follows `--lang`, before the command line is understood.

    >>> asked_language(["--lang", "it", "value"]), asked_language(["value"])
    ('it', None)
    """
    for this, following in zip(arguments, [*arguments[1:], None], strict=True):
        if this == "--lang":
            return following
        if this.startswith("--lang="):
            return this.removeprefix("--lang=")
    return None
