"""What the world writes as a Telegram export is what the place reads."""

from datetime import UTC, datetime
from pathlib import Path

from valore.model.records import Account, Cursor, Observation, Post, Raw, Record
from valore.places.telegram import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.own import Profile, Written
from valore.world.exports.telegram import FORMATS

_OWNER = Profile(place="telegram", id="channel2002", handle="annaferri", name="Quaderno di Anna", bio="")


def _post(number: int, text: str, tag: str | None = None, reply: str | None = None, likes: int = 0) -> Written:
    return Written(
        id=f"channel2002/{number}",
        at=datetime(2025, 3, number, 9, 30, tzinfo=UTC),
        text=text,
        tag=tag,
        language="it",
        reply=reply,
        reply_author="channel2001" if reply else None,
        reply_handle="lume_carta" if reply else None,
        reply_name="Lume" if reply else None,
        likes=likes,
        reposts=1,
    )


POSTS = [
    _post(2, "Dicono: \"è così\",\ne poi c'è <b>un'altra</b> riga & basta", likes=4),
    _post(3, "Carta, città, perché #tipografia 🎉 #altro", "tipografia"),
    _post(4, "@lume_carta grazie, però no", reply="channel2001/9"),
    _post(5, "رائع جدا", reply="channel2002/3"),
]


def _read(path: Path) -> list[Record]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        found: list[Record] = []
        for raw in PLUGIN.read(export, match):
            if not isinstance(raw, Cursor):
                assert isinstance(raw, Raw)
                found += [r for r in PLUGIN.normalise(raw) if isinstance(r, Post | Account | Observation)]
    return found


def test_what_is_written_is_read_field_by_field(tmp_path: Path) -> None:
    found = _read(FORMATS["telegram"](tmp_path, _OWNER, iter(POSTS)))
    assert isinstance(found[0], Account)
    assert (found[0].id, found[0].name) == (_OWNER.id, _OWNER.name)
    posts = [r for r in found if isinstance(r, Post)]
    for post, written in zip(posts, POSTS, strict=True):
        assert (post.id, post.author, post.text) == (written.id, _OWNER.id, written.text)
        assert post.published == int(written.at.timestamp() * 1e6)
        assert post.tags == ((written.tag,) if written.tag else ())
        assert post.reply_to == written.reply
        assert post.mentions == (("@lume_carta",) if written.reply_handle and "@" in written.text else ())
    assert {o.id: o.likes for o in found if isinstance(o, Observation)} == {"channel2002/2": 4}


def test_the_same_posts_are_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (FORMATS["telegram"](tmp_path / n, _OWNER, iter(POSTS)).read_bytes() for n in ("one", "two"))
    assert one == two
