"""`valore report`: one self-contained page and a PDF."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def report(
    context: typer.Context,
    subject: Annotated[str, typer.Option(help=N_("Short name of the person or brand."))],
    out: Annotated[
        Path | None, typer.Option(help=N_("Folder to write to; the workspace's reports when not given."))
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help=N_("Language of the report: it, en; may be given twice."))
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(help=N_("Moment to measure at (UTC); the latest in the data when not given.")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Write report.html and report.pdf in the first language, and beside them the further ones."""
    from valore.present import report as write

    frame: Frame = context.obj
    space = frame.space()
    reading = frame.reading(subject, as_of=as_of, space=space)
    folder = out or space.folder / "reports" / subject
    folder.mkdir(parents=True, exist_ok=True)
    asked = list(dict.fromkeys(language or [space.language, "it", "en"]))
    files = [file for at, code in enumerate(asked) for file in write(reading, folder, code, _stem(at, code))]
    if json:
        frame.json({"subject": subject, "files": [str(f) for f in files]})
        return
    for file in files:
        frame.say("{file}", file=file)


def _stem(at: int, language: str) -> str:
    return "report" if at == 0 else f"report.{language}"


PLUGIN = Command("report", report, N_("Write the report: one HTML page and a PDF."))
