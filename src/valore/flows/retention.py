"""What the places' terms and the law ask of time: rows past their date go, deleted posts lose their words.

The date of a row is that of the import that collected it first. Seeing it again does not extend it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.flows._doomed import Doomed
from valore.flows._doomed_rows import Rows, expired, rows
from valore.flows.erase import Erased, alone, carry_out, counted, finish
from valore.flows.space import Space
from valore.places import Policy, places

_DATED = ("posts", "accounts", "interactions", "observations")


def retain(
    space: Space,
    *,
    now: datetime | None = None,
    dry_run: bool = False,
    policies: Mapping[str, Policy] | None = None,
) -> Erased:
    """Erase what is past its date, and the words of deleted posts where the place wants that.

    Args:
        space: Where.
        now: The moment that counts; the present by default.
        dry_run: Only count.
        policies: By name of the place; those of the places by default.

    Raises:
        LeaseTaken: an import or an erasure is running.
        StateError: the state's file could not be made to forget yet; the same call finishes it.
    """
    with alone(space):
        if not dry_run:
            finish(space)
        doomed = _doomed(space, now, policies)
        return carry_out(space, doomed, dry_run=dry_run) if doomed is not None else _nothing(dry_run=dry_run)


def overdue(space: Space, *, now: datetime | None = None, policies: Mapping[str, Policy] | None = None) -> Erased:
    """Return what `retain` would erase; nothing is locked and nothing changes."""
    doomed = _doomed(space, now, policies)
    return replace(counted(space, doomed), dry_run=True) if doomed is not None else _nothing(dry_run=True)


def _nothing(*, dry_run: bool) -> Erased:
    return Erased(what="retention", rows={}, masked={}, originals=0, mixed=0, files=0, imports=0, dry_run=dry_run)


def _doomed(space: Space, now: datetime | None, policies: Mapping[str, Policy] | None) -> Doomed | None:
    """Return what goes; None where a look at dates and deletions tells that nothing can."""
    known = {name: place.policy for name, place in places().items()} if policies is None else policies
    at = now or datetime.now(UTC)
    begun = min((record.started for record in space.imports()), default=at)
    limits = {name: p.retention_days for name, p in known.items() if p.retention_days is not None}
    due = {name: _until(at, days) for name, days in limits.items() if begun <= at - timedelta(days=days)}
    silenced = tuple(sorted(name for name, p in known.items() if p.deletion_hours is not None))
    if not due and not _worded(space, silenced):
        return None
    doomed = Doomed(what="retention", due=due, silenced=silenced)
    return replace(doomed, touched=_touched(space, doomed))


def _worded(space: Space, places_: tuple[str, ...]) -> bool:
    """Return whether there are deleted posts of which words may be kept."""
    shot, here = space.lake.snapshot(), pc.field("place").isin(pa.array(places_, pa.string()))
    if not places_ or not shot.edited("posts"):
        return False
    gone = shot.table("posts", ["key"], pc.field("deleted").is_valid() & here)["key"]
    worded = shot.table("posts", ["key"], pc.field("deleted").is_null() & pc.field("key").isin(gone))
    return bool(worded.num_rows)


def _until(at: datetime, days: int) -> int:
    """Return the instant up to which what was collected has had its days."""
    return int((at - timedelta(days=days)).timestamp() * 1e6)


def _touched(space: Space, doomed: Doomed) -> tuple[str, ...]:
    """Return the imports whose originals hold something that goes."""
    found = rows(space, doomed)
    sources = {s for name in _DATED for s in _sources(found.shot.table(name, ["place", "source"]), found)}
    worded = found.shot.table("posts", ["key", "deleted", "source"], pc.field("deleted").is_null())
    sources |= set(worded.filter(pa.array(np.isin(worded["key"].to_numpy(), found.deleted)))["source"].to_pylist())
    old = (r.source for r in space.imports() if found.started[r.source] <= doomed.due.get(r.place, -1))
    return tuple(sorted({*sources, *old}))


def _sources(table: pa.Table, found: Rows) -> list[str]:
    gone = table.filter(pa.array(expired(found, table)))
    return list(pc.unique(gone["source"]).to_pylist())
