"""Which posts would leave this machine when enrichers run: those for a bigger model of the user's on another one."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from valore.enrich import Enricher, enrichers
from valore.enrich._optional import Destination, destination
from valore.flows._chain import default, named


class Leaving(NamedTuple):
    """One machine that is sent posts."""

    host: str
    model: str
    names: tuple[str, ...]
    """Enrichers for which it reads."""


def enriching(names: Sequence[str] | None = None) -> tuple[Leaving, ...]:
    """Return where posts go when a workspace is enriched; empty where all stay.

    Args:
        names: Enrichers; those that run when none is named, when None.

    Raises:
        UnknownName: there is no such enricher.
        SettingsError: a setting of a bigger model cannot be understood.
    """
    return _grouped(named(names) if names else default())


def annotating(names: Sequence[str]) -> tuple[Leaving, ...]:
    """Return where texts go when a table is annotated with enrichers, named as `annotate` takes them."""
    wanted = set(names)
    return _grouped(e for e in enrichers().values() if wanted & {e.name, *e.provides.names})


def _grouped(chain: Iterable[Enricher]) -> tuple[Leaving, ...]:
    found: dict[Destination, list[str]] = {}
    for enricher in chain:
        if away := destination(enricher.name):
            found.setdefault(away, []).append(enricher.name)
    return tuple(Leaving(*away, tuple(names)) for away, names in found.items())
