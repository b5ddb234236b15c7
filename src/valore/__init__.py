"""Valore: the social value of a person or a brand, measured and explained."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from valore.api import Workspace

__all__ = ["Workspace"]


def __getattr__(name: str) -> Any:
    """Load the workspace only when it is asked for, so that a room can be imported alone."""
    if name == "Workspace":
        from valore.api import Workspace

        return Workspace
    raise AttributeError(name)
