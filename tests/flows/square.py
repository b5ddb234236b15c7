"""A place of our own, for what does not depend on any; the reading child finds it by its name."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from valore.errors import SourceError
from valore.flows._reader import Reader
from valore.model.records import Account, Cursor, Fault, Post, Raw, Record, Where
from valore.model.source import Export, Manifest, Match
from valore.places import Coverage, Policy

DAY = 86_400_000_000
START = 1_420_070_400_000_000


OURS = Policy(terms="Ours.", retention_days=None, may_derive=True, may_combine=True)


@dataclass(frozen=True, slots=True)
class Square:
    """A place of our own: one JSON line a post, a safe stop after every third."""

    name: str = "square"
    title: str = "Square"
    certainty: float = 1.0
    breaks: int | None = None
    """Line from which on nothing more comes."""
    dies: int | None = None
    """Line that kills whoever reads it."""
    policy: Policy = OURS
    covers: tuple[Coverage, ...] = ()

    def sniff(self, files: Manifest) -> Match | None:
        mine = tuple(m.name for m in files.members if m.name.endswith(".square"))
        others = {m.name: "private" for m in files.members if m.name not in mine}
        return Match("1", self.certainty, mine, others) if mine else None

    def read(self, source: Export, match: Match, since: Cursor | None = None) -> Iterator[Raw | Fault | Cursor]:
        for number, line in enumerate(source.text(match.members[0]).splitlines()):
            if since is not None and number < int(since.position):
                continue
            if self.breaks is not None and number >= self.breaks:
                raise SourceError("{file} ends here", file=source.name)
            if number == self.dies:
                os.abort()
            where = Where(match.members[0], f"L{number + 1}")
            yield Raw("post", where, json.loads(line)) if line else Fault(where, "bad_json")
            if number % 3 == 2:
                yield Cursor(str(number + 1))

    def normalise(self, raw: Raw) -> Iterator[Record | Fault]:
        value: dict[str, Any] = raw.value
        if value.get("account"):
            yield Account("square", value["by"], raw.where.pointer, handle=value["account"])
            return
        yield Post("square", value["id"], value["by"], START + value["day"] * DAY, raw.where.pointer, text="Lume")


class Lasting(Reader):
    """A reader whose child outlives an import, so that the next one need not wait for another."""

    def close(self) -> None:
        """Leave the child running."""

    @property
    def computed(self) -> float:
        """Return the processor time that the running child has taken, in seconds."""
        process = self._child._process
        if process is None or process.poll() is not None:
            return 0.0
        told = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        super().close()
