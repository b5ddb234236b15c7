"""What kind of table a member is, told by its first bytes: format, encoding, delimiter, header."""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from valore.model.source import Manifest
from valore.places._names import NAMES, fold
from valore.places._tools import known

_GZIP = b"\x1f\x8b"
_DELIMITERS = ",;\t|"
_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx")
_DEPTH = 5
"""How deep nested JSON is looked into."""
_LINES = 400
"""How many lines of JSON name the columns."""
_PREAMBLE = 30
"""Lines of notes that a tool may write above the header."""
_KNOWN = frozenset(name for names in NAMES.values() for name in names)


class Layout(NamedTuple):
    """How a table is written."""

    format: str
    """csv, ndjson, parquet or xlsx."""
    columns: tuple[str, ...] = ()
    """As in its header; dotted for what is nested in JSON. Empty where the first bytes cannot say."""
    top: frozenset[str] = frozenset()
    """Those of `columns` that stand at the top, so that a dot in their name is a dot."""
    gzip: bool = False
    encoding: str = "utf-8"
    delimiter: str = ","
    skip: int = 0
    """Lines above the first row of data, the header among them."""


def layout(files: Manifest, member: str) -> Layout | None:
    """Recognise a table by its first bytes; None when it is none."""
    stem = member.lower().removesuffix(".gz")
    if not stem.endswith(_ENDINGS):
        return None
    head = files.head(member)
    packed = head.startswith(_GZIP)
    head = unpacked(head) if packed else head
    if head.startswith(b"PAR1"):
        return Layout("parquet", gzip=packed)
    if head.startswith(b"PK") and stem.endswith(".xlsx"):
        return Layout("xlsx", gzip=packed)
    encoding = _encoding(head)
    text = _decoded(head, encoding)
    if "\x00" in text or not text.strip():
        return None
    found = _json_lines(text, least=1 if stem.endswith((".jsonl", ".ndjson")) else 2)
    if found is None and not stem.endswith((".json", ".jsonl", ".ndjson")):
        found = _delimited(text)
    return found and found._replace(gzip=packed, encoding=encoding)


def unpacked(head: bytes) -> bytes:
    """Return the beginning of what was packed with gzip, empty where it is damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, 65_536)
    except zlib.error:
        return b""


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head[1:2] == b"\x00" and head[3:4] == b"\x00":
        return "utf-16-le"
    try:
        head[: max(len(head) - 4, len(head) // 2)].decode("utf-8")
    except UnicodeDecodeError as error:
        return "utf-8" if error.end >= len(head) - 8 else "cp1252"
    return "utf-8"


def _decoded(head: bytes, encoding: str) -> str:
    return head.decode(encoding, errors="replace").removeprefix("\ufeff")


def _json_lines(text: str, *, least: int) -> Layout | None:
    """Name the columns of lines of JSON objects; damaged lines do not count, `least` whole ones must be there.

    A single line is a table only in a file that calls itself lines of JSON.
    """
    if not text.lstrip().startswith("{"):
        return None
    names: dict[str, None] = {}
    rows = list(_objects(text.splitlines()[:_LINES]))
    for row in rows:
        names |= dict.fromkeys(_paths(row, "", _DEPTH))
    top = frozenset(filter(_writable, set().union(*rows)))
    return Layout("ndjson", tuple(names), top) if names and len(rows) >= least else None


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _paths(row: dict[str, Any], prefix: str, depth: int) -> Iterator[str]:
    for name, value in row.items():
        if not _writable(name):
            continue
        if isinstance(value, dict) and value and depth:
            yield from _paths(value, f"{prefix}{name}.", depth - 1)
        else:
            yield f"{prefix}{name}"


def _writable(name: str) -> bool:
    """Say whether a key can name a column: half of a surrogate pair cannot."""
    return name.isascii() or not any("\ud800" <= c <= "\udfff" for c in name)


def _delimited(text: str) -> Layout | None:
    """Find the delimiter and the header; notes of a tool above it are passed over."""
    found = max((_header(text, d) for d in _DELIMITERS), key=lambda h: h[:2])
    score, width, names, skip, delimiter = found
    if width < 2 or score <= 0:  # noqa: PLR2004 - one column is a list, not a table
        return None
    return Layout("csv", tuple(unique(names)), frozenset(names), delimiter=delimiter, skip=skip)


def _header(text: str, delimiter: str) -> tuple[float, int, list[str], int, str]:
    """Return (score, width, names, lines above the data, delimiter) of the best header line.

    The columns of a known tool are its header, however many notes stand above few rows.
    """
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    rows: list[tuple[list[str], int]] = []
    try:
        for row in reader:
            rows.append((row, reader.line_num))
            if len(rows) >= _PREAMBLE:
                break
    except csv.Error:
        pass
    for row, line in rows[:-1]:
        if known(row):
            return 2 + _familiar(row), len(row), row, line, delimiter
    widths = [len(r) for r, _ in rows]
    usual = max(set(widths), key=lambda w: (widths.count(w) * (w > 1), w), default=0)
    for row, line in rows[:-1]:
        if len(row) == usual and header_like(row):
            agreeing = widths.count(usual) / len(widths)
            return agreeing + _familiar(row), usual, row, line, delimiter
    return 0.0, 0, [], 0, delimiter


def header_like(row: list[str]) -> bool:
    """Say whether cells can be names of columns: filled, short, not numbers."""
    filled = [c for c in row if c.strip()]
    named = [c for c in filled if any(ch.isalpha() for ch in c) and len(c) < 80 and "://" not in c]  # noqa: PLR2004 - a name
    return len(filled) >= 0.6 * len(row) and len(named) == len(filled) > 0


def _familiar(row: list[str]) -> float:
    return sum(fold(c) in _KNOWN for c in row) / max(len(row), 1)


def familiar(names: Iterable[str]) -> float:
    """Return the share of names that some tool uses, in [0, 1]."""
    return _familiar(list(names))


def unique(names: Iterable[str]) -> Iterator[str]:
    """Give unnamed and repeated columns a name of their own."""
    seen: dict[str, int] = {}
    for position, raw in enumerate(names, 1):
        name = raw.strip() or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} {seen[name]}"
