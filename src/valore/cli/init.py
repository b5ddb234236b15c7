"""`valore init`: make a workspace, empty or from a workspace file."""

from pathlib import Path
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_


def init(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=N_("Short name: letters, digits and hyphens."))] = "main",
    file: Annotated[Path | None, typer.Option("--from", help=N_("Workspace file (TOML) to read."))] = None,
    title: Annotated[str, typer.Option(help=N_("Title shown on reports."))] = "",
    language: Annotated[str, typer.Option(help=N_("Language of reports: it or en."))] = "",
    timezone: Annotated[str, typer.Option(help=N_("Time zone of days and hours."))] = "Europe/Rome",
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Make the workspace, or bring an existing one up to date with its file."""
    from valore.flows.space import create
    from valore.flows.subjects import load

    frame: Frame = context.obj
    space = create(frame.home, name, title=title, language=language or frame.words.language, timezone=timezone)
    if file:
        space = load(space, file)
    subjects = [s.slug for s in space.subjects()]
    if json:
        frame.json({"workspace": space.name, "folder": space.folder, "subjects": subjects})
        return
    frame.say(N_("workspace {name} is ready in {folder}"), name=space.name, folder=space.folder)
    if subjects:
        frame.say(N_("subjects: {subjects}"), subjects=", ".join(subjects))


PLUGIN = Command("init", init, N_("Make a workspace, empty or from a workspace file."))
