"""Valore from Python: a workspace, its readings and its tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from valore.flows.space import Space, open_space
from valore.model.reading import Reading


@dataclass(frozen=True, slots=True)
class Frame:
    """A table of results; shows itself in a notebook."""

    table: pa.Table

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.table.num_rows)

    def to_arrow(self) -> pa.Table:
        """Return the Arrow table."""
        return self.table

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame (install `valore[frames]`)."""
        return self.table.to_pandas(types_mapper=None)

    def to_polars(self) -> Any:
        """Return a Polars DataFrame (install `valore[frames]`)."""
        import polars as pl

        return pl.from_arrow(self.table)

    def _repr_html_(self) -> str:
        from valore.present.render.notebook import table_html

        return table_html(self.table)


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading that draws itself in a notebook; every attribute of the `Reading` is there."""

    reading: Reading
    language: str

    def __getattr__(self, name: str) -> Any:
        """Answer as the reading does."""
        return getattr(self.reading, name)

    def to_arrow(self) -> pa.Table:
        """Return components and lenses, one row each: name, value, low, high, grade, reason, method."""
        from valore.present.render.json import rows

        return pa.Table.from_pylist(rows(self.reading))

    def to_pandas(self) -> Any:
        """Return the same as a pandas DataFrame."""
        return Frame(self.to_arrow()).to_pandas()

    def to_polars(self) -> Any:
        """Return the same as a Polars DataFrame."""
        return Frame(self.to_arrow()).to_polars()

    def _repr_html_(self) -> str:
        from valore.present.render.notebook import reading_html

        return reading_html(self.reading, self.language)


class Workspace:
    """One client's data, strictly apart from the others.

    >>> with Workspace("lume", home="sample/home") as lume:  # doctest: +SKIP
    ...     lume.value("anna").components["reputation"]
    """

    def __init__(self, name: str | None = None, home: str | Path = "valore-data", language: str = "en") -> None:
        """Open a workspace of a home folder (the only one when `name` is None).

        Raises:
            UnknownName: no workspace is called so.
        """
        self.space: Space = open_space(Path(home), name)
        self.language = language

    def __enter__(self) -> Self:
        """Return the workspace."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open between calls."""

    def value(self, subject: str, *, as_of: datetime | None = None, lenses: Sequence[str] | None = None) -> Shown:
        """Measure a subject.

        Args:
            subject: Short name of the person or brand.
            as_of: The moment to measure at; None is the latest instant in the data.
            lenses: Names of the lenses to read through; None is all that fit the kind of subject.

        Raises:
            UnknownName: no such subject or lens.
            ConsentMissing: a person has not agreed.
        """
        from valore.flows.measuring import measure

        return Shown(measure(self.space, subject, as_of=as_of, lenses=lenses), self.language)

    def posts(self, **filters: Any) -> Frame:
        """Return posts with their annotations; filters as in `flows.posts.posts`."""
        from valore.flows.posts import posts

        return Frame(posts(self.space, **filters))
