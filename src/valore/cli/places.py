"""`valore places`: what can be read."""

from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def places(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """List every place with its terms."""
    from valore.places import places as known
    from valore.present.pages.listing import page

    frame: Frame = context.obj
    words = frame.words
    columns = (("place", words.say("place")), ("title", words.say("name")), ("terms", words.say("terms")))
    rows = ((p.name, words.say(p.title), words.say(p.policy.terms)) for p in known().values())
    frame.show(page("places", words.say("What can be read"), columns, rows, words), json=json)


PLUGIN = Command("places", places, N_("The networks, feeds and tables that can be read."))
