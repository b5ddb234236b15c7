"""`valore why`: what moves a component, both ways, and what would change it; or why a post is read as it is."""

from datetime import datetime
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def why(
    context: typer.Context,
    component: Annotated[
        str, typer.Argument(help=N_("identity, reputation, resonance, contribution, presence or solidity; or post."))
    ],
    post: Annotated[str, typer.Argument(help=N_("Of a post: its key, PLACE:ID, or its address."))] = "",
    subject: Annotated[str, typer.Option(help=N_("Short name of the person or brand."))] = "",
    as_of: Annotated[
        datetime | None,
        typer.Option(help=N_("Moment to measure at (UTC); the latest in the data when not given.")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Show the posts that weigh most; of one post, what the models say of it and of its author."""
    if component == "post":
        _told(context.obj, post, json=json)
        return
    if not subject:
        raise typer.BadParameter(context.obj.words.say(N_("say of whom")), param_hint="--subject")
    from valore.present.pages.why import page
    from valore.present.render import json as documents

    frame: Frame = context.obj
    reading = frame.reading(subject, as_of=as_of)
    if json:
        frame.json(documents.why(reading, component))
    else:
        frame.show(page(reading, component, frame.words), json=False)


def _told(frame: Frame, post: str, *, json: bool) -> None:
    from valore.flows.telling import tell
    from valore.present.pages.reasons import page

    if not post:
        raise typer.BadParameter(frame.words.say(N_("say which post: its key, PLACE:ID, or its address")))
    told = tell(frame.space(), post)
    if not json:
        frame.show(page((told.place, told.author, told.published, told.text), told.said, frame.words), json=False)
        return
    said = [{n: getattr(s, n) for n in s.__slots__} | {"other": s.other and str(s.other)} for s in told.said]
    post_ = {n: getattr(told, n) for n in ("place", "id", "published", "author", "text", "url")}
    frame.json({"key": str(told.key), **post_, "said": said})


PLUGIN = Command("why", why, N_("Why a component is what it is, or why a post is read as it is."))
