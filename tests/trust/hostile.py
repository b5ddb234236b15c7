"""Files that were built to hurt, or that hurt by accident; each is made on the fly and is small on disk.

A kind writes its file into a folder and returns it. `Hostile.told` is what the error must say, None
where the file is read: then `Hostile.posts` says how many posts come out and `Hostile.faults` why
others do not.
"""

import gzip
import hashlib
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ANNA = "https://piazza.example/users/anna"
OUTBOX = "outbox.json"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One kind."""

    make: Callable[[Path], Path]
    told: str | None = None
    """Pattern that the error must match; None where the file can be read safely."""
    posts: int = 0
    faults: tuple[str, ...] = ()
    """Reasons that must be among the faults."""


def activity(number: int, content: str = "a thought", **more: Any) -> dict[str, Any]:
    """Return what Anna wrote, as Mastodon keeps it."""
    note = {"id": f"{ANNA}/statuses/{number}", "type": "Note", "content": content, "to": [PUBLIC]}
    note |= {"published": "2015-02-22T09:00:00Z", "attributedTo": ANNA} | more
    return {"id": f"{note['id']}/activity", "type": "Create", "actor": ANNA, "to": [PUBLIC], "object": note} | {
        "published": "2015-02-22T09:00:00Z"
    }


def outbox(*items: Any) -> bytes:
    """Return an outbox; `str` items stand as they are."""
    written = ",".join(item if isinstance(item, str) else json.dumps(item) for item in items)
    return b'{"type":"OrderedCollection","orderedItems":[' + written.encode("utf-8", "surrogatepass") + b"]}"


def _plain(name: str, data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def _json(*items: Any) -> Callable[[Path], Path]:
    """Three posts: one before, one behind, and between them what hurts."""
    return _plain(OUTBOX, outbox(activity(1), *items, activity(2)))


def _zip(
    files: Mapping[str, bytes] | Iterable[tuple[Any, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "anna.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, data in dict(files).items():
                archive.writestr(name, data)
        return path

    return make


def _changed(make: Callable[[Path], Path], change: Callable[[bytearray], bytes | bytearray]) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = make(folder)
        path.write_bytes(change(bytearray(path.read_bytes())))
        return path

    return made


def _deflated(head: bytes, block: bytes, times: int) -> bytes:
    """Return raw deflate of `head` and of `block`, `times` over, packed once only."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * times + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


def _header(name: bytes, packed: int, size: int, crc: int = 0) -> bytes:
    head = (b"PK\x03\x04", 20, 0, 8, 0, 33, crc, packed, size & 0xFFFFFFFF, len(name), 0)
    return struct.pack("<4s5H3L2H", *head) + name


def _local(name: bytes, body: bytes, size: int, crc: int = 0) -> bytes:
    return _header(name, len(body), size, crc) + body


def _central(name: bytes, packed: int, size: int, at: int, crc: int = 0) -> bytes:
    head = (b"PK\x01\x02", 20, 20, 0, 8, 0, 33, crc, packed, size & 0xFFFFFFFF, len(name), 0, 0, 0, 0, 0, at)
    return struct.pack("<4s6H3L5H2L", *head) + name


def _end(count: int, central: int, at: int) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, central, at, 0)


def _assembled(locals_: Iterable[bytes], centrals: Iterable[bytes], count: int) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        files, directory = b"".join(locals_), b"".join(centrals)
        path = folder / "anna.zip"
        path.write_bytes(files + directory + _end(count, len(directory), len(files)))
        return path

    return make


def _flat_bomb(folder: Path) -> Path:
    """Four gigabytes of one post out of four megabytes."""
    head = outbox(activity(1))[:-2] + b',{"id":"'
    body, size = _deflated(head, b"a" * (16 << 20), 255), 255 * (16 << 20)
    name = OUTBOX.encode()
    return _assembled([_local(name, body, size)], [_central(name, len(body), size, 0)], 1)(folder)


def _nested(folder: Path) -> Path:
    """A zip in a zip in a zip, five deep, ten wide."""
    inner = b"0" * (1 << 20)
    for level in range(5):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{level}{number}.zip", inner)
        inner = packed.getvalue()
    return _plain("anna.zip", inner)(folder)


def _full_overlap(folder: Path) -> Path:
    """Two thousand members that are all the same bytes."""
    body = _deflated(b"", b"0" * (20 << 20), 1)
    centrals = (_central(f"{n:04}".encode(), len(body), 20 << 20, 0) for n in range(2000))
    return _assembled([_local(b"0000", body, 20 << 20)], centrals, 2000)(folder)


def _quoted_overlap(folder: Path) -> Path:
    """Each member holds the next one's header as a stored block: 17 GB out of 90 KB. Source: D. Fifield (2019)."""
    count, name = 850, b"%04d"
    kernel, whole = _deflated(b"", b"0" * (20 << 20), 1), 20 << 20
    quote = b"\x00" + struct.pack("<HH", 34, 34 ^ 0xFFFF)
    sizes = [(len(kernel) + 39 * left, whole + 34 * left) for left in range(count - 1, -1, -1)]
    locals_ = [_header(name % n, *sizes[n]) + (quote if n < count - 1 else kernel) for n in range(count)]
    centrals = [_central(name % n, *sizes[n], 39 * n) for n in range(count)]
    return _assembled(locals_, centrals, count)(folder)


def _many_members(folder: Path) -> Path:
    local = [_local(f"{n:06}".encode(), b"\x03\x00", 0) for n in range(150_000)]
    size = len(local[0])
    return _assembled(local, (_central(f"{n:06}".encode(), 2, 0, n * size) for n in range(150_000)), 150_000)(folder)


def _lying(data: bytearray) -> bytes:
    size = len(outbox(activity(1)))
    return bytes(data.replace(struct.pack("<L", size), struct.pack("<L", 10)))


def _flagged(data: bytearray) -> bytearray:
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return data


def _flipped(data: bytearray) -> bytearray:
    data[60] ^= 0xFF
    return data


def _info(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def _tar(kind: bytes, target: str = "") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "anna.tar"
        with tarfile.open(path, "w") as archive:
            info = tarfile.TarInfo(OUTBOX)
            info.type, info.linkname, info.devmajor, info.devminor = kind, target, 1, 5
            archive.addfile(info)
        return path

    return make


def _tar_bomb(folder: Path) -> Path:
    """A gzipped tar of one member that unpacks a thousandfold."""
    info = tarfile.TarInfo(OUTBOX)
    info.size = 2 << 30
    head = outbox(activity(1))[:-2] + b',{"id":"'
    body = _deflated(info.tobuf() + head, b"a" * (16 << 20), 128)
    path = folder / "anna.tar.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + body + bytes(8))
    return path


def _gzip_bomb(folder: Path) -> Path:
    """A gzipped table of a single cell of sixteen gigabytes and more."""
    head = b"post_id,author_id,created_at,text\n1,1001,2015-02-22T09:00:00Z,"
    path = folder / "mentions.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + _deflated(head, b"a" * (16 << 20), 1100) + bytes(8))
    return path


def _cut(size: int) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = _zip({OUTBOX: outbox(activity(1))})(folder)
        with path.open("r+b") as file:
            file.truncate(file.seek(0, io.SEEK_END) - 40)
            file.truncate(size)
        return path

    return make


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _related(kind: str, target: str) -> str:
    one = f'<Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{one}</Relationships>'


_WORKBOOK = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": _related("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _related("worksheet", "worksheets/sheet1.xml"),
}


def _sheet_bomb(folder: Path) -> Path:
    """A workbook whose sheet unpacks to a gigabyte of rows."""
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    row = f"<row>{cell.format('post_id')}{cell.format('text')}</row>".encode()
    body = _deflated(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode(), row * 100_000, 110)
    packed = [(n.encode(), _deflated(b"", t.encode(), 1), len(t), zlib.crc32(t.encode())) for n, t in _WORKBOOK.items()]
    packed.append((b"xl/worksheets/sheet1.xml", body, len(row) * 11_000_000, 0))
    locals_ = [_local(name, data, size, crc) for name, data, size, crc in packed]
    starts = [sum(map(len, locals_[:n])) for n in range(len(packed))]
    centrals = [_central(n, len(d), size, at, crc) for (n, d, size, crc), at in zip(packed, starts, strict=True)]
    return _assembled(locals_, centrals, len(packed))(folder).rename(folder / "mentions.xlsx")


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_FEED = "<title>Lume</title><link>https://lume.example</link>"
_ITEM = (
    "<item><title>{0}</title><link>https://lume.example/1</link><pubDate>Sun, 22 Feb 2015 09:00:00 GMT</pubDate>"
    "<description>{1}</description></item>"
)


def _feed(doctype: str, title: str, words: str = "words") -> Callable[[Path], Path]:
    text = (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel>{_FEED}{_ITEM.format(title, words)}</channel></rss>'
    )
    return _plain("feed.xml", text.encode())


def _table(rows: str, name: str = "mentions.csv") -> Callable[[Path], Path]:
    return _plain(name, f"post_id,author_id,created_at,text\n{rows}\n".encode())


_SPAN = '{"id":"%s","author":"1001","published":"2015-02-22T09:00:00Z","text":%s}'


def _lines(*texts: str) -> Callable[[Path], Path]:
    said = (*[f'"una parola, {n}"' for n in range(20)], *texts)
    return _plain("mentions.jsonl", "".join(_SPAN % (n, text) + "\n" for n, text in enumerate(said)).encode())


def _wxr(doctype: str, words: str) -> Callable[[Path], Path]:
    """Return the export of a WordPress site of one post."""
    item = (
        "<item><title>a</title><link>https://lume.example/1</link><dc:creator>anna</dc:creator><content:encoded>"
        f"{words}</content:encoded><wp:post_id>1</wp:post_id><wp:post_date_gmt>2015-02-22 09:00:00</wp:post_date_gmt>"
        "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"
    )
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:wp="http://wordpress.org/export/1.2/"'
    )
    text = (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0" {spaces}><channel>{_FEED}'
        "<wp:wxr_version>1.2</wp:wxr_version>"
        f"<wp:base_blog_url>https://lume.example</wp:base_blog_url>{item}</channel></rss>"
    )
    return _plain("lume.xml", text.encode())


def _grown(block: bytes) -> Callable[[Path], Path]:
    """Return a repository whose only block, named by its true hash, is `block`."""

    def varint(number: int) -> bytes:
        rest = b""
        while number > 0x7F:
            rest, number = rest + bytes([number & 0x7F | 0x80]), number >> 7
        return rest + bytes([number])

    cid = b"\x01\x71\x12\x20" + hashlib.sha256(block).digest()
    header = b"\xa2\x65roots\x81\xd8\x2a\x58\x25\x00" + cid + b"\x67version\x01"
    return _plain("repo.car", varint(len(header)) + header + varint(36 + len(block)) + cid + block)


def _tweets_csv(text: str) -> Callable[[Path], Path]:
    header = "tweet_id,in_reply_to_status_id,in_reply_to_user_id,timestamp,source,text,retweeted_status_id"
    header += ",retweeted_status_user_id,retweeted_status_timestamp,expanded_urls"
    row = f'"%d","","","2015-02-22 09:00:00 +0000","web","{text}","","","",""'
    lines = [header, row % 1, '"2","","","2015-02-22 09:00:00 +0000","web","a","","","",""']
    return _zip({"tweets.csv": "\n".join(lines).encode()})


KINDS: Mapping[str, Hostile] = MappingProxyType(
    {
        "flat bomb": Hostile(_flat_bomb, None, 1, ("too_large",)),
        "nested": Hostile(_nested, "no place knows anna.zip"),
        "full overlap": Hostile(_full_overlap, "members overlap"),
        "quoted overlap": Hostile(_quoted_overlap, "members overlap"),
        "150,000 members": Hostile(_many_members, "too many files|damaged"),
        "lying size": Hostile(_changed(_zip({OUTBOX: outbox(activity(1))}), _lying), None, 0, ("damaged",)),
        "bzip2": Hostile(_zip({OUTBOX: bytes(512)}, zipfile.ZIP_BZIP2), "packed in a way"),
        "lzma": Hostile(_zip({OUTBOX: bytes(512)}, zipfile.ZIP_LZMA), "packed in a way"),
        "traversal": Hostile(_zip({"../../etc/cron.d/anna": b"*"}), "leads out"),
        "absolute": Hostile(_zip({"/etc/cron.d/anna": b"*"}), "leads out"),
        "drive": Hostile(_zip({"C:/anna": b"*"}), "leads out"),
        "backslash": Hostile(_zip({"..\\anna": b"*"}), "forbidden character"),
        "symbolic link": Hostile(_zip([(_info(OUTBOX, 0o120777), b"/etc/passwd")]), "link or a device"),
        "fifo": Hostile(_zip([(_info(OUTBOX, 0o010644), b"")]), "link or a device"),
        "device in tar": Hostile(_tar(tarfile.CHRTYPE), "link or a device"),
        "link in tar": Hostile(_tar(tarfile.SYMTYPE, "/etc/passwd"), "link or a device"),
        "hard link in tar": Hostile(_tar(tarfile.LNKTYPE, "/etc/passwd"), "link or a device"),
        "case twins": Hostile(_zip({"Outbox.json": b"{}", "outbox.json": b"{}"}), "two members"),
        "encrypted": Hostile(_changed(_zip({OUTBOX: b"{}"}), _flagged), "encrypted"),
        "truncated": Hostile(_changed(_zip({OUTBOX: outbox(activity(1))}), lambda d: d[:-30]), "download it again"),
        "wrong checksum": Hostile(_changed(_zip({OUTBOX: outbox(activity(1))}, 0), _flipped), None, 0, ("damaged",)),
        "empty name": Hostile(_zip([(_info("a", 0o100644), b"")]), "no place knows"),
        "no name at all": Hostile(
            _assembled([_local(b"", b"\x03\x00", 0)], [_central(b"", 2, 0, 0)], 1), "name is empty"
        ),
        "cut at 2 GiB": Hostile(_cut(2**31), "exactly 2147483648 bytes"),
        "cut below 2 GiB": Hostile(_cut(2**31 - 1), "exactly 2147483647 bytes"),
        "gzipped tar bomb": Hostile(_tar_bomb, "unpacks to far more"),
        "page called zip": Hostile(_plain("anna.zip", b"<html>Sign in</html>"), "no place knows"),
        "rar": Hostile(_plain("anna.rar", b"Rar!\x1a\x07" + bytes(99)), "unpack it"),
        "empty file": Hostile(_plain("anna.zip", b""), "is empty"),
        "100,000 levels": Hostile(_json("[" * 100_000 + "]" * 100_000), None, 2, ("too_deep",)),
        "100,000 levels, open": Hostile(_json('{"a":' * 100_000), None, 1),
        "900 levels": Hostile(_json(json.dumps(activity(3))[:-1] + ',"x":' + "[" * 900 + "]" * 900 + "}"), None, 3),
        "5,000 digits": Hostile(
            _json(json.dumps(activity(3))[:-1] + ',"x":' + "9" * 5000 + "}"), None, 2, ("bad_number",)
        ),
        "5,000 decimals": Hostile(
            _json(json.dumps(activity(3))[:-1] + ',"x":0.' + "9" * 5000 + "}"), None, 2, ("bad_number",)
        ),
        "a huge exponent": Hostile(_json(json.dumps(activity(3))[:-1] + ',"x":1e999999999}'), None, 2, ("bad_number",)),
        "keys twice": Hostile(_json(json.dumps(activity(3))[:-1] + ',"type":"Delete","type":"Create"}'), None, 3),
        "NaN": Hostile(_json(json.dumps(activity(3))[:-1] + ',"x":NaN}'), None, 2, ("bad_number",)),
        "half a surrogate pair": Hostile(_json(activity(3, "caff\ud83d")), None, 3),
        "raw surrogate bytes": Hostile(
            _plain(OUTBOX, outbox(activity(1), activity(2)).replace(b"thought", b"th\xed\xa0\xbdt", 1)), None, 2
        ),
        "NUL": Hostile(_json(activity(3, "a\x00b")), None, 3),
        "UTF-16": Hostile(_plain(OUTBOX, outbox(activity(1), activity(2)).decode().encode("utf-16")), None, 2),
        "UTF-16 cut": Hostile(_plain(OUTBOX, outbox(activity(1), activity(2)).decode().encode("utf-16")[:-7]), None, 1),
        "mojibake": Hostile(_json(activity(3, "perchÃ©")), None, 3),
        "wrong bytes": Hostile(_json(json.dumps(activity(3)).replace("thought", "th\udcfft")), None, 2),
        "10 MB post": Hostile(_json(activity(3, "parola " * 1_500_000)), None, 3),
        "10 MB of marks": Hostile(_json(activity(3, "<b>" * 3_000_000)), None, 3),
        "200,000 levels of HTML": Hostile(_json(activity(3, "<div>" * 200_000)), None, 3),
        "HTML without an end": Hostile(_json(activity(3, "<p " * 200_000)), None, 3),
        "entities": Hostile(_json(activity(3, "&#x41;" * 500_000 + "&" * 500_000)), None, 3),
        "right to left": Hostile(_json(activity(3, "\u202e" * 100_000 + "anna")), None, 3),
        "nothing wide": Hostile(_json(activity(3, "\u200b\u200d\ufeff" * 100_000)), None, 3),
        "marks on marks": Hostile(_json(activity(3, "a" + "\u0300" * 200_000)), None, 3),
        "brackets": Hostile(_json(activity(3, "[{" * 500_000)), None, 3),
        "quotes and slashes": Hostile(_json(json.dumps(activity(3)), '"' + "\\\\" * 500_000 + '"'), None, 3),
        "blanks": Hostile(_json(" " * 5_000_000 + json.dumps(activity(3))), None, 3),
        "million elements": Hostile(_json(*["0"] * 300_000), None, 2, ("bad_shape",)),
        "not closed": Hostile(_plain(OUTBOX, outbox(activity(1), activity(2))[:-40]), None, 1, ("truncated",)),
        "billion laughs": Hostile(_feed(f'<!DOCTYPE rss [<!ENTITY l0 "ha">{_LAUGHS}]>', "&l9;")),
        "quadratic blow-up": Hostile(_feed(f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>', "&a;" * 20_000)),
        "external entity": Hostile(
            _feed('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;", "&x;"), None, 1
        ),
        "external feed": Hostile(_feed('<!DOCTYPE rss SYSTEM "http://192.0.2.1/a.dtd">', "a"), None, 1),
        "200,000 levels of XML": Hostile(_feed("", "<a>" * 200_000)),
        "HTML in a feed": Hostile(_feed("", "a", "&lt;div&gt;" * 200_000), None, 1),
        "formula cells": Hostile(
            _table("1,1001,2015-02-22T09:00:00Z,=cmd|' /C calc'!A0\n2,1001,2015-02-22T09:00:00Z,@SUM(1)"), None, 2
        ),
        "huge field": Hostile(_table("1,1001,2015-02-22T09:00:00Z," + "a" * 10_000_000), None, 1),
        "quote never closed": Hostile(_table('1,1001,2015-02-22T09:00:00Z,"' + "a\n" * 500_000)),
        "20,000 columns": Hostile(
            _plain("mentions.csv", (",".join(f"c{n}" for n in range(20_000)) + "\n").encode() * 3),
            "no place knows|not clear|columns",
        ),
        "gzip bomb": Hostile(_gzip_bomb),
        "gzip garbage": Hostile(
            _plain("mentions.csv.gz", gzip.compress(b"post_id,text\n1,a\n" * 500)[:-200]), "mentions.csv.gz"
        ),
        "workbook bomb": Hostile(_sheet_bomb),
        "workbook garbage": Hostile(_plain("mentions.xlsx", b"PK\x03\x04" + bytes(range(256)) * 20), "mentions.xlsx"),
        "parquet garbage": Hostile(
            _plain("mentions.parquet", b"PAR1" + bytes(range(256)) * 20 + b"\xff\xff\xff\x7fPAR1"), "mentions.parquet"
        ),
        "CAR garbage": Hostile(_plain("anna.car", b"\x3a\xa2eroots\x81\xd8\x2a" + bytes(range(256)) * 50), "anna.car"),
        "CAR that is all length": Hostile(_plain("anna.car", b"\xff" * 5000), "anna.car"),
        "CAR of 100,000 levels": Hostile(_grown(b"\x81" * 100_000 + b"\x80")),
        "CAR of four gigabytes, it says": Hostile(_grown(b"\x9b" + bytes([0, 0, 0, 1, 0, 0, 0, 0]))),
        "CAR of a long text, it says": Hostile(_grown(b"\x7b" + bytes([0x7F] * 8))),
        "laughs of a site": Hostile(_wxr(f'<!DOCTYPE rss [<!ENTITY l0 "ha">{_LAUGHS}]>', "&l9;")),
        "quadratic site": Hostile(_wxr(f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>', "&a;" * 20_000)),
        "a site's external entity": Hostile(_wxr('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;")),
        "200,000 levels of a site": Hostile(_wxr("", "<a>" * 200_000)),
        "huge field of a tweet": Hostile(_tweets_csv("a" * 10_000_000), None, 0, ("no_author",)),
        "larger field of a tweet": Hostile(_tweets_csv("a" * 20_000_000), None, 0, ("bad_row",)),
        "blank lines, packed": Hostile(
            _plain("mentions.jsonl.gz", gzip.compress((_SPAN % (0, '"a"')).encode() + b"\n" * (16 << 20), 9))
        ),
        "deep lines": Hostile(_lines("[" * 100_000 + "]" * 100_000, '"b"'), None, 21),
        "digits in lines": Hostile(_lines("9" * 5000, '"b"'), None, 21),
        "one line of 40 MB": Hostile(_lines('"' + "a" * 40_000_000 + '"', '"b"'), None, 21, ("too_large",)),
    }
)
