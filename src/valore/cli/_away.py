"""A word before posts leave this machine."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from valore.cli._frame import Frame
from valore.errors import N_

if TYPE_CHECKING:
    from valore.flows.leaving import Leaving


def warn(frame: Frame, away: Iterable["Leaving"]) -> None:
    """Name on standard error each machine that will be sent posts, once."""
    for host, model, names in away:
        said = frame.words.say(
            N_("{names}: texts of posts leave this machine; {host} reads them with the model '{model}'"),
            names=", ".join(names),
            host=host,
            model=model,
        )
        frame.err.print(f"valore: {said}", style="yellow", markup=False, highlight=False, soft_wrap=True)
