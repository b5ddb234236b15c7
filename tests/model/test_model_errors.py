"""Errors cross processes, end commands with a documented code, and are told in the reader's language."""

import pickle
from collections.abc import Iterator

import pytest

from valore import errors
from valore.errors import ConsentMissing, SourceError, TooLittleEvidence, UnknownName, ValoreError


def kinds(of: type[ValoreError]) -> Iterator[type[ValoreError]]:
    yield of
    for below in of.__subclasses__():
        yield from kinds(below)


@pytest.mark.parametrize(
    "error",
    [
        UnknownName("lens", "rosy", ["sceptic", "company"]),
        SourceError("{file} is empty", file="posts.csv", retry=True),
        TooLittleEvidence("few_authors", "3"),
        ConsentMissing("{name} has not agreed", name="Elsa"),
    ],
)
def test_an_error_crosses_a_process_whole(error: ValoreError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_a_message_names_the_thing_and_offers_what_there_is() -> None:
    assert str(UnknownName("place", "tiktoc", ["tiktok", "mastodon"])) == (
        "no place called 'tiktoc'; there are: mastodon, tiktok"
    )


def test_every_error_stands_in_the_drawn_tree() -> None:
    assert errors.__doc__
    public = {k.__name__ for k in kinds(ValoreError) if k.__module__.startswith("valore.") and k.__name__[0] != "_"}
    assert [name for name in public if name not in errors.__doc__] == []


def test_codes_do_not_collide_with_wrong_usage() -> None:
    assert 2 not in {kind.exit_code for kind in kinds(ValoreError)}
