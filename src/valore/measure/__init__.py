"""Measures: one file for each component, and the inference that they share.

The engine reduces facts to sufficient statistics (Arrow); here the small result becomes an
`Estimate` or a reason why there is none. Nothing here knows an engine.
"""

from collections.abc import Mapping
from typing import Protocol

import pyarrow as pa

from valore.model.estimate import Result
from valore.model.plugins import found
from valore.model.settings import Method


class Component(Protocol):
    """One of the six."""

    name: str
    version: str
    """`reputation@1`."""
    statistics: tuple[str, ...]
    """Names of the SQL files (without .sql) whose results `estimate` reads."""

    def estimate(self, stats: Mapping[str, pa.Table], reviews: pa.Table, method: Method) -> Result:
        """Return the estimate of one subject, or why there is none.

        Args:
            stats: Result of each of `statistics`, for one subject.
            reviews: Human judgements on sampled posts: post, author, label, probability (of inclusion).
            method: Constants.
        """


def components() -> Mapping[str, Component]:
    """Return every component by name."""
    return found("valore.measure")
