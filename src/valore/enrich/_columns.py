"""Columns of a batch, whatever their exact Arrow type."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_STRING = pa.string()


def strings(column: pa.Array) -> pa.Array:
    """Return a column as one array of strings; null stays null."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string()) if column.type != pa.string() else column


def column(batch: pa.RecordBatch, name: str, kind: pa.DataType = _STRING) -> pa.Array:
    """Return a column of a batch as `kind`; all null where the batch does not have it or it cannot be read."""
    if name not in batch.schema.names:
        return pa.nulls(batch.num_rows, kind)
    found = batch.column(name)
    try:
        return strings(found) if kind == pa.string() else found.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(batch.num_rows, kind)


def once(texts: pa.Array, score: Callable[[pa.Array], Any]) -> Any:
    """Score each different text once and hand the rows back in order.

    Args:
        texts: Strings, no nulls.
        score: Gives one row of a numpy array for each text of an array.
    """
    coded = pc.dictionary_encode(texts)
    return score(coded.dictionary)[coded.indices.to_numpy(zero_copy_only=False)]


def stacked(parts: Sequence[Any], width: int) -> Any:
    """Return parts one above the other, float32; an empty (0, width) where there are none."""
    return np.concatenate(parts) if parts else np.zeros((0, width), np.float32)


def keys_of(batch: pa.RecordBatch) -> pa.Array:
    """Return what a batch's rows are called, int64: its column `key`, or their numbers from 0."""
    if "key" in batch.schema.names:
        return batch.column("key").cast(pa.int64())
    return pa.array(np.arange(batch.num_rows), pa.int64())
