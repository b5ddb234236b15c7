"""`valore retain`: what is past its date goes."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def retain(
    context: typer.Context,
    at: Annotated[
        datetime | None, typer.Option("--at", help=N_("The moment that counts (UTC); now when not given."))
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("Only count what would go; change nothing."))] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Erase rows whose time at their place is over, words of posts deleted there, and whoever came back."""
    from valore.cli.erase import page
    from valore.flows.erase import replay
    from valore.flows.retention import overdue
    from valore.flows.retention import retain as work

    frame: Frame = context.obj
    moment = at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
    space = frame.space()
    told = overdue(space, now=moment) if dry_run else work(space, now=moment)
    back = None if dry_run else replay(space)
    if json:
        returned = back.counts() if back else {}
        frame.json({"what": told.what, "done": not told.dry_run, "counts": told.counts(), "returned": returned})
        return
    if told.anything:
        frame.show(page(told, frame.words), json=False)
    else:
        frame.say(N_("nothing is past its date"))
    if back is not None:
        frame.say(N_("somebody who had been erased was here again, and is erased again:"))
        frame.show(page(back, frame.words), json=False)


PLUGIN = Command("retain", retain, N_("Erase what is past the date that its place sets."))
