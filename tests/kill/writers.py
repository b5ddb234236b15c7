"""The scripts that are killed, and what must be true of a lake afterwards."""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from tests.kill.harness import Tell

from valore.errors import RefusedArchive
from valore.flows.importing import import_files
from valore.flows.space import create, open_space
from valore.lake import Lake, Snapshot
from valore.model.batch import Gather
from valore.model.records import Account, Interaction, Observation, Post

SOURCE = "timeline"
BATCHES = 40
ROWS = 30
EDITIONS = ["key", "digest", "revision"]
ACTIVITIES = 600
PART = 60
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
DAY = 86_400_000_000
FILES = 4
LINES = 200
START = 1_420_070_400_000_000
MOMENT = 0.9
"""Seconds that an import may live on after a promise: half a second goes by before the child reads."""


def batch(number: int) -> Mapping[str, pa.Table]:
    """Return a batch of Anna's timeline: new posts, a repetition of the last one, an edit, a tombstone."""
    gather = Gather(SOURCE)
    for row in range(number * ROWS - 3, (number + 1) * ROWS):
        if row >= 0:
            gather.add(_post(row), "tweets.js")
    gather.add(_post(number * ROWS)._replace(text="better said", updated=START + 900 * DAY), "tweets.js")
    gather.add(_post(number * ROWS + 1)._replace(text=None, deleted=START + 901 * DAY), "tweets.js")
    gather.add(Account("x", "anna", "/0", handle="annaferri", followers=number), "account.js")
    gather.add(Interaction("x", "like", "anna", f"/{number}", target=f"liked{number}"), "like.js")
    gather.add(Observation("x", str(number), f"/{number}", seen=START, likes=number), "tweets.js")
    return gather.take()


def _post(row: int) -> Post:
    return Post("x", f"post{row}", "anna", START + row * DAY // 4, f"/{row}", text=f"a thought, {row}")


def committing(folder: Path, tell: Tell) -> None:
    """Store batch after batch; promise each number once it is stored."""
    lake = Lake(folder / "lake")
    last = lake.last(SOURCE)
    for number in range(0 if last is None else last, BATCHES):
        lake.commit(batch(number), source=SOURCE, number=number)
        tell(number)


def compacting(folder: Path, tell: Tell) -> None:
    """Store batches while files are joined and swept beside, over and over."""
    other = threading.Thread(target=_compact_for_ever, args=(folder / "lake",), daemon=True)
    other.start()
    committing(folder, tell)


def _compact_for_ever(root: Path) -> None:
    lake = Lake(root)
    while True:
        lake.compact()
        lake.vacuum()


def importing(folder: Path, tell: Tell) -> None:
    """Import files of lines by the whole flow; promise it once it is done."""
    mentions = folder / "mentions"
    if not mentions.exists():
        (folder / "new").mkdir(exist_ok=True)
        for number in range(FILES):
            lines = "".join(json.dumps(_line(number * LINES + row)) + "\n" for row in range(LINES))
            (folder / "new" / f"{number}.jsonl").write_text(lines)
        (folder / "new").rename(mentions)
    space = create(folder, "lume") if not (folder / "workspaces").exists() else open_space(folder, "lume")
    tell("opened")
    import_files(space, sorted(mentions.iterdir()))
    tell("imported")


def parting(folder: Path, tell: Tell) -> None:
    """Import one large file in many commits, by a place without a safe stop inside a file."""
    outbox = folder / "outbox.json"
    if not outbox.exists():
        whole = {"type": "OrderedCollection", "orderedItems": [_activity(row) for row in range(ACTIVITIES)]}
        (folder / "new.json").write_text(json.dumps(whole))
        (folder / "new.json").rename(outbox)
    space = create(folder, "lume") if not (folder / "workspaces").exists() else open_space(folder, "lume")
    tell("opened")
    import_files(space, [outbox], batch=PART)
    tell("imported")


def bereaved(folder: Path, tell: Tell) -> None:
    """Import as `parting` does while the child that reads is killed too; give the file again each time."""
    stopped = threading.Event()
    threading.Thread(target=_kill_children, args=(stopped,), daemon=True).start()
    while True:
        try:
            parting(folder, tell)
        except RefusedArchive:
            continue
        stopped.set()
        return


def _kill_children(stopped: threading.Event) -> None:
    """Kill every child of this process a random while after it was born, three times; later ones may live."""
    chance = random.Random()
    for _ in range(3):
        while not (born := _children()):
            time.sleep(0.005)
        time.sleep(chance.random() * 1.2)
        if stopped.is_set():
            return
        for child in born:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        while not stopped.is_set() and set(born) & set(_children()):
            time.sleep(0.005)


def _children() -> list[int]:
    tasks = Path("/proc/self/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _activity(row: int) -> Mapping[str, Any]:
    anna, at = "https://piazza.example/users/anna", f"2015-01-{1 + row % 28:02}T09:00:00Z"
    note: dict[str, Any] = {"id": f"{anna}/statuses/{row}", "type": "Note", "content": f"<p>a thought, {row}</p>"}
    note |= {"published": at, "to": [PUBLIC], "attributedTo": anna}
    return {
        "id": f"{note['id']}/activity",
        "type": "Create",
        "actor": anna,
        "published": at,
        "to": [PUBLIC],
        "object": note,
    }


def parted(folder: Path, promised: Sequence[Any], ended: bool) -> None:
    """Hold an import in parts to its word: nothing is double at any moment; when it ended, all is there."""
    if "opened" not in promised:
        return
    space = open_space(folder, "lume")
    ids = _sound(space.lake.snapshot())["id"].to_pylist()
    assert len(ids) == len(set(ids)), "the same post twice"
    if ended or "imported" in promised:
        assert len(ids) == ACTIVITIES
        (record,) = space.imports()
        assert record.outcome.stored["posts"] == ACTIVITIES


def _line(row: int) -> Mapping[str, Any]:
    at = f"2015-{1 + row // 100 % 12:02}-{1 + row % 28:02}T09:00:00Z"
    return {"id": f"post{row}", "author": f"user{row % 50}", "published": at, "text": f"about Lume, {row}"}


def whole(folder: Path, promised: Sequence[Any], ended: bool) -> None:
    """Hold a lake of `batch`es to its word: nothing promised is lost, nothing is double, all can be read."""
    snapshot = Lake(folder / "lake").snapshot()
    posts = _sound(snapshot)
    known = set(posts["id"].to_pylist())
    wanted = {f"post{row}" for number in promised for row in range(number * ROWS, (number + 1) * ROWS)}
    assert wanted <= known, f"lost {len(wanted - known)} promised posts"
    likes = set(snapshot.table("interactions", columns=["pointer"])["pointer"].to_pylist())
    assert {f"/{number}" for number in promised} <= likes, "lost promised likes"
    if ended:
        assert len(known) == BATCHES * ROWS
        assert posts.num_rows == BATCHES * (ROWS + 2)
        assert snapshot.table("observations").num_rows == BATCHES


def imported(folder: Path, promised: Sequence[Any], ended: bool) -> None:
    """Hold an import to its word: what its record tells is in the lake, once; when it ended, all is."""
    if "opened" not in promised:
        return
    space = open_space(folder, "lume")
    ids = _sound(space.lake.snapshot())["id"].to_pylist()
    assert len(ids) == len(set(ids)), "the same post twice"
    told = [record.outcome.stored.get("posts", 0) for record in space.imports()]
    assert sum(told) <= len(ids), "the record tells of posts that are not there"
    if ended or "imported" in promised:
        assert len(ids) == FILES * LINES
        assert told == [LINES] * FILES


def _sound(snapshot: Snapshot) -> pa.Table:
    """Return the posts after reading every table whole; no edition may be there twice."""
    for name, keys in (("posts", EDITIONS), ("accounts", EDITIONS), ("interactions", ["key"])):
        table = snapshot.table(name)
        assert table.group_by(keys).aggregate([]).num_rows == table.num_rows, f"{name}: a row is double"
    observations = snapshot.table("observations")
    assert pc.count_distinct(observations["key"]).as_py() == observations.num_rows
    posts = snapshot.table("posts")
    first = posts.filter(pc.equal(posts["edition"], 0))
    assert first.num_rows == pc.count_distinct(posts["key"]).as_py(), "each key has one first edition"
    return posts
