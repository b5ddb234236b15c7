"""Pinterest: the pages that it gives to whoever asks for their data, `pins/0001.html` or one page for all.

Of each pin the page says in lines what it is, in English whatever the account's language. Pins that
somebody made are posts. A repin says neither whose picture it repeats nor which, and is a fault;
secret boards, deleted pins, addresses of machines and all other sections stay closed. Times are
said without a zone and are read as UTC.
"""

import re
from collections.abc import Iterator, Mapping

from valore.errors import RefusedArchive
from valore.model.records import Account, Cursor, Fault, Post, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.model.text import plain, repair
from valore.model.time import iso
from valore.places import Coverage, Policy
from valore.places import _meta as meta
from valore.places._answer import SLIPS
from valore.places._stops import after, stop

_PLACE = "pinterest"
_LABELS = (
    *("Title", "Details", "Image", "Is Native", "Board Id", "Board Name", "Is Video", "Ip Address", "Username"),
    *("Alt Text", "Canonical Link", "Story Pin Media", "Video", "Created at", "Alive", "Is a repin", "Private"),
)
"""What is said of a pin, in this order."""
_KEPT = frozenset(("Title", "Details", "Image", "Is Video", "Username", "Canonical Link", "Video", "Created at"))
_PIN = re.compile(
    r'<a href="(https://[^"<>]{0,40}pinterest\.[^"/<>]{2,10}/pin/(\d{1,25})/?)"[^<>]*>[^<>]*</a>\s*(?=<br\s*/?>\s*Title:)'
)
_LINE = re.compile(rf"<br\s*/?>\s*({'|'.join(_LABELS)}):[ \t]*")
_HEADING = re.compile(r"<h1\b")
_HREF = re.compile(r'href="([^"<>]+)"')
_NOTHING = frozenset(("", "no data", "none"))
_HEAD = 1 << 20
"""Bytes of a page that are looked at: pins may stand behind other sections."""
_LARGEST = 256 * 1024 * 1024
_MANY = 2048
"""Pins between two safe stops."""
_MEDIA = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".mov")


class Pinterest:
    """The reader."""

    name = _PLACE
    title = "Pinterest"
    policy = Policy(
        terms="An account's own data, which Pinterest gives to its owner on request.",
        retention_days=None,
        may_derive=True,
        may_combine=True,
    )
    covers: tuple[Coverage, ...] = (
        Coverage(
            layout="pins/0001.html, pinterest.html",
            period="2024–",
            reads="own pins",
            proof="test_places_pinterest.py",
        ),
    )

    def sniff(self, files: Manifest) -> Match | None:
        """Recognise pages by the lines that they say of a pin."""
        found = tuple(m.name for m in files.members if _is_page(files, m.name))
        if not found:
            return None
        skipped = {m.name: _why_not(m.name) for m in files.members if m.name not in found}
        return Match("html", 1.0, found, skipped)

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        """Yield the account, then its pins in order; a `Cursor` now and then."""
        known = set[str]()
        for member, done in after(match.members, since):
            for number, item in enumerate(_pins(source, member), start=1):
                if number > done:
                    yield from _with_account(item, known)
                    if number % _MANY == 0:
                        yield stop(member, number)
            yield Cursor(member)

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        """Say what an account or a pin means."""
        try:
            return iter([_account(raw.value, raw.where) if raw.kind == "account" else _post(raw.value, raw.where)])
        except SLIPS:
            return iter([Fault(raw.where, "bad_shape")])


def _is_page(files: Manifest, name: str) -> bool:
    if not name.lower().endswith((".html", ".htm")):
        return False
    if b"pinterest." not in files.head(name):
        return False
    return bool(_PIN.search(files.head(name, _HEAD).decode("utf-8", "replace")))


def _why_not(name: str) -> str:
    if name.lower().endswith(_MEDIA):
        return "media"
    return "private" if name.lower().endswith((".html", ".htm")) else "unknown"


def _pins(source: Export, member: str) -> Iterator[Raw | Fault]:
    """Yield pins of open boards that are still there; repins, whose author is not told, are faults."""
    try:
        text = source.text(member, _LARGEST)
    except RefusedArchive:
        yield Fault(Where(member, ""), "damaged")
        return
    starts = list(_PIN.finditer(text))
    for number, start in enumerate(starts):
        where = Where(member, f"/pins/{number}")
        last = number + 1 == len(starts)
        end = len(text) if last else starts[number + 1].start()
        heading = _HEADING.search(text, start.end(), end)
        said = _lines(text[start.end() : heading.start() if heading else end])
        if said.get("Private") not in ("True", "False"):
            yield Fault(where, "truncated" if last and heading is None else "bad_shape")
        elif said["Private"] == "False" and said.get("Alive") != "False":
            if said.get("Is a repin") == "True":
                yield Fault(where, "no_author")
            else:
                kept = {label: value for label, value in said.items() if label in _KEPT}
                yield Raw("pin", where, {**kept, "id": start[2], "url": start[1]})


def _lines(block: str) -> dict[str, str]:
    """Return what the lines of a pin say, by label; each ends with a comma that is not its own."""
    marks = list(_LINE.finditer(block))
    ends = [*(m.start() for m in marks[1:]), len(block)]
    said: dict[str, str] = {}
    for mark, end in zip(marks, ends, strict=True):
        value = block[mark.end() : end].strip().removesuffix("<br>").strip()
        if mark[1] == "Private":
            value = value.partition("<")[0].strip()
        said.setdefault(mark[1], value.removesuffix(","))
    return said


def _with_account(item: Raw | Fault, known: set[str]) -> Iterator[Raw | Fault]:
    name = _value(item.value, "Username") if isinstance(item, Raw) else None
    if isinstance(item, Raw) and name is not None and name not in known:
        known.add(name)
        yield Raw("account", item.where, name)
    yield item


def _account(name: str, where: Where) -> Account:
    handle = name.lower()
    return Account(_PLACE, f"@{handle}", where.pointer, handle=handle, url=f"https://www.pinterest.com/{handle}/")


def _post(said: Mapping[str, str], where: Where) -> Record | Fault:
    name, date = _value(said, "Username"), _value(said, "Created at")
    moment = iso(date.replace("/", "-")) if date else None
    if name is None:
        return Fault(where, "no_author")
    if moment is None:
        return Fault(where, "bad_date" if date else "no_date")
    text, title = _value(said, "Details"), _value(said, "Title")
    moving = said.get("Is Video") == "True" or _value(said, "Video") is not None
    media = int(moving or _value(said, "Image") is not None)
    if not text and not title and not media:
        return Fault(where, "no_content")
    link = _HREF.search(said.get("Canonical Link", ""))
    return Post(
        place=_PLACE,
        id=said["id"],
        author=f"@{name.lower()}",
        published=moment.at,
        pointer=where.pointer,
        text=text,
        kind="Video" if moving else "Image",
        title=title,
        url=said["url"],
        links=(repair(plain(link[1])),) if link and link[1].startswith("http") else (),
        tags=meta.tags(text),
        visibility="public",
        media=media,
    )


def _value(said: Mapping[str, str], label: str) -> str | None:
    """Return what stands behind a label, None where it says that there is nothing."""
    value = plain(said.get(label, ""))
    return None if value.lower() in _NOTHING else value


PLUGIN = Pinterest()
