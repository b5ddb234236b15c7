"""P1, P2, P11: how much work it is to keep what people bring, beside merely reading it.

P1 takes lines of JSON by columns, in the order of time as listening tools write them and, harder, in no
order; P2 an archive of X by records. All go the product's own road (open, recognise, read, understand,
gather, commit). P11 is the memory of the whole import, its reading child included.
"""

import json
import multiprocessing as mp
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import orjson

from bench.goal import Goal, alternately
from valore.flows.importing import import_files
from valore.flows.space import create
from valore.lake import Lake
from valore.model.batch import Gather, uncollected
from valore.model.records import Cursor, Fault
from valore.places import Place
from valore.places.table import Mapping, Table
from valore.places.x import PLUGIN as X
from valore.trust.archive import open_export

SEED = 20150222
START = 1_420_070_400
"""2015-01-01 in seconds."""
SPAN = 730 * 86_400
MAPPING = Mapping(
    columns={
        "id": "id",
        "place": "network",
        "query": "account",
        "author": "author",
        "published": "time",
        "text": "text",
        "reply_to": "reply_to",
        "language": "lang",
        "likes": "likes",
        "reposts": "reposts",
    },
    place="x",
)
TYPES = {
    "id": "VARCHAR",
    "network": "VARCHAR",
    "account": "VARCHAR",
    "author": "VARCHAR",
    "time": "TIMESTAMP",
    "text": "VARCHAR",
    "reply_to": "VARCHAR",
    "lang": "VARCHAR",
    "likes": "BIGINT",
    "reposts": "BIGINT",
}
BOUND_LINES, BOUND_ARCHIVE, BOUND_MEMORY = 0.25, 0.4, 1536.0


def run(scale: int) -> Iterator[Goal]:
    """Yield the goals of ingest at one scale."""
    with tempfile.TemporaryDirectory(prefix="valore-bench-") as name:
        folder = Path(name)
        for ordered in (True, False):
            lines = write_lines(folder / "mentions.jsonl", scale, ordered=ordered)
            yield _fast(folder, lines, scale, ordered=ordered)
        yield _memory(folder, lines, scale)
        lines.unlink()
        yield _archive(folder, scale)


def _fast(folder: Path, lines: Path, scale: int, *, ordered: bool) -> Goal:
    reader = Table().with_mapping(MAPPING)
    ours, scan = alternately(lambda: _import(lines, reader, folder), lambda: _scan(lines))
    order = "in order of time" if ordered else "in no order"
    what = f"lines of JSON {order} to committed rows, beside DuckDB's scan of the same file"
    return Goal("P1", what, scale, ours, scan, scan / ours, BOUND_LINES, at_least=True)


def _archive(folder: Path, scale: int) -> Goal:
    archive = write_archive(folder / "twitter-2022-11-01", scale)
    lines = folder / "tweets.ndjson"
    ours, loop = alternately(lambda: _import(archive, X, folder), lambda: _loop(lines))
    what = "an archive of X to committed rows, beside a loop of orjson.loads"
    return Goal("P2", what, scale, ours, loop, loop / ours, BOUND_ARCHIVE, at_least=True)


def _memory(folder: Path, lines: Path, scale: int) -> Goal:
    context = mp.get_context("spawn")
    with context.Pool(1) as pool:
        peak = pool.apply(_peak, (folder / "home", lines))
    what = "peak memory of a whole import"
    return Goal("P11", what, scale, peak, BOUND_MEMORY, peak, BOUND_MEMORY, at_least=False, unit="MiB")


def _peak(home: Path, lines: Path) -> float:
    import_files(create(home, "bench"), [lines], mapping=MAPPING)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = int(status.split("VmHWM:")[1].split()[0])  # not ru_maxrss: that remembers the parent's
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + reader) / 1024  # as if both had their peak at one moment


def _import(path: Path, place: Place | Table, folder: Path) -> None:
    """Import into a lake of its own: that the last one goes is no work of an import."""
    lake, gather, number = Lake(Path(tempfile.mkdtemp(dir=folder))), Gather("bench"), 0
    with open_export(path) as export, uncollected():
        match = place.sniff(export)
        assert match is not None, "nobody knows what the bench wrote"
        for raw in place.read(export, match, None):
            if gather.full:
                lake.commit(gather.take(), source="bench", number=number)
                number += 1
            if isinstance(raw, Cursor):
                continue
            if isinstance(raw, Fault):
                gather.add(raw)
                continue
            for record in place.normalise(raw):
                gather.add(record, raw.where.file)
    lake.commit(gather.take(), source="bench", number=number)


def _scan(lines: Path) -> None:
    """Read every value of every row and keep none."""
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in TYPES.items())
    values = ", ".join(f"max({name})" for name in TYPES)
    source = f"read_json(?, format = 'newline_delimited', columns = {{{columns}}})"
    with duckdb.connect() as engine:
        engine.execute(f"select {values} from {source}", [str(lines)]).fetchall()


def _loop(lines: Path) -> None:
    with lines.open("rb") as file:
        for line in file:
            orjson.loads(line)


def write_lines(path: Path, rows: int, *, ordered: bool) -> Path:
    """Write posts that speak of a brand, one in a line: about 310 bytes each.

    As in the founding measurements: texts of about 130 characters, three posts in ten are answers,
    authors are skewed.
    """
    chance = np.random.default_rng(SEED)
    words = _words(chance)
    with path.open("wb") as file:
        for first in range(0, rows, 10_000):
            count = min(10_000, rows - first)
            at = SPAN * (first + np.arange(count)) // rows if ordered else chance.integers(0, SPAN, count)
            for line in _lines(chance, words, first, START + at, max(rows // 20, 10)):
                file.write(orjson.dumps(line) + b"\n")
    return path


def _lines(
    chance: np.random.Generator, words: list[str], first: int, at: np.ndarray[Any, np.dtype[np.int64]], authors: int
) -> Iterator[dict[str, Any]]:
    count = len(at)
    who = (chance.random(count) ** 2 * authors).astype(int)
    answers = np.where(chance.random(count) < 0.3, chance.integers(0, first + count, count), -1)
    likes, reposts = chance.geometric(0.2, count) - 1, chance.geometric(0.5, count) - 1
    said, brand = chance.integers(0, len(words), (count, 26)), chance.integers(0, 50, count)
    for row in range(count):
        answered = int(answers[row])
        yield {
            "id": str(570_000_000_000_000_000 + first + row),
            "network": "x",
            "account": f"brand-{brand[row]:02}",
            "author": str(700_000_000 + int(who[row])),
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(at[row]))),
            "text": " ".join([words[w] for w in said[row]]),
            "reply_to": str(570_000_000_000_000_000 + answered) if answered >= 0 else None,
            "lang": ("it", "en", "fr", "de")[row % 4],
            "likes": int(likes[row]),
            "reposts": int(reposts[row]),
        }


def _words(chance: np.random.Generator) -> list[str]:
    syllables = [a + b for a in "bcdfglmnprstv" for b in "aeiou"]
    picked = chance.integers(0, len(syllables), (30_000, 3))
    lengths = chance.integers(1, 4, 30_000)
    return ["".join(syllables[s] for s in row[:n]) for row, n in zip(picked, lengths, strict=True)]


def write_archive(folder: Path, rows: int) -> Path:
    """Write an archive of X as X writes it, and beside it the same posts as lines for the loop."""
    data = folder / "data"
    data.mkdir(parents=True)
    account = {"email": "anna@example.org", "username": "annaferri", "accountId": "1001"}
    account |= {"createdAt": "2009-02-11T09:00:00.000Z", "accountDisplayName": "Anna Ferri"}
    (data / "account.js").write_text(f"window.YTD.account.part0 = {json.dumps([{'account': account}])}")
    chance = random.Random(SEED)
    words = _words(np.random.default_rng(SEED))
    with (data / "tweets.js").open("w") as file, (folder.parent / "tweets.ndjson").open("wb") as lines:
        file.write("window.YTD.tweets.part0 = [")
        for row in range(rows):
            tweet = {"tweet": _tweet(chance, words, row)}
            file.write((",\n" if row else "\n") + json.dumps(tweet, indent=2))
            lines.write(orjson.dumps(tweet) + b"\n")
        file.write("\n]\n")
    return folder


def _tweet(chance: random.Random, words: list[str], row: int) -> dict[str, Any]:
    """Return a post with the entities that posts have: names, tags, a link, now and then a picture."""
    native = str(570_000_000_000_000_000 + row * 4_194_304)
    at = time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime(START + row % SPAN))
    text = " ".join(chance.choices(words, k=18))
    tags = [{"text": chance.choice(words), "indices": ["3", "9"]} for _ in range(chance.randint(0, 2))]
    named = [_named(chance) for _ in range(chance.randint(0, 2))]
    link = {
        "url": f"https://t.co/{row:010}",
        "expanded_url": f"https://lume.example/journal/{chance.choice(words)}/{row}",
        "display_url": "lume.example/journal/…",
        "indices": ["100", "123"],
    }
    urls = [link] if chance.random() < 0.4 else []
    answer = {"in_reply_to_status_id_str": str(int(native) - 4_194_304), "in_reply_to_user_id_str": "1002"}
    answer |= {"in_reply_to_status_id": answer["in_reply_to_status_id_str"], "in_reply_to_user_id": "1002"}
    return {
        "edit_info": {
            "initial": {
                "editTweetIds": [native],
                "editableUntil": "2022-11-01T10:00:00.000Z",
                "editsRemaining": "5",
                "isEditEligible": chance.random() < 0.5,
            }
        },
        "retweeted": False,
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": {"hashtags": tags, "symbols": [], "user_mentions": named, "urls": urls},
        "display_text_range": ["0", str(len(text))],
        "favorite_count": str(chance.randint(0, 40)),
        "id_str": native,
        "truncated": False,
        "retweet_count": str(chance.randint(0, 9)),
        "id": native,
        "possibly_sensitive": False,
        "created_at": at,
        "favorited": False,
        "full_text": text + (f" {link['url']}" if urls else ""),
        "lang": "it",
        **(answer | {"in_reply_to_screen_name": "lume"} if chance.random() < 0.3 else {}),
        **({"extended_entities": {"media": [_picture(native)]}} if chance.random() < 0.2 else {}),
    }


def _named(chance: random.Random) -> dict[str, Any]:
    native = str(1_000 + chance.randint(2, 400))
    return {"name": f"Person {native}", "screen_name": f"person{native}", "indices": ["0", "8"]} | {
        "id_str": native,
        "id": native,
    }


def _picture(native: str) -> dict[str, Any]:
    sizes = {name: {"w": "680", "h": "510", "resize": "fit"} for name in ("thumb", "small", "medium", "large")}
    return {
        "expanded_url": f"https://twitter.com/annaferri/status/{native}/photo/1",
        "indices": ["90", "113"],
        "url": f"https://t.co/p{native[-9:]}",
        "media_url": f"http://pbs.twimg.com/media/{native}.jpg",
        "id_str": native,
        "id": native,
        "media_url_https": f"https://pbs.twimg.com/media/{native}.jpg",
        "sizes": sizes,
        "type": "photo",
        "display_url": f"pic.twitter.com/p{native[-9:]}",
    }
