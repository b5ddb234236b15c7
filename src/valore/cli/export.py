"""`valore export`: facts go out in open formats."""

from pathlib import Path
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def export(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(help=N_("posts, accounts, interactions, observations, annotations or subjects."))
    ],
    out: Annotated[Path, typer.Option(help=N_("File to write; its ending says the format."))],
    form: Annotated[
        str, typer.Option("--format", help=N_("parquet, jsonl, csv or xlsx, in place of the ending."))
    ] = "",
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Write one table; what a spreadsheet would take for a formula is made harmless."""
    from valore.flows.export import export as work

    frame: Frame = context.obj
    rows = work(frame.space(), what, form or out.suffix.lstrip(".").lower(), out)
    if json:
        frame.json({"what": what, "file": out, "rows": rows})
    else:
        frame.say(N_("{rows} rows of {what} written to {file}"), rows=rows, what=what, file=out)


PLUGIN = Command("export", export, N_("Write facts as Parquet, JSONL, CSV or XLSX."))
