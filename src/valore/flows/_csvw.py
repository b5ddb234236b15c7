"""What stands beside a CSV file: its columns, which texts were quoted, and of which bytes this is said.

Source: W3C, Metadata Vocabulary for Tabular Data (CSV on the Web); what is ours stands in its `notes`.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

ENDING = "-metadata.json"
"""What is added to the name of the CSV file."""
_LIMIT = 1 << 20
"""Bytes of metadata."""
_BY = "valore"
_TYPES = {pa.bool_(): "boolean", pa.int32(): "int", pa.int64(): "long", pa.float64(): "double"}


class Note(NamedTuple):
    """What Valore said of a CSV that is still as it was written."""

    sha256: str
    columns: tuple[str, ...]
    left_out: tuple[str, ...]
    """Columns that a CSV cannot hold."""
    quoted: tuple[str, ...]
    """Columns in which texts got a quote before them."""


def tell(path: Path, schema: pa.Schema, quoted: Mapping[str, int]) -> None:
    """Write the metadata of a CSV file beside it.

    Args:
        path: Of the CSV.
        schema: Of what was written.
        quoted: Cells that got a quote before them, by column.
    """
    kept = [f for f in schema if not pa.types.is_binary(f.type)]
    left_out = [f.name for f in schema if pa.types.is_binary(f.type)]
    note = {"by": _BY, "sha256": digest(path), "quoted": dict(sorted(quoted.items())), "left_out": left_out}
    told = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": path.name,
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {"columns": [{"name": f.name, "datatype": _datatype(f.type)} for f in kept]},
        "notes": [note],
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    path.with_name(path.name + ENDING).write_text(text, encoding="utf-8")


def told(path: Path) -> Note | None:
    """Return what was said of a CSV; None when nothing was, or it was said of other bytes."""
    beside = path.with_name(path.name + ENDING)
    try:
        read = json.loads(beside.read_bytes()) if beside.stat().st_size <= _LIMIT else {}
        note, columns = read["notes"][0], read["tableSchema"]["columns"]
        listed = (tuple(map(str, some)) for some in ([c["name"] for c in columns], note["left_out"], note["quoted"]))
        found = Note(str(note["sha256"]), *listed)
        ours = note["by"] == _BY and found.sha256 == digest(path)
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None
    return found if ours else None


def _datatype(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "datetime"
    return "json" if pa.types.is_list(kind) else _TYPES.get(kind, "string")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
