"""What the world writes as a Bluesky repository is what the place reads."""

from datetime import UTC, datetime
from pathlib import Path

from valore.model.records import Account, Cursor, Post, Raw, Record
from valore.places.bluesky import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.bluesky import FORMATS, key
from valore.world.exports.own import Profile, Written

_ANNA, _LUME = "did:plc:annaferri1001", "did:plc:lume1002"
_OWNER = Profile(place="bluesky", id=_ANNA, handle="anna.example", name="Anna Ferri", bio="Grafica. È a Torino.")


def _at(day: int) -> datetime:
    return datetime(2025, 3, day, 9, 30, 0, 250_000, tzinfo=UTC)


def _post(day: int, text: str, tag: str | None = None, *, answers: bool = False) -> Written:
    return Written(
        id=f"at://{_ANNA}/app.bsky.feed.post/{key(_at(day))}",
        at=_at(day),
        text=text,
        tag=tag,
        language="ar" if "ر" in text else "it",
        reply=f"at://{_LUME}/app.bsky.feed.post/3k1" if answers else None,
        reply_author=_LUME if answers else None,
        reply_handle="lume.example" if answers else None,
        reply_name="Lume" if answers else None,
        likes=3,
        reposts=1,
    )


POSTS = [
    _post(1, "Dicono: \"è così\",\ne poi c'è <b>un'altra</b> riga & basta"),
    _post(2, "Carta, città, perché #tipografia 🎉 #altro", "tipografia"),
    _post(3, "@lume.example grazie, però no", answers=True),
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
    return found


def test_what_is_written_is_read_field_by_field(tmp_path: Path) -> None:
    account, *posts = _read(FORMATS["bluesky"](tmp_path, _OWNER, iter(POSTS)))
    assert isinstance(account, Account)
    assert (account.id, account.name, account.bio) == (_ANNA, "Anna Ferri", "Grafica. È a Torino.")
    for post, written in zip(posts, POSTS, strict=True):
        assert isinstance(post, Post)
        assert (post.id, post.author, post.text) == (written.id, _ANNA, written.text)
        assert post.published == int(written.at.timestamp() * 1e6)
        assert post.language == written.language
        assert post.tags == ((written.tag,) if written.tag else ())
        assert (post.reply_to, post.reply_to_author) == (written.reply, written.reply_author)
        assert post.mentions == ((written.reply_author,) if written.reply_author else ())


def test_the_same_posts_are_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (FORMATS["bluesky"](tmp_path / n, _OWNER, iter(POSTS)).read_bytes() for n in ("one", "two"))
    assert one == two
