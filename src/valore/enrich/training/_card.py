"""The card of a model, written by its training: what it is, from what, how good, where it fails."""

import math
from dataclasses import dataclass
from pathlib import Path

from valore.enrich.training._score import Score

Tables = tuple[tuple[str, tuple[Score, ...]], ...]
"""Title and rows of each table of figures of a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What must be said of a model."""

    name: str
    version: str
    purpose: str
    summary_it: str
    """The same in a few Italian sentences."""
    how: str
    """Features and model, so that another could build it."""
    sets: tuple[tuple[str, str, str], ...]
    """Name, use, licence as stated by its source."""
    split: str
    tables: Tables
    """Title and rows of each table of figures."""
    failures: tuple[str, ...] = ()

    def write(self, folder: Path) -> Path:
        """Write `NAME.md` and return its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.md"
        path.write_text(self.text(), "utf-8")
        return path

    def text(self) -> str:
        """Return the card as Markdown."""
        sets = "\n".join(f"| {name} | {use} | {licence} |" for name, use, licence in self.sets)
        fails = "\n".join(f"- {f}" for f in self.failures)
        figures = "\n\n".join(f"### {title}\n\n{_table(rows)}" for title, rows in self.tables)
        return (
            f"# {self.name} ({self.version})\n\n{self.purpose}\n\n"
            f"**In italiano.** {self.summary_it}\n\n## How it works\n\n{self.how}\n\n"
            f"## Data\n\n| set | used for | licence as stated |\n|---|---|---|\n{sets}\n\n{self.split}\n\n"
            f"## Figures\n\n{figures}\n\n## Known failures\n\n{fails}\n\n"
            "This card is written by the training script; change that, not this.\n"
        )


def _table(rows: tuple[Score, ...]) -> str:
    head = "| part | metric | n | ours | 95% interval | ECE | plain TF-IDF | aim |\n|---|---|---|---|---|---|---|---|\n"
    return head + "\n".join(f"| {r.part} | {r.metric} | {r.n:,} | {_figures(r)} |" for r in rows)


def _figures(row: Score) -> str:
    between = "–" if math.isnan(row.low) else f"{_share(row.low)}–{_share(row.high)}"
    return " | ".join((_share(row.value), between, _share(row.ece), _share(row.baseline), _share(row.aim)))


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"
