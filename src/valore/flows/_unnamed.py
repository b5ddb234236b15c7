"""Authors who have no part in a workspace: when their time is over their names go, and a pseudonym stays.

A part have the accounts of subjects (peers and faces are subjects), those that people have spoken of in
links, those whose archive was brought, and those who wrote a post that was judged. The key of all others
stays, so that everybody counts once as before; what they wrote stays as they wrote it.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from valore.flows._holders import POST, SUBJECT
from valore.flows._sources import COLLECTED, foremost
from valore.flows._terms import SILENT
from valore.flows.space import Space
from valore.lake import Snapshot
from valore.model.keys import key
from valore.model.schemas import ACCOUNTS, POSTS
from valore.model.subject import AccountRef
from valore.places import Policy
from valore.state import ImportRecord

Keys = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
MARK = "~"
"""First letter of a pseudonym: no place gives ids that begin so."""
PROFILE = ("handle", "name", "bio", "url", "location", "links", "aliases")
"""Columns of an account that tell whose it is, beside its native id."""
_LEAST = 3
"""Letters of a name that is looked for in files."""
_CELL = re.compile(r"""[^<>"\s;,·|/?#&=@()][^<>"\r\n\t;,·|/?#&=@()]*""")
"""What stands by itself in a page, a table or an address: a name is looked for as a whole one."""
_NUMBER = re.compile(r"\d+[.:]?\s+")
"""Stands before an author where reports count their posts."""
_PLAIN = frozenset([".html", ".htm", ".json", ".jsonl", ".csv", ".tsv", ".txt", ".md", ".svg", ".log"])
"""Endings of files in which names can be found; of others nobody can tell."""
_APART = frozenset(["lake", "originals"])


def owner(record: ImportRecord) -> AccountRef | None:
    """Return whose own archive an import was; None when it is what somebody collected."""
    return None if record.place in COLLECTED else foremost(record.outcome.owners)


def involved(space: Space, shot: Snapshot) -> Keys:
    """Return the keys of all accounts that have a part, by native id and by handle, ascending."""
    refs = {ref for subject in space.subjects() for ref in subject.accounts}
    refs |= {AccountRef(name) for word in space.desk.links.all() for name in word.pair if _account(name)}
    refs |= {found for record in space.imports() if (found := owner(record)) is not None}
    judged = [space.reviews(subject.slug)["author"].to_numpy() for subject in space.subjects()]
    keys = np.concatenate([np.array([key(ref.place, ref.id) for ref in refs], dtype=np.int64), *judged])
    table = shot.table("accounts", ["key", "place", "handle"])
    called = pc.binary_join_element_wise(table["place"], pc.utf8_lower(table["handle"]), ":@")
    named = pa.array([f"{ref.place}:{ref.id.lower()}" for ref in refs if ref.id.startswith("@")], pa.string())
    mine = np.isin(table["key"].to_numpy(), keys) | _flags(pc.is_in(called, named))
    handles = pc.unique(called.filter(pa.array(mine))).drop_null()
    theirs = mine | (_flags(pc.is_in(called, handles)) & _flags(pc.is_valid(called)))
    return np.unique(np.concatenate([keys, table["key"].to_numpy()[theirs]]))


def named(accounts: pa.Table) -> Flags:
    """Return which accounts tell whose they are, booleans (n,); takes `id` and the columns of `PROFILE`."""
    found = ~_flags(pc.starts_with(accounts["id"], MARK))
    for column in PROFILE:
        found |= _flags(pc.is_valid(accounts[column]))
    return found


def plain(accounts: pa.Table, which: Flags) -> pa.Table:
    """Return accounts of which some have a pseudonym for their id, and no name, words and addresses of their own."""
    blank = pa.array(which)
    for column in PROFILE:
        empty = pa.scalar(None, ACCOUNTS.field(column).type)
        accounts = _with(accounts, column, pc.if_else(blank, empty, accounts[column]))
    return _with(accounts, "id", pc.if_else(blank, _pseudonyms(accounts["key"]), accounts["id"]))


def addressed(posts: pa.Table) -> Flags:
    """Return which posts have an address, in which their author may stand; takes `id` and `url`."""
    return _flags(pc.is_valid(posts["url"])) | _flags(pc.match_substring(posts["id"], "://"))


def unaddressed(posts: pa.Table, which: Flags) -> pa.Table:
    """Return posts of which some have no address, and a pseudonym for an id that is one."""
    posts = _with(posts, "url", pc.if_else(pa.array(which), pa.scalar(None, POSTS.field("url").type), posts["url"]))
    leads = which & _flags(pc.match_substring(posts["id"], "://"))
    return _with(posts, "id", pc.if_else(pa.array(leads), _pseudonyms(posts["key"]), posts["id"]))


def called(space: Space, shot: Snapshot, keys: Keys, known: Iterable[int]) -> frozenset[str]:
    """Return the handles and names, in lower case, of some accounts, without those that are of others too.

    Args:
        space: Whose subjects' names are left out.
        shot: The facts.
        keys: Of the accounts.
        known: Keys of accounts that keep their names.
    """
    if not len(keys):
        return frozenset()
    theirs, kept = (_called(shot, np.asarray(chosen, dtype=np.int64)) for chosen in (keys, [*known]))
    subjects = {n.lower().lstrip("@") for s in space.subjects() for n in (s.slug, s.name, *s.aliases)}
    return frozenset(theirs - kept - subjects)


def _called(shot: Snapshot, keys: Keys) -> set[str]:
    rows = shot.table("accounts", ["handle", "name"], pc.field("key").isin(pa.array(keys)))
    told = (pc.unique(rows[column]).drop_null().to_pylist() for column in rows.column_names)
    return {name.lower().strip() for names in told for name in names}


def showing(folder: Path, names: Iterable[str]) -> tuple[Path, ...]:
    """Return the files of a workspace beside its lake that show one of the names.

    Where one of a folder does, those go as well of which nobody can tell (PDF, pictures).

    Args:
        folder: Of the workspace.
        names: Handles and names in lower case: looked for where one stands by itself, as an author does.
    """
    told = {name for name in names if len(name) >= _LEAST}
    folders: dict[Path, list[Path]] = {}
    for path in _written(folder) if told else ():
        folders.setdefault(path.parent, []).append(path)
    return tuple(path for files in folders.values() for path in _shown(files, told))


def _shown(files: list[Path], told: set[str]) -> Iterator[Path]:
    dark = [path for path in files if path.suffix not in _PLAIN]
    shown = [path for path in files if path.suffix in _PLAIN and not told.isdisjoint(_cells(path))]
    yield from shown
    yield from dark if shown or len(dark) == len(files) else ()


def _cells(path: Path) -> Iterator[str]:
    for found in _CELL.findall(html.unescape(path.read_text("utf-8", "replace")).lower()):
        cell = found.rstrip()
        yield cell
        yield _NUMBER.sub("", cell, count=1)


def _written(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder).parts
        if path.is_file() and below[0] not in _APART and not (len(below) == 1 and path.suffix == ".lock"):
            yield path


def limits(places: Iterable[str], policies: Mapping[str, Policy]) -> dict[str, int]:
    """Return the days after which names go, for each place that sets some."""
    told = {place: policies.get(place, SILENT).names_days for place in places}
    return {place: days for place, days in told.items() if days is not None}


def _account(name: str) -> bool:
    return not name.startswith((SUBJECT, POST))


def _pseudonyms(keys: pa.ChunkedArray) -> pa.Array:
    return pa.array([f"{MARK}{number:016x}" for number in keys.to_pylist()], pa.string())


def _with(table: pa.Table, column: str, values: pa.ChunkedArray) -> pa.Table:
    at = table.column_names.index(column)
    return table.set_column(at, table.schema.field(column), values)


def _flags(mask: pa.Array | pa.ChunkedArray) -> Flags:
    return np.asarray(pc.fill_null(mask, fill_value=False).to_numpy(zero_copy_only=False), dtype=np.bool_)
