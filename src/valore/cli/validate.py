"""`valore validate models`: every figure that the models' cards publish, measured again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_, UnknownName

if TYPE_CHECKING:
    from valore.flows.validating import Row, Validated
    from valore.present.language import Words

DATA = Path("../shared/data")
_WHAT = ("models",)


def validate(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help=N_("models: the figures of their cards."))],
    names: Annotated[list[str] | None, typer.Argument(help=N_("Models; all when none is named."))] = None,
    data: Annotated[Path, typer.Option(help=N_("Folder with the labelled sets."))] = DATA,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Measure again and compare; ends with 1 when a figure differs or could not be measured."""
    from valore.flows.validating import validate as work

    frame: Frame = context.obj
    if what not in _WHAT:
        raise UnknownName(N_("thing to validate"), what, _WHAT)
    with frame.progress() as tick:
        found = list(work(names, data, tick))
    if json:
        frame.json({"same": all(v.same for v in found), "models": [_document(v) for v in found]})
    else:
        _show(frame, found)
    if not all(v.same for v in found):
        raise typer.Exit(1)


def _document(of: "Validated") -> dict[str, Any]:
    skipped = of.skipped.format_map(dict(of.facts or {})) or None
    rows = [{name: getattr(r, name) for name in (*r.__slots__, "difference", "met", "same")} for r in of.rows]
    return {"model": of.model, "same": of.same, "skipped": skipped, "missing": list(of.missing), "figures": rows}


def _show(frame: Frame, found: "list[Validated]") -> None:
    from valore.present.pages.listing import page

    words = frame.words
    columns = (
        ("model", words.say("model")),
        ("part", words.say("part")),
        ("n", "n"),
        ("ours", f"{words.say('ours')} ({words.say('95% interval')})"),
        ("baseline", words.say("plain TF-IDF")),
        ("aim", words.say("aim")),
        ("published", words.say("the card")),
    )
    notes = [
        words.say(N_("{model}: not measured; {reason}"), model=v.model, reason=words.say(v.skipped, **(v.facts or {})))
        for v in found
        if v.skipped
    ]
    notes += [
        words.say(N_("{model}: only on the card: {figure}"), model=v.model, figure=m) for v in found for m in v.missing
    ]
    rows = [_cells(row, words) for v in found for row in v.rows]
    frame.show(page("models", words.say("Figures of the models"), columns, rows, words, notes), json=False)


def _cells(row: "Row", words: "Words") -> tuple[str | int | None, ...]:
    def share(value: float | None) -> str | None:
        return None if value is None else f"{value:.3f}"

    ours = share(row.ours)
    if row.low is not None:
        ours = f"{ours} ({share(row.low)}–{share(row.high)})"
    aim = share(row.aim)
    if row.met is not None:
        aim = words.say(N_("{aim}, met") if row.met else N_("{aim}, not met"), aim=aim)
    return row.model, f"{row.part}: {row.metric}", row.n, ours, share(row.baseline), aim, _said(row, words)


def _said(row: "Row", words: "Words") -> str:
    if row.same:
        return words.say(N_("the same"))
    return words.say(N_("not on it")) if row.difference is None else words.signed(row.difference, 4)


PLUGIN = Command("validate", validate, N_("Measure the models again and compare with their published cards."))
