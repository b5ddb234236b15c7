"""Every reader meets files that are nearly right: samples of all places, changed at random.

New places and samples are found by themselves. Each input has a number, from which together with the
seed it can be made again: `python -m tests.trust.fuzz SEED NUMBER` reads that one and shows what happens.
What no reader may do: raise what is no error of ours, or take the process with it.
"""

import io
import random
import re
import sys
import tempfile
import traceback
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from valore.errors import RefusedArchive, ValoreError
from valore.flows._reading import recognise, understood
from valore.model.batch import Gather
from valore.model.records import Cursor, Fault, Rows, Where
from valore.model.source import Export, Match, Member
from valore.places import Place, places
from valore.trust._export import Opened
from valore.trust.archive import open_export
from valore.trust.child import Child
from valore.trust.inside import Line, serve
from valore.trust.limits import GIB, Bounds

SAMPLES = Path(__file__).parents[1] / "samples"
LARGEST = 20_000
"""Bytes of a member that is changed: larger ones are cut."""
BATCH = 500
"""Inputs that one question to the child is about."""
BOUNDS = Bounds(memory=GIB, computing=10, silence=120.0)
TOGETHER = 250
"""Inputs whose records become columns together."""
_FEW = 40
"""Members of an export at most, for speed."""


class Loose(Opened):
    """Files in memory."""

    def __init__(self, name: str, files: Mapping[str, bytes]) -> None:
        """Take files by name."""
        self.name, self.files = name, files
        self.members = tuple(Member(n, len(d), 1_424_595_600_000_000) for n, d in files.items())

    def open(self, member: str) -> BinaryIO:
        """Open one."""
        if member not in self.files:
            raise self._unknown(member)
        return io.BytesIO(self.files[member])


@dataclass(frozen=True, slots=True)
class Sample:
    """An invented export."""

    place: str
    name: str
    files: Mapping[str, bytes]


@lru_cache
def samples() -> Sequence[Sequence[Sample]]:
    """Return every sample of every place, one row for a place."""
    rows = (sorted(case for case in place.iterdir() if case.is_dir()) for place in sorted(SAMPLES.iterdir()))
    return tuple(tuple(_sample(case) for case in row) for row in rows if row)


def _sample(case: Path) -> Sample:
    paths = [path for path in sorted(case.rglob("*")) if path.is_file()][:_FEW]
    return Sample(
        case.parent.name, case.name, {p.relative_to(case).as_posix(): p.read_bytes()[:LARGEST] for p in paths}
    )


# Changes


_SCALAR = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\btrue\b|\bfalse\b|\bnull\b')
_WORD = re.compile(rb"[^\s,;<>\"'=:&/]+")
_ODD = (
    *rb"""null|true|[]|{}|""|0|-1|-0|00|0.1|1e308|-1e308|1e400|1E-400|1e30|NaN|"0"|"-5"|9223372036854775807|"\ud800"
|-9223372036854775809|253402300800000|"\u0000"|"\"|"9999-99-99T99:99:99Z"|"0000-00-00"|"2015-02-22"|"12:00"
|"Sun, 32 Feb 2015"|"1970-01-01T00:00:00+99:99"|"http://[::1"|"https://x.example:99999999/"|"@"|"#"|"//"|"<a href='"
|"<p>"|"=cmd()"|{"id":null}|[null]|["a",1,null,{}]|[[1,[2]],{}]|{"text":1}|{"timestamp":"x"}|{"data":[null]}
""".replace(b"\n", b"").split(b"|"),
    *(b"9" * 19, b"9" * 25, b"9" * 400, b'"\xff\xfe"', b'"\xed\xa0\x80"', b'"\xe2\x80\xae"', b'"%s"' % (b"x" * 5000)),
    *(b"[" * 70 + b"]" * 70, b"[" * 2000, b'{"a":' * 900 + b"1" + b"}" * 900),
)
"""Values of JSON that nobody expects."""
_BYTES = tuple(bytes([byte]) for byte in b'\x00\xff\r\n"\\{}[],;<>&\x1a\xef')
_TEXTS = (
    *b"""|-1|NaN|"|<![CDATA[|]]>|<!--|&#0;|&#x110000;|&#xd800;|2015-02-30|99999999999999999|http://[|=1+1
|<!DOCTYPE a [<!ENTITY b 'c'>]>""".replace(b"\n", b"").split(b"|"),
    *(b"x" * 3000, b"9" * 30, b"\xff", b"<div>" * 300, b"\xc3\x28", b"\xf0\x9f\x98"),
)
"""Words of anything that nobody expects."""


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _drop(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 64) :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    start, size = chance.randrange(len(data)), chance.randint(1, 2000)
    return data[: start + size] + data[start : start + size] * chance.randint(1, 3) + data[start + size :]


def _put(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_BYTES) * chance.randint(1, 3) + data[at:]


def _splice(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(list(chance.choice(chance.choice(samples())).files.values()) or [b""])
    start, at = chance.randrange(len(other) + 1), chance.randrange(len(data))
    return data[:at] + other[start : start + chance.randint(1, 4000)] + data[at:]


def _scalars(data: bytes, chance: random.Random) -> bytes:
    """Put odd values in the place of values (and now and then of keys) of JSON."""
    found = list(_SCALAR.finditer(data))
    for spot in sorted(
        chance.sample(found, min(len(found), chance.choice((1, 1, 2, 5, 20)))), key=lambda m: -m.start()
    ):
        data = data[: spot.start()] + chance.choice(_ODD) + data[spot.end() :]
    return data


def _words(data: bytes, chance: random.Random) -> bytes:
    found = list(_WORD.finditer(data))
    many = min(len(found), chance.choice((1, 1, 3, 10)))
    for spot in sorted(chance.sample(found, many), key=lambda m: -m.start()):
        data = data[: spot.start()] + chance.choice(_TEXTS) + data[spot.end() :]
    return data


def _swap(data: bytes, chance: random.Random) -> bytes:
    """Let two values change places."""
    found = list(_SCALAR.finditer(data))
    if len(found) < 2:
        return data
    one, two = sorted(chance.sample(found, 2), key=lambda m: m.start())
    return data[: one.start()] + two[0] + data[one.end() : two.start()] + one[0] + data[two.end() :]


def _recode(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(
        chance.choice(("utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-8-sig")), "replace"
    )


_CHANGES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    *(_scalars, _scalars, _scalars, _scalars, _words, _words),
    *(_swap, _flip, _cut, _drop, _repeat, _put, _splice, _recode),
)


def changed(number: int, seed: int) -> tuple[Sample, random.Random]:
    """Return the input of a number: a sample with one or two of its members changed."""
    chance = random.Random(f"{seed}:{number}")
    sample = chance.choice(chance.choice(samples()))
    files = dict(sample.files)
    for name in chance.sample(sorted(files), min(len(files), chance.choice((1, 1, 1, 2)))):
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            files[name] = chance.choice(_CHANGES)(files[name] or b" ", chance)
    if chance.random() < 0.03 and len(files) > 1:
        one, two = chance.sample(sorted(files), 2)
        files[one], files[two] = files[two], files[one]
    return Sample(sample.place, sample.name, files), chance


# Reading


def read(number: int, seed: int, known: Mapping[str, Place], gather: Gather) -> None:
    """Go the road of an import, without child and lake; one input of twenty as a damaged archive.

    Raises:
        ValoreError: typed, as it should be.
        Exception: what must not be.
    """
    sample, chance = changed(number, seed)
    if chance.random() < 0.05:
        with tempfile.NamedTemporaryFile(suffix=".zip") as file:
            file.write(_packed(sample, chance))
            file.flush()
            with open_export(Path(file.name)) as export:
                _read(export, known, chance, gather)
    else:
        _read(Loose(f"{number}.zip", sample.files), known, chance, gather)


def _packed(sample: Sample, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sample.files.items():
            archive.writestr(name, data)
    return chance.choice((_flip, _flip, _cut, _drop))(out.getvalue(), chance)


def _read(export: Export, known: Mapping[str, Place], chance: random.Random, gather: Gather) -> None:
    name, match = recognise(export, known)
    cursors = _through(export, known[name], match, None, gather)
    if cursors and chance.random() < 0.1:
        _through(export, known[name], match, chance.choice(cursors), gather)


def _through(export: Export, place: Place, match: Match, since: Cursor | None, gather: Gather) -> Sequence[Cursor]:
    cursors = list[Cursor]()
    for item in place.read(export, match, since):
        if isinstance(item, Cursor):
            cursors.append(item)
            continue
        for record in (item,) if isinstance(item, Fault) else understood(place, item):
            gather.add(record, f"{export.name}/{item.where.file}" if isinstance(record, Rows) else "fuzz")
    return cursors


def main() -> None:
    """Answer the parent: read the inputs that a request names, and tell which of them went wrong."""
    known = dict(places())

    def perform(request: tuple[int, int, int], line: Line) -> None:
        seed, first, count = request
        for start in range(first, first + count, TOGETHER):
            for wrong in _some(range(start, min(start + TOGETHER, first + count)), seed, known, line):
                line.say("wrong", wrong)

    serve(perform)


def _some(numbers: Sequence[int], seed: int, known: Mapping[str, Place], line: Line) -> Iterator[str]:
    """Read some inputs into one batch, for speed; where the batch cannot be made, each into one of its own."""
    gather = Gather("fuzz")
    for number in numbers:
        line.where, line.read = Where(f"input {number}", ""), number
        line.beat()
        if (wrong := _wrong(number, seed, known, gather)) is not None:
            yield wrong
    if _taken(gather) is not None:
        for number in numbers:
            line.where, line.read = Where(f"input {number}", ""), number
            _wrong(number, seed, known, alone := Gather("fuzz"))
            if (error := _taken(alone)) is not None:
                yield _told(number, seed, error)


def _wrong(number: int, seed: int, known: Mapping[str, Place], gather: Gather) -> str | None:
    """Return what went wrong with an input, None where all is well."""
    try:
        read(number, seed, known, gather)
    except ValoreError:
        return None
    except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
        return _told(number, seed, error)
    return None


def _taken(gather: Gather) -> Exception | None:
    try:
        gather.take()
    except ValoreError:
        return None
    except Exception as error:  # noqa: BLE001 - as above
        return error
    return None


def _told(number: int, seed: int, error: Exception) -> str:
    sample, _ = changed(number, seed)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "/src/valore/" in f.filename]
    last = (ours or frames)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return f"{sample.place}/{sample.name}, input {number}: {type(error).__name__} in {where}"


def fuzz(inputs: int, seed: int, first: int = 0) -> Sequence[str]:
    """Read many inputs in a limited child; return what went wrong, each with the number of its input."""
    wrong: list[str] = []
    with closing(Child("tests.trust.fuzz", BOUNDS)) as child:
        at = first
        while at < first + inputs:
            at = _batch(child, seed, at, min(BATCH, first + inputs - at), wrong)
    return wrong


def _batch(child: Child, seed: int, first: int, count: int, wrong: list[str]) -> int:
    """Read a batch; where the child dies go on behind the input that it died of."""
    at = first
    try:
        for told in child.ask((seed, first, count), "fuzz"):
            at = max(at, int(told.value["read"])) if told.kind == "tick" else at
            wrong += [str(told.value)] if told.kind == "wrong" else []
    except RefusedArchive as error:
        return _alone(child, seed, at, first + count, wrong, error)
    return first + count


def _alone(child: Child, seed: int, at: int, end: int, wrong: list[str], error: RefusedArchive) -> int:
    """Find the input that kills, one by one from the last sign of life on."""
    for number in range(at, end):
        try:
            wrong += [
                str(told.value) for told in child.ask((seed, number, 1), f"input {number}") if told.kind == "wrong"
            ]
        except RefusedArchive as killer:
            wrong.append(f"input {number}: {killer}")
            return number + 1
    wrong.append(f"one of the inputs {at} to {end}: {error}")
    return end


if __name__ == "__main__":
    alone = Gather("fuzz")
    with suppress(ValoreError):
        read(int(sys.argv[2]), int(sys.argv[1]), dict(places()), alone)
    alone.take()
