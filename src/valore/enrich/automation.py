"""Whether an account acts by itself."""

import numpy as np
import pyarrow as pa

from valore.enrich import Over, _artefacts
from valore.enrich._account import Profiled, declared
from valore.enrich._profile import truth

CLASSES = ("automated", "human")
_KINDS = dict.fromkeys(("Service", "Application"), (0, "declares itself a bot"))


class Automation:
    """A linear model on the profile. An account that says it is automated is believed.

    Automated is not spam: a weather service is automated and genuine.
    """

    name = "automation"
    over = Over.ACCOUNTS
    requires: tuple[str, ...] = ()
    classes = CLASSES
    languages: frozenset[str] | None = None
    whole = False

    def __init__(self) -> None:
        """Prepare; the artefact is read at the first batch."""
        self._model = Profiled("automation", CLASSES, high=0, sure=0.70)
        self.provides = self._model.provides

    @property
    def version(self) -> str:
        """`automation@N`, of the artefact in use."""
        return _artefacts.version("automation")

    def enrich(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return label, probabilities and what spoke; any subset of an account's fields will do."""
        told = declared(batch, "kind", _KINDS)
        said = np.flatnonzero(truth(batch, "automated") == 1)
        return self._model.answer(batch, told | dict.fromkeys(said.tolist(), (0, "declares itself a bot")))


PLUGIN = Automation()
