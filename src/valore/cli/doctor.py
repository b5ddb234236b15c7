"""`valore doctor`: is everything well?"""

from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def doctor(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Look, say so, and change nothing; ends with 7 when something is wrong."""
    from valore.flows.doctor import doctor as look
    from valore.present.pages.listing import page

    frame: Frame = context.obj
    words = frame.words
    checks = look(frame.home)
    if json:
        frame.json(
            {
                "well": all(c.ok for c in checks),
                "checks": [{"name": c.name, "ok": c.ok, "words": str(c)} for c in checks],
            }
        )
    else:
        columns = (("name", words.say("what")), ("ok", words.say("well")), ("words", words.say("found")))
        marks = {True: words.say("yes"), False: words.say("NO")}
        rows = ((c.name, marks[c.ok], words.say(c.words, **c.facts)) for c in checks)
        frame.show(page("doctor", words.say("Is everything well?"), columns, rows, words), json=False)
    if not all(c.ok for c in checks):
        raise typer.Exit(7)


PLUGIN = Command("doctor", doctor, N_("Check the installation, the state and the lake."))
