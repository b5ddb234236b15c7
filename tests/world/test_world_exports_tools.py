"""What the world writes as exports of listening tools is read back as it was, each row on its own network."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.world.invented_posts import instant, posts, profile, read

from valore.model.records import Account, Fault, Observation, Opinion, Post
from valore.world.exports.own import Written
from valore.world.exports.tools import FORMATS, tone

_NAMES = {"brandwatch-xlsx": "brandwatch", "talkwalker-xlsx": "talkwalker"}


def _place(name: str) -> str:
    return "facebook" if name == "crowdtangle" else "x"


def _posts(name: str) -> tuple[Written, ...]:
    """Return posts; of Facebook those that answer nobody, which CrowdTangle never shows."""
    everything = posts()
    return everything if name != "crowdtangle" else tuple(replace(p, id=f"1001_{p.id}") for p in everything)


@pytest.mark.parametrize("name", FORMATS)
def test_a_world_is_read_back_field_by_field(name: str, tmp_path: Path) -> None:
    owner = profile(_place(name))
    owner = replace(owner, id="100100100") if name == "crowdtangle" else owner
    place, match, found = read(FORMATS[name](tmp_path, owner, _posts(name)))
    assert (place.name, match.variant) == ("table", _NAMES.get(name, name))
    assert not [r for r in found if isinstance(r, Fault)]
    back = [r for r in found if isinstance(r, Post)]
    for post, written in zip(back, _posts(name), strict=True):
        assert (post.place, post.author, post.published) == (_place(name), owner.id, instant(written))
        assert post.id == (written.id if name != "crowdtangle" else written.id.replace("1001_", "100100100_"))
        assert post.text == written.text
        assert post.language == (written.language if name != "crowdtangle" else None)
        assert post.tags == (
            (written.tag,) if written.tag and name in ("4cat", "brandwatch", "meltwater") else post.tags
        )
    account = next(r for r in found if isinstance(r, Account))
    assert (account.id, account.handle) == (owner.id, owner.handle)
    assert account.name == (owner.name if name != "meltwater" else None)


@pytest.mark.parametrize("name", [n for n in FORMATS if n != "meltwater"])
def test_counts_are_observed_and_reach_of_none_is_not_known(name: str, tmp_path: Path) -> None:
    owner = replace(profile(_place(name)), id="100100100")
    found = read(FORMATS[name](tmp_path, owner, _posts(name)))[2]
    counted = [(r.likes, r.reposts) for r in found if isinstance(r, Observation)]
    assert counted == [(p.likes, p.reposts) for p in posts()]
    assert {r.views for r in found if isinstance(r, Observation)} == {None}
    reached = [r.reach for r in found if isinstance(r, Observation)]
    assert reached == ([None, 100, 200, 300, 400] if name.startswith("talkwalker") else [None] * 5)


@pytest.mark.parametrize("name", ["brandwatch", "brandwatch-xlsx", "meltwater", "talkwalker", "talkwalker-xlsx"])
def test_a_vendors_tone_is_its_own_opinion(name: str, tmp_path: Path) -> None:
    """It is kept with its source, and never as the polarity that the measures read."""
    found = read(FORMATS[name](tmp_path, profile(), posts()))[2]
    said = [r for r in found if isinstance(r, Opinion)]
    assert [(r.id, r.label) for r in said] == [(p.id, tone(n)) for n, p in enumerate(posts())]
    assert {r.tool for r in said} == {_NAMES.get(name, name)}
    assert {r.subject for r in said} == {"" if name.startswith("talkwalker") else "Anna Ferri"}


@pytest.mark.parametrize("name", ["4cat", "crowdtangle"])
def test_tools_without_an_opinion_are_given_none(name: str, tmp_path: Path) -> None:
    found = read(FORMATS[name](tmp_path, profile(_place(name)), posts()))[2]
    assert not [r for r in found if isinstance(r, Opinion)]


def test_answers_are_found_in_addresses(tmp_path: Path) -> None:
    found = read(FORMATS["brandwatch"](tmp_path, profile(), posts()))[2]
    answers = [(r.reply_to, r.reply_to_author) for r in found if isinstance(r, Post) and r.reply_to]
    assert answers == [("1611077073803840001", "@bruno")]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_world_has_the_same_bytes(name: str, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first, second = (FORMATS[name](folder, profile(), posts()) for folder in (tmp_path, tmp_path / "again"))
    assert first.read_bytes() == second.read_bytes()
