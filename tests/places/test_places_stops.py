"""Reading goes on where it stopped, whatever a file is called."""

import pytest

from valore.model.records import Cursor
from valore.places._stops import after, stop

_FILES = ("a", "a:1", "b")


@pytest.mark.parametrize(
    ("since", "left"),
    [
        (None, [("a", 0), ("a:1", 0), ("b", 0)]),
        (Cursor("a"), [("a:1", 0), ("b", 0)]),
        (Cursor("a:1"), [("b", 0)]),
        (stop("a", 12), [("a", 12), ("a:1", 0), ("b", 0)]),
        (stop("a:1", 2), [("a:1", 2), ("b", 0)]),
        (Cursor("b"), []),
        (Cursor("gone"), [("a", 0), ("a:1", 0), ("b", 0)]),
        (Cursor("b:x"), [("a", 0), ("a:1", 0), ("b", 0)]),
    ],
)
def test_what_is_left_after_a_stop(since: Cursor | None, left: list[tuple[str, int]]) -> None:
    assert list(after(_FILES, since)) == left
