"""Keep the rollup that panels read: followed accounts by place and day, one file a month.

Only months whose facts have changed since are made again.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from valore.engine import Engine, Source
from valore.flows.space import Space
from valore.lake import Lake, Snapshot
from valore.model.keys import key

NAME = "days"


def roll(space: Space) -> tuple[str, ...]:
    """Refresh the rollup of a workspace and return the months that were made again."""
    accounts = sorted({key(a.place, a.id) for s in space.subjects() for a in s.accounts})
    return refresh(space.lake, accounts)


def refresh(lake: Lake, accounts: Sequence[int]) -> tuple[str, ...]:
    """Refresh the rollup for the accounts that are followed.

    Args:
        lake: Facts and rollups.
        accounts: Keys.

    Returns:
        The months that were made again, in order.
    """
    shot = lake.snapshot()
    followed = pa.table({"account": pa.array(accounts, pa.int64())})
    marked = followed.column("account").to_pylist()
    stale = [m for m in _months(shot).items() if _changed(lake, *m, marked)]
    for month, files in stale:
        source = Source(files=files, edited=shot.edited("posts"))
        with Engine({"posts": source}) as engine:
            engine.put("followed", followed)
            days = engine.ask("rollup_days").replace_schema_metadata({"accounts": str(marked)})
        lake.put_rollup(NAME, month, days, version=shot.version("posts"))
    return tuple(month for month, _ in stale)


def panel(lake: Lake) -> pa.Table:
    """Return the followed accounts week by week, from the rollup alone."""
    with Engine({NAME: Source(files=lake.rollup_files(NAME))}) as engine:
        return engine.ask("panel_weeks")


def _months(shot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in shot.files("posts"):
        found.setdefault(_month(path), []).append(path)
    return {month: tuple(files) for month, files in sorted(found.items())}


def _month(path: str) -> str:
    return next(part.partition("=")[2] for part in Path(path).parts if part.startswith("month="))


def _changed(lake: Lake, month: str, files: tuple[str, ...], accounts: list[int]) -> bool:
    """Return whether a month is missing, older than its facts, or made for other accounts."""
    made = next((Path(r.path) for r in lake.rollups(NAME) if r.month == month), None)
    if made is None or _accounts(made) != str(accounts):
        return True
    return max(_written(files)) >= made.stat().st_mtime_ns


def _written(files: tuple[str, ...]) -> Iterator[int]:
    return (Path(file).stat().st_mtime_ns for file in files)


def _accounts(path: Path) -> str:
    return str((pq.read_schema(path).metadata or {}).get(b"accounts", b"").decode())
