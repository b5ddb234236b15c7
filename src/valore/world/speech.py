"""Sentences from templates, many at once.

A language is one TOML file in `texts/`: lists of phrases (slots) and of templates that name
slots in braces. All languages are compiled into one `Speech`: a pool of phrases, a table of
templates cut at their slots, and for each (language, list) where its entries lie. Rendering
is then a handful of Arrow `take`s, whatever the mix of languages and kinds.

The lists that make a *statement* (things, predicates, circumstances, frames) have the same
order in every language: the same draws in another language are a translation.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]

LANGUAGES = ("it", "en", "fr", "de", "es", "pt", "ar")
THEMES = (
    "accessibilità",
    "tipografia",
    "carta",
    "luce",
    "sostenibilità",
    "artigianato",
    "didattica",
    "lavoro",
)
STANCES = ("opinion", "question", "provocation", "report")
SEASONS = ("winter", "spring", "summer", "autumn")
SLOTS = ("int", "praise", "blame", "friend", "city", "day", "n", "pred", "circ", "thing", "season", "name")
"""Kinds of slot, in the order of the columns of a matrix of draws (behind the template's own)."""
_SECTIONS = ("frame", "post", "piece", "tag", "people")
_CUT = re.compile(r"\{(\w+)\}")
_WIDEST = 4


@dataclass(frozen=True, slots=True)
class Speech:
    """All languages, compiled."""

    pool: pa.Array
    """Every phrase of every slot; the first is empty."""
    start: Ints
    """First phrase of a region, shape (regions,)."""
    count: Ints
    literals: tuple[pa.Array, ...]
    """Text before, between and behind the slots of each template."""
    region: Ints
    """Region of each slot of a template, shape (templates, slots); 0 is the empty region."""
    kind: Ints
    """Column of the draws that each slot uses, shape as `region`; -1 where it is a name."""
    spread: Ints
    """0: one region; 1: one for each theme; 2: one for each season; shape as `region`."""
    lists: dict[str, Ints]
    """By list name (`post.positive`): (first template, templates) for each language."""

    def say(
        self,
        what: str,
        language: Ints,
        draws: Ints,
        *,
        theme: Ints | None = None,
        season: Ints | None = None,
        name: pa.Array | None = None,
    ) -> pa.Array:
        """Return one sentence of the list `what` for each row.

        Args:
            what: Name of the list, `post.positive`.
            language: Index into `LANGUAGES`, shape (n,).
            draws: Non-negative, shape (n, 1 + len(SLOTS)): which template, which phrase of each slot.
            theme: Index into `THEMES`; needed where templates speak of a thing.
            season: Index into `SEASONS`.
            name: What stands for {name}, length n.
        """
        first, many = self.lists[what][:, language]
        template = first + draws[:, 0] % many
        zero = np.zeros(len(language), dtype=np.int64)
        shifts = np.stack([zero, zero if theme is None else theme, zero if season is None else season])
        return self._join(template, draws, shifts, name)

    def _join(self, template: Ints, draws: Ints, shifts: Ints, name: pa.Array | None) -> pa.Array:
        rows = np.arange(len(template))
        pieces = [self.literals[0].take(pa.array(template))]
        for slot in range(_WIDEST):
            kind = self.kind[template, slot]
            region = self.region[template, slot] + shifts[self.spread[template, slot], rows]
            chosen = self.start[region] + draws[rows, 1 + kind] % np.maximum(self.count[region], 1)
            phrase = self.pool.take(pa.array(chosen))
            if name is not None:
                phrase = pc.if_else(pa.array(kind == len(SLOTS) - 1), name, phrase)
            pieces += [phrase, self.literals[slot + 1].take(pa.array(template))]
        return pc.binary_join_element_wise(*pieces, "")


def draw(rng: np.random.Generator, rows: int) -> Ints:
    """Return draws for `rows` sentences, shape (rows, 1 + len(SLOTS))."""
    return rng.integers(0, 1 << 30, size=(rows, 1 + len(SLOTS)), dtype=np.int64)


def words(language: str) -> dict[str, Any]:
    """Return the file of one language as written."""
    return tomllib.loads(files("valore.world").joinpath("texts", f"{language}.toml").read_text("utf-8"))


@cache
def speech() -> Speech:
    """Return all languages, read once."""
    maker = _Maker()
    for language in LANGUAGES:
        maker.add(words(language))
    return maker.done()


class _Maker:
    """Collects phrases, regions and templates; used once."""

    def __init__(self) -> None:
        self.pool, self.start, self.count = [""], [0], [1]
        self.cut: list[tuple[list[str], list[tuple[int, int, int]]]] = []
        self.lists: dict[str, list[tuple[int, int]]] = {}

    def add(self, book: dict[str, Any]) -> None:
        """Take one language in."""
        regions = {kind: self._region([phrases]) for kind, phrases in book["slot"].items()}
        regions["season"] = self._region([book["season"][s] for s in SEASONS])
        regions["thing"] = self._region([book["thing"][t] for t in THEMES])
        contractions: dict[str, str] = book.get("contract", {})
        things, friends = [book["thing"][t] for t in THEMES], [book["slot"]["friend"]]
        for before in sorted({key.split(" ")[0] for key in contractions}):
            for kind, groups in (("thing", things), ("friend", friends)):
                joined = [[_contract(f"{before} {p}", contractions) for p in g] for g in groups]
                regions[f"{before} {kind}"] = self._region(joined)
        for section in _SECTIONS:
            for title, templates in book[section].items():
                self._templates(f"{section}.{title}", templates, regions)

    def _region(self, groups: list[list[str]]) -> int:
        first = len(self.start)
        for phrases in groups:
            self.start.append(len(self.pool))
            self.count.append(len(phrases))
            self.pool += phrases
        return first

    def _templates(self, title: str, templates: list[str], regions: dict[str, int]) -> None:
        self.lists.setdefault(title, []).append((len(self.cut), len(templates)))
        self.cut += [_cut(template, regions) for template in templates]

    def done(self) -> Speech:
        """Return the compiled whole."""
        literals = [pa.array([c[0][i] for c in self.cut]) for i in range(_WIDEST + 1)]
        slots = np.array([c[1] for c in self.cut], dtype=np.int64)
        return Speech(
            pool=pa.array(self.pool),
            start=np.array(self.start, dtype=np.int64),
            count=np.array(self.count, dtype=np.int64),
            literals=tuple(literals),
            region=slots[:, :, 0],
            kind=slots[:, :, 1],
            spread=slots[:, :, 2],
            lists={title: np.array(where, dtype=np.int64).T for title, where in self.lists.items()},
        )


def _contract(phrase: str, contractions: dict[str, str]) -> str:
    for long, short in contractions.items():
        if phrase.startswith(long):
            return short + phrase[len(long) :]
    return phrase


def _cut(template: str, regions: dict[str, int]) -> tuple[list[str], list[tuple[int, int, int]]]:
    """Cut a template at its slots: texts between them, and (region, column of draws, spread) of each."""
    parts = _CUT.split(template)
    texts, names = parts[0::2], parts[1::2]
    slots = []
    for place, kind in enumerate(names):
        source = kind
        before = texts[place].rpartition(" ")[0].rpartition(" ")[2] if texts[place].endswith(" ") else ""
        if f"{before} {kind}" in regions and before:
            source = f"{before} {kind}"
            texts[place] = texts[place][: -len(before) - 1]
        spread = {"thing": 1, "season": 2}.get(kind, 0)
        slots.append((regions.get(source, 0), SLOTS.index(kind), spread))
    missing = _WIDEST - len(slots)
    return texts + [""] * missing, slots + [(0, 0, 0)] * missing
