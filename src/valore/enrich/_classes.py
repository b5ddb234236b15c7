"""The columns of a classifier: label, likeliest class, probability of each class, reason."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

UNDECIDED = "undecided"


def schema(name: str, classes: tuple[str, ...], *, reason: bool = True) -> pa.Schema:
    """Return the columns that a classifier called `name` provides."""
    fields = [pa.field(name, pa.string()), pa.field(f"{name}_best", pa.string())]
    fields += [pa.field(f"{name}_p_{c}", pa.float32()) for c in classes]
    return pa.schema([*fields, *([pa.field(f"{name}_reason", pa.string())] if reason else [])])


def answer(
    provides: pa.Schema,
    classes: tuple[str, ...],
    p: Any,
    known: Any,
    sure: Any,
    reasons: pa.Array | None = None,
) -> pa.RecordBatch:
    """Return the columns of a classifier.

    Args:
        provides: As `schema` gives them.
        classes: In the order of the columns of `p`.
        p: Probabilities, shape (n, classes).
        known: (n,) booleans; where False the row is unscored, all null.
        sure: (n,) booleans; where False the label is `undecided`.
        reasons: One text a row, null for none; needed when `provides` has a reason.
    """
    silent = pa.array(~np.asarray(known, dtype=bool))
    best = pa.array(np.array(classes)[p.argmax(axis=1)] if len(p) else [], pa.string())
    best = pc.if_else(silent, None, best)
    label = pc.if_else(pa.array(np.asarray(sure, dtype=bool)), best, UNDECIDED)
    columns = [pc.if_else(silent, None, label), best]
    columns += [pc.if_else(silent, None, pa.array(p[:, i], pa.float32())) for i in range(len(classes))]
    if reasons is not None:
        columns.append(pc.if_else(silent, None, reasons))
    return pa.RecordBatch.from_arrays([c.cast(f.type) for c, f in zip(columns, provides, strict=True)], schema=provides)


def softmax(scores: Any) -> Any:
    """Return rows of probabilities from rows of scores."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
