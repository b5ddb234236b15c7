"""Is everything well? Looks, says so in words, and changes nothing."""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from valore.errors import N_, StoreError, ValoreError
from valore.flows.erase import Erased
from valore.flows.retention import overdue
from valore.flows.space import Space, address, open_space
from valore.lake._snapshot import Snapshot, taken
from valore.model.schemas import TABLES
from valore.state import Health, examine, open_state

OLDEST = (3, 11)
ROOM = 1 << 30
"""Bytes that should be free on the disk."""
_ASSETS = (("valore.enrich", "artefacts"), ("valore.present", "assets"))


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    words: str
    """Message id with named places."""
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the words in English."""
        return self.words.format_map(dict(self.facts))


def doctor(home: Path) -> tuple[Check, ...]:
    """Look at Python, packages, assets, disk, state and every workspace of a home; change nothing."""
    return tuple(_checks(home))


def _checks(home: Path) -> Iterator[Check]:
    yield _python()
    yield _packages()
    for package, folder in _ASSETS:
        yield _assets(package, folder)
    yield _disk(home)
    try:
        health = examine(address(home))
    except ValoreError as error:
        yield Check("state", False, N_("the state cannot be read: {why}"), {"why": str(error)})
        return
    yield _state(health)
    if health.there and not (health.pending or health.unknown or health.damage):
        yield from _workspaces(home)


def _python() -> Check:
    running = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info[:2] >= OLDEST
    words = N_("Python {version}") if ok else N_("Python {version} is too old; 3.11 or newer is needed")
    return Check("python", ok, words, {"version": running})


def _packages() -> Check:
    wanted = (r for r in requires("valore") or () if "extra ==" not in r)
    names = [match[0] for r in wanted if (match := re.match(r"[\w.-]+", r))]
    missing = [name for name in names if not _installed(name)]
    if missing:
        return Check("packages", False, N_("packages are missing: {names}"), {"names": ", ".join(missing)})
    return Check("packages", True, N_("{count} packages are installed"), {"count": len(names)})


def _installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True


def _assets(package: str, folder: str) -> Check:
    """Compare files with the digests in their manifest."""
    name = f"{package.rpartition('.')[2]} {folder}"
    place = files(package) / folder
    try:
        listed = _listed(place)
    except (OSError, ValueError, KeyError):
        return Check(name, False, N_("the manifest of {folder} cannot be read"), {"folder": folder})
    wrong = [file for file, digest in listed.items() if _digest(place / file) != digest]
    if wrong:
        facts = {"folder": folder, "names": ", ".join(wrong)}
        return Check(name, False, N_("{folder}: damaged or missing: {names}; install Valore again"), facts)
    return Check(
        name, True, N_("{folder}: {count} files are as they were published"), {"folder": folder, "count": len(listed)}
    )


def _listed(place: Traversable) -> dict[str, str]:
    """Return file and digest; a folder has one list of its files, or a sheet NAME.json beside each NAME.npz."""
    if (place / "manifest.json").is_file():
        return {entry["file"]: entry["sha256"] for entry in json.loads((place / "manifest.json").read_text("utf-8"))}
    sheets = {f.name: json.loads(f.read_text("utf-8")) for f in place.iterdir() if f.name.endswith(".json")}
    return {n.replace(".json", ".npz"): s["sha256"] for n, s in sorted(sheets.items()) if s["sha256"] is not None}


def _digest(file: Traversable) -> str | None:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


def _disk(home: Path) -> Check:
    there = next(folder for folder in (home.absolute(), *home.absolute().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    words = N_("{free} GB are free") if free >= ROOM else N_("only {free} GB are free on the disk")
    return Check("disk", free >= ROOM, words, {"free": round(free / 1e9, 1)})


def _state(health: Health) -> Check:
    if not health.there:
        return Check("state", True, N_("nothing is kept here yet; begin with `valore init`"))
    if health.unknown:
        return Check("state", False, N_("the state was written by a newer Valore; please upgrade"))
    if health.damage:
        return Check("state", False, N_("the state is damaged: {detail}"), {"detail": health.damage})
    if health.pending:
        return Check("state", True, N_("the state will be brought up to date when it is next opened"))
    return Check("state", True, N_("the state is whole and up to date"))


def _workspaces(home: Path) -> Iterator[Check]:
    state = open_state(address(home))
    for row in state.workspaces():
        records = state.desk(row.name).imports.all()
        root = home / "workspaces" / row.name / "lake"
        lake = _lake(row.name, root)
        yield lake
        if lake.ok and root.is_dir():
            yield from _promises(open_space(home, row.name))
        waiting = [record.name for record in records if record.finished is None]
        if waiting:
            facts = {"workspace": row.name, "files": ", ".join(waiting)}
            words = N_("{workspace}: imports were interrupted, give them again to go on: {files}")
            yield Check("imports", False, words, facts)
            continue
        facts_done: dict[str, object] = {"workspace": row.name, "count": len(records)}
        yield Check("imports", True, N_("{workspace}: {count} imports, all finished"), facts_done)


def _promises(space: Space) -> Iterator[Check]:
    """Say only what is not kept: erasures that were cut short, rows past their date."""
    waiting = len(space.desk.erasures.pending())
    if waiting:
        words = N_("{workspace}: {count} erasures were interrupted; finish them with `valore erase`")
        yield Check("erasure", False, words, {"workspace": space.name, "count": waiting})
    late = overdue(space)
    if late.anything:
        words = N_("{workspace}: {count} rows are past their date or deleted at their place; run `valore retain`")
        yield Check("retention", False, words, {"workspace": space.name, "count": _late(late)})


def _late(late: Erased) -> int:
    """Return how many rows go or change, and kept files where no row does."""
    return sum((*late.rows.values(), *late.masked.values())) or late.originals + late.mixed


def _lake(workspace: str, root: Path) -> Check:
    try:
        snapshot = taken(root)
        broken = [Path(path).name for name in TABLES for path in snapshot.files(name) if not _readable(path)]
    except StoreError as error:
        return Check("lake", False, N_("{workspace}: {why}"), {"workspace": workspace, "why": str(error)})
    if broken:
        facts = {"workspace": workspace, "files": ", ".join(broken[:5])}
        return Check("lake", False, N_("{workspace}: files of the lake cannot be read: {files}"), facts)
    rows = sum(snapshot.rows(name) for name in TABLES)
    words = N_("{workspace}: {rows} rows can be read; {orphans} files belong to no version")
    return Check("lake", True, words, {"workspace": workspace, "rows": rows, "orphans": _orphans(snapshot, root)})


def _readable(path: str) -> bool:
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True


def _orphans(snapshot: Snapshot, root: Path) -> int:
    """Count files that the newest version does not name: left by a killed writer, or for older readers."""
    named = {path for name in TABLES for path in snapshot.files(name)}
    return sum(str(path) not in named for name in TABLES for path in (root / name).rglob("*.parquet"))
