"""`valore places`: what can be read, and on which terms."""

from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def places(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=N_("One place; without it all are listed."))] = "",
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """List every place: its files and their years, the test that proves it, and what its terms allow."""
    from valore.errors import UnknownName
    from valore.places import places as known
    from valore.present.pages.places import document, page

    frame: Frame = context.obj
    every = known()
    if name and name not in every:
        raise UnknownName("place", name, every)
    chosen = [every[name]] if name else list(every.values())
    if json:
        frame.json(document(chosen))
        return
    frame.show(page(chosen, frame.words), json=False)


PLUGIN = Command("places", places, N_("The networks, feeds and tables that can be read, and what their terms allow."))
