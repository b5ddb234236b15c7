"""Calibrating a bigger model of the user's on a table of labelled texts."""

from contextlib import closing
from pathlib import Path

import pyarrow as pa

from valore.enrich._optional import Replacement, replaceable, replacement
from valore.enrich.training._optional import Calibrated
from valore.enrich.training._optional import calibrate as set_temperature
from valore.errors import N_, MappingError, SettingsError, UnknownName
from valore.flows._reader import Reader


def calibrate(name: str, rows: Path, out: Path) -> Calibrated:
    """Set the temperature of the model that the user has put in the place of a classifier, and write it to `out`.

    Args:
        name: Of the classifier.
        rows: Any table that `annotate` reads, with the columns `text` and `label`.
        out: Folder for the artefact, `NAME_optional`.

    Raises:
        UnknownName: no bigger model can stand in the place of `name`.
        SettingsError: none stands there.
        MappingError: a column is missing.
        SourceError: the table cannot be read, or too few of its rows can be used.
    """
    model = _standing(name)
    with closing(Reader()) as reader:
        told = pa.Table.from_batches([_labelled(rows.name, batch) for batch in reader.rows(rows)]).combine_chunks()
    return set_temperature(model, pa.record_batch(dict(zip(told.column_names, _whole(told), strict=True))), out)


def _standing(name: str) -> Replacement:
    if name not in replaceable():
        raise UnknownName("model", name, replaceable())
    chosen: object = replacement(name)
    if isinstance(chosen, Replacement):
        return chosen
    raise SettingsError(
        N_("no bigger model stands in the place of '{name}': set {setting} to hub:FOLDER or endpoint:ADDRESS#MODEL"),
        name=name,
        setting=f"VALORE_{name.upper()}",
    )


def _labelled(file: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    for column in ("text", "label"):
        if column not in batch.schema.names:
            known = ", ".join(batch.schema.names)
            message = N_("{file} has no column '{column}' for {name}; there are: {known}")
            raise MappingError(message, file=file, column=column, name=column, known=known)
    return batch.select(["text", "label"])


def _whole(told: pa.Table) -> list[pa.Array]:
    return [pa.concat_arrays(c.chunks) if c.num_chunks else pa.array([], pa.string()) for c in told.columns]
