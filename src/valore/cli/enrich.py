"""`valore enrich`: read what was imported with the models."""

from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def enrich(
    context: typer.Context,
    only: Annotated[str, typer.Option(help=N_("Enrichers, separated by commas; all when not given."))] = "",
    processes: Annotated[int, typer.Option(min=0, help=N_("Processes beside this one; 0 works in this one."))] = 0,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Annotate posts and accounts that the present models have not read yet."""
    from valore.cli._away import warn
    from valore.flows.enriching import enrich as work
    from valore.flows.leaving import enriching

    frame: Frame = context.obj
    names = [n.strip() for n in only.split(",") if n.strip()] or None
    warn(frame, enriching(names))
    with frame.progress() as tick:
        done = work(frame.space(), names, tick, processes=processes)
    if json:
        frame.json({"posts": done.posts, "accounts": done.accounts, "written": dict(done.written)})
        return
    number = frame.words.number
    new = sum(done.written.values())
    if not new:
        frame.say(
            N_("nothing new to read: {posts} posts, {accounts} accounts"),
            posts=done.posts,
            accounts=done.accounts,
        )
        return
    frame.say(N_("{posts} posts and {accounts} accounts at hand"), posts=done.posts, accounts=done.accounts)
    frame.say(
        N_("new annotations: {written}"),
        written=", ".join(f"{name} {number(n)}" for name, n in done.written.items() if n),
    )


PLUGIN = Command("enrich", enrich, N_("Read what was imported with the models: language, polarity, novelty…"))
