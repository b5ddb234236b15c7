"""`python -m bench.trials DATA`: the trials on real sets, from import to aggregates, as Markdown tables.

DATA is a folder with the sets of docs/trials.md. Prints aggregates only, never a post.
"""

import sys
import tempfile
from pathlib import Path

from scipy.stats import spearmanr

from valore.flows.enriching import enrich
from valore.flows.importing import import_files
from valore.flows.measuring import measure
from valore.flows.space import create
from valore.flows.subjects import load
from valore.model.estimate import Estimate, Result
from valore.model.reading import Reading

TRIALS = Path(__file__).parents[1] / "docs" / "trials"
FILES = {
    "airlines": ("airline-brand-stream/tweets.csv.gz",),
    "replab": ("replab13/tweets_labeled.csv.gz",),
}
TITLES = {
    "airlines": "Six airlines, 17–24 February 2015",
    "replab": "Car makers, banks and universities, to August 2012",
}
MARKS = {"replab": ("entity_id", "polarity", "POSITIVE", "NEGATIVE"),
         "airlines": ("airline", "airline_sentiment", "positive", "negative")}  # fmt: skip
FEW = 30
"""Labelled posts that take sides, below which a subject is not compared."""


def main(data: Path) -> None:
    """Run the trials in a temporary home."""
    with tempfile.TemporaryDirectory() as home:
        for name, files in FILES.items():
            space = load(create(Path(home), name, language="en"), TRIALS / f"{name}.toml")
            import_files(space, [data / f for f in files])
            enrich(space)
            readings = [measure(space, s.slug) for s in space.subjects()]
            print(f"\n### {TITLES[name]}\n")
            print(*table(readings), sep="\n")
            print(*crises(readings), sep="\n")
            if name in MARKS:
                print(*agreement(readings, data / files[0], MARKS[name]), sep="\n")


def table(readings: list[Reading]) -> list[str]:
    """Return one row a subject."""
    head = "| subject | mentions | authors | reputation | resonance | contribution | solidity |"
    rows = [
        f"| {r.subject.name} | {_detail(r, 'mentions')} | {_detail(r, 'authors')} | "
        + " | ".join(_told(r.components[c]) for c in ("reputation", "resonance", "contribution", "solidity"))
        + " |"
        for r in readings
    ]
    return [head, "|---|---:|---:|---|---|---|---|", *rows]


def crises(readings: list[Reading]) -> list[str]:
    """Return one row a crisis."""
    rows = [
        f"| {r.subject.name} | {e.day} | {e.until} | {e.facts['people']} | {e.facts['negative']} | {e.facts['usual']} |"
        for r in readings
        for e in r.events
        if e.kind == "crisis"
    ]
    head = "| subject | from | to | people on the worst day | of them unfavourable | usually unfavourable |"
    return ["", head, "|---|---|---|---:|---:|---:|", *rows] if rows else []


def agreement(readings: list[Reading], file: Path, marks: tuple[str, str, str, str]) -> list[str]:
    """Say how far the order of subjects agrees with that of the people who labelled the set."""
    gold = labelled(file, *marks)
    ours = {r.subject.queries[0]: r.components["reputation"] for r in readings}
    both = [(e.value, *gold[q]) for q, e in ours.items() if isinstance(e, Estimate) and gold[q][1] >= FEW]
    rank = spearmanr([b[0] for b in both], [b[1] for b in both])
    off = sum(b[0] - b[1] for b in both) / len(both)
    error = sum(abs(b[0] - b[1]) for b in both) / len(both)
    head = (
        "| subjects compared with people's labels | rank correlation (Spearman) | mean difference, points | "
        "mean error, points |"
    )
    return ["", head, "|---:|---:|---:|---:|", f"| {len(both)} | {rank.statistic:.2f} | {off:+.1f} | {error:.1f} |"]


def labelled(file: Path, by: str, label: str, good: str, bad: str) -> dict[str, tuple[float, int]]:
    """Return the people's favourable share in points, and how many posts take sides, for each query."""
    import pandas as pd

    rows = pd.read_csv(file, dtype=str, usecols=[by, label])
    sided = rows[rows[label].isin([good, bad])]
    share = (sided[label] == good).groupby(sided[by]).agg(["mean", "size"])
    return {str(q): (100 * float(s), int(n)) for q, s, n in share.itertuples()}


def _told(result: Result) -> str:
    if isinstance(result, Estimate):
        return f"{result.value:.0f} ({result.low:.0f}–{result.high:.0f}) {result.grade}"
    return "–"


def _detail(reading: Reading, name: str) -> str:
    found = reading.components["reputation"].details.get(name)
    return f"{found:,.0f}" if isinstance(found, int | float) else "–"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
