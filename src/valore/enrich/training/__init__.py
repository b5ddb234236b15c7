"""Training of the models that are shipped, and of better ones from files that a user may use.

`python -m valore.enrich.training.NAME --data DIR` writes an artefact and its card. The same data and
seed give the same model. Without `--noncommercial` no text under a NonCommercial licence is read.
"""

import importlib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Protocol

from threadpoolctl import threadpool_limits

from valore.enrich import _artefacts
from valore.errors import UnknownName

if TYPE_CHECKING:
    from valore.enrich.training._card import Card, Tables

NAMES = tuple(sorted(m.name for m in iter_modules(__path__) if not m.name.startswith("_")))
"""Models that have a card, by name: each is a module of this folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to train from, and where to write."""

    data: Path
    """Folder with one folder for each set, as `docs/models` names them."""
    out: Path = Path("models")
    """Folder for the artefact and its manifest."""
    cards: Path | None = None
    """Folder for the model card; beside the artefact when not given."""
    seed: int = 1
    noncommercial: bool = False
    """Read also the sets whose licence forbids commercial use."""

    @property
    def shelf(self) -> Path:
        """Folder for the card."""
        return self.cards or self.out


class Training(Protocol):
    """One module of this folder."""

    def train(self, order: Order) -> Path:
        """Write artefact, sheet and card; return the path of the artefact, of the sheet where there are no arrays."""

    def figures(self, order: Order) -> "Tables":
        """Measure the artefact in use on the rows that its card reports; nothing is trained or written."""

    def card(self, tables: "Tables") -> "Card":
        """Return the card with these figures."""


def train(name: str, order: Order) -> Path:
    """Train a model by name and return the path of its artefact.

    Raises:
        UnknownName: no model of that name can be trained.
        SourceError: a set is not in the folder.
    """
    with steady():
        return module(name).train(order)


def measured(name: str, order: Order) -> Path:
    """Measure the artefact in use again and write it with its sheet and card; return as `train` does.

    Raises:
        UnknownName: no model of that name has a card.
        SourceError: a set is not in the folder.
    """
    training, told = module(name), _artefacts.sheet(name)
    with steady():
        tables = training.figures(order)
    training.card(tables).write(order.shelf)
    arrays = _artefacts.load(name) if told["sha256"] else {}
    return _artefacts.save(order.out, name, told["version"], arrays, tables)


def steady() -> AbstractContextManager[object]:
    """Keep linear algebra to one thread: sums in another order end in other digits, and close calls fall otherwise."""
    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limits


def module(name: str) -> Training:
    """Return the training of a model.

    Raises:
        UnknownName: no model of that name has one.
    """
    if name not in NAMES:
        raise UnknownName("model", name, NAMES)
    found: Training = importlib.import_module(f"valore.enrich.training.{name}")
    return found
