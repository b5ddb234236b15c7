"""A program for children that does what a reader must never do; `request` says what."""

import csv
import ctypes
import os
import resource
import signal
import time
from typing import Any

import numpy as np
import pyarrow as pa

from valore.errors import ConsentMissing, MappingError
from valore.model.records import Where
from valore.trust.inside import Line, serve


def main() -> None:
    """Answer until the parent goes."""
    serve(perform)


def perform(request: Any, line: Line) -> None:
    """Do what is asked, behind one sign of life that says where."""
    line.where = Where("outbox.json", "/orderedItems/7")
    line.tick()
    globals()[f"_{request}"](line)


def _answer(line: Line) -> None:
    line.say("answer", [os.environ.get("DATABASE_URL"), csv.field_size_limit()], {"rows": pa.table({"n": [1, 2]})})


def _limits(line: Line) -> None:
    kinds = (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_AS)
    line.say("answer", [resource.getrlimit(kind)[1] for kind in kinds])


def _prints(line: Line) -> None:
    os.write(1, b"not a message")
    print("nor this", flush=True)  # noqa: T201 - that is the point
    line.say("answer", "sound")


def _segfault(_line: Line) -> None:
    ctypes.string_at(0)


def _killed(_line: Line) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _leaves(_line: Line) -> None:
    os._exit(0)


def _memory(_line: Line) -> None:
    _ = [np.ones(1 << 27) for _ in range(100)]


def _arrow_memory(_line: Line) -> None:
    _ = [pa.allocate_buffer(1 << 30) for _ in range(10)]


def _computes(_line: Line) -> None:
    while True:
        pass


def _steps_on(line: Line) -> None:
    """Compute for longer than is allowed at once, with signs of life."""
    until = time.process_time() + 2.5
    while time.process_time() < until:
        line.beat()
    line.say("answer", "done")


def _goes_nowhere(line: Line) -> None:
    """Give signs of life for ever, for a file of one byte."""
    line.allow(1)
    while True:
        line.beat()


def _sleeps(_line: Line) -> None:
    time.sleep(100)


def _stumbles(_line: Line) -> None:
    raise KeyError("somebody's words")


def _typed(_line: Line) -> None:
    raise MappingError("{file} has no column for the {field}", file="mentions.csv", field="date")


def _oversteps(_line: Line) -> None:
    """Raise what no reader of files has a right to."""
    raise ConsentMissing("no consent of {who}", who="anna")


def _garbage(line: Line) -> None:
    line.stream.write(b"\0\0\0\x08not json")
    line.stream.flush()


def _endless(line: Line) -> None:
    line.stream.write(b"\xff\xff\xff\xff")
    line.stream.flush()


def _lying_table(line: Line) -> None:
    head = b'{"kind":"piece","value":{"read":1},"tables":["posts"]}'
    line.stream.write(len(head).to_bytes(4, "big") + head + b"\xff\xff\xff\xff\xff\xff\xff\x7f" + bytes(64))
    line.stream.flush()


def _invalid_text(line: Line) -> None:
    """Tell a table whose offsets lead out of its buffer."""
    table = pa.table({"text": pa.array(["x" * 77])})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as out:
        out.write_table(table)
    sound = sink.getvalue().to_pybytes()
    wrong = sound.replace((77).to_bytes(4, "little") + bytes(4), (99_999).to_bytes(4, "little") + bytes(4))
    head = b'{"kind":"piece","value":{"read":1},"tables":["posts"]}'
    line.stream.write(len(head).to_bytes(4, "big") + head + wrong)
    line.stream.flush()
