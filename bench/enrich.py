"""P8: what keeping costs beside the models. P9: signatures beside `datasketch`. Rows a CPU second, and memory.

The whole chain of default enrichers runs in both modes, each in a process of its own that says how much
memory it took: `cascade`, and `instant`, in which no post is read by a sentence encoder. Its posts are
different texts of a simulated world, one subject's own, each read for another subject, too.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from datasketch import MinHash
from pyarrow.json import read_json

from bench.goal import Goal, alternately, cpu
from valore.enrich import Over, enrichers
from valore.enrich._copies import BANDS, ROWS, SHINGLE, signatures
from valore.flows._chain import default
from valore.flows.enriching import enrich
from valore.lake import Lake
from valore.model.keys import key
from valore.model.schemas import ACCOUNTS, POSTS
from valore.model.subject import AccountRef, Kind, Subject
from valore.world.writing import write

_REFERENCE = 2_000
"""Texts that the reference signs; its time is stretched to the rows asked for."""
_READ = 2_000
"""Texts that each enricher reads."""
_MODES: dict[str, tuple[int, float]] = {"cascade": (4_000, 200.0), "instant": (40_000, 3_000.0)}
"""Most posts that the chain reads in each mode, and the posts a CPU second that it must reach."""
_WORLD = 2
"""Posts that a simulated world has for each different text that is wanted of it."""
_NAMES = ("Anna Ferri", "Lume")
_MEMORY = 1024.0
"""MiB that enriching may take."""
_PLUMBING = 1.15
_TIMES = 3
_WORDS = [
    "carta",
    "luce",
    "lampada",
    "Torino",
    "mostra",
    "carattere",
    "scrivania",
    "prezzo",
    "consegna",
    "ritardo",
    "bella",
    "pessima",
    "nuova",
    "domani",
    "secondo",
    "chi",
    "perché",
    "apre",
    "riciclata",
    "inchiostro",
    "contrasto",
    "telefono",
    "negozio",
    "catalogo",
    "laboratorio",
    "ottima",
    "rotta",
]


_SYLLABLES = [
    "ba",
    "co",
    "di",
    "fe",
    "gu",
    "la",
    "me",
    "no",
    "pi",
    "ru",
    "sa",
    "te",
    "vi",
    "zo",
    "lan",
    "tor",
    "gre",
    "sti",
]


def run(scale: int) -> Iterator[Goal]:
    """Yield P8 with speed and memory of the chain in both modes, P9, and a line for each enricher (its bound is 0)."""
    for mode, (most, least) in _MODES.items():
        yield from _chained(mode, min(scale, most), least)
    texts = _texts(scale)
    few = texts.slice(0, _REFERENCE).to_pylist()
    values = BANDS * ROWS
    ours, theirs = alternately(lambda: signatures(texts, values), lambda: _reference(few, values))
    theirs *= scale / len(few)
    what = f"near-duplicate signatures, {values} values of {SHINGLE}-letter groups, against datasketch"
    yield Goal("P9", what, scale, ours, theirs, theirs / ours, 40.0, at_least=True)
    yield from _speeds(texts.slice(0, _READ))


def _chained(mode: str, n: int, least: float) -> Iterator[Goal]:
    """Yield what the chain came to in a process of its own."""
    asked = {**os.environ, "VALORE_POLARITY": mode, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "bench.enrich", str(n)]
    told = json.loads(subprocess.run(command, env=asked, check=True, capture_output=True).stdout.splitlines()[-1])
    n, kept, bare, peak = told["n"], told["kept"], told["bare"], told["peak"]
    yield Goal(
        "P8", f"{mode}: enriching beside its models alone", n, kept, bare, kept / bare, _PLUMBING, at_least=False
    )
    rate = n / kept
    yield Goal(
        "E:chain", f"{mode}: posts a CPU second", n, kept, rate, rate, least, at_least=True, unit="CPU s, posts/s"
    )
    yield Goal("E:mem", f"{mode}: peak memory", n, peak, _MEMORY, peak / _MEMORY, 1.0, at_least=False, unit="MiB")


def measured(n: int) -> dict[str, float]:
    """Return CPU seconds of the flow and of its models alone, the least of a few, and the peak memory in MiB."""
    posts = _posts(n)
    few = posts.slice(0, 64)
    _alone(few)
    kept, bare = alternately(lambda: _kept(posts), lambda: _alone(posts), _TIMES)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"n": posts.num_rows, "kept": kept, "bare": bare, "peak": peak}


class _Workspace:
    """What enriching asks of a workspace."""

    def __init__(self, root: Path) -> None:
        self.lake = Lake(root)

    def subjects(self) -> tuple[Subject, ...]:
        """Return who has written every post, and whom every post was found for: all models read them all."""
        anna = Subject(slug="anna", kind=Kind.PERSON, name=_NAMES[0], accounts=(AccountRef("x:1001"),))
        return anna, Subject(slug="lume", kind=Kind.BRAND, name=_NAMES[1], queries=("lume",))


def _kept(posts: pa.Table) -> None:
    with tempfile.TemporaryDirectory(prefix="valore-bench-") as name:
        space: Any = _Workspace(Path(name))
        space.lake.commit({"posts": posts, "accounts": ACCOUNTS.empty_table()}, source="bench", number=0)
        enrich(space)


def _alone(posts: pa.Table) -> None:
    """Run the models of the chain over posts, one after the other, and keep nothing."""
    posts = posts.select(["key", "text"]).append_column("subject", pa.array([_NAMES[1]] * posts.num_rows))
    batch = posts.combine_chunks().to_batches()[0]
    for enricher in default():
        if enricher.over is not Over.POSTS:
            continue
        step = batch.num_rows if enricher.whole else 1024
        parts = [enricher.enrich(batch.slice(at, step)) for at in range(0, batch.num_rows, step)]
        if enricher.name in ("language", "embedding"):
            column = pa.Table.from_batches(parts)[enricher.name].combine_chunks()
            batch = batch.append_column(enricher.name, column)


def _posts(n: int) -> pa.Table:
    """Return at most n posts of a simulated world, no two of one text, as the lake keeps them, a minute apart."""
    empty = {"string": "", "int64": 0, "int32": 0}
    texts = _spoken(n)
    n = len(texts)
    rows = np.arange(n, dtype=np.int64)
    known = {
        "key": pa.array(rows + 1),
        "place": pa.array(["x"] * n),
        "id": pa.array(rows + 1).cast(pa.string()),
        "published": pa.array(1_600_000_000_000_000 + rows * 60_000_000).cast(POSTS.field("published").type),
        "text": texts,
        "author": pa.repeat(key("x", "1001"), n),
        "query": pa.repeat("lume", n),
        "month": pa.array(["2020-09"] * n),
        "digest": pa.array(rows),
    }
    columns = [
        known[f.name].cast(f.type)
        if f.name in known
        else pa.nulls(n, f.type)
        if f.nullable
        else pa.repeat(pa.scalar(empty[str(f.type)], f.type), n)
        for f in POSTS
    ]
    return pa.Table.from_arrays(columns, schema=POSTS)


def _spoken(n: int) -> pa.Array:
    """Return at most n different texts of a simulated world, in seven languages, none sorted by what it is."""
    with tempfile.TemporaryDirectory(prefix="valore-bench-") as name:
        write(1, max(2_000, _WORLD * n), Path(name))
        texts = read_json(Path(name) / "conversazioni.jsonl")["text"].drop_null().unique()
    return texts.take(pa.array(np.random.default_rng(1).permutation(len(texts))[:n]))


def _reference(texts: list[str], values: int) -> None:
    for text in texts:
        signed = MinHash(num_perm=values, seed=1)
        signed.update_batch([text[i : i + SHINGLE].encode() for i in range(len(text) - SHINGLE + 1)])


def _speeds(texts: pa.Array) -> Iterator[Goal]:
    n = len(texts)
    inputs = {
        Over.POSTS: pa.record_batch({"text": texts, "language": ["it"] * n, "subject": ["Lume"] * n}),
        Over.PAIRS: pa.record_batch({"text": texts, "other": texts.take(pa.array(np.arange(n)[::-1]))}),
        Over.ACCOUNTS: pa.record_batch({"name": texts.cast(pa.string()), "bio": texts, "followers": ["12"] * n}),
    }
    for name, enricher in enrichers().items():
        batch = inputs[enricher.over]
        enricher.enrich(batch.slice(0, 8))
        start = cpu()
        enricher.enrich(batch)
        spent = max(cpu() - start, 1e-6)
        yield Goal(
            f"E:{name}"[:12],
            "rows a CPU second",
            n,
            spent,
            n / spent,
            n / spent,
            0.0,
            at_least=True,
            unit="CPU s, rows/s",
        )


def _texts(n: int) -> pa.Array:
    """Return invented posts of 6 to 18 words, few of them frequent, the same for the same number."""
    rng = np.random.default_rng(9)
    lengths = rng.integers(6, 19, n)
    known = np.array(["".join(s) for s in np.array(_SYLLABLES)[rng.integers(0, len(_SYLLABLES), (5000, 3))]])
    known = np.concatenate([_WORDS, known])
    drawn = known[(len(known) ** rng.random(lengths.sum())).astype(int) - 1]
    return pa.array([" ".join(words) for words in np.split(drawn, np.cumsum(lengths)[:-1])])


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
