"""What the terms of places let a number be made of: some places may not be measured, some only by themselves."""

from collections.abc import Mapping

import pyarrow.compute as pc
import pyarrow.parquet as pq

from valore.errors import SettingsError, UnknownName
from valore.lake import Snapshot
from valore.places import Policy, places

SILENT = Policy(terms="", retention_days=None, may_derive=True, may_combine=True)
"""Of a place without a policy of its own: a network in a listening tool's table."""
_PLACED = ("posts", "accounts", "interactions", "observations")


def policies() -> Mapping[str, Policy]:
    """Return the policy of every place by name."""
    return {name: place.policy for name, place in places().items()}


def underived() -> tuple[str, ...]:
    """Return the places of whose posts nothing may be derived, not even a label."""
    return tuple(sorted(name for name, policy in policies().items() if not policy.may_derive))


def unseen(shot: Snapshot, apart: str | None = None, known: Mapping[str, Policy] | None = None) -> tuple[str, ...]:
    """Return the places whose rows a measure must not see.

    Measured are the places that may be combined, together; or one alone: `apart`, or the only one
    there is. A place without a policy of its own (a network in a listening tool's table) may be combined.

    Args:
        shot: The facts.
        apart: Measure this place by itself.
        known: Policies by name of the place; those of the places by default.

    Raises:
        UnknownName: nothing comes from that place.
        SettingsError: its terms allow no measures.
    """
    terms = policies() if known is None else known
    if apart is None and all(p.may_derive and p.may_combine for p in terms.values()):
        return ()
    here = _here(shot)
    if apart is not None:
        _check(apart, here, terms)
        return tuple(sorted(here - {apart}))
    barred = {name for name in here if name in terms and not terms[name].may_derive}
    alone = {name for name in here - barred if name in terms and not terms[name].may_combine}
    only = alone if len(alone) == 1 and not here - barred - alone else set()
    return tuple(sorted((barred | alone) - only))


def _check(apart: str, here: set[str], terms: Mapping[str, Policy]) -> None:
    if apart not in here:
        raise UnknownName("place", apart, here)
    if apart in terms and not terms[apart].may_derive:
        raise SettingsError(
            "the terms of {place} allow no measures; its posts can be read with `valore posts`", place=apart
        )


def _here(shot: Snapshot) -> set[str]:
    """Return the places of which there is anything."""
    found: set[str] = set()
    for path in (path for name in _PLACED for path in shot.files(name)):
        column = pq.read_table(path, columns=["place"], read_dictionary=["place"], partitioning=None)["place"]
        found |= set(pc.unique(column).to_pylist())
    return found
