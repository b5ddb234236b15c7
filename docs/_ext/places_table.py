"""The directive `places-table`: what the code says of its places, in the language of the page."""

from collections.abc import Iterable
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from valore.places import places
from valore.present.language import Words
from valore.present.page import Cell
from valore.present.pages.places import LAYOUTS, POLICIES, layouts, policies

_KINDS = {"layouts": (LAYOUTS, layouts), "policies": (POLICIES, policies)}


class PlacesTable(SphinxDirective):
    """A table of all places: `layouts`, or what their terms allow (`policies`)."""

    required_arguments = 1
    option_spec: ClassVar = {"class": directives.class_option}

    def run(self) -> list[nodes.Node]:
        """Return the table. Its texts come from the catalogue, so they are not to be translated again."""
        columns, rows = _KINDS[self.arguments[0]]
        words = Words(self.config.language)
        group = nodes.tgroup(cols=len(columns))
        group += [nodes.colspec(colwidth=1) for _ in columns]
        group += nodes.thead("", _row(nodes.Text(words.say(text)) for _, text in columns))
        known = rows(places().values(), words)
        names = [name for name, _ in columns]
        group += nodes.tbody("", *(_row(map(_said, names, row)) for row in known))
        return [nodes.table("", group, classes=self.options.get("class", []))]


def _said(name: str, cell: Cell) -> nodes.Node:
    """Return names of files as they are, without typographic quotes."""
    return nodes.literal("", cell.text) if name in ("layout", "proof") else nodes.Text(cell.text)


def _row(cells: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("places-table", PlacesTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
