"""What the world writes as a WordPress export is what the place reads."""

from datetime import UTC, datetime
from pathlib import Path

from valore.model.records import Account, Cursor, Post, Raw, Record
from valore.places.wordpress import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.own import Profile, Written
from valore.world.exports.wordpress import FORMATS

_SITE = "https://quaderno.example"
_ANNA = f"{_SITE}/?author=1"
_OWNER = Profile(place="wordpress", id=_ANNA, handle="annaferri", name="Anna Ferri", bio="Grafica.")


def _post(number: int, text: str, tag: str | None = None, under: str = "", reply: str | None = None) -> Written:
    return Written(
        id=f"{_SITE}/{under or f'?p={number}'}",
        at=datetime(2025, 3, number, 9, 30, tzinfo=UTC),
        text=text,
        tag=tag,
        language="it",
        reply=f"{_SITE}/{reply}" if reply else None,
        reply_author=_ANNA if reply else None,
        reply_handle=None,
        reply_name=None,
        likes=0,
        reposts=0,
    )


POSTS = [
    _post(2, "Dicono: \"è così\",\ne poi c'è <b>un'altra</b> riga & basta.\n\nFine ]]> 🎉"),
    _post(3, "Carta, città, perché no?", "tipografia"),
    _post(4, "رائع جدا"),
    _post(5, 'Grazie <Bruno> & "altri",\nperò no', under="?p=3#comment-7", reply="?p=3"),
    _post(6, "Ancora.", under="?p=3#comment-8", reply="?p=3#comment-7"),
]


def _read(path: Path) -> list[Record]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found: list[Record] = []
        for raw in PLUGIN.read(export, match):
            if not isinstance(raw, Cursor):
                assert isinstance(raw, Raw)
                found += [r for r in PLUGIN.normalise(raw) if isinstance(r, Post | Account)]
    return found


def test_what_is_written_is_read_field_by_field(tmp_path: Path) -> None:
    found = _read(FORMATS["wordpress"](tmp_path, _OWNER, iter(POSTS)))
    assert isinstance(found[0], Account)
    assert (found[0].id, found[0].handle, found[0].name) == (_ANNA, "annaferri", "Anna Ferri")
    posts = {r.id: r for r in found if isinstance(r, Post)}
    assert set(posts) == {w.id for w in POSTS}
    for written in POSTS:
        post = posts[written.id]
        assert (post.author, post.text) == (_ANNA, written.text)
        assert post.published == int(written.at.timestamp() * 1e6)
        assert post.tags == ((written.tag,) if written.tag else ())
        assert (post.reply_to, post.reply_to_author) == (written.reply, written.reply_author)


def test_the_same_posts_are_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (FORMATS["wordpress"](tmp_path / n, _OWNER, iter(POSTS)).read_bytes() for n in ("one", "two"))
    assert one == two
