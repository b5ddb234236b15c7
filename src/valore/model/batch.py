"""From records to the tables of the lake, a batch at a time.

`Gather` takes what places yield and gives Arrow tables in `model.schemas`: keys, months, digests,
accounts that are only named. All of it by column: the work of a row is one `list.append`.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate, chain
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.model.facts import FACTS, aligned, coded, distinct, named, stubs
from valore.model.records import TABLE_OF, Fault, Record, Rows, Where
from valore.model.schemas import FAULTS
from valore.model.text import repair

PIECE = 1_024
"""Records that wait as Python objects; more of them would cost memory, and the collector its time."""

JOINED = 16_384
"""Rows below which batches are laid together: each one costs a few thousandths of a second by itself."""


class _Run(NamedTuple):
    """Records of one file that wait to become columns, in the order in which they came."""

    file: str
    records: list[tuple[Any, ...]]


LIMIT = 500_000
"""Rows of a batch, posts and counts together: large, because each batch writes a file for every month it touches."""
SIZE = 128 << 20
"""Bytes (about) of a batch."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from looking through records while they are gathered: they have no cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Gather:
    """Records of one import, until they are enough for a commit.

    The same records in the same order, cut at the same places, give the same tables.
    Rows that cannot be kept (no id, an impossible time, a number too large) become rows
    of the table `faults`.
    """

    def __init__(self, source: str, *, limit: int = LIMIT, size: int = SIZE) -> None:
        """Begin empty.

        Args:
            source: Id of the import, stands in every row.
            limit: Rows after which it is `full`.
            size: Bytes (about) after which it is `full`.
        """
        self.source, self.limit, self.size = source, limit, size
        self._begin()

    def _begin(self) -> None:
        self.rows = 0
        """Records and rows that wait."""
        self._bytes = 0
        self._runs: dict[type, _Run] = {}
        self._pieces: dict[str, list[pa.Table]] = {}
        self._batches: dict[str, list[tuple[str, pa.RecordBatch]]] = {}
        self._faults: list[tuple[str, Fault]] = []

    @property
    def full(self) -> bool:
        """Whether it is time to `take`."""
        return self.rows >= self.limit or self._bytes >= self.size

    def add(self, record: Record | Fault, file: str = "") -> None:
        """Take one record (or many, as `Rows`) of a member of the export; a `Fault` is kept as it is."""
        run = self._runs.get(type(record))
        if run is None or run.file != file or len(run.records) == PIECE:
            if type(record) not in TABLE_OF:
                self._add_other(record, file)
                return
            self._close(type(record))
            run = self._runs[type(record)] = _Run(file, [])
        run.records.append(record)
        self.rows += 1

    def _add_other(self, record: Record | Fault, file: str) -> None:
        if isinstance(record, Rows):
            self._batches.setdefault(record.table, []).append((file, record.batch))
            self.rows += record.batch.num_rows
            self._bytes += record.batch.get_total_buffer_size()
        elif isinstance(record, Fault):
            self._faults.append((file or record.where.file, record))
            self.rows += 1

    def _close(self, kind: type) -> None:
        """Turn the records of a run into columns."""
        run = self._runs.pop(kind, None)
        if run is not None:
            table = self._columns(TABLE_OF[kind], run.records, run.file)
            self._bytes += table.nbytes
            self._pieces.setdefault(TABLE_OF[kind], []).append(table)

    def take(self) -> dict[str, pa.Table]:
        """Return what waits as tables by name (none of them empty), and begin again.

        What was said twice stands twice: the lake keeps it once.
        """
        for kind in tuple(self._runs):
            self._close(kind)
        names: dict[str, list[pa.Array]] = {}
        tables: dict[str, list[pa.Table]] = {}
        for name in FACTS:
            for native in self._native(name):
                sound = self._sound(name, native)
                if sound.num_rows:
                    sound = coded(name, sound)
                    tables.setdefault(name, []).append(FACTS[name].table(sound, self.source))
                    names.setdefault(sound["place"][0].as_py(), []).extend(named(name, sound))
        for place, ids in names.items():
            tables.setdefault("accounts", []).append(stubs(place, ids, self.source))
        ready = {name: pa.concat_tables(parts) for name, parts in tables.items()}
        if "accounts" in ready:
            ready["accounts"] = distinct(ready["accounts"])
        ready["faults"] = _faults(self.source, self._faults)
        self._begin()
        return {name: table for name, table in ready.items() if table.num_rows}

    def _native(self, name: str) -> Iterator[pa.Table]:
        """Yield what waits for one table in columns of the record, one place at a time."""
        pieces = self._pieces.get(name)
        parts = [pa.concat_tables(pieces).combine_chunks()] if pieces else []
        parts += [aligned(FACTS[name].native, batch, file) for file, batch in _joined(self._batches.get(name, ()))]
        for part in parts:
            places = pc.unique(part["place"]).to_pylist()
            for place in places:
                yield part if len(places) == 1 else part.filter(pc.equal(part["place"], place))

    def _columns(self, name: str, records: Sequence[tuple[Any, ...]], file: str) -> pa.Table:
        """Turn records into columns; one that cannot be held becomes a fault, found by halving."""
        schema = FACTS[name].native
        if not records:
            return schema.empty_table()
        try:
            columns = [_array(c, schema.field(i).type) for i, c in enumerate(zip(*records, strict=True))]
        except (pa.ArrowException, OverflowError, UnicodeError, TypeError, ValueError) as error:
            if len(records) == 1:
                self._faults.append((file, Fault(Where(file, _pointer(records[0])), _reason(error))))
                return schema.empty_table()
            half = len(records) // 2
            halves = (self._columns(name, part, file) for part in (records[:half], records[half:]))
            return pa.concat_tables(halves)
        return pa.Table.from_arrays([*columns, pa.repeat(pa.scalar(file), len(records))], schema=schema)

    def _sound(self, name: str, native: pa.Table) -> pa.Table:
        """Return the rows that can be kept; the others become faults."""
        for reason, refuses in FACTS[name].refusals:
            bad = refuses(native)
            if not bad.any():
                continue
            refused = native.select(["file", "pointer"]).filter(pa.array(bad)).to_pylist()
            self._faults += [(r["file"], Fault(Where(r["file"], r["pointer"] or ""), reason)) for r in refused]
            native = native.filter(pa.array(~bad))
        return native


def _joined(batches: Sequence[tuple[str, pa.RecordBatch]]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Lay small batches of one file and the same columns end to end."""
    found: dict[tuple[Any, ...], list[pa.RecordBatch]] = {}
    for file, batch in batches:
        if batch.num_rows >= JOINED:
            yield file, batch
        else:
            found.setdefault((file, *batch.schema.names, *batch.schema.types), []).append(batch)
    for (file, *_), parts in found.items():
        yield file, pa.concat_batches(parts)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Return a column; lists are laid end to end first, in a third of the time."""
    if not pa.types.is_list(kind):
        return pa.array(values, kind)
    ends = np.fromiter(accumulate(map(len, values), initial=0), dtype=np.int32, count=len(values) + 1)
    return pa.ListArray.from_arrays(ends, pa.array(list(chain.from_iterable(values)), kind.value_type))


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "bad_encoding"
    return "bad_number" if isinstance(error, OverflowError | pa.ArrowInvalid) else "bad_shape"


def _pointer(record: tuple[Any, ...]) -> str:
    pointer = getattr(record, "pointer", "")
    return pointer if isinstance(pointer, str) else ""


def _faults(source: str, faults: Sequence[tuple[str, Fault]]) -> pa.Table:
    rows = {(source, repair(file), repair(f.where.pointer), f.reason): repair(f.detail) for file, f in faults}
    columns = zip(*((*place, detail) for place, detail in rows.items()), strict=True)
    return pa.table([*columns], schema=FAULTS) if rows else FAULTS.empty_table()
