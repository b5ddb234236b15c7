"""How favourable each subject's stream is on the whole, against the even mixture that the model was trained on."""

import numpy as np
import pyarrow as pa

from valore.engine import Engine
from valore.engine.dialect import Value
from valore.enrich.prevalence import levels

_LEAST = 0.005
"""Probability that a rounded 0 stands for."""


def level(engine: Engine, since: Value) -> None:
    """Make `polarity` of `tones`: probabilities moved to the shares of their subject's stream in the window.

    Only what a shipped model said is moved: nobody knows on which mixture another one was trained.

    Source: Saerens, Latinne & Decaestecker (2002), Neural Computation 14.
    """
    cells = engine.ask("tone_cells", since=since)
    negative, positive = (cells[name].to_numpy() for name in ("p_neg", "p_pos"))
    p = np.stack([negative, 1 - negative - positive, positive], axis=1).clip(_LEAST)
    names, found = levels(np.array(cells["subject"].to_pylist(), dtype=object), p, cells["posts"].to_numpy())
    columns = {f"f_{name}": pa.array(found[:, k], pa.float64()) for k, name in enumerate(("neg", "neu", "pos"))}
    engine.put("levels", pa.table({"subject": pa.array(names, pa.string()), **columns}))
    engine.keep("polarity", "polarity")
