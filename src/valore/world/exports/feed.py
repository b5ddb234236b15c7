"""Anna's blog as an Atom feed."""

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from valore.world.exports._pack import day
from valore.world.exports.own import Profile, Written

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def atom(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `blog-HANDLE.atom`, newest entry first."""
    entries = list(posts)[::-1]
    body = "".join(_entry(post) for post in entries)
    text = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="it">\n'
        f"<title>Quaderno di {escape(owner.name)}</title>\n"
        f'<link rel="self" href="{owner.id}feed.xml"/>\n<link href="{owner.id}"/>\n'
        f"<id>{owner.id}</id>\n<updated>{day(entries[0].at, _FORM)}</updated>\n"
        f"<author><name>{escape(owner.name)}</name><uri>https://annaferri.example/</uri></author>\n{body}</feed>\n"
    )
    path = folder / f"blog-{owner.handle}.atom"
    path.write_text(text, encoding="utf-8")
    return path


def _entry(post: Written) -> str:
    title = post.text.partition(":")[0].rstrip(".")
    when = day(post.at, _FORM)
    return (
        f'<entry>\n<title>{escape(title)}</title>\n<link href="{post.id}"/>\n<id>{post.id}</id>\n'
        f"<published>{when}</published><updated>{when}</updated>\n"
        f'<content type="html">{escape(f"<p>{escape(post.text)}</p>")}</content>\n</entry>\n'
    )
