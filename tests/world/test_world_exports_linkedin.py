"""What the simulated world writes as LinkedIn's archive is read back as it was."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

from valore.model.records import Account, Fault, Post, Raw, Record
from valore.places.linkedin import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.linkedin import FORMATS
from valore.world.exports.own import Profile, Written

ANNA = Profile(place="linkedin", id="1001", handle="annaferri", name="Anna Ferri", bio='Luce, "carta" e città')
WHEN = datetime(2025, 3, 4, 10, 20, 30, tzinfo=UTC)
BRUNO = "urn:li:activity:7300000000000000001"


def _written(native: str, text: str, *, tag: str | None = None, reply: str | None = None) -> Written:
    told = {"reply_author": None, "reply_handle": None, "reply_name": None, "likes": 3, "reposts": 1}
    return Written(id=native, at=WHEN, text=text, tag=tag, language="it", reply=reply, **told)  # type: ignore[arg-type]


def _comment() -> str:
    """A number whose high bits tell the moment, as LinkedIn gives them."""
    return f"urn:li:comment:({BRUNO},{(int(WHEN.timestamp() * 1000) << 22) + 5})"


POSTS = (
    _written("urn:li:share:7300000000000000002", 'Più luce: "meno" è meglio 💡 #Luce', tag="Luce"),
    _written("urn:li:share:7300000000000000003", "Prima riga\n\nterza, con virgola\nl'ultima «riga»"),
    _written("urn:li:ugcPost:7300000000000000004", "النور أولاً، ثم الكلام"),
    _written(_comment(), 'Ha detto: "così sia."\nE basta, però…', reply=BRUNO),
)


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return [r for raw in PLUGIN.read(export, match) if isinstance(raw, Raw) for r in PLUGIN.normalise(raw)]


def test_every_post_comes_back_field_by_field(tmp_path: Path) -> None:
    found = {r.id: r for r in _read(FORMATS["linkedin"](tmp_path, ANNA, POSTS)) if isinstance(r, Post)}
    assert found.keys() == {p.id for p in POSTS}
    for post in POSTS:
        back = found[post.id]
        assert (back.author, back.text) == ("1001", post.text)
        assert back.published == int(WHEN.timestamp()) * 1_000_000
        assert back.tags == ((post.tag,) if post.tag else ())
        assert back.reply_to == back.thread == post.reply


def test_the_owner_comes_back(tmp_path: Path) -> None:
    (account,) = (r for r in _read(FORMATS["linkedin"](tmp_path, ANNA, POSTS)) if isinstance(r, Account))
    assert (account.id, account.name, account.bio) == ("1001", "Anna Ferri", 'Luce, "carta" e città')


def test_nothing_of_it_is_a_fault(tmp_path: Path) -> None:
    assert [r for r in _read(FORMATS["linkedin"](tmp_path, ANNA, POSTS)) if isinstance(r, Fault)] == []


def test_the_same_posts_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    first, second = (FORMATS["linkedin"](folder, ANNA, iter(POSTS)) for folder in (one, other))
    assert first.read_bytes() == second.read_bytes()
    assert "messages.csv" in zipfile.ZipFile(first).namelist()
