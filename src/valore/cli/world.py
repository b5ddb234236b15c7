"""`valore world`: a simulated world with known truth, as export files."""

from pathlib import Path
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def world(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help=N_("Folder to write to."))],
    seed: Annotated[int, typer.Option(help=N_("The same seed gives the same world, byte for byte."))] = 7,
    size: Annotated[int, typer.Option(min=2_000, max=10_000_000, help=N_("Posts."))] = 10_000,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help=N_("Also in the format of every other place and tool that is read."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Write the world, unless this very world stands there already."""
    from valore.world import write

    frame: Frame = context.obj
    with frame.progress() as tick:
        files = write(seed, size, folder, tick, everywhere=everywhere)
    if json:
        frame.json({"folder": folder, "seed": seed, "size": size, "files": [str(f) for f in files]})
        return
    frame.say(
        N_("a simulated world of {size} posts (seed {seed}) stands in {folder}: invented people, known truth"),
        size=frame.words.number(size),
        seed=seed,
        folder=folder,
    )


PLUGIN = Command("world", world, N_("Write a simulated world with known truth, as export files."))
