"""A person, an account or an import is erased: from facts, labels, originals, reports and state, byte for byte.

What is to be erased is written down first, and forgotten last: an erasure that was cut short is
finished by the next one. Who was erased does not come back (`_suppressed`).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from valore.errors import UnknownName
from valore.flows import _declared, _doomed, _shown, _unnamed
from valore.flows._doomed import Account, Doomed
from valore.flows._doomed_rows import Rows, passes, rows
from valore.flows._suppressed import listing, secret, suppression
from valore.flows.space import LABELS, Space
from valore.lake import Passed, locked
from valore.state import ImportRecord, Proof, Traces

PATIENCE = 10.0
"""Seconds to wait for an import that is running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure came to, or would come to."""

    what: str
    """subject, account, import, retention or return (of somebody who was erased before)."""
    rows: Mapping[str, int]
    """Rows that went, by table."""
    masked: Mapping[str, int]
    """Rows of others in which a handle gave way to a mark, or a name to a pseudonym, by table."""
    originals: int
    """Kept files that went since they held nothing else."""
    mixed: int
    """Kept files that went though they held rows of others, too; those stay in the lake."""
    files: int
    """Reports and lists beside the lake."""
    imports: int
    """Imports that went whole."""
    again: int = 0
    """Imports that may be read again, since they may hold rows that went with another one."""
    dry_run: bool = False

    @property
    def anything(self) -> bool:
        """Return whether there is anything to be erased."""
        counts = (*self.rows.values(), *self.masked.values())
        return any((*counts, self.originals, self.mixed, self.files, self.imports))

    def counts(self) -> dict[str, int]:
        """Return all numbers by name."""
        masked = {f"{name} masked": count for name, count in self.masked.items()}
        named = {"originals": self.originals, "mixed originals": self.mixed, "files": self.files}
        return {n: c for n, c in {**self.rows, **masked, **named, "imports": self.imports}.items() if c}


def erase(space: Space, who: str = "", *, source: str = "", dry_run: bool = False) -> Erased:
    """Erase a subject with all its accounts, an account, or an import.

    Args:
        space: Where.
        who: Short name of a subject, or `place:id`, or `place:@handle`.
        source: Id of an import, in place of `who`.
        dry_run: Only count.

    Raises:
        UnknownName: there is no such subject or import.
        SettingsError: `who` is written like an account and is none.
        LeaseTaken: an import or another erasure is running.
        StateError: the state's file could not be made to forget yet; the same call finishes it.
    """
    with alone(space):
        if not dry_run:
            finish(space)
        return carry_out(space, _meant(space, who, source), dry_run=dry_run)


def resume(space: Space) -> int:
    """Finish the erasures that were cut short; return how many there were."""
    with alone(space):
        return finish(space)


def replay(space: Space) -> Erased | None:
    """Erase those who were erased before and are in the lake again; None when nobody is.

    What comes by an import is left out on its way in; this finds who came by another way, such as a
    backup, or before the import told all their names.
    """
    with alone(space):
        back = _back(space)
        return carry_out(space, back) if back is not None else None


def proofs(space: Space) -> tuple[Proof, ...]:
    """Return every erasure with its numbers; nothing says whose it was."""
    return space.desk.erasures.proofs()


@contextmanager
def alone(space: Space) -> Iterator[None]:
    """Keep imports, labelling and other erasures of the workspace away.

    Raises:
        LeaseTaken: one of them is running.
    """
    labels = locked(space.lake.root / LABELS, wait=PATIENCE)
    with locked(space.folder / "import.lock", wait=PATIENCE), labels:
        yield


def carry_out(space: Space, doomed: Doomed, *, dry_run: bool = False) -> Erased:
    """Count, write down and erase; the caller is `alone`."""
    told = counted(space, doomed)
    if dry_run or not (told.anything or doomed.accounts):
        return replace(told, dry_run=dry_run)
    macs = _macs(space, doomed) if doomed.accounts else []
    number = space.desk.erasures.begin(doomed.what, doomed.work(), told.counts(), macs)
    _carry_out(space, doomed, number)
    return told


def finish(space: Space) -> int:
    """Finish what was cut short; the caller is `alone`."""
    waiting = space.desk.erasures.pending()
    for one in waiting:
        if one.work:
            _carry_out(space, Doomed.of(one.work), one.id)
        else:
            space.desk.erasures.close(one.id)
    return len(waiting)


def _carry_out(space: Space, doomed: Doomed, number: int) -> None:
    """Erase files, facts and state in this order: each step still finds what it needs when it is taken again."""
    for shas in _shown.originals(space, doomed):
        for sha in shas:
            space.lake.forget(sha)
    found = rows(space, doomed)
    for path in _beside(space, found):
        path.unlink(missing_ok=True)
    space.lake.erase(passes(found), wait=PATIENCE)
    space.desk.erasures.purge(_traces(space, doomed))
    space.desk.erasures.close(number)


def _meant(space: Space, who: str, source: str) -> Doomed:
    if source:
        known = {record.source for record in space.imports()}
        if source not in known:
            raise UnknownName("import", source, known)
        return Doomed(what="import", sources=(source,))
    if ":" in who:
        return _doomed.of_account(space, _declared.account(who))
    return _doomed.of_subject(space, space.subject(who))


def counted(space: Space, doomed: Doomed) -> Erased:
    """Return what erasing would come to."""
    found = rows(space, doomed)
    passed: Mapping[str, Passed] = space.lake.count(passes(found))
    own, mixed = _shown.originals(space, doomed)
    return Erased(
        what=doomed.what,
        rows={name: p.gone for name, p in passed.items() if p.gone},
        masked={name: p.altered for name, p in passed.items() if p.altered},
        originals=len(own),
        mixed=len(mixed),
        files=len(_beside(space, found)),
        imports=len([r for r in space.imports() if r.source in doomed.sources]),
        again=len(_shared(space, doomed)),
    )


def _beside(space: Space, found: Rows) -> tuple[Path, ...]:
    """Return the files beside the lake that show what goes, or a name of which a pseudonym stays."""
    names = _unnamed.called(space, found.shot, found.unnamed, found.doomed.involved)
    shown = _shown.beside(space, found.doomed, found.linked)
    return tuple(dict.fromkeys((*shown, *_unnamed.showing(space.folder, names))))


def _macs(space: Space, doomed: Doomed) -> list[str]:
    before = space.desk.erasures.suppressed()
    key = secret(space.home, make=not before)
    return listing(key, [(a.place, name) for a in doomed.accounts for name in a.known], before)


def _traces(space: Space, doomed: Doomed) -> Traces:
    return Traces(
        slugs=(doomed.slug,) if doomed.slug else (),
        refs=tuple(ref for account in doomed.accounts for ref in account.refs),
        authors=tuple(map(int, doomed.keys)),
        sources=doomed.sources,
        shared=tuple(_shared(space, doomed)),
        words=doomed.called,
        gone=lambda posts: _gone(space, posts),
    )


def _gone(space: Space, posts: Collection[int]) -> set[int]:
    kept = space.lake.snapshot().table("posts", ["key"], pc.field("key").isin(pa.array(list(posts), pa.int64())))
    return set(posts) - set(kept["key"].to_pylist())


def _shared(space: Space, doomed: Doomed) -> list[str]:
    """Return the imports that may hold rows which were first stored by an import that goes: same place, same time.

    Where answers go, so may owners' archives that came after them.
    """
    if doomed.answers:
        lent = [r.started for r in space.imports() if r.source in doomed.touched]
        return [r.source for r in space.imports() if r.source in doomed.archives and lent and r.started > min(lent)]
    gone = [r for r in space.imports() if r.source in doomed.sources]
    return [r.source for r in space.imports() if r.source not in doomed.sources and any(_meet(r, g) for g in gone)]


def _meet(one: ImportRecord, other: ImportRecord) -> bool:
    a, b = one.outcome, other.outcome
    if one.place != other.place or not (a.since and a.until and b.since and b.until):
        return False
    return a.since <= b.until and b.since <= a.until


def _back(space: Space) -> Doomed | None:
    """Return those on the list who are in the lake."""
    known = suppression(space)
    if known is None:
        return None
    table = space.lake.snapshot().table("accounts", ["key", "place", "id", "handle", "name", "url"])
    mine = table.filter(pa.array(np.isin(table["key"].to_numpy(), known.accounts(table))))
    space.desk.erasures.suppress(known.learned)
    accounts = tuple(_account(row) for row in mine.to_pylist())
    return _doomed.with_imports(space, Doomed(what="return", accounts=accounts)) if accounts else None


def _account(row: Mapping[str, str | None]) -> Account:
    place, native, handle = str(row["place"]), str(row["id"]), row["handle"]
    return Account(
        place=place,
        ids=(native,),
        handles=_known([handle.lower() if handle else None]),
        names=_known([row["name"]]),
        urls=_known(u if u and u.startswith("http") else None for u in (row["url"], native)),
    )


def _known(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(v for v in values if v)
