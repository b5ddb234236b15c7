"""`valore train`: make a model again from labelled files, or calibrate a bigger one of the user's on labelled rows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from valore.cli._frame import Command, Frame
from valore.errors import N_, SettingsError

if TYPE_CHECKING:
    from valore.enrich.training._optional import Calibrated


def train(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=N_("Model: polarity, actor, automation…"))],
    data: Annotated[Path | None, typer.Option(help=N_("Folder with the labelled sets."))] = None,
    rows: Annotated[
        Path | None,
        typer.Option(help=N_("Table with the columns text and label: calibrates your bigger model on them.")),
    ] = None,
    out: Annotated[Path, typer.Option(help=N_("Folder for the model and its card."))] = Path("models"),
    seed: Annotated[int, typer.Option(help=N_("The same data and seed give the same model."))] = 1,
    noncommercial: Annotated[
        bool, typer.Option("--noncommercial", help=N_("Read also sets whose licence forbids commercial use."))
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=N_("Answer in JSON."))] = False,
) -> None:
    """Train, and write the artefact and its card; or set the temperature of a bigger model."""
    frame: Frame = context.obj
    if (data is None) == (rows is None):
        raise SettingsError(
            N_(
                "say either with --data where the labelled sets are, or with --rows which table of yours calibrates "
                "the bigger model in the place of '{name}'"
            ),
            name=name,
        )
    if rows is not None:
        _calibrate(frame, name, rows, out, json=json)
        return
    from valore.enrich.training import Order
    from valore.enrich.training import train as work

    artefact = work(name, Order(data=data or Path(), out=out, seed=seed, noncommercial=noncommercial))
    if json:
        frame.json({"name": name, "artefact": artefact})
    else:
        frame.say(N_("the model {name} is trained: {file}; its card tells how good it is"), name=name, file=artefact)


def _calibrate(frame: Frame, name: str, rows: Path, out: Path, *, json: bool) -> None:
    from valore.cli._away import warn
    from valore.flows.calibrating import calibrate
    from valore.flows.leaving import annotating

    warn(frame, annotating([name]))
    done = calibrate(name, rows, out)
    if json:
        frame.json(_facts(name, done))
    else:
        _tell(frame, done)


def _facts(name: str, done: "Calibrated") -> dict[str, object]:
    figure = done.after
    return {
        "name": name,
        "artefact": done.artefact,
        "temperature": done.temperature,
        "used": done.used,
        "left_out": done.left_out,
        "measured": figure.n,
        "metric": figure.metric,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "ece_before": done.before.ece,
        "ece_after": figure.ece,
    }


def _tell(frame: Frame, done: "Calibrated") -> None:
    number, figure = frame.words.number, done.after
    frame.say(
        N_("{used} labelled rows used, {left} left out (no text, another label, a copy, no answer)"),
        used=done.used,
        left=done.left_out,
    )
    frame.say(
        N_("on the {n} of them that set nothing: {metric} {value} (95%: {low} to {high})"),
        n=figure.n,
        metric=figure.metric,
        value=number(figure.value, 3),
        low=number(figure.low, 3),
        high=number(figure.high, 3),
    )
    frame.say(
        N_("calibration error {before} before, {after} with the temperature {warmth}"),
        before=number(done.before.ece, 3),
        after=number(figure.ece, 3),
        warmth=number(done.temperature, 2),
    )
    frame.say(N_("written to {file}; used wherever {setting} names that folder"), file=done.artefact, setting=_SETTING)


_SETTING = "VALORE_MODELS"

PLUGIN = Command("train", train, N_("Train a model again from labelled files that you supply."))
