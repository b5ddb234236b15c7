"""A lens: one way to read the same components. Data, versioned, shown to the reader."""

from collections.abc import Mapping
from dataclasses import dataclass

from valore.model.subject import Kind

COMPONENTS = ("identity", "reputation", "resonance", "contribution", "presence", "solidity")
"""The six, in the order in which they are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """Weights and demands of one interpretation."""

    name: str
    version: int
    purpose: str
    """In one plain English sentence (the message id of its translation)."""
    kinds: tuple[Kind, ...]
    weights: Mapping[str, float]
    """By component, >= 0; a weight of 0 leaves the component out."""
    mandatory: tuple[str, ...] = ()
    half_life_days: float = 45.0
    lower_bound: bool = False
    """Read each component at the lower end of its interval (the Sceptic)."""
    minimum: int = 4
    """Components that must be known."""

    @property
    def id(self) -> str:
        """`freelancer@1`."""
        return f"{self.name}@{self.version}"
