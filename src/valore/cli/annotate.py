"""`valore annotate`: the enrichers over any table. A researcher's door."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_, SettingsError

if TYPE_CHECKING:
    from valore.flows.shares import Mixture


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
    shares: Annotated[
        bool, typer.Option("--shares", help=N_("Say the shares of the classes too, counted and corrected."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Write the table again with labels and probabilities beside its columns, row by row in order."""
    from valore.cli._away import warn
    from valore.flows.annotate import annotate as work
    from valore.flows.leaving import annotating

    frame: Frame = context.obj
    names = [n.strip() for n in enrichers.split(",") if n.strip()]
    warn(frame, annotating(names))
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
        shares=shares,
        out=out,
    )
    if json:
        told = {"shares": [_facts(m) for m in done.shares]} if shares else {}
        frame.json({"out": out, "rows": done.rows, "columns": list(done.columns), **told})
        return
    frame.say(
        N_("{rows} rows annotated with {names}; written to {out}"),
        rows=frame.words.number(done.rows),
        names=", ".join(names),
        out=out,
    )
    if shares:
        from valore.cli._shares import pages

        for page in pages(done.shares, frame.words):
            frame.show(page, json=False)


def _facts(mixture: "Mixture") -> dict[str, object]:
    from valore.flows.shares import LEVEL

    return {**asdict(mixture), "level": LEVEL}


def _pair(given: str) -> tuple[str, str]:
    name, sign, column = given.partition("=")
    if not (name and sign and column):
        raise SettingsError("'{given}' is not NAME=COLUMN", given=given)
    return name, column


PLUGIN = Command("annotate", annotate, N_("Annotate any table with the product's models."))
