"""The product's models over any table: one output row for each input row, in order.

All input columns come out as text. A column that an enricher adds keeps its promised name; an input
column of that name is kept as `input_NAME`. Rows that are equal in all that the models read are read once.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from valore.enrich import Enricher, Over, enrichers
from valore.enrich._languages import codes
from valore.enrich.language import PLUGIN as LANGUAGE
from valore.errors import N_, MappingError, UnknownName
from valore.flows._chain import ordered
from valore.flows._reader import Reader
from valore.flows._subjects import Told, beside, known
from valore.flows.shares import Mixture, classifiers, mixtures
from valore.model.records import Account

_LISTS = ("links", "aliases")
_SHARES = ("repeated_share", "copied_share", "linked_share", "addressed_share", "marked_share", "alike_share")
_AT_ONCE = 2048
"""Rows that go to a model at once where they do not speak of each other."""
_ACCOUNT = (*(f for f in Account._fields if f not in _LISTS), "posts_seen", *_SHARES, "tags_each", "times", "latest")


@dataclass(frozen=True, slots=True)
class Annotated:
    """What was written."""

    rows: int
    columns: tuple[str, ...]
    """Columns added, in order."""
    shares: tuple[Mixture, ...] = ()
    """Of each classifier, of all rows and then of each subject; empty when not asked for."""


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Where the enrichers' inputs stand in the table: input name to column name."""

    file: str
    columns: Mapping[str, str]
    subjects: Mapping[str, Told]
    """What is known of those that the rows are about."""

    def batch(self, rows: pa.RecordBatch, first: int) -> pa.RecordBatch:
        """Return the inputs of a batch, with a `key` that counts the rows of the table from 0."""
        found = {
            name: pc.if_else(pc.equal(rows.column(c), ""), None, rows.column(c)) for name, c in self.columns.items()
        }
        if "subject" in found:
            found = {**beside(found["subject"], self.subjects), **{n: c for n, c in found.items() if n != "subject"}}
        key = pa.array(np.arange(first, first + rows.num_rows), pa.int64())
        return pa.RecordBatch.from_pydict({"key": key, **found})


def annotate(
    table: Path,
    names: Sequence[str],
    *,
    kind: str = "posts",
    text: str = "text",
    lang: str | None = None,
    subject: str | None = None,
    subjects: Path | None = None,
    columns: Mapping[str, str] | None = None,
    other: str | None = None,
    shares: bool = False,
    out: Path,
) -> Annotated:
    """Write a table again as Parquet, with labels and probabilities beside its columns.

    Args:
        table: CSV, TSV, JSONL, Parquet or XLSX; CSV, TSV and JSONL also as .gz.
        names: Enrichers; for pairs also `paraphrase` and `near_duplicate`.
        kind: posts, accounts or pairs.
        text: Column of the text (posts, pairs).
        lang: Column of the language, in any usual way of writing; detected when None, and where a cell is empty.
        subject: Column that names the subject of a row.
        subjects: A table of these subjects: name, and aliases, homepage, category where known.
        columns: Other inputs and the columns in which they stand (`bio` to `description`).
        other: Column of the second text (pairs).
        shares: Whether to say the shares of the classes too.
        out: Parquet file to write; replaced at the end, never half written.

    Raises:
        UnknownName: an enricher or kind is not known.
        MappingError: a column is not there, or an enricher needs a subject and there is none.
        SourceError: the table cannot be read.
        SettingsError: shares are asked of enrichers that have none.
    """
    chosen = _chosen(kind, names)
    shared = classifiers(chosen) if shares else ()
    given = {"text": text, "language": lang, "subject": subject, "other": other, **(columns or {})}
    with closing(Reader()) as reader:
        told = known(subjects.name, reader.rows(subjects)) if subjects else {}
        read = reader.rows(table)
        head = next(read)
        found = _inputs(table.name, Over(kind), {k: v for k, v in given.items() if v}, head.schema.names)
        inputs = _Inputs(table.name, found, told)
        _check_subject(chosen, inputs, head.schema.names, told=bool(subjects))
        needed = _needed(chosen, inputs)
        rows = _write(_streamed(_chained([head], read), inputs, needed, chosen), out)
    added = tuple(c for e in chosen for c in e.provides.names)
    return Annotated(rows, added, mixtures(out, shared, _kept(subject, added) if subject else None))


def _kept(column: str, added: Sequence[str]) -> str:
    """Return the name under which a column of the input comes out."""
    return f"input_{column}" if column in added else column


def _chosen(kind: str, names: Sequence[str]) -> tuple[Enricher, ...]:
    """Return the enrichers asked for, by their names or by the names of their columns."""
    if kind not in list(Over):
        raise UnknownName("kind", kind, list(Over))
    known = {e.name: e for e in enrichers().values() if e.over == kind}
    by_column = {c: e for e in known.values() for c in e.provides.names} | known
    for name in names:
        if name not in by_column:
            raise UnknownName("enricher", name, by_column if kind == Over.PAIRS else known)
    return tuple(dict.fromkeys(by_column[name] for name in names))


def _inputs(file: str, kind: Over, given: Mapping[str, str], present: Sequence[str]) -> Mapping[str, str]:
    """Return where the inputs stand; those of accounts are found by their own names too."""
    if kind is Over.ACCOUNTS:
        given = {name: c for name, c in given.items() if name not in ("text", "other")}
        given = {**{name: name for name in _ACCOUNT if name in present}, **given}
    needs = {Over.POSTS: ("text",), Over.PAIRS: ("text", "other"), Over.ACCOUNTS: ()}[kind]
    for name in (*needs, *given):
        if given.get(name, name) not in present:
            known = ", ".join(present)
            message = N_("{file} has no column '{column}' for {name}; there are: {known}")
            raise MappingError(message, file=file, column=given.get(name, "?"), name=name, known=known)
    if not given:
        known = ", ".join(_ACCOUNT)
        raise MappingError(N_("{file} has no column of an account; known are: {known}"), file=file, known=known)
    return given


def _check_subject(chosen: Sequence[Enricher], inputs: _Inputs, present: Sequence[str], *, told: bool) -> None:
    """Refuse to read posts for nobody."""
    asking = [e.name for e in chosen if "subject" in e.requires]
    if "subject" in inputs.columns or not (asking or told):
        return
    message = N_(
        "{names} reads posts for a subject: say with --subject which column of {file} names it; there are: {known}"
    )
    names = ", ".join(asking) or "--subjects"
    raise MappingError(message, names=names, file=inputs.file, known=", ".join(present))


def _needed(chosen: Sequence[Enricher], inputs: _Inputs) -> tuple[Enricher, ...]:
    """Return the enrichers to run: those chosen, and those whose columns they need, in order."""
    known, wanted = enrichers(), list(chosen)
    for enricher in wanted:
        if enricher.over is Over.POSTS and enricher.name != LANGUAGE.name:
            wanted += [known[n] for n in _helpers(enricher, len(chosen), inputs) if known[n] not in wanted]
    return ordered(wanted)


def _helpers(enricher: Enricher, asked: int, inputs: _Inputs) -> Iterator[str]:
    if "language" not in inputs.columns:
        yield "language"
    if asked > 1 and enricher.requires[:2] == ("text", "language"):
        yield "embedding"


def _streamed(
    read: Iterable[pa.RecordBatch], inputs: _Inputs, needed: Sequence[Enricher], chosen: Sequence[Enricher]
) -> Iterator[pa.RecordBatch]:
    """Yield the rows with their new columns, batch by batch, or all at once when rows speak of each other."""
    if any(e.whole for e in needed):
        read = [_one(list(read))]
    first = 0
    for rows in read:
        yield _beside(rows, _answers(inputs.batch(rows, first), needed), chosen)
        first += rows.num_rows


def _one(read: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Return batches as one, also when they have no rows."""
    whole = pa.Table.from_batches(read).combine_chunks()
    return whole.to_batches()[0] if whole.num_rows else read[0]


def _answers(batch: pa.RecordBatch, needed: Sequence[Enricher]) -> dict[str, pa.Array]:
    """Return the columns of the enrichers; only those whose rows speak of each other see equal rows twice."""
    first, of = different(batch)
    few, found = _spoken(batch.take(pa.array(first))), dict[str, pa.Array]()
    batch = _with(batch, few, of, "language")
    for enricher in needed:
        answer = enricher.enrich(batch) if enricher.whole else _apart(enricher, few).take(pa.array(of))
        found |= dict(zip(answer.schema.names, answer.columns, strict=True))
        if enricher.name in ("language", "embedding") and enricher.name not in batch.schema.names:
            own = answer.column(enricher.name)
            batch = batch.append_column(enricher.name, own)
            few = few.append_column(enricher.name, own.take(pa.array(first)))
    return found


def different(batch: pa.RecordBatch) -> tuple[Any, Any]:
    """Return the first of each kind of equal rows, and for each row the number of its kind; `key` does not count.

    Returns:
        Row numbers, ascending, int64 (kinds,), and int64 (n,).
    """
    known_ = [pc.fill_null(c, "\0") for n, c in zip(batch.schema.names, batch.columns, strict=True) if n != "key"]
    same = pc.binary_join_element_wise(*known_, "\1").dictionary_encode()
    of = same.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    first = np.full(len(same.dictionary), batch.num_rows)
    np.minimum.at(first, of, np.arange(batch.num_rows))
    return first, of


def _spoken(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return the batch with its languages as codes, detected where none is given."""
    if "language" not in batch.schema.names or "text" not in batch.schema.names:
        return batch
    given = codes(batch.column("language"))
    at = batch.schema.get_field_index("language")
    if given.null_count:
        rest = batch.filter(given.is_null())
        found = LANGUAGE.enrich(rest.drop_columns(["language"])).column("language")
        given = pc.replace_with_mask(given, given.is_null(), found)
    return batch.set_column(at, "language", given)


def _with(batch: pa.RecordBatch, few: pa.RecordBatch, of: Any, name: str) -> pa.RecordBatch:
    """Return the batch with a column of the few rows, where both have it."""
    if name not in batch.schema.names:
        return batch
    return batch.set_column(batch.schema.get_field_index(name), name, few.column(name).take(pa.array(of)))


def _apart(enricher: Enricher, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return what an enricher says, asked for some rows at a time."""
    parts = [enricher.enrich(batch.slice(at, _AT_ONCE)) for at in range(0, max(batch.num_rows, 1), _AT_ONCE)]
    return _one(parts)


def _beside(rows: pa.RecordBatch, found: Mapping[str, pa.Array], chosen: Sequence[Enricher]) -> pa.RecordBatch:
    added = {c: found[c] for e in chosen for c in e.provides.names}
    kept = {_kept(n, [*added]): c for n, c in zip(rows.schema.names, rows.columns, strict=True)}
    return pa.RecordBatch.from_pydict({**kept, **added})


def _write(made: Iterator[pa.RecordBatch], out: Path) -> int:
    """Write batches beside the file and put it in place at the end; return the number of rows."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part, rows, head = out.with_name(f".{out.name}.{os.getpid()}"), 0, next(made)
    try:
        with pq.ParquetWriter(part, head.schema, compression="zstd") as writer:
            for batch in _chained([head], made):
                writer.write_batch(batch)
                rows += batch.num_rows
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return rows


def _chained(first: Iterable[pa.RecordBatch], rest: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from first
    yield from rest
