"""The labelled sets, read as columns of text. Their folders and licences stand in the cards."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from valore.enrich.training import Order, steady
from valore.errors import N_, SourceError


def table(data: Path, *names: str) -> pa.Table:
    """Return CSV files below `data` as one table of strings; an empty cell is null.

    Raises:
        SourceError: a file is not there.
    """
    return pa.concat_tables([_csv(data / name) for name in names])


def parts(n: int, shares: tuple[float, ...], seed: int) -> Any:
    """Return the part (0, 1, …) of each of `n` rows, drawn with these shares."""
    return np.random.default_rng(seed).choice(len(shares), size=n, p=shares)


def folds(texts: pa.Array) -> pa.Array:
    """Return texts in a form in which copies are equal: lower case, letters and digits only."""
    return pc.replace_substring_regex(pc.utf8_lower(pc.fill_null(texts, "")), r"[^\pL\pN]+", " ")


def order(description: str | None) -> Order:
    """Read the command line of a training."""
    asked = argparse.ArgumentParser(description=description)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--out", type=Path, default=Path("models"))
    asked.add_argument("--cards", type=Path)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--noncommercial", action="store_true")
    return Order(**vars(asked.parse_args()))


def main(train: Callable[[Order], Path], description: str | None) -> None:
    """Train from the command line."""
    with steady():
        print(train(order(description)))  # noqa: T201 - the answer of a script


def _csv(path: Path) -> pa.Table:
    if not path.is_file():
        raise SourceError(N_("the training set {file} is not there"), file=str(path))
    with csv.open_csv(path) as peek:
        names = peek.schema.names
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    return csv.read_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=convert)
