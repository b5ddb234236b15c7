"""What the simulated world writes as a Takeout of YouTube is read back as it was."""

from datetime import UTC, datetime
from pathlib import Path

from valore.model.records import Account, Fault, Post, Raw, Record
from valore.places.youtube import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.own import Profile, Written
from valore.world.exports.youtube import FORMATS

CHANNEL = "UCanna0000000000000000aa"
ANNA = Profile(place="youtube", id=CHANNEL, handle="annaferri", name="Anna Ferri", bio="Luce,\ne città")
WHEN = datetime(2025, 3, 4, 10, 20, 30, tzinfo=UTC)
COMMENT = "UgxAnna000000000001AaABAg"
NOTE = "UgkxAnna00000000000000000000000000000"


def _written(native: str, text: str, *, tag: str | None = None, reply: str | None = None) -> Written:
    told = {"reply_author": None, "reply_handle": None, "reply_name": None, "likes": 3, "reposts": 1}
    return Written(id=native, at=WHEN, text=text, tag=tag, language="it", reply=reply, **told)  # type: ignore[arg-type]


POSTS = (
    _written("lume-video1", 'Più luce: "meno" è meglio 💡 #Luce\nSeconda riga', tag="Luce"),
    _written(NOTE, "Prima riga\n\nterza, con virgola\nl'ultima «riga»"),
    _written(COMMENT, "النور أولاً، ثم الكلام", reply="altro-video"),
    _written(f"{COMMENT}.9iwJkUYNcXa9u0lv3j3Abh", 'Ha detto: "così sia."\nE basta, però…', reply=COMMENT),
    _written("UgxAnna000000000002AaABAg", "Bel post!", reply=NOTE),
)


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return [r for raw in PLUGIN.read(export, match) if isinstance(raw, Raw) for r in PLUGIN.normalise(raw)]


def test_every_post_comes_back_field_by_field(tmp_path: Path) -> None:
    found = {r.id: r for r in _read(FORMATS["youtube"](tmp_path, ANNA, POSTS)) if isinstance(r, Post)}
    assert found.keys() == {p.id for p in POSTS}
    for post in POSTS:
        back = found[post.id]
        assert (back.author, back.text, back.reply_to) == (CHANNEL, post.text, post.reply)
        assert back.published == int(WHEN.timestamp()) * 1_000_000
        assert back.tags == ((post.tag,) if post.tag else ())
        assert back.kind == ("Video" if post.id == "lume-video1" else "Note")


def test_the_owner_comes_back_and_nothing_is_a_fault(tmp_path: Path) -> None:
    found = _read(FORMATS["youtube"](tmp_path, ANNA, POSTS))
    (account,) = (r for r in found if isinstance(r, Account))
    assert (account.id, account.handle, account.name, account.bio) == (CHANNEL, "annaferri", "Anna Ferri", ANNA.bio)
    assert [r for r in found if isinstance(r, Fault)] == []


def test_the_same_posts_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    first, second = (FORMATS["youtube"](folder, ANNA, iter(POSTS)) for folder in (one, other))
    assert first.read_bytes() == second.read_bytes()
