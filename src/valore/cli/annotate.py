"""`valore annotate`: the enrichers over any table. A researcher's door."""

from pathlib import Path
from typing import Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_, SettingsError


def annotate(
    context: typer.Context,
    table: Annotated[Path, typer.Argument(help=N_("CSV, TSV, JSONL, Parquet or XLSX; also .gz."))],
    enrichers: Annotated[str, typer.Option(help=N_("Enrichers, separated by commas."))],
    out: Annotated[Path, typer.Option(help=N_("Parquet file to write."))],
    kind: Annotated[str, typer.Option(help=N_("posts, accounts or pairs."))] = "posts",
    text: Annotated[str, typer.Option(help=N_("Column that holds the text."))] = "text",
    lang: Annotated[str, typer.Option(help=N_("Column that holds the language; detected when not given."))] = "",
    subject: Annotated[str, typer.Option(help=N_("Column that names the subject."))] = "",
    subjects: Annotated[
        Path | None, typer.Option(help=N_("Table of these subjects: name, aliases, homepage, category."))
    ] = None,
    other: Annotated[str, typer.Option(help=N_("Column of the second text of a pair."))] = "",
    column: Annotated[list[str] | None, typer.Option(help=N_("NAME=COLUMN: where another input stands."))] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Write the table again with labels and probabilities beside its columns, row by row in order."""
    from valore.flows.annotate import annotate as work

    frame: Frame = context.obj
    names = [n.strip() for n in enrichers.split(",") if n.strip()]
    columns = dict(_pair(c) for c in column or ())
    done = work(
        table,
        names,
        kind=kind,
        text=text,
        lang=lang or None,
        subject=subject or None,
        subjects=subjects,
        columns=columns,
        other=other or None,
        out=out,
    )
    if json:
        frame.json({"out": out, "rows": done.rows, "columns": list(done.columns)})
        return
    frame.say(
        N_("{rows} rows annotated with {names}; written to {out}"),
        rows=frame.words.number(done.rows),
        names=", ".join(names),
        out=out,
    )


def _pair(given: str) -> tuple[str, str]:
    name, sign, column = given.partition("=")
    if not (name and sign and column):
        raise SettingsError("'{given}' is not NAME=COLUMN", given=given)
    return name, column


PLUGIN = Command("annotate", annotate, N_("Annotate any table with the product's models."))
