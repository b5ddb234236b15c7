"""Enrichers in their order over one batch, and their answers as rows of the annotations table."""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.enrich import Enricher, enrichers
from valore.enrich.polarity import SETTING, Tier
from valore.errors import UnknownName
from valore.model.schemas import ANNOTATIONS

_INSTANT = frozenset(("language", "polarity", "near_duplicate", "actor", "automation", "spam"))
"""Enrichers of the instant mode: no post is read by a sentence encoder."""
_ASKED = frozenset(("theme",))
"""Enrichers that run only when named: nothing measures by these general subjects yet."""


def default() -> tuple[Enricher, ...]:
    """Return the enrichers that run when none is named, in order; VALORE_POLARITY=instant leaves out the slow ones."""
    instant = os.environ.get(SETTING) == Tier.INSTANT
    known = [e for e in enrichers().values() if e.name not in _ASKED and (not instant or e.name in _INSTANT)]
    return ordered(known)


def ordered(found: Iterable[Enricher]) -> tuple[Enricher, ...]:
    """Return enrichers so that each stands behind those whose columns it uses; `embedding` is used by many."""
    rank = {"language": 0, "embedding": 1}
    return tuple(sorted(found, key=lambda e: (e.whole, rank.get(e.name, 2), e.name)))


def named(names: Sequence[str]) -> tuple[Enricher, ...]:
    """Return enrichers by name, with those whose columns they need, in order.

    Raises:
        UnknownName: there is no such enricher.
    """
    known = enrichers()
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in known:
            raise UnknownName("enricher", name, known)
        wanted += [need for need in known[name].requires if need in known and need not in wanted]
    return ordered(known[name] for name in wanted)


def through(batch: pa.RecordBatch, chain: Sequence[Enricher], todo: Mapping[str, Any]) -> pa.Table:
    """Return the annotations of a batch.

    Args:
        batch: Columns `key` and `month`, those that the enricher read, and `language` or
            `embedding` where an earlier run has found them.
        chain: Enrichers in order.
        todo: For each enricher the rows to read, booleans (n,).
    """
    made = []
    for enricher in chain:
        rows = np.flatnonzero(todo[enricher.name])
        if not len(rows):
            continue
        chosen = batch.take(pa.array(rows))
        answer = enricher.enrich(chosen)
        made.append(annotations(enricher, chosen, answer))
        batch = _beside(batch, rows, answer)
    return pa.concat_tables(made) if made else ANNOTATIONS.empty_table()


def annotations(enricher: Enricher, batch: pa.RecordBatch, answer: pa.RecordBatch) -> pa.Table:
    """Return the answer of an enricher as rows of the annotations table, one for each row of `batch`.

    A column that holds keys of posts (`story`) is kept as the post that explains, its size as the value. What
    is said for a subject bears the short name that stands in the column `slug`.
    """
    name, n = enricher.name, batch.num_rows
    by_name = dict(zip(answer.schema.names, answer.columns, strict=True))
    main = by_name.get(name, pa.nulls(n))
    p = [by_name[c] for c in (f"{name}_p_{k}" for k in enricher.classes) if c in by_name]
    columns = {
        "about": batch.column("key"),
        "subject": batch.column("slug") if "subject" in enricher.requires else pa.array([""] * n),
        "enricher": pa.array([name] * n),
        "version": pa.array([enricher.version] * n),
        "label": main if pa.types.is_string(main.type) else pa.nulls(n),
        "value": main if pa.types.is_floating(main.type) else _either(by_name, n, f"{name}_value", f"{name}_size"),
        "p": _lists(p, n),
        "other": main if pa.types.is_integer(main.type) else _either(by_name, n, f"{name}_other"),
        "vector": main if pa.types.is_binary(main.type) else pa.nulls(n),
        "reason": _either(by_name, n, f"{name}_reason"),
        "month": batch.column("month"),
    }
    return pa.table({f.name: columns[f.name].cast(f.type) for f in ANNOTATIONS}, schema=ANNOTATIONS)


def _either(columns: Mapping[str, pa.Array], n: int, *names: str) -> pa.Array:
    """Return the first of some columns that is there; all null where none is."""
    return next((columns[name] for name in names if name in columns), pa.nulls(n))


def _lists(columns: Sequence[pa.Array], n: int) -> pa.Array:
    """Return columns of numbers as one column of lists; null where the first is null."""
    if not columns:
        return pa.nulls(n)
    flat = np.stack([c.to_numpy(zero_copy_only=False) for c in columns], axis=1).astype(np.float32)
    missing = columns[0].is_null()
    keep = ~missing.to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(keep * flat.shape[1])]).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat[keep].ravel()))
    return pc.if_else(missing, None, lists)


def _beside(batch: pa.RecordBatch, rows: Any, answer: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with the answer's columns, where the rows that were not read keep what they had."""
    place = np.full(batch.num_rows, -1)
    place[rows] = np.arange(len(rows))
    at = pa.array(place, mask=place < 0)
    for field, column in zip(answer.schema, answer.columns, strict=True):
        found = column.take(at)
        if field.name in batch.schema.names:
            found = pc.coalesce(found, batch.column(field.name).cast(field.type))
            batch = batch.set_column(batch.schema.get_field_index(field.name), field, found)
        else:
            batch = batch.append_column(field, found)
    return batch
