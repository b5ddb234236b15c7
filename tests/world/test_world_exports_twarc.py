"""What the world writes as twarc is read back as it was."""

from pathlib import Path

import pytest
from tests.world.invented_posts import instant, posts, profile, read

from valore.model.records import Account, Fault, Observation, Post
from valore.world.exports.twarc import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_a_world_is_read_back_field_by_field(name: str, tmp_path: Path) -> None:
    place, match, found = read(FORMATS[name](tmp_path, profile(), posts()))
    assert (place.name, match.variant) == ("twarc", "pages" if name == "twarc" else "flattened")
    assert not [r for r in found if isinstance(r, Fault)]
    back = [r for r in found if isinstance(r, Post)]
    for post, written in zip(back, posts(), strict=True):
        assert (post.id, post.author, post.published) == (written.id, "1001", instant(written))
        assert (post.text, post.language) == (written.text, written.language)
        assert post.tags == ((written.tag,) if written.tag else ())
        assert (post.reply_to, post.reply_to_author) == (written.reply, written.reply_author)
    counted = [(r.id, r.likes, r.reposts) for r in found if isinstance(r, Observation)]
    assert counted == [(p.id, p.likes, p.reposts) for p in posts()]
    account = next(r for r in found if isinstance(r, Account))
    assert (account.id, account.handle, account.name, account.bio) == tuple(
        getattr(profile(), name) for name in ("id", "handle", "name", "bio")
    )


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_world_has_the_same_bytes(name: str, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first, second = (FORMATS[name](folder, profile(), posts()) for folder in (tmp_path, tmp_path / "again"))
    assert first.read_bytes() == second.read_bytes()


def test_many_posts_are_many_pages(tmp_path: Path) -> None:
    path = FORMATS["twarc"](tmp_path, profile(), posts() * 50)
    assert len(path.read_text("utf-8").splitlines()) == 3
