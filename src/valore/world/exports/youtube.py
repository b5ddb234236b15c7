"""YouTube: Google Takeout of a channel, for an account in Italian."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from valore.world.exports._pack import day, zipped
from valore.world.exports.own import Profile, Written

_HOME = "Takeout/YouTube e YouTube Music"
_SECONDS = "%Y-%m-%dT%H:%M:%S+00:00"
_VIDEO = 11
"""Letters of the id of a video."""
_COMMENTS = (
    *("ID canale", "Timestamp di creazione del commento", "Prezzo", "ID commento", "ID commento principale"),
    *("ID post", "ID video", "Testo del commento", "ID commento di primo livello"),
)
_VIDEOS = (
    *("ID video", "Durata approssimativa (ms)", "Lingua audio del video", "Categoria del video"),
    *("Descrizione del video (originale)", "ID canale", "Titolo del video (originale)", "Privacy", "Stato del video"),
    *("Timestamp di creazione del video", "Timestamp di pubblicazione del video"),
)
_CHANNEL = ("ID canale", "Descrizione del canale (originale)", "Titolo del canale (originale)", "Visibilità del canale")


def takeout(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `youtube-HANDLE.zip`: answers are comments, other posts are videos or posts of the community by their ids.

    Channels have ids of `UC` and 22 letters, videos of 11 letters, posts of the community of `Ugkx` and 32, comments
    of `Ug` and 23, a dot, and more where they answer a comment. There are no counts.
    """
    said = list(posts)
    videos = [p for p in said if not p.reply and len(p.id) == _VIDEO]
    notes = [p for p in said if not p.reply and len(p.id) != _VIDEO]
    noted = ("ID post", "Timestamp di creazione del post", "Testo del post")
    members = {
        "canali/canale.csv": _table(_CHANNEL, [(owner.id, owner.bio, owner.name, "Pubblico")]),
        "canali/configurazioni URL del canale.csv": _table(
            ("ID canale", "Nome URL mnemonico 1 del canale"), [(owner.id, owner.handle)]
        ),
        "commenti/commenti.csv": _table(_COMMENTS, (_comment(owner, p) for p in said if p.reply)),
        "cronologia/cronologia visualizzazioni.json": b"[]",
        "iscrizioni/iscrizioni.csv": _table(("ID canale", "URL canale", "Titolo canale"), []),
        "metadati video/video.csv": _table(_VIDEOS, (_video(owner, p) for p in videos)),
        "post/post.csv": _table(noted, ((p.id, day(p.at, _SECONDS), _pieces(p.text)) for p in notes)),
    }
    named = {f"{_HOME}/{name}": content for name, content in members.items()}
    return zipped(folder / f"youtube-{owner.handle}.zip", named)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows(rows)
    return out.getvalue().encode()


def _pieces(text: str) -> str:
    """Return a text as Takeout cuts it: line breaks are pieces of their own."""
    parts = [part for line in text.split("\n") for part in ("\n", line) if part][1:]
    return ",".join(json.dumps({"text": part}, ensure_ascii=False, separators=(",", ":")) for part in parts)


def _comment(owner: Profile, post: Written) -> Sequence[str]:
    answered = post.reply or ""
    video, note = (answered if len(answered) == _VIDEO else ""), (answered if answered.startswith("Ugkx") else "")
    comment = "" if video or note else answered
    top = comment.partition(".")[0]
    return (owner.id, day(post.at, _SECONDS), "0", post.id, comment, note, video, _pieces(post.text), top)


def _video(owner: Profile, post: Written) -> Sequence[str]:
    when, title = day(post.at, _SECONDS), post.text.partition("\n")[0][:100]
    kind = ("60000", post.language, "Persone e blog", post.text)
    return (post.id, *kind, owner.id, title, "Pubblico", "Elaborato", when, when)


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"youtube": takeout}
"""Each format with its writer."""
