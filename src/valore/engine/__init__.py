"""Engines: SQL text over the facts, one statistic a file, the answer as Arrow. Knows no lake.

The texts in `sql/` keep to what engines share; what differs between engines is a macro
(`dialect.py`). No engine's hash or random numbers, total orders in windows, UTC everywhere.
"""

from valore.engine.duck import Engine, Source

__all__ = ["Engine", "Source"]
