"""`valore why`: what moves a component, both ways, and what would change it."""

from datetime import datetime
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def why(
    context: typer.Context,
    component: Annotated[
        str, typer.Argument(help=N_("identity, reputation, resonance, contribution, presence or solidity."))
    ],
    subject: Annotated[str, typer.Option(help=N_("Short name of the person or brand."))],
    as_of: Annotated[
        datetime | None,
        typer.Option(help=N_("Moment to measure at (UTC); the latest in the data when not given.")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Show the posts that weigh most."""
    from valore.present.pages.why import page
    from valore.present.render import json as documents

    frame: Frame = context.obj
    reading = frame.reading(subject, as_of=as_of)
    if json:
        frame.json(documents.why(reading, component))
    else:
        frame.show(page(reading, component, frame.words), json=False)


PLUGIN = Command("why", why, N_("Why a component is what it is: the posts that move it most, both ways."))
