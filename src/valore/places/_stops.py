"""Safe stops inside files that are long: `NAME` behind a whole file, `NAME:12` behind its twelfth element."""

from collections.abc import Iterator

from valore.model.records import Cursor


def stop(member: str, number: int) -> Cursor:
    """Return the stop behind an element of a file, counted from 1."""
    return Cursor(f"{member}:{number}")


def after(members: tuple[str, ...], since: Cursor | None) -> Iterator[tuple[str, int]]:
    """Yield the files that are left after a stop, and how many elements of each were read.

    >>> list(after(("a", "b"), stop("a", 12))), list(after(("a", "b"), Cursor("a")))
    ([('a', 12), ('b', 0)], [('b', 0)])
    """
    position = "" if since is None else since.position
    member, _, done = position.rpartition(":")
    if position in members:
        yield from ((name, 0) for name in members[members.index(position) + 1 :])
    elif member in members and done.isdigit():
        yield member, int(done)
        yield from ((name, 0) for name in members[members.index(member) + 1 :])
    else:
        yield from ((name, 0) for name in members)
