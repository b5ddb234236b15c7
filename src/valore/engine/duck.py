"""DuckDB in memory over the files of a snapshot: nothing on disk but spill, nothing reachable but those files."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from valore.engine.dialect import Value, literal, render, text
from valore.errors import Rewritten
from valore.model.schemas import TABLES

_NEWEST = """
select * exclude (newest_) from (
  select *, row_number() over (partition by key order by revision desc, weight desc, digest desc) as newest_
  from {table}
) as editions where newest_ = 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One fact table: files of Parquet, or an Arrow table."""

    files: tuple[str, ...] = ()
    """Absolute paths below hive-partitioned folders (`month=2015-02`)."""
    table: pa.Table | None = None
    edited: bool = False
    """Some key has several editions: the newest by (revision, weight, digest) is looked for."""


class Engine:
    """Answers statistics over fact tables. One per process and snapshot; not shared between threads.

    Tables that are not given are empty. Deleted posts are hidden. Instants are UTC.
    """

    def __init__(
        self, sources: Mapping[str, Source], *, memory: str = "1400MiB", threads: int = 2, without: Sequence[str] = ()
    ) -> None:
        """Open the sources.

        Args:
            sources: By name of `model.schemas.TABLES`; other names are derived tables, read as they are.
            without: Places of which nothing is seen: no rows, and no labels that speak of their posts and accounts.
            memory: What DuckDB may take before it spills to a temporary folder.
            threads: At most.
        """
        self._spill = tempfile.TemporaryDirectory(prefix="valore-")
        self._paths = [path for source in sources.values() for path in source.files]
        self._con = _opened(self._spill.name, self._paths, memory, threads)
        self._without = tuple(without)
        for name, schema in TABLES.items():
            self._facts(name, sources.get(name, Source()), schema)
        for name in sorted(set(sources) - set(TABLES)):
            self._other(name, sources[name])

    def ask(self, name: str, /, **values: Value) -> pa.Table:
        """Return the answer of the statistic `sql/<name>.sql`."""
        return self.query(render(text(name), values))

    def query(self, sql: str) -> pa.Table:
        """Return the answer of any SQL.

        Raises:
            Rewritten: files went while they were read: somebody was erased.
        """
        with self._cursor() as cursor:
            return _plain(cursor.sql(sql).to_arrow_table())

    def keep(self, table: str, name: str, /, **values: Value) -> None:
        """Keep the answer of a statistic as a table that later ones read, in place of an earlier one."""
        self._run(f"create or replace table {table} as {render(text(name), values)}")

    def join(self, table: str, name: str, several: Sequence[Mapping[str, Value]]) -> None:
        """Keep the answers of a statistic to several sets of values, one below the other."""
        first, *rest = (render(text(name), values) for values in several)
        self._run(f"create or replace table {table} as {first}")
        for sql in rest:
            self._run(f"insert into {table} {sql}")

    def put(self, table: str, rows: pa.Table) -> None:
        """Make a small Arrow table known by a name."""
        with self._cursor() as cursor:
            cursor.register("given_", rows)
            cursor.execute(f"create or replace table {table} as select * from given_")
            cursor.unregister("given_")

    def see(self, name: str, statistic: str | None = None) -> None:
        """Show a fact table as a statistic tells it from `stored_<name>`; as it is stored when None."""
        told = f"select * from stored_{name}" if statistic is None else render(text(statistic), {})
        self._run(f"create or replace view {name} as {told}")

    def close(self) -> None:
        """Let go of memory and spill."""
        self._con.close()
        self._spill.cleanup()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _facts(self, name: str, source: Source, schema: pa.Schema) -> None:
        raw = f"all_{name}" if name in ("posts", "accounts") else f"stored_{name}"
        if self._without:
            self._given(f"every_{name}", source, schema)
            self._run(f"create view {raw} as select * from every_{name} where {self._seen(name, schema)}")
        else:
            self._given(raw, source, schema)
        if name in ("posts", "accounts"):
            newest = _NEWEST.format(table=raw) if source.edited else f"select * from {raw}"
            shown = f"select * from ({newest}) as newest where deleted is null" if name == "posts" else newest
            self._run(f"create view stored_{name} as {shown}")
        self._run(f"create view {name} as select * from stored_{name}")

    def _seen(self, name: str, schema: pa.Schema) -> str:
        """Return the condition of rows that are seen; posts and accounts stand before their labels in `TABLES`."""
        places = f"({', '.join(map(literal, self._without))})"
        if "place" in schema.names:
            return f"place not in {places}"
        if name != "annotations":
            return "true"
        hidden = " union all ".join(f"select key from every_{t} where place in {places}" for t in ("posts", "accounts"))
        return f"about not in ({hidden}) and coalesce(other, -1) not in ({hidden})"

    def _given(self, raw: str, source: Source, schema: pa.Schema) -> None:
        if source.files:
            listed = literal(source.files)
            kept = ", ".join(f'"{f.name}"' for f in schema)
            read = f"select {kept} from read_parquet({listed}, hive_partitioning=true, hive_types_autocast=false)"
            self._run(f"create view {raw} as {read}")
        else:
            self.put(raw, source.table if source.table is not None else schema.empty_table())

    def _other(self, name: str, source: Source) -> None:
        if source.table is not None:
            self.put(name, source.table)
        elif source.files:
            self._run(f"create view {name} as select * from read_parquet({literal(source.files)})")

    def _run(self, sql: str) -> None:
        with self._cursor() as cursor:
            cursor.execute(sql)

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        cursor = self._con.cursor()
        try:
            yield cursor
        except (duckdb.IOException, duckdb.PermissionException) as error:  # a missing file looks like a folder to it
            if all(Path(path).exists() for path in self._paths):
                raise
            raise Rewritten from error
        finally:
            cursor.close()


def _plain(found: pa.Table) -> pa.Table:
    """Return sums of whole numbers as int64: DuckDB gives them 128 bits, which Arrow knows as decimals."""
    fields = [f.with_type(pa.int64()) if pa.types.is_decimal(f.type) and not f.type.scale else f for f in found.schema]
    return found.cast(pa.schema(fields))


def _opened(spill: str, paths: list[str], memory: str, threads: int) -> Any:
    """Return a connection that can read `paths`, write its spill, and change nothing of its settings."""
    con = duckdb.connect(":memory:", config={"threads": threads})
    for setting in (
        "TimeZone = 'UTC'",
        f"memory_limit = {literal(memory)}",
        f"temp_directory = {literal(spill)}",
        "preserve_insertion_order = false",
        "python_enable_replacements = false",
        f"allowed_paths = {literal(tuple(paths))}",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        con.execute(f"set {setting}")
    return con
