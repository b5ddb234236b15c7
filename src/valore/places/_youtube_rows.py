"""What a row of YouTube's tables means, known by the shapes of its values: names of columns follow the language.

Channels, videos and comments have ids of three shapes, times are RFC 3339, texts are pieces of JSON.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from valore.model.records import Account, Fault, Post, Record, Where
from valore.model.text import repair
from valore.model.time import iso

PLACE = "youtube"
HOME = "https://www.youtube.com"
CHANNEL = re.compile(r"UC[\w-]{22}")
VIDEO = re.compile(r"[\w-]{11}", re.ASCII)
_COMMUNITY = re.compile(r"Ugkx[\w-]{30,36}", re.ASCII)
_COMMENT = re.compile(r"(?:Ug|z)[\w-]{12,60}(?:\.[\w-]{5,60})*", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d| UTC)?")
_PIECES = ('{"text"', '{"takeoutSegments"', '{"link"', '{"mention"')
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_TAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")
_TITLE = re.compile(
    r"(?i)tit[eo]?l|titre|t[ií]tulo|naam|navn|namn|pavadinim|tytu|n[aá]zev|タイトル|标题|標題|제목|назван|عنوان|başlı"
)
_DESCRIPTION = re.compile(r"(?i)descri|beschr|beskr|apraš|opis|popis|説明|说明|說明|설명|описан|وصف|açıklama")
_LANGUAGE = re.compile(
    r"(?i)langu|lingua|sprache|taal|idioma|limba|kalba|språk|sprog|język|jazyk|言語|语言|語言|언어|язык|لغة|dil"
)
_ADDRESSES = re.compile(r"(?i)\burl\b|-url|url-")
_LOOSE = json.JSONDecoder(strict=False)
"""Line breaks stand in texts as they are."""
_SEEN_BY: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("public", "pubblico", "öffentlich", "publique", "público", "pública", "openbaar"), "public"),
        **dict.fromkeys(
            ("unlisted", "non in elenco", "nicht gelistet", "non répertoriée", "non répertorié"), "unlisted"
        ),
        **dict.fromkeys(
            ("no listado", "oculto", "não listado", "não listada", "niet vermeld", "verborgen"), "unlisted"
        ),
        **dict.fromkeys(("private", "privato", "privat", "privée", "privé", "privado", "particular"), "private"),
    }
)
_FEWEST = 6
"""Columns that a table of videos has at least."""
_BEFORE_TIMES = 2
"""A video's state and, before it, who may see it stand in front of its times."""


class Said(NamedTuple):
    """Words of a person, taken out of their pieces."""

    text: str | None
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()


class Owner(NamedTuple):
    """What is known beside a row: names of columns, channels with their short names."""

    columns: tuple[str, ...]
    channel: str | None = None
    """The only channel of the archive, for tables that do not repeat it."""
    handles: Mapping[str, str] = MappingProxyType({})


def kind(rows: Sequence[Sequence[str]]) -> str | None:
    """Tell a table by its first rows: said (comments, chats, posts), videos, channels, urls; None for others."""
    if len(rows) < 2:  # noqa: PLR2004 - a header and something below it
        return None
    columns, body = rows[0], rows[1:]
    for name, fits in _KINDS.items():
        if 2 * sum(fits(columns, row) for row in body) > len(body):
            return name
    return None


def _is_said(_: Sequence[str], row: Sequence[str]) -> bool:
    return {"pieces", "time", "other"} <= _by_shape(row).keys()


def _is_video(_: Sequence[str], row: Sequence[str]) -> bool:
    shapes = len(row) >= _FEWEST and VIDEO.fullmatch(row[0]) and any(map(_TIME.fullmatch, row))
    return bool(shapes) and any(CHANNEL.fullmatch(cell) for cell in row)


def _is_channel(columns: Sequence[str], row: Sequence[str]) -> bool:
    named = any("(" in c and _TITLE.search(c) for c in columns)
    return bool(CHANNEL.fullmatch(row[0])) and named and not any(c.startswith("http") for c in row)


def _is_urls(columns: Sequence[str], row: Sequence[str]) -> bool:
    named = any(_ADDRESSES.search(c) for c in columns[1:])
    return bool(CHANNEL.fullmatch(row[0])) and named and not any("/" in cell for cell in row)


_KINDS = {"said": _is_said, "videos": _is_video, "channels": _is_channel, "urls": _is_urls}


def understood(kind: str, owner: Owner, cells: Sequence[str], where: Where) -> Record | Fault:
    """Return what a row says; `kind` as `kind` tells it."""
    if kind == "videos":
        return _video(owner, cells, where)
    return _channel(owner, cells, where) if kind == "channels" else _said(owner, cells, where)


def _said(owner: Owner, cells: Sequence[str], where: Where) -> Record | Fault:
    """Read a comment, a line of a live chat, or a post of a channel's community."""
    found = _by_shape(cells)
    native, date, author = found.get("other"), found.get("time"), found.get("channel", owner.channel)
    moment, said = iso(date or ""), pieces(found.get("pieces", ""))
    needed = {"no_id": native, "no_date": date, "bad_date": moment, "no_author": author, "no_content": said.text}
    if native is None or moment is None or author is None or said.text is None:
        return Fault(where, next(reason for reason, known in needed.items() if known is None))
    video = found.get("video")
    thread = video or next((c for c in cells if c != native and _COMMUNITY.fullmatch(c)), None)
    return Post(
        place=PLACE,
        id=native,
        author=author,
        published=moment.at,
        pointer=where.pointer,
        text=said.text,
        offset=moment.offset,
        url=comment_url(video, native) if video and _COMMENT.fullmatch(native) else None,
        links=said.links,
        tags=tags(said.text),
        mentions=said.mentions,
        reply_to=_parent(native, cells) or thread,
        thread=thread,
    )


def comment_url(video: str, comment: str) -> str:
    """Return where a comment stands."""
    return f"{HOME}/watch?v={video}&lc={comment}"


def _by_shape(cells: Sequence[str]) -> dict[str, str]:
    """Return the first value of each shape. What has none of its own, under `other`, is the id of what is said."""
    found: dict[str, str] = {}
    for cell in cells:
        found.setdefault(_shape(cell), cell)
    return found


def _shape(cell: str) -> str:
    """Tell what a value is: channel, video, number, time, currency, pieces, words, other; empty for nothing."""
    if cell.startswith(_PIECES):
        return "pieces" if cell.rstrip().endswith("}") else "words"
    for shape, pattern in _SHAPES.items():
        if pattern.fullmatch(cell):
            return shape
    return ("words" if " " in cell else "other") if cell else ""


_SHAPES = {"number": _NUMBER, "video": VIDEO, "channel": CHANNEL, "time": _TIME, "currency": _CURRENCY}


def parent(native: str) -> str | None:
    """Return the comment that a comment answers, which stands in its id.

    >>> parent("UgwDN8UeMxW4NDFbvY54AaABAg.9iwJkUYNcXa9u0lv3j3Abh")
    'UgwDN8UeMxW4NDFbvY54AaABAg'
    """
    first, dot, _ = native.partition(".")
    return first if dot and _COMMENT.fullmatch(first) else None


def _parent(native: str, cells: Sequence[str]) -> str | None:
    """Return what is answered: of the comments that the row names besides itself the most particular."""
    first = parent(native)
    named = [c for c in cells if first and c != native and (c == first or c.startswith(f"{first}."))]
    return max(named, key=len, default=first)


def pieces(raw: str) -> Said:
    """Return the words in `{"takeoutSegments":[{"text":…}]}` or, since June 2024, `{"text":…},{"text":…}`."""
    try:
        found = _LOOSE.decode(f"[{raw}]")
    except (ValueError, RecursionError):
        return Said(None)
    if len(found) == 1 and isinstance(found[0], dict) and isinstance(found[0].get("takeoutSegments"), list):
        found = found[0]["takeoutSegments"]
    parts = [p for p in found if isinstance(p, dict) and isinstance(p.get("text"), str)]
    text = repair("".join(p["text"] for p in parts)).strip() or None
    beside = [_inner(p, "link", "linkUrl") for p in parts]
    named = [_inner(p, "mention", "externalChannelId") or _inner(p, "mention", "channelId") for p in parts]
    return Said(text, links(text, beside), tuple(dict.fromkeys(n for n in named if n)))


def _inner(piece: Mapping[str, Any], key: str, field: str) -> str | None:
    inner = piece.get(key)
    value = inner.get(field) if isinstance(inner, dict) else None
    return repair(value) if isinstance(value, str) and value else None


def _video(owner: Owner, cells: Sequence[str], where: Where) -> Record | Fault:
    """Read an own video: title, description and who may see it stand under names in the owner's language."""
    times = [n for n, cell in enumerate(cells) if _TIME.fullmatch(cell)]
    moment = iso(cells[times[-1]]) if times else None
    channel = next((c for c in cells if CHANNEL.fullmatch(c)), None)
    if not VIDEO.fullmatch(cells[0]) or moment is None or channel is None:
        return Fault(where, "no_id" if not VIDEO.fullmatch(cells[0]) else "no_date" if moment is None else "no_author")
    told = dict(zip(owner.columns, cells, strict=True))
    title = _under(told, _TITLE)
    text = _under(told, _DESCRIPTION)
    if title is None and text is None:
        return Fault(where, "no_content")
    return Post(
        place=PLACE,
        id=cells[0],
        author=channel,
        published=moment.at,
        pointer=where.pointer,
        text=text,
        offset=moment.offset,
        kind="Video",
        title=title,
        url=f"{HOME}/watch?v={cells[0]}",
        links=links(text),
        tags=tags(f"{title or ''}\n{text or ''}"),
        visibility=_visibility(cells[max(times[0] - _BEFORE_TIMES, 0)]),
        media=1,
    )


def _channel(owner: Owner, cells: Sequence[str], where: Where) -> Record | Fault:
    told = dict(zip(owner.columns, cells, strict=True))
    if not CHANNEL.fullmatch(cells[0]):
        return Fault(where, "no_id")
    return Account(
        place=PLACE,
        id=cells[0],
        pointer=where.pointer,
        handle=owner.handles.get(cells[0]),
        name=_under(told, _TITLE),
        bio=_under(told, _DESCRIPTION),
        url=f"{HOME}/channel/{cells[0]}",
    )


def _under(told: Mapping[str, str], wanted: re.Pattern[str]) -> str | None:
    """Return what stands under a name of that meaning, which is not the language of it."""
    for name, value in told.items():
        if wanted.search(name) and not _LANGUAGE.search(name):
            return repair(value).strip() or None
    return None


def _visibility(word: str) -> str | None:
    return _SEEN_BY.get(word.strip().lower())


def links(text: str | None, beside: Iterable[str | None] = ()) -> tuple[str, ...]:
    """Return the addresses beside a text, then those in it, each once."""
    named = (b for b in beside if b and "/hashtag/" not in b)
    return tuple(dict.fromkeys((*named, *_ADDRESS.findall(text or ""))))


def tags(text: str | None) -> tuple[str, ...]:
    """Return the hashtags of a text, each once, without '#'."""
    return tuple(dict.fromkeys(_TAG.findall(text or "")))
