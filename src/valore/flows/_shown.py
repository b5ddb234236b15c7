"""Files that show somebody: originals, and what was written beside the lake (reports, lists of faults)."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from valore.errors import SourceError
from valore.flows._doomed import Doomed
from valore.flows.space import Space
from valore.trust.archive import open_export

Found = Callable[[bytes], bool]
_PIECE = 1 << 20
_LAP = 512
"""Bytes that two pieces share, so that a name on their border is seen."""
_LEAST_ID = 5
"""Letters of a native id that is looked for: shorter ones are numbers of other things, too."""
_TOKEN = re.compile(rb"[\w-]{5,}")
_PLAIN = frozenset([".html", ".htm", ".json", ".jsonl", ".csv", ".tsv", ".txt", ".md", ".svg", ".log", ".xlsx", ".zip"])
"""Endings of files in which names can be found; of others (pictures, PDF) nobody can tell."""
_APART = frozenset(["lake", "originals"])


def originals(space: Space, doomed: Doomed) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the originals (SHA-256) that hold what is to be erased: those of its own imports, and mixed ones.

    A mixed one goes whole, since a part of it cannot be taken out: the facts of others stay in the lake.
    """
    kept, imports = space.lake.kept(), space.imports()
    held = space.desk.imports.originals()
    of = {r.source: held.get(r.source) or frozenset([r.sha256]) for r in imports}
    own = {sha for source in doomed.sources for sha in of.get(source, ())}
    others = {sha for source, shas in of.items() if source not in doomed.sources for sha in shas}
    mixed = {sha for source in doomed.touched for sha in of.get(source, ())}
    told = {sha for shas in of.values() for sha in shas}
    if any(s in of and s not in held and not of[s] & set(kept) for s in (*doomed.sources, *doomed.touched)):
        mixed |= {sha for sha in kept if sha not in told}
    seen = _seen(doomed, delimited=True)
    mixed |= {s for s in kept if s not in own | mixed and seen and _holds(space.lake.original(s), seen)}
    if doomed.what == "import":
        own -= others
    return tuple(s for s in kept if s in own - mixed), tuple(s for s in kept if s in mixed)


def beside(space: Space, doomed: Doomed, posts: frozenset[bytes] = frozenset()) -> tuple[Path, ...]:
    """Return the files beside the lake that show who or what is to be erased.

    Where one of a folder does, those go as well of which nobody can tell.

    Args:
        space: Where.
        doomed: What is to be erased.
        posts: Native ids of posts that go: a report links to them.
    """
    seen = _either_seen(_seen(doomed, delimited=False), posts)
    folders: dict[Path, list[Path]] = {}
    for path in _written(space.folder):
        folders.setdefault(path.parent, []).append(path)
    return tuple(path for files in folders.values() for path in _showing(files, doomed, seen))


def _written(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder).parts
        if path.is_file() and below[0] not in _APART and not (len(below) == 1 and path.suffix == ".lock"):
            yield path


def _showing(files: list[Path], doomed: Doomed, seen: Found | None) -> list[Path]:
    if doomed.slug and any(path.parent.name == doomed.slug for path in files):
        return files
    shown = [path for path in files if path.suffix in _PLAIN and seen is not None and _holds(path, seen)]
    dark = [path for path in files if path.suffix not in _PLAIN]
    alone = seen is not None and len(dark) == len(files)
    return [*shown, *dark] if shown or alone else []


def _holds(path: Path, found: Found) -> bool:
    """Return whether a file, or a member of an archive, holds a name; one that cannot be read is held to."""
    try:
        with open_export(path) as export:
            return any(_streamed(export.open(member.name), found) for member in export.members)
    except SourceError:
        return path.stat().st_size > 0


def _streamed(stream: BinaryIO, found: Found) -> bool:
    with stream:
        before = b""
        while piece := stream.read(_PIECE):
            if found(before + piece):
                return True
            before = piece[-_LAP:]
    return False


def _seen(doomed: Doomed, *, delimited: bool) -> Found | None:
    """Return what tells whether bytes name somebody, in UTF-8 or UTF-16; None when there is no name.

    Args:
        doomed: Who.
        delimited: Names must stand as values or addresses stand in data, ids too; else as words anywhere.
    """
    ids = [i for a in doomed.accounts for i in a.ids if len(i) >= _LEAST_ID]
    handles = [h for a in doomed.accounts for h in a.handles]
    words = [*handles, *ids] if delimited else [*handles, *doomed.called]
    if not words:
        return None
    edges = (
        (rb"(?:^|[@/\"',;\t>=:\n])", rb"(?:$|[/\"',;\t<?&#\s@:.)])") if delimited else (rb"(?<![^\W_])", rb"(?![^\W_])")
    )
    plain = re.compile(rb"(?i)" + edges[0] + rb"(?:" + _either(words, "utf-8") + rb")" + edges[1])
    wide = re.compile(rb"(?i)(?:" + _either(words, "utf-16-le") + rb")")
    return lambda piece: plain.search(piece) is not None or wide.search(piece) is not None


def _either_seen(names: Found | None, posts: frozenset[bytes]) -> Found | None:
    """Return what tells whether bytes name somebody or link to one of the posts."""
    if not posts:
        return names
    return lambda piece: (names is not None and names(piece)) or not posts.isdisjoint(_TOKEN.findall(piece))


def _either(words: Iterable[str], encoding: str) -> bytes:
    return b"|".join(re.escape(word.encode(encoding)) for word in sorted(set(words), key=len, reverse=True))
