"""Whether an account is a person or an organisation."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from valore.enrich import Over, _artefacts
from valore.enrich._account import Profiled, declared

CLASSES = ("person", "organisation")
_KINDS = {"Organization": (1, "declares itself an organisation")}


class Actor:
    """A model of the profile; `undecided` when little is known or the answer is unclear."""

    name = "actor"
    over = Over.ACCOUNTS
    requires: tuple[str, ...] = ()
    classes = CLASSES
    languages: frozenset[str] | None = None
    whole = False

    def __init__(self) -> None:
        """Prepare; the artefact is read at the first batch."""
        self._profiled = Profiled("actor", CLASSES, high=1, sure=0.65)
        self.provides = self._profiled.provides

    @property
    def version(self) -> str:
        """`actor@N`, of the artefact in use."""
        return _artefacts.version("actor")

    def enrich(self, batch: pa.RecordBatch, model: Mapping[str, Any] | None = None) -> pa.RecordBatch:
        """Return label, probabilities and what spoke; any subset of an account's fields will do.

        Args:
            batch: Accounts.
            model: The arrays; those in use when None.
        """
        return self._profiled.answer(batch, declared(batch, "kind", _KINDS), model=model)


PLUGIN = Actor()
