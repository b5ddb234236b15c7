"""Whether an account is a person or an organisation."""

import pyarrow as pa

from valore.enrich import Over, _artefacts
from valore.enrich._account import Profiled, declared

CLASSES = ("person", "organisation")
_KINDS = {"Organization": (1, "declares itself an organisation")}


class Actor:
    """A linear model on the profile; `undecided` when little is known or the answer is unclear."""

    name = "actor"
    over = Over.ACCOUNTS
    requires: tuple[str, ...] = ()
    classes = CLASSES
    languages: frozenset[str] | None = None
    whole = False

    def __init__(self) -> None:
        """Prepare; the artefact is read at the first batch."""
        self._model = Profiled("actor", CLASSES, high=1, sure=0.65)
        self.provides = self._model.provides

    @property
    def version(self) -> str:
        """`actor@N`, of the artefact in use."""
        return _artefacts.version("actor")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, probabilities and what spoke; any subset of an account's fields will do."""
        return self._model.answer(batch, declared(batch, "kind", _KINDS))


PLUGIN = Actor()
