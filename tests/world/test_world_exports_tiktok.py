"""What the simulated world writes as TikTok's export is read back as it was."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from valore.model.records import Account, Fault, Observation, Post, Raw, Record
from valore.places.tiktok import PLUGIN
from valore.trust.archive import open_export
from valore.world.exports.own import Profile, Written
from valore.world.exports.tiktok import FORMATS

ANNA = Profile(place="tiktok", id="@annaferri", handle="annaferri", name="Anna Ferri", bio="Luce,\ne città")
WHEN = datetime(2025, 3, 4, 10, 20, 30, tzinfo=UTC)


def _written(native: str, text: str, *, tag: str | None = None, reply: str | None = None) -> Written:
    at = WHEN + timedelta(seconds=int(native[-1]))
    told = {"reply_author": None, "reply_handle": None, "reply_name": None, "likes": 3, "reposts": 1}
    return Written(id=native, at=at, text=text, tag=tag, language="it", reply=reply, **told)  # type: ignore[arg-type]


VIDEOS = (
    _written("7477900000000000001", 'Più luce: "meno" è meglio 💡 #Luce', tag="Luce"),
    _written("7477900000000000002", "Prima riga\n\nterza, con virgola\nl'ultima «riga»"),
)
COMMENTS = (
    _written("7477900000000000003", "النور أولاً، ثم الكلام", reply="7477000000000000009"),
    _written("7477900000000000004", 'Ha detto: "così sia."\nE basta, però…', reply="7477000000000000009"),
)


def _read(path: Path) -> list[Record | Fault]:
    with open_export(path) as export:
        match = PLUGIN.sniff(export)
        assert match is not None
        return [r for raw in PLUGIN.read(export, match) if isinstance(raw, Raw) for r in PLUGIN.normalise(raw)]


def test_every_video_comes_back_field_by_field(tmp_path: Path) -> None:
    found = _read(FORMATS["tiktok"](tmp_path, ANNA, (*VIDEOS, *COMMENTS)))
    videos = {r.id: r for r in found if isinstance(r, Post) and r.kind == "Video"}
    assert videos.keys() == {v.id for v in VIDEOS}
    for video in VIDEOS:
        back = videos[video.id]
        assert (back.author, back.text) == ("@annaferri", video.text)
        assert back.published == int(video.at.timestamp()) * 1_000_000
        assert back.tags == ((video.tag,) if video.tag else ())
    assert {r.id: r.likes for r in found if isinstance(r, Observation)} == {v.id: v.likes for v in VIDEOS}


def test_every_comment_comes_back_but_for_its_id_which_the_export_does_not_hold(tmp_path: Path) -> None:
    found = _read(FORMATS["tiktok"](tmp_path, ANNA, (*VIDEOS, *COMMENTS)))
    said = {(r.published, r.text, r.reply_to) for r in found if isinstance(r, Post) and r.kind == "Note"}
    assert said == {(int(c.at.timestamp()) * 1_000_000, c.text, c.reply) for c in COMMENTS}


def test_the_owner_comes_back_and_nothing_is_a_fault(tmp_path: Path) -> None:
    found = _read(FORMATS["tiktok"](tmp_path, ANNA, (*VIDEOS, *COMMENTS)))
    (account,) = (r for r in found if isinstance(r, Account))
    assert (account.id, account.handle, account.name, account.bio) == (
        "@annaferri",
        "annaferri",
        "Anna Ferri",
        ANNA.bio,
    )
    assert [r for r in found if isinstance(r, Fault)] == []
    assert "posta.example" not in repr(found)


def test_the_same_posts_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    first, second = (FORMATS["tiktok"](folder, ANNA, iter(VIDEOS)) for folder in (one, other))
    assert first.read_bytes() == second.read_bytes()
