"""`valore faults`: the records that could not be read."""

from pathlib import Path
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_
from valore.model.records import REASONS
from valore.present.language import Words
from valore.present.pages.listing import page


def faults(
    context: typer.Context,
    reason: Annotated[str, typer.Option(help=N_("Only those with this reason (a code such as no_date)."))] = "",
    file: Annotated[str, typer.Option(help=N_("Only those of this file."))] = "",
    limit: Annotated[int, typer.Option(min=1, help=N_("At most so many lines."))] = 50,
    write: Annotated[
        Path | None, typer.Option(help=N_("Write them all to this file: csv, jsonl, parquet, xlsx."))
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """List where they stand and why they were refused; their text is never shown."""
    from valore.flows import faults as flow

    frame: Frame = context.obj
    space, words = frame.space(), frame.words
    if write:
        written = flow.reject(space, write, reason=reason or None, name=file or None)
        frame.say(N_("{count} written to {file}"), count=written, file=write)
        return
    found = flow.faults(space, reason=reason or None, name=file or None, limit=limit)
    columns = (
        ("import", words.say("import")),
        ("file", words.say("file")),
        ("pointer", words.say("where")),
        ("reason", words.say("reason")),
        ("detail", words.say("detail")),
    )
    rows = [
        (r["import"], r["file"], r["pointer"], r["reason"] if json else _told(r["reason"], words), r["detail"])
        for r in found.to_pylist()
    ]
    counts = flow.counts(space, name=file or None)
    notes = [words.say("{count} × {reason}", count=n, reason=_told(r, words)) for r, n in counts.items()]
    frame.show(page("faults", words.say("What could not be read"), columns, rows, words, notes), json=json)


def _told(reason: str, words: Words) -> str:
    return words.say(REASONS.get(reason, reason))


PLUGIN = Command("faults", faults, N_("The records that could not be read, with file, place and reason."))
