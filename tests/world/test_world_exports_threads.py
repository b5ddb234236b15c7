"""What the world writes of Threads is what the reader of Instagram's archives reads."""

from datetime import UTC, datetime
from pathlib import Path

from valore.model.records import Account, Cursor, Post, Raw, Record
from valore.places.instagram import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.own import Profile, Written
from valore.world.exports.threads import FORMATS

_OWNER = Profile(place="threads", id="@annaferri", handle="annaferri", name="Anna Ferri", bio="Grafica a Torino")


def _post(day: int, text: str, tag: str | None = None, reply: str | None = None) -> Written:
    return Written(
        id=f"{day}",
        at=datetime(2025, 3, day, 9, 30, tzinfo=UTC),
        text=text,
        tag=tag,
        language="it",
        reply=reply,
        reply_author="@lume" if reply else None,
        reply_handle="lume" if reply else None,
        reply_name="Lume" if reply else None,
        likes=0,
        reposts=0,
    )


POSTS = [
    _post(1, "Dicono: \"è così\",\ne poi c'è <b>un'altra</b> riga & basta"),
    _post(2, "Carta, città, perché #tipografia 🎉", "tipografia"),
    _post(3, "@lume grazie, però no", reply="7"),
    _post(4, "رائع جدا"),
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
    return [r for r in found if isinstance(r, Post | Account) and r.place == "threads"]


def test_what_is_written_is_read_field_by_field(tmp_path: Path) -> None:
    account, *posts = _read(FORMATS["threads"](tmp_path, _OWNER, iter(POSTS)))
    assert isinstance(account, Account)
    assert (account.id, account.handle, account.name) == ("@annaferri", "annaferri", "Anna Ferri")
    for post, written in zip(posts, POSTS, strict=True):
        assert isinstance(post, Post)
        assert (post.author, post.text) == ("@annaferri", written.text)
        assert post.published == int(written.at.timestamp() * 1e6)
        assert post.tags == ((written.tag,) if written.tag else ())
        assert post.mentions == (("@lume",) if written.reply else ())
        assert (post.kind, post.media) == ("Note", 0)


def test_the_same_posts_are_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (FORMATS["threads"](tmp_path / n, _OWNER, iter(POSTS)).read_bytes() for n in ("one", "two"))
    assert one == two
