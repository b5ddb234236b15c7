"""Facts that Valore wrote, read again; this runs in the limited child, for who knows who wrote them since."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from valore.errors import RefusedArchive
from valore.flows._shapes import schema
from valore.flows._writing import exact
from valore.model.schemas import TABLES

ROWS = 200_000
"""Of a commit."""


def facts(path: Path, name: str) -> Iterator[pa.Table]:
    """Yield the rows of one table of facts, as they were before they were written.

    Args:
        path: Parquet or CSV.
        name: Of the table, or of the shape in which posts were written.

    Raises:
        RefusedArchive: it cannot be read as that.
    """
    columns = schema(name)
    if columns is not None and path.suffix.lower() == ".csv":
        return _cells(path, columns)
    return _editions(path, name)


def _editions(path: Path, name: str) -> Iterator[pa.Table]:
    try:
        with pq.ParquetFile(path) as file:
            last = _last(file) if "edition" in TABLES[name].names else 0
            for edition in range(last + 1):
                yield from (_of(batch, name, edition) for batch in file.iter_batches(ROWS))
    except (pa.ArrowException, KeyError) as error:
        raise RefusedArchive("{file} cannot be read as a table of facts", file=path.name) from error


def _last(file: pq.ParquetFile) -> int:
    tops = [pc.max(batch["edition"]).as_py() for batch in file.iter_batches(ROWS, columns=["edition"])]
    return max((top for top in tops if top is not None), default=0)


def _of(batch: pa.RecordBatch, name: str, edition: int) -> pa.Table:
    """Return the rows of one edition in the schema of this Valore; a column that is newer than they is null."""
    table = pa.Table.from_batches([batch])
    if "edition" in table.column_names:
        table = table.filter(pc.equal(table["edition"], edition))
    columns = [table[f.name] if f.name in table.column_names else pa.nulls(len(table), f.type) for f in TABLES[name]]
    return pa.Table.from_arrays(columns, names=TABLES[name].names).cast(TABLES[name])


def _cells(path: Path, schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the rows of a CSV as they were before they were written."""
    flat = {f.name: pa.string() if pa.types.is_list(f.type) else f.type for f in schema}
    convert = pc_csv.ConvertOptions(
        column_types=flat, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
    )
    parse = pc_csv.ParseOptions(newlines_in_values=True)
    with pc_csv.open_csv(path, parse_options=parse, convert_options=convert) as file:
        for batch in file:
            table = exact(pa.Table.from_batches([batch]))
            yield pa.Table.from_arrays([_cell(table[f.name], f.type) for f in schema], schema=schema)


def _cell(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if not pa.types.is_list(kind):
        return column
    lists = [None if v is None else json.loads(v) for v in column.to_pylist()]
    return pa.chunked_array([pa.array(lists, kind)])
