"""What the world writes as Pinterest's pages is what the place reads."""

from datetime import UTC, datetime
from pathlib import Path

from valore.model.records import Account, Cursor, Post, Raw, Record
from valore.places.pinterest import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.own import Profile, Written
from valore.world.exports.pinterest import FORMATS

_OWNER = Profile(place="pinterest", id="@annaferri", handle="annaferri", name="Anna Ferri", bio="Grafica")


def _post(number: int, text: str, tag: str | None = None) -> Written:
    return Written(
        id=f"100{number}",
        at=datetime(2025, 3, number, 9, 30, tzinfo=UTC),
        text=text,
        tag=tag,
        language="it",
        reply=None,
        reply_author=None,
        reply_handle=None,
        reply_name=None,
        likes=0,
        reposts=0,
    )


POSTS = [
    _post(1, "Dicono: \"è così\",\ne poi c'è <b>un'altra</b> riga & basta"),
    _post(2, "Carta, città, perché #tipografia 🎉", "tipografia"),
    _post(3, "رائع جدا,"),
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
    account, *posts = _read(FORMATS["pinterest"](tmp_path, _OWNER, iter(POSTS)))
    assert isinstance(account, Account)
    assert (account.id, account.handle) == ("@annaferri", "annaferri")
    for post, written in zip(posts, POSTS, strict=True):
        assert isinstance(post, Post)
        assert (post.id, post.author, post.text) == (written.id, "@annaferri", written.text)
        assert post.published == int(written.at.timestamp() * 1e6)
        assert post.tags == ((written.tag,) if written.tag else ())


def test_the_same_posts_are_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (FORMATS["pinterest"](tmp_path / n, _OWNER, iter(POSTS)).read_bytes() for n in ("one", "two"))
    assert one == two
