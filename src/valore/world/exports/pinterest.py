"""Pinterest: the page of pins in the data that it gives on request."""

import html
from collections.abc import Callable, Iterable
from pathlib import Path

from valore.world.exports._pack import day, zipped
from valore.world.exports.own import Profile, Written


def pages(folder: Path, owner: Profile, posts: Iterable[Written]) -> Path:
    """Write `pinterest-HANDLE.zip`: ids of posts are numbers of pins."""
    body = "".join(_pin(owner, post) for post in posts)
    title = "Subject Access Request Data - Pins"
    head = f'<html><head><meta charset="utf-8"><title>{title}</title></head>'
    text = f'{head}<body><div id="contents"><h1 id=y1bkd>Pins</h1>\n{body}</div></body></html>\n'
    return zipped(folder / f"pinterest-{owner.handle}.zip", {"pins/0001.html": text.encode()})


FORMATS: dict[str, Callable[[Path, Profile, Iterable[Written]], Path]] = {"pinterest": pages}


def _pin(owner: Profile, post: Written) -> str:
    url = f"https://www.pinterest.com/pin/{post.id}/"
    words = html.escape(post.text, quote=False).replace("\n", "<br>")
    lines = (
        *("Title: No data", f"Details: {words}", f"Image: {int(post.id):032x}", "Is Native: True", "Board Id: 9001"),
        *("Board Name: Carta", "Is Video: No data", "Ip Address: 192.0.2.7", f"Username: {owner.handle}"),
        *("Alt Text: No data", "Canonical Link: No data", "Story Pin Media: No data", "Video: No data"),
    )
    said = "".join(f"<br>{line},\n" for line in lines)
    when = day(post.at, "%Y/%m/%d %H:%M:%S")
    rest = f"<br>Created at: {when}\n<br>Alive: True\n<br>Is a repin: False\n<br>Private: False<br><br>\n"
    return f'<a href="{url}">{url}</a>\n{said}{rest}'
