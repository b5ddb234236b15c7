"""What the world writes as Zeeschuimer's lines is read back as it was, on six networks."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.world.invented_posts import instant, posts, profile, read

from valore.model.records import Account, Fault, Observation, Post
from valore.world.exports.zeeschuimer import FORMATS

_PLACES = ("x", "instagram", "facebook", "threads", "tiktok", "linkedin")
_REPLIES = ("x",)
_LANGUAGES = ("x", "tiktok")


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize("name", FORMATS)
def test_a_world_is_read_back_field_by_field(name: str, place: str, tmp_path: Path) -> None:
    owner = profile(place)
    reader, match, found = read(FORMATS[name](tmp_path, owner, posts()))
    assert (reader.name, match.variant) == ("zeeschuimer", "4cat" if name.endswith("4cat") else "raw")
    assert not [r for r in found if isinstance(r, Fault)]
    author = "@annaferri" if place == "linkedin" else owner.id
    back = [r for r in found if isinstance(r, Post)]
    for post, written in zip(back, posts(), strict=True):
        assert (post.place, post.author, post.published) == (place, author, instant(written))
        assert post.text == written.text
        assert post.tags == ((written.tag,) if written.tag else ())
        assert post.language == (written.language if place in _LANGUAGES else None)
        assert post.reply_to == (written.reply if place in _REPLIES else None)
    counted = {(r.likes, r.reposts) for r in found if isinstance(r, Observation)}
    assert counted == {(p.likes, None if place == "instagram" else p.reposts) for p in posts()}
    account = next(r for r in found if isinstance(r, Account))
    assert (account.id, account.name) == (author, owner.name)
    assert account.seen is not None


@pytest.mark.parametrize("place", _PLACES)
def test_ids_are_those_of_the_network(place: str, tmp_path: Path) -> None:
    found = read(FORMATS["zeeschuimer"](tmp_path, profile(place), posts()))[2]
    ids = [r.id for r in found if isinstance(r, Post)]
    assert len(set(ids)) == len(posts())
    if place == "facebook":
        assert ids == [f"1001_{p.id}" for p in posts()]
    elif place == "linkedin":
        assert all(i.startswith("urn:li:activity:") for i in ids)
    else:
        assert ids == [p.id for p in posts()]


def test_the_same_world_has_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    owner = replace(profile("tiktok"), handle="lume")
    first, second = (FORMATS["zeeschuimer"](folder, owner, posts()) for folder in (tmp_path, tmp_path / "again"))
    assert first.read_bytes() == second.read_bytes()
