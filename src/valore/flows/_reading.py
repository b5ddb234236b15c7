"""The program of the limited child: files are opened, recognised, read and understood here, nothing is kept.

It knows neither lake nor state. What it finds goes to the parent as plain values and as tables.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from valore.errors import AmbiguousSource, MappingError, UnrecognisedSource
from valore.flows._tables import batches
from valore.model.batch import LIMIT, Gather, uncollected
from valore.model.records import TABLE_OF, Cursor, Fault, Raw, Record, Rows
from valore.model.source import Export, Match
from valore.places import Place
from valore.places._frames import columns
from valore.places._layout import layout
from valore.places.table import Mapping as TableMapping
from valore.places.table import Table, to_toml
from valore.trust.archive import open_exports
from valore.trust.inside import PACE, Line, serve

SLIPS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a record of an unforeseen shape makes a reader stumble over: a fault of that record alone."""
PIECE = 25_000
"""Rows that go to the parent at once, which lays them together for a commit."""
CAREFUL = 500
"""The same, where an attempt before died."""
SIZE = 8 << 20
"""Bytes (about) that go to the parent at once."""
SURE = 0.5
"""Certainty below which a suggestion is not followed without being asked."""
_DECISIVE = ("published", "text", "title", "author", "author_handle", "author_name")
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be done with files."""

    what: str
    """look, columns, suggest, rehearse, read, rows, facts."""
    paths: tuple[Path, ...]
    """One export: a file, a folder, or several files that belong together."""
    among: Mapping[str, Place] = field(default_factory=dict)
    place: Place | Table | None = None
    match: Match | None = None
    source: str = ""
    since: str | None = None
    batch: int = LIMIT
    table: str = ""
    """Of facts that Valore wrote itself."""
    careful: bool = False
    """Tell of each record where it stands, and give small pieces: an attempt before died."""


def main() -> None:
    """Answer the parent until it goes."""
    with ExitStack() as stack:
        serve(_Reader(stack).perform)


class _Reader:
    """Keeps the files of the last request open, for the next one is mostly about the same."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._paths: tuple[Path, ...] = ()
        self._export: Export | None = None

    def perform(self, request: Request, line: Line) -> None:
        """Do what is asked and tell what is found."""
        if request.what == "facts":
            from valore.flows._exported import facts

            for table in facts(request.paths[0], request.table):
                line.say("facts", None, {request.table: table})
            return
        if request.what == "rows":
            for rows in batches(request.paths[0]):
                line.say("rows", None, {"rows": pa.Table.from_batches([rows])})
            return
        line.allow(_size(request.paths))
        export = self._opened(request.paths, line)
        doing: dict[str, Callable[[Export, Request, Line], None]] = {
            "look": _look,
            "columns": _columns,
            "suggest": _suggest,
            "rehearse": _rehearse,
            "read": _read,
        }
        doing[request.what](export, request, line)

    def _opened(self, paths: tuple[Path, ...], line: Line) -> Export:
        if self._export is None or paths != self._paths:
            self._stack.close()
            self._export = None
            self._export = self._stack.enter_context(open_exports(paths, beat=line.beat))
            self._paths = paths
        return self._export


def _size(paths: Sequence[Path]) -> int:
    """Return how many bytes lie on this disk."""
    files = (f for path in paths for f in (path.rglob("*") if path.is_dir() else (path,)))
    return sum(file.stat().st_size for file in files if file.is_file())


def _look(export: Export, request: Request, line: Line) -> None:
    place, match = recognise(export, request.among)
    line.say("answer", (export.name, place, match))


def recognise(export: Export, among: Mapping[str, Place]) -> tuple[str, Match]:
    """Return the place that is surest to know an export.

    Raises:
        UnrecognisedSource: no place knows it.
        AmbiguousSource: two places are equally sure.
    """
    matches = {name: match for name, place in among.items() if (match := place.sniff(export)) is not None}
    if not matches:
        raise UnrecognisedSource(
            "no place knows {file} (it holds {members}); known places: {places}",
            file=export.name,
            members=", ".join(m.name for m in export.members[:_SHOWN]) or "-",
            places=", ".join(sorted(among)),
        )
    ranked = sorted(matches, key=lambda name: -matches[name].certainty)
    if len(ranked) > 1 and matches[ranked[0]].certainty == matches[ranked[1]].certainty:
        raise AmbiguousSource(
            "{file} may come from {one} or from {other}; say which with --place",
            file=export.name,
            one=ranked[0],
            other=ranked[1],
        )
    return ranked[0], matches[ranked[0]]


def _columns(export: Export, request: Request, line: Line) -> None:
    """Tell a digest of the names of all columns, whatever their order."""
    names = {name for member in _match(request).members for name in _names(export, member)}
    line.say("answer", hashlib.sha256("\x1f".join(sorted(names)).encode()).hexdigest())


def _names(export: Export, member: str) -> Sequence[str]:
    shape = layout(export, member)
    return columns(export, member, shape) if shape is not None else ()


def _suggest(export: Export, request: Request, line: Line) -> None:
    """Tell the mapping of the only table, nothing where there are several that suggest their own.

    Raises:
        MappingError: the columns do not surely show what they mean.
    """
    assert isinstance(request.place, Table)
    found = [(member, request.place.suggest(export, member)) for member in _match(request).members]
    for member, mapping in found:
        _check(mapping, member)
    (_, first), *others = found
    line.say("answer", None if others else {"toml": to_toml(first), "certainty": dict(first.certainty)})


def _check(mapping: TableMapping, member: str) -> None:
    doubtful = [f for f in _DECISIVE if f in mapping.columns and mapping.certainty.get(f, 1.0) < SURE]
    missing = mapping.missing()
    if doubtful or missing:
        raise MappingError(
            "it is not clear what the columns of {file} mean ({fields}); say it in a mapping file "
            "and give it with --mapping, for example:\n{example}",
            file=member,
            fields=", ".join((*missing, *doubtful)),
            example=_example(mapping, missing),
        )


def _example(mapping: TableMapping, missing: Sequence[str]) -> str:
    head = to_toml(mapping).rstrip() + ("" if mapping.columns else "\n\n[columns]")
    return head + "".join(f'\n{name} = "…"' for name in missing)


def _rehearse(export: Export, request: Request, line: Line) -> None:
    """Read everything, count, and keep nothing."""
    place, match = _place(request), _match(request)
    if isinstance(place, Table):
        for member in match.members:
            line.say("preview", place.preview(export, member))
        return
    kept, refused = Counter[str](), Counter[str]()
    for item in place.read(export, match, None):
        _seen(item, line)
        for record in () if isinstance(item, Cursor) else _records(place, item):
            if isinstance(record, Fault):
                refused[record.reason] += 1
            elif isinstance(record, Rows):
                kept[record.table] += record.batch.num_rows
            else:
                kept[TABLE_OF[type(record)]] += 1
    line.say("answer", {"read": line.read, "kept": kept, "refused": refused})


def _read(export: Export, request: Request, line: Line) -> None:
    """Tell pieces: tables, how many records were read so far, and the safe stop behind them where there is one."""
    line.pace = 0.0 if request.careful else PACE
    with uncollected():
        for tables, cursor in _pieces(export, request, line):
            position = None if cursor is None else cursor.position
            line.say("piece", {"read": line.read, "cursor": position, "where": line.at()}, tables)


def _pieces(export: Export, request: Request, line: Line) -> Iterator[tuple[Mapping[str, pa.Table], Cursor | None]]:
    """Yield tables and the safe stop behind them; None where there is none.

    A place without safe stops inside a large file is cut anyway, so that memory stays bounded:
    what is then read again is known by its keys.
    """
    gather = Gather(request.source, limit=min(request.batch, CAREFUL if request.careful else PIECE), size=SIZE)
    place, since = _place(request), None if request.since is None else Cursor(request.since)
    try:
        for item in place.read(export, _match(request), since):
            if isinstance(item, Cursor):
                if gather.full:
                    yield gather.take(), item
                continue
            if gather.full:
                yield gather.take(), None
            for record in _records(place, item):
                gather.add(record, item.where.file)
            _seen(item, line)
    except Exception:
        yield gather.take(), None
        raise
    yield gather.take(), None


def _seen(item: Raw | Fault | Cursor, line: Line) -> None:
    if not isinstance(item, Cursor):
        line.where = item.where
        line.read += item.holds if isinstance(item, Raw) else 1
    line.beat()


def _records(place: Place | Table, item: Raw | Fault) -> Iterator[Record | Fault]:
    return iter((item,)) if isinstance(item, Fault) else understood(place, item)


def understood(place: Place | Table, raw: Raw) -> Iterator[Record | Fault]:
    """Yield what a raw record means; one that the place stumbles over is a fault."""
    try:
        yield from place.normalise(raw)
    except RecursionError:
        yield Fault(raw.where, "too_deep")
    except SLIPS as error:
        yield Fault(raw.where, "bad_shape", type(error).__name__)


def _place(request: Request) -> Place | Table:
    assert request.place is not None
    return request.place


def _match(request: Request) -> Match:
    assert request.match is not None
    return request.match
