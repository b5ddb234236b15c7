"""What the parent asks of the limited child, and what it makes of the answers. See `flows._reading`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import msgspec
import pyarrow as pa

from valore.errors import RefusedArchive
from valore.flows._reading import Request
from valore.flows._shapes import schema
from valore.model.source import Match
from valore.places import Place
from valore.places.table import Mapping as TableMapping
from valore.places.table import Preview, Table, from_toml
from valore.trust._wire import Told
from valore.trust.child import Child
from valore.trust.limits import Bounds

PROGRAM = "valore.flows._reading"
T = TypeVar("T")


class Looked(NamedTuple):
    """Who knows an export."""

    name: str
    place: str
    match: Match


class Piece(NamedTuple):
    """Some rows of an import, in the order in which they were read."""

    tables: Mapping[str, pa.Table]
    cursor: str | None
    """The safe stop behind them; None where there is none."""
    read: int
    """Records read so far; also where a piece has no tables and only tells how far reading has come."""


class Rehearsed(NamedTuple):
    """What an import would come to."""

    read: int
    kept: dict[str, int]
    refused: dict[str, int]
    previews: tuple[Preview, ...] = ()


class Reader:
    """Reads files in a child; see `trust.child` for what happens to one that takes too much."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        """Start nothing yet."""
        self._child = Child(PROGRAM, bounds or Bounds())

    @property
    def peak(self) -> int:
        """Return the most memory that the child took, in bytes, as it said after the last question."""
        return self._child.peak

    def close(self) -> None:
        """End the child."""
        self._child.close()

    def look(self, paths: tuple[Path, ...], among: Mapping[str, Place]) -> Looked:
        """Return the place that is surest to know an export.

        Raises:
            UnrecognisedSource: no place knows it.
            AmbiguousSource: two places are equally sure.
            RefusedArchive: it is broken, too large, or built to hurt.
        """
        value = self._answer(Request(what="look", paths=paths, among=dict(among)))
        looked = _typed(value, Looked, paths)
        if looked.place not in among:
            raise RefusedArchive("{file}: the reader gave no answer that makes sense", file=_name(paths))
        return looked

    def columns(self, paths: tuple[Path, ...], match: Match) -> str:
        """Return a digest of the names of all columns of tables, whatever their order."""
        return _typed(self._answer(Request(what="columns", paths=paths, match=match)), str, paths)

    def suggested(self, paths: tuple[Path, ...], match: Match, table: Table) -> TableMapping | None:
        """Return what the columns of the only table suggest; None where there are several.

        Raises:
            MappingError: they do not surely show what they mean.
        """
        value = self._answer(Request(what="suggest", paths=paths, match=match, place=table))
        if value is None:
            return None
        told = _typed(value, dict[str, Any], paths)
        return replace(from_toml(str(told.get("toml"))), certainty=MappingProxyType(told.get("certainty", {})))

    def rehearse(self, paths: tuple[Path, ...], match: Match, place: Place | Table) -> Rehearsed:
        """Read everything, count, and keep nothing."""
        request = Request(what="rehearse", paths=paths, match=match, place=place)
        told = [t for t in self._child.ask(request, _name(paths)) if t.kind in ("preview", "answer")]
        previews = tuple(_typed(t.value, Preview, paths) for t in told if t.kind == "preview")
        for counted in (t.value for t in told if t.kind == "answer"):
            return _typed(counted, _Counted, paths).rehearsed()
        return Rehearsed(
            sum(p.rows for p in previews),
            _summed(p.kept for p in previews),
            _summed(p.refused for p in previews),
            previews,
        )

    def pieces(self, request: Request) -> Iterator[Piece]:
        """Yield what is read from the last safe stop on, and now and then how far reading has come.

        Raises:
            SourceError: nothing more will come.
            MappingError: a table does not fit its mapping.
        """
        for told in self._child.ask(request, _name(request.paths)):
            step = _typed(told.value, _Step, request.paths)
            yield Piece(_sound(told, request), step.cursor, step.read)

    def rows(self, path: Path) -> Iterator[pa.RecordBatch]:
        """Yield any table in batches of strings; see `flows._tables.batches`."""
        for told in self._child.ask(Request(what="rows", paths=(path,)), path.name):
            for table in told.tables.values():
                yield table.combine_chunks().to_batches()[0] if table.num_rows else _no_rows(table)

    def facts(self, path: Path, table: str) -> Iterator[pa.Table]:
        """Yield the rows of a table of facts that Valore wrote; see `flows._exported.facts`."""
        request = Request(what="facts", paths=(path,), table=table)
        for told in self._child.ask(request, path.name):
            yield from _sound(told, request).values()

    def _answer(self, request: Request) -> Any:
        answers = [told.value for told in self._child.ask(request, _name(request.paths)) if told.kind == "answer"]
        return answers[0] if answers else None


class _Step(msgspec.Struct):
    read: int
    cursor: str | None = None


class _Counted(msgspec.Struct):
    read: int
    kept: dict[str, int]
    refused: dict[str, int]

    def rehearsed(self) -> Rehearsed:
        return Rehearsed(self.read, self.kept, self.refused)


def _summed(counts: Iterator[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for count in counts:
        for name, number in count.items():
            total[name] = total.get(name, 0) + number
    return total


def _typed(value: Any, kind: type[T], paths: tuple[Path, ...]) -> T:
    """Take an answer as what it should be; a child that answers otherwise is not believed."""
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        raise RefusedArchive("{file}: the reader gave no answer that makes sense", file=_name(paths)) from error


def _sound(told: Told, request: Request) -> Mapping[str, pa.Table]:
    """Return the tables of a piece when they are of the lake, or in a shape that Valore writes."""
    for name, table in told.tables.items():
        columns = schema(name)
        if columns is None or not table.schema.equals(columns):
            raise RefusedArchive("{file}: the reader gave no answer that makes sense", file=_name(request.paths))
    return told.tables


def _no_rows(table: pa.Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], table.schema)


def _name(paths: tuple[Path, ...]) -> str:
    return paths[0].name
