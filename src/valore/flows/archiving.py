"""A whole workspace leaves: one folder with every fact and every word, that another Valore reads back.

    FOLDER/manifest.json            versions, and the digest of each file
    FOLDER/facts/posts.parquet      every edition of every fact, deletions among them
    FOLDER/state/subjects.jsonl     subjects, consents, reviews, imports…: a line of JSON a row

Left out are the files that were given (originals: they hold what was never read), what can be made
again (rollups), and secrets.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from valore.engine import Engine
from valore.engine.dialect import literal
from valore.errors import BadInput
from valore.flows import _manifest
from valore.flows._csvw import digest
from valore.flows._manifest import FACTS, STATE, Manifest, Part
from valore.flows._suppressed import mac, secret
from valore.flows.posts import opened
from valore.flows.space import Space
from valore.model.schemas import TABLES

_EDITED = ("posts", "accounts")
_GROUP = 100_000
"""Rows that whoever reads a table of facts must hold at once."""


def archive(space: Space, folder: Path) -> Manifest:
    """Write everything that a workspace knows into a new folder; the audit tells of it.

    The folder appears when it is whole.

    Raises:
        BadInput: there is something else at that place already, or an erasure is not finished: what is to
            be erased does not leave.
    """
    if space.desk.erasures.pending():
        raise BadInput("an erasure in {name} was interrupted; finish it first with `valore erase`", name=space.name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput("{folder} is there already and is not empty", folder=folder.name)
    space.desk.note("exported", f"everything: {folder.name}"[:500])
    unfinished = folder.with_name(f".{folder.name}.part-{os.getpid()}")
    unfinished.mkdir(parents=True, mode=0o700)
    try:
        manifest = _written(space, unfinished)
        if folder.exists():
            folder.rmdir()
        unfinished.replace(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return manifest


def which_key(home: Path) -> str:
    """Return what tells the key of a home's list of erased people from others, and nothing else of it.

    Raises:
        StoreError: the key is not there.
    """
    return mac(secret(home), "", "which")[:16]


def _written(space: Space, folder: Path) -> Manifest:
    with opened(space) as engine:
        parts = [_facts(engine, name, folder) for name in TABLES]
    parts += [_rows(space, table, folder) for table in space.desk.whole.tables]
    manifest = Manifest(
        valore=version("valore"),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        workspace=space.name,
        title=space.title,
        language=space.language,
        timezone=space.timezone,
        migrations=space.desk.whole.migrations,
        suppression=which_key(space.home) if space.desk.erasures.suppressed() else "",
        files=tuple(parts),
    )
    (folder / _manifest.FILE).write_text(_manifest.text(manifest), encoding="utf-8")
    return manifest


def _facts(engine: Engine, name: str, folder: Path) -> Part:
    path = folder / FACTS / f"{name}.parquet"
    path.parent.mkdir(exist_ok=True)
    rows = 0
    with pq.ParquetWriter(path, TABLES[name], compression="zstd") as file:
        for table in _months(engine, name):
            file.write_table(table.cast(TABLES[name]), row_group_size=_GROUP)
            rows += table.num_rows
    return _part(path, FACTS, rows)


def _months(engine: Engine, name: str) -> Iterator[pa.Table]:
    """Yield all editions of a table in an order of their own, one month (or enricher and month) at a time."""
    raw = f"all_{name}" if name in _EDITED else name
    columns = [field.name for field in TABLES[name]]
    by = [c for c in ("enricher", "month") if c in columns]
    order = [c for c in ("key", "edition", "about", "subject", "version", "source", "file", "pointer") if c in columns]
    chosen, sorted_ = (", ".join(f'"{c}"' for c in some) for some in (columns, order))
    parts = engine.query(f"select distinct {', '.join(by)} from {raw} order by all").to_pylist() if by else [{}]
    for part in parts:
        where = " and ".join(f'"{c}" = {literal(value)}' for c, value in part.items()) or "true"
        yield engine.query(f"select {chosen} from {raw} where {where} order by {sorted_}")


def _rows(space: Space, table: str, folder: Path) -> Part:
    path = folder / STATE / f"{table}.jsonl"
    path.parent.mkdir(exist_ok=True)
    return _part(path, STATE, _lines(path, space.desk.whole.rows(table)))


def _lines(path: Path, rows: Iterable[object]) -> int:
    count = 0
    with path.open("wb") as file:
        for row in rows:
            file.write(orjson.dumps(row) + b"\n")
            count += 1
    return count


def _part(path: Path, room: str, rows: int) -> Part:
    return Part(f"{room}/{path.name}", rows, path.stat().st_size, digest(path))
