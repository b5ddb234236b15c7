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
    ] = "",
    out: Annotated[Path | None, typer.Option(help=N_("File to write; its ending says the format."))] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help=N_("parquet, jsonl, csv or xlsx, in place of the ending; for posts also 4cat and jsonld."),
        ),
    ] = "",
    everything: Annotated[
        Path | None,
        typer.Option("--all", help=N_("New folder for the whole workspace; `valore import` brings it back.")),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Write one table, or everything; what a spreadsheet would take for a formula is made harmless."""
    frame: Frame = context.obj
    if everything is not None:
        _everything(frame, everything, json=json)
    elif not what or out is None:
        raise typer.BadParameter(frame.words.say(N_("say what to write and where (--out), or --all FOLDER")))
    else:
        _one(frame, what, form or out.suffix.lstrip(".").lower(), out, json=json)


def _one(frame: Frame, what: str, form: str, out: Path, *, json: bool) -> None:
    from valore.flows.export import export as work

    rows = work(frame.space(), what, form, out)
    if json:
        frame.json({"what": what, "file": out, "rows": rows})
    else:
        frame.say(N_("{rows} rows of {what} written to {file}"), rows=rows, what=what, file=out)


def _everything(frame: Frame, folder: Path, *, json: bool) -> None:
    from valore.flows.archiving import archive

    manifest = archive(frame.space(), folder)
    if json:
        files = [{"file": p.name, "rows": p.rows, "bytes": p.bytes, "sha256": p.sha256} for p in manifest.files]
        frame.json({"what": "everything", "folder": folder, "workspace": manifest.workspace, "files": files})
    else:
        rows = sum(part.rows for part in manifest.files)
        frame.say(N_("the whole workspace ({rows} rows) written to {folder}"), rows=rows, folder=folder)


PLUGIN = Command("export", export, N_("Write facts as Parquet, JSONL, CSV or XLSX, or the whole workspace."))
