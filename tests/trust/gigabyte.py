"""An archive of a gigabyte: imported in little memory, and without a second copy after its import was killed.

`python -m tests.trust.gigabyte FOLDER BYTES` in a process of its own, so that nothing else is weighed with it.
"""

import multiprocessing as mp
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import valore.trust._bare  # noqa: F401 - weighed as a plain installation: pandas is only there for developers
from valore.flows import importing
from valore.flows._reader import Reader
from valore.flows.importing import import_files
from valore.flows.space import create, open_space

GIGABYTE = 10**9
MIB = 1 << 20
MEMORY = 300_000_000
"""Bytes that the child which reads may take, and the process which stores."""
_LOOK = 0.02
"""Seconds between two looks at the memory of both processes."""
_POST = """{{
  "tweet" : {{
    "retweeted" : false,
    "source" : "<a href=\\"https://mobile.twitter.com\\" rel=\\"nofollow\\">Twitter Web App</a>",
    "entities" : {{ "hashtags" : [ {{ "text" : "lume", "indices" : [ "3", "9" ] }} ], "symbols" : [ ],
      "user_mentions" : [ {{ "name" : "Bruno", "screen_name" : "bruno", "indices" : [ "0", "6" ], "id_str" : "{who}",
        "id" : "{who}" }} ],
      "urls" : [ {{ "url" : "https://t.co/{n:010}", "expanded_url" : "https://lume.example/journal/{n}",
        "display_url" : "lume.example/journal/…", "indices" : [ "100", "123" ] }} ] }},
    "display_text_range" : [ "0", "140" ],
    "favorite_count" : "{likes}",
    "id_str" : "{id}",
    "truncated" : false,
    "retweet_count" : "{likes}",
    "id" : "{id}",
    "possibly_sensitive" : false,
    "created_at" : "{at}",
    "favorited" : false,
    "full_text" : "@bruno una lampada è una lampada, dice Anna per la volta numero {n} #lume https://t.co/{n:010}",
    "lang" : "it"
  }}
}}"""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an import came to."""

    size: int
    """Bytes of the archive."""
    posts: int
    seconds: float
    """Of the second attempt, from where the first was killed."""
    reader: int
    """Most memory of the child that read, in bytes."""
    parent: int
    """Most memory of the process that stored."""
    together: int
    """Most memory of both at one moment, the libraries that they share counted once; looked at many times a second."""

    def line(self) -> str:
        """Return it for people."""
        return (
            f"{self.size / 1e9:.2f} GB, {self.posts:,} posts once each, killed at a third and resumed in "
            f"{self.seconds:.0f} s; memory: reader {self.reader / MIB:.0f} MiB, store {self.parent / MIB:.0f} MiB, "
            f"together {self.together / MIB:.0f} MiB"
        )


def write(folder: Path, size: int) -> int:
    """Write an archive of X of about `size` bytes; return how many posts it has."""
    data = folder / "data"
    data.mkdir(parents=True)
    account = '{ "account" : { "username" : "annaferri", "accountId" : "1001", "accountDisplayName" : "Anna Ferri" } }'
    (data / "account.js").write_text(f"window.YTD.account.part0 = [ {account} ]")
    number, written = 0, 0
    with (data / "tweets.js").open("wb", buffering=MIB) as file:
        file.write(b"window.YTD.tweets.part0 = [\n")
        while written < size:
            post = (",\n" if number else "") + _post(number)
            written += file.write(post.encode())
            number += 1
        file.write(b"\n]\n")
    return number


def _post(n: int) -> str:
    at = time.strftime("%a %b %d %H:%M:%S +0000 %Y", time.gmtime(1_420_070_400 + n * 60))
    return _POST.format(n=n, id=570_000_000_000_000_000 + n, who=1002 + n % 400, likes=n % 40, at=at)


def weigh(folder: Path, size: int = GIGABYTE) -> Weighed:
    """Import an archive, kill the import when a third is read, import again, and count.

    Raises:
        AssertionError: a post is lost or double.
    """
    posts = write(folder / "twitter-2022", size)
    create(folder / "home", "lume")
    _attempt(folder, lambda read: read > posts // 3)
    start = time.monotonic()
    reader, parent, together = _attempt(folder, lambda _read: False)
    seconds = time.monotonic() - start
    space = open_space(folder / "home", "lume")
    keys = space.lake.snapshot().table("posts", columns=["key"])["key"]
    assert len(keys) == len(keys.unique()) == posts, f"{len(keys)} rows, {len(keys.unique())} posts, {posts} written"
    (record,) = space.imports()
    assert record.finished is not None
    assert record.outcome.stored["posts"] == posts
    return Weighed((folder / "twitter-2022/data/tweets.js").stat().st_size, posts, seconds, reader, parent, together)


def _attempt(folder: Path, enough: Callable[[int], bool]) -> tuple[int, int, int]:
    """Import in a process of its own, which dies by SIGKILL when enough is read; return the memory of both."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_import, args=(folder, theirs))
    process.start()
    theirs.close()
    weights, together = (0, 0), 0
    try:
        while True:
            while not ours.poll(_LOOK):
                together = max(together, _both(process.pid or 0))
            kind, value = ours.recv()
            together = max(together, _both(process.pid or 0))
            if kind == "read" and enough(value):
                os.kill(process.pid or 0, signal.SIGKILL)
            elif kind == "done":
                weights = value
    except EOFError:
        process.join()
    return *weights, together


def _both(pid: int) -> int:
    """Return the memory of a process and its children: what is each one's own, and once the files they have mapped."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        told = [Path(f"/proc/{p}/status").read_text(encoding="ascii") for p in (str(pid), *children)]
    except OSError:  # it has just gone
        return 0
    own, files = ([_bytes(status, what) for status in told] for what in ("RssAnon", "RssFile"))
    return sum(own) + max(files)


def _bytes(status: str, what: str) -> int:
    """Return a figure of `/proc/…/status`; 0 where a process has nothing left."""
    _, _, rest = status.partition(f"{what}:")
    return int(rest.split()[0]) * 1024 if rest else 0


def _import(folder: Path, pipe: Connection) -> None:
    peaks: list[int] = []

    class Watched(Reader):
        def close(self) -> None:
            peaks.append(self.peak)
            super().close()

    vars(importing)["Reader"] = Watched
    space = open_space(folder / "home", "lume")
    import_files(space, [folder / "twitter-2022"], tick=lambda read, _total, _name: pipe.send(("read", read)))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    pipe.send(("done", (max(peaks), _bytes(status, "VmHWM"))))


if __name__ == "__main__":
    weighed = weigh(Path(sys.argv[1]), int(sys.argv[2]))
    assert max(weighed.reader, weighed.parent) <= MEMORY, weighed.line()
    sys.stdout.write(weighed.line())
