"""What the places' terms and the law ask of time: rows past their date go, deleted posts lose their words.

Authors who have no part in the workspace lose their names (`_unnamed`). The date of a row is that of the
import that collected it first; the date of a name, that of the import that first collected its account.
Seeing it again does not extend it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.flows import _unnamed
from valore.flows._doomed import Doomed
from valore.flows._doomed_rows import Rows, beginning, collecting, expired, rows, tells
from valore.flows._terms import SILENT
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
    """Return what goes; None where a look at dates, names and deletions tells that nothing can."""
    known = {name: place.policy for name, place in places().items()} if policies is None else policies
    at = now or datetime.now(UTC)
    silenced = tuple(sorted(name for name, p in known.items() if p.deletion_hours is not None))
    doomed = Doomed(
        what="retention",
        due=_due(space, at, {name: p.retention_days for name, p in known.items()}),
        silenced=silenced,
        answers=_due(space, at, {name: p.answers_days for name, p in known.items()}),
        archives=tuple(r.source for r in space.imports() if r.place in known and r.variant in known[r.place].archives),
    )
    doomed = _with_names(space, doomed, at, known)
    if not (doomed.due or doomed.answers or doomed.unnamed) and not _worded(space, silenced):
        return None
    return replace(doomed, touched=_touched(space, doomed))


def _due(space: Space, at: datetime, limits: Mapping[str, int | None]) -> dict[str, int]:
    """Return for each place the instant up to which what was collected has had its days, where anything may have."""
    begun = min((record.started for record in space.imports()), default=at)
    told = {name: days for name, days in limits.items() if days is not None}
    return {name: _until(at, days) for name, days in told.items() if begun <= at - timedelta(days=days)}


def _with_names(space: Space, doomed: Doomed, at: datetime, known: Mapping[str, Policy]) -> Doomed:
    """Return it with the names whose time is over, where there are any."""
    default = SILENT.names_days
    if not _due(space, at, {"": default, **{name: p.names_days for name, p in known.items()}}):
        return doomed
    shot = space.lake.snapshot()
    here = pc.unique(shot.table("accounts", ["place"])["place"]).to_pylist()
    unnamed = _due(space, at, _unnamed.limits(here, known))
    who = tuple(map(int, _unnamed.involved(space, shot))) if unnamed else ()
    named = replace(doomed, unnamed=unnamed, involved=who)
    found = beginning(space, named)
    return named if tells(found) or _kept(space, _naming(space, found)) else doomed


def _naming(space: Space, found: Rows) -> set[str]:
    """Return the imports whose files name who may not be named any more; an archive is its owner's, and stays."""
    if not len(found.unnamed):
        return set()
    sources, last = collecting(found), max(found.doomed.unnamed.values())
    for record in space.imports():
        repeats = not any(record.outcome.stored.values()) and found.started[record.source] <= last
        sources |= {record.source} if repeats else set()
    return sources - {record.source for record in space.imports() if _unnamed.owner(record) is not None}


def _kept(space: Space, sources: Iterable[str]) -> bool:
    """Return whether a file of these imports is kept."""
    held, kept = space.desk.imports.originals(), set(space.lake.kept())
    return any(kept & held.get(source, frozenset()) for source in sources)


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
    sources = _naming(space, found)
    sources |= {s for name in _DATED for s in _sources(found.shot.table(name, ["place", "source"]), found)}
    worded = found.shot.table("posts", ["key", "deleted", "source"], pc.field("deleted").is_null())
    sources |= set(worded.filter(pa.array(np.isin(worded["key"].to_numpy(), found.deleted)))["source"].to_pylist())
    lent = [r for r in space.imports() if r.source not in doomed.archives]
    old = {r.source for r in space.imports() if found.started[r.source] <= doomed.due.get(r.place, -1)}
    old |= {r.source for r in lent if found.started[r.source] <= doomed.answers.get(r.place, -1)}
    return tuple(sorted(sources | old))


def _sources(table: pa.Table, found: Rows) -> list[str]:
    gone = table.filter(pa.array(expired(found, table)))
    return list(pc.unique(gone["source"]).to_pylist())
