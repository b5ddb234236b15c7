"""Safe stops inside files that are long: `NAME` behind a whole file, `NAME:12` behind its twelfth element."""

from collections.abc import Callable, Iterator

from valore.model.records import Cursor, Fault, Raw


def stop(member: str, number: int) -> Cursor:
    """Return the stop behind an element of a file, counted from 1."""
    return Cursor(f"{member}:{number}")


def in_steps(
    members: tuple[str, ...], since: Cursor | None, items: Callable[[str], Iterator[list[Raw | Fault]]], many: int
) -> Iterator[Raw | Fault | Cursor]:
    """Yield what each element of each file holds, with a stop behind every `many` elements and every file.

    Args:
        members: Files, in order.
        since: Go on behind this stop.
        items: Of a file: what each of its elements holds, in order.
        many: Elements between two stops.
    """
    for member, done in after(members, since):
        for number, held in enumerate(items(member), start=1):
            if number > done:
                yield from held
                if number % many == 0:
                    yield stop(member, number)
        yield Cursor(member)


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
