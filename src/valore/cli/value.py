"""`valore value`: the Value of a subject, through one lens or all that fit."""

from datetime import datetime
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def value(
    context: typer.Context,
    subject: Annotated[str, typer.Option(help=N_("Short name of the person or brand."))],
    lens: Annotated[str, typer.Option(help=N_("Lens; all that fit when not given."))] = "",
    as_of: Annotated[
        datetime | None,
        typer.Option(help=N_("Moment to measure at (UTC); the latest in the data when not given.")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Measure and show; a component without enough evidence says why."""
    from valore.present.pages.value import page
    from valore.present.render import json as documents

    frame: Frame = context.obj
    reading = frame.reading(subject, as_of=as_of, lens=lens or None)
    if json:
        frame.json(documents.value(reading, lens or None))
    else:
        frame.show(page(reading, frame.words, lens or None), json=False)


PLUGIN = Command("value", value, N_("The Value of a subject: lenses, components, intervals, evidence."))
