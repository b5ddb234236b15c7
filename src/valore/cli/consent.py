"""`valore consent`: a person agrees to be measured, or takes it back."""

from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_

EXPLAINED = N_(
    "What you agree to: from the archives and posts in this workspace Valore computes six components "
    "(identity, reputation, resonance, contribution, presence and care, solidity) and reads them through "
    "lenses, by method {version}, which is described in full on the method page. Numbers carry intervals and "
    "their evidence; you can see why, contest them, and withdraw at any time without giving a reason. They are "
    "not for hiring, credit or insurance."
)


def consent(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help=N_("Short name of the person."))],
    by: Annotated[str, typer.Option(help=N_("Who speaks, as they sign."))],
    withdraw: Annotated[bool, typer.Option("--withdraw", help=N_("Take the consent back."))] = False,
    proof: Annotated[str, typer.Option(help=N_("Where the signed word is kept."))] = "",
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Record the person's word; nothing earlier is overwritten."""
    from valore.flows.subjects import consent as record
    from valore.model.settings import METHOD

    frame: Frame = context.obj
    given = record(frame.space(), subject, given=not withdraw, by=by, method=METHOD.version, proof=proof)
    if json:
        frame.json({"subject": subject, "given": given.given, "at": given.at, "method": given.method})
        return
    if withdraw:
        frame.say(N_("the consent of {subject} is withdrawn from now on"), subject=subject)
        return
    frame.say(EXPLAINED, version=METHOD.version)
    frame.say(
        N_("the consent of {subject} to method {version} is recorded"),
        subject=subject,
        version=METHOD.version,
    )


PLUGIN = Command("consent", consent, N_("Record that a person agrees to be measured, or withdraws."))
