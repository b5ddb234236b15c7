"""P3, P4, P10: what it costs to count, to show a panel, and to rank who is turned to.

P3 compares with the loop that tools of this kind run: items one by one as dictionaries, the date
parsed, the day counted. P4 reads the rollup that an import refreshes. P10 is PageRank, ten iterations.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import duckdb
import networkx as nx
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from bench.goal import Goal, alternately
from valore.engine import Engine, Source
from valore.flows.rolling import refresh
from valore.lake import Lake
from valore.measure.pagerank import pagerank
from valore.model.schemas import POSTS

MONTHS = 24
SMALL = 100_000
LOOPED = 200_000
"""Items that the loop reads at most: it grows in a straight line, so that an item costs the same."""
STORE, LARGE = 200.0, 1_000_000
"""The goal of the store begins at a million posts: below, opening 24 files takes longer than counting."""
ACCOUNTS = 50
ITERATIONS = 10
Ints = npt.NDArray[np.int64]


def run(scale: int) -> Iterator[Goal]:
    """Yield the goals of the engine at one scale."""
    with tempfile.TemporaryDirectory(prefix="valore-bench-") as name:
        folder = Path(name)
        store = written(folder / "big", scale)
        yield from _per_day(folder, store, scale)
        yield from _panel(folder, store, scale)
    yield _ranked(scale)


def written(root: Path, scale: int) -> Lake:
    """Write invented posts by month as the lake keeps them: 20 posts an author, bursts, 30% replies."""
    rng = np.random.default_rng(20150222)
    lake, number = Lake(root), 0
    many = scale // MONTHS
    for month in range(MONTHS):
        lake.commit({"posts": _posts(rng, month, many, number)}, source="bench", number=month)
        number += many
    return lake


def _posts(rng: np.random.Generator, month: int, many: int, first: int) -> pa.Table:
    first_day, last_day = (
        (np.datetime64("2015-01", "M") + np.arange(month, month + 2)).astype("datetime64[s]").astype(int)
    )
    seconds = np.sort(rng.integers(first_day, last_day, many))
    at = pa.array(seconds * 1_000_000).cast(pa.timestamp("us", tz="UTC"))
    keys = np.arange(first, first + many, dtype=np.int64)
    author = (rng.pareto(1.2, many) * max(many // 20, 10)).astype(np.int64) % max(many // 4, 100) + 1_000_000
    to = pa.array(rng.integers(0, ACCOUNTS, many), mask=rng.random(many) > 0.3)
    words = pa.array([f"parola{n}" for n in range(3000)])
    text = pc.binary_join_element_wise(*(words.take(pa.array(rng.integers(0, 3000, many))) for _ in range(14)), " ")
    months = pa.repeat(str(np.datetime64("2015-01", "M") + month), many)
    columns = {
        "key": keys, "id": pa.array(keys).cast(pa.string()), "place": pa.repeat("x", many), "author": author,
        "published": at, "text": text, "kind": pa.repeat("Note", many), "reply_to_author": to, "revision": seconds,
        "weight": np.full(many, 5, np.int32), "digest": keys, "edition": np.zeros(many, np.int32),
        "source": pa.repeat("bench", many), "month": months,
    }  # fmt: skip
    arrays = [pa.array(columns[f.name]).cast(f.type) if f.name in columns else pa.nulls(many, f.type) for f in POSTS]
    return pa.Table.from_arrays(arrays, schema=POSTS)


def _per_day(folder: Path, store: Lake, scale: int) -> Iterator[Goal]:
    lines, many = _lines(folder, store, scale)
    shot = store.snapshot()
    source = Source(files=shot.files("posts"), edited=shot.edited("posts"))
    with Engine({"posts": source}) as engine:
        engine.ask("items_per_day")
        ours, loop = alternately(lambda: engine.ask("items_per_day"), partial(_loop, lines))
    each, theirs = ours / scale, loop / many
    if scale >= LARGE:
        yield Goal("P3", "items per day from the store, beside the loop over items", scale, each * 1e6, theirs * 1e6,
                   theirs / each, STORE, at_least=True, unit="µs an item")  # fmt: skip
    ours, loop = alternately(lambda: _scanned(lines), partial(_loop, lines))
    yield Goal("P3", "items per day from lines of JSON, beside the loop over items", many, ours, loop, loop / ours,
               10.0, at_least=True)  # fmt: skip


def _lines(folder: Path, store: Lake, scale: int) -> tuple[Path, int]:
    """Write some posts as lines of JSON, and return how many."""
    path, many = folder / "items.jsonl", min(scale, LOOPED)
    files = store.snapshot().files("posts")
    fields = "id, author, strftime(published at time zone 'UTC', '%Y-%m-%d %H:%M:%S') as timestamp, text as body"
    duckdb.connect().execute(
        f"copy (select {fields} from read_parquet({list(files)!r}) limit {many}) to '{path}' (format json)"
    )
    return path, many


def _loop(path: Path) -> dict[str, int]:
    """Count items a day as a tool that iterates over dictionaries does."""
    days: Counter[str] = Counter()
    with path.open(encoding="utf-8") as file:
        for line in file:
            item = json.loads(line)
            moment = datetime.strptime(item["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            days[moment.strftime("%Y-%m-%d")] += 1
    return dict(days)


def _scanned(path: Path) -> pa.Table:
    columns = "{id: 'VARCHAR', author: 'BIGINT', timestamp: 'TIMESTAMP', body: 'VARCHAR'}"
    read = f"read_json('{path}', columns={columns}, format='newline_delimited')"
    sql = f"select timestamp::date as day, count(*) as n from {read} group by 1"
    con = duckdb.connect(config={"threads": 2})
    return con.sql(sql).to_arrow_table()


def _panel(folder: Path, store: Lake, scale: int) -> Iterator[Goal]:
    small = written(folder / "small", SMALL) if scale != SMALL else store
    for lake in (small, store):
        refresh(lake, range(ACCOUNTS))
    ours, least = alternately(_asked(store), _asked(small), 5)
    yield Goal("P4", "a panel of 50 accounts from the rollup, beside 50 ms", scale, ours, 0.05, ours / 0.05, 1.0,
               at_least=False)  # fmt: skip
    yield Goal("P4", "the same panel, beside itself at 100,000 posts", scale, ours, least, ours / least, 3.0,
               at_least=False)  # fmt: skip


def _asked(lake: Lake) -> "partial[pa.Table]":
    """Return a question to an engine that is open, as a page asks it."""
    engine = Engine({"days": Source(files=lake.rollup_files("days"))})
    return partial(engine.ask, "panel_weeks")


def _ranked(scale: int) -> Goal:
    """Rank `scale` / 10 accounts by about as many edges as posts."""
    rng = np.random.default_rng(7)
    nodes, edges = max(scale // 10, 1000), min(scale, 1_000_000)
    nodes = min(nodes, 100_000)
    source = rng.integers(0, nodes, edges)
    target = (rng.pareto(1.1, edges) * nodes / 50).astype(np.int64) % nodes
    weight = rng.random(edges) + 0.5
    graph, stop = _graph(source, target, weight), _tenth(source, target, weight)
    ours, theirs = alternately(lambda: _ours(source, target, weight), lambda: _theirs(graph, stop), 3)
    known, rank = _ours(source, target, weight)
    other = _theirs(graph, stop)
    worst = max(abs(other[n] - r) / r for n, r in zip(known.tolist(), rank.tolist(), strict=True))
    what = f"PageRank of {nodes:,} accounts, ten iterations, beside networkx; largest relative difference {worst:.1e}"
    return Goal("P10", what, edges, ours, theirs, theirs / ours if worst < 1e-6 else 0.0, 8.0, at_least=True)


def _graph(source: Ints, target: Ints, weight: npt.NDArray[np.float64]) -> "nx.DiGraph":
    nodes, place = np.unique(np.stack([source, target], axis=1), axis=0, return_inverse=True)
    summed = np.bincount(place.ravel(), weights=weight)
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(zip(nodes[:, 0].tolist(), nodes[:, 1].tolist(), summed.tolist(), strict=True))
    return graph


def _ours(source: Ints, target: Ints, weight: npt.NDArray[np.float64]) -> tuple[Ints, npt.NDArray[np.float64]]:
    return pagerank(source, target, weight, iterations=ITERATIONS, tolerance=0.0)


def _theirs(graph: "nx.DiGraph", tolerance: float) -> dict[int, float]:
    return dict(nx.pagerank(graph, max_iter=ITERATIONS + 1, tol=tolerance))


def _tenth(source: Ints, target: Ints, weight: npt.NDArray[np.float64]) -> float:
    """Return the tolerance at which networkx stops after the tenth iteration: it cannot be told a number."""
    steps = [
        pagerank(source, target, weight, iterations=n, tolerance=0.0)[1] for n in range(ITERATIONS - 2, ITERATIONS + 1)
    ]
    ninth, tenth = (float(np.abs(b - a).sum()) for a, b in pairwise(steps))
    return float((ninth * tenth) ** 0.5 / len(steps[0]))
