"""The directive `models-table`: each model's first figure beside its aim, from the sheets of the artefacts."""

import math
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from valore.enrich import _artefacts
from valore.enrich.training import NAMES
from valore.errors import N_, SettingsError
from valore.present.language import Words

_HEADS = (
    N_("model"),
    N_("part"),
    N_("metric"),
    "n",
    N_("ours"),
    N_("95% interval"),
    N_("plain TF-IDF"),
    N_("aim"),
)


class ModelsTable(SphinxDirective):
    """A row for each model with an aim, and for each that has none its first figure."""

    def run(self) -> list[nodes.Node]:
        """Return the table. Its heads come from the catalogue; the names of parts are those of the cards."""
        words = Words(self.config.language)
        group = nodes.tgroup(cols=len(_HEADS))
        group += [nodes.colspec(colwidth=1) for _ in _HEADS]
        group += nodes.thead("", _row([nodes.Text(words.say(head)) for head in _HEADS]))
        group += nodes.tbody("", *(_row(cells) for name in NAMES for cells in _figures(name)))
        return [nodes.table("", group)]


def _figures(name: str) -> list[list[nodes.Node]]:
    """Return the cells of a model's figures: those with an aim, else the first; none while it has no sheet."""
    try:
        rows = [row for _, rows in _artefacts.sheet(name)["figures"] for row in rows]
    except SettingsError:
        return []
    told = [row for row in rows if _there(row["aim"])] or rows[:1]
    return [[_linked(name), *map(nodes.Text, _cells(row))] for row in told]


def _cells(row: dict[str, Any]) -> list[str]:
    between = f"{row['low']:.3f}–{row['high']:.3f}" if _there(row["low"]) else "–"
    ours, plain, aim = (f"{row[c]:.3f}" if _there(row[c]) else "–" for c in ("value", "baseline", "aim"))
    return [row["part"], row["metric"], f"{row['n']:,}", ours, between, plain, aim]


def _there(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def _linked(name: str) -> nodes.Node:
    return nodes.reference("", name, internal=True, refuri=f"{name}.html")


def _row(cells: list[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("models-table", ModelsTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
