"""Tables: CSV, TSV, XLSX, lines of JSON and Parquet, each also packed with gzip.

A table says nothing of itself, so a mapping says what its columns mean: suggested by names and
values, written by a person, or both. The way is by column from the file to the lake.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from typing import Any

import pyarrow.compute as pc

from valore.errors import MappingError, SourceError
from valore.model.records import Cursor, Fault, Raw, Record, Rows, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy, _times
from valore.places._columns import plain_times
from valore.places._frames import columns, frames, sample
from valore.places._layout import Layout, familiar, layout
from valore.places._mapping import TIME_FIELDS, Mapping, from_dict, from_toml, to_toml
from valore.places._rows import Sheet, records
from valore.places._suggest import suggest
from valore.places._tools import SURE, known, meaning
from valore.places._workbook import first_rows

__all__ = ["Mapping", "Plan", "Preview", "Table", "from_dict", "from_toml", "suggest", "to_toml"]

_SAMPLE = 5000
_LOOK = 1000
"""Rows by which the form of a column of times is told."""
_SHOWN = 20
_POLICY = Policy(
    terms="A table is brought by whoever imports it, who answers for having the right to.",
    retention_days=None,
    may_derive=True,
    may_combine=True,
)
_PROOF = "test_places_tools.py"
_COVERS = (
    *(
        Coverage(
            layout=layout, period=period, reads="posts, counts, profiles, reposts, a vendor's opinion", proof=_PROOF
        )
        for layout, period in (
            ("Brandwatch: CSV, XLSX", ""),
            ("Meltwater: CSV, XLSX", ""),
            ("Talkwalker: CSV, XLSX", ""),
        )
    ),
    *(
        Coverage(layout=layout, period=period, reads="posts, counts, profiles, reposts", proof=_PROOF)
        for layout, period in (
            ("4CAT: CSV", ""),
            ("CrowdTangle: CSV", "–2024"),
            ("twarc: CSV", "2021–"),
            ("Facepager: CSV", ""),
            ("YouTube Data Tools: CSV", ""),
        )
    ),
    *(
        Coverage(
            layout=form, period="", reads="posts, counts, profiles, reposts, by a mapping", proof="test_places_table.py"
        )
        for form in ("CSV, TSV", "XLSX", "JSONL", "Parquet")
    ),
)

_PRIVATE = re.compile(
    r"(?i)(^|[/_ -])(messages?|inbox|connections|contacts?|friends|followers|following|invitations|logins?|devices?"
    r"|ip_logs|chats?|messaggi|contatti|nachrichten|kontakte|mensajes|contactos|mensagens|contatos)[^/]*$|/messages?/"
)
"""Names in the archives of other networks that hold what is nobody's business."""


class _Unmapped(MappingError):
    """A table that does not speak of posts; among others it is passed over, alone it is an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one field would be."""

    field: str
    column: str | None
    """None where a constant fills it."""
    certainty: float | None
    """In (0, 1]; None where a person said so."""
    form: str | None
    """How its times are written; None for what is no time."""
    constant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an import of one table would do. Holds no text of posts."""

    member: str
    format: str
    mapping: Mapping
    plans: tuple[Plan, ...]
    ignored: tuple[str, ...]
    """Columns that nothing reads."""
    rows: int
    """Rows of the table, refused ones included."""
    kept: Dict[str, int]
    """Name of a fact table to rows that it would get."""
    refused: Dict[str, int]
    """Reason (`model.records.REASONS`) to how many faults there are."""
    faults: tuple[Fault, ...]
    """The first of them."""


@dataclass(frozen=True, slots=True)
class Table:
    """Any table, by its mapping; without one, by what it suggests."""

    mapping: Mapping | None = None
    name: str = "table"
    title: str = "Table"
    policy: Policy = _POLICY
    covers: tuple[Coverage, ...] = _COVERS

    def with_mapping(self, mapping: Mapping | None) -> "Table":
        """Return a reader that follows a mapping, or (None) suggests one for each table."""
        return replace(self, mapping=mapping)

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise tables among the files; sure of those that a known tool wrote, never of others."""
        names = [m.name for m in files.members]
        closed = {n for n in names if len(names) > 1 and _PRIVATE.search(n)}
        found = {n: shape for n in names if n not in closed and (shape := layout(files, n)) is not None}
        if not found:
            return None
        skipped = {n: "private" if n in closed else "unknown" for n in names if n not in found}
        tools = {_tool(files, name, shape) for name, shape in found.items()}
        if len(tools) == 1 and "" not in tools:
            return Match(tools.pop(), SURE, tuple(found), skipped)
        best = max(familiar(shape.columns) for shape in found.values())
        formats = {shape.format for shape in found.values()}
        variant = formats.pop() if len(formats) == 1 else "mixed"
        return Match(variant, round(0.2 + 0.2 * best, 3), tuple(found), skipped)

    def suggest(self, source: Export, member: str) -> Mapping:
        """Return the mapping of the tool that wrote a table, else the likeliest, enough to read it or not.

        Raises:
            SourceError: the member is no table, or damaged.
        """
        shape = _layout(source, member)
        names = columns(source, member, shape)
        tool = known(names)
        return suggest(sample(source, member, shape, names, _SAMPLE)) if tool is None else meaning(tool, names)

    def preview(self, source: Export, member: str) -> Preview:
        """Read a table without keeping anything, and say what would come of it.

        Raises:
            MappingError: the mapping does not fit, or nothing can be suggested.
            SourceError: the member is no table, or damaged.
        """
        shape = _layout(source, member)
        names = columns(source, member, shape)
        mapping = self._mapping(source, member, shape)
        forms = _forms(source, member, shape, mapping)
        kept, refused, first, rows = _counted(source, member, shape, mapping, forms)
        read = {column.split(".")[0] for column in mapping.columns.values()} | set(mapping.columns.values())
        ignored = tuple(n for n in names if n not in read and n.split(".")[0] not in read)
        plans = tuple(_plans(mapping, forms))
        return Preview(
            member=member,
            format=shape.format,
            mapping=mapping,
            plans=plans,
            ignored=ignored,
            rows=rows,
            kept=kept,
            refused=refused,
            faults=first,
        )

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield batches of rows (`Raw.kind` is `rows`), a `Cursor` after each.

        Raises:
            MappingError: the columns do not fit, or day and month cannot be told apart.
            SourceError: nothing more can be read.
        """
        position: dict[str, Any] = json.loads(since.position) if since is not None else {"member": "", "row": 0}
        members = list(match.members)
        start = members.index(position["member"]) if position["member"] in members else 0
        for member in members[start:]:
            done = position["row"] if member == position["member"] else 0
            try:
                yield from self._member(source, member, done)
            except _Unmapped as error:
                if len(members) == 1:
                    raise
                yield Fault(Where(member, ""), "bad_shape", str(error))

    def _member(self, source: Export, member: str, done: int) -> Iterator[Raw | Fault | Cursor]:
        shape = _layout(source, member)
        mapping = self._mapping(source, member, shape)
        forms = _forms(source, member, shape, mapping)
        described = {b"valore": json.dumps({"mapping": to_toml(mapping), "forms": forms}).encode()}
        for frame in frames(source, member, shape, mapping.columns):
            if isinstance(frame, Fault):
                yield frame
                continue
            first, last = frame["row"][0].as_py(), frame["row"][-1].as_py()
            if last <= done:
                continue
            yield Raw("rows", Where(member, f"row {first}"), frame.replace_schema_metadata(described), frame.num_rows)
            yield Cursor(json.dumps({"member": member, "row": max(last, done)}))

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what a batch of rows means, in columns."""
        described = json.loads(raw.value.schema.metadata[b"valore"])
        yield from records(Sheet(raw.value, from_toml(described["mapping"]), described["forms"], raw.where.file))

    def _mapping(self, source: Export, member: str, shape: Layout) -> Mapping:
        mapping = self.mapping if self.mapping is not None else self.suggest(source, member)
        missing = mapping.missing()
        if missing:
            raise _Unmapped(
                "{file} has no column that is surely the {fields}; name it in a mapping; there are: {known}",
                file=member,
                fields=", ".join(missing),
                known=", ".join(columns(source, member, shape)),
            )
        return mapping


def _tool(files: Manifest, member: str, shape: Layout) -> str:
    """Return the tool that wrote a table, empty where it is none that is known."""
    headers = first_rows(files, member) if shape.format == "xlsx" else (shape.columns,)
    return next((tool.name for header in headers if (tool := known(header)) is not None), "")


def _layout(files: Manifest, member: str) -> Layout:
    shape = layout(files, member)
    if shape is None:
        raise SourceError("{file} is damaged or not a table that can be read", file=member)
    return shape


def _forms(source: Export, member: str, shape: Layout, mapping: Mapping) -> dict[str, str]:
    """Settle how the times of each column are written; the whole column speaks where its beginning does not."""
    wanted = {f: c for f, c in mapping.columns.items() if f in TIME_FIELDS}
    forms = {"published": mapping.time_format} if mapping.time_format is not None else {}
    open_fields = {f: c for f, c in wanted.items() if f not in forms}
    if not open_fields:
        return forms
    begun = sample(source, member, shape, open_fields.values(), _LOOK)
    for field, column in open_fields.items():
        found = _times.form(plain_times(begun[column].combine_chunks()))
        name = found.name if found is not None else "iso"
        forms[field] = _order(source, member, shape, column) if name == "ambiguous" else name
    return forms


def _order(source: Export, member: str, shape: Layout, column: str) -> str:
    """Tell day from month by a whole column.

    Raises:
        MappingError: no number in it says which is which.
    """
    seen: set[str] = set()
    for frame in frames(source, member, shape, {"time": column}):
        if not isinstance(frame, Fault):
            seen.add(_times.order(pc.unique(frame["time"])))
    known = seen - {"ambiguous"}
    if len(known) == 1:
        return known.pop()
    raise MappingError(
        "in column '{column}' of {file} the day may come first ({day}) or the month ({month}); "
        'say time_format = "day_first" or "month_first" in a mapping',
        column=column,
        file=member,
        day="dd/mm/yyyy",
        month="mm/dd/yyyy",
    )


def _plans(mapping: Mapping, forms: Dict[str, str]) -> Iterator[Plan]:
    for field, column in mapping.columns.items():
        yield Plan(field=field, column=column, certainty=mapping.certainty.get(field), form=forms.get(field))
    for field, value in mapping.constants.items():
        yield Plan(field=field, column=None, certainty=None, form=None, constant=value)


def _counted(
    source: Export, member: str, shape: Layout, mapping: Mapping, forms: dict[str, str]
) -> tuple[dict[str, int], dict[str, int], tuple[Fault, ...], int]:
    """Return rows by fact table, faults by reason, the first faults, and how many rows there are."""
    kept, refused, rows = Counter[str](), Counter[str](), 0
    first: list[Fault] = []

    def take(item: Record | Fault) -> None:
        if isinstance(item, Fault):
            refused[item.reason] += 1
            first.extend([item] if len(first) < _SHOWN else [])
        elif isinstance(item, Rows):
            kept[item.table] += item.batch.num_rows

    for frame in frames(source, member, shape, mapping.columns):
        if isinstance(frame, Fault):
            take(frame)
            rows += 1
            continue
        rows += frame.num_rows
        for item in records(Sheet(frame, mapping, forms, member)):
            take(item)
    return dict(kept), dict(refused), tuple(first), rows


PLUGIN = Table()
