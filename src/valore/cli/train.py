"""`valore train`: make a model again from labelled files."""

from pathlib import Path
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def train(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=N_("Model: polarity, actor, automation…"))],
    data: Annotated[Path, typer.Option(help=N_("Folder with the labelled sets."))],
    out: Annotated[Path, typer.Option(help=N_("Folder for the model and its card."))] = Path("models"),
    seed: Annotated[int, typer.Option(help=N_("The same data and seed give the same model."))] = 1,
    noncommercial: Annotated[
        bool, typer.Option("--noncommercial", help=N_("Read also sets whose licence forbids commercial use."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Train, and write the artefact and its card."""
    from valore.enrich.training import Order
    from valore.enrich.training import train as work

    frame: Frame = context.obj
    artefact = work(name, Order(data=data, out=out, seed=seed, noncommercial=noncommercial))
    if json:
        frame.json({"name": name, "artefact": artefact})
    else:
        frame.say(N_("the model {name} is trained: {file}; its card tells how good it is"), name=name, file=artefact)


PLUGIN = Command("train", train, N_("Train a model again from labelled files that you supply."))
