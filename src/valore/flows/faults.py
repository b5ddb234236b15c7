"""Records that could not be read: listed, counted, written to a reject file."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from valore.flows._writing import writing
from valore.flows.space import Space

COLUMNS = ("import", "file", "pointer", "reason", "detail")
SCHEMA = pa.schema([pa.field(name, pa.string()) for name in COLUMNS])
"""`import` is the name of what was given, `file` the member, `pointer` the place in it."""


def faults(
    space: Space,
    *,
    reason: str | None = None,
    name: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> pa.Table:
    """Return faults in the columns of `SCHEMA`, by import, member and place.

    Args:
        space: Where.
        reason: Code of `model.records.REASONS`; None for all.
        name: What was given to be imported (file or folder), or a member of it; None for all.
        limit: At most so many; None for all.
        offset: So many are passed over first.
    """
    found = space.lake.snapshot().table("faults")
    found = found.append_column("import", _names(space, found["source"]))
    if reason is not None:
        found = found.filter(pc.equal(found["reason"], reason))
    if name is not None:
        found = found.filter(pc.or_(pc.equal(found["import"], name), pc.equal(found["file"], name)))
    found = found.sort_by([(column, "ascending") for column in COLUMNS])
    return found.select(COLUMNS).slice(offset, limit).cast(SCHEMA)


def counts(space: Space, *, name: str | None = None) -> Mapping[str, int]:
    """Return how many faults there are of each reason, the most frequent first."""
    reasons = faults(space, name=name)["reason"].to_pylist()
    return dict(Counter(reasons).most_common())


def reject(
    space: Space, path: Path, *, reason: str | None = None, name: str | None = None, form: str | None = None
) -> int:
    """Write the faults to a file; return how many.

    Args:
        space: Where.
        path: The file; its ending says the format.
        reason: As in `faults`.
        name: As in `faults`.
        form: csv, jsonl, parquet or xlsx, in place of the ending.

    Raises:
        UnknownName: there is no such format.
    """
    found = faults(space, reason=reason, name=name)
    with writing(path, form or path.suffix.lstrip(".").lower(), SCHEMA) as writer:
        writer.write(found)
    return int(found.num_rows)


def _names(space: Space, sources: pa.ChunkedArray) -> pa.Array:
    known = {record.source: record.name for record in space.imports()}
    return pa.array([known.get(source, source) for source in sources.to_pylist()], pa.string())
