"""Kill a writer at random moments, again and again, and look at what is left each time.

A *script* is a function `(folder, tell)` that works in a folder and calls `tell(word)` after each
thing that it promises to have kept. It runs in a process of its own, forked from a server that has
the imports done and no thread started, so that a life costs milliseconds. It dies by SIGKILL, a random
while after a random promise, and is started again on the same folder without any repair; when it
comes to its end, it begins anew in an empty folder.
"""

import multiprocessing as mp
import os
import random
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

Tell = Callable[[Any], None]
Script = Callable[[Path, Tell], None]
"""Must be a function of a module (it is found again by its name)."""
Check = Callable[[Path, Sequence[Any], bool], None]
"""(folder, everything promised so far in this folder, whether the script came to its end); raises
AssertionError for what is lost, double or unreadable."""
PRELOAD = ["valore.lake", "valore.model.batch", "valore.flows.importing", "pyarrow.dataset"]
MOMENT = 0.012
"""Seconds within which a kill follows a promise."""


@dataclass(slots=True)
class Toll:
    """What a run of kills came to."""

    seed: int
    kills: int = 0
    ends: int = 0
    """Lives that came to their end."""
    promises: int = 0
    slowest: float = 0.0
    """Seconds of the slowest reopening and check."""
    folders: int = field(default=0)


def kill_many(
    script: Script,
    kills: int,
    seed: int,
    check: Check,
    folder: Path,
    *,
    moment: float = MOMENT,
    most: int = 4,
    preload: Sequence[str] = PRELOAD,
) -> Toll:
    """Kill a script `kills` times and check after each; the seed is printed, and repeats the choices.

    Args:
        script: What is killed.
        kills: How many times.
        seed: Of the moments.
        check: What must hold.
        folder: Empty; one folder below it for each run of the script from its beginning.
        moment: Seconds, at most, between the chosen promise and the kill.
        most: The kill follows the n-th promise of a life, n in 0 … most.
        preload: Modules imported once, before the forks.

    Raises:
        AssertionError: something was lost, double or unreadable, or a life ended by itself with an error.
    """
    print(f"seed {seed}")  # noqa: T201 - so that a failure can be repeated
    chance = random.Random(seed)
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    toll = Toll(seed)
    while toll.kills < kills:
        place = folder / f"run{toll.folders}"
        place.mkdir(parents=True)
        toll.folders += 1
        promised: list[Any] = []
        ended = False
        while not ended and toll.kills < kills:
            ended = _live(context, script, place, promised, _Fate(chance, moment, most))
            toll.kills += not ended
            toll.ends += ended
            start = time.perf_counter()
            check(place, tuple(promised), ended)
            toll.slowest = max(toll.slowest, time.perf_counter() - start)
        toll.promises += len(promised)
        shutil.rmtree(place)
    return toll


class _Fate:
    """When a life ends."""

    def __init__(self, chance: random.Random, moment: float, most: int) -> None:
        self.promise = chance.randint(0, most)
        self.delay = chance.random() * moment


def _live(context: Any, script: Script, folder: Path, promised: list[Any], fate: _Fate) -> bool:
    """Run a script until fate strikes; return whether it came to its end before."""
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(script, folder, theirs), daemon=True)
    process.start()
    theirs.close()
    ended = _listen(ours, promised, fate.promise)
    if not ended:
        time.sleep(fate.delay)
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        ended = _listen(ours, promised, None)
    process.join()
    assert ended or process.exitcode == -signal.SIGKILL, f"a life ended by itself with {process.exitcode}"
    return ended


def _listen(pipe: Connection, promised: list[Any], until: int | None) -> bool:
    """Hear promises, `until` so many came (None: until the pipe breaks); return whether the end came."""
    heard = 0
    while until is None or heard < until:
        try:
            last, word = pipe.recv()
        except EOFError:
            return False
        if last:
            return True
        promised.append(word)
        heard += 1
    return False


def _child(script: Script, folder: Path, pipe: Connection) -> None:
    script(folder, lambda word: pipe.send((False, word)))
    pipe.send((True, None))
