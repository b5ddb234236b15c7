"""Everything can leave: tables of a workspace as files that other tools read."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from valore.engine import Engine
from valore.engine.dialect import literal
from valore.errors import UnknownName
from valore.flows._shapes import SHAPES, months
from valore.flows._writing import SHAPED, WRITERS, writing
from valore.flows.posts import opened
from valore.flows.space import Space
from valore.model.schemas import TABLES

FACTS = ("posts", "accounts", "interactions", "observations", "annotations")
FORMATS = tuple(WRITERS)
"""In which every table leaves; posts leave in `SHAPES` too."""
SUBJECTS = pa.schema(
    [
        pa.field("slug", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("name", pa.string()),
        pa.field("aliases", pa.list_(pa.string())),
        pa.field("accounts", pa.list_(pa.string())),
        pa.field("queries", pa.list_(pa.string())),
        pa.field("statement", pa.string()),
        pa.field("pillars", pa.list_(pa.string())),
        pa.field("peers", pa.list_(pa.string())),
    ]
)


def export(space: Space, what: str, form: str, path: Path) -> int:
    """Write one table to a file, month by month; return the number of rows. The audit tells of it.

    Posts and accounts go out in their newest edition, deleted posts do not. In csv, 4cat and xlsx,
    texts that a spreadsheet would take for a formula get a quote before them; how many did is told
    beside the file and in the audit, and importing the csv again takes the quotes away.

    Args:
        space: Where.
        what: posts, accounts, interactions, observations, annotations or subjects.
        form: parquet, jsonl, csv or xlsx; for posts also 4cat (a csv as 4CAT reads it) and jsonld (schema.org).
        path: The file; replaced when it is there.

    Raises:
        UnknownName: there is no such table or format.
        BadInput: more rows than a sheet holds.
    """
    if what not in (*FACTS, "subjects"):
        raise UnknownName("table", what, (*FACTS, "subjects"))
    known = (*FORMATS, *SHAPES) if what == "posts" else FORMATS
    if form not in known:
        raise UnknownName("format", form, known)
    schema, tables = _told(space, what, form)
    rows = 0
    shape = SHAPES.get(form)
    with writing(path, shape.form if shape else form, schema, SHAPED if shape else WRITERS) as writer:
        for table in tables:
            writer.write(table.cast(schema))
            rows += table.num_rows
    quoted = sum(writer.quoted.values())
    space.desk.note("exported", f"{what}: {path.name} ({rows}{f'; {quoted} quoted' if quoted else ''})"[:500])
    return rows


def _told(space: Space, what: str, form: str) -> tuple[pa.Schema, Iterator[pa.Table]]:
    if form in SHAPES:
        return SHAPES[form].schema, _shaped(space, form)
    if what == "subjects":
        return SUBJECTS, _subjects(space)
    return TABLES[what], _facts(space, what)


def _shaped(space: Space, form: str) -> Iterator[pa.Table]:
    with opened(space) as engine:
        of = months(engine, SHAPES[form])
        for month in _parts(engine, "posts", "month"):
            yield of(literal(month))


def _facts(space: Space, what: str) -> Iterator[pa.Table]:
    columns = ", ".join(f'"{field.name}"' for field in TABLES[what])
    by = "month" if "month" in TABLES[what].names else "place"
    with opened(space) as engine:
        for part in _parts(engine, what, by):
            yield engine.query(f'select {columns} from {what} where "{by}" = {literal(part)}')


def _parts(engine: Engine, what: str, by: str) -> list[str]:
    found = engine.query(f'select distinct "{by}" as part from {what} order by part')
    return [str(part) for part in found["part"].to_pylist()]


def _subjects(space: Space) -> Iterator[pa.Table]:
    rows = [{name: getattr(s, name) for name in SUBJECTS.names} for s in space.subjects()]
    plain = [{k: list(v) if isinstance(v, tuple) else str(v) for k, v in row.items()} for row in rows]
    yield pa.Table.from_pylist(plain, schema=SUBJECTS)
